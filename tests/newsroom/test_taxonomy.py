"""Sections, topics and desks: the chief's pages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.taxonomy import queries
from cms.taxonomy.models import Desk, Section, Topic
from tests.conftest import Client
from tests.factories import House, make_live, make_topic

NEWSROOM = "/newsroom"


def page(client: Client, path: str) -> str:
    answer = client.get(f"{NEWSROOM}{path}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def names(db: Session) -> list[str]:
    db.rollback()
    db.expire_all()
    return [section.name for section in db.scalars(queries.sections())]


def test_a_section_is_made_changed_moved_and_deleted(chief: Client, db: Session, house: House) -> None:
    data = {"name": "Silicon", "slug": "", "description": "Under the lid.", "desk_id": str(house.systems.id)}
    assert chief.post(f"{NEWSROOM}/sections", data=data).status_code == 302
    assert "Three sections" in page(chief, "/sections")
    section = db.scalars(select(Section).where(Section.slug == "silicon")).one()
    for move in ("up", "up", "up"):
        answer = chief.post(f"{NEWSROOM}/sections/order", data={"section": str(section.id), "move": move})
        assert answer.status_code == 302
    assert names(db)[0] == "Silicon"
    assert chief.post(f"{NEWSROOM}/sections/order", data={"section": "nonsense", "move": "up"}).status_code == 302
    changed = data | {"name": "Chips", "slug": "chips", "desk_id": str(house.practice.id)}
    assert chief.post(f"{NEWSROOM}/sections/{section.id}", data=changed).status_code == 302
    assert "Chips" in page(chief, f"/sections/{section.id}")
    assert chief.post(f"{NEWSROOM}/sections/{section.id}/delete").status_code == 302
    assert "Chips" not in names(db)


def test_what_is_wrong_stands_beside_its_field(chief: Client, house: House) -> None:
    data = {"name": "systems", "slug": "", "description": "", "desk_id": str(house.systems.id)}
    answer = chief.post(f"{NEWSROOM}/sections", data=data)
    assert answer.status_code == 422
    assert "There is a section called Systems already." in answer.get_data(as_text=True)
    answer = chief.post(f"{NEWSROOM}/sections/{house.section.id}", data=data | {"slug": "practice"})
    assert answer.status_code == 422
    assert "Another section has that address." in answer.get_data(as_text=True)
    assert chief.post(f"{NEWSROOM}/sections", data=data | {"name": "New", "desk_id": "99"}).status_code == 422


def test_what_is_used_cannot_be_deleted_and_the_page_says_why(chief: Client, db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    make_live(db, house, topic_ids=(topic.id,))
    for path, noun in (
        (f"/sections/{house.section.id}", "section"),
        (f"/topics/{topic.id}", "topic"),
        (f"/desks/{house.systems.id}", "desk"),
    ):
        assert "It stays while something uses it" in page(chief, path)
        answer = chief.post(f"{NEWSROOM}{path}/delete", follow_redirects=True)
        assert "is still used by" in answer.get_data(as_text=True), noun
    assert len(db.scalars(select(Section)).all()) == 2


def test_everybody_who_writes_makes_topics_and_the_chief_changes_them(
    writer: Client, chief: Client, db: Session, house: House
) -> None:
    assert writer.post(f"{NEWSROOM}/topics", data={"name": "Leap seconds"}).status_code == 302
    topic = db.scalars(select(Topic)).one()
    found = page(writer, "/topics?q=leap")
    assert "Leap seconds" in found
    assert f"/topics/{topic.id}" not in found, "no link to a door that is closed"
    assert writer.post(f"{NEWSROOM}/topics/{topic.id}", data={"name": "Mine"}).status_code == 403
    data = {"name": "Leap seconds", "slug": "leap", "description": "One more."}
    assert chief.post(f"{NEWSROOM}/topics/{topic.id}", data=data).status_code == 302
    assert "One more." in page(chief, "/topics")
    assert chief.post(f"{NEWSROOM}/topics/{topic.id}/delete").status_code == 302
    assert "No topics yet" in page(chief, "/topics")
    assert "No topic like that" in page(chief, "/topics?q=leap")


def test_desks_are_made_renamed_and_deleted(chief: Client, db: Session, house: House) -> None:
    assert chief.post(f"{NEWSROOM}/desks", data={"name": "Field desk"}).status_code == 302
    desk = db.scalars(select(Desk).where(Desk.name == "Field desk")).one()
    assert "Nothing belongs to it yet" in page(chief, "/desks")
    assert chief.post(f"{NEWSROOM}/desks/{desk.id}", data={"name": "Road desk"}).status_code == 302
    assert "Road desk" in page(chief, f"/desks/{desk.id}")
    assert chief.post(f"{NEWSROOM}/desks/{desk.id}/delete").status_code == 302
    assert "Road desk" not in page(chief, "/desks")
    assert chief.get(f"{NEWSROOM}/desks/{desk.id}").status_code == 404


def test_the_lists_are_the_chiefs(editor: Client, admin: Client, stranger: Client, house: House) -> None:
    for path in ("/sections", "/desks", f"/sections/{house.section.id}"):
        assert editor.get(f"{NEWSROOM}{path}").status_code == 403
        assert admin.get(f"{NEWSROOM}{path}").status_code == 403
        assert stranger.get(f"{NEWSROOM}{path}").status_code == 302
