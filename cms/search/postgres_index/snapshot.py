"""One build of an index, and how it answers: PostgreSQL says what matches, the best of that are ranked as everywhere.

Its own ranks know nothing of how rare a word is, and lose half of what BM25 finds. So the words that a document has,
each as rare as it is, choose a few hundred (that is one look into the index for each word); only of these it is read
how often each word stands in them.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, cast, func, literal, not_, or_, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY

from cms.search import analysis, entries, labels, spelling
from cms.search.index import EXACT_UP_TO, Count, Hit, Hits, Query, Sort, Suggestions, Wanted
from cms.search.labels import MAX_SUGGESTED, Labels
from cms.search.languages import LANGUAGES
from cms.search.postgres_index.tables import Tables, quoted
from cms.search.spelling import MAX_COMPLETIONS, Words

# So many are ranked a second time; who leafs further gets all that can be leafed through.
CANDIDATES = 200
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Snapshot:
    """A build as one transaction sees it; `size` and `average` are the number and the mean length of its documents."""

    connection: Connection
    tables: Tables
    size: int
    average: float
    labels: Labels

    def search(self, query: Query) -> Hits:
        """Return the answer to a query."""
        wanted = query.wanted if query.words or query.phrases else ()
        words = [or_(*(self._having(one) for one in wanted))] if wanted else []
        besides = self._besides(query)
        days = self._between(query)
        masks = {name: self._one_of(name, self.labels.meant(name, values)) for name, values in query.filters().items()}
        within = [*words, *besides, *days]
        total = self._count([*within, *masks.values()])
        unfiltered = self._count([*words, *besides]) if query.is_narrowed else total
        if wanted and query.sort is Sort.RELEVANCE:
            hits = self._ranked(wanted, [*besides, *days, *masks.values()], query)
        else:
            hits = self._newest([*within, *masks.values()], query)
        lexicon = Seen(self, query)
        unknown = spelling.unknown(query, lexicon)
        maybe = spelling.better(query, unknown, lexicon)
        return Hits(
            total=min(total, EXACT_UP_TO),
            is_capped=total > EXACT_UP_TO,
            hits=tuple(hits),
            facets=self._facets(query, within, masks),
            unknown=unknown,
            maybe=maybe,
            unfiltered=min(unfiltered, EXACT_UP_TO),
            near=() if unfiltered or maybe else spelling.near(query, lexicon),
        )

    def suggest(self, text: str) -> Suggestions:
        """Return what `text` may be the beginning of: every word of it begins a word of what is suggested."""
        begun = labels.begun(text)
        if not begun:
            return Suggestions()
        documents, words = self.tables.documents, self.tables.words
        titled = [
            documents.c.article_id.in_(
                select(words.c.article_id).where(words.c.is_title, words.c.word.startswith(word, autoescape=True))
            )
            for word in begun
        ]
        newest = select(documents.c.article_id).where(*titled).order_by(documents.c.published.desc())
        pieces = self.connection.scalars(newest.limit(MAX_SUGGESTED))
        return Suggestions(tuple(pieces), self.labels.beginning(begun))

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return how many documents there are, and in how many of them each of these terms stands."""
        asked = list(dict.fromkeys(terms))
        holders = self.holders([Wanted((term,)) for term in asked])
        return self.size, {term: count for term, count in zip(asked, holders, strict=True) if count}

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, the best first."""
        if not terms:
            return []
        wanted = tuple(Wanted((term,)) for term in dict.fromkeys(terms))
        return [hit.article_id for hit in self._ranked(wanted, [], Query(limit=limit))]

    def fingerprints(self, article_ids: Collection[int] | None = None) -> dict[int, str]:
        """Return the fingerprints of these documents, or of all, by their article ids."""
        documents = self.tables.documents
        query = select(documents.c.article_id, documents.c.fingerprint)
        if article_ids is not None:
            query = query.where(documents.c.article_id.in_(article_ids))
        return {row.article_id: row.fingerprint for row in self.connection.execute(query)}

    def _ranked(self, wanted: Sequence[Wanted], conditions: Sequence[Condition], query: Query) -> list[Hit]:
        """Return the best documents with anything of what is wanted."""
        holders = self.holders(wanted)
        weights = [
            entries.rarity(self.size, count) * one.times * (entries.K1 + 1)
            for one, count in zip(wanted, holders, strict=True)
        ]
        documents = self.tables.documents
        chosen = self._candidates(wanted, weights, conditions, query.offset + query.limit)
        said = [self._saying(one.phrases, chosen) for one in wanted]
        rows = select(documents.c.article_id, documents.c.published, documents.c.length, documents.c.counts)
        scored = []
        for row in self.connection.execute(rows.where(documents.c.article_id.in_(chosen))):
            norm = entries.norm(row.length, self.average)
            score = 0.0
            for one, weight, holding in zip(wanted, weights, said, strict=True):
                count = sum(row.counts.get(term, 0) for term in one.terms) + (row.article_id in holding)
                score += weight * count / (count + norm)
            scored.append((score, row.published, row.article_id))
        best = heapq.nlargest(query.offset + query.limit, scored)[query.offset :]
        return [Hit(article_id, score) for score, _, article_id in best]

    def _candidates(
        self, wanted: Sequence[Wanted], weights: Sequence[float], conditions: Sequence[Condition], shown: int
    ) -> list[int]:
        """Return the documents in which most stands of what is wanted, as if all of it stood there once."""
        documents = self.tables.documents
        # As `entries.norm` has it, written so that PostgreSQL works it out.
        norm = entries.K1 * (1 - entries.B) + documents.c.length * (entries.K1 * entries.B / self.average)
        parts = union_all(*(
            select(documents.c.article_id, (weight / (1 + norm)).label("weight"))
            .where(self._having(one), *conditions)
            for one, weight in zip(wanted, weights, strict=True)
        )).subquery()  # fmt: skip
        best = select(parts.c.article_id).group_by(parts.c.article_id).order_by(func.sum(parts.c.weight).desc())
        return list(self.connection.scalars(best.limit(CANDIDATES if shown <= CANDIDATES else max(shown, EXACT_UP_TO))))

    def _saying(self, phrases: Sequence[str], among: Sequence[int]) -> set[int]:
        """Return those of some documents that have one of these phrases."""
        if not phrases:
            return set()
        article_id = self.tables.documents.c.article_id
        saying = or_(*(self._with_phrase(phrase) for phrase in phrases))
        return set(self.connection.scalars(select(article_id).where(article_id.in_(among), saying)))

    def _newest(self, conditions: Sequence[Condition], query: Query) -> list[Hit]:
        documents = self.tables.documents
        newest = select(documents.c.article_id).where(*conditions)
        newest = newest.order_by(documents.c.published.desc(), documents.c.article_id.desc())
        return [Hit(one, 0.0) for one in self.connection.scalars(newest.offset(query.offset).limit(query.limit))]

    def holders(self, wanted: Sequence[Wanted]) -> list[int]:
        """Return in how many documents each of what is wanted stands."""
        parts = [
            select(literal(number).label("number"), func.count().label("holders")).where(self._having(one))
            for number, one in enumerate(wanted)
        ]
        counted = {row.number: row.holders for row in self.connection.execute(union_all(*parts))} if parts else {}
        return [counted[number] for number in range(len(wanted))]

    def _facets(
        self, query: Query, within: Sequence[Condition], masks: dict[str, Condition]
    ) -> dict[str, tuple[Count, ...]]:
        """Count the values of each field, under all filters but its own."""
        counted: dict[str, dict[str, int]] = {name: {} for name in query.counted}
        plain = [name for name in query.counted if name not in masks]
        groups = [(plain, [*masks.values()])]
        groups += [
            ([name], [mask for other, mask in masks.items() if other != name]) for name in masks if name in counted
        ]
        label, documents = self.tables.labels, self.tables.documents
        for names, others in groups:
            counts = (
                select(label.c.field, label.c.slug, func.count())
                .join(documents, documents.c.article_id == label.c.article_id)
                .where(label.c.field.in_(names), *within, *others)
                .group_by(label.c.field, label.c.slug)
            )
            for name, slug, count in self.connection.execute(counts):
                counted[name][slug] = count
        return {name: self.labels.counts(name, found) for name, found in counted.items()}

    def _besides(self, query: Query) -> list[Condition]:
        """Return what must hold besides the words: phrases, what is unwanted, what is hidden."""
        found = [self._with_phrase(phrase) for phrase in query.phrases]
        found += [not_(self._with_phrase(text)) for text in query.excluded]
        return found + ([self.tables.documents.c.article_id.not_in(query.hidden)] if query.hidden else [])

    def _between(self, query: Query) -> list[Condition]:
        published = self.tables.documents.c.published
        first, last = query.moments
        lower = [published >= math.ceil(first)] if first != -math.inf else []
        return lower + ([published < math.ceil(last)] if last != math.inf else [])

    def _having(self, wanted: Wanted) -> Condition:
        """Return what finds the documents with any of what is wanted."""
        said = [*map(quoted, wanted.terms), *(part for phrase in wanted.phrases for part in _phrases(phrase))]
        return self._matching(said)

    def _with_phrase(self, text: str) -> Condition:
        return self._matching(_phrases(text))

    def _matching(self, alternatives: Sequence[str]) -> Condition:
        asked = " | ".join(f"({one})" for one in alternatives)
        return self.tables.documents.c.terms.bool_op("@@")(cast(literal(asked), TSQUERY))

    def _one_of(self, name: str, slugs: Collection[str]) -> Condition:
        label = self.tables.labels
        there = select(label.c.article_id).where(label.c.field == name, label.c.slug.in_(slugs))
        return self.tables.documents.c.article_id.in_(there)

    def _count(self, conditions: Sequence[Condition]) -> int:
        count = select(func.count()).select_from(self.tables.documents).where(*conditions)
        return self.connection.scalar(count) or 0


@dataclass(frozen=True)
class Seen:
    """The words of an index, as far as one query may hear of them."""

    snapshot: Snapshot
    query: Query

    def is_known(self, word: str) -> bool:
        """Tell whether any document has this word."""
        terms = [Wanted(terms) for terms in analysis.in_every_language(word)]
        return any(self.snapshot.holders(terms))

    def within(self, word: str, edits: int) -> list[str]:
        """Return the words that are so near to a folded one."""
        return Words(self._beginning(word[:edits], None)).within(word, edits)

    def beginning(self, start: str) -> list[str]:
        """Return the first words that begin so."""
        return self._beginning(start, MAX_COMPLETIONS)

    def standing(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each word stands, those left out that only unseen ones have."""
        known = self.snapshot.tables.words
        counts = select(known.c.word, func.count().label("holders")).where(
            ~known.c.is_title, known.c.word.in_(list(words))
        )
        counts = counts.where(known.c.article_id.not_in(self.query.hidden)).group_by(known.c.word)
        return {row.word: row.holders for row in self.snapshot.connection.execute(counts)}

    def _beginning(self, start: str, most: int | None) -> list[str]:
        known = self.snapshot.tables.words
        words = select(known.c.word).where(~known.c.is_title, known.c.word.startswith(start, autoescape=True))
        return list(self.snapshot.connection.scalars(words.distinct().order_by(known.c.word).limit(most)))


def _phrases(text: str) -> list[str]:
    """Return how to ask for words side by side, once for each language in which they can be read."""
    found = []
    for language in LANGUAGES:
        places = sorted({(place, term) for token in analysis.tokens(text, language) for term, place in token.terms})
        if places:
            asked = quoted(places[0][1])
            for (before, _), (place, term) in pairwise(places):
                asked += f" <{place - before}> {quoted(term)}"
            found.append(asked)
    return found
