"""One segment of an index, as arrays: what never changes about it is read once and kept."""

# mypy: allow-untyped-calls
# (half of the engine has no types)

from __future__ import annotations

import marshal
import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.reading import SegmentReader, TermNotFound

from cms.search import seal
from cms.search.seal import Stamp
from cms.search.spelling import MAX_COMPLETIONS, Words
from cms.search.whoosh_index import schema

# Eight bytes each: ten megabytes at most for a process.
CACHED_POSTINGS = 1_250_000
# The places of so many postings are compared at most for one phrase: of two words that stand everywhere, in the 6,000
# newest pieces. That takes 40 ms.
MAX_COMPARED = 12_000

ONE = ("section", "kind", "year", "series")
MANY = ("person", "author", "expert", "topic")
# What the file of the columns is called, after the segment.
COLUMNS = ".columns"


class Postings:
    """In which documents of a segment a term stands, and how often."""

    __slots__ = ("counts", "docs")

    def __init__(self) -> None:
        self.docs = array("I")
        self.counts = array("f")

    @classmethod
    def of(cls, counts: Mapping[int, float]) -> Postings:
        """Return the postings of documents and counts."""
        made = cls()
        made.docs = array("I", counts)
        made.counts = array("f", counts.values())
        return made


class PostingsCache:
    """The postings asked for last, of all segments of a process."""

    def __init__(self, limit: int = CACHED_POSTINGS) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, segment: str, term: str) -> Postings | None:
        """Return what is kept of this term, if anything."""
        with self._lock:
            found = self._kept.get((segment, term))
            if found is not None:
                self._kept.move_to_end((segment, term))
            return found

    def put(self, segment: str, term: str, postings: Postings) -> None:
        """Keep these postings, and forget those not asked for since long."""
        with self._lock:
            if (segment, term) not in self._kept:
                self._kept[segment, term] = postings
                self._size += len(postings.docs) + 16
            while self._size > self._limit:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.docs) + 16


@dataclass(frozen=True)
class Columns:
    """What is kept of each document of a segment beside its terms, column by column; documents are numbers from 0."""

    article_ids: list[int]
    published: array[int]
    lengths: array[int]
    fingerprints: list[str]
    columns: dict[str, list[str]]
    lists: dict[str, list[tuple[str, ...]]]
    names: dict[str, dict[str, str]]
    languages: set[str]

    @classmethod
    def of(cls, stored: Iterable[bytes]) -> Columns:
        """Return the facts of documents (`schema.facts`) as columns."""
        made = cls(
            [], array("q"), array("I"), [], {name: [] for name in ONE}, {name: [] for name in MANY},
            {name: {} for name in (*ONE, *MANY)}, set(),
        )  # fmt: skip
        # Ten thousand copies of one section's slug would be kept otherwise.
        same: dict[str, str] = {}
        same_lists: dict[tuple[str, ...], tuple[str, ...]] = {}
        for raw in stored:
            facts = schema.facts(raw)
            made.article_ids.append(facts.article_id)
            made.published.append(facts.published)
            made.lengths.append(facts.length)
            made.fingerprints.append(facts.fingerprint)
            made.languages.add(facts.language)
            year = str(facts.year)
            series = facts.series or ("", "")
            one_each = (facts.section, facts.kind, (year, year), series)
            for name, (slug, label) in zip(ONE, one_each, strict=True):
                made.columns[name].append(same.setdefault(slug, slug))
                made.names[name][slug] = label
            for name, labels in zip(MANY, (facts.people, facts.authors, facts.experts, facts.topics), strict=True):
                slugs = tuple(slug for slug, _ in labels)
                made.lists[name].append(same_lists.setdefault(slugs, slugs))
                made.names[name].update(labels)
        made.names["series"].pop("", None)
        return made

    def to_bytes(self) -> bytes:
        """Return the columns as they lie in a file of the segment: reading them there takes a tenth of `of`."""
        return marshal.dumps((
            self.article_ids, self.published.tobytes(), self.lengths.tobytes(), self.fingerprints, self.columns,
            self.lists, self.names, self.languages,
        ))  # fmt: skip

    @classmethod
    def from_bytes(cls, sealed: bytes | memoryview) -> Columns:
        """Return the columns that `to_bytes` wrote."""
        ids, published, lengths, *others = marshal.loads(sealed)  # noqa: S302 - read only where it matches the seal
        return cls(ids, array("q", published), array("I", lengths), *others)


