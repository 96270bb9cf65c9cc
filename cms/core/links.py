"""The public addresses, in one place: a contract with readers, feeds and other programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from urllib import parse
from urllib.parse import urlencode, urlsplit

#: The forms of a feed, as their addresses end: RSS, Atom and JSON Feed.
FEEDS = ("xml", "atom", "json")
#: The same few slugs stand on every page.
quote = lru_cache(4096)(parse.quote)


def front() -> str:
    return "/"


def article(slug: str) -> str:
    return f"/articles/{quote(slug)}"


def alternates(translations: Collection[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the language and the address of each text of a piece; the original is meant for all other readers, too.

    As `hreflang` has it, in pages and in the sitemap.
    """
    found = [(one["language"], article(one["slug"])) for one in translations]
    return found + [("x-default", article(one["slug"])) for one in translations if one["is_original"]]


def page(slug: str) -> str:
    """Return the address of a page of the house; the one about it has had its own since before there were others."""
    return "/about" if slug == "about" else f"/pages/{quote(slug)}"


def live(kind: str, slug: str) -> str:
    """Return where readers find a piece or a page."""
    return page(slug) if kind == "page" else article(slug)


def corrections() -> str:
    return "/corrections"


def history(slug: str) -> str:
    return f"{article(slug)}/history"


def correction(slug: str, number: int) -> str:
    """Return where on its piece a correction stands."""
    return f"{article(slug)}#correction-{number}"


def section(slug: str) -> str:
    return f"/sections/{quote(slug)}"


def topic(slug: str) -> str:
    return f"/topics/{quote(slug)}"


def person(slug: str) -> str:
    return f"/people/{quote(slug)}"


def series(slug: str) -> str:
    return f"/series/{quote(slug)}"


def archive(year: int = 0, month: int = 0) -> str:
    """Return the address of a month, of a whole year, or of the years."""
    return "/".join(("/archive", *([f"{year:04}"] if year else []), *([f"{month:02}"] if month else [])))


def search(q: str = "", **narrowed: str) -> str:
    words = {key: value for key, value in {"q": q, **narrowed}.items() if value}
    return f"/search?{urlencode(words)}" if words else "/search"


def suggest() -> str:
    return "/search/suggest"


def feed(page: str = "/", form: str = "xml") -> str:
    """Return the address of a page's feed; that of the front page has everything."""
    return f"{page.rstrip('/')}/feed.{form}"


def speculation() -> str:
    """Return the address of what browsers may fetch before it is asked for."""
    return "/speculation.json"


def media(key: str) -> str:
    return f"/media/{quote(key)}"


def newsroom_article(article_id: int) -> str:
    return f"/newsroom/articles/{article_id}"


def newsroom_beside(article_id: int, place: str) -> str:
    """Return where something lies beside a piece, on the page where it is decided about: `thread-7`, `suggested`."""
    return f"{newsroom_article(article_id)}/review#{place}"


def private(token: str) -> str:
    """Return where a link for somebody without a login leads; nobody but its holder may learn it."""
    return f"/newsroom/shared/{quote(token)}"


def newsroom_mail() -> str:
    """Return where one says how one wants to be told by mail."""
    return "/newsroom/inbox/mail"


def host(public_url: str) -> str:
    """Return the host under which readers find the site, with its port where it has one."""
    return urlsplit(public_url).netloc
