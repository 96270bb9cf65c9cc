"""The transaction door."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.core.db import make_engine, make_sessions, transaction
from cms.core.errors import Conflict, Unavailable
from cms.taxonomy.models import Desk, Topic
from cms.wiring import Services
from tests.core.listeners import listening
from tests.factories import make_desk, make_person, make_user


def test_blocks_do_not_nest(db: Session) -> None:
    with transaction(db), pytest.raises(RuntimeError, match="nest"), transaction(db):
        pass


def test_changes_made_outside_are_refused(db: Session) -> None:
    db.add(Desk(name="Outside"))
    with pytest.raises(RuntimeError, match="before the transaction block"), transaction(db):
        pass


def test_a_stale_row_is_a_conflict(services: Services) -> None:
    with services.sessions() as db:
        person = make_person(db, "One")
    with services.sessions() as one, services.sessions() as two:
        first, second = one.get_one(type(person), person.id), two.get_one(type(person), person.id)
        with transaction(one):
            first.name = "Two"
        with pytest.raises(Conflict, match="saved this while"), transaction(two):
            second.name = "Three"


def test_a_name_taken_meanwhile_is_a_conflict_and_no_crash(db: Session) -> None:
    make_desk(db, "Systems")
    with pytest.raises(Conflict, match="faster"), transaction(db):
        db.add(Desk(name="Systems"))
        db.flush()


def test_a_moment_without_a_zone_is_refused(db: Session) -> None:
    user = make_user(db)
    from_nowhere = datetime(2026, 1, 1)  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(StatementError, match="time zone"), transaction(db):
        db.get_one(type(user), user.id).created_at = from_nowhere
        db.flush()


def test_reading_and_then_writing_from_many_threads_loses_nothing(either: Services) -> None:
    failures: list[Exception] = []

    def work(number: int) -> None:
        for turn in range(20):
            try:
                with either.sessions() as db:
                    db.scalar(select(func.count(Topic.id)))  # what a page reads before it writes
                    with transaction(db):
                        db.add(Topic(name=f"{number}-{turn}", slug=f"{number}-{turn}", description=""))
            except Exception as exc:
                failures.append(exc)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with either.sessions() as db:
        assert failures == []
        assert db.scalar(select(func.count(Topic.id))) == 80


def test_a_locked_database_says_so_in_a_sentence(services: Services) -> None:
    with services.engine.connect() as holder:
        holder.execution_options(sqlite_begin="IMMEDIATE").execute(text("SELECT 1"))
        with services.sessions() as db:
            db.execute(text("PRAGMA busy_timeout=50"))
            with pytest.raises(Unavailable, match="busy"), transaction(db):
                db.add(Desk(name="Late"))


def test_a_database_that_says_nothing_is_given_up_and_the_page_says_so(services: Services) -> None:
    """A machine that is gone answers nothing at all: its address still takes what is sent there."""
    with listening(lambda connection, _: None) as silent:
        lost = replace(services, engine=make_engine(f"postgresql+psycopg://galley@127.0.0.1:{silent.port}/galley"))
        lost = replace(lost, sessions=make_sessions(lost.engine))
        answer = create_app(lost).test_client().get("/articles/the-tide")
        lost.engine.dispose()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
