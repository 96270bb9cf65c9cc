"""Lists of work: what is mine, what waits for me, and everything that the desk has in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, selectinload

from cms.accounts.models import User
from cms.articles.models import Article, ArticleAuthor, Credit, Revision
from cms.articles.queries import LINE, permitted, visible_to
from cms.core import clock
from cms.core.events import Event
from cms.policy import Actor
from cms.publication.models import Published, PublishedPage
from cms.vocabulary import Kind, Priority, State
from cms.workflow.models import Approval, Round, Seat
from cms.workflow.rounds import SEATS
from cms.workflow.rulebook import RIGHTS

IS_LIVE = Article.id.in_(select(Published.article_id)) | Article.id.in_(select(PublishedPage.article_id))
#: Joins the round that a piece is in.
RUNNING = and_(Round.article_id == Article.id, Round.ended_at.is_(None))
PRESSES = case({Priority.URGENT: 0, Priority.LOW: 2}, value=Round.priority, else_=1)
#: What still needs somebody: settled and spiked pieces do not.
IN_HAND = (
    State.IDEA, State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.TO_CONFIRM, State.APPROVED,
    State.SCHEDULED,
)  # fmt: skip
#: What came back to the people who wrote it.
BACK = (State.CHANGES_REQUESTED, State.TO_CONFIRM)


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
    return query.order_by(Article.state.in_(BACK).desc(), Article.changed_at.desc())


def waiting_for(actor: Actor) -> Select[Article]:
    """Return what waits for `actor`: reviews that want an approval of theirs, and pieces that came back to them.

    Ordered by what presses and what is due first, then by who has waited longest.
    """
    to_decide = and_(Article.state == State.IN_REVIEW, awaits(actor))
    to_mend = and_(Article.state.in_(BACK), _mine(actor))
    due_at = func.coalesce(Round.due_at, Article.due_at)
    query = visible_to(actor).outerjoin(Round, RUNNING).where(or_(to_decide, to_mend)).options(*LINE)
    return query.order_by(PRESSES, due_at.is_(None), due_at, Article.state_since)


def reviews(actor: Actor, *, desk_id: int | None = None, is_mine: bool = False) -> Select[Article]:
    """Return every piece in review that `actor` may read: what is overdue first, then what presses, then what is due.

    `is_mine` leaves those that want an approval of `actor`, or that they were asked for or have taken up.
    """
    now, due_at = clock.now(), func.coalesce(Round.due_at, Article.due_at)
    query = visible_to(actor).join(Round, RUNNING).where(Article.state == State.IN_REVIEW).options(*LINE)
    if desk_id is not None:
        query = query.where(or_(Article.desk_id == desk_id, Article.asked_desk_id == desk_id))
    if is_mine:
        query = query.where(awaits(actor))
    is_late = and_(due_at.is_not(None), due_at < now)
    return query.order_by(is_late.desc(), PRESSES, due_at.is_(None), due_at, Article.state_since, Article.id)


def rounds_of(db: Session, articles: Sequence[Article]) -> dict[int, Round]:
    """Return the running round of each of those pieces that is in review, with its seats; one query, or none."""
    ids = [article.id for article in articles if article.state is State.IN_REVIEW]
    if not ids:
        return {}
    query = select(Round).where(Round.article_id.in_(ids), Round.ended_at.is_(None)).options(SEATS)
    return {round_.article_id: round_ for round_ in db.scalars(query).unique()}


def awaits(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which the round of a piece wants an approval that `actor` can give.

    It is `rounds.seat_for` as a WHERE clause, less what a colleague who is still here has taken up or was asked for.
    The running round is joined.
    """
    benches = or_(*(and_(Seat.bench == bench, permitted(actor, right)) for bench, right in RIGHTS.items()))
    hash_now = select(Revision.content_hash).where(Revision.id == Article.head_id).scalar_subquery()
    is_last = Round.stage == Round.last_stage
    stands = or_(~is_last, Seat.stage < Round.stage, Seat.content_hash == hash_now)
    free = and_(
        Seat.round_id == Round.id,
        Seat.stage == Round.stage,
        or_(Seat.signed_by_id.is_(None), and_(Seat.content_hash != hash_now, is_last)),
        or_(Seat.holder_id.is_(None), Seat.holder_id == actor.id, Seat.holder.has(User.disabled_at.is_not(None))),
        benches,
    )
    voted = and_(Seat.round_id == Round.id, Seat.signed_by_id == actor.id, stands)
    return and_(Round.id.is_not(None), select(Seat.id).where(free).exists(), ~select(Seat.id).where(voted).exists())


def the_desk(actor: Actor, wanted: Wanted) -> Select[Article]:
    """Return every piece that `actor` may read, narrowed by the filters."""
    query = visible_to(actor).join(Revision, Article.head_id == Revision.id).options(*LINE)
    for word in wanted.words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        fields = (Revision.headline, Revision.kicker, Article.slug)
        query = query.where(or_(*(field.ilike(pattern) for field in fields)))
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


def trash(actor: Actor, wanted: Wanted) -> Select[Article]:
    """Return the dropped pieces that `actor` may read, narrowed by the filters, what was dropped last first."""
    query = the_desk(actor, replace(wanted, state=State.SPIKED, is_live=False)).options(selectinload(Article.authors))
    return query.order_by(None).order_by(Article.state_since.desc(), Article.id.desc())


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


