"""Logins from the console."""

from __future__ import annotations

import re

from sqlalchemy import select

from cms.accounts import queries
from cms.accounts import service as accounts
from cms.accounts.models import User
from cms.core import passwords
from cms.core.db import transaction
from cms.core.events import Event
from cms.vocabulary import Role
from cms.wiring import Services
from tests.cli.conftest import Cms
from tests.factories import make_desk, make_user

GOOD = "lantern quarry velvet 41"


def test_a_login_is_made_with_a_suggested_password(cms: Cms, services: Services) -> None:
    with services.sessions() as db:
        make_desk(db, "Systems desk")
    done = cms("users", "add", "Noor@Galley.Example", "--name", "Noor", "--role", "editor", "--desk", "Systems desk",
               "--suggest")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Noor may sign in as noor@galley.example (editor)." in done.output
    password = re.search(r"Password: (\S+)", done.output)
    assert password is not None
    with services.sessions() as db:
        user = queries.by_email(db, "noor@galley.example")
        assert user is not None
        assert passwords.verify(user.password_hash, password[1])
        assert [desk.name for desk in user.desks] == ["Systems desk"]
        assert db.scalars(select(Event.actor_role).where(Event.name == "user.added")).all() == ["system"]


def test_the_password_is_asked_for_and_not_shown(cms: Cms, services: Services) -> None:
    done = cms("users", "add", "ada@galley.example", "--name", "Ada", "--role", "admin", input=f"{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0, done.output
    assert GOOD not in done.output


def test_a_password_cannot_stand_on_the_command_line(cms: Cms) -> None:
    done = cms("users", "add", "ada@galley.example", "--name", "Ada", "--role", "admin", "--password", GOOD)
    assert done.exit_code == 2


def test_what_cannot_be_is_said_in_a_sentence(cms: Cms, services: Services) -> None:
    for words, said in (
        (("add", "nobody", "--name", "N", "--role", "writer", "--suggest"), "That is not a mail address."),
        (("add", "a@b.example", "--name", "N", "--role", "editor", "--desk", "Nowhere", "--suggest"),
         "There is no desk 'Nowhere'. There are: none yet."),
        (("disable", "a@b.example"), "There is no login a@b.example."),
        (("reset", "a@b.example"), "There is no login a@b.example."),
    ):  # fmt: skip
        done = cms("users", *words)
        assert (done.exit_code, said in done.output) == (1, True), done.output


def test_a_weak_password_is_refused(cms: Cms, services: Services) -> None:
    done = cms("users", "add", "a@b.example", "--name", "A", "--role", "writer", input="galley-demo\ngalley-demo\n")
    assert done.exit_code == 1
    assert "A password has 12 to 256 characters." in done.output


def test_disable_enable_and_reset(cms: Cms, services: Services) -> None:
    with services.sessions() as db:
        user = make_user(db, Role.WRITER, name="Ilse")
        with transaction(db):
            token = accounts.begin_session(db, user)
    assert cms("users", "disable", user.email).exit_code == 0
    with services.sessions() as db:
        assert accounts.session_for(db, token) is None
    assert re.search(rf"{user.email} +writer +Ilse +disabled", cms("users", "list").output)
    assert cms("users", "enable", user.email).exit_code == 0
    done = cms("users", "reset", user.email, input=f"{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0, done.output
    with services.sessions() as db:
        assert passwords.verify(db.scalars(select(User.password_hash)).one(), GOOD)


def test_the_last_administrator_stays(cms: Cms, services: Services) -> None:
    with services.sessions() as db:
        admin = make_user(db, Role.ADMIN)
    done = cms("users", "disable", admin.email)
    assert (done.exit_code, done.output) == (1, "Error: This is the last administrator. Add another one first.\n")


def test_an_empty_list_says_how_to_begin(cms: Cms, services: Services) -> None:
    assert "cms users add you@example.org --role admin" in cms("users", "list").output
