"""Profiles: made once per name, changed by those who may, tied to a login by the chief alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound
from cms.core.events import Event, deliver_due
from cms.people import queries, service
from cms.people.models import Person
from cms.policy import SYSTEM
from cms.publication.models import Published, PublishedPerson
from cms.wiring import Services
from tests.factories import House, make_live, make_person, make_user


def facts(person: Person, **changed: Any) -> dict[str, Any]:
    """Return what the profile's form would hand in, with changes."""
    return {
        "seen": person.version,
        "name": person.name,
        "headline": person.headline,
        "employer": person.employer,
        "bio": person.bio,
        "links": person.links,
        "expertise": person.expertise,
        "affiliations": [
            {"title": a.title, "organisation": a.organisation, "since": a.since, "until": a.until}
            for a in person.affiliations
        ],
        "portrait_id": person.portrait_id,
        **changed,
    }


def change(db: Session, actor: Any, person: Person, **changed: Any) -> None:
    with transaction(db):
        service.change(db, actor, person, **facts(person, **changed))


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("person.")).order_by(Event.id)))


def test_a_profile_is_made_with_all_that_is_known(db: Session, house: House) -> None:
    with transaction(db):
        person = service.add(
            db, house.writer, name=" Marit\nOduya-Lind ", headline="Head of time", employer="Northlight",
            bio="Keeps  clocks.\r\n\r\n\r\nRuns at\nnight.", expertise=["Clocks", "clocks", " ", "Leap seconds"],
            links=[{"label": "", "url": "www.northlight.example/marit"}, {"label": "Talks", "url": ""}],
            affiliations=[
                {"title": "Engineer", "organisation": "Harbour", "since": "2009", "until": "2014"}, {"title": " "},
            ],
        )  # fmt: skip
    found = queries.get(db, person.id)
    assert (found.name, found.slug, found.standing) == (
        "Marit Oduya-Lind",
        "marit-oduya-lind-2",
        "Head of time, Northlight",
    )
    assert found.bio == "Keeps clocks.\n\nRuns at night."
    assert found.expertise == ["Clocks", "Leap seconds"]
    assert found.links == [{"label": "northlight.example", "url": "https://www.northlight.example/marit"}]
    assert [(a.title, a.organisation, a.since, a.until) for a in found.affiliations] == [
        ("Engineer", "Harbour", "2009", "2014")
    ]
    assert names(db) == ["person.added"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": " \u202e "}),
        ("name", {"name": "x" * 121}),
        ("headline", {"headline": "x" * 161}),
        ("bio", {"bio": "x" * 4001}),
        ("links", {"links": [{"label": "me", "url": "javascript:alert(1)"}]}),
        ("links", {"links": [{"label": "me", "url": "data:text/html,x"}]}),
        ("links", {"links": [{"label": "me", "url": "https://"}]}),
        ("links", {"links": [{"label": "me", "url": "https://a b.example"}]}),
        ("links", {"links": [{"label": "me", "url": "http://[::1"}]}),
        ("links", {"links": [{"label": str(n), "url": f"https://{n}.example"} for n in range(11)]}),
        ("expertise", {"expertise": [str(n) for n in range(13)]}),
        ("affiliations", {"affiliations": [{"title": "x", "since": "x" * 21}]}),
        ("slug", {"slug": "Not A Slug"}),
    ],
)
def test_what_is_wrong_is_named(db: Session, house: House, field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught, transaction(db):
        service.add(db, house.writer, **{"name": "Somebody", **wrong})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("Zoë Müller-Ångström", "zoe muller-angstrom"),
        ("Zoe Muller-Angstrom", "ZOË MÜLLER\u2011ÅNGSTRÖM"),
        ("Bjørn Łukasz", "Bjorn  Lukasz"),
        ("Aoife O\u2019Brien", "Aoife O'Brien"),
        ("İrem Işık", "irem isik"),
        ("王伟", "王伟"),
    ],
)
def test_a_name_is_found_however_it_is_written(db: Session, house: House, known: str, asked: str) -> None:
    with transaction(db):
        first = service.add(db, house.writer, name=known)
    with transaction(db):
        assert service.find_or_add(db, house.writer, asked) is first


def test_another_name_with_the_same_letters_is_another_person(db: Session, house: House) -> None:
    with transaction(db):
        first = service.find_or_add(db, house.writer, "王伟")
        second = service.find_or_add(db, house.writer, "Wang Wei")
        third = service.find_or_add(db, house.writer, "王 薇")
    assert len({first.id, second.id, third.id}) == 3
    assert len({first.slug, second.slug, third.slug}) == 3


def test_a_name_is_found_after_its_address_was_changed(db: Session, house: House) -> None:
    with transaction(db):
        person = service.add(db, house.writer, name="Renée Faß")
    change(db, house.chief, person, slug="the-printer")
    with transaction(db):
        assert service.find_or_add(db, house.writer, "renee fass") is person


