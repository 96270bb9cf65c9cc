"""One generation of an index, and how it answers: BM25 over all terms of a query, filters, counts, spelling.

A query is worked off term by term, the rarest first, into one table of scores for each segment. That gives exact
totals and counts for the price of the ranking, which the engine's own matchers, made to skip what cannot win, do not;
and where time runs out, only the commonest words have not had their say.
"""

# mypy: allow-untyped-calls
# (half of the engine has no types)

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from cms.search import analysis, entries, labels, spelling
from cms.search.index import EXACT_UP_TO, Document, Hit, Hits, Query, Sort, Suggestions, Wanted
from cms.search.labels import MAX_SUGGESTED, Labels
from cms.search.whoosh_index.segments import MANY, Postings, Segment

# Suggestions for what many are typing: the same few beginnings again and again.
MAX_REMEMBERED = 2_000


class Part:
    """A segment as this generation sees it: without the documents deleted since."""

    def __init__(self, segment: Segment, deleted: frozenset[int]) -> None:
        self.segment = segment
        self.deleted = deleted

    def found(self, query: Query, scores: dict[int, float]) -> tuple[Set[int], bool]:
        """Return the documents that `query` finds before its filters: scored, or all where it has no words.

        And whether these are all, as far as phrases are concerned.
        """
        docs: Set[int] = scores.keys() if query.words or query.phrases else set(range(len(self.segment.article_ids)))
        are_all = True
        for phrase in query.phrases:
            docs, left = self.with_phrase(phrase, docs)
            are_all = are_all and not left
        unwanted = self.unseen(query)
        for phrase in query.excluded:
            having, left = self.with_phrase(phrase, docs)
            unwanted, are_all = unwanted | having | left, are_all and not left  # better too few than what nobody wants
        return (docs - unwanted if unwanted else docs), are_all

    def unseen(self, query: Query) -> frozenset[int]:
        """Return the documents that nothing may be said of: deleted, or hidden from this query."""
        return self.deleted | {row for one in query.hidden if (row := self.segment.rows.get(one)) is not None}

    def with_phrase(self, text: str, among: Set[int] | None = None) -> tuple[set[int], set[int]]:
        """Return the documents (of those `among` which one looks) with these words side by side.

        Each is read in its own language. And those that were too many to compare (see `Segment.phrase`).
        """
        found: set[int] = set()
        left: set[int] = set()
        for language in self.segment.languages:
            if terms := [pair for token in analysis.tokens(text, language) for pair in token.terms]:
                some, others = self.segment.phrase(terms, among)
                found, left = found | some, left | others
        return found, left - found

    def postings(self, wanted: Wanted) -> Postings:
        """Return where any of what is wanted stands, and how often, all of it taken as one word."""
        found = [self.segment.postings(term) for term in wanted.terms if self._may_stand(term)]
        found = [postings for postings in found if postings.docs]
        if len(found) == 1 and not wanted.phrases:
            return found[0]
        counts: Counter[int] = Counter()
        for postings in found:
            counts.update(dict(zip(postings.docs, postings.counts, strict=True)))
        for phrase in wanted.phrases:
            counts.update(self.with_phrase(phrase)[0])
        return Postings.of(counts)

    def _may_stand(self, term: str) -> bool:
        return term[-3:-2] != "|" or term[-2:] in self.segment.languages

    def best(self, docs: Iterable[int], key: Callable[[int], float], wanted: int) -> list[tuple[float, int, int, int]]:
        """Return the first `wanted` as (key, moment, article id, document), ties by age."""
        docs = list(docs)
        threshold = min(heapq.nlargest(wanted, map(key, docs)), default=0.0)
        published, ids = self.segment.published, self.segment.article_ids
        near = ((key(doc), published[doc], ids[doc], doc) for doc in docs if key(doc) >= threshold)
        return heapq.nlargest(wanted, near)


@dataclass(frozen=True)
class Location:
    """Where a document lies, and as what it was indexed."""

    segment: str = ""
    doc: int = -1
    fingerprint: str = ""

    def is_of(self, document: Document) -> bool:
        """Tell whether the index already holds exactly this."""
        return self.fingerprint == document.fingerprint


NOWHERE = Location()


