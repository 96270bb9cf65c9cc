"""How long a desk takes to review: from its own past, without the writers' time, and at a cost that does not grow."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.vocabulary import State
from cms.workflow import forecast, rounds
from cms.workflow.models import Round
from cms.workflow.rulebook import DEFAULT
from tests.conftest import Frozen, Queries
from tests.factories import House, act, make_article


def past(db: Session, house: House, frozen: Frozen, hours: list[int], *, desk_id: int) -> None:
    """Write down reviews of that length, the first one the newest."""
    article = make_article(db, house)
    with transaction(db):
        db.add_all(
            Round(article_id=article.id, desk_id=desk_id, facts=DEFAULT.facts(), last_stage=0, began_at=frozen.at,
                  seconds=each * 3600, decided_at=frozen.at - timedelta(hours=age), ended_at=frozen.at)
            for age, each in enumerate(hours)
        )  # fmt: skip


def test_the_pace_is_the_median_and_the_slow_fifth_of_the_desks_own_newest_reviews(
    db: Session, house: House, frozen: Frozen, queries: Queries
) -> None:
    newest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * (forecast.KEPT // 10)
    past(db, house, frozen, [*newest, *[500] * 40], desk_id=house.systems.id)
    past(db, house, frozen, [7] * (forecast.FEWEST - 1), desk_id=house.practice.id)
    with queries.at_most(1):
        found = forecast.paces(db, [house.systems.id, house.practice.id, 99])
    assert found == {house.systems.id: forecast.Pace(timedelta(hours=5), timedelta(hours=8), forecast.KEPT)}
    assert forecast.paces(db, []) == {}


def test_it_is_asked_of_an_index(db: Session, house: House, frozen: Frozen, queries: Queries) -> None:
    queries.statements.clear()
    forecast.paces(db, [house.systems.id])
    plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {queries.statements[-1]}", (1, frozen.at, 60, 0)).all()
    assert any("ix_review_round_decided" in str(row) for row in plan)
    assert not any(str(row[-1]).startswith("SCAN review_round") for row in plan)


def test_what_is_likely_goes_on_with_the_time_that_it_had(db: Session, house: House, frozen: Frozen) -> None:
    pace = forecast.Pace(timedelta(hours=5), timedelta(hours=8), 10)
    piece = make_article(db, house, State.IN_REVIEW)
    frozen.forward(hours=2)
    act(db, house.editor, piece, "request_changes")
    frozen.forward(days=9)  # the writers' time
    act(db, house.writer, piece, "submit")
    round_ = rounds.running(db, piece)
    assert round_ is not None
    assert round_.seconds == 2 * 3600
    began = piece.state_since
    assert forecast.expected(round_, pace, since=began) == frozen.at + timedelta(hours=3)
    frozen.forward(hours=4)
    assert forecast.expected(round_, pace, since=began) == frozen.at + timedelta(hours=2)
    frozen.forward(hours=4)
    assert forecast.expected(round_, pace, since=began) is None
    act(db, house.editor, piece, "approve")
    frozen.forward(days=3)
    act(db, house.editor, piece, "publish")  # what waits to go out is not being reviewed
    round_ = db.scalars(select(Round)).one()
    assert (round_.seconds, round_.decided_at) == (10 * 3600, frozen.at - timedelta(days=3))
