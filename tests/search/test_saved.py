"""Searches that are shared, and watched: whoever watches is told of a new piece, once, and of no other."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.core.events import Event
from cms.notifications.models import Notice
from cms.search import saved
from cms.search.models import SavedSearch
from cms.vocabulary import State
from cms.wiring import Services
from cms.worker import turn
from tests.conftest import Frozen
from tests.factories import House, make_article, make_desk, make_section


@pytest.fixture
def kept(db: Session, house: House, services: Services) -> SavedSearch:
    """A shared search of the chief's, which one piece answers."""
    make_article(db, house, State.DRAFT, headline="Drift one")
    services.staff_search.rebuild(db)
    with transaction(db):
        found = saved.save(db, house.chief, "Drifting", "drift state:draft")
        db.flush()
        saved.share(db, house.chief, found.id, is_shared=True)
    return found


def settle(services: Services, frozen: Frozen) -> None:
    """Let the worker come to rest, and a minute later look again."""
    for _ in range(2):
        while turn(services):
            pass
        frozen.forward(seconds=61)
    while turn(services):
        pass


def told(db: Session, user_id: int) -> list[str]:
    db.rollback()
    mine = select(Notice.text).where(Notice.user_id == user_id, Notice.text.contains("answers your search"))
    return list(db.scalars(mine.order_by(Notice.id)))


def test_a_shared_search_is_everybodys_with_their_own_count(
    kept: SavedSearch, db: Session, house: House, services: Services
) -> None:
    (of_editor,) = saved.on_desk(db, house.editor, services.staff_search)
    assert (of_editor.saved.name, of_editor.count, of_editor.by) == ("Drifting", 1, "Hanne Ostrowe")
    assert not of_editor.is_mine
    (of_other,) = saved.on_desk(db, house.other_writer, services.staff_search)
    assert of_other.count == 0, "nobody counts what they may not see"
    with pytest.raises(NotFound), transaction(db):
        saved.share(db, house.editor, kept.id, is_shared=False)
    with transaction(db):
        saved.watch(db, house.editor, services.staff_search, kept.id, is_wanted=True)
        saved.share(db, house.chief, kept.id, is_shared=False)
    assert saved.on_desk(db, house.editor, services.staff_search) == []
    assert not saved.is_watched(db), "what is not shared any more is not watched by others"
    with pytest.raises(NotFound), transaction(db):
        saved.watch(db, house.editor, services.staff_search, kept.id, is_wanted=True)


def test_whoever_watches_is_told_of_what_is_new_once(
    kept: SavedSearch, db: Session, house: House, services: Services, frozen: Frozen
) -> None:
    with transaction(db):
        for actor in (house.editor, house.other_writer):
            saved.watch(db, actor, services.staff_search, kept.id, is_wanted=True)
    settle(services, frozen)
    assert told(db, house.editor.id) == [], "what answered before is no news"
    make_article(db, house, State.DRAFT, headline="Drift two")
    make_article(db, house, State.IN_REVIEW, headline="Drift three")
    settle(services, frozen)
    settle(services, frozen)
    assert told(db, house.editor.id) == ["“Drift two” answers your search “Drifting”"]
    assert told(db, house.other_writer.id) == [], "who may not read a piece hears nothing of it"
    assert told(db, house.chief.id) == [], "who does not watch neither"
    with transaction(db):
        saved.watch(db, house.editor, services.staff_search, kept.id, is_wanted=False)
    make_article(db, house, State.DRAFT, headline="Drift four")
    settle(services, frozen)
    assert len(told(db, house.editor.id)) == 1
    assert len(db.scalars(select(Event).where(Event.name == "search.matched")).all()) == 1


def test_a_search_that_is_forgotten_takes_its_watches_along(
    kept: SavedSearch, db: Session, house: House, services: Services
) -> None:
    with transaction(db):
        saved.watch(db, house.editor, services.staff_search, kept.id, is_wanted=True)
    with transaction(db):
        saved.forget(db, house.chief, kept.id)
    assert not saved.is_watched(db)
    assert db.scalars(select(SavedSearch)).all() == []


def test_the_newsroom_shares_only_so_many(db: Session, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_SHARED", 1)
    with transaction(db):
        first, second = (saved.save(db, house.writer, name, name) for name in ("one", "two"))
    with transaction(db):
        saved.share(db, house.writer, first.id, is_shared=True)
    with pytest.raises(Invalid, match="shares 1 searches"), transaction(db):
        saved.share(db, house.writer, second.id, is_shared=True)
    assert make_section(db, make_desk(db)).name
