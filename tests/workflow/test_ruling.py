"""The rules that chiefs set: which of them holds where, and that nobody sets what nobody could keep."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.core.events import Event
from cms.taxonomy import queries as taxonomy
from cms.taxonomy import service as desks
from cms.taxonomy.models import Desk
from cms.vocabulary import Bench, Kind
from cms.workflow import ruling
from cms.workflow.rulebook import DEFAULT, Asked, Box, Rules, Stage
from tests.factories import House, make_desk

CHIEF = Stage(Asked(Bench.CHIEF))


def test_the_narrower_place_wins(db: Session, house: House) -> None:
    by_hours = {(None, None): 1, (None, Kind.NEWS): 2, (house.section.id, None): 3, (house.section.id, Kind.NEWS): 4}
    for known in ([], [(None, None)], list(by_hours)[:2], list(by_hours)[:3], list(by_hours)):
        for section_id, kind in known:
            with transaction(db):
                rules = Rules(hours=by_hours[section_id, kind])
                ruling.set_rules(db, house.chief, rules, section_id=section_id, kind=kind)
        found = ruling.for_place(db, house.section.id, Kind.NEWS)
        assert found == (Rules(hours=by_hours[known[-1]]) if known else DEFAULT)
    assert ruling.for_place(db, house.other_section.id, Kind.ARTICLE).hours == 1
    with transaction(db):
        ruling.set_rules(db, house.chief, None, section_id=house.section.id, kind=Kind.NEWS)
    assert ruling.for_place(db, house.section.id, Kind.NEWS).hours == 3


def test_chiefs_alone_set_them_and_each_change_is_on_record_once(db: Session, house: House) -> None:
    for who in (house.writer, house.editor, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            ruling.set_rules(db, who, Rules((CHIEF,)))
    for _ in range(2):
        with transaction(db):
            ruling.set_rules(db, house.chief, Rules((CHIEF,)))
    events = db.scalars(select(Event).where(Event.name == "rules.set")).all()
    assert [(one.details["before"], one.details["after"]["stages"][0]["count"]) for one in events] == [(None, 1)]


def test_what_nobody_could_keep_is_refused(db: Session, house: House) -> None:
    empty = Asked(Bench.DESK, make_desk(db, "Legal").id)
    practice = Asked(Bench.DESK, house.practice.id)
    refused = {
        "one approval at least": Rules(()),
        "Nobody could approve for Legal, and you ask for 1": Rules((Stage(empty),)),
        "1 could approve for the chiefs, and you ask for 2": Rules((Stage(Asked(Bench.CHIEF), 2),)),
        "one to 9 approvals": Rules((Stage(Asked(), 10),)),
        "from one hour": Rules(hours=0),
        "has to be asked for an approval too": Rules(boxes=(Box("Legal read", practice),)),
        "ticked once": Rules(boxes=(Box("Facts checked"), Box(" Facts checked "))),
        "1 to 60 characters": Rules(boxes=(Box("x" * 61),)),
    }
    for said, rules in refused.items():
        with pytest.raises(Invalid, match=said), transaction(db):
            ruling.set_rules(db, house.chief, rules)
    with pytest.raises(Invalid, match="no such section"), transaction(db):
        ruling.set_rules(db, house.chief, DEFAULT, section_id=999)
    assert ruling.every(db) == []


def test_a_desk_that_a_rule_names_stays_and_is_called_by_its_name_of_now(db: Session, house: House) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules((Stage(Asked(Bench.DESK, house.practice.id)),)))
        desks.change_desk(db, house.chief, taxonomy.get_desk(db, house.practice.id), name="Craft desk")
    assert ruling.for_place(db, None, Kind.NEWS).words == "one of the Craft desk"
    practice = db.get_one(Desk, house.practice.id)
    assert taxonomy.uses_of_desk(db, practice)["rule of review|rules of review"] == 1
