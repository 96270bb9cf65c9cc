"""The things that pieces are narrowed by, under the names that they have in an index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from cms.search import analysis
from cms.search import query as grammar
from cms.search.index import Count, Document, Label

#: What can be suggested besides pieces; an author is a person, as an expert is.
SUGGESTED = ("person", "topic", "series")
# Of each kind; the edition may have lost some of them, and a page shows five.
MAX_SUGGESTED = 10
MAX_BEGUN = 8


class Labels:
    """All labels of an index: for each field of FILTERS, the names of its values."""

    def __init__(self, names: Mapping[str, Mapping[str, str]]) -> None:
        self._names = names

    def meant(self, name: str, values: Iterable[str]) -> set[str]:
        """Return the values that these mean: `varnholt` is Ilse Varnholt too, `2020-2022` is three years."""
        known = self._names.get(name, {})
        if name == "year":
            return {year for value in values for year in known if int(year) in grammar.years(value)}
        meant = set()
        for value in values:
            parts = set(value.split("-"))
            meant |= {value} if value in known else {slug for slug in known if parts <= set(slug.split("-"))}
        return meant

    def counts(self, name: str, counted: Mapping[str, int]) -> tuple[Count, ...]:
        """Return the counts of a field as a page shows them: most first, but years from the last one on."""
        names = self._names.get(name, {})
        counts = [Count(value, names.get(value, value), count) for value, count in counted.items() if value]
        if name == "year":
            return tuple(sorted(counts, key=lambda one: one.value, reverse=True))
        return tuple(sorted(counts, key=lambda one: (-one.count, one.name)))

    def beginning(self, begun: Sequence[str]) -> tuple[tuple[str, Label], ...]:
        """Return the labels to suggest of whose name each of these words begins one."""
        found: list[tuple[str, Label]] = []
        for name in SUGGESTED:
            words = self._words[name]
            slugs = set.intersection(*(
                {slug for _, slug in words[bisect_left(words, (word,)) : bisect_left(words, (word + "\U0010ffff",))]}
                for word in begun
            ))  # fmt: skip
            labels = sorted((Label(slug, self._names[name][slug]) for slug in slugs), key=lambda one: one.name)
            found += [(name, label) for label in labels[:MAX_SUGGESTED]]
        return tuple(found)

    @cached_property
    def _words(self) -> dict[str, list[tuple[str, str]]]:
        return {
            name: sorted((word, slug) for slug, label in self._names.get(name, {}).items()
                         for word in analysis.words(analysis.clean(label)))
            for name in SUGGESTED
        }  # fmt: skip


def of(document: Document) -> dict[str, tuple[Label, ...]]:
    """Return what a document is narrowed by, for each field of FILTERS."""
    year = str(document.published_at.year)
    return {
        "section": (document.section,),
        "kind": (document.kind,),
        "year": (Label(year, year),),
        "series": (document.series,) if document.series else (),
        "person": document.people,
        "author": document.authors,
        "expert": document.experts,
        "topic": document.topics,
    }


def begun(text: str) -> tuple[str, ...]:
    """Return the beginnings of words that somebody has typed so far."""
    return tuple(word for word in analysis.words(text) if len(word) > 1)[:MAX_BEGUN]
