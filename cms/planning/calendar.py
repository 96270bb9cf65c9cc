"""What stands in the calendar: drafts due, pieces that go out or went, embargoes, parts of series, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from cms.articles.models import Article, Revision
from cms.articles.queries import permitted, visible_to
from cms.interviews.models import Episode, Series
from cms.planning import rules
from cms.planning.service import Date
from cms.policy import Actor
from cms.publication.models import Published
from cms.vocabulary import Can, State
from cms.workflow.queries import IN_HAND

LIVE = "live"
MOST = 600  # entries of a window; a month of a large newsroom has some two hundred
MOST_LOOSE = 30
MOST_SERIES = 20


@dataclass(frozen=True)
class Entry:
    """One date of one piece; `what` is one of `Date`, or `live` where it went out."""

    at: datetime | None
    what: str
    article_id: int
    headline: str
    state: State
    series: str = ""
    part: int = 0
    is_movable: bool = False


@dataclass(frozen=True)
class Run:
    """How far a series has got: how many parts are out, which come when, and which have no date or no piece."""

    series_id: int
    title: str
    out: int
    planned: int
    dated: tuple[tuple[int, datetime, str], ...]
    undated: tuple[int, ...]
    missing: tuple[int, ...]


def entries(db: Session, actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """Return what falls into a span of time of the pieces that `actor` may read, in order (one query)."""
    plan, publish = permitted(actor, Can.ARTICLE_PLAN), permitted(actor, Can.ARTICLE_PUBLISH)
    # What is approved has been delivered: it waits for a slot, not for its writer.
    still = Article.state.in_([state for state in IN_HAND if state not in (State.APPROVED, State.SCHEDULED)])
    parts = (
        _dated(actor, Article.due_at, Date.DUE, plan).where(still),
        _dated(actor, Article.embargo_until, Date.EMBARGO, plan).where(Article.state.in_(IN_HAND)),
        _dated(actor, Article.publish_at, Date.SCHEDULED, publish).where(Article.state == State.SCHEDULED),
        _dated(actor, Published.published_at, LIVE, literal(False)).join(Published, Published.article_id == Article.id),
    )
    moments = (Article.due_at, Article.embargo_until, Article.publish_at, Published.published_at)
    spans = [part.where(at >= start, at < end) for part, at in zip(parts, moments, strict=True)]
    rows: Sequence[Any] = db.execute(union_all(*spans).order_by("at").limit(MOST)).all()
    return sorted((_entry(row) for row in rows), key=lambda entry: (entry.at, entry.headline))


@dataclass(frozen=True)
class Day:
    """One day of the calendar; nothing goes out on one that is free."""

    day: date
    entries: Sequence[Entry]

    @property
    def is_free(self) -> bool:
        """Whether nothing goes out on it, or went."""
        return not any(entry.what in (Date.SCHEDULED, LIVE) for entry in self.entries)


def days(db: Session, actor: Actor, first: date, number: int, zone: ZoneInfo) -> list[Day]:
    """Return so many days from the first on, each with what falls on it of what `actor` may read (one query)."""
    every = [first + timedelta(days=one) for one in range(number)]
    begin, end = (datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=number)))
    by_day: dict[date, list[Entry]] = {day: [] for day in every}
    for entry in entries(db, actor, begin, end):
        if entry.at is not None:
            by_day[entry.at.astimezone(zone).date()].append(entry)
    return [Day(day, found) for day, found in by_day.items()]


def loose(db: Session, actor: Actor) -> list[Entry]:
    """Return what has no day yet: approved pieces without a time to go out, and pieces in work that are not due."""
    plan, publish = permitted(actor, Can.ARTICLE_PLAN), permitted(actor, Can.ARTICLE_PUBLISH)
    writing = (State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.TO_CONFIRM)
    parts = (
        _dated(actor, Article.publish_at, Date.SCHEDULED, publish).where(Article.state == State.APPROVED),
        _dated(actor, Article.due_at, Date.DUE, plan).where(Article.state.in_(writing), Article.due_at.is_(None)),
    )
    found = union_all(*parts).subquery()
    rows: Sequence[Any] = db.execute(select(found).order_by(found.c.article_id.desc()).limit(MOST_LOOSE)).all()
    return [_entry(row) for row in rows]


def runs(db: Session, actor: Actor) -> list[Run]:
    """Return how far the series have got that are not complete (two queries)."""
    is_out = Episode.article_id.in_(select(Published.article_id))
    counted = (
        select(Series.id, Series.title, Series.planned_parts, func.count(case((is_out, 1))), func.max(Episode.part))
        .outerjoin(Episode, Episode.series_id == Series.id)
        .group_by(Series.id, Series.title, Series.planned_parts)
        .having((Series.planned_parts > func.count(case((is_out, 1)))) | (func.count(case((~is_out, 1))) > 0))
        .order_by(Series.title)
        .limit(MOST_SERIES)
    )
    rows = db.execute(counted).all()
    at = func.coalesce(Article.publish_at, Article.due_at)
    known = (
        select(Episode.series_id, Episode.part, at, Article.state, is_out, permitted(actor, Can.ARTICLE_READ))
        .join(Article, Article.id == Episode.article_id)
        .where(Episode.series_id.in_([row[0] for row in rows]))
        .order_by(Episode.part)
    )
    parts: dict[int, list[Any]] = {}
    for row in db.execute(known):
        parts.setdefault(row[0], []).append(row)
    return [_run(row, parts.get(row[0], [])) for row in rows]


def _dated(actor: Actor, at: Any, what: str, movable: ColumnElement[bool]) -> Select[Any]:
    return (
        visible_to(actor)
        .join(Revision, Article.head_id == Revision.id)
        .outerjoin(Episode, Episode.article_id == Article.id)
        .outerjoin(Series, Series.id == Episode.series_id)
        .with_only_columns(
            at.label("at"),
            literal(str(what)).label("what"),
            Article.id.label("article_id"),
            Revision.headline.label("headline"),
            Article.state.label("state"),
            func.coalesce(Series.title, "").label("series"),
            func.coalesce(Episode.part, 0).label("part"),
            case((movable, 1), else_=0).label("movable"),
        )
    )


def _entry(row: Any) -> Entry:
    return Entry(
        row.at, row.what, row.article_id, row.headline, row.state, row.series, row.part, is_movable=bool(row.movable)
    )


def _run(row: Any, parts: Sequence[Any]) -> Run:
    series_id, title, planned, out, _ = row
    coming = [(part, at, state, may) for _, part, at, state, is_out, may in parts if not is_out]
    return Run(
        series_id,
        title,
        out,
        planned,
        dated=tuple((part, at, state.label) for part, at, state, may in coming if may and at is not None),
        undated=tuple(part for part, at, _, may in coming if at is None or not may),
        missing=tuple(rules.gaps(planned, [part for _, part, *_ in parts])),
    )
