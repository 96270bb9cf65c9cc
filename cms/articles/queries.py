"""Questions about pieces: which ones somebody may do something to, and one piece whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cms import policy
from cms.articles.models import Article, ArticleAuthor, Credit, Revision, RevisionTopic, WorkingCopy
from cms.core.errors import NotFound
from cms.policy import Actor
from cms.vocabulary import Can

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
        case "writing":
            return Article.state.in_(policy.WRITING)
        case "open":
            return Article.state.in_(policy.OPEN)
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


def history(article: Article) -> Select[Revision]:
    """Return the revisions of a piece, newest first, without their bodies."""
    return (
        select(Revision)
        .where(Revision.article_id == article.id)
        .options(joinedload(Revision.made_by), defer(Revision.body, raiseload=True))
        .order_by(Revision.number.desc())
    )


def working_copy(db: Session, article: Article, user_id: int) -> WorkingCopy | None:
    """Return the text that this user has lying beside the piece, if any."""
    return db.scalar(select(WorkingCopy).where(WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id))


def copy_of_tab(db: Session, article: Article, user_id: int, tab: str) -> WorkingCopy | None:
    """Return what this user has typed in one open editor and not saved yet, if anything."""
    mine = (WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id, WorkingCopy.tab == tab)
    return db.scalar(select(WorkingCopy).where(*mine))


def slug_taken(db: Session, slug: str, *, apart_from: int | None = None) -> bool:
    """Tell whether another piece has that address."""
    query: Select[Any] = select(Article.id).where(Article.slug == slug)
    if apart_from is not None:
        query = query.where(Article.id != apart_from)
    return db.scalar(query.limit(1)) is not None
