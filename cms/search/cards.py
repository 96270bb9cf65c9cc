"""What a page of results shows of each piece and person, loaded in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.publication.bylines import Bylined
from cms.publication.models import Published, PublishedPerson, PublishedSeries, PublishedTopic
from cms.search import analysis, languages
from cms.search.excerpts import Excerpt, Marked, Marker
from cms.search.index import Count, Label, Query
from cms.taxonomy.models import Topic
from cms.vocabulary import Kind

MAX_PEOPLE = 3
MOST_TOPICS, MOST_NEWEST = 8, 3


@dataclass(frozen=True)
class Card(Bylined):
    """One live piece in a list of results; `bylines` and `hero` are as in `Published`. Chiefs promote some."""

    article_id: int
    slug: str
    kind: Kind
    headline: str
    kicker: str
    dek: str
    section_name: str
    section_slug: str
    series_title: str
    series_slug: str
    series_part: int | None
    bylines: list[dict[str, Any]]
    hero: dict[str, Any]
    published_at: datetime
    reading_minutes: int
    marked_headline: Marked
    excerpt: Excerpt
    is_promoted: bool = False


@dataclass(frozen=True)
class PersonCard:
    """Somebody whose name was looked for."""

    slug: str
    name: str
    headline: str
    employer: str
    portrait: dict[str, Any]
    pieces: int
    interviews: int


@dataclass(frozen=True)
class Elsewhere:
    """Where to go on from a search that found nothing: words that are known, topics, and what is new."""

    words: tuple[str, ...] = ()
    topics: tuple[Label, ...] = ()
    newest: tuple[Card, ...] = ()


def load(db: Session, article_ids: Sequence[int], marker: Marker, *, promoted: Sequence[int] = ()) -> tuple[Card, ...]:
    """Return the cards of those pieces that are live, in the order given."""
    if not article_ids:
        return ()
    wanted = (
        select(
            Published.article_id,
            Published.slug,
            Published.kind,
            Published.language,
            Published.headline,
            Published.kicker,
            Published.dek,
            Published.teaser,
            Published.section_name,
            Published.section_slug,
            Published.series_part,
            Published.bylines,
            Published.hero,
            Published.published_at,
            Published.reading_minutes,
            Published.sections,
            PublishedSeries.title.label("series_title"),
            PublishedSeries.slug.label("series_slug"),
        )
        .outerjoin(PublishedSeries, PublishedSeries.series_id == Published.series_id)
        .where(Published.article_id.in_(article_ids))
    )
    found = {row.article_id: row._mapping for row in db.execute(wanted)}
    made = []
    for article_id in article_ids:
        if article_id in found:
            facts = dict(found[article_id])
            teaser, language = facts.pop("teaser"), languages.named(facts.pop("language")).code
            excerpt = marker.excerpt(facts.pop("sections"), facts["dek"] or teaser, language)
            facts["series_title"], facts["series_slug"] = facts["series_title"] or "", facts["series_slug"] or ""
            made.append(Card(**facts, marked_headline=marker.mark(facts["headline"], language), excerpt=excerpt,
                             is_promoted=article_id in promoted))  # fmt: skip
    return tuple(made)


def people(db: Session, query: Query, facets: Mapping[str, Sequence[Count]]) -> tuple[PersonCard, ...]:
    """Return the people whose name is looked for, of those who are in the pieces found."""
    wanted = {term for word in query.words for term in analysis.terms(word)}
    among = dict.fromkeys((*facets.get("expert", ()), *facets.get("author", ())))
    named = dict.fromkeys(one.value for one in among if wanted and wanted <= set(analysis.terms(one.name)))
    if not named:
        return ()
    shown = db.scalars(select(PublishedPerson).where(PublishedPerson.slug.in_(list(named)[:MAX_PEOPLE])))
    by_slug = {
        row.slug: PersonCard(
            row.slug, row.name, row.headline, row.employer, row.portrait, row.pieces, row.interviews
        )
        for row in shown
    }  # fmt: skip
    return tuple(by_slug[slug] for slug in named if slug in by_slug)


def elsewhere(db: Session, words: tuple[str, ...]) -> Elsewhere:
    """Return where to go on: these words, what most pieces are about, and the newest."""
    most = select(Topic.slug, Topic.name).join(PublishedTopic, PublishedTopic.topic_id == Topic.id)
    most = most.group_by(Topic.id, Topic.slug, Topic.name).order_by(func.count().desc(), Topic.name)
    newest = select(Published.article_id).order_by(Published.published_at.desc(), Published.article_id.desc())
    return Elsewhere(
        words=words,
        topics=tuple(Label(slug, name) for slug, name in db.execute(most.limit(MOST_TOPICS))),
        newest=load(db, db.scalars(newest.limit(MOST_NEWEST)).all(), Marker(())),
    )
