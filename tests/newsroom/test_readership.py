"""The views as editors see them: a chart, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.newsroom.readership import HEIGHT, Chart
from cms.publication.views import CountedViews
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House, make_live
from tests.newsroom.editor import text
from tests.site.page import Page


@pytest.fixture
def app(services: Services) -> Flask:
    """The application, with views counted."""
    settings = replace(services.settings, count_views=True)
    views = CountedViews(zone=settings.zone, is_wanted=True)
    built = create_app(replace(services, settings=settings, views=views))
    built.test_client_class = Client
    return built


def test_the_chart_and_the_table_say_the_same(services: Services, db: Session, house: House, editor: Client) -> None:
    one, two = make_live(db, house, headline="One"), make_live(db, house, headline="Two")
    services.views.add(services.sessions, {one.id: 1200, two.id: 34})
    page = Page(editor.get("/newsroom/readership"))
    assert page.h1 == "Pieces were opened 1,234 times."
    assert len(page.all("//*[local-name()='rect']")) == 30
    assert page.words("//details//tbody/tr[1]/td") == ["1,234"]
    assert page.words("//section//tbody/tr") == ["One1,2001,200", "Two3434"]
    mine = Page(editor.get(f"/newsroom/articles/{two.id}/readership"))
    assert mine.h1 == "It was opened 34 times."
    assert mine.words("//details//tbody/tr[1]/td") == ["34"]


def test_readers_are_shown_what_is_read_most(services: Services, db: Session, house: House, app: Flask) -> None:
    one, two = make_live(db, house, headline="One"), make_live(db, house, headline="Two")
    reader = app.test_client()
    assert "Most read" not in reader.get("/").text
    services.views.add(services.sessions, {one.id: 12, two.id: 34})
    services.views.rank(services.sessions)
    assert Page(reader.get("/")).words("//section[@aria-labelledby='most-read']//h3") == ["Two", "One"]


def test_before_anything_is_counted_it_says_so(db: Session, house: House, editor: Client) -> None:
    assert "Nobody has opened it within a month" in text(editor, "/newsroom/readership")
    assert "How often they are opened" in text(editor, "/newsroom/live")


def test_bars_are_as_tall_as_their_numbers() -> None:
    today = date(2026, 11, 24)
    chart = Chart.of([(today, 10), (today, 0), (today, 5)])
    assert [bar.height for bar in chart.bars] == [HEIGHT, 0, HEIGHT / 2]
    assert (chart.most, chart.total) == (10, 15)
    assert Chart.of([(today, 0)]).bars[0].height == 0
