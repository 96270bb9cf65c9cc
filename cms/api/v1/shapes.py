"""What things look like as JSON: the contract with other programs, field by field."""

from __future__ import annotations

from typing import TypedDict

from cms.core import links
from cms.search import facets
from cms.search.cards import Card
from cms.web.templating import iso, public_url


class Result(TypedDict):
    """One piece found; `excerpt` is plain text, `excerpt_url` the very section that it stands in."""

    slug: str
    title: str
    url: str
    kind: str
    section: str
    published_at: str
    excerpt: str
    excerpt_url: str


class Choice(TypedDict):
    """One value of a facet, and how many pieces it would leave."""

    value: str
    name: str
    count: int


class Results(TypedDict):
    """One page of what was found, and how many there are on all pages: exactly, unless `is_capped`.

    `facets` has the most common values of each field. `instead` is the spelling that was looked for, where no piece
    has the one that was asked for.
    """

    total: int
    is_capped: bool
    results: list[Result]
    facets: dict[str, list[Choice]]
    instead: str


def result(card: Card) -> Result:
    """Return a piece found."""
    address = public_url(links.article(card.slug))
    section = card.excerpt.section_id
    return Result(
        slug=card.slug,
        title=card.headline,
        url=address,
        kind=card.kind.value,
        section=card.section_slug,
        published_at=iso(card.published_at),
        excerpt=card.excerpt.passage.text,
        excerpt_url=f"{address}#{section}" if section else address,
    )


def choice(one: facets.Choice) -> Choice:
    """Return one value of a facet."""
    return Choice(value=one.value, name=one.name, count=one.count)
