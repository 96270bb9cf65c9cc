"""Counted views: by day of the newsroom's calendar, what was read most, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core import generation
from cms.publication import queries
from cms.publication.models import DayViews
from cms.publication.views import SHOWN, CountedViews
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import House, act, make_house
from tests.site import scenes

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def db(either: Services) -> Iterator[Session]:
    """A session on each database in turn."""
    with either.sessions() as session:
        yield session


@pytest.fixture
def house(db: Session) -> House:
    return make_house(db)


@pytest.fixture
def views() -> CountedViews:
    return CountedViews(zone=BERLIN, is_wanted=True)


def shown(db: Session) -> list[int]:
    db.rollback()
    return [piece.article_id for piece in queries.most_read(db)]


def test_batches_of_a_day_add_up(
    either: Services, db: Session, house: House, views: CountedViews, frozen: Frozen
) -> None:
    [one, two] = [piece.id for piece in scenes.many(db, house, 2)]
    views.add(either.sessions, {one: 2, 999_999: 5})
    views.add(either.sessions, {one: 1, two: 4})
    frozen.forward(days=1)
    views.add(either.sessions, {one: 7})
    db.rollback()
    assert [count for _, count in views.by_day(db)][-2:] == [7, 7]
    assert [count for _, count in views.by_day(db, one)][-2:] == [3, 7]
    assert [(read.article_id, read.week, read.month) for read in views.most_read(db, 9)] == [(one, 10, 10), (two, 4, 4)]


def test_a_day_is_one_of_the_newsrooms_calendar(views: CountedViews, frozen: Frozen) -> None:
    today = views.today()
    frozen.forward(hours=14)  # from 9:00 to 23:00 of UTC, which is past midnight in Berlin
    assert views.today() == today + timedelta(days=1)


def test_what_was_read_most_within_a_week_is_shown_and_old_fame_fades(
    either: Services, db: Session, house: House, views: CountedViews, frozen: Frozen
) -> None:
    ids = [piece.id for piece in scenes.many(db, house, SHOWN + 2)]
    views.add(either.sessions, {ids[0]: 100})
    frozen.forward(days=7)
    views.add(either.sessions, {one: 10 + one for one in ids[1:]})
    views.rank(either.sessions)
    assert shown(db) == ids[:1:-1]
    before = generation.current(db)
    views.rank(either.sessions)
    db.rollback()
    assert generation.current(db) == before, "nothing new, and no page is made anew"
    assert [read.article_id for read in views.most_read(db, 1)] == [ids[0]], "of the month"


def test_what_is_withdrawn_is_gone_from_the_list_at_once(
    either: Services, db: Session, house: House, views: CountedViews
) -> None:
    [one, two] = [piece.id for piece in scenes.many(db, house, 2)]
    views.add(either.sessions, {one: 2, two: 1})
    views.rank(either.sessions)
    assert shown(db) == [one, two]
    act(db, house.chief, articles.load(db, one), "withdraw")
    assert shown(db) == [two]


def test_days_long_past_are_forgotten(
    either: Services, db: Session, house: House, views: CountedViews, frozen: Frozen
) -> None:
    [one] = [piece.id for piece in scenes.many(db, house, 1)]
    views.add(either.sessions, {one: 2})
    frozen.forward(days=401)
    views.add(either.sessions, {one: 1})
    views.sweep(either.sessions)
    db.rollback()
    assert db.scalars(select(DayViews.views)).all() == [1]
