"""One generation of an index, and how it answers: queries built by hand, so that nothing that is typed is parsed."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from tantivy import DocAddress, FieldType, Occur, Query, Searcher, SearchResult

from cms.search import analysis, entries, labels, spelling
from cms.search.index import EXACT_UP_TO, FILTERS, Count, Hit, Hits, Sort, Suggestions, Wanted
from cms.search.index import Query as Asked
from cms.search.labels import MAX_SUGGESTED, Labels
from cms.search.languages import LANGUAGES
from cms.search.spelling import MAX_COMPLETIONS, Words
from cms.search.tantivy_index.schema import ARTICLE, AT, BETWEEN, LABEL, PRINT, SCHEMA, TEXT, TITLE, WORDS

# Of a field; a page shows eight, and people are found by their names among them.
MOST_COUNTED = 10_000
MOST_LABELS = 60_000  # beyond 65,000 tantivy counts nothing
NO_END = 2**62


class Snapshot:
    """What a searcher of tantivy sees."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def search(self, asked: Asked) -> Hits:
        """Return the answer to a query."""
        meant = {name: self._labels.meant(name, values) for name, values in asked.filters().items()}
        masks = {name: _one_of(name, values) for name, values in meant.items()}
        base = self._base(asked)
        within = _all_of(base, *_between(asked))
        query = _all_of(within, *masks.values())
        if asked.sort is Sort.NEWEST or not (asked.words or asked.phrases):
            found = self._searcher.search(query, max(1, asked.limit), offset=asked.offset, order_by_field=AT)
        else:
            found = self._searcher.search(query, max(1, asked.limit), offset=asked.offset)
        places = [place for _, place in found.hits][: asked.limit]
        ids = self._searcher.fast_field_values(ARTICLE, places)
        total = _total(found)
        unfiltered = self._count(base) if asked.is_narrowed else total
        lexicon = Seen(self._searcher, asked)
        unknown = spelling.unknown(asked, lexicon)
        maybe = spelling.better(asked, unknown, lexicon)
        return Hits(
            total=min(total, EXACT_UP_TO),
            is_capped=total > EXACT_UP_TO,
            hits=tuple(
                Hit(int(one or 0), float(score)) for one, (score, _) in zip(ids, found.hits, strict=False)
            ),
            facets=self._facets(asked, within, masks),
            unknown=unknown,
            maybe=maybe,
            unfiltered=min(unfiltered, EXACT_UP_TO),
            near=() if unfiltered or maybe else spelling.near(asked, lexicon),
        )  # fmt: skip

    def suggest(self, text: str) -> Suggestions:
        """Return what `text` may be the beginning of: every word of it begins a word of what is suggested."""
        begun = labels.begun(text)
        if not begun:
            return Suggestions()
        titled = _all_of(*(Query.fuzzy_term_query(SCHEMA, TITLE, word, distance=0, prefix=True) for word in begun))
        found = self._searcher.search(titled, MAX_SUGGESTED, order_by_field=AT, count=False)
        ids = self._searcher.fast_field_values(ARTICLE, [place for _, place in found.hits])
        return Suggestions(tuple(int(one or 0) for one in ids), self._labels.beginning(begun))

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return how many documents there are, and in how many (replaced ones too) each of these terms stands."""
        found = {term: self._searcher.doc_freq(TEXT, term) for term in terms}
        return self._searcher.num_docs, {term: count for term, count in found.items() if count}

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, the best first."""
        if not terms:
            return []
        found = self._searcher.search(_any_of(*(_term(term) for term in terms)), limit, count=False)
        return self._ids([place for _, place in found.hits])

    def fingerprints(self, article_ids: Collection[int] | None = None) -> dict[int, str]:
        """Return the fingerprints of these documents, or of all, by their article ids."""
        which = Query.all_query() if article_ids is None else _one_of(ARTICLE, article_ids)
        found = self._searcher.search(which, max(1, self._searcher.num_docs), order_by_field=ARTICLE, count=False)
        places = [place for _, place in found.hits]
        prints = self._searcher.fast_field_values(PRINT, places)
        return {one: f"{int(known or 0):016x}" for one, known in zip(self._ids(places), prints, strict=True)}

    @cached_property
    def _labels(self) -> Labels:
        names: dict[str, dict[str, str]] = {name: {} for name in FILTERS}
        for bucket in self._buckets(Query.all_query(), [LABEL], MOST_LABELS)[LABEL]:
            name, slug, label = str(bucket["key"]).split(BETWEEN, 2)
            names[name][slug] = label
        return Labels(names)

    def _base(self, asked: Asked) -> Query:
        """Return what finds the documents before all filters, and scores them."""
        parts = [(Occur.Must, _scored_by_nothing(_phrase(phrase))) for phrase in asked.phrases]
        if asked.words or asked.phrases:
            parts.append((Occur.Must, _any_of(*(self._wanted(one) for one in asked.wanted))))
        else:
            parts.append((Occur.Must, Query.all_query()))
        return Query.boolean_query([*parts, *((Occur.MustNot, one) for one in _unwanted(asked))])

    def _wanted(self, wanted: Wanted) -> Query:
        """Return what finds one thing that is wanted, as rare as all of it is together."""
        holders = {term: self._searcher.doc_freq(TEXT, term) for term in wanted.terms}
        holders = {term: count for term, count in holders.items() if count}
        phrases = {phrase: self._count(_phrase(phrase)) for phrase in wanted.phrases}
        together = sum(holders.values()) + sum(phrases.values())
        # Replaced documents are counted until their segment is written anew.
        size = max(self._searcher.num_docs, together)
        weight = wanted.times * entries.rarity(size, together)
        parts = [
            Query.boost_query(_term(term), weight / entries.rarity(size, count)) for term, count in holders.items()
        ]
        parts += [Query.const_score_query(_phrase(phrase), weight) for phrase in phrases]
        return Query.disjunction_max_query(parts) if len(parts) > 1 else parts[0] if parts else Query.empty_query()

    def _facets(self, asked: Asked, within: Query, masks: dict[str, Query]) -> dict[str, tuple[Count, ...]]:
        """Count the values of each field, under all filters but its own."""
        plain = [name for name in asked.counted if name not in masks]
        counted = self._buckets(_all_of(within, *masks.values()), plain, MOST_COUNTED)
        for name in masks.keys() & set(asked.counted):
            others = [mask for other, mask in masks.items() if other != name]
            counted |= self._buckets(_all_of(within, *others), [name], MOST_COUNTED)
        return {
            name: self._labels.counts(name, {bucket["key"]: bucket["doc_count"] for bucket in counted[name]})
            for name in asked.counted
        }

    def _buckets(self, query: Query, names: Sequence[str], most: int) -> dict[str, list[dict[str, Any]]]:
        if not names:
            return {}
        asked = {name: {"terms": {"field": name, "size": most}} for name in names}
        return {name: found["buckets"] for name, found in self._searcher.aggregate(query, asked).items()}

    def _count(self, query: Query) -> int:
        return _total(self._searcher.search(query, 1))

    def _ids(self, places: Sequence[DocAddress]) -> list[int]:
        return [int(one or 0) for one in self._searcher.fast_field_values(ARTICLE, list(places))]


