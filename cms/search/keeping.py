"""Keeping an index the same as what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from cms.search.index import Document, Index, IndexUnavailable

log = structlog.get_logger()

BATCH = 200


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


class Kept:
    """An index that follows its source."""

    def __init__(self, index: Index, source: Source) -> None:
        self._index = index
        self._source = source

    def is_ready(self) -> bool:
        """Tell whether searches are answered by the index."""
        return self._index.is_ready()

    def bring(self, db: Session, ids: Collection[int]) -> None:
        """Make the index match its source for these documents; a lost index is built anew."""
        fresh = self._source.some(db, ids)
        try:
            self._index.apply(fresh, sorted(set(ids) - {one.article_id for one in fresh}))
        except IndexUnavailable:
            if self._index.is_ready():
                raise  # somebody else is writing: the delivery comes again
            self.rebuild(db)

    def rebuild(self, db: Session, progress: Callable[[int], None] = lambda count: None) -> None:
        """Build the index anew from its source; searches go on meanwhile. `progress` hears how many are done."""
        self._index.rebuild(self._source.all(db), progress)

    def ensure(self, db: Session) -> bool:
        """Rebuild the index if it is lost, catch up with what came or went unseen, and tidy up.

        Tells whether anything was lost or unseen.
        """
        there = self._source.ids(db)
        try:
            known = self._index.document_ids()
        except IndexUnavailable as exc:
            log.warning("search.rebuilding", reason=str(exc))
            known = None
        if known is None or (there and not known):
            self.rebuild(db)
            return True
        was_needed = self._settle(db, there - known, known - there)
        self._index.tidy()
        return was_needed

    def check(self, db: Session) -> Difference:
        """Return where the index is not what its source says."""
        known = self._index.fingerprints()
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
            self._index.apply(fresh, sorted(set(batch) - {one.article_id for one in fresh}))
        return bool(wanting or gone)


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
