"""For search engines: every address there is, and which are none of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from cms.core import clock, links
from cms.core.html import clean_text
from cms.publication import queries
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("sitemap", __name__)
#: How many ids one part covers. Cut by id, a part never shifts, and it stays below the 50,000 addresses allowed.
PART = 10_000
#: What counts as news, and how much of it one file may have (the rules of Google News).
NEWS_LASTS = timedelta(days=2)
MOST_NEWS = 1_000
#: The two languages of a news sitemap that are named with their region; all others go without it.
WITH_REGION = frozenset({"zh-cn", "zh-tw"})


@dataclass(frozen=True)
class Place:
    """One address of the site, when it last changed, the picture that belongs to it, and it in each language."""

    address: str
    changed_at: datetime | None = None
    image: str | None = None
    alternates: Sequence[tuple[str, str]] = ()


@bp.get("/sitemap.xml")
@public
@kept()
def index() -> Response:
    """Send all addresses, or the list of parts where they are many."""
    highest = queries.highest_id(db())
    if highest <= PART:
        return _places([*_others(), *_pieces(0)])
    parts = [url_for("site.sitemap.part", number=number) for number in range(highest // PART + 1)]
    others = [url_for("site.sitemap.lists"), url_for("site.sitemap.news")]
    return _xml("feeds/sitemap_index.xml", parts=[*others, *parts])


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


# Not kept: what is in it changes with the hours, also while nobody publishes.
@bp.get("/sitemap-news.xml")
@public
def news() -> Response:
    """Send what was published in the last two days."""
    found = queries.news(db(), clock.now() - NEWS_LASTS, MOST_NEWS)
    return _xml(
        "feeds/sitemap_news.xml", pieces=[(row, clean_text(row.headline), _language(row.language)) for row in found]
    )


@bp.get("/robots.txt")
@public
@kept()
def robots() -> Response:
    """Say what is not for search engines: staff's pages, and lists without end; the archive itself may be found."""
    origin = services().settings.public_url
    lines = ("User-agent: *", "Disallow: /newsroom", "Disallow: /search?", "Disallow: /search/", "Disallow: /api/", "",
             f"Sitemap: {origin}{url_for('site.sitemap.index')}",
             f"Sitemap: {origin}{url_for('site.sitemap.news')}", "")  # fmt: skip
    answer = make_response("\n".join(lines))
    answer.content_type = "text/plain; charset=utf-8"
    return answer


def _pieces(number: int) -> Iterable[Place]:
    found = queries.addresses(db(), number * PART, (number + 1) * PART - 1)
    return (
        Place(links.article(row.slug), row.changed_at, row.image, links.alternates(row.translations)) for row in found
    )


def _others() -> Iterable[Place]:
    found = queries.sitemap(db())
    yield Place(links.front())
    yield Place(url_for("site.about.show"))
    yield Place(links.corrections())
    yield Place(url_for("site.people.index"))
    yield Place(url_for("site.series.index"))
    yield from (
        Place(links.page(one.slug), one.updated_at or one.published_at) for one in found.pages if one.slug != "about"
    )
    yield from (Place(links.section(slug)) for slug in found.sections)
    yield from (Place(links.topic(slug)) for slug in found.topics)
    yield from (Place(links.series(one.slug), one.newest_at) for one in found.series)
    yield from (Place(links.person(one.slug), one.newest_at) for one in found.people)


def _language(code: str) -> str:
    """Return a language as a news sitemap names it: `pt` for `pt-BR`."""
    code = code.lower()
    return code if code in WITH_REGION else code.partition("-")[0]


def _places(places: Iterable[Place]) -> Response:
    return _xml("feeds/sitemap.xml", places=places)


def _xml(template: str, **facts: object) -> Response:
    answer = make_response(render_template(template, **facts))
    answer.content_type = "application/xml; charset=utf-8"
    return answer