class Snapshot:
    """All segments of one generation."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.users = 0
        self.parts = parts
        self._suggested: dict[tuple[str, ...], Suggestions] = {}
        self.size = sum(len(part.segment.article_ids) for part in parts)

    def search(self, query: Query, *, seconds: float) -> Hits:
        """Return the answer to `query`, from the rarest of its words alone where `seconds` are not enough."""
        wanted = query.wanted
        scores, is_complete = self._scores(wanted, time.monotonic() + seconds)
        first, last = query.moments
        filters = {name: self._labels.meant(name, values) for name, values in query.filters().items()}
        facets: dict[str, Counter[str]] = {name: Counter() for name in query.counted}
        best: list[tuple[float, int, int, int]] = []
        total = unfiltered = 0
        for part, scored in zip(self.parts, scores, strict=True):
            docs, are_all = part.found(query, scored)
            is_complete = is_complete and are_all
            unfiltered += len(docs)
            if query.first or query.last:
                docs = docs & part.segment.between(first, last)
            masks = {name: part.segment.having(name, values) for name, values in filters.items()}
            for name in query.counted:
                others = [mask for other, mask in masks.items() if other != name]
                self._count(part.segment, name, _within(docs, others), facets)
            docs = _within(docs, masks.values())
            total += len(docs)
            is_ranked = query.sort is Sort.RELEVANCE and bool(scored)
            key = scored.__getitem__ if is_ranked else part.segment.published.__getitem__
            best += part.best(docs, key, query.offset + query.limit)
        lexicon = Seen(self.parts, query)
        unknown = spelling.unknown(query, lexicon)
        maybe = spelling.better(query, unknown, lexicon)
        page = heapq.nlargest(query.offset + query.limit, best)[query.offset :]
        return Hits(
            total=min(total, EXACT_UP_TO),
            is_capped=total > EXACT_UP_TO or not is_complete,
            hits=tuple(Hit(article_id, key if wanted else 0.0) for key, _, article_id, _ in page),
            facets={name: self._labels.counts(name, counter) for name, counter in facets.items()},
            unknown=unknown,
            maybe=maybe,
            unfiltered=min(unfiltered, EXACT_UP_TO),
            near=() if unfiltered or maybe else spelling.near(query, lexicon),
        )

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return how many documents there are, and in how many (replaced ones too) each of these terms stands."""
        found: Counter[str] = Counter()
        for part in self.parts:
            found.update(part.segment.frequencies(terms))
        return sum(len(part.segment.article_ids) - len(part.deleted) for part in self.parts), found

    def closest(self, terms: Sequence[str], limit: int, *, seconds: float) -> list[int]:
        """Return the ids of the documents that have most of these terms, the best first."""
        scores, _ = self._scores([Wanted((term,)) for term in terms], time.monotonic() + seconds)
        best: list[tuple[float, int, int, int]] = []
        for part, scored in zip(self.parts, scores, strict=True):
            best += part.best(scored.keys() - part.deleted, scored.__getitem__, limit)
        return [article_id for _, _, article_id, _ in heapq.nlargest(limit, best)]

    def suggest(self, text: str) -> Suggestions:
        """Return what `text` may be the beginning of: every word of it begins a word of what is suggested."""
        begun = labels.begun(text)
        if not begun:
            return Suggestions()
        known = self._suggested.get(begun)
        if known is None:
            if len(self._suggested) > MAX_REMEMBERED:
                self._suggested.clear()
            known = self._suggested[begun] = Suggestions(self._titled(begun), self._labels.beginning(begun))
        return known

    def _titled(self, begun: Sequence[str]) -> tuple[int, ...]:
        newest: list[tuple[int, int]] = []
        for part in self.parts:
            docs = set.intersection(*(part.segment.titled(word) for word in begun)) - part.deleted
            moments = part.segment.published
            best = heapq.nlargest(MAX_SUGGESTED, ((moments[doc], part.segment.article_ids[doc]) for doc in docs))
            newest += best
        return tuple(article_id for _, article_id in heapq.nlargest(MAX_SUGGESTED, newest))

    def fingerprints(self) -> dict[int, str]:
        """Return the fingerprint of every document by its article id."""
        return {
            article_id: part.segment.fingerprints[doc]
            for part in self.parts
            for doc, article_id in enumerate(part.segment.article_ids)
            if doc not in part.deleted
        }

    def locate(self, article_ids: Iterable[int]) -> dict[int, Location]:
        """Return where these articles are, those that are anywhere."""
        found = {}
        for part in self.parts:
            for one in article_ids:
                doc = part.segment.rows.get(one)
                if doc is not None and doc not in part.deleted:
                    found[one] = Location(part.segment.id, doc, part.segment.fingerprints[doc])
        return found

    def is_intact(self) -> bool:
        """Tell whether no file was touched since it was opened."""
        return all(part.segment.is_intact() for part in self.parts)

    def _scores(self, wanted: Sequence[Wanted], deadline: float) -> tuple[list[dict[int, float]], bool]:
        known: list[tuple[int, int, list[Postings]]] = []
        scores: list[dict[int, float]] = [{} for _ in self.parts]
        is_complete = True
        for one in wanted:
            rows = [part.postings(one) for part in self.parts]
            known.append((sum(len(postings.docs) for postings in rows), one.times, rows))
            if time.monotonic() > deadline:
                is_complete = False
                break
        for holders, times, rows in sorted(known, key=lambda one: one[0]):
            weight = entries.rarity(self.size, holders) * times * (entries.K1 + 1)
            for score, postings, norms in zip(scores, rows, self._norms, strict=True):
                _add(score, postings, weight, norms)
            if time.monotonic() > deadline:
                return scores, False
        return scores, is_complete

    @cached_property
    def _norms(self) -> list[list[float]]:
        """The norm of each document, part by part: each generation has its own, and one that only writes needs none."""
        columns = [part.segment.lengths for part in self.parts]
        average = sum(map(sum, columns)) / (self.size or 1) or 1
        known = {length: entries.norm(length, average) for length in set().union(*columns)}
        return [[known[length] for length in lengths] for lengths in columns]

    @cached_property
    def _labels(self) -> Labels:
        names: dict[str, dict[str, str]] = {}
        for part in self.parts:
            for name, known in part.segment.names.items():
                names.setdefault(name, {}).update(known)
        return Labels(names)

    @staticmethod
    def _count(segment: Segment, name: str, docs: Iterable[int], facets: Mapping[str, Counter[str]]) -> None:
        if name in MANY:
            facets[name].update(chain.from_iterable(map(segment.lists[name].__getitem__, docs)))
        else:
            facets[name].update(map(segment.columns[name].__getitem__, docs))


