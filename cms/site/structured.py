"""What a page is about, as schema.org has it, for search engines.

Each page tells a graph: first the thing that the page is about, then the way that leads to it. What is not known is
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from cms.config import Settings
from cms.core import links
from cms.publication.models import Published, PublishedPerson, PublishedSeries
from cms.publication.queries import ArticlePage, Card, HousePage, Listing, PersonPage, SeriesPage, Told, told
from cms.vocabulary import CreditRole, Kind
from cms.web.services import services
from cms.web.templating import asset_url, iso

Facts = dict[str, Any]
#: What each kind of piece is called; there is no word for an interview, so that its genre says it.
TYPES = {Kind.NEWS: "NewsArticle", Kind.ARTICLE: "TechArticle", Kind.INTERVIEW: "Article", Kind.PAGE: "WebPage"}
#: Where the words of a query go in an address, as schema.org writes it.
WORDS = "{search_term_string}"


def front(settings: Settings) -> Facts:
    """Return the facts of the magazine: what it is called, who makes it, and how it is searched."""
    origin = settings.public_url
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{origin}{links.search()}?q={WORDS}"},
        "query-input": "required name=search_term_string",
    }
    return _graph(_site(settings) | {
        "description": settings.site_line,
        "inLanguage": settings.language,
        "publisher": _house(settings),
        "potentialAction": search,
    })  # fmt: skip


def article(page: ArticlePage, settings: Settings) -> Facts:
    """Return the facts of a piece."""
    piece, origin = page.piece, settings.public_url
    address = origin + links.article(piece.slug)
    guests = _people(piece, origin, CreditRole.INTERVIEWEE)
    facts = {
        "@type": TYPES[piece.kind],
        "@id": f"{address}#piece",
        "mainEntityOfPage": address,
        "url": address,
        "headline": piece.headline,
        "alternativeHeadline": piece.seo_title if piece.seo_title != piece.headline else "",
        "description": piece.seo_description or piece.dek or piece.teaser,
        "genre": "Interview" if piece.kind is Kind.INTERVIEW else "",
        "inLanguage": piece.language,
        "translationOfWork": next((_text(one, origin) for one in piece.also if one["is_original"]), None),
        "workTranslation": _translations(piece, origin),
        "datePublished": iso(piece.published_at),
        "dateModified": iso(piece.updated_at or piece.published_at),
        "articleSection": piece.section_name,
        "keywords": [topic["name"] for topic in piece.topics],
        "wordCount": piece.word_count,
        "timeRequired": f"PT{piece.reading_minutes}M",
        "isAccessibleForFree": True,
        "image": [_image(piece.face, origin)] if piece.face else [],
        "author": _people(piece, origin, CreditRole.AUTHOR, CreditRole.INTERVIEWER),
        "editor": _people(piece, origin, CreditRole.EDITOR),
        "contributor": _people(piece, origin, CreditRole.PHOTOGRAPHER),
        "about": [*guests, *(_topic(topic, origin) for topic in piece.topics)],
        "mentions": guests,
        "publisher": _house(settings),
        "correction": [_correction(one, piece, origin) for one in told(piece)],
        "isPartOf": _series_of(page.series, origin) if page.series else None,
        "position": piece.series_part if page.series else None,
    }
    step = (piece.section_name, links.section(piece.section_slug))
    return _graph(facts, _way(settings, step, (piece.headline, links.article(piece.slug))))


def house_page(page: HousePage, settings: Settings) -> Facts:
    """Return the facts of a page of the house."""
    origin, piece = settings.public_url, page.piece
    address = links.page(piece.slug)
    facts = {
        "@type": "AboutPage" if piece.slug == "about" else TYPES[Kind.PAGE],
        "@id": origin + address,
        "url": origin + address,
        "name": piece.headline,
        "description": piece.seo_description or piece.dek,
        "inLanguage": piece.language,
        "datePublished": iso(piece.published_at),
        "dateModified": iso(piece.updated_at or piece.published_at),
        "isPartOf": _site(settings),
        "publisher": _house(settings),
    }
    return _graph(facts, _way(settings, (piece.headline, address)))


def listing(shown: Listing, settings: Settings, *, name: str, description: str, address: str) -> Facts:
    """Return the facts of a list of pieces: a section, or a topic."""
    origin = settings.public_url
    facts = {
        "@type": "CollectionPage",
        "@id": origin + address,
        "url": origin + address,
        "name": name,
        "description": description,
        "inLanguage": settings.language,
        "isPartOf": _site(settings),
        "publisher": _house(settings),
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "url": origin + links.article(piece.slug)}
                for place, piece in enumerate(shown.pieces, start=1)
            ],
        },
    }
    return _graph(facts, _way(settings, (name, address)))


def person(page: PersonPage, elsewhere: Sequence[Facts], settings: Settings) -> Facts:
    """Return the facts of somebody; `elsewhere` are the addresses that their page leads to."""
    origin, who = settings.public_url, page.person
    address = links.person(page.shown.slug)
    facts = _person(page.shown, origin) | {
        "@id": f"{origin}{address}#person",
        "mainEntityOfPage": {"@type": "ProfilePage", "@id": origin + address},
        "description": who.bio,
        "jobTitle": who.headline,
        "worksFor": _organisation(who.employer) if who.employer else None,
        "affiliation": [_organisation(one.organisation) for one in who.affiliations if not one.until],
        "knowsAbout": who.expertise,
        "sameAs": [link["url"] for link in elsewhere],
        "image": _image(page.shown.portrait, origin) if page.shown.portrait else None,
    }
    _ = services().language.text
    return _graph(facts, _way(settings, (_("People"), url_for("site.people.index")), (page.shown.name, address)))


def series(page: SeriesPage, settings: Settings) -> Facts:
    """Return the facts of a series and of those parts that its page shows."""
    origin, shown = settings.public_url, page.series
    host = _person(page.host, origin) if page.host else {"@type": "Person", "name": shown.host.get("name")}
    facts = _series_of(shown, origin) | {
        "mainEntityOfPage": origin + links.series(shown.slug),
        "description": shown.description,
        "inLanguage": settings.language,
        "creator": host if shown.host else None,
        "image": _image(shown.cover, origin) if shown.cover else None,
        "publisher": _house(settings),
        "hasPart": [_part(piece, origin) for piece in page.parts],
    }
    _ = services().language.text
    way = _way(settings, (_("Series"), url_for("site.series.index")), (shown.title, links.series(shown.slug)))
    return _graph(facts, way)


def _graph(*things: Facts) -> Facts:
    return {"@context": "https://schema.org", "@graph": [_known(thing) for thing in things]}


def _known(facts: Facts) -> Facts:
    """Return the facts without those that nobody knows."""
    return {name: fact for name, fact in facts.items() if fact not in (None, "", [], {})}


def _house(settings: Settings) -> Facts:
    origin = settings.public_url
    return {
        "@type": "Organization",
        "@id": f"{origin}/#house",
        "name": settings.site_name,
        "url": origin + links.front(),
        "logo": {"@type": "ImageObject", "url": origin + asset_url("img/mark.svg")},
        "publishingPrinciples": f"{origin}{url_for('site.about.show')}#how-we-edit",
    }


def _site(settings: Settings) -> Facts:
    origin = settings.public_url
    return {"@type": "WebSite", "@id": f"{origin}/#site", "name": settings.site_name, "url": origin + links.front()}


def _way(settings: Settings, *steps: tuple[str, str]) -> Facts:
    """Return the way from the front page, by name and address."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": settings.public_url + address}
            for place, (name, address) in enumerate([(settings.site_name, links.front()), *steps], start=1)
        ],
    }


