"""What people do to a piece's text: create, save, restore, plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from cms.accounts.models import User
from cms.articles import document, queries, rules
from cms.articles.models import (
    Article,
    ArticleAuthor,
    Content,
    Credit,
    Revision,
    RevisionTopic,
    WorkingCopy,
)
from cms.core import clock, events, slugs
from cms.core.errors import Conflict, Invalid
from cms.media.models import Asset
from cms.people.models import Person
from cms.policy import Actor, require
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import Can, CreditRole, State


class EditConflict(Conflict):
    """Two people changed the same place; carries both texts, so that nothing is lost and one can choose.

    Plain values, because the rows behind them are forgotten when the transaction rolls back.
    """

    def __init__(self, *, mine: Content, theirs: Content, who: str, met: rules.Met) -> None:
        super().__init__(f"{who} saved this piece while you were writing, and changed the same place.")
        self.mine, self.theirs, self.who, self.met = mine, theirs, who, met


@dataclass(frozen=True)
class Saved:
    """What a save did: the new head revision, and sentences on what came in from somebody else."""

    revision: Revision
    brought_in: tuple[str, ...] = ()
    is_new: bool = True


def create(
    db: Session,
    actor: Actor,
    content: Content,
    *,
    desk_id: int | None = None,
    state: State = State.DRAFT,
    imported_from: str | None = None,
    at: datetime | None = None,
) -> Article:
    """Begin a piece with its first revision; an address that is taken gets a number behind it.

    `desk_id` defaults to the desk of its section. Raises Forbidden, or Invalid naming the field.
    """
    require(actor, Can.ARTICLE_CREATE)
    if state not in (State.IDEA, State.DRAFT):
        raise Invalid("A new piece is an idea or a draft.")
    content = rules.tidy(content)
    wanted = content.slug or slugs.make(content.headline)
    content = replace(content, slug=slugs.free(wanted, lambda slug: queries.slug_taken(db, slug)))
    _check(db, content)
    now = at or clock.now()
    article = Article(
        slug=content.slug,
        state=state,
        state_since=now,
        desk_id=_desk_for(db, content, desk_id),
        created_by_id=actor.id,
        created_at=now,
        changed_at=now,
        imported_from=imported_from,
    )
    set_committed_value(article, "authors", [])
    db.add(article)
    db.flush()
    _cut(db, actor, article, content, number=1, note="", at=now)
    events.record(db, actor, "article.created", article, state=state, hash=content.hash())
    return article


def save_draft(db: Session, actor: Actor, article: Article, content: Content, *, seen: int, note: str = "") -> Saved:
    """Store the text as a new revision and return it.

    `seen` is the id of the revision that the person started from. Where somebody saved in between, the two
    are joined block by block; what both changed raises EditConflict with both texts. Saving what is already
    there cuts no revision.
    """
    require(actor, Can.ARTICLE_EDIT, article)
    head = _head(article)
    content = rules.tidy(replace(content, slug=content.slug or head.slug))
    _check(db, content, article)
    brought_in: tuple[str, ...] = ()
    if seen != head.id:
        base = queries.revision_by_id(db, article, seen)
        if base is None:
            raise Conflict("The version you started from is not one of this piece. Reload, then paste your text.")
        met = rules.meet(base.content(), content, head.content())
        if met.clashes:
            maker = db.get(User, head.made_by_id) if head.made_by_id else None
            raise EditConflict(mine=content, theirs=head.content(), who=maker.name if maker else "Somebody", met=met)
        content, brought_in = met.content, met.brought_in
    _drop_working_copy(db, actor, article)
    if content.hash() == head.content_hash:
        return Saved(head, brought_in, is_new=False)
    revision = _cut(db, actor, article, content, number=head.number + 1, note=note, at=clock.now())
    events.record(
        db, actor, "article.saved", article, before=head.content_hash, after=revision.content_hash,
        revision=revision.number,
    )  # fmt: skip
    return Saved(revision, brought_in)


def restore(db: Session, actor: Actor, article: Article, revision: Revision, *, seen: int) -> Saved:
    """Make an earlier revision the newest again, as a new revision: nothing in between is lost."""
    require(actor, Can.ARTICLE_EDIT, article)
    if seen != article.head_id:
        raise Conflict("The piece changed while you were reading its history. Look again before you restore.")
    content = replace(revision.content(), slug=article.slug)
    return save_draft(db, actor, article, content, seen=seen, note=f"Restored from revision {revision.number}")


def roll_back(db: Session, actor: Actor, article: Article, revision: Revision) -> None:
    """Put the text back to an earlier revision, as part of dropping a revision of a live piece."""
    require(actor, Can.ARTICLE_REVISE, article)
    head = _head(article)
    if revision.content_hash != head.content_hash:
        note = f"Back to revision {revision.number}"
        _cut(db, actor, article, revision.content(), number=head.number + 1, note=note, at=clock.now())


def fitted(content: Content) -> tuple[Content, list[str]]:
    """Return the content with what is too long cut at a sentence or a word, and sentences that say so.

    For texts from elsewhere, whose limits were others; what people type here is refused instead.
    """
    said = []
    cut: dict[str, Any] = {}
    for name, limit in rules.LIMITS.items():
        text = getattr(content, name)
        if name != "slug" and len(text) > limit:
            cut[name] = document.teaser(text, limit=limit)
            said.append(f"The {rules.label(name)} was cut to {limit} characters; it had {len(text)}.")
    return replace(content, **cut), said


def keep_aside(db: Session, actor: Actor, article: Article, content: Content, *, base: int | None) -> WorkingCopy:
    """Keep text that could not become a revision (the losing side of a conflict), for its writer alone."""
    require(actor, Can.ARTICLE_READ, article)
    if actor.id is None:
        raise Invalid("Only somebody who is signed in can keep text aside.")
    kept = queries.working_copy(db, article, actor.id)
    if kept is None:
        kept = WorkingCopy(article_id=article.id, user_id=actor.id)
        db.add(kept)
    kept.content, kept.base_revision_id, kept.kept_at = content.as_json(), base, clock.now()
    return kept


def plan(
    db: Session,
    actor: Actor,
    article: Article,
    *,
    desk_id: int,
    due_at: datetime | None,
    embargo_until: datetime | None,
) -> None:
    """Set which desk a piece belongs to, when it is due, and before when it may not appear."""
    require(actor, Can.ARTICLE_PLAN, article)
    if db.get(Desk, desk_id) is None:
        raise Invalid("There is no such desk.", field="desk_id")
    if embargo_until and article.publish_at and article.publish_at < embargo_until:
        raise Invalid("It is scheduled for before that embargo ends. Unschedule it first.", field="embargo_until")
    before = [article.desk_id, _iso(article.due_at), _iso(article.embargo_until)]
    article.desk_id, article.due_at, article.embargo_until = desk_id, due_at, embargo_until
    after = [desk_id, _iso(due_at), _iso(embargo_until)]
    if before != after:
        events.record(db, actor, "article.planned", article, before=before, after=after)


def _check(db: Session, content: Content, article: Article | None = None) -> None:
    rules.check(content)
    for field, model, ids in (
        ("section_id", Section, {content.section_id} - {None}),
        ("topic_ids", Topic, set(content.topic_ids)),
        ("credits", Person, {c.person_id for c in content.credits}),
        ("hero_id", Asset, {content.hero_id} - {None}),
    ):
        if ids and len(db.scalars(select(model.id).where(model.id.in_(ids))).all()) < len(ids):
            raise Invalid(f"The {rules.label(field)} that was chosen is not there any more.", field=field)
    if article is not None and queries.slug_taken(db, content.slug, apart_from=article.id):
        raise Invalid("Another piece has that address. Choose a different one.", field="slug")


def _desk_for(db: Session, content: Content, desk_id: int | None) -> int:
    if desk_id is not None:
        return desk_id
    if content.section_id is not None:
        return db.get_one(Section, content.section_id).desk_id
    first = db.scalar(select(Desk.id).order_by(Desk.id).limit(1))
    if first is None:
        raise Invalid("There is no desk yet. An editor in chief can make one under Sections.", field="desk_id")
    return first


def _cut(
    db: Session, actor: Actor, article: Article, content: Content, *, number: int, note: str, at: datetime
) -> Revision:
    """Write the next revision and make it the head."""
    plain = {k: v for k, v in vars(content).items() if k not in ("credits", "topic_ids")}
    # Whole objects, so that what is published in the same breath need not be read again.
    people = {p.id: p for p in db.scalars(select(Person).where(Person.id.in_({c.person_id for c in content.credits})))}
    topics = {t.id: t for t in db.scalars(select(Topic).where(Topic.id.in_(content.topic_ids)))}
    revision = Revision(
        article_id=article.id,
        number=number,
        made_by_id=actor.id,
        made_at=at,
        note=note,
        content_hash=content.hash(),
        word_count=document.word_count(content.body),
        **plain,
        section=db.get(Section, content.section_id) if content.section_id else None,
        credits=[
            Credit(position=i, person=people[c.person_id], role=c.role, affiliation=c.affiliation)
            for i, c in enumerate(content.credits)
        ],
        topics=[RevisionTopic(position=i, topic=topics[topic_id]) for i, topic_id in enumerate(content.topic_ids)],
    )
    db.add(revision)
    db.flush()
    article.head, article.slug, article.changed_at = revision, content.slug, at
    _own(db, article, content)
    db.flush()
    return revision


def _own(db: Session, article: Article, content: Content) -> None:
    """Keep who owns the piece in step with its creator and credits; former owners stay, as former ones."""
    credited = {c.person_id for c in content.credits if c.role.makes_author}
    behind = db.scalars(select(Person.user_id).where(Person.id.in_(credited)))
    users = {user_id for user_id in behind if user_id is not None}
    if article.created_by_id is not None:
        users.add(article.created_by_id)
    known = {author.user_id for author in article.authors}
    for author in article.authors:
        author.is_current = author.user_id in users
    article.authors.extend(
        ArticleAuthor(article_id=article.id, user_id=user_id, is_current=True) for user_id in sorted(users - known)
    )


def login_linked(db: Session, event: events.Event) -> None:
    """Count a login among the former owners of all that was ever credited to its public face (NOW: with the link).

    It gains nothing by that but one refusal: nobody approves their own piece by being linked after it was credited.
    """
    user_id = event.details.get("after")
    if user_id is None:
        return
    makes_author = [role for role in CreditRole if role.makes_author]
    credited = (
        select(Revision.article_id)
        .join(Credit, Credit.revision_id == Revision.id)
        .where(Credit.person_id == event.subject_id, Credit.role.in_(makes_author))
    )
    known = select(ArticleAuthor.article_id).where(ArticleAuthor.user_id == user_id)
    for article_id in db.scalars(credited.where(Revision.article_id.not_in(known)).distinct()).all():
        db.add(ArticleAuthor(article_id=article_id, user_id=user_id, is_current=False))


def _head(article: Article) -> Revision:
    if article.head is None:
        raise Invalid("This piece has no text yet.")
    return article.head


def _drop_working_copy(db: Session, actor: Actor, article: Article) -> None:
    if actor.id is not None and (kept := queries.working_copy(db, article, actor.id)):
        db.delete(kept)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
