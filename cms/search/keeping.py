"""Keeping an index the same as what it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from cms.core import trail
from cms.core.events import Event, wants
from cms.search.index import Document, Index, IndexUnavailable

log = structlog.get_logger()

BATCH = 200
AT_ONCE = 500  # events read in one turn


@dataclass(frozen=True)
class Source:
    """What an index is made of: some documents by their ids, all of them, and all ids."""

    some: Callable[[Session, Collection[int]], list[Document]]
    all: Callable[[Session], Iterator[Document]]
    ids: Callable[[Session], set[int]]


@dataclass(frozen=True)
class Difference:
    """Where an index and its source disagree: ids of documents."""

    missing: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


class Kept(ABC):
    """An index that follows its source."""

    def __init__(self, index: Index, source: Source) -> None:
        self.index = index
        self._source = source

    def is_ready(self) -> bool:
        """Tell whether searches are answered by the index."""
        return self.index.is_ready()

    @abstractmethod
    def refresh(self, db: Session, events: Sequence[Event]) -> None:
        """Make the index match its source for everything that `events` are about."""

    def bring(self, db: Session, ids: Collection[int]) -> None:
        """Make the index match its source for these documents; a lost index is built anew."""
        fresh = self._source.some(db, ids)
        try:
            self.index.apply(fresh, sorted(set(ids) - {one.article_id for one in fresh}))
        except IndexUnavailable:
            if self.index.is_ready():
                raise  # somebody else is writing: the delivery comes again
            self.rebuild(db)

    def rebuild(self, db: Session, progress: Callable[[int], None] = lambda count: None) -> None:
        """Build the index anew from its source; searches go on meanwhile. `progress` hears how many are done."""
        newest = trail.head(db).number  # from before the first document is read
        self.index.rebuild(self._source.all(db), progress)
        self.index.move_bookmark(newest)

    def ensure(self, db: Session) -> bool:
        """Rebuild the index if it is lost, catch up with what came or went unseen, and tidy up.

        Tells whether anything was lost or unseen.
        """
        there = self._source.ids(db)
        try:
            known = self.index.document_ids()
        except IndexUnavailable as exc:
            log.warning("search.rebuilding", reason=str(exc))
            known = None
        if known is None or (there and not known):
            self.rebuild(db)
            return True
        was_needed = self._settle(db, there - known, known - there)
        self.index.tidy()
        return was_needed

    def check(self, db: Session) -> Difference:
        """Return where the index is not what its source says."""
        known = self.index.fingerprints()
        missing, stale = [], []
        for one in self._source.all(db):
            fingerprint = known.pop(one.article_id, None)
            if fingerprint is None:
                missing.append(one.article_id)
            elif fingerprint != one.fingerprint:
                stale.append(one.article_id)
        return Difference(tuple(missing), tuple(sorted(known)), tuple(stale))

    def mend(self, db: Session) -> Difference:
        """Put right what `check` finds, and return what that was."""
        self.ensure(db)
        difference = self.check(db)
        self._settle(db, {*difference.missing, *difference.stale}, set(difference.surplus))
        return difference

    def _settle(self, db: Session, wanting: Collection[int], surplus: Collection[int]) -> bool:
        gone = set(surplus)
        for batch in _batches(sorted({*wanting, *gone})):
            fresh = self._source.some(db, batch)
            self.index.apply(fresh, sorted(set(batch) - {one.article_id for one in fresh}))
        return bool(wanting or gone)


@dataclass(frozen=True)
class Lag:
    """How many changes an index has not heard of yet, and since when the first of them waits."""

    changes: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class Follower:
    """An index, and the events by which it changes.

    Each host has indexes of its own and reads the one log by itself, from where its bookmark lies; so an index that
    was away for a day, or begins today, comes to be what the others are.
    """

    pattern: str
    kept: Kept

    def catch_up(self, sessions: sessionmaker[Session]) -> int:
        """Bring the index to the end of the log; return how many events concerned it."""
        with sessions() as db:
            index, newest = self.kept.index, trail.head(db).number
            if not index.is_ready():
                self.kept.rebuild(db)
                return 1
            place = index.bookmark()
            if place is None or place > newest:
                # The log is another one, from a backup perhaps, or there was none: only comparing helps.
                self.kept.mend(db)
                index.move_bookmark(newest)
                return 1
            events = trail.after(db, place, limit=AT_ONCE) if place < newest else []
            about = [event for event in events if wants(self.pattern, event.name)]
            if about:
                self.kept.refresh(db, about)
            if events:
                index.move_bookmark(events[-1].id)
            return len(about)

    def lag(self, db: Session) -> Lag | None:
        """Return how far behind the index is, None where it answers nothing."""
        index = self.kept.index
        place = index.bookmark() if index.is_ready() else None
        if place is None:
            return None
        waiting = [event for event in trail.after(db, place, limit=AT_ONCE) if wants(self.pattern, event.name)]
        return Lag(len(waiting), waiting[0].at if waiting else None)


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
