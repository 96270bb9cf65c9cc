"""Reviewers are reminded before a review is due, when it is, and once a day while it is late; and nobody else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.events import Event, deliver_due
from cms.notifications.models import Notice
from cms.vocabulary import Priority, State
from cms.wiring import Services
from cms.workflow import reminders, reviewers
from tests.conftest import Frozen
from tests.factories import House, act, make_article


def planned(db: Session, house: House, frozen: Frozen, **span: float) -> Article:
    piece = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        article = articles.load(db, piece.id)
        due_at = frozen.at + timedelta(**span)
        reviewers.plan(db, house.editor, article, due_at=due_at, priority=Priority.NORMAL)
    return piece


def reminded(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.like("review.%due%")).order_by(Event.id)))


def test_the_three_reminders_come_in_their_time_and_once(
    db: Session, house: House, services: Services, frozen: Frozen
) -> None:
    planned(db, house, frozen, hours=10)
    seen = []
    for hours in (5, 2, 2, 2, 20, 4):  # 5, 7, 9, 11, 31 and 35 hours after it was planned
        frozen.forward(hours=hours)
        for _ in range(2):
            is_due = reminders.are_due(db)
            db.rollback()
            assert reminders.remind(services.sessions) == is_due
        seen.append(len(reminded(db)))
        db.rollback()
    assert seen == [0, 1, 1, 2, 2, 3]
    assert reminded(db) == ["review.due_soon", "review.overdue", "review.overdue"]


def test_whoever_has_it_is_told_and_nobody_once_it_is_decided(
    db: Session, house: House, services: Services, frozen: Frozen
) -> None:
    piece, decided = planned(db, house, frozen, hours=1), planned(db, house, frozen, hours=1)
    with transaction(db):
        reviewers.claim(db, house.editor, articles.load(db, piece.id))
    act(db, house.editor, articles.load(db, decided.id), "approve")
    deliver_due(services.sessions, services.reactions)
    frozen.forward(hours=2)
    assert reminders.remind(services.sessions) == 1
    deliver_due(services.sessions, services.reactions)
    told = select(Notice.user_id).where(Notice.text.like("The review of%is overdue"))
    assert db.scalars(told).all() == [house.editor.id]


def test_another_date_begins_the_reminders_anew(db: Session, house: House, services: Services, frozen: Frozen) -> None:
    piece = planned(db, house, frozen, hours=1)
    assert reminders.remind(services.sessions) == 1
    assert not reminders.are_due(db)
    with transaction(db):
        due_at = frozen.at + timedelta(hours=2)
        reviewers.plan(db, house.editor, articles.load(db, piece.id), due_at=due_at, priority=Priority.NORMAL)
    assert reminders.are_due(db)
