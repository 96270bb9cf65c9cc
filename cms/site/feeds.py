"""RSS 2.0: everything, or one section, topic, person or series; summary and full text of the newest pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request

from cms.config import Settings
from cms.core import links
from cms.publication import queries
from cms.publication.models import Published
from cms.vocabulary import CreditRole
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("feeds", __name__)
BY = frozenset({CreditRole.AUTHOR, CreditRole.INTERVIEWER, CreditRole.INTERVIEWEE})
#: Notes beside the text need our style sheet; in a feed they come at the end instead.
SIDENOTE = re.compile(r'<span class="sidenote"[^>]*>.*?</span>', re.DOTALL)
#: The body's HTML is our own: attributes in double quotes, and no others with addresses in them.
ADDRESS = re.compile(r'(?<= )(href|src)="([/#][^"]*)"')
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Item:
    """One piece in a feed; every address is absolute."""

    title: str
    link: str
    guid: str
    published_at: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str
    text: str


@dataclass(frozen=True)
class Channel:
    """A feed: what it is called, where the page and the feed are, and its pieces."""

    title: str
    link: str
    description: str
    address: str
    changed_at: str
    items: tuple[Item, ...]


@bp.get("/feed.xml")
@public
@kept()
def everything() -> Response:
    """Send the newest pieces of the magazine."""
    settings = services().settings
    return _feed("", settings.site_line, links.front(), queries.feed(db()))


@bp.get("/sections/<slug>/feed.xml")
@public
@kept()
def section(slug: str) -> Response:
    """Send the newest pieces of a section."""
    found, _ = queries.section(db(), slug)
    pieces = queries.feed(db(), Published.section_id == found.id)
    return _feed(found.name, found.description, links.section(found.slug), pieces)


@bp.get("/topics/<slug>/feed.xml")
@public
@kept()
def topic(slug: str) -> Response:
    """Send the newest pieces about a topic."""
    found, _ = queries.topic(db(), slug)
    pieces = queries.feed(db(), queries.of_topic(found.id))
    return _feed(found.name, found.description, links.topic(found.slug), pieces)


@bp.get("/people/<slug>/feed.xml")
@public
@kept()
def person(slug: str) -> Response:
    """Send the newest pieces that somebody is credited in."""
    found = queries.known_person(db(), slug)
    pieces = queries.feed(db(), queries.of_person(found.person_id))
    return _feed(found.name, f"Every new piece with {found.name}.", links.person(found.slug), pieces)


@bp.get("/series/<slug>/feed.xml")
@public
@kept()
def series(slug: str) -> Response:
    """Send the newest parts of a series."""
    found = queries.known_series(db(), slug)
    pieces = queries.feed(db(), Published.series_id == found.series_id)
    return _feed(found.title, found.description, links.series(found.slug), pieces)


def _feed(name: str, description: str, address: str, pieces: Sequence[Published]) -> Response:
    settings = services().settings
    title = f"{settings.site_name}: {name}" if name else settings.site_name
    channel = Channel(
        title=_xml(title),
        link=settings.public_url + address,
        description=_xml(description or f"Everything new in {title}."),
        address=settings.public_url + request.path,
        changed_at=_date(max((piece.updated_at or piece.published_at for piece in pieces), default=None)),
        items=tuple(_item(piece, settings) for piece in pieces),
    )
    answer = make_response(render_template("feeds/rss.xml", channel=channel))
    answer.content_type = "application/rss+xml; charset=utf-8"
    return answer


def _item(piece: Published, settings: Settings) -> Item:
    link = settings.public_url + links.article(piece.slug)
    host = urlsplit(settings.public_url).hostname
    return Item(
        title=_xml(piece.headline),
        link=link,
        # Stays when the piece gets another address, so that readers' programs do not show it again as new.
        guid=f"tag:{host},{piece.published_at:%Y-%m-%d}:article/{piece.article_id}",
        published_at=_date(piece.published_at),
        authors=tuple(dict.fromkeys(_xml(line["name"]) for line in piece.bylines if line["role"] in BY)),
        categories=tuple(_xml(name) for name in (piece.section_name, *(topic["name"] for topic in piece.topics))),
        summary=_xml(piece.dek or piece.teaser),
        text=_xml(_absolute(SIDENOTE.sub("", piece.body_html) + piece.notes_html, link, settings.public_url)),
    )


def _absolute(html: str, link: str, origin: str) -> str:
    """Return the text with addresses that mean the same in any program; places in the text lead to the page."""
    return ADDRESS.sub(lambda m: f'{m[1]}="{link if m[2].startswith("#") else origin}{m[2]}"', html)


def _xml(text: str) -> str:
    """Return the text without the characters that no XML document may have, escaped or not."""
    return NOT_XML.sub("", text)


def _date(at: datetime | None) -> str:
    return format_datetime(at, usegmt=True) if at else ""
