"""What readers are told of changes: on the piece, in the list, in feeds, for search engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import links
from cms.core.db import transaction
from cms.vocabulary import CorrectionKind
from cms.wiring import Services
from tests.conftest import Client, Frozen, Queries
from tests.factories import House, act, make_interview, make_live
from tests.site.page import Page

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def corrected(
    db: Session,
    house: House,
    article: Article,
    text: str,
    kind: CorrectionKind = CorrectionKind.CORRECTION,
    **more: str,
) -> Article:
    """Take a live piece through the whole way once more, with a correction."""
    act(db, house.writer, articles.load(db, article.id), "revise")
    with transaction(db):
        newer = articles.load(db, article.id)
        texts.correct(db, house.writer, newer, kind=kind, text=text, seen=newer.head_id or 0, **more)
    for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, who, articles.load(db, article.id), action)
    return articles.load(db, article.id)


@pytest.fixture
def on_top(services: Services) -> Client:
    """A reader of a house that has corrections above the text."""
    app: Flask = create_app(replace(services, settings=replace(services.settings, corrections_at="top")))
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.mark.parametrize("make", [make_live, make_interview])
def test_a_correction_stands_at_the_foot_of_its_piece(
    reader: Client, db: Session, house: House, frozen: Frozen, make: Callable[..., Article]
) -> None:
    article = corrected(db, house, make(db, house), "It is 10 ppb.", before="10 ppm", after="10 ppb")
    page = Page(reader.get(f"/articles/{article.slug}"))
    assert page.words("//footer//aside[@aria-label='Correction']/p") == ["Correction, 24 November 2026. It is 10 ppb."]
    assert page.words("//aside//del") == ["10 ppm"]
    assert page.words("//aside//ins") == ["10 ppb"]
    assert page.all("//*[contains(@class, 'article__told')]") == []


def test_a_house_may_have_them_on_top(on_top: Client, db: Session, house: House) -> None:
    article = corrected(db, house, make_live(db, house), "It is 10 ppb.")
    page = Page(on_top.get(f"/articles/{article.slug}"))
    assert len(page.all("//*[@class='article__told']/aside")) == 1
    assert page.all("//footer//aside") == []


def test_a_retraction_is_always_on_top_and_the_piece_stays(reader: Client, db: Session, house: House) -> None:
    article = make_live(db, house)
    corrected(db, house, article, "Three clocks, not two.")
    corrected(db, house, article, "The figures were made up.", CorrectionKind.RETRACTION)
    page = Page(reader.get(f"/articles/{article.slug}"))
    assert [one.get("aria-label") for one in page.all("//*[@class='article__told']/aside")] == ["Retraction"]
    assert [one.get("aria-label") for one in page.all("//footer//aside")] == ["Correction"]
    assert "two halves of a payments company" in page.text


def test_each_is_listed_with_a_way_into_its_piece(reader: Client, db: Session, house: House, queries: Queries) -> None:
    one, two = make_live(db, house, headline="Clocks"), make_live(db, house, headline="Queues")
    corrected(db, house, one, "It is 10 ppb.")
    corrected(db, house, two, "We said more.", CorrectionKind.CLARIFICATION)
    page = Page(reader.get("/corrections"))
    assert page.h1 == "Corrections"
    assert page.words("//main//h2") == ["Queues", "Clocks"]
    for address in page.links("//main//h2/a"):
        slug, _, place = address.partition("#")
        assert Page(reader.get(slug)).one(f"//*[@id='{place}']").tag == "aside"
    assert links.corrections() in Page(reader.get("/")).links("//footer//a")
    assert b"/corrections</loc>" in reader.get("/sitemap.xml").data
    with queries.at_most(1):
        reader.get("/corrections?before=9999999999999999-1")


def test_an_empty_list_says_what_it_is_for(reader: Client) -> None:
    assert "Nothing to correct yet" in Page(reader.get("/corrections")).text


@pytest.mark.parametrize("form", links.FEEDS)
def test_corrections_have_a_feed_and_stand_in_the_others(reader: Client, db: Session, house: House, form: str) -> None:
    article = corrected(db, house, make_live(db, house, headline="Clocks"), "It is <10> ppb.", before="10 ppm")
    own = reader.get(links.feed(links.corrections(), form))
    everything = reader.get(links.feed("/", form))
    assert own.status_code == everything.status_code == 200
    if form == "json":
        item = json.loads(own.data)["items"][0]
        title, link, text = item["title"], item["url"], item["content_html"]
        whole = json.loads(everything.data)["items"][0]["content_html"]
    elif form == "xml":
        item = etree.fromstring(own.data).find("channel/item")
        assert item is not None
        title, link, text = item.findtext("title"), item.findtext("link"), item.findtext(CONTENT)
        whole = etree.fromstring(everything.data).findtext(f"channel/item/{CONTENT}")
    else:
        item = etree.fromstring(own.data).find(f"{ATOM}entry")
        assert item is not None
        title, text = item.findtext(f"{ATOM}title"), item.findtext(f"{ATOM}content")
        link = item.find(f"{ATOM}link").get("href")  # type: ignore[union-attr]
        whole = etree.fromstring(everything.data).findtext(f"{ATOM}entry/{ATOM}content")
    assert title == "Correction: Clocks"
    assert link == f"http://localhost/articles/{article.slug}#correction-{article.head.number}"  # type: ignore[union-attr]
    assert "It is &lt;10&gt; ppb." in (text or "")
    assert "10 ppm" in (text or "")
    assert (whole or "").endswith("</strong> It is &lt;10&gt; ppb.</p>")


def test_search_engines_are_told(reader: Client, db: Session, house: House) -> None:
    article = make_live(db, house)
    assert "correction" not in Page(reader.get(f"/articles/{article.slug}")).facts
    corrected(db, house, article, "It is 10 ppb.")
    told = Page(reader.get(f"/articles/{article.slug}")).facts["correction"]
    assert [(one["@type"], one["text"]) for one in told] == [("CorrectionComment", "It is 10 ppb.")]
    assert told[0]["url"].startswith(f"http://localhost/articles/{article.slug}#correction-")
    assert told[0]["datePublished"].endswith("Z")


def test_a_correction_is_plain_text(reader: Client, db: Session, house: House) -> None:
    bad = "<img src=x onerror=alert(1)>It was <b>10</b>"
    article = corrected(db, house, make_live(db, house), bad, before=bad, after=bad)
    for address in (f"/articles/{article.slug}", "/corrections", "/corrections/feed.xml", "/feed.json"):
        assert b"<img src=x" not in reader.get(address).data


def test_those_of_a_withdrawn_piece_go_with_it(reader: Client, db: Session, house: House) -> None:
    article = corrected(db, house, make_live(db, house, headline="Clocks"), "It is 10 ppb.")
    act(db, house.editor, article, "withdraw")
    for address in ("/corrections", "/corrections/feed.xml", "/corrections/feed.json"):
        assert b"10 ppb" not in reader.get(address).data
