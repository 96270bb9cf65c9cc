"""What the work amounts to, in numbers: what came out, how long pieces wait, who reviews, and what was late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cms.accounts import queries as accounts
from cms.accounts.models import User
from cms.articles.models import Article, Revision
from cms.core.events import Event
from cms.publication.models import Published
from cms.vocabulary import State
from cms.workflow import rounds
from cms.workflow.models import Approval, Round
from cms.workflow.queries import IN_HAND, rounds_of
from cms.workflow.transitions import TRANSITIONS

WEEKS = 12
MOST_EVENTS = 50_000  # of the weeks that are looked at; a newsroom of fifty makes some ten thousand
APPROVED = ("approve", "sign")  # an approval after which others are missing is one all the same
REVIEWED = (*APPROVED, "request_changes", "ask_confirmation")
MOVES = tuple(action for action in TRANSITIONS if action != "sign")  # after a signature, a piece is where it was


@dataclass(frozen=True)
class Passed:
    """How long pieces stayed in a state, of those that left it, in hours; and how many are there now."""

    state: State
    middle: float
    longest: float
    count: int
    now: int


@dataclass(frozen=True)
class Load:
    """How many reviews somebody decided, how many of them were approvals, and how many wait for them now.

    What a colleague has taken up waits for that colleague.
    """

    name: str
    decided: int
    approved: int
    waiting: int


@dataclass(frozen=True)
class Punctual:
    """How many pieces were due in a week, and how many of them were approved too late, or not yet."""

    week: date
    due: int
    late: int

    @property
    def share(self) -> float:
        """The share of the late ones, from 0 to 1."""
        return self.late / self.due if self.due else 0.0


def weeks(today: date) -> list[date]:
    """Return the Mondays of the weeks that are looked at, the present one last."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=number) for number in reversed(range(WEEKS))]


def published(db: Session, mondays: Sequence[date], zone: ZoneInfo) -> dict[str, list[int]]:
    """Return how many pieces came out in each week, by section; those with the most first."""
    query = select(Published.section_name, Published.published_at)
    found: dict[str, list[int]] = {}
    for name, at in db.execute(query.where(Published.published_at >= _begin(mondays[0], zone))):
        counts = found.setdefault(name or "No section", [0] * len(mondays))
        if (place := _place(at, mondays, zone)) is not None:
            counts[place] += 1
    return dict(sorted(found.items(), key=lambda pair: (-sum(pair[1]), pair[0])))


def passed(db: Session, since: datetime) -> list[Passed]:
    """Return how long pieces stayed in each state that needs somebody, as the record of what was done tells it."""
    names = [f"article.{action}" for action in MOVES]
    query = (
        select(Event.subject_id, Event.name, Event.at)
        .where(Event.at >= since, Event.subject_type == "article", Event.name.in_(["article.created", *names]))
        .order_by(Event.subject_id, Event.id)
        .limit(MOST_EVENTS)
    )
    hours: dict[State, list[float]] = {state: [] for state in IN_HAND}
    for (piece, name, at), (same, next_name, until) in pairwise(db.execute(query).all()):
        state = _state_after(name, next_name)
        if piece == same and state in hours and next_name != "article.adopt":
            hours[state].append((until - at).total_seconds() / 3600)
    there = select(Article.state, func.count()).where(Article.state.in_(IN_HAND)).group_by(Article.state)
    now = dict(db.execute(there).all())
    return [
        Passed(state, median(spent) if spent else 0.0, max(spent, default=0.0), len(spent), now.get(state, 0))
        for state, spent in hours.items()
    ]


def loads(db: Session, since: datetime) -> list[Load]:
    """Return who decided how many reviews, and how many wait for each, whoever has the most in hand first."""
    names = [f"article.{action}" for action in REVIEWED]
    done = (
        select(Event.actor_id, Event.name, func.count())
        .where(Event.at >= since, Event.name.in_(names), Event.actor_id.is_not(None))
        .group_by(Event.actor_id, Event.name)
    )
    decided: dict[int, dict[str, int]] = {}
    for actor_id, name, count in db.execute(done):
        assert actor_id is not None
        decided.setdefault(actor_id, {})[name] = count
    owned = (selectinload(Article.authors), joinedload(Article.head).load_only(Revision.content_hash))
    pieces = db.scalars(select(Article).where(Article.state == State.IN_REVIEW).options(*owned)).all()
    running = rounds_of(db, pieces)
    people = db.scalars(select(User).options(*accounts.WITH_DESKS).order_by(User.name)).all()
    found = []
    for user in people:
        waiting = sum(_awaits(user, piece, running) for piece in pieces) if user.is_active else 0
        counts = decided.get(user.id, {})
        approved = sum(counts.get(f"article.{action}", 0) for action in APPROVED)
        if counts or waiting:
            found.append(Load(user.name, sum(counts.values()), approved, waiting))
    return sorted(found, key=lambda load: (-load.decided, load.name))


def punctual(db: Session, mondays: Sequence[date], now: datetime, zone: ZoneInfo) -> list[Punctual]:
    """Return, week by week, how many of the pieces that were due had not been approved by then."""
    first = func.min(Approval.approved_at)
    query = (
        select(Article.due_at, first)
        .outerjoin(Approval, Approval.article_id == Article.id)
        .where(Article.due_at >= _begin(mondays[0], zone), Article.due_at < now)
        .where(Article.state.not_in((State.IDEA, State.SPIKED)))
        .group_by(Article.id, Article.due_at)
    )
    due, late = [0] * len(mondays), [0] * len(mondays)
    rows: Sequence[Any] = db.execute(query).all()
    for at, approved_at in rows:
        if (place := _place(at, mondays, zone)) is not None:
            due[place] += 1
            late[place] += approved_at is None or approved_at > at
    return [Punctual(week, *counts) for week, *counts in zip(mondays, due, late, strict=True)]


def _awaits(user: User, piece: Article, running: Mapping[int, Round]) -> bool:
    return piece.id in running and piece.head is not None and rounds.awaits(user, piece, running[piece.id], piece.head)


def _state_after(name: str, next_name: str) -> State:
    """Return the state in which an action left a piece; what was begun is an idea where a yes comes next."""
    action = name.removeprefix("article.")
    if action == "created":
        return State.IDEA if next_name == "article.start" else State.DRAFT
    return TRANSITIONS[action].target


def _place(at: datetime, mondays: Sequence[date], zone: ZoneInfo) -> int | None:
    place = (at.astimezone(zone).date() - mondays[0]).days // 7
    return place if 0 <= place < len(mondays) else None


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
