"""The record and the machine: who sees them, how they are narrowed, and what they say of trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.core import clock, journal
from cms.core.db import transaction
from cms.core.events import Delivery, Event, record
from cms.core.jobs import JobLease
from cms.policy import READER, SYSTEM
from cms.wiring import Services
from tests.conftest import Client, Frozen, Queries
from tests.factories import House, make_article, make_live

RECORD, MACHINE = "/newsroom/record", "/newsroom/machine"


def page(client: Client, path: str = RECORD) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def rows(client: Client, query: str = "") -> int:
    return page(client, f"{RECORD}{query}").count("<tr>") - 1


def test_the_record_says_who_did_what_when(chief: Client, db: Session, house: House) -> None:
    make_live(db, house, headline="The island with two cables", slug="island")
    found = page(chief)
    assert "The record is whole." in found
    for words in ("article.publish", "Noor Castellane", "The island with two cables"):
        assert words in found
    newest = db.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert f"{newest.id} {newest.hash[:8]}" in found


def test_it_is_narrowed_by_what_who_about_and_day(
    frozen: Frozen, client_as: Callable[[User], Client], db: Session, house: House
) -> None:
    article = make_article(db, house)
    frozen.forward(days=1)
    chief = client_as(house.chief)
    make_live(db, house)
    with transaction(db):
        record(db, SYSTEM, "index.rebuilt", None)
        record(db, READER, "session.refused", None)
    today, before = frozen.at.date(), (frozen.at - timedelta(days=1)).date()
    assert rows(chief, "?name=article.created") == 2
    assert rows(chief, "?name=article") == 5
    assert rows(chief, f"?actor={house.writer.id}&name=article") == 3
    assert rows(chief, "?actor=system") == 1
    assert rows(chief, "?actor=reader") == 1
    assert rows(chief, f"?subject=article&number={article.id}") == 1
    assert rows(chief, f"?day={today}&name=article") == 4
    assert rows(chief, f"?day={before}&name=article") == 1
    assert "Nothing like that" in page(chief, f"{RECORD}?name=nothing")


@pytest.mark.parametrize("query", ["?day=nonsense", "?day=9999-12-31", "?day=0001-01-01", "?number=x&before=y",
                                   "?actor=%00", "?name=%25", "?before=99999999999999999999"])  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(chief: Client, query: str) -> None:
    assert chief.get(f"{RECORD}{query}").status_code == 200


def test_pages_go_on_where_the_last_one_ended(chief: Client, db: Session) -> None:
    with transaction(db):
        for number in range(130):
            record(db, SYSTEM, "index.rebuilt", None, number=number)
    seen, path, pages = [], f"{RECORD}?name=index", 0
    while path:
        found = page(chief, path)
        seen += [int(cell.split()[0]) for cell in found.split('<td class="hash">')[1:]]
        older = [part.split('"')[0] for part in found.split('href="') if "before=" in part.split('"')[0]]
        path, pages = older[0].replace("&amp;", "&") if older else "", pages + 1
    assert pages == 3
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 130


def test_a_record_that_was_changed_is_seen(chief: Client, db: Session, house: House) -> None:
    make_article(db, house)
    page(chief)
    with transaction(db):
        db.execute(text("DROP TRIGGER event_no_update"))
        db.execute(text("UPDATE event SET actor_id = 99 WHERE name = 'article.created'"))
    bad = db.scalars(select(Event.id).where(Event.name == "article.created")).one()
    assert f"Record {bad} does not fit." in page(chief)


def test_the_newest_links_are_checked_however_many_there_are(db: Session) -> None:
    assert journal.check_newest(db, 5) == journal.Checked(0)
    with transaction(db):
        for _ in range(9):
            record(db, SYSTEM, "index.rebuilt", None)
    for count, looked_at in ((3, 3), (8, 8), (9, 9), (50, 9)):
        assert journal.check_newest(db, count) == journal.Checked(looked_at)
    with transaction(db):
        db.execute(text("DROP TRIGGER event_no_delete"))
        db.execute(text("DELETE FROM event WHERE id = 4"))
    db.expire_all()
    found = journal.check_newest(db, 50)
    assert found.bad
    assert found.bad.id == 5
    assert journal.check_newest(db, 3).bad is None


def test_administrators_see_that_something_happened_and_no_headline(admin: Client, db: Session, house: House) -> None:
    article = make_article(db, house, headline="A secret headline", slug="secret")
    found = page(admin)
    assert "article.created" in found
    assert f"article {article.id}" in found
    assert "A secret headline" not in found


def test_the_record_is_for_chiefs_and_administrators(writer: Client, editor: Client, chief: Client) -> None:
    assert writer.get(RECORD).status_code == 403
    assert editor.get(RECORD).status_code == 403
    assert "Machine</a>" not in page(chief)
    assert chief.get(MACHINE).status_code == 403
    assert chief.post(f"{MACHINE}/retry").status_code == 403


def test_the_record_costs_the_same_however_long_it_is(
    chief: Client, db: Session, house: House, queries: Queries
) -> None:
    for _ in range(6):
        make_live(db, house)
    page(chief)
    with queries.at_most(16):
        page(chief)


def test_a_worker_that_never_came_is_said_so(admin: Client) -> None:
    found = page(admin, MACHINE)
    assert "The worker has never been at work." in found
    assert "Nothing was given up on" in found
    assert "Not run yet" in found
    assert "Search has no index" in found


def test_a_worker_at_work_is_said_so_and_a_silent_one_too(frozen: Frozen, admin: Client, db: Session) -> None:
    with transaction(db):
        db.add(JobLease(name="heal the search index", due_at=clock.now(), done_at=clock.now(), error=None))
    assert "Everything runs." in page(admin, MACHINE)
    frozen.forward(minutes=6)
    assert "The worker was last at work 6 minutes ago." in page(admin, MACHINE)


def test_a_job_that_failed_shows_its_reason(admin: Client, db: Session) -> None:
    with transaction(db):
        lease = JobLease(name="sweep old sessions", due_at=clock.now(), done_at=clock.now(), error="OSError('disk')")
        db.add(lease)
    found = page(admin, MACHINE)
    assert "OSError(&#39;disk&#39;)" in found
    assert "Failed" in found


def test_what_was_given_up_on_is_shown_and_tried_again(
    services: Services, admin: Client, db: Session, house: House
) -> None:
    make_live(db, house)
    with transaction(db):
        delivery = db.scalars(select(Delivery).limit(1)).one()
        delivery.due_at, delivery.attempts, delivery.error = None, 8, "ConnectionRefusedError()"
        number = delivery.id
        db.add(JobLease(name="heal the search index", due_at=clock.now(), done_at=clock.now(), error=None))
    found = page(admin, MACHINE)
    assert "One delivery was given up on." in found
    assert "ConnectionRefusedError()" in found
    answer = admin.post(f"{MACHINE}/retry", follow_redirects=True)
    assert "1 delivery gets another eight tries." in answer.get_data(as_text=True)
    db.rollback()
    db.expire_all()
    delivery = db.get_one(Delivery, number)
    assert (delivery.attempts, delivery.due_at is not None) == (0, True)
    assert db.scalars(select(Event).where(Event.name == "delivery.retried")).one().details == {"count": 1}
    assert "0 deliveries get" in admin.post(f"{MACHINE}/retry", follow_redirects=True).get_data(as_text=True)
