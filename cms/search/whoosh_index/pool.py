"""Postings waiting to be written: gathered by term, and set aside on disk in sorted runs where memory is short.

The engine's own pool sorts and pickles each posting by itself, which was nearly half of the time of a rebuild.
"""

from __future__ import annotations

import gc
import heapq
import marshal
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import IO

Posting = tuple[str, bytes, int, float, bytes | None]
Key = tuple[str, bytes]
Row = tuple["array[int]", "array[float]", list[bytes]]

MEMORY = 64 * 1024 * 1024
# What Python spends on a posting and on a term beside the bytes themselves.
_PER_POSTING = 50
_PER_TERM = 500


#: New objects before Python looks for cycles among them; 700 by itself.
_PATIENT = 100_000


@contextmanager
def many_objects() -> Iterator[None]:
    """Let Python look for garbage in cycles less often: a full pool has none, and looking took a sixth of a rebuild."""
    before = gc.get_threshold()
    gc.set_threshold(_PATIENT, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class TermPool:
    """Takes postings in order of documents, gives them back in order of terms; `folder` holds what is set aside."""

    def __init__(self, folder: str, *, memory: int = MEMORY) -> None:
        self._folder = folder
        self._memory = memory
        self._size = 0
        self._rows: dict[Key, Row] = {}
        self._runs: list[IO[bytes]] = []

    def add(self, posting: Posting) -> None:
        """Take one posting."""
        fieldname, term, doc, weight, value = posting
        row = self._rows.get((fieldname, term))
        if row is None:
            row = self._rows[fieldname, term] = (array("I"), array("f"), [])
            self._size += _PER_TERM
        row[0].append(doc)
        row[1].append(weight)
        row[2].append(value or b"")  # a merge hands on None for a field without places
        self._size += _PER_POSTING + len(row[2][-1])
        if self._size > self._memory:
            self._set_aside()

    def iter_postings(self) -> Iterator[Posting]:
        """Yield all postings, by field, term and document."""
        parts: list[Iterable[tuple[Key, Row]]] = [_read(run) for run in self._runs]
        parts.append(sorted(self._rows.items(), key=itemgetter(0)))
        # Runs are merged in the order in which they were filled, so the documents of a term stay in theirs.
        for (fieldname, term), (docs, weights, values) in heapq.merge(*parts, key=itemgetter(0)):
            for doc, weight, value in zip(docs, weights, values, strict=True):
                yield fieldname, term, doc, weight, value

    def cleanup(self) -> None:
        """Forget everything; what was set aside goes with its file."""
        self._rows = {}
        for run in self._runs:
            run.close()
        self._runs = []

    def _set_aside(self) -> None:
        run = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by cleanup()
        for key, (docs, weights, values) in sorted(self._rows.items(), key=itemgetter(0)):
            marshal.dump((key, docs.tobytes(), weights.tobytes(), values), run)
        self._runs.append(run)
        self._rows = {}
        self._size = 0


def _read(run: IO[bytes]) -> Iterator[tuple[Key, Row]]:
    run.seek(0)
    while True:
        try:
            key, docs, weights, values = marshal.load(run)  # noqa: S302 - written a moment ago, in a file without a name
        except EOFError:
            return
        yield key, (array("I", docs), array("f", weights), values)
