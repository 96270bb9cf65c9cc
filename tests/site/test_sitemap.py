"""What search engines are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from cms.site import sitemap
from cms.vocabulary import State
from tests import factories
from tests.conftest import Client
from tests.factories import NOW, House
from tests.site import scenes

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


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
        "/", "/about", "/people", "/series", "/sections/systems", "/topics/clocks", "/series/time-in-machines",
        "/people/ilse-varnholt", "/articles/piece",
    }  # fmt: skip


def test_a_large_archive_comes_in_parts(
    reader: Client, db: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    pieces = scenes.many(db, house, 5)
    parts = _places(reader, "/sitemap.xml")
    found = [place for part in parts for place in _places(reader, part.removeprefix("http://localhost"))]
    assert parts[0] == "http://localhost/sitemap-lists.xml"
    assert {f"http://localhost/articles/{piece.slug}" for piece in pieces} <= set(found)
    assert len(found) == len(set(found))
    assert reader.get("/sitemap-9.xml").status_code == 404


def test_a_change_is_dated(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house, at=NOW - timedelta(days=1))
    assert "<lastmod>2026-11-23T09:00:00Z</lastmod>" in reader.get("/sitemap.xml").text


def test_robots_are_kept_out_of_the_newsroom(reader: Client) -> None:
    answer = reader.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Disallow: /newsroom" in answer.text
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text
