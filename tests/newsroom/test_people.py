"""The directory and the profiles: what they show, what they store, and what they refuse."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.media.models import Asset
from cms.people import queries, service
from cms.people.models import Person
from tests.conftest import Client, Queries
from tests.factories import House, make_article, make_live, make_person
from tests.media.drawings import SVG, photo

PEOPLE = "/newsroom/people"


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def sent(person: Person, **changed: Any) -> dict[str, Any]:
    return {"seen": str(person.version), "name": person.name, "slug": person.slug, **changed}


def fresh(db: Session, person_id: int) -> Person:
    db.rollback()  # leaves the snapshot that was read before
    db.expire_all()
    return queries.get(db, person_id)


def test_the_directory_lists_everybody_and_finds_them_without_accents(
    writer: Client, house: House, db: Session
) -> None:
    make_person(db, "Zoë Ångström")
    with transaction(db):
        db.get_one(Person, queries.named(db, "Zoe Angstrom").id).slug = "zoe-angstrom"  # type: ignore[union-attr]
    assert "Three people." in page(writer, PEOPLE)
    found = page(writer, f"{PEOPLE}?q=angstrom")
    assert "Zoë Ångström" in found
    assert "Marit" not in found
    assert "Nobody like that" in page(writer, f"{PEOPLE}?q=xyz")


def test_an_empty_directory_says_what_will_be_there(admin: Client, db: Session, house: House) -> None:
    with transaction(db):
        db.delete(house.author)
        db.delete(house.expert)
    assert "Nobody yet" in page(admin, PEOPLE)


def test_the_directory_costs_the_same_however_long_it_is(writer: Client, db: Session, queries: Queries) -> None:
    for number in range(30):
        make_person(db, f"Person {number}")
    page(writer, PEOPLE)
    with queries.at_most(11):
        page(writer, PEOPLE)


def test_a_profile_begins_with_a_name(writer: Client, db: Session) -> None:
    answer = writer.post(f"{PEOPLE}/new", data={"name": "Yusra Tammsalu-Grey", "headline": "Compiler lead"})
    assert answer.status_code == 302
    person = queries.named(db, "yusra tammsalu-grey")
    assert person
    assert answer.location.endswith(f"/people/{person.id}")
    assert "A profile needs a name." in writer.post(f"{PEOPLE}/new", data={"name": ""}).get_data(as_text=True)


def test_a_second_profile_of_one_name_asks_first(writer: Client, db: Session, house: House) -> None:
    answer = writer.post(f"{PEOPLE}/new", data={"name": "marit oduya-lind"})
    assert answer.status_code == 409
    assert "There is a profile of" in answer.get_data(as_text=True)
    assert writer.post(f"{PEOPLE}/new", data={"name": "Marit Oduya-Lind", "another": "yes"}).status_code == 302


def test_one_changes_ones_own_profile(writer: Client, db: Session, house: House) -> None:
    author = house.author
    data = sent(author, headline="Chief of clocks", bio="One.\n\nTwo.", expertise="Clocks\nPower\n") | {
        "links-0-label": "", "links-0-url": "ilse.example", "links-1-label": "", "links-1-url": "",
        "affiliations-0-title": "Engineer", "affiliations-0-organisation": "Harbour", "affiliations-0-since": "2009",
        "affiliations-0-until": "",
    }  # fmt: skip
    assert writer.post(f"{PEOPLE}/{author.id}", data=data).status_code == 302
    found = fresh(db, author.id)
    assert (found.headline, found.bio, found.expertise) == ("Chief of clocks", "One.\n\nTwo.", ["Clocks", "Power"])
    assert found.links == [{"label": "ilse.example", "url": "https://ilse.example"}]
    assert [a.organisation for a in found.affiliations] == ["Harbour"]
    shown = page(writer, f"{PEOPLE}/{author.id}")
    assert 'value="Harbour"' in shown
    assert 'name="affiliations-2-title"' in shown, "rows to write in"


def test_others_read_a_profile_and_cannot_change_it(
    writer: Client, editor: Client, admin: Client, db: Session, house: House
) -> None:
    path = f"{PEOPLE}/{house.expert.id}"
    assert "Save the profile" not in page(writer, path)
    assert "Save the profile" in page(editor, path)
    assert writer.post(path, data=sent(house.expert, name="Mine")).status_code == 403
    assert admin.post(path, data=sent(house.expert, name="Mine")).status_code == 403
    assert fresh(db, house.expert.id).name == "Marit Oduya-Lind"


def test_a_stale_profile_says_so_and_keeps_what_was_typed(editor: Client, db: Session, house: House) -> None:
    stale = sent(house.expert, bio="My long words about her.")
    assert editor.post(f"{PEOPLE}/{house.expert.id}", data=sent(house.expert, headline="First")).status_code == 302
    answer = editor.post(f"{PEOPLE}/{house.expert.id}", data=stale)
    assert answer.status_code == 409
    assert "Somebody changed this profile while you did" in answer.get_data(as_text=True)
    assert "My long words about her." in answer.get_data(as_text=True)
    assert fresh(db, house.expert.id).headline == "First"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"links-0-url": "javascript:alert(1)"}, "no address on the web"),
        ({"slug": "ilse-varnholt"}, "Somebody else has that address."),
        ({"slug": "Not A Slug"}, "small letters"),
        ({"headline": "x" * 170}, "160 is the most"),
        ({"name": ""}, "A profile needs a name."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    editor: Client, house: House, changed: dict[str, str], sentence: str
) -> None:
    answer = editor.post(f"{PEOPLE}/{house.expert.id}", data=sent(house.expert, **changed))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_fields_that_are_no_part_of_the_form_change_nothing(writer: Client, db: Session, house: House) -> None:
    data = sent(house.author, headline="New", user_id=str(house.chief.id), portrait_id="99", version="99", id="99")
    assert writer.post(f"{PEOPLE}/{house.author.id}", data=data).status_code == 302
    found = fresh(db, house.author.id)
    assert (found.headline, found.user_id, found.portrait_id) == ("New", house.writer.id, None)


def test_only_the_chief_ties_a_login(writer: Client, editor: Client, chief: Client, db: Session, house: House) -> None:
    path = f"{PEOPLE}/{house.expert.id}/login"
    for client in (writer, editor):
        assert client.post(path, data={"user_id": str(house.other_writer.id)}).status_code == 403
    assert fresh(db, house.expert.id).user_id is None
    assert chief.post(path, data={"user_id": str(house.writer.id)}).status_code == 422, "that one has a face"
    assert chief.post(path, data={"user_id": str(house.other_writer.id)}).status_code == 302
    assert fresh(db, house.expert.id).user_id == house.other_writer.id
    assert chief.post(path, data={"user_id": ""}).status_code == 302
    assert fresh(db, house.expert.id).user_id is None


def test_a_portrait_is_sent_in_chosen_and_taken_off(writer: Client, db: Session, house: House) -> None:
    path = f"{PEOPLE}/{house.author.id}/portrait"
    file = {"file": (io.BytesIO(photo()), "me.jpg"), "alt": "Ilse", "credit": "Teodor"}
    assert writer.post(path, data=file, content_type="multipart/form-data").status_code == 302
    asset_id = fresh(db, house.author.id).portrait_id
    assert asset_id
    assert db.get_one(Asset, asset_id).alt == "Ilse"
    assert "In use here" in page(writer, path)
    assert writer.post(path, data={}).status_code == 302
    assert fresh(db, house.author.id).portrait_id is None
    assert writer.post(path, data={"asset_id": str(asset_id)}).status_code == 302
    assert fresh(db, house.author.id).portrait_id == asset_id
    assert writer.post(path, data={"asset_id": "999"}).status_code == 404


def test_a_portrait_that_is_refused_says_why(
    writer: Client, db: Session, house: House, app: Any, services: Any
) -> None:
    path = f"{PEOPLE}/{house.author.id}/portrait"
    answer = writer.post(path, data={"file": (io.BytesIO(SVG), "me.svg")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "SVG drawings can carry programs" in answer.get_data(as_text=True)
    assert list(services.storage.keys()) == []


def test_nobody_gives_somebody_else_a_face(writer: Client, db: Session, house: House, services: Any) -> None:
    path = f"{PEOPLE}/{house.expert.id}/portrait"
    assert writer.get(path).status_code == 403
    answer = writer.post(path, data={"file": (io.BytesIO(photo()), "me.jpg")}, content_type="multipart/form-data")
    assert answer.status_code == 403
    assert list(services.storage.keys()) == [], "no work was done for it"


def test_a_profile_lists_only_pieces_that_one_may_read(client_as: Any, db: Session, house: House) -> None:
    draft = make_article(db, house, headline="A draft of Ilse's", slug="a-draft")
    make_live(db, house, headline="A live one", slug="a-live-one")
    path = f"{PEOPLE}/{house.author.id}"
    assert "A draft of Ilse" in page(client_as(house.writer), path)
    assert "A draft of Ilse" not in page(client_as(house.other_writer), path)
    assert "A draft of Ilse" not in page(client_as(house.admin), path)
    assert draft.id


def test_names_are_words_wherever_they_stand(editor: Client, db: Session, house: House) -> None:
    name = "<img src=x onerror=alert(1)>"
    with transaction(db):
        person = service.add(db, house.editor, name=name, headline=name, bio=name, expertise=[name])
    for path in (PEOPLE, f"{PEOPLE}/{person.id}", f"{PEOPLE}/{person.id}/portrait", f"{PEOPLE}?q=%3Cimg"):
        found = page(editor, path)
        assert "<img src=x" not in found
        assert "&lt;img src=x" in found
