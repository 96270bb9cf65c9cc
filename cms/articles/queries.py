"""Questions about pieces: which ones somebody may do something to, and one piece whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select, true
from sqlalchemy.orm import Session, defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cms import policy
from cms.accounts.models import User
from cms.articles import sittings
from cms.articles.models import (
    Article,
    ArticleAuthor,
    Credit,
    Presence,
    Revision,
    RevisionName,
    RevisionTopic,
    WorkingCopy,
)
from cms.articles.sittings import MILESTONES, RESTORED, Mark
from cms.core.errors import NotFound
from cms.core.events import Event
from cms.policy import Actor
from cms.vocabulary import Can, Kind, State

#: Everything that the service verbs and the policy look at.
WHOLE: tuple[ORMOption, ...] = (
    selectinload(Article.authors),
    joinedload(Article.desk),
    joinedload(Article.head).joinedload(Revision.section),
    joinedload(Article.head).selectinload(Revision.credits).joinedload(Credit.person),
    joinedload(Article.head).selectinload(Revision.topics).joinedload(RevisionTopic.topic),
)
#: What a line of a list shows: no bodies (fifty of them are megabytes), and nobody's rights.
LINE: tuple[ORMOption, ...] = (
    joinedload(Article.head).options(joinedload(Revision.section), defer(Revision.body, raiseload=True)),
    joinedload(Article.head).selectinload(Revision.credits).joinedload(Credit.person),
)
REVISION: tuple[ORMOption, ...] = (
    joinedload(Revision.made_by),
    joinedload(Revision.section),
    selectinload(Revision.credits).joinedload(Credit.person),
    selectinload(Revision.topics).joinedload(RevisionTopic.topic),
)


def permitted(actor: Actor, action: Can) -> ColumnElement[bool]:
    """Return the condition under which a piece is one that `actor` may do `action` to.

    It is built from the very cell of the policy table that `policy.can` tests.
    """
    return _clause(policy.cell(actor.role, action), actor)


def _clause(condition: policy.Condition, actor: Actor) -> ColumnElement[bool]:
    if condition.operator:
        join = and_ if condition.operator == "&" else or_
        return join(*(_clause(part, actor) for part in condition.parts))
    match condition.name:
        case "yes":
            return true()
        case "no":
            return false()
        case "own":
            return Article.authors.any((ArticleAuthor.user_id == actor.id) & ArticleAuthor.is_current)
        case "not own":
            return true() if policy.self_approval() else ~Article.authors.any(ArticleAuthor.user_id == actor.id)
        case "own desk":
            return Article.desk_id.in_(actor.desk_ids)
        case "asked desk":
            return Article.asked_desk_id.in_(actor.desk_ids)
        case "own or asked desk":
            return or_(Article.desk_id.in_(actor.desk_ids), Article.asked_desk_id.in_(actor.desk_ids))
        case "writing":
            return Article.state.in_(policy.WRITING)
        case "open":
            return Article.state.in_(policy.OPEN)
        case "unpublished":
            return Article.first_published_at.is_(None)
    raise LookupError(f"no WHERE clause for the condition {condition.name!r}")


def visible_to(actor: Actor) -> Select[Article]:
    """Return the pieces that `actor` may read in the newsroom, unloaded but for the row itself."""
    return select(Article).where(permitted(actor, Can.ARTICLE_READ))


def get(db: Session, actor: Actor, article_id: int) -> Article:
    """Return one piece with everything about it.

    Raises NotFound where there is none, and the very same where `actor` may not read it.
    """
    found = db.scalars(visible_to(actor).where(Article.id == article_id).options(*WHOLE)).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such piece, or it is not yours to read.")
    return found


def load(db: Session, article_id: int) -> Article:
    """Return one piece with everything about it, for the machine's own work (the worker, an import)."""
    found = db.scalars(select(Article).where(Article.id == article_id).options(*WHOLE)).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such piece.")
    return found


def revision(db: Session, article: Article, number: int) -> Revision:
    """Return one revision of this piece; a number of another piece is not found."""
    query = select(Revision).where(Revision.article_id == article.id, Revision.number == number)
    found = db.scalars(query.options(*REVISION)).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such revision of this piece.")
    return found


def newest(db: Session, article: Article) -> Revision:
    """Return the newest revision and who made it; everything else of it came with the piece (`get`, `load`)."""
    query = select(Revision).where(Revision.id == article.head_id).options(joinedload(Revision.made_by))
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("This piece has no text yet.")
    return found


def revision_by_id(db: Session, article: Article, revision_id: int) -> Revision | None:
    """Return the revision of this piece with that id, or None."""
    query = select(Revision).where(Revision.article_id == article.id, Revision.id == revision_id)
    return db.scalars(query.options(*REVISION)).unique().one_or_none()


