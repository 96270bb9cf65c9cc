"""The event log: chained, unchangeable, and an outbox that loses nothing."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from cms.core import events
from cms.core.db import make_sessions, transaction
from cms.core.events import Delivery, Event, Moment, Reactions, deliver_due, on, record, verify
from cms.policy import SYSTEM
from cms.wiring import Services
from tests.conftest import Frozen


class Listener:
    """A subscriber that fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.heard = failures, []  # type: ignore[var-annotated]

    def hear(self, db: Session, event: Event) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the index is locked")
        self.heard.append(event.name)

    def hear_all(self, db: Session, found: list[Event]) -> None:
        self.heard.append([event.name for event in found])


def _sessions(services: Services, *rows: events.Reaction) -> tuple[sessionmaker[Session], Reactions]:
    reactions = Reactions(rows)
    return make_sessions(services.engine, {"reactions": reactions}), reactions


def _record(sessions: sessionmaker[Session], *names: str) -> None:
    for name in names:
        with sessions() as db, transaction(db):
            record(db, SYSTEM, name, None)


def test_the_chain_holds_over_many_writers(either: Services) -> None:
    def write() -> None:
        for _ in range(10):
            _record(either.sessions, "thing.done")

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with either.sessions() as db:
        rows = db.scalars(select(Event).order_by(Event.id)).all()
        assert len(rows) == 60
        assert verify(rows) is None
        assert len({row.prev for row in rows}) == 60


@pytest.fixture
def chain(services: Services) -> list[Event]:
    _record(services.sessions, *(f"thing.{n}" for n in range(8)))
    with services.sessions() as db:
        rows = list(db.scalars(select(Event).order_by(Event.id)))
        db.expunge_all()
    return rows


def test_an_altered_row_is_named(chain: list[Event]) -> None:
    chain[3].name = "thing.else"
    assert verify(chain) is chain[3]


def test_a_row_altered_and_hashed_again_breaks_the_next_one(chain: list[Event]) -> None:
    chain[3].details = {"forged": True}
    chain[3].hash = chain[3].digest()
    assert verify(chain) is chain[4]


def test_a_missing_row_is_noticed(chain: list[Event]) -> None:
    following = chain[5]
    del chain[4]
    assert verify(chain) is following


def test_swapped_rows_are_noticed(chain: list[Event]) -> None:
    chain[2], chain[3] = chain[3], chain[2]
    assert verify(chain) is chain[2]


@pytest.mark.parametrize("statement", ["UPDATE event SET name = 'x'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_events(either: Services, statement: str) -> None:
    _record(either.sessions, "thing.done")
    with pytest.raises(DBAPIError), either.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_event_outside_a_transaction_block_is_refused(db: Session) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        record(db, SYSTEM, "thing.done", None)


def test_a_rollback_leaves_neither_entry_nor_delivery(services: Services) -> None:
    sessions, _ = _sessions(services, on("thing.*", Moment.LATER, Listener().hear))
    with pytest.raises(ZeroDivisionError), sessions() as db, transaction(db):
        record(db, SYSTEM, "thing.done", None)
        raise ZeroDivisionError
    with sessions() as db:
        assert db.scalar(select(func.count(Event.id))) == 0
        assert db.scalar(select(func.count(Delivery.id))) == 0


def test_a_failing_subscriber_is_tried_again_and_then_parked(services: Services, frozen: Frozen) -> None:
    listener = Listener(failures=events.MAX_ATTEMPTS)
    sessions, reactions = _sessions(services, on("thing.*", Moment.LATER, listener.hear))
    _record(sessions, "thing.done")
    for attempt in range(1, events.MAX_ATTEMPTS + 1):
        assert deliver_due(sessions, reactions) == 0
        assert deliver_due(sessions, reactions) == 0, "not again before its pause is over"
        frozen.forward(seconds=2**attempt)
    with sessions() as db:
        row = db.scalars(select(Delivery)).one()
        assert (row.attempts, row.due_at, row.done_at) == (8, None, None)
        assert "locked" in (row.error or "")
    assert listener.heard == []


def test_a_delivery_arrives_after_a_failure(services: Services, frozen: Frozen) -> None:
    listener = Listener(failures=1)
    sessions, reactions = _sessions(services, on("thing.*", Moment.LATER, listener.hear))
    _record(sessions, "thing.done")
    deliver_due(sessions, reactions)
    frozen.forward(seconds=3)
    assert deliver_due(sessions, reactions) == 1
    assert listener.heard == ["thing.done"]


def test_one_failing_subscriber_does_not_hold_up_the_others(services: Services) -> None:
    bad, good = Listener(failures=9), Listener()
    sessions, reactions = _sessions(
        services, on("thing.*", Moment.LATER, bad.hear), on("thing.*", Moment.BATCHED, good.hear_all)
    )
    _record(sessions, "thing.one", "thing.two")
    deliver_due(sessions, reactions)
    assert good.heard == [["thing.one", "thing.two"]]


def test_a_delivery_whose_worker_died_is_handed_out_again(services: Services, frozen: Frozen) -> None:
    class Died(BaseException):
        """What a kill looks like from inside: nothing after it runs."""

    class Mortal(Listener):
        def hear(self, db: Session, event: Event) -> None:
            if not self.heard:
                self.heard.append("died")
                raise Died
            super().hear(db, event)

    listener = Mortal()
    sessions, reactions = _sessions(services, on("thing.*", Moment.LATER, listener.hear))
    _record(sessions, "thing.done")
    with pytest.raises(Died):
        deliver_due(sessions, reactions)
    assert deliver_due(sessions, reactions) == 0, "its lease still holds"
    frozen.forward(seconds=61)
    assert deliver_due(sessions, reactions) == 1
    assert listener.heard == ["died", "thing.done"]


def test_two_workers_never_hold_the_same_delivery(either: Services) -> None:
    heard: list[Any] = []
    listener = Listener()
    listener.heard = heard
    sessions, reactions = _sessions(either, on("thing.*", Moment.LATER, listener.hear))
    _record(sessions, *(f"thing.{n}" for n in range(30)))
    threads = [threading.Thread(target=deliver_due, args=(sessions, reactions)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == sorted(f"thing.{n}" for n in range(30))


def test_the_worker_is_woken_after_the_commit_and_not_for_a_rollback(services: Services) -> None:
    rung: list[int] = []
    reactions = Reactions((on("thing.*", Moment.LATER, Listener().hear),), wake=lambda: rung.append(1))
    sessions = make_sessions(services.engine, {"reactions": reactions})
    with pytest.raises(ZeroDivisionError), sessions() as db, transaction(db):
        record(db, SYSTEM, "thing.done", None)
        raise ZeroDivisionError
    assert rung == []
    _record(sessions, "thing.done")
    assert rung == [1]
