"""Who is told what, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cms import worker
from cms.articles import queries as articles
from cms.articles.service import Plan
from cms.core.db import transaction
from cms.core.errors import NotFound
from cms.core.events import Event, deliver_due
from cms.notifications import service
from cms.notifications.models import Notice
from cms.planning import service as planning
from cms.review.suggestions import service as suggestions
from cms.vocabulary import State
from cms.wiring import Services
from tests.factories import House, act, make_article


def deliver(services: Services) -> None:
    while deliver_due(services.sessions, services.reactions):
        pass


def told(db: Session) -> dict[int, list[str]]:
    db.rollback()
    found: dict[int, list[str]] = {}
    for notice in db.scalars(select(Notice).order_by(Notice.id)):
        found.setdefault(notice.user_id, []).append(notice.text)
    return found


def test_those_who_decide_hear_of_a_submission_and_nobody_else(services: Services, db: Session, house: House) -> None:
    make_article(db, house, State.IN_REVIEW, headline="The island")
    deliver(services)
    assert told(db) == {
        house.editor.id: ["Ilse Varnholt submitted “The island” for review"],
        house.chief.id: ["Ilse Varnholt submitted “The island” for review"],
    }


def test_the_writer_hears_what_is_asked_for_with_the_note(services: Services, db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW, headline="The island")
    act(db, house.editor, article, "request_changes", note="A source, please.")
    deliver(services)
    db.rollback()
    notice = db.scalars(select(Notice).where(Notice.user_id == house.writer.id)).one()
    assert (notice.text, notice.note) == ("Noor Castellane asks for changes to “The island”", "A source, please.")
    assert worker.apart(services) == 1
    letters = [
        message_from_bytes(p.read_bytes(), policy=policy.default) for p in (services.settings.data / "mail").iterdir()
    ]
    mine = next(letter for letter in letters if letter["To"] == house.writer.email)
    text = mine.get_body().get_content()  # type: ignore[union-attr]
    assert "A source, please." in text
    assert f"http://localhost/newsroom/articles/{article.id}" in text


def test_whoever_suggests_hears_what_became_of_it(services: Services, db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW, headline="The island")
    with transaction(db):
        article = articles.get(db, house.chief, piece.id)
        assert article.head is not None
        wanted = replace(article.head.content(), dek="Shorter.", kicker="Other")
        first, second = suggestions.suggest(db, house.chief, article, wanted, seen=article.head.id)
    for verb, one in ((suggestions.accept, first), (suggestions.reject, second)):
        with transaction(db):
            verb(db, house.editor, articles.get(db, house.editor, piece.id), one)
    deliver(services)
    assert told(db)[house.chief.id][-2:] == [
        "Noor Castellane accepted what you suggest for “The island”",
        "Noor Castellane rejected what you suggest for “The island”",
    ]
    last = select(Notice).where(Notice.user_id == house.chief.id).order_by(Notice.id.desc()).limit(1)
    notice = db.scalars(last.options(joinedload(Notice.event))).one()
    assert notice.address.endswith("/review#suggested")


def test_a_repeated_delivery_tells_nobody_twice(services: Services, db: Session, house: House) -> None:
    make_article(db, house, State.IN_REVIEW)
    deliver(services)
    event = db.scalars(select(Event).where(Event.name == "article.submit")).one()
    worker.apart(services)
    db.rollback()
    service.Notifier(services.settings.zone).tell(db, event)
    assert all(len(texts) == 1 for texts in told(db).values())
    assert worker.apart(services) == 0, "and no second letter"


def test_a_pitch_is_news_to_the_desk_and_other_beginnings_are_not(
    services: Services, db: Session, house: House
) -> None:
    make_article(db, house, State.DRAFT)
    pitch = make_article(db, house, State.IDEA, headline="The island")
    deliver(services)
    news = ["Ilse Varnholt pitched “The island”"]
    assert told(db) == {house.editor.id: news, house.chief.id: news}
    due = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    wanted = Plan(pitch.desk_id, due, brief="900 words.", assigned_to_id=house.other_writer.id)
    with transaction(db):
        planning.accept(db, house.editor, articles.load(db, pitch.id), wanted)
    deliver(services)
    db.rollback()
    for person in (house.writer, house.other_writer):
        notice = db.scalars(select(Notice).where(Notice.user_id == person.id)).one()
        assert notice.text == "Noor Castellane said yes to “The island”"
        assert notice.note == "Due Tuesday 1 December, 15:00. 900 words."


def test_ones_own_deeds_are_no_news(services: Services, db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW, by=house.other_writer)
    act(db, house.chief, article, "approve")
    deliver(services)
    assert "approved" not in " ".join(told(db).get(house.chief.id, []))


def test_an_inbox_is_its_owners(services: Services, db: Session, house: House) -> None:
    make_article(db, house, State.IN_REVIEW)
    deliver(services)
    db.rollback()
    notice = db.scalars(select(Notice).where(Notice.user_id == house.chief.id)).one()
    assert service.unread_count(db, house.chief) == 1
    with pytest.raises(NotFound), transaction(db):
        service.read_one(db, house.writer, notice.id)
    with transaction(db):
        service.read_one(db, house.chief, notice.id)
    assert service.unread_count(db, house.chief) == 0
