"""Who makes the magazine, and what it is made with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.publication.queries import lists
from cms.vocabulary import CreditRole, State
from cms.wiring import Services
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

NAMES = "//*[@class='roll__name']"


def test_the_masthead_names_whoever_wrote_with_their_post(reader: Client, db: Session, house: House) -> None:
    factories.make_interview(db, house)  # the expert answers, the author asks
    factories.make_live(db, house)
    page = Page(reader.get("/masthead"))
    assert page.links(NAMES) == ["/people/ilse-varnholt"]
    assert page.words("//*[@class='roll__one']") == ["Ilse VarnholtSenior writerSince 20262 pieces"]


def test_a_credit_for_pictures_or_a_draft_makes_no_writer(reader: Client, db: Session, house: House) -> None:
    pictures = CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER)
    factories.make_live(db, house, credits=scenes.by(house, pictures))
    factories.make_article(db, house, State.APPROVED, credits=(CreditLine(house.expert.id, CreditRole.AUTHOR),))
    assert Page(reader.get("/masthead")).links(NAMES) == ["/people/ilse-varnholt"]


def test_only_what_somebody_wrote_or_asked_counts_for_the_masthead(either: Services) -> None:
    with either.sessions() as db:
        house = factories.make_house(db)
        factories.make_interview(db, house, at=NOW - timedelta(days=800))  # the expert answers
        wrote = (CreditLine(house.expert.id, CreditRole.AUTHOR), CreditLine(house.expert.id, CreditRole.INTERVIEWER))
        factories.make_live(db, house, at=NOW, credits=wrote)  # twice in one piece
        people, _ = lists.writers(db)
    assert [(one.slug, one.pieces, one.first_at.year) for one in people] == [
        ("ilse-varnholt", 1, (NOW - timedelta(days=800)).year),
        ("marit-oduya-lind", 1, NOW.year),
    ]


def test_the_masthead_says_nothing_about_logins(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    text = reader.get("/masthead").text
    for login in house.staff():
        assert login.email not in text
        assert login.name not in text or login.name == house.author.name


def test_an_empty_masthead_says_so(reader: Client) -> None:
    assert "Nobody here yet" in Page(reader.get("/masthead")).text


def test_a_long_masthead_goes_on(reader: Client, db: Session, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PEOPLE_PER_PAGE", 1)
    factories.make_live(db, house, credits=scenes.by(house, CreditLine(house.expert.id, CreditRole.AUTHOR)))
    first = Page(reader.get("/masthead"))
    second = Page(reader.get(first.one("//a[@rel='next']").get("href")))
    assert first.links(NAMES) + second.links(NAMES) == ["/people/ilse-varnholt", "/people/marit-oduya-lind"]
    assert second.links("//a[@rel='first']") == ["/masthead"]
    assert second.all("//a[@rel='next']") == []


def test_the_colophon_shows_the_licence_of_every_font(reader: Client) -> None:
    page = Page(reader.get("/colophon"))
    licences = page.links("//h2[@id='set-in']/following-sibling::p//a")
    assert len(licences) == 3
    for licence in licences:
        with reader.get(licence) as answer:
            assert "SIL OPEN FONT LICENSE Version 1.1" in answer.text


def test_what_the_colophon_promises_is_so(reader: Client, db: Session, house: House) -> None:
    """No cookies, nothing from elsewhere, one style sheet and one of letters, and less than ten kilobytes of script."""
    piece = factories.make_live(db, house)
    for address in ("/", f"/articles/{piece.slug}", "/search", "/colophon"):
        page = Page(reader.get(address))
        assert "Set-Cookie" not in page.answer.headers
        policy = page.answer.headers["Content-Security-Policy"]
        assert set(policy.replace(";", "").split()) & {"http:", "https:", "*"} == set()
        assert policy.startswith("default-src 'none'")
        assert len(page.links("//link[@rel='stylesheet'][not(ancestor::noscript)]")) == 1
        dress = page.one("//script[@data-then]")
        assert page.links("//noscript/link[@rel='stylesheet']") == [dress.get("data-letters")]
        weight = 0
        for script in [*page.all("//script/@src"), *dress.get("data-then").split()]:
            with reader.get(script) as answer:
                weight += len(answer.data)
        assert 0 < weight < 10_000


def test_nothing_is_asked_for_before_the_style_sheet(reader: Client, db: Session, house: House) -> None:
    """It has the connection that the page came on; whatever comes first would have it wait for another."""
    piece = factories.make_live(db, house)
    asked = "//head/link[@rel='stylesheet' or @rel='preload'] | //head/script[@src]"
    for address in ("/", f"/articles/{piece.slug}"):
        first, *_ = Page(reader.get(address)).all(asked)
        assert first.get("rel") == "stylesheet"


def test_every_page_leads_to_the_house(reader: Client) -> None:
    assert {"/masthead", "/colophon"} <= set(Page(reader.get("/")).links("//footer//a"))


def test_the_house_costs_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    factories.make_live(db, house)
    for address in ("/masthead", "/colophon"):
        with queries.at_most(2):
            reader.get(address)
