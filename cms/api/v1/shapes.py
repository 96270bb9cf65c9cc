"""What things look like as JSON: the contract with other programs, field by field."""

from __future__ import annotations

from typing import TypedDict

from cms.core import links
from cms.search.cards import Card
from cms.web.templating import iso, public_url


class Result(TypedDict):
    """One piece found; `excerpt` is plain text."""

    slug: str
    title: str
    url: str
    kind: str
    section: str
    published_at: str
    excerpt: str


class Results(TypedDict):
    """One page of what was found, and how many there are on all pages."""

    total: int
    results: list[Result]


def result(card: Card) -> Result:
    """Return a piece found."""
    return Result(
        slug=card.slug,
        title=card.headline,
        url=public_url(links.article(card.slug)),
        kind=card.kind.value,
        section=card.section_slug,
        published_at=iso(card.published_at),
        excerpt=card.excerpt.passage.text,
    )
