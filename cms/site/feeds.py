"""Feeds: everything, or one section, topic, person or series; summary and full text of the newest pieces.

Corrections have one of their own, and stand with their piece in all others.

One channel, three forms, each valid by its own book: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request

from cms.config import Settings
from cms.core import links
from cms.core.errors import Unavailable
from cms.core.html import clean_text, escape
from cms.publication import queries
from cms.publication.models import Published
from cms.publication.queries import Corrected, Told
from cms.search.index import Sort
from cms.search.query import echoed
from cms.search.service import RESTING
from cms.site.search import Asked
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
FOUND_IN_FEED = 20
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
    """One piece, or one correction, in a feed; every address is absolute."""

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
    """A feed: what it is called, where the page and the feed are, its pieces, and the hub that hands it on, if any."""

    title: str
    link: str
    description: str
    address: str
    changed_at: datetime
    items: tuple[Item, ...]
    hub: str = ""


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


@_feed_of(links.corrections())
@public
@kept()
def corrections() -> Response:
    """Send the newest corrections."""
    settings, _ = services().settings, services().language.text
    said = _("What %(name)s got wrong, made clearer or took back.", name=settings.site_name)
    items = [_amends(one, settings) for one in queries.newest_corrections(db())]
    return _channel(_("Corrections"), said, links.corrections(), items)


# Not kept: there are as many of these as there are questions.
@_feed_of("/search")
@public
def search() -> Response:
    """Send the newest pieces that answer a question of the search page, asked in the same way."""
    asked = replace(Asked.read(request.args), sort=Sort.NEWEST, page=1)
    found = asked.find(per_page=FOUND_IN_FEED)
    if found.notice == RESTING:  # guesses would stay in readers' programs for ever
        raise Unavailable("The search is being rebuilt. Try again in a minute.")
    ids = [card.article_id for card in found.cards]
    pieces = queries.feed(db(), Published.article_id.in_(ids))
    return _feed(echoed(asked.text), "", asked.to_page(1), pieces, asked.feed(_form()))


def _feed(name: str, description: str, address: str, pieces: Sequence[Published], own: str = "") -> Response:
    settings = services().settings
    return _channel(name, description, address, [_item(piece, settings) for piece in pieces], own)


def _channel(name: str, description: str, address: str, items: Sequence[Item], own: str = "") -> Response:
    settings, _ = services().settings, services().language.text
    title = f"{settings.site_name}: {name}" if name else settings.site_name
    channel = Channel(
        title=clean_text(title),
        link=settings.public_url + address,
        description=clean_text(description or _("Everything new in %(title)s.", title=title)),
        address=settings.public_url + (own or request.path),
        changed_at=max((item.changed_at for item in items), default=NEVER),
        items=tuple(items),
        hub=settings.websub_hub if address == links.front() else "",
    )
    kind, write = FORMS[_form()]
    answer = make_response(write(channel))
    answer.content_type = f"{kind}; charset=utf-8"
    return answer


def _form() -> str:
    return request.path.rpartition(".")[2]


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
    if channel.hub:
        facts["hubs"] = [{"type": "WebSub", "url": channel.hub}]
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
    text = _with_corrections(SIDENOTE.sub("", piece.body_html) + piece.notes_html, piece, settings)
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


def _with_corrections(text: str, piece: Published, settings: Settings) -> str:
    """Return the text with what readers are told of changes, where the house has it; retractions before all else."""
    above, below = queries.told_at(piece, settings.corrections_at)
    return "".join([*map(_notice, above), text, *map(_notice, below)])


def _notice(told: Told) -> str:
    language, zone = services().language, services().settings.zone
    day = language.date(told.published_at.astimezone(zone))
    return f"<p><strong>{language.text(told.kind.label)}, {day}.</strong> {escape(told.text)}</p>"


def _amends(corrected: Corrected, settings: Settings) -> Item:
    told, piece, origin, _ = corrected.told, corrected.piece, settings.public_url, services().language.text
    kind, pairs = _(told.kind.label), ((_("Before"), told.before), (_("Now"), told.after))
    changes = [f"<p>{when}: <q>{escape(words)}</q></p>" for when, words in pairs if words]
    text = f"<p>{escape(told.text)}</p>{''.join(changes)}"
    return Item(
        title=clean_text(f"{kind}: {piece.headline}"),
        link=origin + links.correction(piece.slug, told.number),
        guid=f"tag:{urlsplit(origin).hostname},{piece.published_at:%Y-%m-%d}:"
             f"article/{told.article_id}/correction/{told.number}",
        published_at=told.published_at,
        changed_at=told.published_at,
        language=piece.language,
        authors=(),
        categories=(kind, clean_text(piece.section_name)),
        summary=clean_text(told.text),
        text=NOT_XML.sub("", text),
        image="",
    )  # fmt: skip


def _absolute(html: str, link: str, origin: str) -> str:
    """Return the text with addresses that mean the same in any program; places in the text lead to the page."""
    html = WIDTHS.sub(lambda m: re.sub(r"(?<!\S)/", f"{origin}/", m[0]), html)
    return ADDRESS.sub(lambda m: f'{m[1]}="{link if m[2].startswith("#") else origin}{m[2]}"', html)