class Seen:
    """The words of an index, as far as one query may hear of them."""

    def __init__(self, parts: Sequence[Part], query: Query) -> None:
        self._parts = parts
        self._query = query

    def is_known(self, word: str) -> bool:
        """Tell whether any document has this word."""
        wanted = [Wanted(terms) for terms in analysis.in_every_language(word)]
        return any(part.postings(one).docs for part in self._parts for one in wanted)

    def within(self, word: str, edits: int) -> set[str]:
        """Return the words that are so near to a folded one."""
        return {near for part in self._parts for near in part.segment.words.within(word, edits)}

    def beginning(self, start: str) -> set[str]:
        """Return the first words that begin so."""
        return {near for part in self._parts for near in part.segment.words.beginning(start)}

    def standing(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each word stands, those left out that only unseen ones have.

        A word outlives its last document until the segment is written anew, and might say what was withdrawn.
        """
        unseen = [part.unseen(self._query) for part in self._parts]
        counts = {
            word: sum(
                doc not in gone
                for part, gone in zip(self._parts, unseen, strict=True)
                for doc in part.segment.spelled(word)
            )
            for word in words
        }
        return {word: count for word, count in counts.items() if count}


def _add(scores: dict[int, float], postings: Postings, weight: float, norms: Sequence[float]) -> None:
    get = scores.get
    for doc, count in zip(postings.docs, postings.counts, strict=True):
        scores[doc] = get(doc, 0.0) + weight * count / (count + norms[doc])


def _within(docs: Set[int], masks: Iterable[Set[int]]) -> Set[int]:
    for mask in masks:
        docs = docs & mask
    return docs
