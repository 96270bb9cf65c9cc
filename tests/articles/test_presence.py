"""Who else is here: seen by everybody, held by one, taken over in the open, and forgotten when silent."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries, service
from cms.articles.models import Article, Presence
from cms.core.db import transaction
from cms.core.errors import Forbidden
from cms.core.events import Event
from cms.vocabulary import State
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import House, make_article, make_house


def visit(db: Session, actor: Any, article: Article, **how: Any) -> service.Company:
    with transaction(db):
        return service.visit(db, actor, article, **how)


def holder(company: service.Company) -> int | None:
    return company.holder.user_id if company.holder else None


def test_everybody_sees_who_else_is_here_and_where(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    assert visit(db, house.writer, article, place="a1", label=" The\u0000 opening") == service.Company((), None, None)
    (other,) = visit(db, house.chief, article).others
    assert (other.name, other.place, other.label) == (house.writer.name, "a1", "The opening")


def test_who_writes_first_holds_it(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    visit(db, house.writer, article)
    assert holder(visit(db, house.chief, article, is_writing=True)) == house.chief.id
    frozen.forward(seconds=10)
    assert holder(visit(db, house.writer, article, is_writing=True)) == house.chief.id


def test_who_takes_over_is_named_to_the_other_until_they_take_it_back(
    db: Session, house: House, frozen: Frozen
) -> None:
    article = make_article(db, house)
    visit(db, house.writer, article, is_writing=True)
    frozen.forward(seconds=10)
    at = frozen.at
    assert holder(visit(db, house.chief, article, takes=True)) == house.chief.id
    frozen.forward(seconds=5)
    for _ in range(2):  # an answer that was lost on the way is given again
        told = visit(db, house.writer, article, is_writing=True)
        assert told.taken_by == service.Taken(house.chief.name, at)
    assert visit(db, house.chief, article).taken_by is None
    back = visit(db, house.writer, article, takes=True)
    assert (holder(back), back.taken_by) == (house.writer.id, None)
    assert visit(db, house.chief, article).taken_by is not None
    names = db.scalars(select(Event.name).where(Event.subject_id == article.id)).all()
    assert names.count("article.taken_over") == 2


def test_being_there_is_no_event_and_no_change(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    before = article.version, db.scalar(select(func.count(Event.id)))
    visit(db, house.writer, article, is_writing=True)
    visit(db, house.writer, article, takes=True)
    with transaction(db):
        service.leave(db, house.writer, article)
    db.refresh(article)
    assert (article.version, db.scalar(select(func.count(Event.id)))) == before


def test_who_is_silent_does_not_count_and_holds_nothing(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    visit(db, house.writer, article, is_writing=True)
    frozen.forward(seconds=46)
    company = visit(db, house.chief, article, is_writing=True)
    assert (company.others, holder(company)) == ((), house.chief.id)
    assert holder(visit(db, house.writer, article, is_writing=True)) == house.chief.id


def test_who_leaves_is_gone_at_once(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    visit(db, house.writer, article, is_writing=True)
    with transaction(db):
        service.leave(db, house.writer, article)
    assert visit(db, house.chief, article) == service.Company((), None, None)


def test_who_may_not_write_is_seen_and_holds_nothing(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    assert holder(visit(db, house.writer, article, is_writing=True)) is None
    with pytest.raises(Forbidden):
        visit(db, house.writer, article, takes=True)
    with pytest.raises(Forbidden):
        visit(db, house.other_writer, queries.load(db, article.id))


def test_the_worker_forgets_who_left(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    visit(db, house.writer, article)
    frozen.forward(minutes=6)
    visit(db, house.chief, article)
    with transaction(db):
        assert service.sweep(db) == 1
    assert db.scalars(select(Presence.user_id)).all() == [house.chief.id]


def test_it_is_the_same_on_both_databases(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        article = make_article(db, house)
        visit(db, house.writer, article, is_writing=True)
        assert holder(visit(db, house.chief, article, is_writing=True)) == house.writer.id
        assert holder(visit(db, house.chief, article, takes=True)) == house.chief.id
        told = visit(db, house.writer, article).taken_by
        assert told is not None
        assert told.name == house.chief.name
