"""For search engines: every address there is, and which are none of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from cms.core import links
from cms.publication import queries
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("sitemap", __name__)
#: How many ids one part covers. Cut by id, a part never shifts, and it stays below the 50,000 addresses allowed.
PART = 10_000
Place = tuple[str, datetime | None]


@bp.get("/sitemap.xml")
@public
@kept()
def index() -> Response:
    """Send all addresses, or the list of parts where they are many."""
    highest = queries.highest_id(db())
    if highest <= PART:
        return _places([*_others(), *_pieces(0)])
    parts = [url_for("site.sitemap.part", number=number) for number in range(highest // PART + 1)]
    return _xml("feeds/sitemap_index.xml", parts=[url_for("site.sitemap.lists"), *parts])


@bp.get("/sitemap-lists.xml")
@public
@kept()
def lists() -> Response:
    """Send the addresses that are not pieces."""
    return _places(_others())


@bp.get("/sitemap-<int:number>.xml")
@public
@kept()
def part(number: int) -> Response:
    """Send one part of the pieces."""
    if number > queries.highest_id(db()) // PART:
        abort(404)
    return _places(_pieces(number))


@bp.get("/robots.txt")
@public
@kept()
def robots() -> Response:
    """Say what is not for search engines: staff's pages, and lists without end."""
    lines = ("User-agent: *", "Disallow: /newsroom", "Disallow: /search", "Disallow: /api/", "",
             f"Sitemap: {services().settings.public_url}{url_for('site.sitemap.index')}", "")  # fmt: skip
    answer = make_response("\n".join(lines))
    answer.content_type = "text/plain; charset=utf-8"
    return answer


def _pieces(number: int) -> Iterable[Place]:
    found = queries.addresses(db(), number * PART, (number + 1) * PART - 1)
    return ((links.article(row.slug), row.changed_at) for row in found)


def _others() -> Iterable[Place]:
    found = queries.sitemap(db())
    yield links.front(), None
    yield url_for("site.about.show"), None
    yield url_for("site.people.index"), None
    yield url_for("site.series.index"), None
    yield from ((links.section(slug), None) for slug in found.sections)
    yield from ((links.topic(slug), None) for slug in found.topics)
    yield from ((links.series(one.slug), one.newest_at) for one in found.series)
    yield from ((links.person(one.slug), one.newest_at) for one in found.people)


def _places(places: Iterable[Place]) -> Response:
    return _xml("feeds/sitemap.xml", places=places)


def _xml(template: str, **facts: object) -> Response:
    answer = make_response(render_template(template, **facts))
    answer.content_type = "application/xml; charset=utf-8"
    return answer
