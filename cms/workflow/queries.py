"""Lists of work: what is mine, what waits for me, and everything that the desk has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from cms.articles.models import Article, ArticleAuthor, Credit, Revision
from cms.articles.queries import LINE, permitted, visible_to
from cms.core.events import Event
from cms.policy import Actor
from cms.publication.models import Published
from cms.vocabulary import Can, State
from cms.workflow.models import Approval

IS_LIVE = Article.id.in_(select(Published.article_id))
#: What still needs somebody: settled and spiked pieces do not.
IN_HAND = (State.IDEA, State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SCHEDULED)


@dataclass(frozen=True)
class Wanted:
    """The filters of the desk's list, as they stand in its address."""

    words: str = ""
    state: State | None = None
    is_live: bool = False
    section_id: int | None = None
    desk_id: int | None = None
    person_id: int | None = None
    order: str = "changed"


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Article.authors.any((ArticleAuthor.user_id == actor.id) & ArticleAuthor.is_current)


def my_work(actor: Actor) -> Select[Article]:
    """Return the pieces that belong to `actor` and still need something, what came back first."""
    query = visible_to(actor).where(_mine(actor), Article.state.in_(IN_HAND)).options(*LINE)
    return query.order_by((Article.state == State.CHANGES_REQUESTED).desc(), Article.changed_at.desc())


def waiting_for(actor: Actor) -> Select[Article]:
    """Return what waits for `actor`: reviews that they may decide, and pieces that came back to them.

    Ordered by what is due first, then by who has waited longest.
    """
    to_decide = and_(Article.state == State.IN_REVIEW, permitted(actor, Can.ARTICLE_APPROVE))
    to_mend = and_(Article.state == State.CHANGES_REQUESTED, _mine(actor))
    query = visible_to(actor).where(or_(to_decide, to_mend)).options(*LINE)
    return query.order_by(Article.due_at.is_(None), Article.due_at, Article.state_since)


def the_desk(actor: Actor, wanted: Wanted) -> Select[Article]:
    """Return every piece that `actor` may read, narrowed by the filters."""
    query = visible_to(actor).join(Revision, Article.head_id == Revision.id).options(*LINE)
    for word in wanted.words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(Revision.headline.ilike(pattern) | Revision.kicker.ilike(pattern) | Article.slug.ilike(pattern))
    if wanted.state is not None:
        query = query.where(Article.state == wanted.state)
    if wanted.is_live:
        query = query.where(IS_LIVE)
    if wanted.section_id is not None:
        query = query.where(Revision.section_id == wanted.section_id)
    if wanted.desk_id is not None:
        query = query.where(Article.desk_id == wanted.desk_id)
    if wanted.person_id is not None:
        query = query.where(Revision.credits.any(Credit.person_id == wanted.person_id))
    orders = {
        "changed": (Article.changed_at.desc(), Article.id.desc()),
        "due": (Article.due_at.is_(None), Article.due_at, Article.id.desc()),
        "headline": (func.lower(Revision.headline), Article.id),
        "waiting": (Article.state_since, Article.id),
    }
    return query.order_by(*orders.get(wanted.order, orders["changed"]))


def scheduled(actor: Actor) -> Select[Article]:
    """Return what will go live, soonest first."""
    return visible_to(actor).where(Article.state == State.SCHEDULED).options(*LINE).order_by(Article.publish_at)


def live(actor: Actor) -> Select[Article]:
    """Return what readers can see now, newest first."""
    return (
        visible_to(actor)
        .join(Published, Published.article_id == Article.id)
        .options(*LINE)
        .order_by(Published.published_at.desc(), Article.id.desc())
    )


def live_rows(db: Session, article_ids: list[int]) -> dict[int, Published]:
    """Return the edition rows of those pieces that are live."""
    return {row.article_id: row for row in db.scalars(select(Published).where(Published.article_id.in_(article_ids)))}


def counts(db: Session, actor: Actor) -> dict[State, int]:
    """Return how many pieces that `actor` may read are in each state."""
    query = visible_to(actor).with_only_columns(Article.state, func.count()).group_by(Article.state)
    found = dict(db.execute(query).tuples().all())
    return {state: found.get(state, 0) for state in State}


def happenings(db: Session, article: Article, *, limit: int = 60) -> list[Event]:
    """Return what happened to a piece, newest first, for its history."""
    query = select(Event).where(Event.subject_type == "article", Event.subject_id == article.id)
    return list(db.scalars(query.order_by(Event.id.desc()).limit(limit)))


def last_notes(db: Session, article_ids: list[int]) -> dict[int, Event]:
    """Return the newest event with a note of each of those pieces: the reason why it is where it is."""
    newest = (
        select(func.max(Event.id))
        .where(Event.subject_type == "article", Event.subject_id.in_(article_ids))
        .where(Event.name.in_(["article.request_changes", "article.reopen", "article.submit", "article.withdraw"]))
        .group_by(Event.subject_id)
    )
    return {e.subject_id: e for e in db.scalars(select(Event).where(Event.id.in_(newest))) if e.subject_id is not None}


def approvals(db: Session, article: Article) -> list[Approval]:
    """Return every receipt of a piece, newest first, the void ones too."""
    query = select(Approval).where(Approval.article_id == article.id).order_by(Approval.id.desc())
    return list(db.scalars(query))


def scheduled_between(actor: Actor, start: datetime, end: datetime) -> Select[Article]:
    """Return what will go live in a span of time."""
    return scheduled(actor).where(Article.publish_at >= start, Article.publish_at < end)