@dataclass(frozen=True)
class LiveRow:
    """Where readers have a piece or a page, since when, and by which revision."""

    article_id: int
    revision_id: int
    slug: str
    kind: Kind
    published_at: datetime


def live_rows(db: Session, article_ids: list[int]) -> dict[int, LiveRow]:
    """Return where those pieces and pages are that are live (one query)."""
    pieces, pages = Published, PublishedPage
    kind = pieces.__table__.c.kind
    found = union_all(
        select(pieces.article_id, pieces.revision_id, pieces.slug, kind, pieces.published_at),
        select(pages.article_id, pages.revision_id, pages.slug, literal(Kind.PAGE, kind.type), pages.published_at),
    ).subquery()
    rows = db.execute(select(found).where(found.c.article_id.in_(article_ids)))
    return {row.article_id: LiveRow(*row) for row in rows}


def house_pages(actor: Actor) -> Select[Article]:
    """Return the pages of the house that `actor` may read, those dropped left out, by name."""
    pages = visible_to(actor).join(Revision, Article.head_id == Revision.id).where(Revision.kind == Kind.PAGE)
    return pages.where(Article.state != State.SPIKED).options(*LINE).order_by(Revision.headline, Article.id)


def counts(db: Session, actor: Actor) -> dict[State, int]:
    """Return how many pieces that `actor` may read are in each state."""
    query = visible_to(actor).with_only_columns(Article.state, func.count()).group_by(Article.state)
    found = dict(db.execute(query).all())
    return {state: found.get(state, 0) for state in State}


@dataclass(frozen=True)
class Note:
    """Something that was done to a piece: the action, by whom, when, and what they said about it."""

    action: str
    who: str
    at: datetime
    text: str
    details: dict[str, Any]


def _note(event: Event, name: str | None) -> Note:
    action = event.name.removeprefix("article.")
    text = str(event.details.get("note") or event.details.get("reason") or "")
    return Note(action, name or "Galley", event.at, text, event.details)


def happenings(db: Session, article: Article, *, limit: int = 300) -> list[Note]:
    """Return what happened to a piece, newest first, for its history: not its saves, nor what was said beside it."""
    query = (
        select(Event, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.subject_type == "article", Event.subject_id == article.id, Event.name != "article.saved")
        .where(*(Event.name.not_like(f"{family}.%") for family in ("comment", "thread", "suggestion", "search")))
    )
    return [_note(*row) for row in db.execute(query.order_by(Event.id.desc()).limit(limit))]


def last_notes(db: Session, article_ids: list[int]) -> dict[int, Note]:
    """Return the newest event with a note of each of those pieces: the reason why it is where it is."""
    return _newest(db, article_ids, ("request_changes", "ask_confirmation", "reopen", "submit", "withdraw"))


def drops(db: Session, article_ids: list[int]) -> dict[int, Note]:
    """Return who dropped each of those pieces last, when and why."""
    return _newest(db, article_ids, ("spike",))


def _newest(db: Session, article_ids: list[int], actions: Sequence[str]) -> dict[int, Note]:
    newest = (
        select(func.max(Event.id))
        .where(Event.subject_type == "article", Event.subject_id.in_(article_ids))
        .where(Event.name.in_([f"article.{action}" for action in actions]))
        .group_by(Event.subject_id)
    )
    query = select(Event, User.name).outerjoin(User, User.id == Event.actor_id).where(Event.id.in_(newest))
    return {e.subject_id: _note(e, name) for e, name in db.execute(query) if e.subject_id is not None}


def approvals(db: Session, article: Article) -> list[Approval]:
    """Return every receipt of a piece, newest first, the void ones too."""
    query = select(Approval).where(Approval.article_id == article.id).order_by(Approval.id.desc())
    return list(db.scalars(query))


def scheduled_between(actor: Actor, start: datetime, end: datetime) -> Select[Article]:
    """Return what will go live in a span of time."""
    return scheduled(actor).where(Article.publish_at >= start, Article.publish_at < end)


@dataclass(frozen=True)
class Outing:
    """A piece that went live, or will, at some hour of a day."""

    at: datetime
    article_id: int
    headline: str
    is_live: bool


def outings(db: Session, actor: Actor, start: datetime, end: datetime) -> list[Outing]:
    """Return what went live and what will in a span of time, in order: the day's schedule."""
    to_come = (
        visible_to(actor)
        .join(Revision, Article.head_id == Revision.id)
        .where(Article.state == State.SCHEDULED, Article.publish_at >= start, Article.publish_at < end)
        .with_only_columns(Article.publish_at, Article.id, Revision.headline, literal(0))
    )
    gone_out = (
        visible_to(actor)
        .join(Published, Published.article_id == Article.id)
        .where(Published.published_at >= start, Published.published_at < end)
        .with_only_columns(Published.published_at, Article.id, Published.headline, literal(1))
    )
    rows: Sequence[Any] = db.execute(union_all(to_come, gone_out)).all()
    return sorted((Outing(at, i, headline, bool(live)) for at, i, headline, live in rows), key=lambda o: o.at)
