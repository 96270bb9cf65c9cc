"""What a page is about, as schema.org has it, for search engines."""

from __future__ import annotations

from typing import Any

from cms.config import Settings
from cms.core import links
from cms.publication.models import Published
from cms.publication.queries import ArticlePage
from cms.vocabulary import CreditRole, Kind
from cms.web.templating import iso

Facts = dict[str, Any]


def article(page: ArticlePage, settings: Settings) -> Facts:
    """Return the facts of a piece; what is not known is left out."""
    piece, origin = page.piece, settings.public_url
    address = origin + links.article(piece.slug)
    house = {"@type": "Organization", "name": settings.site_name, "url": origin + links.front()}
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle" if piece.kind is Kind.NEWS else "Article",
        "mainEntityOfPage": address,
        "url": address,
        "headline": piece.headline,
        "description": piece.seo_description or piece.dek or piece.teaser,
        "inLanguage": piece.language,
        "datePublished": iso(piece.published_at),
        "dateModified": iso(piece.updated_at or piece.published_at),
        "articleSection": piece.section_name,
        "keywords": [topic["name"] for topic in piece.topics],
        "wordCount": piece.word_count,
        "timeRequired": f"PT{piece.reading_minutes}M",
        "image": [_image(piece.hero, origin)] if piece.hero else [],
        "author": _people(piece, origin, CreditRole.AUTHOR, CreditRole.INTERVIEWER),
        "editor": _people(piece, origin, CreditRole.EDITOR),
        "about": _people(piece, origin, CreditRole.INTERVIEWEE),
        "publisher": house,
        "isPartOf": _series(page, origin),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _people(piece: Published, origin: str, *roles: CreditRole) -> list[Facts]:
    return [
        {"@type": "Person", "name": line["name"], "url": origin + links.person(line["slug"])}
        for line in piece.bylines
        if line["role"] in roles
    ]


def _image(picture: Facts, origin: str) -> Facts:
    facts = {
        "@type": "ImageObject",
        "url": origin + picture["src"],
        "width": picture["width"],
        "height": picture["height"],
        "caption": picture["caption"] or picture["alt"],
        "creditText": picture["credit"],
    }
    return {name: fact for name, fact in facts.items() if fact}


def _series(page: ArticlePage, origin: str) -> Facts:
    if page.series is None:
        return {}
    return {
        "@type": "CreativeWorkSeries",
        "name": page.series.title,
        "url": origin + links.series(page.series.slug),
        "position": page.piece.series_part,
    }
