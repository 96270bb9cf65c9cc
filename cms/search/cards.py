"""What a page of results shows of each piece and person, loaded in one look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.publication.bylines import Bylined
from cms.publication.models import Published, PublishedPerson, PublishedSeries
from cms.search import analysis
from cms.search.excerpts import Excerpt, Marked, Marker
from cms.search.index import Count, Query
from cms.vocabulary import Kind

MAX_PEOPLE = 3


@dataclass(frozen=True)
class Card(Bylined):
    """One live piece in a list of results; `bylines` and `hero` are as in `Published`."""

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


def load(db: Session, article_ids: Sequence[int], marker: Marker) -> tuple[Card, ...]:
    """Return the cards of those pieces that are live, in the order given."""
    if not article_ids:
        return ()
    wanted = (
        select(
            Published.article_id,
            Published.slug,
            Published.kind,
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
            excerpt = marker.excerpt(facts.pop("sections"), otherwise=facts["dek"] or facts["teaser"])
            facts.pop("teaser")
            facts["series_title"], facts["series_slug"] = facts["series_title"] or "", facts["series_slug"] or ""
            made.append(Card(**facts, marked_headline=marker.mark(facts["headline"]), excerpt=excerpt))
    return tuple(made)


def people(db: Session, query: Query, among: Iterable[Count]) -> tuple[PersonCard, ...]:
    """Return the people whose name is looked for, of those who are in the pieces found."""
    wanted = set(query.terms)
    named = [one.value for one in among if wanted and wanted <= set(analysis.terms(one.name))][:MAX_PEOPLE]
    if not named:
        return ()
    shown = db.scalars(select(PublishedPerson).where(PublishedPerson.slug.in_(named)))
    by_slug = {
        row.slug: PersonCard(
            row.slug, row.name, row.headline, row.employer, row.portrait, row.pieces, row.interviews
        )
        for row in shown
    }  # fmt: skip
    return tuple(by_slug[slug] for slug in named if slug in by_slug)
