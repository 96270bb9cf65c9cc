"""The front page, from an empty magazine to a full one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from cms.core import generation
from cms.core.db import transaction
from cms.publication import service as publication
from cms.publication.models import Places
from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page


def _front(reader: Client) -> Page:
    return Page(reader.get("/"))


def test_an_empty_magazine_says_what_will_be_here(reader: Client) -> None:
    page = _front(reader)
    assert page.h1 == "Overscan"
    assert "Nothing has been published yet" in page.text
    assert "/feed.xml" in page.links()


def test_one_piece_leads_alone(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house)
    page = _front(reader)
    assert page.links("//main//a") == [f"/articles/{piece.slug}"]
    assert page.all("//main//section") == []


def test_the_newest_lead_and_the_rest_stands_in_its_section(reader: Client, db: Session, house: House) -> None:
    old = scenes.many(db, house, 6)
    other = factories.make_live(db, house, at=NOW - timedelta(days=90), section_id=house.other_section.id)
    page = _front(reader)
    assert page.links("//*[contains(@class, 'story--lead')]//a") == [f"/articles/{old[5].slug}"]
    assert page.links("//*[@class='front__second']//a") == [f"/articles/{old[n].slug}" for n in (4, 3, 2)]
    assert page.words("//*[@class='front__columns']//h2") == ["Practice", "Systems"]
    assert page.links("//*[@class='front__columns']//h3/a") == [
        f"/articles/{other.slug}", f"/articles/{old[1].slug}", f"/articles/{old[0].slug}"
    ]  # fmt: skip
    assert len(set(page.links("//main//h3/a | //main//h2/a"))) == len(page.all("//main//article")) + 2


def test_pieces_with_a_picture_come_forward(reader: Client, db: Session, house: House) -> None:
    shown = factories.make_live(db, house, at=NOW - timedelta(days=2), hero_id=scenes.picture(db).id, hero_alt="Rings")
    scenes.many(db, house, 2)
    page = _front(reader)
    assert page.links("//*[contains(@class, 'story--lead')]//a") == [f"/articles/{shown.slug}"]
    image = page.one("//*[contains(@class, 'story--lead')]//img")
    assert (image.get("fetchpriority"), image.get("loading")) == ("high", None)


def test_the_newest_conversation_has_a_place_of_its_own(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    talks = [factories.make_interview(db, house, slug=f"talk-{n}") for n in (1, 2)]
    scenes.series(db, house, talks, is_interviews=True)
    page = _front(reader)
    assert page.words("//h2[@id='talk']") == ["Time in machines"]
    assert page.links("//*[@class='band__grid']//a") == ["/articles/talk-2"]
    assert "Marit Oduya-Lind, Head of time, Northlight Exchange, in conversation with Ilse Varnholt" in page.text
    assert page.words("//h2[@id='return']") == ["They keep coming back"]
    assert page.words("//*[@class='people__one']") == [
        "Marit Oduya-Lind Two conversations", "Ilse Varnholt Senior writer, 3 pieces"
    ]  # fmt: skip


def test_an_interview_alone_fills_the_page(reader: Client, db: Session, house: House) -> None:
    talk = factories.make_interview(db, house)
    page = _front(reader)
    assert page.links("//*[@class='band__grid']//a") == [f"/articles/{talk.slug}"]
    assert page.all("//h2[@id='return']") == []


def test_the_date_is_that_of_the_newest_piece(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house, at=NOW)
    assert _front(reader).words("//header//b")[0] == "Tuesday 24 November 2026"


def test_sections_without_a_live_piece_are_not_in_the_navigation(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    factories.make_article(db, house, State.APPROVED, section_id=house.other_section.id)
    assert _front(reader).words("//nav[@aria-label='Sections']//a") == ["Systems", "Search"]


def arrange(db: Session, places: Places) -> None:
    """Let readers see an arrangement, as publishing one does."""
    with transaction(db):
        publication.arrange_front(db, places, arrangement_id=1)
        generation.bump(db)


def test_what_chiefs_chose_stands_where_they_put_it(reader: Client, db: Session, house: House) -> None:
    pieces = list(reversed(scenes.many(db, house, 9)))
    other = factories.make_live(db, house, at=NOW - timedelta(days=90), section_id=house.other_section.id)
    rows = ((house.other_section.id, ()), (house.section.id, (pieces[0].id,)))
    arrange(db, Places(lead=other.id, features=(pieces[8].id, None, pieces[7].id), rows=rows))
    page = _front(reader)
    assert page.links("//*[contains(@class, 'story--lead')]//a") == [f"/articles/{other.slug}"]
    following = [f"/articles/{pieces[n].slug}" for n in (8, 1, 7)]
    assert page.links("//*[@class='front__second']//a") == following
    assert page.words("//*[@class='front__columns']//h2") == ["Systems"], "the other section's only piece leads"
    assert page.links("//*[@class='front__columns']//h3/a") == [f"/articles/{pieces[n].slug}" for n in (0, 2, 3)]


def test_a_kept_page_is_old_at_once_when_a_chosen_piece_is_withdrawn(reader: Client, db: Session, house: House) -> None:
    old = factories.make_live(db, house, at=NOW - timedelta(days=90))
    new = factories.make_live(db, house, at=NOW)
    arrange(db, Places(lead=old.id))
    assert _front(reader).links("//*[contains(@class, 'story--lead')]//a") == [f"/articles/{old.slug}"]
    factories.act(db, house.chief, old, "withdraw")
    page = _front(reader)
    assert page.links("//*[contains(@class, 'story--lead')]//a") == [f"/articles/{new.slug}"]
    assert page.all("//main//section") == [], "no gap, and nothing twice"


def test_a_series_of_articles_in_the_spotlight_is_not_called_an_interview(
    reader: Client, db: Session, house: House
) -> None:
    parts = scenes.many(db, house, 2)
    scenes.many(db, house, 5, section_id=house.other_section.id)
    series = scenes.series(db, house, parts)
    arrange(db, Places(series=series.id))
    page = _front(reader)
    assert page.words("//h2[@id='talk']") == ["Time in machines"]
    assert page.words("//*[@class='band__text']/p[@class='kicker']") == ["Systems Part 2"]
    assert "By Ilse Varnholt" in " ".join(page.words("//*[@class='band__text']/p[@class='meta']"))


def test_the_front_page_costs_three_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    for section in (house.section, house.other_section):
        scenes.many(db, house, 12, section_id=section.id)
    talk = factories.make_interview(db, house)
    with queries.at_most(3):
        _front(reader)
    arrange(db, Places(interview=talk.id, rows=((house.section.id, ()), (house.other_section.id, ()))))
    with queries.at_most(3):
        _front(reader)