def _people(piece: Published, origin: str, *roles: CreditRole) -> list[Facts]:
    """Return who is credited so, described as they were then."""
    return [
        _known({
            "@type": "Person",
            "name": line["name"],
            "url": origin + links.person(line["slug"]),
            "description": line["affiliation"],
        })
        for line in piece.bylines
        if line["role"] in roles
    ]  # fmt: skip


def _translations(piece: Published, origin: str) -> list[Facts]:
    """Return the translations of an original; a translation has none."""
    is_original = any(one["is_original"] and one["slug"] == piece.slug for one in piece.translations)
    return [_text(one, origin) for one in piece.also] if is_original else []


def _text(one: Facts, origin: str) -> Facts:
    address = origin + links.article(one["slug"])
    return {
        "@type": "CreativeWork",
        "@id": f"{address}#piece",
        "url": address,
        "headline": one["headline"],
        "inLanguage": one["language"],
    }


def _person(shown: PublishedPerson, origin: str) -> Facts:
    return {"@type": "Person", "name": shown.name, "url": origin + links.person(shown.slug)}


def _organisation(name: str) -> Facts:
    return {"@type": "Organization", "name": name}


def _topic(topic: Facts, origin: str) -> Facts:
    return {"@type": "Thing", "name": topic["name"], "url": origin + links.topic(topic["slug"])}


def _image(picture: Facts, origin: str) -> Facts:
    return _known({
        "@type": "ImageObject",
        "url": origin + picture["src"],
        "width": picture["width"],
        "height": picture["height"],
        "caption": picture["caption"] or picture["alt"],
        "creditText": picture["credit"],
    })  # fmt: skip


def _series_of(shown: PublishedSeries, origin: str) -> Facts:
    address = origin + links.series(shown.slug)
    return {"@type": "CreativeWorkSeries", "@id": f"{address}#series", "name": shown.title, "url": address}


def _correction(told: Told, piece: Published, origin: str) -> Facts:
    address = origin + links.correction(piece.slug, told.number)
    return {
        "@type": "CorrectionComment",
        "@id": address,
        "url": address,
        "name": told.kind.label,
        "text": told.text,
        "datePublished": iso(told.published_at),
        "inLanguage": piece.language,
        "creator": {"@id": f"{origin}/#house"},
    }


def _part(piece: Card, origin: str) -> Facts:
    return _known({
        "@type": TYPES[piece.kind],
        "@id": f"{origin}{links.article(piece.slug)}#piece",
        "url": origin + links.article(piece.slug),
        "headline": piece.headline,
        "position": piece.series_part,
        "datePublished": iso(piece.published_at),
    })  # fmt: skip
