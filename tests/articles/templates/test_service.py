"""Templates: who keeps them, what they hold, and that the first ones come once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import document
from cms.articles.models import Content, DraftTemplate
from cms.articles.templates import queries, service
from cms.articles.templates.facts import Facts
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.events import Event
from cms.policy import SYSTEM
from cms.vocabulary import Kind
from cms.wiring import Services
from cms.worker import turn
from tests.factories import House

PLAN = (
    '<p>TK</p><section class="qa"><p class="qa-question" data-speaker="Interviewer">Why?</p>'
    '<div class="qa-answer" data-speaker="Guest"></div></section>'
)


def made(db: Session, name: str = "Plan", **facts: object) -> DraftTemplate:
    with transaction(db):
        return service.add(db, SYSTEM, Facts(name, **facts))  # type: ignore[arg-type]


def told(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("template.")).order_by(Event.id)))


def offered(db: Session, section_id: int | None = None) -> list[str]:
    return [template.name for template in db.scalars(queries.fitting(section_id))]


def test_what_is_put_into_one_is_cleaned_as_a_piece_is(db: Session, house: House) -> None:
    template = made(db, " A\nplan ", body="<h1>TK</h1><script>alert(1)</script><p style='x'>Words", dek="One\ttwo")
    assert (template.name, template.dek) == ("A plan", "One two")
    assert template.body == document.normalise(template.body)
    assert "script" not in template.body
    assert "<h2" in template.body


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"about": "x" * 201}, "about"),
        ({"headline": "x" * 201}, "headline"),
        ({"dek": "x" * 401}, "dek"),
        ({"section_id": 999}, "section_id"),
        ({"name": "PLAN"}, "name"),
    ],
)
def test_what_cannot_be_one_is_refused_at_its_field(
    db: Session, house: House, changed: dict[str, str], field: str
) -> None:
    made(db, "Plan")
    with pytest.raises(Invalid) as caught, transaction(db):
        service.add(db, SYSTEM, replace(Facts("Another"), **changed))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_only_chiefs_keep_them(db: Session, house: House) -> None:
    number = made(db).id
    verbs: list[Callable[[User], object]] = [
        lambda user: service.add(db, user, Facts("A")),
        lambda user: service.change(db, user, queries.get(db, number), Facts("A"), seen=1),
        lambda user: service.retire(db, user, queries.get(db, number)),
        lambda user: service.bring_back(db, user, queries.get(db, number)),
        lambda user: service.order(db, user, [number]),
    ]
    for user in house.staff():
        for verb in verbs if user is not house.chief else []:
            with pytest.raises(Forbidden), transaction(db):
                verb(user)


def test_a_section_is_offered_its_own_and_those_for_all(db: Session, house: House) -> None:
    made(db, "For all")
    made(db, "For systems", section_id=house.section.id)
    made(db, "For practice", section_id=house.other_section.id)
    assert offered(db, house.section.id) == ["For all", "For systems"]
    assert offered(db) == ["For all", "For systems", "For practice"]


def test_the_order_is_the_chiefs(db: Session, house: House) -> None:
    first, second = made(db, "First"), made(db, "Second")
    with transaction(db):
        service.order(db, house.chief, [second.id, first.id])
    assert offered(db) == ["Second", "First"]
    with pytest.raises(Conflict), transaction(db):
        service.order(db, house.chief, [first.id])


def test_a_change_that_somebody_else_was_faster_with_is_refused(db: Session, house: House) -> None:
    number = made(db, body="<p>One</p>").id
    with transaction(db):
        template = queries.get(db, number)
        service.change(db, house.chief, template, Facts("Plan", body="<p>Two</p>"), seen=template.version)
    with pytest.raises(Conflict), transaction(db):
        service.change(db, house.chief, queries.get(db, number), Facts("Plan", body="<p>Three</p>"), seen=1)
    assert "Two" in queries.get(db, number).body
    with transaction(db):
        template = queries.get(db, number)
        service.change(db, house.chief, template, service.facts_of(template), seen=template.version)
    assert told(db) == ["template.added", "template.changed"], "what changes nothing is not written down"


def test_a_retired_one_comes_back_as_the_last(db: Session, house: House) -> None:
    template = made(db, "First")
    made(db, "Second")
    for _ in range(2):
        with transaction(db):
            service.retire(db, house.chief, template)
    assert offered(db) == ["Second"]
    assert queries.offered(db, template.id) is None
    for _ in range(2):
        with transaction(db):
            service.bring_back(db, house.chief, template)
    assert offered(db) == ["Second", "First"]
    assert told(db)[2:] == ["template.retired", "template.brought_back"]


def test_it_does_not_come_back_beside_one_of_its_name(db: Session, house: House) -> None:
    template = made(db, "Plan")
    with transaction(db):
        service.retire(db, house.chief, template)
    made(db, "plan")
    with pytest.raises(Invalid, match="has this name"), transaction(db):
        service.bring_back(db, house.chief, template)


def test_a_piece_begins_with_it_and_keeps_what_was_typed(db: Session, house: House) -> None:
    template = made(db, kind=Kind.INTERVIEW, kicker="In person", dek="Who it is", headline="TK", body=PLAN)
    content = service.begin(Content(headline="Typed", kind=Kind.INTERVIEW), template, who="Ilse & Co")
    assert (content.headline, content.kicker, content.dek) == ("Typed", "In person", "Who it is")
    assert 'class="qa-question" data-speaker="Ilse &amp; Co"' in content.body
    assert 'data-speaker="Guest"' in content.body
    assert content.body == document.normalise(content.body)
    assert "Interviewer" in service.begin(Content(), template).body, "where nobody is known, it stays"


def test_every_house_begins_with_three(services: Services, db: Session, house: House) -> None:
    while turn(services):
        pass
    found = db.scalars(queries.in_use()).all()
    assert [(template.name, template.kind) for template in found] == [
        ("Article", Kind.ARTICLE), ("News", Kind.NEWS), ("Interview", Kind.INTERVIEW),
    ]  # fmt: skip
    for template in found:
        assert "TK" in template.body
        assert template.about
    blocks = document.parse(found[2].body)
    questions = [block for block in blocks if block.kind is document.BlockKind.QA]
    assert len(questions) >= 5
    assert all(document.lacks_answer(block) for block in questions)
    assert blocks[0].kind is document.BlockKind.PARAGRAPH


def test_both_databases_make_them_once_and_keep_their_order(either: Services) -> None:
    for _ in range(2):
        while turn(either):
            pass
    with either.sessions() as db:
        ids = [template.id for template in db.scalars(queries.in_use())]
        with transaction(db):
            service.order(db, SYSTEM, list(reversed(ids)))
        assert offered(db) == ["Interview", "News", "Article"]


def test_what_was_retired_does_not_come_back_by_itself(services: Services, db: Session, house: House) -> None:
    with transaction(db):
        service.make_first(db)
    for template in db.scalars(queries.in_use()).all():
        with transaction(db):
            service.retire(db, house.chief, template)
    assert not queries.are_wanted(db)
    with transaction(db):
        service.make_first(db)
    assert offered(db) == []
