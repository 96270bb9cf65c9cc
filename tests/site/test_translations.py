"""A piece in several languages, as readers and search engines are led from one to another."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import House
from tests.site.page import Page
from tests.site.test_sitemap import SPACE

HOST = "http://localhost/articles"
LINKED = [("en", f"{HOST}/time"), ("de", f"{HOST}/zeit"), ("x-default", f"{HOST}/time")]
XHTML = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def pair(db: Session, house: House) -> tuple[Article, Article]:
    """A live piece, and its live translation."""
    english = factories.make_live(db, house, slug="time", headline="Time & tide")
    german = factories.make_live(db, house, slug="zeit", headline="Zeit", language="de")
    link(db, house, english, german)
    return english, german


def link(db: Session, house: House, original: Article, *others: Article) -> None:
    for other in others:
        with transaction(db):
            texts.name_original(db, house.chief, other, original)


def show(reader: Client, slug: str) -> Page:
    return Page(reader.get(f"/articles/{slug}"))


def alternates(page: Page) -> list[tuple[str, str]]:
    return [(one.get("hreflang"), one.get("href")) for one in page.all("//head/link[@rel='alternate'][@hreflang]")]


def also(page: Page) -> list[tuple[str, str, str, str]]:
    """Return the lines about other languages: what each says, where it leads, in which language."""
    lines = page.all("//header//p[a/@hreflang]")
    return [
        (" ".join(one.text_content().split()), *(one[0].get(n) for n in ("href", "lang", "hreflang"))) for one in lines
    ]


def test_readers_are_led_to_the_other_language(reader: Client, pair: Any) -> None:
    assert also(show(reader, "time")) == [("Also in German: Zeit", "/articles/zeit", "de", "de")]
    page = show(reader, "zeit")
    assert also(page) == [("Also in English: Time & tide", "/articles/time", "en", "en")]
    assert page.one("//p[a/@hreflang]").get("lang") == "en", "said by the site, within a German piece"


def test_search_engines_are_told_of_all_of_them_and_of_the_original(reader: Client, pair: Any) -> None:
    assert alternates(show(reader, "time")) == alternates(show(reader, "zeit")) == LINKED


def test_a_piece_in_one_language_says_nothing_of_it(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, slug="time")
    link(db, house, piece, factories.make_article(db, house, State.SCHEDULED, language="de", slug="zeit"))
    page = show(reader, "time")
    assert (alternates(page), also(page)) == ([], [])
    assert "zeit" not in page.answer.text
    assert "xhtml:link" not in reader.get("/sitemap.xml").text


def test_a_withdrawn_one_is_named_no_more(reader: Client, db: Session, house: House, pair: Any) -> None:
    assert "zeit" in show(reader, "time").answer.text
    factories.act(db, house.editor, articles.load(db, pair[1].id), "withdraw")
    assert "zeit" not in show(reader, "time").answer.text
    assert "zeit" not in reader.get("/sitemap.xml").text


def test_without_its_original_translations_name_each_other(
    reader: Client, db: Session, house: House, pair: Any
) -> None:
    link(db, house, pair[0], factories.make_live(db, house, slug="temps", language="fr"))
    factories.act(db, house.editor, articles.load(db, pair[0].id), "withdraw")
    page = show(reader, "zeit")
    assert alternates(page) == [("de", f"{HOST}/zeit"), ("fr", f"{HOST}/temps")]
    assert {"translationOfWork", "workTranslation"}.isdisjoint(page.facts)


def test_facts_say_what_is_a_translation_of_what(reader: Client, pair: Any) -> None:
    original, translation = show(reader, "time").facts, show(reader, "zeit").facts
    assert [one["@id"] for one in original["workTranslation"]] == [translation["@id"]]
    assert original["workTranslation"][0]["inLanguage"] == "de"
    assert translation["translationOfWork"] == {
        "@type": "CreativeWork", "@id": original["@id"], "url": f"{HOST}/time", "headline": "Time & tide",
        "inLanguage": "en",
    }  # fmt: skip
    assert "translationOfWork" not in original
    assert "workTranslation" not in translation


def test_link_previews_are_told_of_languages_with_a_region(
    reader: Client, db: Session, house: House, pair: Any
) -> None:
    link(db, house, pair[0], factories.make_live(db, house, slug="tempo", language="pt-BR"))
    told = show(reader, "zeit").all("//meta[@property='og:locale:alternate']")
    assert [one.get("content") for one in told] == ["pt_BR"]
    page = show(reader, "tempo")
    assert page.one("//meta[@property='og:locale']").get("content") == "pt_BR"
    assert page.all("//meta[@property='og:locale:alternate']") == []


def test_an_interview_leads_to_its_other_language_too(reader: Client, db: Session, house: House) -> None:
    talk = factories.make_interview(db, house, slug="talk", headline="Talk")
    link(db, house, talk, factories.make_interview(db, house, slug="gespraech", headline="Gespräch", language="de"))
    assert also(show(reader, "talk")) == [("Also in German: Gespräch", "/articles/gespraech", "de", "de")]
    assert len(alternates(show(reader, "talk"))) == 3


def test_the_sitemap_has_every_language_beside_each_address(
    reader: Client, db: Session, house: House, pair: Any
) -> None:
    factories.make_live(db, house, slug="alone")
    tree = etree.fromstring(reader.get("/sitemap.xml").data)
    found = {url.findtext("s:loc", namespaces=SPACE): url.findall(XHTML) for url in tree.findall("s:url", SPACE)}
    for slug in ("time", "zeit"):
        assert [(one.get("hreflang"), one.get("href")) for one in found[f"{HOST}/{slug}"]] == LINKED
        assert {one.get("rel") for one in found[f"{HOST}/{slug}"]} == {"alternate"}
    assert found[f"{HOST}/alone"] == []


def test_it_costs_no_query_more(reader: Client, pair: Any, queries: Queries) -> None:
    with queries.at_most(2):
        reader.get("/articles/time")
    with queries.at_most(2):
        reader.get("/sitemap-0.xml")


def test_a_proof_shows_what_readers_will_be_told(db: Session, house: House, editor: Client, pair: Any) -> None:
    draft = factories.make_article(db, house, language="fr", headline="Temps")
    link(db, house, pair[0], draft)
    page = Page(editor.get(f"/newsroom/articles/{draft.id}/galley?framed=1"))
    assert [line[0] for line in also(page)] == ["Also in English: Time & tide", "Also in German: Zeit"]
