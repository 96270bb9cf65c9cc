"""What an index of the edition can do, whichever engine stands behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cms.core.errors import Unavailable
from cms.search import analysis

EXACT_UP_TO = 1000
MAX_TERMS = 48
# The fields by which a search is narrowed; the first four are also counted, so that a page can offer them.
FACETS = ("section", "kind", "person", "year")
FILTERS = (*FACETS, "topic", "series")


class IndexUnavailable(Unavailable):
    """The index is missing, damaged, foreign or busy; the edition can always rebuild it."""


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Label:
    """A thing to narrow a search by: `slug` in addresses, `name` for people."""

    slug: str
    name: str


@dataclass(frozen=True)
class Document:
    """All that the index knows about one live piece."""

    article_id: int
    title: str
    body: str
    kind: Label
    section: Label
    published_at: datetime
    headings: tuple[str, ...] = ()
    people: tuple[Label, ...] = ()
    topics: tuple[Label, ...] = ()
    series: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with anything above."""
        return hashlib.blake2b(repr(self).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Query:
    """What is looked for, parsed (`cms.search.query`).

    A piece is found that has any of `words` (all pieces, where there are neither words nor phrases), all of
    `phrases`, none of `excluded`, and, for each filter that has values, one of these. `hidden` are article ids
    that must be neither found nor counted.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10

    @property
    def terms(self) -> list[str]:
        """The terms that make a piece relevant, in order, with repetitions."""
        return [term for text in (*self.words, *self.phrases) for term in analysis.terms(text)][:MAX_TERMS]

    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that have values."""
        return {name: values for name in FILTERS if (values := getattr(self, name))}


@dataclass(frozen=True)
class Hit:
    """One piece found."""

    article_id: int
    score: float


@dataclass(frozen=True)
class Count:
    """How many pieces a value of a facet would leave."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Hits:
    """The answer to a query.

    `total` is exact unless `is_capped`; `unfiltered` is what it would be without filters. The counts of a facet heed
    every filter but its own. `maybe` is a better spelling of the text, or ''.
    """

    total: int = 0
    is_capped: bool = False
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    maybe: str = ""
    unfiltered: int = 0


class Index(Protocol):
    """An index of documents; every method but `is_ready` may raise IndexUnavailable."""

    def search(self, query: Query) -> Hits:
        """Return the best hits for `query`."""
        ...

    def apply(self, upserts: Sequence[Document], removals: Sequence[int]) -> None:
        """Make these documents be as given, and these ids be gone; asking twice changes nothing."""
        ...

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> None:
        """Build a new index aside and put it in the place of the old one, which answers until then."""
        ...

    def document_ids(self) -> set[int]:
        """Return the ids of all documents."""
        ...

    def fingerprints(self) -> dict[int, str]:
        """Return the fingerprint of every document by its id."""
        ...

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return of how many documents it is, and in how many of them each of these terms stands, if in any."""
        ...

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, rare ones counting more, the best first."""
        ...

    def is_ready(self) -> bool:
        """Tell whether searches would be answered."""
        ...
