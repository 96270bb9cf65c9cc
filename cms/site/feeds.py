"""Feeds: everything, or one section, topic, person or series; summary and full text of the newest pieces.

One channel, three forms, each valid by its own book: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request

from cms.config import Settings
from cms.core import links
from cms.core.html import clean_text
from cms.publication import queries
from cms.publication.models import Published
from cms.vocabulary import CreditRole
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db
from cms.web.templating import iso

bp = Blueprint("feeds", __name__)
View = TypeVar("View", bound=Callable[..., Response])
BY = frozenset({CreditRole.AUTHOR, CreditRole.INTERVIEWER, CreditRole.INTERVIEWEE})
#: Notes beside the text need our style sheet; in a feed they come at the end instead.
SIDENOTE = re.compile(r'<span class="sidenote"[^>]*>.*?</span>', re.DOTALL)
#: The body's HTML is our own: attributes in double quotes, and no others with addresses in them.
ADDRESS = re.compile(r'(?<= )(href|src)="([/#][^"]*)"')
#: One picture in several widths, each address followed by its width.
WIDTHS = re.compile(r'(?<= srcset=")[^"]*')
#: What no XML document may have, escaped or not; the rest of the controls no reader can show.
NOT_XML = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Atom wants a moment even of a feed that nothing was ever in.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True)
class Author:
    """Somebody behind a piece, and their page."""

    name: str
    link: str


@dataclass(frozen=True)
class Item:
    """One piece in a feed; every address is absolute."""

    title: str
    link: str
    guid: str
    published_at: datetime
    changed_at: datetime
    language: str
    authors: tuple[Author, ...]
    categories: tuple[str, ...]
    summary: str
    text: str
    image: str


@dataclass(frozen=True)
class Channel:
    """A feed: what it is called, where the page and the feed are, and its pieces."""

    title: str
    link: str
    description: str
    address: str
    changed_at: datetime
    items: tuple[Item, ...]


def _feed_of(page: str) -> Callable[[View], View]:
    """Give a view the addresses of a page's feed in each form; RSS, where only one is named."""

    def mark(view: View) -> View:
        for form in links.FEEDS:
            bp.add_url_rule(links.feed(page, form), view_func=view)
        return view

    return mark


@_feed_of("/")
@public
@kept()
def everything() -> Response:
    """Send the newest pieces of the magazine."""
    settings = services().settings
    return _feed("", settings.site_line, links.front(), queries.feed(db()))


@_feed_of("/sections/<slug>")
@public
@kept()
def section(slug: str) -> Response:
    """Send the newest pieces of a section."""
    found, _ = queries.section(db(), slug)
    pieces = queries.feed(db(), Published.section_id == found.id)
    return _feed(found.name, found.description, links.section(found.slug), pieces)


@_feed_of("/topics/<slug>")
@public
@kept()
def topic(slug: str) -> Response:
    """Send the newest pieces about a topic."""
    found, _ = queries.topic(db(), slug)
    pieces = queries.feed(db(), queries.of_topic(found.id))
    return _feed(found.name, found.description, links.topic(found.slug), pieces)


@_feed_of("/people/<slug>")
@public
@kept()
def person(slug: str) -> Response:
    """Send the newest pieces that somebody is credited in."""
    found = queries.known_person(db(), slug)
    pieces = queries.feed(db(), queries.of_person(found.person_id))
    _ = services().language.text
    return _feed(found.name, _("Every new piece with %(name)s.", name=found.name), links.person(found.slug), pieces)


@_feed_of("/series/<slug>")
@public
@kept()
def series(slug: str) -> Response:
    """Send the newest parts of a series."""
    found = queries.known_series(db(), slug)
    pieces = queries.feed(db(), Published.series_id == found.series_id)
    return _feed(found.title, found.description, links.series(found.slug), pieces)


def _feed(name: str, description: str, address: str, pieces: Sequence[Published]) -> Response:
    settings, _ = services().settings, services().language.text
    title = f"{settings.site_name}: {name}" if name else settings.site_name
    channel = Channel(
        title=clean_text(title),
        link=settings.public_url + address,
        description=clean_text(description or _("Everything new in %(title)s.", title=title)),
        address=settings.public_url + request.path,
        changed_at=max((piece.updated_at or piece.published_at for piece in pieces), default=NEVER),
        items=tuple(_item(piece, settings) for piece in pieces),
    )
    kind, write = FORMS[request.path.rpartition(".")[2]]
    answer = make_response(write(channel))
    answer.content_type = f"{kind}; charset=utf-8"
    return answer


def _rss(channel: Channel) -> str:
    return render_template("feeds/rss.xml", channel=channel)


def _atom(channel: Channel) -> str:
    return render_template("feeds/atom.xml", channel=channel)


def _json(channel: Channel) -> str:
    settings = services().settings
    facts = {
        "version": JSON_FEED,
        "title": channel.title,
        "home_page_url": channel.link,
        "feed_url": channel.address,
        "description": channel.description,
        "language": settings.language,
        "authors": [{"name": settings.site_name, "url": settings.public_url + links.front()}],
        "items": [_json_item(item) for item in channel.items],
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _json_item(item: Item) -> dict[str, Any]:
    facts = {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.text,
        "image": item.image,
        "date_published": iso(item.published_at),
        "date_modified": iso(item.changed_at),
        "authors": [{"name": author.name, "url": author.link} for author in item.authors],
        "tags": item.categories,
        "language": item.language,
    }
    return {name: fact for name, fact in facts.items() if fact}


#: What each form is called on the way, and who writes it, by the end of its address.
FORMS: dict[str, tuple[str, Callable[[Channel], str]]] = {
    "xml": ("application/rss+xml", _rss),
    "atom": ("application/atom+xml", _atom),
    "json": ("application/feed+json", _json),
}


def _item(piece: Published, settings: Settings) -> Item:
    origin = settings.public_url
    link = origin + links.article(piece.slug)
    host = urlsplit(origin).hostname
    people = {line["slug"]: line["name"] for line in piece.bylines if line["role"] in BY}
    text = SIDENOTE.sub("", piece.body_html) + piece.notes_html
    return Item(
        title=clean_text(piece.headline),
        link=link,
        # Stays when the piece gets another address, so that readers' programs do not show it again as new.
        guid=f"tag:{host},{piece.published_at:%Y-%m-%d}:article/{piece.article_id}",
        published_at=piece.published_at,
        changed_at=piece.updated_at or piece.published_at,
        language=piece.language,
        authors=tuple(Author(clean_text(name), origin + links.person(slug)) for slug, name in people.items()),
        categories=tuple(clean_text(name) for name in (piece.section_name, *(one["name"] for one in piece.topics))),
        summary=clean_text(piece.dek or piece.teaser),
        text=NOT_XML.sub("", _absolute(text, link, origin)),
        image=origin + piece.hero["src"] if piece.hero else "",
    )


def _absolute(html: str, link: str, origin: str) -> str:
    """Return the text with addresses that mean the same in any program; places in the text lead to the page."""
    html = WIDTHS.sub(lambda m: re.sub(r"(?<!\S)/", f"{origin}/", m[0]), html)
    return ADDRESS.sub(lambda m: f'{m[1]}="{link if m[2].startswith("#") else origin}{m[2]}"', html)
