"""The chiefs' page of the rules: what holds, setting it for a place, and taking it away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.vocabulary import Bench, Kind
from cms.workflow import ruling
from cms.workflow.models import ReviewRule
from cms.workflow.rulebook import Asked, Box, Rules, Stage
from tests.conftest import Client
from tests.factories import House
from tests.newsroom.editor import fresh, text


def form(*stages: tuple[int, str], boxes: tuple[tuple[str, str], ...] = (), hours: str = "") -> dict[str, Any]:
    data: dict[str, Any] = {"hours": hours}
    for number in range(4):
        count, who = stages[number] if number < len(stages) else (1, "")
        what, by = boxes[number] if number < len(boxes) else ("", "own_desk")
        data |= {f"stages-{number}-count": count, f"stages-{number}-who": who}
        data |= {f"boxes-{number}-text": what, f"boxes-{number}-who": by}
    return data


def test_a_chief_sets_the_rules_of_a_place_and_reads_them(chief: Client, house: House, db: Session) -> None:
    assert "Every review asks for the same" in text(chief, "/newsroom/rules")
    place = f"/newsroom/rules/place?section={house.section.id}&kind=interview"
    assert "Rules of review for interviews in Systems" in text(chief, place)
    sent = form(
        (1, "own_desk"), (1, f"desk:{house.practice.id}"), (1, "chief"),
        boxes=(("Facts checked", "own_desk"), ("Legal read", f"desk:{house.practice.id}")), hours="36",
    )  # fmt: skip
    assert chief.post(place, data=sent).status_code == 302
    row = fresh(db).scalars(select(ReviewRule)).one()
    assert (row.section_id, row.kind) == (house.section.id, Kind.INTERVIEW)
    practice = Asked(Bench.DESK, house.practice.id, "Practice desk")
    assert Rules.read(row.facts) == Rules(
        (Stage(), Stage(practice), Stage(Asked(Bench.CHIEF))),
        (Box("Facts checked"), Box("Legal read", practice)), 36,
    )  # fmt: skip
    page = text(chief, "/newsroom/rules")
    assert "For interviews in Systems" in page
    assert "one of the desk of the piece, then one of the Practice desk, then one of the chiefs" in page
    shown = text(chief, place)
    assert 'value="Legal read"' in shown
    assert 'value="36"' in shown
    assert chief.post(place.replace("place?", "place/reset?")).status_code == 302
    assert fresh(db).scalars(select(ReviewRule)).all() == []


def test_what_cannot_be_kept_is_said_and_nothing_is_stored(chief: Client, house: House, db: Session) -> None:
    refused = {
        "one approval at least": form(),
        "1 could approve for the chiefs, and you ask for 3": form((3, "chief")),
        "has to be asked for an approval too": form((1, "chief"), boxes=(("Read", f"desk:{house.practice.id}"),)),
        "One to 9": form((99, "chief")),
    }
    for said, data in refused.items():
        answer = chief.post("/newsroom/rules/place", data=data)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert ruling.every(fresh(db)) == []


def test_a_new_exception_begins_with_what_holds_around_it(chief: Client, house: House, db: Session) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules(hours=7), kind=Kind.NEWS)
    page = text(chief, f"/newsroom/rules/place?section={house.section.id}&kind=news")
    assert 'value="7"' in page
    assert "As they hold around it" in page
