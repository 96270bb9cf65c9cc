"""What the three forms of a feed have in common, and what each must have by its own book."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.publication.models import Published
from cms.vocabulary import CreditRole
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

ATOM = {"a": "http://www.w3.org/2005/Atom"}
#: Where each page's feeds are: with what stands before `/feed.xml`.
PAGES = ("", "/sections/systems", "/topics/clocks", "/people/ilse-varnholt", "/series/time-in-machines")
#: A quote, an entity, a bell, a C1 control, a non-character and a direction that nobody closes.
NASTY = '"Q" & <b>\'s\x07 \x85\ufffe\u202e end'


def _atom(reader: Client, address: str = "/feed.atom") -> Any:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.data)


def _json(reader: Client, address: str = "/feed.json") -> dict[str, Any]:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/feed+json; charset=utf-8"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def _texts(tree: Any, path: str) -> list[str]:
    return [str(one if isinstance(one, str) else one.text) for one in tree.xpath(path, namespaces=ATOM)]


@pytest.fixture
def magazine(db: Session, house: House) -> None:
    """One piece that is in every feed."""
    topic = factories.make_topic(db, "Clocks")
    piece = factories.make_live(db, house, at=NOW, slug="piece", topic_ids=(topic.id,))
    scenes.series(db, house, [piece])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_a_feed_has_it_in_three_forms(reader: Client, magazine: None, page: str) -> None:
    tree, facts = _atom(reader, f"{page}/feed.atom"), _json(reader, f"{page}/feed.json")
    rss = etree.fromstring(reader.get(f"{page}/feed.xml").data)
    assert _texts(tree, "/a:feed/a:title") == [facts["title"]] == _texts(rss, "//channel/title")
    assert _texts(tree, "/a:feed/a:link[@rel='self']/@href") == [f"http://localhost{page}/feed.atom"]
    assert _texts(tree, "/a:feed/a:link[@rel='alternate']/@href") == [facts["home_page_url"]]
    assert facts["feed_url"] == f"http://localhost{page}/feed.json"
    assert facts["home_page_url"] == f"http://localhost{page or '/'}"
    assert _texts(tree, "//a:entry/a:id") == [item["id"] for item in facts["items"]] == _texts(rss, "//item/guid")
    assert len(facts["items"]) == 1


@pytest.mark.parametrize("page", PAGES)
def test_programs_find_all_forms_in_the_head_of_a_page(reader: Client, magazine: None, page: str) -> None:
    shown = Page(reader.get(page or "/"))
    for form, kind in (("xml", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")):
        found = [one.get("href") for one in shown.all(f"//link[@rel='alternate'][@type='application/{kind}']")]
        assert found == list(dict.fromkeys([f"http://localhost/feed.{form}", f"http://localhost{page}/feed.{form}"]))
        assert {f"/feed.{form}", f"{page}/feed.{form}"} <= set(shown.links("//footer//a"))
    titles = [one.get("title") for one in shown.all("//link[@type='application/atom+xml']")]
    assert titles[0] == "Overscan"
    assert len(set(titles)) == len(titles)


def test_an_atom_feed_has_what_its_book_wants(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, at=NOW - timedelta(days=3), language="de")
    with transaction(db):
        row = db.get_one(Published, piece.id)
        row.updated_at = NOW
    tree = _atom(reader)
    assert tree.tag == "{http://www.w3.org/2005/Atom}feed"
    assert _texts(tree, "/a:feed/a:id") == ["http://localhost/feed.atom"]
    assert _texts(tree, "/a:feed/a:updated") == ["2026-11-24T09:00:00Z"]
    assert _texts(tree, "/a:feed/a:author/a:name") == ["Overscan"]
    entry = tree.xpath("//a:entry", namespaces=ATOM)[0]
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    for name in ("id", "title", "updated", "published", "summary", "content"):
        assert len(entry.findall(f"a:{name}", ATOM)) == 1, name
    assert _texts(entry, "a:published") == ["2026-11-21T09:00:00Z"]
    assert _texts(entry, "a:updated") == ["2026-11-24T09:00:00Z"]
    assert _texts(entry, "a:id") == [f"tag:localhost,2026-11-21:article/{piece.id}"]
    assert _texts(entry, "a:link[@rel='alternate']/@href") == [f"http://localhost/articles/{piece.slug}"]
    assert _texts(entry, "a:author/a:name") == ["Ilse Varnholt"]
    assert _texts(entry, "a:author/a:uri") == ["http://localhost/people/ilse-varnholt"]
    assert _texts(entry, "a:category/@term") == ["Systems"]
    content = entry.find("a:content", ATOM)
    assert content.get("type") == "html"
    assert content.text.startswith("<p")


def test_a_json_feed_has_what_its_book_wants(reader: Client, db: Session, house: House) -> None:
    credit = CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER)
    piece = factories.make_live(
        db, house, at=NOW, hero_id=scenes.picture(db).id, hero_alt="Rings", credits=scenes.by(house, credit)
    )
    facts = _json(reader)
    assert facts["version"] == "https://jsonfeed.org/version/1.1"
    assert facts["language"] == "en"
    assert facts["authors"] == [{"name": "Overscan", "url": "http://localhost/"}]
    item = facts["items"][0]
    assert item["id"] == f"tag:localhost,2026-11-24:article/{piece.id}"
    assert item["url"] == f"http://localhost/articles/{piece.slug}"
    assert item["authors"] == [{"name": "Ilse Varnholt", "url": "http://localhost/people/ilse-varnholt"}]
    assert item["tags"] == ["Systems"]
    assert item["image"].startswith("http://localhost/media/renditions/")
    assert datetime.fromisoformat(item["date_published"]) == datetime.fromisoformat(item["date_modified"]) == NOW
    assert "two halves of a payments company" in item["content_html"]
    assert item["summary"] == "Perfect time is a luxury. Most systems can live on something cheaper."


def test_no_character_breaks_a_feed_or_reorders_it(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house)
    with transaction(db):
        row = db.get_one(Published, piece.id)
        row.headline = row.dek = row.section_name = NASTY
        row.body_html = '<p data-id="a">&lt;rings&gt; \x07\x85\ufffe&amp; "more"</p>'
        row.bylines = [line | {"name": NASTY} for line in row.bylines]
        row.topics = [{"id": 1, "slug": "t", "name": NASTY}]
    clean = '"Q" & <b>\'s end'
    tree, item = _atom(reader), _json(reader)["items"][0]
    rss = etree.fromstring(reader.get("/feed.xml").data)
    assert _texts(tree, "//a:entry/a:title") == [item["title"]] == _texts(rss, "//item/title") == [clean]
    assert _texts(tree, "//a:entry/a:summary") == [item["summary"]] == [clean]
    assert _texts(tree, "//a:entry/a:author/a:name") == [one["name"] for one in item["authors"]] == [clean]
    assert _texts(tree, "//a:category/@term") == [clean, clean]
    assert item["tags"] == [clean, clean]
    text = '<p data-id="a">&lt;rings&gt; &amp; "more"</p>'
    assert _texts(tree, "//a:content") == [item["content_html"]] == [text]


def test_addresses_in_the_text_work_anywhere(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, slug="piece")
    with transaction(db):
        db.get_one(Published, piece.id).body_html = (
            '<p><a href="/articles/other">A</a> <a href="#q1">B</a> <a href="https://example.org/">C</a></p>'
            '<img src="/media/a.png" srcset="/media/a-1.png 480w, /media/a-2.png 960w">'
        )
    text = _json(reader)["items"][0]["content_html"]
    assert 'href="http://localhost/articles/other"' in text
    assert 'href="http://localhost/articles/piece#q1"' in text
    assert 'href="https://example.org/"' in text
    assert 'srcset="http://localhost/media/a-1.png 480w, http://localhost/media/a-2.png 960w"' in text
    assert [text] == _texts(_atom(reader), "//a:content")


def test_an_empty_magazine_has_valid_feeds(reader: Client) -> None:
    tree, facts = _atom(reader), _json(reader)
    assert len(_texts(tree, "/a:feed/a:updated")) == 1
    assert facts["items"] == []


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_feed_of_nothing_is_not_found(reader: Client, form: str) -> None:
    for kind in ("sections", "topics", "people", "series"):
        assert reader.get(f"/{kind}/nothing/feed.{form}").status_code == 404, kind
    assert reader.get("/feed.pdf").status_code == 404


def test_every_form_costs_two_queries(reader: Client, magazine: None, queries: Queries) -> None:
    for page in PAGES:
        for form in ("atom", "json"):
            with queries.at_most(2):
                assert reader.get(f"{page}/feed.{form}").status_code == 200
