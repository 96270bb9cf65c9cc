"""What the edition does when something that it copied has changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.people import queries as people
from cms.people import service as profiles
from cms.policy import SYSTEM
from cms.publication.models import Published, PublishedPerson, PublishedSeries
from cms.taxonomy import queries as taxonomy
from cms.taxonomy import service as sections
from cms.wiring import Services
from cms.worker import turn
from tests.conftest import Client
from tests.factories import House, make_live


def settle(services: Services, db: Session) -> None:
    while turn(services):
        pass
    db.rollback()
    db.expire_all()


def rename(db: Session, house: House, name: str) -> None:
    with transaction(db):
        person = people.get(db, house.author.id)
        profiles.change(
            db, house.chief, person, seen=person.version, name=name, slug=person.slug, headline="Editor at large",
            employer="Overscan", bio="", links=[], expertise=[], affiliations=[], portrait_id=None,
        )  # fmt: skip


def test_a_new_name_reaches_pages_lists_series_and_search(
    services: Services, db: Session, house: House, reader: Client
) -> None:
    article = make_live(db, house, headline="The tide gauge")
    with transaction(db):
        series = interviews.add_series(db, SYSTEM, title="Tides", host_id=house.author.id)
        interviews.place(db, SYSTEM, series, article.id, part=1)
    settle(services, db)
    rename(db, house, "Ilse Varnholt-Grey")
    settle(services, db)
    assert db.get_one(Published, article.id).bylines[0]["name"] == "Ilse Varnholt-Grey"
    assert db.get_one(PublishedPerson, house.author.id).headline == "Editor at large"
    assert db.get_one(PublishedSeries, series.id).host["name"] == "Ilse Varnholt-Grey"
    page = reader.get("/search?q=tide").get_data(as_text=True)
    assert "Varnholt-Grey" in page


def test_a_renamed_section_reaches_what_is_live(services: Services, db: Session, house: House) -> None:
    article = make_live(db, house)
    with transaction(db):
        section = taxonomy.get_section(db, house.section.id)
        sections.change_section(
            db, house.chief, section, name="Machines", slug="machines", description="", desk_id=section.desk_id
        )
    settle(services, db)
    row = db.get_one(Published, article.id)
    assert (row.section_name, row.section_slug) == ("Machines", "machines")