def working_copies(db: Session, article: Article, user_id: int) -> list[WorkingCopy]:
    """Return the texts that this user has lying beside the piece, one per open editor, the newest first."""
    own = select(WorkingCopy).where(WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id)
    return list(db.scalars(own.order_by(WorkingCopy.kept_at.desc(), WorkingCopy.id.desc())))


def working_copy(db: Session, article: Article, user_id: int, tab: str) -> WorkingCopy | None:
    """Return the text of one open editor, held so that two autosaves of it never cross."""
    own = select(WorkingCopy).where(WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id)
    return db.scalar(own.where(WorkingCopy.tab == tab).with_for_update())


def saved_as(db: Session, article: Article, save_id: str) -> Revision | None:
    """Return the revision that a save with this id became, if it arrived before."""
    query = select(Revision).where(Revision.article_id == article.id, Revision.save_id == save_id)
    return db.scalars(query.options(*REVISION)).unique().one_or_none()


def base_of(db: Session, article: Article, revision_id: int) -> Revision | None:
    """Return the revision that somebody started from; where it was pruned, the newest one before it.

    An older base only makes more places count as changed by both, so that nothing is lost by it.
    """
    found = revision_by_id(db, article, revision_id)
    if found is not None or db.scalar(select(Revision.id).where(Revision.id == revision_id)) is not None:
        return found
    if article.head_id is None or revision_id > article.head_id:
        return None
    before = select(Revision).where(Revision.article_id == article.id, Revision.id < revision_id)
    return db.scalars(before.order_by(Revision.id.desc()).limit(1).options(*REVISION)).unique().first()


def base_id(db: Session, article: Article, revision_id: int) -> int | None:
    """Return the id of the revision that a working copy started from, or of the newest before it where it is gone."""
    own = select(Revision.id).where(Revision.article_id == article.id, Revision.id <= revision_id)
    return db.scalar(own.order_by(Revision.id.desc()).limit(1))


def last_saved_at(db: Session, article: Article, user_id: int) -> datetime | None:
    """Return when this user last saved the piece."""
    own = select(Revision.made_at).where(Revision.article_id == article.id, Revision.made_by_id == user_id)
    return db.scalar(own.order_by(Revision.number.desc()).limit(1))


def held(db: Session, actor: Actor, article_id: int) -> Article:
    """Return one piece whole, once nobody else is saving it: two saves then meet one after the other.

    SQLite lets one writer in at a time anyway. What only points at the piece, as a working copy does, need not wait.
    Raises NotFound as `get` does.
    """
    db.execute(select(Article.id).where(Article.id == article_id).with_for_update(key_share=True))
    return get(db, actor, article_id)


def latest(db: Session, article: Article, *, most: int) -> list[Revision]:
    """Return the newest revisions of a piece, newest first, without their bodies."""
    query = (
        select(Revision)
        .where(Revision.article_id == article.id)
        .options(joinedload(Revision.made_by), defer(Revision.body, raiseload=True))
        .order_by(Revision.number.desc())
    )
    return list(db.scalars(query.limit(most)))


def marks(db: Session, article: Article) -> list[Mark]:
    """Return the bare bones of all revisions of a piece, oldest first: what sittings are told by."""
    columns = (
        Revision.id, Revision.number, Revision.made_by_id, Revision.made_at, Revision.word_count, Revision.is_quiet,
        Revision.note.startswith(RESTORED),
    )  # fmt: skip
    query = select(*columns).where(Revision.article_id == article.id).order_by(Revision.number)
    return [Mark(*row[:-1], is_restored=bool(row[-1])) for row in db.execute(query)]


def milestones(db: Session, article: Article) -> dict[int, list[str]]:
    """Return what was done to which revision, by number, in the order in which it was done."""
    names = [f"article.{action}" for action in MILESTONES]
    query = (
        select(Event.name, Event.details)
        .where(Event.subject_type == "article", Event.subject_id == article.id, Event.name.in_(names))
        .order_by(Event.id)
    )
    done = ((name.removeprefix("article."), details) for name, details in db.execute(query))
    return sittings.milestones(done)


def names_of(db: Session, revision_ids: Collection[int]) -> dict[int, str]:
    """Return what people call those revisions, for those that have a name."""
    query = select(RevisionName.revision_id, RevisionName.name).where(RevisionName.revision_id.in_(revision_ids))
    return dict(db.execute(query).all())


def revision_before(db: Session, article: Article, revision: Revision) -> Revision | None:
    """Return the revision that stands before this one, if any."""
    query = select(Revision).where(Revision.article_id == article.id, Revision.number < revision.number)
    return db.scalars(query.order_by(Revision.number.desc()).limit(1).options(*REVISION)).unique().first()


@dataclass(frozen=True)
class Version:
    """One revision as the history shows it: without its body, unless that was asked for, with the name it was given."""

    revision: Revision
    name: str
    body: str


