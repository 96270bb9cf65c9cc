"""Levels: who sets them, which one holds, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.core.events import Event
from cms.review import queries, service
from cms.review.checks import BY_NAME
from cms.review.models import CheckLevel
from cms.vocabulary import Kind, Level
from tests.factories import House

OFF, SHOWN, WARN, BLOCK = Level
RULE = "headings"  # a warning by itself


def put(db: Session, actor: User, level: Level | None, **where: Any) -> None:
    with transaction(db):
        service.set_level(db, actor, RULE, level, **where)


def weight(db: Session, section_id: int | None, kind: Kind | None) -> Level:
    return queries.weights(db, section_id, kind)(BY_NAME[RULE])


def events(db: Session) -> list[Event]:
    return list(db.scalars(select(Event).where(Event.name.startswith("checks.")).order_by(Event.id)))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({}, WARN),
        ({"all": OFF}, OFF),
        ({"all": OFF, "kind": SHOWN}, SHOWN),
        ({"all": OFF, "kind": SHOWN, "section": BLOCK}, BLOCK),
        ({"kind": BLOCK, "section": OFF}, OFF),
        ({"all": OFF, "kind": SHOWN, "section": SHOWN, "both": BLOCK}, BLOCK),
        ({"other section": BLOCK}, WARN),
        ({"other kind": BLOCK, "all": SHOWN}, SHOWN),
        ({"both in other section": BLOCK, "kind": OFF}, OFF),
    ],
    ids=str,
)
def test_the_narrower_place_wins(db: Session, house: House, places: dict[str, Level], expected: Level) -> None:
    here, other = house.section.id, house.other_section.id
    where: dict[str, dict[str, Any]] = {
        "all": {}, "kind": {"kind": Kind.NEWS}, "section": {"section_id": here},
        "both": {"section_id": here, "kind": Kind.NEWS}, "other section": {"section_id": other},
        "other kind": {"kind": Kind.INTERVIEW}, "both in other section": {"section_id": other, "kind": Kind.NEWS},
    }  # fmt: skip
    for place, level in places.items():
        put(db, house.chief, level, **where[place])
    assert weight(db, here, Kind.NEWS) is expected


def test_a_piece_without_a_section_is_weighed_by_its_kind(db: Session, house: House) -> None:
    put(db, house.chief, OFF, section_id=house.section.id)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    assert weight(db, None, Kind.NEWS) is BLOCK
    assert weight(db, None, Kind.ARTICLE) is WARN


def test_what_is_set_is_written_down_once(db: Session, house: House) -> None:
    put(db, house.chief, BLOCK, section_id=house.section.id)
    put(db, house.chief, BLOCK, section_id=house.section.id)
    put(db, house.chief, SHOWN, section_id=house.section.id)
    assert [(e.details["before"], e.details["after"]) for e in events(db)] == [(None, "block"), ("block", "shown")]
    [row] = db.scalars(select(CheckLevel)).all()
    assert (row.set_by_id, row.level) == (house.chief.id, SHOWN)


def test_a_level_is_taken_away_and_what_holds_around_it_holds_again(db: Session, house: House) -> None:
    put(db, house.chief, SHOWN)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    put(db, house.chief, None, kind=Kind.NEWS)
    put(db, house.chief, None, kind=Kind.INTERVIEW)
    assert weight(db, None, Kind.NEWS) is SHOWN
    assert len(events(db)) == 3


def test_everything_set_for_a_check_is_forgotten_at_once(db: Session, house: House) -> None:
    put(db, house.chief, SHOWN)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    with transaction(db):
        service.set_level(db, house.chief, "tk", WARN)
        assert service.reset(db, house.chief, RULE) == 2
        assert service.reset(db, house.chief, RULE) == 0
    assert queries.levels(db) == {("tk", None, None): WARN}
    assert [e.name for e in events(db)].count("checks.reset") == 1


@pytest.mark.parametrize("role", ["writer", "editor", "admin"])
def test_only_chiefs_set_levels(db: Session, house: House, role: str) -> None:
    with pytest.raises(Forbidden):
        put(db, getattr(house, role), OFF)
    with pytest.raises(Forbidden), transaction(db):
        service.reset(db, getattr(house, role), RULE)
    assert events(db) == []


@pytest.mark.parametrize("name", ["body", "section"])
def test_what_nothing_can_be_printed_without_cannot_be_let_go(db: Session, house: House, name: str) -> None:
    with pytest.raises(Invalid, match="always stops"), transaction(db):
        service.set_level(db, house.chief, name, OFF)
    with transaction(db):  # not even by whoever writes into the table
        db.add(CheckLevel(scope=f"{name}||", rule=name, level=OFF, set_at=house.chief.created_at))
    assert queries.weights(db, None, None)(BY_NAME[name]) is BLOCK


def test_what_is_not_there_cannot_be_set(db: Session, house: House) -> None:
    with pytest.raises(Invalid, match="no such check"), transaction(db):
        service.set_level(db, house.chief, "nonsense", OFF)
    with pytest.raises(Invalid, match="no such check"), transaction(db):
        service.reset(db, house.chief, "nonsense")
    with pytest.raises(Invalid, match="no such section"):
        put(db, house.chief, OFF, section_id=999)
