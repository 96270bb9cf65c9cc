"""People: the list, and a page for each."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.people.models import Affiliation
from cms.publication.queries.cards import PER_PAGE
from cms.vocabulary import CreditRole, State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page


def test_an_expert_shows_conversations_pieces_posts_and_links(reader: Client, db: Session, house: House) -> None:
    with transaction(db):
        house.expert.bio, house.expert.expertise = "Builds time servers.", ["Clocks"]
        house.expert.links = [
            {"label": "Papers", "url": "https://example.org/papers"}, {"label": "Trap", "url": "javascript:alert(1)"}
        ]  # fmt: skip
        db.add_all(
            [
                Affiliation(person_id=house.expert.id, position=0, title="Head of time",
                            organisation="Northlight Exchange", since="2024"),
                Affiliation(person_id=house.expert.id, position=1, title="Engineer", organisation="Harbour Institute",
                            since="2019", until="2024"),
            ]
        )  # fmt: skip
    talk = factories.make_interview(db, house, at=NOW - timedelta(days=400))
    credit = CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER)
    piece = factories.make_live(db, house, at=NOW, credits=scenes.by(house, credit))
    page = Page(reader.get("/people/marit-oduya-lind"))
    assert page.h1 == "Marit Oduya-Lind"
    assert page.words("//p[@class='kicker']") == ["Expert In Overscan since 2025"]
    assert page.links("//section[@aria-labelledby='conversations']//a") == [f"/articles/{talk.slug}"]
    assert "Head of time, Northlight Exchange" in page.words("//section[@aria-labelledby='conversations']")[0]
    assert page.links("//section[@aria-labelledby='pieces']//a") == [f"/articles/{piece.slug}"]
    assert "Photographer" in page.words("//section[@aria-labelledby='pieces']")[0]
    assert page.words("//*[@class='timeline']/li") == [
        "2024 to nowNorthlight ExchangeHead of time", "2019 to 2024Harbour InstituteEngineer"
    ]  # fmt: skip
    assert "https://example.org/papers" in page.links()
    assert not any(address.startswith("javascript") for address in page.links())
    assert "One conversation with us, one other piece." in page.text


def test_an_author_shows_their_pieces(reader: Client, db: Session, house: House) -> None:
    pieces = scenes.many(db, house, 2)
    page = Page(reader.get("/people/ilse-varnholt"))
    assert page.words("//p[@class='kicker']") == ["Author In Overscan since 2026"]
    assert page.links("//section[@aria-labelledby='pieces']//a") == [f"/articles/{p.slug}" for p in reversed(pieces)]


def test_two_credits_in_one_piece_are_one_appearance(reader: Client, db: Session, house: House) -> None:
    credit = CreditLine(house.author.id, CreditRole.PHOTOGRAPHER)
    pieces = [factories.make_live(db, house, credits=scenes.by(house, credit)) for _ in range(PER_PAGE - 5)]
    seen, address = [], "/people/ilse-varnholt"
    while address:
        page = Page(reader.get(address))
        seen += page.links("//ol//a")
        address = next(iter(page.links("//a[@rel='next']")), "")
    assert seen == [f"/articles/{piece.slug}" for piece in reversed(pieces)]


def test_somebody_without_a_live_piece_does_not_exist(reader: Client, db: Session, house: House) -> None:
    credits = (CreditLine(house.author.id, CreditRole.INTERVIEWER), CreditLine(house.expert.id, CreditRole.INTERVIEWEE))
    factories.make_article(db, house, State.SCHEDULED, credits=credits)
    answer, absent = reader.get("/people/marit-oduya-lind"), reader.get("/people/nobody-ever")
    assert (answer.status_code, answer.data) == (404, absent.data)
    assert "Marit" not in reader.get("/people").text


def test_everybody_is_listed_with_what_they_are_here_for(reader: Client, db: Session, house: House) -> None:
    factories.make_interview(db, house)
    factories.make_live(db, house)
    page = Page(reader.get("/people"))
    assert page.links("//*[@class='people']//a") == ["/people/ilse-varnholt", "/people/marit-oduya-lind"]
    assert page.words("//*[@class='people__one']") == [
        "Ilse Varnholt Senior writer, 2 pieces", "Marit Oduya-Lind First conversation"
    ]  # fmt: skip


def test_people_cost_few_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    for _ in range(5):
        factories.make_interview(db, house)
    with queries.at_most(3):
        reader.get("/people/marit-oduya-lind")
    with queries.at_most(2):
        reader.get("/people")
