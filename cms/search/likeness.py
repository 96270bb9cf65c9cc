"""Which live pieces are close to one in words: its telling terms are held against the index.

The terms that tell are those that stand often in the piece and seldom elsewhere. How close two pieces are is how much
of the weight of these the other one has; nothing of that depends on the engine. Terms that stand in many pieces tell
little and cost much, so the work for one piece stays the same however large the archive becomes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from cms.core.db import transaction
from cms.publication import explore
from cms.publication.explore import Alike
from cms.search import analysis, documents
from cms.search.index import Document, Index

AT_ONCE = 2  # pieces compared in one turn of the worker: each takes a tenth of a second, and a publication waits
TERMS = 30
CANDIDATES = 20
COMMON = 0.2  # of all pieces, though not of a handful: terms that stand in more of them tell nothing
FEW = 5
MOST_HOLDERS = 2_000
IN_TITLE = 3
SATURATION = 1.5
CLOSE = 0.2  # of the demo's pieces, those above are about the same, those below share an anecdote
WORDS_SHOWN = 3


@dataclass(frozen=True)
class Profile:
    """A piece as its terms: how often each stands in it, and as what it is mostly written."""

    counts: Mapping[str, int]
    written: Mapping[str, str]

    @property
    def length(self) -> int:
        """The number of all its terms."""
        return sum(self.counts.values())


class Likenesses:
    """Tells what is alike by one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def wanted(self, db: Session) -> bool:
        """Tell whether there are pieces to compare, and an index to ask."""
        return bool(explore.to_compare(db, 1)) and self._index.is_ready()

    def compare_next(self, sessions: sessionmaker[Session]) -> None:
        """Find what is close to some pieces that wait for it, and store that."""
        with sessions() as db:
            seen = explore.to_compare(db, AT_ONCE)
            found = {article_id: self.alike(db, article_id) for article_id in seen}
            with transaction(db):
                explore.note_likeness(db, found, seen)

    def alike(self, db: Session, article_id: int) -> list[Alike]:
        """Return the live pieces that are close to this one, the closest first; none where it is not live."""
        for document in documents.documents(db, [article_id]):
            own = profile(document)
            weights = telling(own, *self._index.frequencies(own.counts))
            ids = [one for one in self._index.closest(list(weights), CANDIDATES + 1) if one != article_id]
            found = [alike(own, weights, other) for other in documents.documents(db, ids)]
            return sorted((one for one in found if one.closeness >= CLOSE), key=lambda one: -one.closeness)
        return []


def profile(document: Document) -> Profile:
    """Return a piece as its terms; its people are left out, since who is in it does not say what it is about."""
    names = {term for person in document.people for term in analysis.terms(person.name, document.language)}
    counts: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for text, times in _parts(document):
        text = analysis.clean(text)
        for token in analysis.tokens(text, document.language):
            for term, _ in token.terms:
                if term not in names and not term.isdecimal() and len(term) > 1:
                    counts[term] += times
                    written.setdefault(term, Counter())[text[token.start : token.end]] += times
    shortest = {term: min(found, key=lambda word: (-found[word], len(word), word)) for term, found in written.items()}
    return Profile(counts, shortest)


def telling(own: Profile, size: int, holders: Mapping[str, int]) -> dict[str, float]:
    """Return the terms that tell most about a piece, with their weights, of an index of `size` pieces."""
    most = min(MOST_HOLDERS, max(FEW, int(size * COMMON)))
    weights = {
        term: (1 + math.log(count)) * math.log(1 + size / holders[term])
        for term, count in own.counts.items()
        if 1 < holders.get(term, 0) <= most  # what stands in this piece alone leads nowhere
    }
    best = sorted(weights, key=lambda term: (-weights[term], term))[:TERMS]
    return {term: weights[term] for term in best}


def alike(own: Profile, weights: Mapping[str, float], document: Document) -> Alike:
    """Return how close another piece is: the share of the weight of the telling terms that it has, and in which."""
    other = profile(document)
    scale = own.length / max(1, other.length)
    has = {term: weights[term] * _fullness(other.counts[term] * scale) for term in weights if term in other.counts}
    whole = sum(weight * _fullness(own.counts[term]) for term, weight in weights.items())
    words = dict.fromkeys(own.written[term] for term in sorted(has, key=lambda term: -has[term]))
    return Alike(document.article_id, round(min(1.0, sum(has.values()) / (whole or 1)), 3), tuple(words)[:WORDS_SHOWN])


def _fullness(count: float) -> float:
    """Return what a term that stands so often counts: the second time less than the first, and so on."""
    return count / (count + SATURATION)


def _parts(document: Document) -> Iterator[tuple[str, int]]:
    yield document.title, IN_TITLE
    yield from ((heading, 1) for heading in document.headings)
    yield document.body, 1
    yield from ((topic.name, IN_TITLE) for topic in document.topics)
