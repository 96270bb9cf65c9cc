"""Series: the list, and a page for each."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import House
from tests.site import scenes
from tests.site.page import Page


def test_a_series_shows_its_parts_in_order_and_what_is_to_come(reader: Client, db: Session, house: House) -> None:
    pieces = [factories.make_live(db, house, slug=f"part-{n}") for n in (1, 2)]
    scenes.series(db, house, pieces, planned=4, description="How computers count.")
    page = Page(reader.get("/series/time-in-machines"))
    assert page.h1 == "Time in machines"
    assert page.words("//p[@class='kicker']") == ["Series Two parts of four out"]
    assert page.links("//ol[@class='episodes']//h3/a") == ["/articles/part-1", "/articles/part-2"]
    assert page.words("//ol[@class='episodes']/li/p")[2] == "Parts 3 to 4"
    assert len(page.all("//ul[@class='series__steps']/li")) == 4
    assert page.links("//section[@aria-labelledby='host']//a") == ["/people/ilse-varnholt"]
    assert "/series/time-in-machines/feed.xml" in page.links()


def test_a_part_that_is_not_live_is_only_counted(reader: Client, db: Session, house: House) -> None:
    draft = factories.make_article(db, house, State.IN_REVIEW, headline="Canary")
    scenes.series(db, house, [factories.make_live(db, house), draft], planned=2)
    assert "Canary" not in reader.get("/series/time-in-machines").text


def test_a_series_without_a_live_part_does_not_exist(reader: Client, db: Session, house: House) -> None:
    scenes.series(db, house, [factories.make_article(db, house, State.IN_REVIEW)])
    answer, absent = reader.get("/series/time-in-machines"), reader.get("/series/nothing-ever")
    assert (answer.status_code, answer.data) == (404, absent.data)
    assert "Time in machines" not in reader.get("/series").text


def test_all_series_are_listed(reader: Client, db: Session, house: House) -> None:
    scenes.series(db, house, [factories.make_live(db, house)], planned=3)
    page = Page(reader.get("/series"))
    assert page.links("//ol//a") == ["/series/time-in-machines"]
    assert "1 of 3 parts out" in page.text
    assert "Hosted by Ilse Varnholt" in page.text


def test_a_magazine_without_series_says_so(reader: Client) -> None:
    assert "No series yet" in Page(reader.get("/series")).text


def test_series_cost_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    scenes.series(db, house, [factories.make_live(db, house) for _ in range(4)])
    with queries.at_most(2):
        reader.get("/series/time-in-machines")
    with queries.at_most(2):
        reader.get("/series")
