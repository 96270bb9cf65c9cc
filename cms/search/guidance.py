"""What chiefs tell the search: words that mean the same, and pieces that stand first for a question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from cms.core.errors import Invalid, NotFound
from cms.core.events import record
from cms.core.html import clean_text
from cms.policy import Actor, require
from cms.publication.models import Published, Withdrawal
from cms.search import analysis
from cms.search.index import Query, Sort
from cms.search.models import SearchPromotion, SearchSynonym
from cms.search.query import parse
from cms.vocabulary import Can

MOST_WORDS, LONGEST = 8, 60
MOST_SYNONYMS = 500
MOST_PROMOTED = 3  # for one question
Kept = TypeVar("Kept", SearchSynonym, SearchPromotion)


@dataclass(frozen=True)
class Told:
    """What a search must heed: which pieces are withdrawn, what means the same, and what stands first for what."""

    withdrawn: frozenset[int]
    synonyms: Sequence[Sequence[str]]
    promoted: Mapping[str, Sequence[int]]

    def guided(self, query: Query) -> Query:
        """Return `query` with the other ways to say its words."""
        said = [tuple(analysis.terms(word)) for word in query.words]
        found = [
            (place, count, other)
            for group in self.synonyms
            for word in group
            for place, count in _places(said, tuple(analysis.terms(word)))
            for other in group
            if other != word
        ]
        return replace(query, synonyms=tuple(found))

    def first(self, query: Query) -> Sequence[int]:
        """Return the pieces that stand first for what `query` asks, if nothing but words does."""
        is_plain = query.offset == 0 and query.sort is Sort.RELEVANCE and not query.is_narrowed and not query.excluded
        return self.promoted.get(_meant(query), ()) if is_plain else ()


def synonyms(db: Session) -> Sequence[SearchSynonym]:
    """Return all groups of words that mean the same, the newest first."""
    return db.scalars(select(SearchSynonym).order_by(SearchSynonym.id.desc())).all()


def promotions(db: Session) -> Sequence[tuple[SearchPromotion, str, str]]:
    """Return what stands first for which question, with slug and headline, as far as it is live."""
    query = select(SearchPromotion, Published.slug, Published.headline)
    query = query.join(Published, Published.article_id == SearchPromotion.article_id)
    return [(kept, slug, headline) for kept, slug, headline in db.execute(query.order_by(SearchPromotion.meant))]


def add_synonyms(db: Session, actor: Actor, text: str) -> SearchSynonym:
    """Let the words of `text`, parted by commas, mean the same."""
    require(actor, Can.SEARCH_GUIDE)
    words = list(dict.fromkeys(clean_text(part)[:LONGEST] for part in text.split(",")))
    words = [word for word in words if analysis.terms(word)]
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(
            f"Write two to {MOST_WORDS} words with commas between them, such as: k8s, Kubernetes.", field="words"
        )
    if len(synonyms(db)) >= MOST_SYNONYMS:
        raise Invalid(f"There are {MOST_SYNONYMS} groups already. Take one away first.", field="words")
    kept = SearchSynonym(words=words)
    db.add(kept)
    db.flush()
    record(db, actor, "search.synonyms_added", None, words=words)
    return kept


def promote(db: Session, actor: Actor, asked: str, slug: str) -> SearchPromotion:
    """Let a live piece stand first for a question."""
    require(actor, Can.SEARCH_GUIDE)
    asked = clean_text(asked)[:LONGEST]
    meant = _meant(parse(asked))
    if not meant:
        raise Invalid("Write the words that readers look for.", field="asked")
    slug = slug.strip().rstrip("/").rpartition("/")[2]
    article_id = db.scalar(select(Published.article_id).where(Published.slug == slug))
    if article_id is None:
        raise Invalid("No live piece has this address.", field="slug")
    same = db.scalars(select(SearchPromotion.article_id).where(SearchPromotion.meant == meant)).all()
    if article_id in same:
        raise Invalid("That piece stands first for these words already.", field="slug")
    if len(same) >= MOST_PROMOTED:
        raise Invalid(f"{MOST_PROMOTED} pieces stand first for these words already.", field="asked")
    kept = SearchPromotion(asked=asked, meant=meant, article_id=article_id)
    db.add(kept)
    db.flush()
    record(db, actor, "search.promoted", None, asked=asked, article=article_id)
    return kept


def forget_synonyms(db: Session, actor: Actor, number: int) -> None:
    """Let words no longer mean the same."""
    require(actor, Can.SEARCH_GUIDE)
    kept = _kept(db, SearchSynonym, number)
    db.delete(kept)
    record(db, actor, "search.synonyms_removed", None, words=kept.words)


def demote(db: Session, actor: Actor, number: int) -> None:
    """Let a piece stand where it would."""
    require(actor, Can.SEARCH_GUIDE)
    kept = _kept(db, SearchPromotion, number)
    db.delete(kept)
    record(db, actor, "search.demoted", None, asked=kept.asked, article=kept.article_id)


def told(db: Session) -> Told:
    """Return all that a search must heed: one query."""
    same = select(literal("same"), SearchSynonym.id, cast(SearchSynonym.words, Text))
    first = select(literal("first"), SearchPromotion.article_id, SearchPromotion.meant).order_by(SearchPromotion.id)
    gone = select(literal("gone"), Withdrawal.article_id, literal(""))
    found = db.execute(union_all(gone, same, select(first.subquery()))).all()
    promoted: dict[str, list[int]] = {}
    for kind, number, meant in found:
        if kind == "first":
            promoted.setdefault(meant, []).append(number)
    return Told(
        withdrawn=frozenset(number for kind, number, _ in found if kind == "gone"),
        synonyms=[json.loads(words) for kind, _, words in found if kind == "same"],
        promoted=promoted,
    )


def _places(said: Sequence[tuple[str, ...]], wanted: tuple[str, ...]) -> Iterable[tuple[int, int]]:
    """Yield (first word, how many) where the words that were typed say what is wanted."""
    for place in range(len(said)):
        terms: tuple[str, ...] = ()
        for count, word in enumerate(said[place : place + MOST_WORDS], 1):
            terms += word
            if len(terms) >= len(wanted):
                if terms == wanted:
                    yield place, count
                break


def _meant(query: Query) -> str:
    return " ".join(term for text in (*query.words, *query.phrases) for term in analysis.terms(text))[:300]


def _kept(db: Session, kind: type[Kept], number: int) -> Kept:
    found = db.get(kind, number)
    if found is None:
        raise NotFound("That is not kept any more.")
    return found
