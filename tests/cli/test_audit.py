"""The record of what happened, checked from the console."""

from __future__ import annotations

from sqlalchemy import insert, text

from cms.core import clock
from cms.core.db import transaction
from cms.core.events import GENESIS, Event, record
from cms.policy import SYSTEM
from cms.wiring import Services
from tests.cli.conftest import Cms


def happen(services: Services, count: int) -> None:
    with services.sessions() as db, transaction(db):
        for number in range(count):
            record(db, SYSTEM, "thing.happened", None, number=number)


def tamper(services: Services, statement: str) -> None:
    """Change the log as somebody with the database in their hands would."""
    with services.engine.begin() as connection:
        for trigger in ("event_no_update", "event_no_delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        connection.execute(text(statement))


def test_a_whole_log_verifies(cms: Cms, services: Services) -> None:
    happen(services, 5)
    head = cms("audit", "head").output.strip()
    assert head.startswith("5:")
    done = cms("audit", "verify", "--head", head)
    assert (done.exit_code, done.output) == (0, f"5 records, each fits the one before. The newest is {head}\n")


def test_an_empty_log_has_a_head_that_holds(cms: Cms, services: Services) -> None:
    head = cms("audit", "head").output.strip()
    assert head == f"0:{GENESIS}"
    happen(services, 1)
    assert cms("audit", "verify", "--head", head).exit_code == 0


def test_the_first_bad_record_is_named(cms: Cms, services: Services) -> None:
    happen(services, 6)
    tamper(services, "UPDATE event SET name = 'thing.forged' WHERE id IN (3, 5)")
    done = cms("audit", "verify")
    assert done.exit_code == 1
    assert "Record 3 (thing.forged" in done.output
    assert "was changed" in done.output


def test_a_record_taken_out_is_seen(cms: Cms, services: Services) -> None:
    happen(services, 6)
    tamper(services, "DELETE FROM event WHERE id = 3")
    done = cms("audit", "verify")
    assert "Record 4 (thing.happened" in done.output
    assert "does not follow the one before it" in done.output


def test_two_records_that_changed_places_are_seen(cms: Cms, services: Services) -> None:
    happen(services, 6)
    tamper(services, "UPDATE event SET id = CASE id WHEN 3 THEN -4 ELSE -3 END WHERE id IN (3, 4)")
    tamper(services, "UPDATE event SET id = -id WHERE id < 0")
    assert "Record 3" in cms("audit", "verify").output


def test_a_tail_cut_off_is_seen_by_the_noted_head_alone(cms: Cms, services: Services) -> None:
    happen(services, 6)
    head = cms("audit", "head").output.strip()
    tamper(services, "DELETE FROM event WHERE id > 4")
    assert cms("audit", "verify").exit_code == 0
    done = cms("audit", "verify", "--head", head)
    assert (done.exit_code, "the end of the log was cut off" in done.output) == (1, True)


def test_a_tail_made_anew_is_seen(cms: Cms, services: Services) -> None:
    happen(services, 6)
    head = cms("audit", "head").output.strip()
    tamper(services, "DELETE FROM event WHERE id > 4")
    happen(services, 2)
    assert cms("audit", "verify").exit_code == 0
    assert "the log was made anew" in cms("audit", "verify", "--head", head).output


def test_a_head_that_is_none_is_refused(cms: Cms, services: Services) -> None:
    done = cms("audit", "verify", "--head", "12")
    assert (done.exit_code, "A noted head looks like" in done.output) == (1, True)


def test_ten_thousand_records_are_read_to_the_end(cms: Cms, services: Services) -> None:
    rows, prev, now = [], GENESIS, clock.now()
    for number in range(10_000):
        row = Event(at=now, name="thing.happened", actor_id=None, actor_role="system", subject_type="", request_id="",
                    subject_id=None, details={"number": number}, prev=prev, hash="")  # fmt: skip
        prev = row.digest()
        rows.append({"at": now, "name": row.name, "actor_role": "system", "subject_type": "", "request_id": "",
                     "details": row.details, "prev": row.prev, "hash": prev})  # fmt: skip
    with services.engine.begin() as connection:
        connection.execute(insert(Event), rows)
    assert "10000 records" in cms("audit", "verify").output