class Segment:
    """The columns of one segment, and its postings on demand.

    Documents are named by their number within the segment. A Whoosh reader has one place in its file, so only
    one thread at a time may read postings; everything else here is immutable.
    """

    def __init__(
        self, name: str, reader: SegmentReader, opened: dict[Path, Stamp], columns: Columns, cache: PostingsCache
    ) -> None:
        self.id = name
        self.users = 0
        self._reader = reader
        self._files = opened
        self._cache = cache
        self._lock = threading.Lock()
        self.article_ids = columns.article_ids
        self.published = columns.published
        self.lengths = columns.lengths
        self.fingerprints = columns.fingerprints
        self.columns = columns.columns
        self.lists = columns.lists
        self.names = columns.names
        self.languages = columns.languages

    @cached_property
    def rows(self) -> dict[int, int]:
        """The document number of each article; a piece that was replaced is there with its last number."""
        return {article_id: doc for doc, article_id in enumerate(self.article_ids)}

    @cached_property
    def _holders(self) -> dict[str, dict[str, array[int]]]:
        """The documents that have each value of each field: as numbers in a row, a tenth of what sets would take."""
        found: dict[str, dict[str, array[int]]] = {name: {} for name in self.names}
        for name, column in self.columns.items():
            for doc, value in enumerate(column):
                found[name].setdefault(value, array("I")).append(doc)
        for name, lists in self.lists.items():
            for doc, values in enumerate(lists):
                for value in values:
                    found[name].setdefault(value, array("I")).append(doc)
        return found

    @cached_property
    def _by_moment(self) -> tuple[list[int], list[int]]:
        ordered = sorted(zip(self.published, range(len(self.published)), strict=True))
        return [moment for moment, _ in ordered], [doc for _, doc in ordered]

    def between(self, first: float, last: float) -> set[int]:
        """Return the documents published from one moment until before another."""
        moments, docs = self._by_moment
        return set(docs[bisect_left(moments, first) : bisect_left(moments, last)])

    def having(self, name: str, values: Iterable[str]) -> set[int]:
        """Return the documents whose field `name` holds one of `values`."""
        holders = self._holders[name]
        return set().union(*(holders.get(value, ()) for value in values))

    def postings(self, term: str) -> Postings:
        """Return where `term` stands, deleted documents perhaps among them."""
        found = self._cache.get(self.id, term)
        if found is None:
            found = self._read_postings(term)
            self._cache.put(self.id, term, found)
        return found

    def _read_postings(self, term: str) -> Postings:
        found = Postings()
        with self._lock:
            try:
                matcher: Any = self._reader.postings(schema.TEXT, term)
            except TermNotFound:
                return found
            is_plain = type(matcher) is W3LeafMatcher  # nothing of the segment was deleted
            while matcher.is_active():
                count = matcher.weight()
                if is_plain:  # a block at a time, for which it has no door
                    found.docs.extend(accumulate(matcher._data[0]))
                    found.counts.extend(matcher._weights)
                    matcher._next_block()
                else:
                    found.docs.append(matcher.id())
                    found.counts.append(count)
                    matcher.next()
        return found

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each of these terms stands, without reading in which."""
        with self._lock:
            found = {term: int(self._reader.doc_frequency(schema.TEXT, term)) for term in terms}
        return {term: count for term, count in found.items() if count}

    def phrase(self, terms: Sequence[tuple[str, int]], among: Set[int] | None = None) -> tuple[set[int], set[int]]:
        """Return the documents, of those `among` which one looks, where `terms` stand at these distances.

        And those that may be, but were not compared: the oldest of too many.
        """
        rarest_first = sorted(set(terms), key=lambda pair: len(self.postings(pair[0]).docs))
        docs = reduce(set.intersection, (set(self.postings(term).docs) for term, _ in rarest_first))
        if among is not None:
            docs &= among
        if len(rarest_first) == 1 or not docs:
            return docs, set()
        oldest_first, most = sorted(docs), MAX_COMPARED // len(rarest_first)
        return set(self._in_place(rarest_first, oldest_first[-most:])), set(oldest_first[:-most])

    def _in_place(self, terms: Sequence[tuple[str, int]], docs: Iterable[int]) -> Iterator[int]:
        """Yield those of some documents, in their order, in which all of these terms stand where they should."""
        first = terms[0][1]
        with self._lock:
            matchers = [(self._reader.postings(schema.TEXT, term), place - first) for term, place in terms]
            for doc in docs:
                starts: set[int] | None = None
                for matcher, away in matchers:
                    matcher.skip_to(doc)
                    found = schema.places(matcher.value())  # past the matcher's own decoder, which takes twice as long
                    here = {place - away for place in found} if away else set(found)
                    starts = here if starts is None else starts & here
                    if not starts:
                        break
                else:
                    yield doc

    def titled(self, prefix: str) -> set[int]:
        """Return the documents with a word in their title that begins so."""
        found: set[int] = set()
        with self._lock:
            for word in islice(self._reader.expand_prefix(schema.TITLE, prefix), MAX_COMPLETIONS):
                found.update(self._reader.postings(schema.TITLE, word).all_ids())
        return found

    @cached_property
    def words(self) -> Words:
        """The words that a better spelling may be."""
        with self._lock:
            return Words(word.decode() for word in self._reader.expand_prefix(schema.WORDS, ""))

    def spelled(self, word: str) -> list[int]:
        """Return the documents in whose lines a known word stands, deleted ones perhaps among them."""
        with self._lock:
            try:
                return list(self._reader.postings(schema.WORDS, word).all_ids())
            except TermNotFound:
                return []

    def is_intact(self) -> bool:
        """Tell whether the files are still those that were opened.

        A mapped file that somebody cut short would end the process at the next look into it.
        """
        try:
            return all(seal.stamp(path) == stamp for path, stamp in self._files.items())
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the files, once nobody reads postings."""
        with self._lock:
            self._reader.close()
