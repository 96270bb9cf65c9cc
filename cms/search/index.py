"""What an index of the edition can do, whichever engine stands behind it."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from cms.core.errors import Unavailable
from cms.search import analysis
from cms.search.languages import ENGLISH

EXACT_UP_TO = 1000
MAX_TERMS = 64
# The fields by which a search is narrowed; all but the last are counted, so that a page can offer them.
FACETS = ("section", "kind", "topic", "author", "expert", "series", "year")
FILTERS = (*FACETS, "person")


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
    authors: tuple[Label, ...] = ()
    experts: tuple[Label, ...] = ()
    people: tuple[Label, ...] = ()
    topics: tuple[Label, ...] = ()
    series: Label | None = None
    language: str = ENGLISH

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with anything above."""
        return hashlib.blake2b(repr(self).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """One thing that makes a piece relevant: any of `terms`, or any of `phrases`, counted as if they were one word."""

    terms: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    times: int = 1


@dataclass(frozen=True)
class Query:
    """What is looked for, parsed (`cms.search.query`).

    A piece is found that has any of `words` (all pieces, where there are neither words nor phrases), all of
    `phrases`, none of `excluded`, was published on the days from `first` to `last` (days of `zone`), and has, for each
    filter that has values, one of these. `hidden` are article ids that must be neither found nor counted. `synonyms`
    are what means the same as some of the words: (number of the first word, how many words, another way to say it).
    """

    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    expert: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    zone: tzinfo = UTC
    synonyms: tuple[tuple[int, int, str], ...] = ()
    hidden: frozenset[int] = frozenset()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What makes a piece relevant, in the order typed, each once with how often it was typed."""
        found: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for place, word in enumerate(self.words):
            said = [other for first, count, other in self.synonyms if (first, count) == (place, 1)]
            found += _with_synonyms(analysis.in_every_language(word), said)
        spans = [other for _, count, other in self.synonyms if count > 1]
        found += [pair for other in spans for pair in _with_synonyms(((),), [other])]
        for phrase in self.phrases:
            words = (token[0][: analysis.MAX_LENGTH] for token in analysis.TOKEN.finditer(phrase))
            found += [(terms, ()) for word in words for terms in analysis.in_every_language(word)]
        counted = Counter(found[:MAX_TERMS])
        return tuple(Wanted(terms, phrases, times) for (terms, phrases), times in counted.items())

    @property
    def terms(self) -> list[str]:
        """The terms of any language that stand for what is wanted."""
        wanted = self.wanted
        said = [term for one in wanted for phrase in one.phrases for term in analysis.terms(phrase)]
        return [*(term for one in wanted for term in one.terms), *said]

    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that have values."""
        return {name: values for name in FILTERS if (values := getattr(self, name))}

    @property
    def counted(self) -> tuple[str, ...]:
        """The fields whose values are counted; a person in any role only where one was asked for."""
        return FILTERS if self.person else FACETS

    @property
    def moments(self) -> tuple[float, float]:
        """From which moment until before which other one what is looked for was published, in seconds since 1970."""
        first, last = self.first or date.min, self.last or date.max
        return (
            -math.inf if first == date.min else datetime.combine(first, time(), self.zone).timestamp(),
            math.inf if last == date.max else datetime.combine(last + timedelta(days=1), time(), self.zone).timestamp(),
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but words decides what is found."""
        return bool(self.filters() or self.first or self.last)


def _with_synonyms(
    sides: tuple[tuple[str, ...], ...], said: Sequence[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the (terms, phrases) of one word; other ways to say it join its first term, since one is enough."""
    if not sides or not said:
        return [(terms, ()) for terms in sides]
    same = [analysis.in_every_language(one) for one in said if len(analysis.terms(one)) == 1]
    terms = (*sides[0], *(term for other in same for side in other for term in side))
    phrases = tuple(one for one in said if len(analysis.terms(one)) > 1)
    return [(tuple(dict.fromkeys(terms)), phrases), *((rest, ()) for rest in sides[1:])]


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
    every filter but its own. `unknown` are the words looked for that no piece has, and `maybe` is a better spelling of
    the text, or ''. `near` are known words that resemble what was looked for, where nothing was found.
    """

    total: int = 0
    is_capped: bool = False
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    maybe: str = ""
    unfiltered: int = 0
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestions:
    """What a text may be the beginning of: article ids by their titles, and (field, label) of things to narrow by."""

    pieces: tuple[int, ...] = ()
    labels: tuple[tuple[str, Label], ...] = ()


class Index(Protocol):
    """An index of documents; every method but `is_ready` may raise IndexUnavailable."""

    def search(self, query: Query) -> Hits:
        """Return the best hits for `query`."""
        ...

    def suggest(self, text: str) -> Suggestions:
        """Return what somebody who has typed `text` so far may be about to look for, the best first."""
        ...

    def apply(self, upserts: Sequence[Document], removals: Sequence[int]) -> None:
        """Make these documents be as given, and these ids be gone; asking twice changes nothing."""
        ...

    def tidy(self) -> None:
        """Do what keeps searches fast and can wait until nobody publishes."""
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

    def bookmark(self) -> int | None:
        """Return the number of the last event that the index has followed, None where that is not known."""
        ...

    def move_bookmark(self, event: int) -> None:
        """Keep the number of the last event that the index has followed."""
        ...

    def is_ready(self) -> bool:
        """Tell whether searches would be answered."""
        ...

    def drop(self) -> None:
        """Take everything away, as if it had never been built."""
        ...

    def close(self) -> None:
        """Let go of all files and connections; the next question opens them again."""
        ...
