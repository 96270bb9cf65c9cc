"""Logins: made, given another role, closed and opened, and passwords that are shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts import queries, service
from cms.accounts.models import User
from cms.core import passwords
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.core.events import Event
from cms.vocabulary import Role
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House, make_user

USERS = "/newsroom/users"


def fresh(db: Session, user_id: int) -> User:
    db.rollback()
    db.expire_all()
    return queries.get(db, user_id)


def told(answer: Any) -> str:
    found = re.search(r'class="secret__words">([^<]+)<', answer.get_data(as_text=True))
    assert found
    return found[1]


def test_a_login_is_made_and_its_password_shown_once(admin: Client, db: Session, house: House) -> None:
    data = {
        "name": "Ravel Quispe",
        "email": "Ravel@Galley.test",
        "role": "editor",
        "desk_ids": [str(house.practice.id)],
    }
    answer = admin.post(f"{USERS}/new", data=data)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    user = queries.by_email(db, "ravel@galley.test")
    assert user
    assert (user.role, user.desk_ids) == (Role.EDITOR, {house.practice.id})
    password = told(answer)
    assert passwords.verify(user.password_hash, password)
    for path in ("", f"/{user.id}"):
        assert password not in admin.get(f"{USERS}{path}").get_data(as_text=True)
    assert not any(password in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert password not in str([event.details for event in db.scalars(select(Event))])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "A login needs a name."),
        ({"email": "nobody"}, "That is not a mail address."),
        ({"email": "a@b.test\r\nBcc: c@d.test"}, "That is not a mail address."),
        ({"role": "system"}, "Choice"),
        ({"role": "nonsense"}, "Choice"),
        ({"desk_ids": ["99"]}, "not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    admin: Client, db: Session, house: House, changed: dict[str, Any], sentence: str
) -> None:
    before = len(db.scalars(select(User)).all())
    data = {"name": "Ravel", "email": "ravel@galley.test", "role": "writer", **changed}
    answer = admin.post(f"{USERS}/new", data=data)
    assert answer.status_code == 422
    assert sentence.lower() in answer.get_data(as_text=True).lower()
    assert len(db.scalars(select(User)).all()) == before


def test_another_role_signs_them_out(admin: Client, writer: Client, db: Session, house: House) -> None:
    assert writer.get("/newsroom/").status_code == 200
    data = {"role": "editor", "desk_ids": [str(house.systems.id)]}
    assert admin.post(f"{USERS}/{house.writer.id}/role", data=data).status_code == 302
    user = fresh(db, house.writer.id)
    assert (user.role, user.desk_ids) == (Role.EDITOR, {house.systems.id})
    assert writer.get("/newsroom/").status_code == 302, "the old session is over"
    event = db.scalars(select(Event).where(Event.name == "user.role_changed")).one()
    assert event.details["before"] == {"role": "writer", "desks": []}
    assert event.details["after"] == {"role": "editor", "desks": [house.systems.id]}


def test_other_desks_sign_them_out_and_the_same_again_does_nothing(
    admin: Client, editor: Client, db: Session, house: House
) -> None:
    path, same = f"{USERS}/{house.editor.id}/role", {"role": "editor", "desk_ids": [str(house.systems.id)]}
    assert admin.post(path, data=same).status_code == 302
    assert editor.get("/newsroom/").status_code == 200
    assert admin.post(path, data={"role": "editor"}).status_code == 302
    assert fresh(db, house.editor.id).desk_ids == frozenset()
    assert editor.get("/newsroom/").status_code == 302


def test_the_last_administrator_stays_one(admin: Client, db: Session, house: House) -> None:
    for path, data in (
        (f"{USERS}/{house.admin.id}/role", {"role": "writer"}),
        (f"{USERS}/{house.admin.id}/disable", {}),
    ):
        answer = admin.post(path, data=data, follow_redirects=True)
        assert "This is the last administrator." in answer.get_data(as_text=True)
    assert fresh(db, house.admin.id).role is Role.ADMIN
    assert fresh(db, house.admin.id).is_active


def test_of_two_administrators_who_take_each_others_role_one_remains(
    services: Services, db: Session, house: House
) -> None:
    second = make_user(db, Role.ADMIN)
    with services.sessions() as other:
        mine = queries.get(other, house.admin.id)
        theirs = queries.get(db, second.id)
        with transaction(db):
            service.change_role(db, house.admin, theirs, role=Role.WRITER, desk_ids=())
        with pytest.raises(Forbidden, match="last administrator"), transaction(other):
            service.change_role(other, second, mine, role=Role.WRITER, desk_ids=())
    assert fresh(db, house.admin.id).role is Role.ADMIN


def test_a_closed_administrator_does_not_count(db: Session, house: House) -> None:
    second = make_user(db, Role.ADMIN)
    with transaction(db):
        service.disable(db, house.admin, queries.get(db, second.id))
    with pytest.raises(Forbidden), transaction(db):
        service.change_role(db, house.admin, queries.get(db, house.admin.id), role=Role.CHIEF, desk_ids=())
    with transaction(db):
        service.change_role(db, house.admin, queries.get(db, second.id), role=Role.WRITER, desk_ids=())


def test_roles_are_those_of_the_staff(db: Session, house: House) -> None:
    for role in (Role.SYSTEM, Role.READER):
        with pytest.raises(Invalid), transaction(db):
            service.change_role(db, house.admin, queries.get(db, house.writer.id), role=role, desk_ids=())
    for actor in (house.writer, house.editor, house.chief):
        with pytest.raises(Forbidden), transaction(db):
            service.change_role(db, actor, queries.get(db, house.writer.id), role=Role.ADMIN, desk_ids=())


def test_a_forgotten_password_is_replaced_and_shown_once(
    admin: Client, writer: Client, db: Session, house: House
) -> None:
    answer = admin.post(f"{USERS}/{house.writer.id}/password")
    password = told(answer)
    assert passwords.verify(fresh(db, house.writer.id).password_hash, password)
    assert writer.get("/newsroom/").status_code == 302
    again = told(admin.post(f"{USERS}/{house.writer.id}/password"))
    assert again != password


def test_a_login_is_closed_and_opened(admin: Client, writer: Client, db: Session, house: House) -> None:
    assert admin.post(f"{USERS}/{house.writer.id}/disable").status_code == 302
    assert writer.get("/newsroom/").status_code == 302
    assert "Open the login" in admin.get(f"{USERS}/{house.writer.id}").get_data(as_text=True)
    assert "5 are open, 1 closed" in " ".join(
        admin.get(USERS).get_data(as_text=True).replace("Five logins", "5").split()
    )
    assert admin.post(f"{USERS}/{house.writer.id}/enable").status_code == 302
    assert fresh(db, house.writer.id).is_active


def test_nobody_else_has_a_door_to_it(chief: Client, editor: Client, house: House, db: Session) -> None:
    for client in (chief, editor):
        assert client.get(USERS).status_code == 403
        for path in ("/new", f"/{house.writer.id}/role", f"/{house.writer.id}/password", f"/{house.writer.id}/disable"):
            assert client.post(f"{USERS}{path}", data={"role": "admin"}).status_code == 403
    assert fresh(db, house.writer.id).is_active