def test_of_two_of_one_name_the_one_known_longest_is_found(db: Session, house: House) -> None:
    with transaction(db):
        first = service.add(db, house.writer, name="Maria Santos")
        second = service.add(db, house.writer, name="Maria Santos")
    assert second.slug == "maria-santos-2"
    assert queries.named(db, "MARIA SANTOS") is first


def test_one_changes_oneself_and_editors_change_everybody(db: Session, house: House) -> None:
    author, expert = house.author.id, house.expert.id
    change(db, house.writer, queries.get(db, author), headline="Chief of clocks")
    for actor, person_id in ((house.writer, expert), (house.other_writer, author), (house.admin, author)):
        with pytest.raises(Forbidden):
            change(db, actor, queries.get(db, person_id), headline="Not theirs")
    change(db, house.other_editor, queries.get(db, expert), headline="Head of seconds")
    assert names(db) == ["person.changed", "person.changed"]


def test_a_stale_profile_overwrites_nothing(db: Session, house: House) -> None:
    author = queries.get(db, house.author.id)
    stale = facts(author, headline="Mine")
    change(db, house.editor, author, headline="The editor's")
    with pytest.raises(Conflict), transaction(db):
        service.change(db, house.writer, author, **stale)
    assert queries.get(db, author.id).headline == "The editor's"


def test_a_change_of_places_alone_moves_the_version(db: Session, house: House) -> None:
    author = queries.get(db, house.author.id)
    seen = author.version
    change(db, house.writer, author, affiliations=[{"title": "Engineer", "organisation": "Harbour"}])
    assert author.version == seen + 1
    change(db, house.writer, author)
    assert author.version == seen + 1, "the same again is no change"
    change(db, house.writer, author, affiliations=[])
    assert queries.get(db, author.id).affiliations == []
    assert names(db) == ["person.changed", "person.changed"]


def test_an_address_is_changed_to_a_free_one(db: Session, house: House) -> None:
    author = queries.get(db, house.author.id)
    with pytest.raises(Invalid) as caught:
        change(db, house.editor, author, slug=house.expert.slug)
    assert caught.value.field == "slug"
    change(db, house.editor, queries.get(db, house.author.id), slug="ilse")
    assert queries.get(db, house.author.id).slug == "ilse"


def test_live_pieces_and_lists_show_the_new_name(services: Services, db: Session, house: House) -> None:
    piece = make_live(db, house)
    change(db, house.writer, queries.get(db, house.author.id), name="Ilse Varnholt-Ek", headline="Editor at large")
    deliver_due(services.sessions, services.reactions)
    byline = db.get_one(Published, piece.id, populate_existing=True).bylines[0]
    assert byline["name"] == "Ilse Varnholt-Ek"
    assert byline["affiliation"] == "Senior writer, Overscan", "what was true then stays"
    shown = db.get_one(PublishedPerson, house.author.id, populate_existing=True)
    assert (shown.name, shown.headline) == ("Ilse Varnholt-Ek", "Editor at large")


def test_only_the_chief_says_whose_face_it_is(db: Session, house: House) -> None:
    face = make_person(db, "Somebody")
    for actor in (house.writer, house.editor, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            service.link(db, actor, face, actor.id)
    with pytest.raises(Forbidden), transaction(db):
        service.add(db, house.other_writer, name="Me", user_id=house.other_writer.id)
    with transaction(db):
        service.link(db, house.chief, face, house.other_writer.id)
    assert queries.behind(db, house.other_writer.id) is face
    event = db.scalars(select(Event).where(Event.name == "person.linked")).one()
    assert event.details == {"before": None, "after": house.other_writer.id}


def test_a_login_has_one_face(db: Session, house: House) -> None:
    face = make_person(db, "Somebody")
    with pytest.raises(Invalid, match="Ilse Varnholt already"), transaction(db):
        service.link(db, house.chief, face, house.writer.id)
    with pytest.raises(NotFound), transaction(db):
        service.link(db, house.chief, face, 999)
    with transaction(db):
        service.link(db, house.chief, house.author, None)
        service.link(db, house.chief, face, house.writer.id)
    assert queries.behind(db, house.writer.id) is face


def test_the_machine_may_make_a_face_with_its_login(db: Session) -> None:
    user = make_user(db)
    with transaction(db):
        person = service.add(db, SYSTEM, name="Somebody", user_id=user.id)
    assert person.user_id == user.id


def test_the_directory_is_searched_without_accents(db: Session, house: House) -> None:
    with transaction(db):
        zoe = service.add(db, SYSTEM, name="Zoë Ångström", employer="Harbour Institute", expertise=["Atomic clocks"])
    for words in ("zoe", "ZOË", "angstrom", "harbour zoe", "atomic"):
        assert [p.id for p in db.scalars(queries.directory(words))] == [zoe.id], words
    assert [p.name for p in db.scalars(queries.directory())] == ["Ilse Varnholt", "Marit Oduya-Lind", "Zoë Ångström"]
    assert db.scalars(queries.directory("100% nobody_")).all() == []
