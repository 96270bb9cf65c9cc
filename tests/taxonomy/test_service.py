"""Desks, sections and topics: one of a name, in the chief's order, and kept while anything uses them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import Base, transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound
from cms.core.events import Event, deliver_due
from cms.policy import SYSTEM
from cms.publication.models import Published
from cms.taxonomy import queries, service
from cms.taxonomy.models import Desk, Section, Topic
from cms.wiring import Services
from tests.factories import House, make_article, make_live, make_topic


def names(db: Session) -> list[str]:
    wanted = select(Event.name).order_by(Event.id)
    return [name for name in db.scalars(wanted) if name.split(".")[0] in ("desk", "section", "topic")]


def test_the_chief_makes_desks_sections_and_topics(db: Session, house: House) -> None:
    with transaction(db):
        desk = service.add_desk(db, house.chief, name=" Field\nwork ")
        section = service.add_section(db, house.chief, name="On the road", desk_id=desk.id, description="Out there")
        topic = service.add_topic(db, house.chief, name="C++")
    assert desk.name == "Field work"
    assert (section.slug, section.position, section.description) == ("on-the-road", 1, "Out there")
    assert topic.slug == "c-plus-plus"
    assert names(db) == ["desk.added", "section.added", "topic.added"]


def test_others_do_not_but_everybody_who_writes_makes_topics(db: Session, house: House) -> None:
    for actor in (house.writer, house.editor, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            service.add_desk(db, actor, name="Mine")
        with pytest.raises(Forbidden), transaction(db):
            service.add_section(db, actor, name="Mine", desk_id=house.systems.id)
        with pytest.raises(Forbidden), transaction(db):
            service.order_sections(db, actor, [house.section.id, house.other_section.id])
    with transaction(db):
        service.add_topic(db, house.writer, name="Clocks")
    topic = queries.topic_by_name(db, "clocks")
    assert topic
    with pytest.raises(Forbidden), transaction(db):
        service.change_topic(db, house.editor, topic, name="Watches", description="", slug="watches")
    with pytest.raises(Forbidden), transaction(db):
        service.add_topic(db, house.admin, name="Power")


def test_a_name_is_taken_whatever_its_case(db: Session, house: House) -> None:
    make_topic(db, "Leap Seconds")
    for make in (
        lambda: service.add_desk(db, house.chief, name="systems  DESK"),
        lambda: service.add_section(db, house.chief, name="PRACTICE", desk_id=house.systems.id),
        lambda: service.add_topic(db, house.chief, name="leap seconds"),
        lambda: service.change_desk(db, house.chief, house.practice, name="Systems Desk"),
    ):
        with pytest.raises(Invalid, match="already") as caught, transaction(db):
            make()
        assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["", " \u200e\n".replace("\u200e", ""), "x" * 81])
def test_a_name_has_a_length(db: Session, house: House, name: str) -> None:
    with pytest.raises(Invalid) as caught, transaction(db):
        service.add_topic(db, house.writer, name=name)
    assert caught.value.field == "name"


def test_an_address_that_is_taken_gets_a_number(db: Session, house: House) -> None:
    with transaction(db):
        first = service.add_topic(db, house.writer, name="Café")
        second = service.add_topic(db, house.writer, name="Cafe")
    assert (first.slug, second.slug) == ("cafe", "cafe-2")
    with pytest.raises(Invalid) as caught, transaction(db):
        service.change_topic(db, house.chief, second, name="Cafe", description="", slug="cafe")
    assert caught.value.field == "slug"
    with pytest.raises(Invalid), transaction(db):
        service.change_topic(db, house.chief, second, name="Cafe", description="", slug="Cafe Society")


def test_an_import_finds_what_is_there_and_makes_what_is_not(db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    with transaction(db):
        assert service.find_or_add_topic(db, SYSTEM, "  CLOCKS ") is topic
        assert service.find_or_add_topic(db, SYSTEM, "Power").slug == "power"
        assert service.find_or_add_section(db, SYSTEM, "systems") is house.section
        made = service.find_or_add_section(db, SYSTEM, "Field notes")
    assert made.desk_id == house.systems.id


def test_the_first_section_of_an_empty_house_brings_its_desk(db: Session) -> None:
    with transaction(db):
        section = service.find_or_add_section(db, SYSTEM, "Field notes")
    assert db.get_one(Desk, section.desk_id).name == service.DEFAULT_DESK


def test_live_pieces_show_the_new_name_of_their_section_and_topic(
    services: Services, db: Session, house: House
) -> None:
    topic = make_topic(db, "Clocks")
    piece = make_live(db, house, topic_ids=(topic.id,))
    with transaction(db):
        service.change_section(
            db, house.chief, house.section, name="Machines", desk_id=house.practice.id, description="", slug="machines"
        )
        service.change_topic(db, house.chief, topic, name="Watches", description="", slug="watches")
    deliver_due(services.sessions, services.reactions)
    live = db.get_one(Published, piece.id, populate_existing=True)
    assert (live.section_name, live.section_slug) == ("Machines", "machines")
    assert live.topics == [{"id": topic.id, "slug": "watches", "name": "Watches"}]


def test_the_same_again_is_no_change(db: Session, house: House) -> None:
    with transaction(db):
        service.change_desk(db, house.chief, house.systems, name="Systems desk")
        service.change_section(
            db, house.chief, house.section, name="Systems", desk_id=house.systems.id, description="", slug="systems"
        )
    assert names(db) == []


def test_sections_stand_in_the_order_that_was_given(db: Session, house: House) -> None:
    with transaction(db):
        service.order_sections(db, house.chief, [house.other_section.id, house.section.id])
    assert [section.name for section in db.scalars(queries.sections())] == ["Practice", "Systems"]
    for wrong in ([house.section.id], [house.section.id] * 2, [house.section.id, house.other_section.id, 99]):
        with pytest.raises(Conflict), transaction(db):
            service.order_sections(db, house.chief, wrong)
    with pytest.raises(NotFound), transaction(db):
        service.add_section(db, house.chief, name="New", desk_id=99)


def test_what_is_used_stays_and_the_sentence_says_by_what(db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    make_live(db, house, topic_ids=(topic.id,))
    make_article(db, house, topic_ids=(topic.id,))
    with pytest.raises(Invalid, match="Clocks is still used by 2 pieces and 1 live piece"), transaction(db):
        service.delete_topic(db, house.chief, topic)
    with pytest.raises(Invalid, match="Systems is still used by 2 pieces and 1 live piece"), transaction(db):
        service.delete_section(db, house.chief, house.section)
    with pytest.raises(Invalid, match="Systems desk is still used by 1 section, 2 pieces and 1 login"), transaction(db):
        service.delete_desk(db, house.chief, house.systems)


def test_what_is_unused_goes(db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    with transaction(db):
        desk = service.add_desk(db, house.chief, name="Empty")
    with pytest.raises(Forbidden), transaction(db):
        service.delete_topic(db, house.editor, topic)
    with transaction(db):
        service.delete_topic(db, house.chief, topic)
        service.delete_section(db, house.chief, house.other_section)
        service.delete_desk(db, house.chief, desk)
    assert db.scalars(select(Topic)).all() == []
    assert db.scalars(select(Section)).all() == [house.section]
    assert names(db)[-3:] == ["topic.deleted", "section.deleted", "desk.deleted"]


def test_every_table_that_points_here_is_looked_at() -> None:
    asked = {
        ("section", "desk_id"), ("article", "desk_id"), ("user_desk", "desk_id"),
        ("revision", "section_id"), ("published", "section_id"), ("check_level", "section_id"),
        ("revision", "section_id"), ("published", "section_id"), ("draft_template", "section_id"),
        ("article", "asked_desk_id"), ("review_rule", "section_id"),
        ("revision_topic", "topic_id"), ("published_topic", "topic_id"),
    }  # fmt: skip
    here = {Desk.__table__, Section.__table__, Topic.__table__}
    found = {
        (table.name, key.parent.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table in here
    }
    assert found == asked, "teach the uses_of_... in taxonomy.queries about the new one"


def test_pieces_are_counted_where_they_stand_now(db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    make_article(db, house, topic_ids=(topic.id,))
    make_article(db, house)
    assert queries.pieces_by_section(db) == {house.section.id: 2}
    assert queries.pieces_by_topic(db) == {topic.id: 1}
    assert [t.name for t in db.scalars(queries.topics("CLO"))] == ["Clocks"]
