"""How a document becomes terms, and what a term counts: the one definition, whichever engine keeps and adds them up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from cms.search import analysis
from cms.search.index import Document
from cms.search.languages import LANGUAGES

# Raise it whenever the analyser, or anything in here, changes: older indexes are then refused, and rebuilt.
VERSION = 3
K1, B = 1.5, 0.75
# Counting the title three times inside the one field never lost; boosting a field of its own sometimes did.
TITLE_COUNTS = 3
# Between title, headings and body, so that no phrase reaches across.
GAP = 8


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a document: at which places each stands, and what it counts."""

    places: dict[str, list[int]]
    counts: dict[str, int]

    @property
    def length(self) -> int:
        """What all of them count."""
        return sum(self.counts.values())


def terms(document: Document) -> Terms:
    """Return the terms by which `document` is found."""
    places: dict[str, list[int]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    at = 0
    for text, times in _parts(document):
        for found in analysis.TOKEN.finditer(analysis.clean(text)):
            made, width = analysis.analyse(found[0][: analysis.MAX_LENGTH], document.language)
            for term, offset in made:
                places[term].append(at + offset)
                counts[term] += times
            at += width
        at += GAP
    return Terms(places, counts)


def spellings(document: Document) -> set[str]:
    """Return the words that "did you mean" may offer: unstemmed, and only from lines that an editor has read twice."""
    lines = (document.title, *document.headings, *(label.name for label in (*document.people, *document.topics)))
    words = {analysis.fold(found[0]) for line in lines for found in analysis.TOKEN.finditer(analysis.clean(line))}
    common = LANGUAGES[document.language].stop_words
    return {word for word in words if word.isalpha() and 4 <= len(word) <= 32 and word not in common}


def rarity(size: int, holders: int) -> float:
    """Return what one word weighs that stands in so many of `size` documents.

    The +1 is Lucene's: without it a word of more than half of all documents counts against them.
    """
    return math.log(1 + (size - holders + 0.5) / (holders + 0.5))


def norm(length: float, average: float) -> float:
    """Return what is added to a count below the line: `weight * count * (K1 + 1) / (count + norm)` is BM25."""
    return K1 * (1 - B + B * length / average)


def _parts(document: Document) -> Iterator[tuple[str, int]]:
    yield document.title, TITLE_COUNTS
    yield from ((heading, 1) for heading in document.headings)
    yield document.body, 1
    yield from ((label.name, 1) for label in (*document.people, *document.topics))
