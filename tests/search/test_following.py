"""Every host keeps its own index, from the one log of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core import trail
from cms.core.db import transaction
from cms.core.events import Delivery, record
from cms.policy import SYSTEM
from cms.search.keeping import Lag
from cms.search.service import RESTING
from cms.wiring import Services, assemble
from cms.worker import turn
from tests import factories
from tests.conftest import Client, Frozen
from tests.factories import House


@pytest.fixture
def other(services: Services) -> Iterator[Services]:
    """A second host: the same database, a folder of its own for the index."""
    host = assemble(replace(services.settings, search_index=services.settings.data / "other"))
    yield host
    host.engine.dispose()


def follow(host: Services) -> int:
    return host.followers["edition"].catch_up(host.sessions)


def found(host: Services, db: Session, text: str) -> list[str]:
    return [card.slug for card in host.search.find(db, text).cards]


def test_each_host_follows_by_itself(services: Services, other: Services, db: Session, house: House) -> None:
    for host in (services, other):
        follow(host)
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    assert follow(services) == 1
    assert (found(services, db, "drift"), found(other, db, "drift")) == (["drift"], [])
    assert follow(other) == 1
    assert found(other, db, "drift") == ["drift"]
    assert follow(services) == follow(other) == 0
    assert not services.search.check(db)
    assert not other.search.check(db)
    assert not [row for row in db.scalars(select(Delivery)) if "search" in row.subscriber]


def test_a_new_host_answers_from_the_database_until_it_has_built_its_own(
    services: Services, other: Services, db: Session, house: House
) -> None:
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    turn(services)
    answer = other.search.find(db, "drift")
    assert ([card.slug for card in answer.cards], answer.notice) == (["drift"], RESTING)
    assert other.followers["edition"].lag(db) is None
    turn(other)
    answer = other.search.find(db, "drift")
    assert ([card.slug for card in answer.cards], answer.notice) == (["drift"], "")


def test_an_index_of_another_log_is_compared(services: Services, db: Session, house: House) -> None:
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    follow(services)
    (number,) = services.search.index.document_ids()
    services.search.index.apply([], [number])
    services.search.index.move_bookmark(10_000)  # a backup was restored
    assert follow(services) == 1
    assert found(services, db, "drift") == ["drift"]
    assert services.search.index.bookmark() == trail.head(db).number


def test_a_log_longer_than_a_turn_is_followed_to_its_end(services: Services, db: Session, house: House) -> None:
    follow(services)
    with transaction(db):
        for _ in range(520):
            record(db, SYSTEM, "thing.happened", None)
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    turn(services)
    turn(services)
    assert found(services, db, "drift") == ["drift"]


def test_how_far_behind_an_index_is_shows(
    services: Services, db: Session, house: House, reader: Client, frozen: Frozen
) -> None:
    turn(services)
    assert services.followers["edition"].lag(db) == Lag()
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    waiting = services.followers["edition"].lag(db)
    assert waiting is not None
    assert waiting.changes == 1
    frozen.forward(seconds=90)
    told = reader.get("/readyz").json
    assert (told["status"], told["search"], told["search_lag"]) == ("ok", "90 seconds behind", 90)
    turn(services)
    assert reader.get("/readyz").json["search_lag"] == 0


def test_each_host_heals_its_own(
    services: Services, other: Services, db: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_live(db, house, slug="drift", headline="Clock drift")
    for number, host in enumerate((services, other)):
        follow(host)
        host.search.index.apply([], list(host.search.index.document_ids()))
        monkeypatch.setattr("socket.gethostname", lambda name=f"host-{number}": name)
        turn(host)
        assert found(host, db, "drift") == ["drift"]
