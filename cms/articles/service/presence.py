"""Who has a piece open, and who holds it: a courtesy that everybody sees and anybody may take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries
from cms.articles.models import Article, Presence
from cms.articles.queries import Here
from cms.core import clock, events
from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.policy import Actor, can, require
from cms.vocabulary import Can

#: Pages call every ten to fifteen seconds; whoever missed three calls is gone.
SILENCE = timedelta(seconds=45)
FORGOTTEN = timedelta(minutes=5)
TAKEN_OVER = "article.taken_over"


@dataclass(frozen=True)
class Taken:
    """Who took a piece over, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Company:
    """Who else is here, who holds the piece, and who took it from the one who asks (until they take it back)."""

    others: tuple[Here, ...]
    holder: Here | None
    taken_by: Taken | None


def visit(
    db: Session,
    actor: Actor,
    article: Article,
    *,
    place: str = "",
    label: str = "",
    is_writing: bool = False,
    takes: bool = False,
) -> Company:
    """Say that `actor` has the piece open, at which block, and return who else has.

    Who writes first, while nobody holds the piece, holds it; who `takes` it holds it from now on, and that is
    recorded. Whoever may not change the text is seen, and holds nothing. No event, no version: it changes no piece.
    """
    require(actor, Can.ARTICLE_READ, article)
    if takes:
        require(actor, Can.ARTICLE_EDIT, article)
    if actor.id is None:
        raise Invalid("Only somebody who is signed in can be here.")
    now = clock.now()
    rows = _rows(db, article)
    own = rows.get(actor.id) or _arrived(db, article, actor.id, now)
    holding = [r for r in rows.values() if r.holding_since and r.seen_at > now - SILENCE and r.user_id != actor.id]
    holder = min(holding, key=lambda row: (row.holding_since, row.user_id), default=None)
    if own.seen_at <= now - SILENCE:
        own.holding_since = None  # silent for so long: whoever wrote meanwhile holds it
    own.place, own.place_label, own.seen_at = place, clean_text(label)[:300], now
    if takes:
        _take(db, actor, article, rows, own)
    elif is_writing and holder is None and own.holding_since is None and can(actor, Can.ARTICLE_EDIT, article):
        own.holding_since = now
    db.flush()
    return _company(db, actor, article, now)


def leave(db: Session, actor: Actor, article: Article) -> None:
    """Say that `actor` closed the piece."""
    require(actor, Can.ARTICLE_READ, article)
    db.execute(delete(Presence).where(Presence.article_id == article.id, Presence.user_id == actor.id))


def sweep(db: Session) -> int:
    """Forget who has not been heard of for minutes (a job of the worker); return how many."""
    gone = delete(Presence).where(Presence.seen_at < clock.now() - FORGOTTEN)
    return int(db.execute(gone).rowcount)  # type: ignore[attr-defined]


def _rows(db: Session, article: Article) -> dict[int, Presence]:
    """Return everybody's row, held in one order, so that two who take over at once wait for each other."""
    query = select(Presence).where(Presence.article_id == article.id).order_by(Presence.user_id)
    return {row.user_id: row for row in db.scalars(query.with_for_update())}


def _arrived(db: Session, article: Article, user_id: int, now: datetime) -> Presence:
    row = Presence(article_id=article.id, user_id=user_id, seen_at=now, place="", place_label="")
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # the same person's other tab came in at the same moment
        return db.scalars(
            select(Presence).where(Presence.article_id == article.id, Presence.user_id == user_id).with_for_update()
        ).one()
    return row


def _take(db: Session, actor: Actor, article: Article, rows: dict[int, Presence], own: Presence) -> None:
    """Make it one's own; recorded only where somebody had it."""
    fresh = own.seen_at - SILENCE
    had = [row for row in rows.values() if row is not own and row.holding_since is not None]
    own.holding_since = own.holding_since or own.seen_at
    if not had:
        return
    own.holding_since = own.seen_at
    lost = [row.user_id for row in had if row.seen_at > fresh]
    for row in had:
        row.holding_since = None
    if lost:
        events.record(db, actor, TAKEN_OVER, article, lost=lost, at=own.holding_since.isoformat())


def _company(db: Session, actor: Actor, article: Article, now: datetime) -> Company:
    here = queries.present(db, article.id, since=now - SILENCE)
    holder = next((one for one in here if one.holding_since is not None), None)
    others = tuple(one for one in here if one.user_id != actor.id)
    taken = _taken(db, actor, article, holder) if holder and holder.user_id != actor.id else None
    return Company(others, holder, taken)


def _taken(db: Session, actor: Actor, article: Article, holder: Here) -> Taken | None:
    """Return who took the piece from `actor`, for as long as they have it: an answer that got lost is given again."""
    assert holder.holding_since is not None
    last = db.execute(
        select(events.Event, User.name)
        .join(User, User.id == events.Event.actor_id)
        .where(events.Event.subject_type == "article", events.Event.subject_id == article.id)
        .where(events.Event.name == TAKEN_OVER)
        .order_by(events.Event.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    event, name = last
    is_this = event.actor_id == holder.user_id and event.details.get("at") == holder.holding_since.isoformat()
    return Taken(name, holder.holding_since) if is_this and actor.id in event.details.get("lost", []) else None
