"""What a reader who is typing is offered: pieces, people, topics and series, each of them live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from cms.core import links
from cms.publication.models import Published, PublishedPerson, PublishedSeries, PublishedTopic
from cms.search.index import Suggestions
from cms.taxonomy.models import Topic

MOST_PIECES = 5
MOST_OF_A_KIND = 3


class Sort(StrEnum):
    """What kind of thing is suggested, as the index names its fields."""

    PIECE = "piece"
    PERSON = "person"
    TOPIC = "topic"
    SERIES = "series"


@dataclass(frozen=True)
class Suggestion:
    """One thing to go to."""

    sort: Sort
    name: str
    address: str


_ADDRESSES: Mapping[Sort, Callable[[str], str]] = {
    Sort.PIECE: links.article, Sort.PERSON: links.person, Sort.TOPIC: links.topic, Sort.SERIES: links.series,
}  # fmt: skip


def load(db: Session, suggested: Suggestions) -> tuple[Suggestion, ...]:
    """Return those that are live, under the names that they have now: one query."""
    ranks = {(Sort.PIECE, str(article_id)): rank for rank, article_id in enumerate(suggested.pieces)}
    ranks |= {(Sort(name), label.slug): rank for rank, (name, label) in enumerate(suggested.labels, len(ranks))}
    if not ranks:
        return ()
    slugs = {sort: [key for of, key in ranks if of is sort] for sort in Sort}
    is_read = Topic.id.in_(select(PublishedTopic.topic_id))
    person, series = PublishedPerson, PublishedSeries
    known = union_all(
        select(literal("piece"), Published.article_id, Published.slug, Published.headline)
        .where(Published.article_id.in_(suggested.pieces)),
        select(literal("person"), literal(0), person.slug, person.name).where(person.slug.in_(slugs[Sort.PERSON])),
        select(literal("topic"), literal(0), Topic.slug, Topic.name).where(Topic.slug.in_(slugs[Sort.TOPIC]), is_read),
        select(literal("series"), literal(0), series.slug, series.title).where(series.slug.in_(slugs[Sort.SERIES])),
    )  # fmt: skip
    found: dict[Sort, list[tuple[int, Suggestion]]] = {sort: [] for sort in Sort}
    for of, article_id, slug, name in db.execute(known):
        sort = Sort(of)
        rank = ranks[sort, str(article_id or slug)]
        found[sort].append((rank, Suggestion(sort, name, _ADDRESSES[sort](slug))))
    return tuple(
        one
        for sort, ranked in found.items()
        for _, one in sorted(ranked, key=lambda pair: pair[0])[: MOST_PIECES if sort is Sort.PIECE else MOST_OF_A_KIND]
    )