def versions(
    db: Session, article: Article, revision_ids: Collection[int], *, with_body: Collection[int]
) -> dict[int, Version]:
    """Return those revisions of a piece by id; those of `with_body` with their text."""
    body = case((Revision.id.in_(with_body), Revision.body), else_="")
    query = (
        select(Revision, RevisionName.name, body)
        .outerjoin(RevisionName, RevisionName.revision_id == Revision.id)
        .where(Revision.article_id == article.id, Revision.id.in_({*revision_ids, *with_body}))
        .options(joinedload(Revision.made_by), defer(Revision.body, raiseload=True))
    )
    return {revision.id: Version(revision, name or "", text or "") for revision, name, text in db.execute(query)}


def glance(db: Session, actor: Actor, article_id: int) -> Article:
    """Return one piece without its text, for what is asked every few seconds.

    Raises NotFound where there is none, and the very same where `actor` may not read it.
    """
    return _without_text(db, actor, article_id)


def outline(db: Session, actor: Actor, article_id: int) -> Article:
    """Return one piece without its text, with who is credited, for pages that show something else of it.

    Raises NotFound as `glance` does.
    """
    return _without_text(db, actor, article_id, joinedload(Article.head).selectinload(Revision.credits))


def _without_text(db: Session, actor: Actor, article_id: int, *more: ORMOption) -> Article:
    light = joinedload(Article.head).options(joinedload(Revision.made_by), defer(Revision.body, raiseload=True))
    query = visible_to(actor).where(Article.id == article_id).options(selectinload(Article.authors), light, *more)
    found = db.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such piece, or it is not yours to read.")
    return found


@dataclass(frozen=True)
class Here:
    """Somebody who has a piece open."""

    user_id: int
    name: str
    place: str
    label: str
    seen_at: datetime
    holding_since: datetime | None


def present(db: Session, article_id: int, *, since: datetime) -> list[Here]:
    """Return who has had a piece open since then, who holds it (first) by how long they have."""
    query = (
        select(Presence, User.name)
        .join(User, User.id == Presence.user_id)
        .where(Presence.article_id == article_id, Presence.seen_at > since)
        .order_by(Presence.holding_since.is_(None), Presence.holding_since, Presence.user_id)
    )
    return [
        Here(row.user_id, name, row.place, row.place_label, row.seen_at, row.holding_since)
        for row, name in db.execute(query)
    ]


def copy_of_tab(db: Session, article: Article, user_id: int, tab: str) -> WorkingCopy | None:
    """Return what this user has typed in one open editor and not saved yet, if anything."""
    mine = (WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id, WorkingCopy.tab == tab)
    return db.scalar(select(WorkingCopy).where(*mine))


def choosable(actor: Actor, words: str) -> Select[Article]:
    """Return the pieces that `actor` may read and that are not put away, the newest first, to choose one from."""
    query = (
        visible_to(actor)
        .join(Revision, Article.head_id == Revision.id)
        .options(*LINE)
        .where(Article.state != State.SPIKED)
        .order_by(Article.changed_at.desc(), Article.id.desc())
    )
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(Revision.headline.ilike(pattern) | Article.slug.ilike(pattern))
    return query


def of_group(*group_ids: int) -> ColumnElement[bool]:
    """Return the condition that a piece is one of these originals or of their translations."""
    return Article.id.in_(group_ids) | Article.original_id.in_(group_ids)


def originals(actor: Actor, article: Article, words: str) -> Select[Article]:
    """Return the pieces of which this one could be a translation."""
    return choosable(actor, words).where(
        Article.original_id.is_(None), Article.id != article.group_id, Revision.kind != Kind.PAGE
    )


def translations(db: Session, article: Article) -> list[Article]:
    """Return a piece and all that say the same, as lists show them, the original first; others put away are left out.

    Whoever calls shows only what may be read.
    """
    query = select(Article).where(
        of_group(article.group_id), (Article.state != State.SPIKED) | (Article.id == article.id)
    )
    found = db.scalars(query.options(*LINE, selectinload(Article.authors))).unique()
    return sorted(found, key=lambda one: (one.original_id is not None, one.id))


def original(db: Session, actor: Actor, article: Article) -> Article | None:
    """Return what a piece is a translation of, as lists show it, if it is one and `actor` may read that."""
    if article.original_id is None:
        return None
    return db.scalars(visible_to(actor).where(Article.id == article.original_id).options(*LINE)).unique().one_or_none()


def languages(db: Session, group_id: int) -> dict[int, str]:
    """Return in which language each piece of a group is, but for those that were put away."""
    query = select(Article.id, Revision.language).join(Revision, Article.head_id == Revision.id)
    return dict(db.execute(query.where(of_group(group_id), Article.state != State.SPIKED)).all())


def slug_taken(db: Session, slug: str, *, apart_from: int | None = None) -> bool:
    """Tell whether another piece has that address."""
    query: Select[Any] = select(Article.id).where(Article.slug == slug)
    if apart_from is not None:
        query = query.where(Article.id != apart_from)
    return db.scalar(query.limit(1)) is not None
