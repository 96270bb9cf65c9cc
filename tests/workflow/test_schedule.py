"""The schedule: on time, once, never early, and one bad piece holds up no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core.db import transaction
from cms.core.events import Event
from cms.publication import explore
from cms.publication.models import Published
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow.models import Approval
from cms.workflow.schedule import Schedule
from tests.conftest import Frozen
from tests.factories import House, make_article


def test_a_piece_goes_live_when_its_time_has_come_and_not_before(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    article = make_article(db, house, State.SCHEDULED, at=frozen.at + timedelta(hours=1))
    schedule = Schedule()
    frozen.forward(minutes=59, seconds=59)
    assert not schedule.is_needed(db)
    assert schedule.publish_due(services.sessions) == 0
    assert db.get(Published, article.id) is None
    db.rollback()
    frozen.forward(seconds=1)
    assert schedule.is_needed(db)
    assert schedule.publish_due(services.sessions) == 1
    db.rollback()
    assert db.get_one(Published, article.id).published_at == frozen.at
    assert schedule.publish_due(services.sessions) == 0


def test_the_machine_publishes_by_the_same_verb_and_says_so(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    article = make_article(db, house, State.SCHEDULED, at=frozen.at + timedelta(hours=1))
    frozen.forward(hours=2)
    assert Schedule().publish_due(services.sessions) == 1
    db.rollback()
    last = db.scalars(select(Event).where(Event.subject_id == article.id).order_by(Event.id.desc())).first()
    assert last
    assert (last.name, last.actor_role) == ("article.publish", "system")


def test_one_bad_piece_is_reported_once_and_holds_up_nobody(
    services: Services, db: Session, house: House, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [make_article(db, house, State.SCHEDULED, at=frozen.at + timedelta(hours=1)) for _ in range(3)]
    with transaction(db):
        receipt = db.scalars(select(Approval).where(Approval.article_id == pieces[1].id)).one()
        receipt.voided_at = frozen.at
    frozen.forward(hours=1)
    schedule = Schedule()
    assert schedule.publish_due(services.sessions) == 2
    assert schedule.publish_due(services.sessions) == 0
    db.rollback()
    live = set(db.scalars(select(Published.article_id)))
    assert live == {pieces[0].id, pieces[2].id}
    assert articles.load(db, pieces[1].id).state is State.SCHEDULED
    failed = db.scalars(select(Event).where(Event.name == "article.publish_failed")).all()
    assert [event.subject_id for event in failed] == [pieces[1].id]
    assert "approved" in failed[0].details["reason"]


def test_a_crash_in_one_piece_leaves_it_whole_and_scheduled(
    services: Services, db: Session, house: House, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (make_article(db, house, State.SCHEDULED, at=frozen.at + timedelta(hours=1)) for _ in range(2))
    choose = explore.choose

    def crash(session: Session, row: Published) -> bool:
        if row.article_id == bad.id:
            raise RuntimeError("in the middle of it")
        return choose(session, row)

    monkeypatch.setattr(explore, "choose", crash)
    frozen.forward(hours=1)
    schedule = Schedule()
    assert schedule.publish_due(services.sessions) == 1
    db.rollback()
    assert db.get(Published, bad.id) is None
    assert articles.load(db, bad.id).state is State.SCHEDULED
    monkeypatch.undo()
    assert db.get(Published, good.id)
