"""Better spellings of what nothing knows, and known words near to it."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from cms.search import analysis
from cms.search import query as grammar
from cms.search.index import Query

MAX_CORRECTIONS = 3
MAX_NEAR = 6
# So many words that begin as typed are looked up; what is typed next leaves fewer.
MAX_COMPLETIONS = 64


class Lexicon(Protocol):
    """What an index knows of words, as far as one query may hear of it."""

    def is_known(self, word: str) -> bool:
        """Tell whether any document has this word."""
        ...

    def within(self, word: str, edits: int) -> Iterable[str]:
        """Return words to offer that are so near to a folded one."""
        ...

    def beginning(self, start: str) -> Iterable[str]:
        """Return words to offer that begin so."""
        ...

    def standing(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many documents that may be seen each word stands, those left out that are in none."""
        ...


def unknown(query: Query, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words looked for, those within quotes too, that no document has."""
    return tuple(word for word in _said(query) if not lexicon.is_known(word))


def better(query: Query, unknown: Sequence[str], lexicon: Lexicon) -> str:
    """Return the text of `query` with a better spelling of words that are unknown, or ''."""
    found = {word: near for word in unknown[:MAX_CORRECTIONS] if (near := _nearest(word, lexicon))}
    return grammar.corrected(query, found) if found else ""


def near(query: Query, lexicon: Lexicon) -> tuple[str, ...]:
    """Return known words that resemble some of those looked for, the commonest first."""
    found: set[str] = set()
    for word in map(analysis.fold, _said(query)[:MAX_CORRECTIONS]):
        if _can_be_offered(word):
            found |= {*lexicon.within(word, 2), *lexicon.beginning(word[: max(3, len(word) // 2)])}
    counts = lexicon.standing(found)
    return tuple(heapq.nsmallest(MAX_NEAR, counts, key=lambda one: (-counts[one], one)))


def _said(query: Query) -> list[str]:
    """Return the words looked for, those within quotes too, each once; what is in every text is none of them."""
    quoted = (word for phrase in query.phrases for word in phrase.split() if analysis.terms(word))
    return list(dict.fromkeys((*query.words, *quoted)))


def _nearest(word: str, lexicon: Lexicon) -> str:
    """Return the known word that an unknown one is nearest to, the commoner of two equally near, or ''."""
    folded = analysis.fold(word)
    if not _can_be_offered(folded):
        return ""
    for edits in (1, 2) if len(folded) > 6 else (1,):
        if counts := lexicon.standing(lexicon.within(folded, edits)):
            return min(counts, key=lambda one: (distance(one, folded), -counts[one], one))
    return ""


def _can_be_offered(word: str) -> bool:
    return word.isalpha() and 4 <= len(word) <= 32


class Words:
    """Words in their order, to find those near to one.

    They share as many first letters as there may be changes: with the first alone, two changes took eight times as
    long as one.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._signs = [_signs(word) for word in self._words]

    def within(self, word: str, edits: int) -> list[str]:
        """Return the words that so many changes of a letter lead to from `word`."""
        first, last = self._stretch(word[:edits])
        signs = _signs(word)
        return [
            known
            for known, had in zip(self._words[first:last], self._signs[first:last], strict=True)
            # A change takes one letter away and brings one at most, so this leaves few to compare letter by letter.
            if (signs ^ had).bit_count() <= 2 * edits
            and abs(len(known) - len(word)) <= edits
            and distance(known, word) <= edits
        ]

    def beginning(self, start: str) -> list[str]:
        """Return the first words that begin so."""
        first, last = self._stretch(start)
        return list(islice(self._words, first, min(last, first + MAX_COMPLETIONS)))

    def _stretch(self, start: str) -> tuple[int, int]:
        return bisect_left(self._words, start), bisect_left(self._words, start + "\U0010ffff")


def _signs(word: str) -> int:
    """Return which letters a word has, as bits."""
    found = 0
    for sign in word:
        found |= 1 << (ord(sign) & 31)
    return found


def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, taken out, changed or swapped with the next to get from one to the other.

    No letter is touched twice (the optimal string alignment distance): swapped letters are the commonest slip.
    """
    last, before = "", [0]
    above, row = before, list(range(len(other) + 1))
    for count, sign in enumerate(one, 1):
        before, above, row = above, row, [count]
        for place, known in enumerate(other, 1):
            edits = min(above[place - 1] + (sign != known), above[place] + 1, row[place - 1] + 1)
            if known == last and place > 1 and sign == other[place - 2]:
                edits = min(edits, before[place - 2] + 1)
            row.append(edits)
        last = sign
    return row[-1]