class Seen:
    """The words of an index, as far as one query may hear of them."""

    def __init__(self, searcher: Searcher, asked: Asked) -> None:
        self._searcher = searcher
        self._hidden = _one_of(ARTICLE, asked.hidden)

    def is_known(self, word: str) -> bool:
        """Tell whether any document has this word."""
        return any(self._searcher.doc_freq(TEXT, term) for side in analysis.in_every_language(word) for term in side)

    def within(self, word: str, edits: int) -> list[str]:
        """Return the words that are so near to a folded one."""
        return Words(known for known, _ in self._searcher.terms_with_prefix(WORDS, word[:edits])).within(word, edits)

    def beginning(self, start: str) -> list[str]:
        """Return the first words that begin so."""
        return [word for word, _ in self._searcher.terms_with_prefix(WORDS, start, limit=MAX_COMPLETIONS)]

    def standing(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each word stands, those left out that only unseen ones have."""
        counts = {}
        for word in words:
            shown = [(Occur.Must, _term(word, WORDS)), (Occur.MustNot, self._hidden)]
            counts[word] = _total(self._searcher.search(Query.boolean_query(shown), 1))
        return {word: count for word, count in counts.items() if count}


def _total(found: SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # the engine's own types leave it out


def _term(term: str, field: str = TEXT) -> Query:
    return Query.term_query(SCHEMA, field, term, index_option="freq" if field == TEXT else "basic")


def _phrase(text: str) -> Query:
    """Return what finds these words side by side, each read in its own language."""
    found = []
    for language in LANGUAGES:
        places = dict.fromkeys(pair for token in analysis.tokens(text, language) for pair in token.terms)
        if len(places) == 1:
            found.append(_term(next(iter(places))[0]))
        elif places:
            found.append(Query.phrase_query(SCHEMA, TEXT, [(place, term) for term, place in places]))
    return _any_of(*found)


def _between(asked: Asked) -> list[Query]:
    """Return what keeps to the days that are asked for."""
    if not (asked.first or asked.last):
        return []
    first, last = asked.moments
    lower = -NO_END if first == -math.inf else math.ceil(first)
    upper = NO_END if last == math.inf else math.ceil(last)
    return [Query.range_query(SCHEMA, AT, FieldType.Integer, lower, upper, include_upper=False)]


def _unwanted(asked: Asked) -> list[Query]:
    hidden = [_one_of(ARTICLE, asked.hidden)] if asked.hidden else []
    return [*hidden, *(_phrase(text) for text in asked.excluded)]


def _one_of(name: str, values: Collection[str] | Collection[int]) -> Query:
    return Query.term_set_query(SCHEMA, name, list(values)) if values else Query.empty_query()


def _any_of(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, one) for one in queries]) if queries else Query.empty_query()


def _all_of(first: Query, *others: Query) -> Query:
    """Return what all of these find, scored by the first."""
    if not others:
        return first
    return Query.boolean_query([(Occur.Must, first), *((Occur.Must, _scored_by_nothing(one)) for one in others)])


def _scored_by_nothing(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
