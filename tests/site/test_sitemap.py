"""What search engines are shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy.orm import Session

from cms.core import clock
from cms.publication.models import Published
from cms.site import sitemap
from cms.vocabulary import State
from cms.web.pagecache import kept_paths
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes

SPACE = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


def _places(reader: Client, address: str) -> list[str]:
    answer = reader.get(address)
    assert answer.content_type == "application/xml; charset=utf-8"
    return [str(one.text) for one in etree.fromstring(answer.data).xpath("//s:loc", namespaces=SPACE)]


def test_every_address_with_something_to_read_is_there(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    factories.make_topic(db, "Unused")
    piece = factories.make_live(db, house, topic_ids=(topic.id,), slug="piece")
    scenes.series(db, house, [piece])
    factories.make_article(db, house, State.SCHEDULED, slug="hidden", section_id=house.other_section.id)
    paths = {place.removeprefix("http://localhost") for place in _places(reader, "/sitemap.xml")}
    assert paths == {
        "/", "/about", "/corrections", "/people", "/series", "/sections/systems", "/topics/clocks",
        "/series/time-in-machines", "/people/ilse-varnholt", "/articles/piece",
    }  # fmt: skip


def test_a_large_archive_comes_in_parts(
    reader: Client, db: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    pieces = scenes.many(db, house, 5)
    parts = _places(reader, "/sitemap.xml")
    found = [
        place
        for part in parts
        if "news" not in part
        for place in _places(reader, part.removeprefix("http://localhost"))
    ]
    assert parts[:2] == ["http://localhost/sitemap-lists.xml", "http://localhost/sitemap-news.xml"]
    assert {f"http://localhost/articles/{piece.slug}" for piece in pieces} <= set(found)
    assert len(found) == len(set(found))
    assert reader.get("/sitemap-9.xml").status_code == 404


def test_a_change_is_dated(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house, at=NOW - timedelta(days=1))
    assert "<lastmod>2026-11-23T09:00:00Z</lastmod>" in reader.get("/sitemap.xml").text


def test_robots_are_kept_out_of_the_newsroom(reader: Client) -> None:
    answer = reader.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert re.findall(r"^Disallow: (.*)$", answer.text, re.MULTILINE) == [
        "/newsroom", "/search?", "/search/", "/api/"
    ]  # fmt: skip
    assert re.findall(r"^Sitemap: (.*)$", answer.text, re.MULTILINE) == [
        "http://localhost/sitemap.xml", "http://localhost/sitemap-news.xml"
    ]  # fmt: skip


def test_a_piece_comes_with_its_picture(reader: Client, db: Session, house: House) -> None:
    shown = factories.make_live(db, house, hero_id=scenes.picture(db).id, hero_alt="Rings")
    plain = factories.make_live(db, house)
    tree = etree.fromstring(reader.get("/sitemap.xml").data)
    images = {
        url.findtext("s:loc", namespaces=SPACE): [one.text for one in url.findall("image:image/image:loc", SPACE)]
        for url in tree.findall("s:url", SPACE)
    }
    address = images[f"http://localhost/articles/{shown.slug}"][0]
    assert address == f"http://localhost{db.get_one(Published, shown.id).hero['src']}"
    assert images[f"http://localhost/articles/{plain.slug}"] == []


def test_news_are_the_pieces_of_the_last_two_days(reader: Client, db: Session, house: House) -> None:
    ages = {"old": timedelta(hours=49), "new": timedelta(hours=47), "newest": timedelta()}
    for slug, age in ages.items():
        factories.make_live(
            db, house, at=NOW - age, slug=slug, language="pt-BR" if slug == "new" else "en", headline=f"<{slug}> & co"
        )
    factories.make_article(db, house, State.SCHEDULED, slug="hidden")
    with clock.held(NOW):
        assert _places(reader, "/sitemap-news.xml") == [
            "http://localhost/articles/newest", "http://localhost/articles/new"
        ]  # fmt: skip
        url = etree.fromstring(reader.get("/sitemap-news.xml").data).findall("s:url", SPACE)[1]
    told = {name: url.findtext(f"news:news/{name}", namespaces=SPACE) for name in (
        "news:publication/news:name", "news:publication/news:language", "news:publication_date", "news:title",
    )}  # fmt: skip
    assert list(told.values()) == ["Overscan", "pt", "2026-11-22T10:00:00Z", "<new> & co"]
    with clock.held(NOW + timedelta(days=3)):
        assert _places(reader, "/sitemap-news.xml") == []


def test_news_are_asked_for_anew_each_time(app: Flask) -> None:
    """A kept page would go on showing what is no news any more, until somebody publishes."""
    patterns = kept_paths(app)
    assert not [pattern for pattern in patterns if re.fullmatch(pattern, "/sitemap-news.xml")]
    assert [pattern for pattern in patterns if re.fullmatch(pattern, "/sitemap-12.xml")]


def test_sitemaps_cost_few_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    scenes.many(db, house, 4)
    with queries.at_most(1):
        reader.get("/sitemap-news.xml")
    with queries.at_most(2):
        reader.get("/sitemap-0.xml")
