"""What holds for every page that readers see."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import House, act, make_live, make_page
from tests.site import scenes
from tests.site.page import Page

ADDRESSES = (
    "/", "/articles/piece", "/articles/talk", "/sections/systems", "/topics/clocks", "/people", "/people/ilse-varnholt",
    "/series", "/series/time-in-machines", "/search", "/search?q=clock", "/about", "/archive", "/archive/2026",
    "/archive/2026/11", "/masthead", "/colophon", "/corrections", "/pages/imprint", "/articles/piece/history",
)  # fmt: skip


@pytest.fixture
def magazine(db: Session, house: House) -> None:
    """One of each."""
    topic = factories.make_topic(db, "Clocks")
    hero = scenes.picture(db)
    piece = factories.make_live(db, house, slug="piece", topic_ids=(topic.id,), hero_id=hero.id, hero_alt="Rings")
    scenes.furnish(db, house, piece)
    factories.make_interview(db, house, slug="talk", hero_id=hero.id, hero_alt="Marit Oduya-Lind")
    scenes.series(db, house, [piece], description="How computers count.")


@pytest.fixture
def pages(reader: Client, magazine: None) -> dict[str, Page]:
    """Every page, by its address; in one go, since making a magazine costs more than looking at it."""
    return {address: Page(reader.get(address)) for address in ADDRESSES}


def test_a_page_is_whole(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.answer.text.startswith("<!doctype html>")
        assert page.h1
        assert page.one("//title").text.strip()
        assert page.one("//meta[@name='description']").get("content")
        assert page.one("//link[@rel='canonical']").get("href").startswith("http://localhost/")
        assert page.one("//meta[@property='og:title']").get("content")
        assert page.all("//link[@type='application/rss+xml']")[0].get("href") == "http://localhost/feed.xml"
        assert page.one("//a[contains(@class, 'skip')]").get("href") == "#main"
        assert page.one("//main").get("id") == "main"
        assert page.one("//header[contains(@class, 'masthead') or @class='topline']") is not None
        assert page.one("//footer[@class='colophon']") is not None


def test_no_two_pages_have_the_same_title_or_canonical_address(pages: dict[str, Page]) -> None:
    shown = [page for address, page in pages.items() if address != "/search?q=clock"]
    assert len({page.one("//title").text for page in shown}) == len(shown)
    assert len({page.one("//link[@rel='canonical']").get("href") for page in shown}) == len(shown)


def test_no_level_of_heading_is_left_out(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        levels = [int(one.tag[1]) for one in page.all("//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (address, levels)


def test_a_page_keeps_the_rules_of_its_policy(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.all("//@style | //style | //script[not(@src) and not(@type='application/ld+json')]") == []
        assert page.all("//@*[starts-with(name(), 'on')]") == []
        assert all(src.startswith("/") for src in page.all("//*[self::img or self::script]/@src"))
        ids = page.all("//@id")
        assert len(ids) == len(set(ids))


def test_pictures_have_their_room_and_words(pages: dict[str, Page]) -> None:
    images = [image for page in pages.values() for image in page.all("//img")]
    assert len(images) > 5
    for image in images:
        assert int(image.get("width")) > 0
        assert int(image.get("height")) > 0
        assert image.get("alt") is not None


def test_every_link_inside_leads_somewhere(reader: Client, pages: dict[str, Page]) -> None:
    links = {re.sub(r"#.*", "", link) for page in pages.values() for link in page.links("//a")} - {""}
    links = {link for link in links if not link.startswith("mailto:")}
    assert len(links) > len(ADDRESSES)
    for link in links:
        with reader.get(link) as answer:  # closed, since some lead to files
            assert answer.status_code == 200, link


def test_readers_get_no_cookie_and_all_the_same_page(reader: Client, pages: dict[str, Page]) -> None:
    for address in (*pages, "/nothing", "/feed.xml", "/robots.txt"):
        answer = reader.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert reader.get(address).data == answer.data


def test_a_page_that_has_not_changed_is_not_sent_again(reader: Client, pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        assert page.answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        again = reader.get(address, headers={"If-None-Match": page.answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Security-Policy" in again.headers


def test_names_are_words_wherever_they_stand(reader: Client, db: Session, house: House) -> None:
    bad = "<script>alert(1)</script>\"'>"
    topic = factories.make_topic(db, "Clocks")
    topic.name = bad
    house.section.name, house.author.name, house.author.bio = f"S{bad}", f"N{bad}", f"B{bad}"
    db.commit()
    piece = factories.make_live(
        db, house, slug="piece", headline=f"H{bad}", kicker=f"K{bad}", dek=f"D{bad}", topic_ids=(topic.id,),
        hero_id=scenes.picture(db).id, hero_alt=f"A{bad}", hero_caption=f"C{bad}", hero_credit=f"R{bad}",
    )  # fmt: skip
    scenes.series(db, house, [piece], description=f"E{bad}")
    scenes.furnish(db, house, piece, headline=f"P{bad}", dek=f"D{bad}")
    for address in (
        *(a for a in ADDRESSES if "talk" not in a),
        "/feed.xml",
        "/feed.atom",
        "/sections/systems/feed.xml",
    ):
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.text, address


@pytest.mark.parametrize("address", ["/", "/articles/piece", "/nothing"])
def test_a_broken_database_gives_a_page_that_says_so(
    reader: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret_column", {}, Exception("no such host"))

    monkeypatch.setattr(Session, "execute", gone)
    monkeypatch.setattr(Session, "scalar", gone)
    page = Page(reader.get(address), status=503)
    assert page.h1 == "The magazine is catching its breath"
    assert page.answer.headers["Retry-After"]
    assert "secret_column" not in page.answer.text


def test_a_page_of_the_house_is_read_under_its_address_and_named_in_every_foot(
    reader: Client, db: Session, house: House, queries: Queries
) -> None:
    make_live(db, house)
    make_page(db, house, "imprint", dek="Who is behind this.")
    page = Page(reader.get("/pages/imprint"))
    assert page.h1 == "Imprint"
    assert "12 Harbour Street" in page.text
    assert page.facts["@type"] == "WebPage"
    assert page.one("//link[@rel='canonical']").get("href") == "http://localhost/pages/imprint"
    for address in ("/", "/corrections", "/people", "/no/such/page", "/sections/systems"):
        assert '<a href="/pages/imprint">Imprint</a>' in reader.get(address).text
    assert b"<loc>http://localhost/pages/imprint</loc>" in reader.get("/sitemap.xml").data
    for address in ("/feed.xml", "/feed.json", "/sitemap-news.xml", "/archive", "/sections/systems", "/people"):
        assert "12 Harbour" not in reader.get(address).text
    with queries.at_most(1):
        reader.get("/pages/imprint?again=1")


def test_what_editors_write_about_the_house_takes_the_place_of_what_came_with_it(
    reader: Client, db: Session, house: House
) -> None:
    assert "How we edit" in Page(reader.get("/about")).text
    article = make_page(db, house, "about")
    page = Page(reader.get("/about"))
    assert page.h1 == "About"
    assert page.facts["@type"] == "AboutPage"
    answer = reader.get("/pages/about")
    assert (answer.status_code, answer.location) == (301, "/about")
    assert Page(reader.get("/")).links("//footer//a").count("/about") == 1
    assert reader.get("/sitemap.xml").text.count("<loc>http://localhost/about</loc>") == 1
    act(db, house.editor, article, "withdraw")
    assert "How we edit" in Page(reader.get("/about")).text


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.SPIKED])
def test_a_page_that_is_not_out_was_never_there(reader: Client, db: Session, house: House, state: State) -> None:
    make_page(db, house, "imprint", state)
    assert reader.get("/pages/imprint").status_code == 404
    assert "/pages/" not in reader.get("/").text
    assert "/pages/" not in reader.get("/sitemap.xml").text
