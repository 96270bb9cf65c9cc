"""The archive by year and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.publication import queries as published
from cms.publication.queries.cards import PER_PAGE
from cms.vocabulary import State
from cms.wiring import Services
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import House
from tests.site.page import Page

MONTHS = "//*[@class='months']//a"
STORIES = "//ol//*[@class='story__headline']/a"


def _at(year: int, month: int, day: int = 5, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_years_and_months_stand_with_their_counts_newest_first(reader: Client, db: Session, house: House) -> None:
    for at in (_at(2024, 12, 31, 23), _at(2026, 1, 1, 0), _at(2026, 3), _at(2026, 3, 31, 23)):
        factories.make_live(db, house, at=at)
    factories.make_article(db, house, State.APPROVED)
    page = Page(reader.get("/archive"))
    assert page.words("//*[@class='years__name']") == ["2026", "2024"]
    assert page.words(MONTHS) == ["March2 pieces", "January1 piece", "December1 piece"]
    assert page.links(MONTHS) == ["/archive/2026/03", "/archive/2026/01", "/archive/2024/12"]
    assert page.links("//*[@class='years__name']/a") == ["/archive/2026", "/archive/2024"]


def test_every_page_leads_to_the_archive(reader: Client) -> None:
    assert "/archive" in Page(reader.get("/")).links("//footer//a")


def test_an_empty_archive_says_what_will_be_there(reader: Client) -> None:
    assert "Nothing to look back on yet" in Page(reader.get("/archive")).text


def test_a_year_shows_a_glance_of_each_month(reader: Client, db: Session, house: House) -> None:
    march = [factories.make_live(db, house, at=_at(2025, 3, day)) for day in range(1, 6)]
    may = factories.make_live(db, house, at=_at(2025, 5))
    factories.make_live(db, house, at=_at(2021, 1))
    factories.make_live(db, house, at=_at(2026, 1))
    page = Page(reader.get("/archive/2025"))
    assert page.h1 == "2025"
    assert "6 pieces in 2 months." in page.text
    assert page.words("//h2") == ["May", "March"]
    assert page.links(STORIES) == [f"/articles/{one.slug}" for one in (may, *reversed(march[-3:]))]
    assert page.words("//a[@class='more']") == ["All of May", "All 5 of March"]
    assert page.links("//a[@class='more']") == ["/archive/2025/05", "/archive/2025/03"]
    assert page.links("//*[@class='pager']/a") == ["/archive/2021", "/archive/2026"]


def test_a_month_lists_its_pieces_and_leads_to_the_nearest_that_have_some(
    reader: Client, db: Session, house: House
) -> None:
    earlier, first, last, later = (
        factories.make_live(db, house, at=at)
        for at in (_at(2024, 6, 30, 23), _at(2025, 2, 1, 0), _at(2025, 2, 28, 23), _at(2026, 1))
    )
    page = Page(reader.get("/archive/2025/02"))
    assert page.h1 == "February 2025"
    assert page.links(STORIES) == [f"/articles/{one.slug}" for one in (last, first)]
    assert page.words("//*[@class='pager']/a") == ["BeforeJune 2024", "AfterJanuary 2026"]
    assert page.links("//*[@class='pager']/a") == ["/archive/2024/06", "/archive/2026/01"]
    for place, piece in (("2024/06", earlier), ("2026/01", later)):
        assert Page(reader.get(f"/archive/{place}")).links(STORIES) == [f"/articles/{piece.slug}"]


def test_a_full_month_goes_on_and_none_is_missed(reader: Client, db: Session, house: House) -> None:
    pieces = [factories.make_live(db, house, at=_at(2025, 2)) for _ in range(PER_PAGE + 2)]
    factories.make_live(db, house, at=_at(2025, 1))
    first = Page(reader.get("/archive/2025/02"))
    second = Page(reader.get(first.one("//nav[@aria-label='Pages']/a[@rel='next']").get("href")))
    assert first.links(STORIES) + second.links(STORIES) == [f"/articles/{piece.slug}" for piece in reversed(pieces)]
    assert second.links("//a[@rel='first']") == ["/archive/2025/02"]
    assert second.one("//meta[@name='robots']").get("content") == "noindex, follow"


@pytest.mark.parametrize(
    "place", ["2025/13", "2025/00", "0000", "0000/01", "9999/12", "2025/2", "25", "20255", "year",
              "2025/02/01", "2025/-1"]
)  # fmt: skip
def test_what_no_calendar_has_is_not_found(reader: Client, db: Session, house: House, place: str) -> None:
    factories.make_live(db, house, at=_at(2025, 2))
    assert reader.get(f"/archive/{place}").status_code == 404


def test_a_year_or_month_without_a_live_piece_is_not_found(reader: Client, db: Session, house: House) -> None:
    gone = factories.make_live(db, house, at=_at(2025, 2))
    factories.make_live(db, house, at=_at(2026, 2))
    assert reader.get("/archive/2025/02").status_code == 200
    factories.act(db, house.chief, gone, "withdraw")
    for place in ("2025", "2025/02", "2026/03", "1000/01", "9998/12"):
        assert reader.get(f"/archive/{place}").status_code == 404, place


def test_months_begin_where_the_newsroom_is(db: Session, house: House, services: Services) -> None:
    """Eleven in the evening of New Year's Eve, UTC, is midnight in Berlin."""
    piece = factories.make_live(db, house, at=_at(2025, 12, 31, 23))
    berlin = replace(services, settings=replace(services.settings, time_zone="Europe/Berlin"))
    reader = create_app(berlin).test_client()
    assert Page(reader.get("/archive")).links(MONTHS) == ["/archive/2026/01"]
    assert Page(reader.get("/archive/2026/01")).links(STORIES) == [f"/articles/{piece.slug}"]
    assert reader.get("/archive/2025/12").status_code == 404


def test_nothing_falls_between_two_months(db: Session, house: House) -> None:
    """Clocks went forward on the last day of March 2002, so that April began an hour earlier than March had."""
    zone = ZoneInfo("Europe/Berlin")
    months = [published.Month(2002, number) for number in range(1, 13)]
    assert [month.next.begins(zone) for month in months[:-1]] == [month.begins(zone) for month in months[1:]]
    assert all(published.Month.of(month.begins(zone), zone) == month for month in months)


def test_the_archive_costs_few_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    for month in range(1, 13):
        factories.make_live(db, house, at=_at(2025, month))
    with queries.at_most(2):
        reader.get("/archive")
    with queries.at_most(3):
        reader.get("/archive/2025")
    with queries.at_most(2):
        reader.get("/archive/2025/02")
