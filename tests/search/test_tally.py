from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Unavailable
from cms.search import tally as tallies
from cms.search.models import SearchCount
from cms.search.tally import Asked, Opened, Tally, most_asked, most_opened, sweep
from tests.search.edition import edition, publish, withdraw


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    with edition(tmp_path) as session:
        publish(session, 1, "Clock drift")
        publish(session, 2, "Bread")
        yield session


@pytest.fixture
def sessions(db: Session) -> sessionmaker[Session]:
    return sessionmaker(db.get_bind())


def test_what_is_asked_found_and_opened_is_counted(db: Session, sessions: sessionmaker[Session]) -> None:
    one, other = Tally(), Tally()
    for process in (one, other):
        process.asked("Clock  Drift section:systems", found=1)
        process.asked("zebra", found=0)
    one.asked("clock drift", found=3)
    one.opened("CLOCK drift", 1)
    for _ in range(2):  # what was written down is not written again
        one.write(sessions)
        other.write(sessions)
    assert most_asked(db) == [Asked("clock drift", 3, 0, 1), Asked("zebra", 2, 2, 0)]
    assert most_asked(db, in_vain=True) == [Asked("zebra", 2, 2, 0)]
    assert most_opened(db) == [Opened("clock drift", "piece-1", "Clock drift", 1)]
    withdraw(db, 1)
    assert most_opened(db) == []


def test_what_may_be_somebody_s_own_is_not_kept(db: Session, sessions: sessionmaker[Session]) -> None:
    tally = Tally()
    for text in ("ilse@example.org", "+49 30 1234567", "4111-1111-1111-1111", "", "   ", "section:systems", "\x00"):
        tally.asked(text, found=0)
    tally.asked("CVE-2024-1234 " + "x" * 500, found=0)
    tally.write(sessions)
    (row,) = db.scalars(select(SearchCount)).all()
    assert row.asked.startswith("cve-2024-1234 xxx")
    assert len(row.asked) == 100


def test_nobody_fills_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST", 3)
    tally = Tally()
    for number in range(10):
        tally.asked(f"word{number}", found=0)
        tally.asked("word1", found=0)
        tally.opened(f"word{number}", number)
    assert tally._asked[f"{clock.now():%Y-%m-%d}", "word1"] == 11
    assert (len(tally._asked), len(tally._opened)) == (3, 3)


def test_it_is_written_once_a_minute_and_kept_while_the_database_is_busy(
    db: Session, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally()
    tally.asked("clock", found=1)
    assert not tally.is_due()
    monkeypatch.setattr(tallies, "EVERY", -1.0)
    assert tally.is_due()

    def busy(*_: object) -> None:
        raise Unavailable("busy")

    with monkeypatch.context() as broken:
        broken.setattr(tallies, "_add", busy)
        tally.write(sessions)
    assert most_asked(db) == []
    db.rollback()
    tally.write(sessions)
    assert most_asked(db) == [Asked("clock", 1, 0, 0)]


def test_old_questions_are_forgotten(db: Session) -> None:
    today = clock.now()
    with transaction(db):
        for days in (0, 31, 89, 91):
            day = f"{today - timedelta(days=days):%Y-%m-%d}"
            db.add(SearchCount(day=day, asked=f"word {days}", times=1, in_vain=0))
    with transaction(db):
        sweep(db)
    assert [one.text for one in most_asked(db)] == ["word 0"]
    assert len(db.scalars(select(SearchCount)).all()) == 3
