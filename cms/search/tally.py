"""Counts what readers ask: kept in memory and written down together, the words alone, never who asked."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Unavailable
from cms.publication.models import Published
from cms.search.models import LONGEST_ASKED, SearchCount, SearchOpening
from cms.search.query import bare, cut

log = structlog.get_logger()

EVERY = 60.0  # seconds
#: Different questions between two writings: beyond, somebody is only filling the table.
MOST = 1_000
KEPT = timedelta(days=90)
# A mail address, a telephone or card number: whoever typed that by mistake need not find it in a report.
PRIVATE = re.compile(r"@|(?<![\w.-])\+?(?:\d[ -]?){7}")


@dataclass(frozen=True)
class Asked:
    """One question in the report."""

    text: str
    times: int
    in_vain: int
    opened: int


@dataclass(frozen=True)
class Opened:
    """One piece in the report, and the question that led to it."""

    text: str
    slug: str
    headline: str
    times: int


class Tally:
    """The counts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written_at = time.monotonic()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._in_vain: Counter[tuple[str, str]] = Counter()
        self._opened: Counter[tuple[str, str, int]] = Counter()

    def asked(self, text: str, *, found: int) -> None:
        """Count a question."""
        key = (_today(), _plain(text))
        with self._lock:
            if key[1] and (key in self._asked or len(self._asked) < MOST):
                self._asked[key] += 1
                self._in_vain[key] += not found

    def opened(self, text: str, article_id: int) -> None:
        """Count that a piece was opened from the answer to a question."""
        key = (_today(), _plain(text), article_id)
        with self._lock:
            if key[1] and (key in self._opened or len(self._opened) < MOST):
                self._opened[key] += 1

    def is_due(self) -> bool:
        """Tell whether it is time to write."""
        return time.monotonic() - self._written_at > EVERY

    def write(self, sessions: sessionmaker[Session]) -> None:
        """Write down what was counted since; what cannot be written now is written with the next."""
        with self._lock:
            asked, in_vain, opened = self._asked, self._in_vain, self._opened
            self._asked, self._in_vain, self._opened = Counter(), Counter(), Counter()
            self._written_at = time.monotonic()
        if not asked and not opened:
            return
        try:
            with sessions() as db, transaction(db):
                _add(db, asked, in_vain, opened)
        except Unavailable as exc:
            log.warning("search.not_counted", reason=str(exc))
            with self._lock:
                self._asked += asked
                self._in_vain += in_vain
                self._opened += opened


def most_asked(db: Session, *, days: int = 30, most: int = 25, in_vain: bool = False) -> list[Asked]:
    """Return what was asked most in the last days, or asked in vain."""
    times, vain = func.sum(SearchCount.times), func.sum(SearchCount.in_vain)
    since = _since(days)
    query = select(SearchCount.asked, times, vain).where(SearchCount.day >= since).group_by(SearchCount.asked)
    if in_vain:
        query = query.having(vain > 0)
    found = db.execute(query.order_by((vain if in_vain else times).desc(), SearchCount.asked).limit(most)).all()
    opened = select(SearchOpening.asked, func.sum(SearchOpening.times)).where(
        SearchOpening.day >= since, SearchOpening.asked.in_([text for text, *_ in found])
    )
    openings = dict(db.execute(opened.group_by(SearchOpening.asked)).all())
    return [Asked(text, count, vainly, openings.get(text, 0)) for text, count, vainly in found]


def most_opened(db: Session, *, days: int = 30, most: int = 25) -> list[Opened]:
    """Return which live pieces were opened most from which questions."""
    times = func.sum(SearchOpening.times)
    query = (
        select(SearchOpening.asked, Published.slug, Published.headline, times)
        .join(Published, Published.article_id == SearchOpening.article_id)
        .where(SearchOpening.day >= _since(days))
        .group_by(SearchOpening.asked, Published.slug, Published.headline)
    )
    return [Opened(*row) for row in db.execute(query.order_by(times.desc(), SearchOpening.asked).limit(most))]


def sweep(db: Session) -> None:
    """Forget what was asked long ago."""
    for table in (SearchCount, SearchOpening):
        db.execute(delete(table).where(table.day < f"{clock.now() - KEPT:%Y-%m-%d}"))


def _add(
    db: Session,
    asked: Counter[tuple[str, str]],
    in_vain: Counter[tuple[str, str]],
    opened: Counter[tuple[str, str, int]],
) -> None:
    for (day, text), times in asked.items():
        row = db.get(SearchCount, (day, text), with_for_update=True)
        if row is None:
            row = SearchCount(day=day, asked=text, times=0, in_vain=0)
            db.add(row)
        row.times += times
        row.in_vain += in_vain[day, text]
    for (day, text, article_id), times in opened.items():
        opening = db.get(SearchOpening, (day, text, article_id), with_for_update=True)
        if opening is None:
            opening = SearchOpening(day=day, asked=text, article_id=article_id, times=0)
            db.add(opening)
        opening.times += times


def _plain(text: str) -> str:
    """Return a question as it is counted: its words in small letters, or '' where they look like somebody's own."""
    words = cut(bare(text)).lower()[:LONGEST_ASKED].strip()
    return "" if PRIVATE.search(words) else words


def _today() -> str:
    return f"{clock.now():%Y-%m-%d}"


def _since(days: int) -> str:
    return f"{clock.now() - timedelta(days=days):%Y-%m-%d}"
