"""Feeds: RSS 2.0, Atom and JSON Feed that any program reads."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes

SPACES = {"content": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/",
          "atom": "http://www.w3.org/2005/Atom"}  # fmt: skip


def _feed(reader: Client, address: str = "/feed.xml") -> Any:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    return etree.fromstring(answer.data)


def _texts(tree: Any, path: str) -> list[str]:
    return [str(one.text) for one in tree.xpath(path, namespaces=SPACES)]


def test_a_piece_is_there_whole_with_addresses_that_work_anywhere(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    body = (
        '<p data-id="p1">A <a href="/articles/other">clock</a><span class="footnote" data-note="Quartz &amp; co.">'
        '</span> &lt;rings&gt;.</p>'
    )  # fmt: skip
    piece = factories.make_live(
        db, house, at=NOW, headline="Bits & <b>bobs", dek="Less < more.", body=body, topic_ids=(topic.id,)
    )
    tree = _feed(reader)
    assert _texts(tree, "//item/title") == ["Bits & <b>bobs"]
    assert _texts(tree, "//item/link") == [f"http://localhost/articles/{piece.slug}"]
    assert _texts(tree, "//item/description") == ["Less < more."]
    assert _texts(tree, "//item/dc:creator") == ["Ilse Varnholt"]
    assert _texts(tree, "//item/category") == ["Systems", "Clocks"]
    assert parsedate_to_datetime(_texts(tree, "//item/pubDate")[0]) == NOW
    text = _texts(tree, "//item/content:encoded")[0]
    assert 'href="http://localhost/articles/other"' in text
    assert f'href="http://localhost/articles/{piece.slug}#fn1"' in text
    assert "&lt;rings&gt;" in text
    assert text.count("Quartz &amp; co.") == 1
    assert ' href="/' not in text


def test_the_newest_come_first_and_not_all_of_them(reader: Client, db: Session, house: House) -> None:
    pieces = scenes.many(db, house, 22)
    assert _texts(_feed(reader), "//item/link") == [
        f"http://localhost/articles/{piece.slug}" for piece in list(reversed(pieces))[:20]
    ]


def test_sections_topics_people_and_series_have_their_own(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    inside = factories.make_live(db, house, topic_ids=(topic.id,), slug="inside")
    scenes.series(db, house, [inside])
    factories.make_interview(db, house, section_id=house.other_section.id, slug="talk")
    expected = {
        "/sections/systems/feed.xml": ["inside"],
        "/topics/clocks/feed.xml": ["inside"],
        "/series/time-in-machines/feed.xml": ["inside"],
        "/people/marit-oduya-lind/feed.xml": ["talk"],
        "/people/ilse-varnholt/feed.xml": ["talk", "inside"],
    }
    for address, slugs in expected.items():
        tree = _feed(reader, address)
        assert _texts(tree, "//item/link") == [f"http://localhost/articles/{slug}" for slug in slugs], address
        assert tree.xpath("//atom:link/@href", namespaces=SPACES) == [f"http://localhost{address}"]


def test_a_feed_keeps_its_ids_when_an_address_changes(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, at=NOW - timedelta(days=3))
    assert _texts(_feed(reader), "//item/guid") == [f"tag:localhost,2026-11-21:article/{piece.id}"]


def test_an_empty_magazine_has_an_empty_feed(reader: Client) -> None:
    tree = _feed(reader)
    assert _texts(tree, "//channel/title") == ["Overscan"]
    assert _texts(tree, "//item/title") == []


def test_nothing_is_in_a_feed_before_it_is_live(reader: Client, db: Session, house: House) -> None:
    for state in (State.IN_REVIEW, State.SCHEDULED):
        factories.make_article(db, house, state, headline="Canary")
    assert "Canary" not in reader.get("/feed.xml").text


@pytest.mark.parametrize("kind", ["sections", "topics", "people", "series"])
def test_a_feed_of_nothing_is_not_found(reader: Client, kind: str) -> None:
    assert reader.get(f"/{kind}/nothing/feed.xml").status_code == 404


def test_programs_that_have_the_newest_are_told_so(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    first = reader.get("/feed.xml")
    again = reader.get("/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_feeds_cost_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    topic = factories.make_topic(db, "Clocks")
    scenes.many(db, house, 4, topic_ids=(topic.id,))
    for address in ("/feed.xml", "/sections/systems/feed.xml", "/topics/clocks/feed.xml"):
        with queries.at_most(2):
            _feed(reader, address)
