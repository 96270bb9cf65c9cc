"""Logins: the same answer for everybody, sessions that end when they should, limits that strangers cannot turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts import queries, rules, service
from cms.accounts.models import LoginSession, User
from cms.accounts.service import Source
from cms.core import passwords
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid, TooMany
from cms.core.secrets import token_hash
from cms.policy import SYSTEM
from cms.vocabulary import Role
from tests.conftest import SECRET, Frozen
from tests.factories import PASSWORD, House, make_user

HOME = Source("203.0.113.0/24", device="the owner's laptop")
ELSEWHERE = Source("198.51.100.0/24")


def enter(db: Session, email: str, password: str, source: Source = HOME) -> str | None:
    service.check_tries(db, SECRET, email, source)
    user = service.known_by(db, email, password)
    with transaction(db):
        return service.sign_in(db, SECRET, email, user, source)


def test_the_right_password_begins_a_session_of_which_only_the_hash_is_stored(db: Session) -> None:
    user = make_user(db)
    token = enter(db, user.email.upper(), PASSWORD)
    assert token
    row = db.scalars(select(LoginSession)).one()
    assert (row.user_id, row.token_hash) == (user.id, token_hash(token))
    found = service.session_for(db, token)
    assert found
    assert found.user.id == user.id


@pytest.mark.parametrize(
    ("email", "password"), [("nobody@galley.test", PASSWORD), ("", PASSWORD), ("a@b\r\nBcc: c", "x")]
)
def test_an_unknown_name_is_refused_like_a_wrong_password(db: Session, email: str, password: str) -> None:
    make_user(db)
    assert enter(db, email, password) is None


def test_a_wrong_password_and_a_huge_one_are_refused(db: Session) -> None:
    user = make_user(db)
    assert enter(db, user.email, "wrong but long enough") is None
    assert enter(db, user.email, "x" * 1_000_000) is None


def test_a_disabled_login_is_refused_at_once_and_its_sessions_end(db: Session, house: House) -> None:
    token = enter(db, house.writer.email, PASSWORD)
    assert token
    with transaction(db):
        service.disable(db, SYSTEM, house.writer)
    assert service.session_for(db, token) is None
    assert enter(db, house.writer.email, PASSWORD) is None


def test_a_session_ends_after_half_an_hour_of_silence(db: Session, frozen: Frozen) -> None:
    token = enter(db, make_user(db).email, PASSWORD) or ""
    frozen.forward(minutes=29)
    found = service.session_for(db, token)
    assert found
    with transaction(db):
        service.touch(db, found)
    frozen.forward(minutes=29)
    assert service.session_for(db, token)
    frozen.forward(minutes=2)
    assert service.session_for(db, token) is None


def test_a_session_ends_after_twelve_hours_however_busy(db: Session, frozen: Frozen) -> None:
    token = enter(db, make_user(db).email, PASSWORD) or ""
    for _ in range(12 * 3 - 1):
        frozen.forward(minutes=20)
        found = service.session_for(db, token)
        assert found
        with transaction(db):
            service.touch(db, found)
    frozen.forward(minutes=21)
    assert service.session_for(db, token) is None


def test_signing_out_makes_the_token_worthless(db: Session) -> None:
    token = enter(db, make_user(db).email, PASSWORD) or ""
    with transaction(db):
        service.sign_out(db, token)
    assert service.session_for(db, token) is None


def test_a_new_password_ends_every_session(db: Session) -> None:
    user = make_user(db)
    tokens = [enter(db, user.email, PASSWORD) or "" for _ in range(3)]
    with transaction(db):
        service.change_password(db, queries.get(db, user.id), old=PASSWORD, new="estuary pewter basalt")
    assert [service.session_for(db, token) for token in tokens] == [None, None, None]
    assert enter(db, user.email, PASSWORD) is None
    assert enter(db, user.email, "estuary pewter basalt")


def test_the_present_password_is_asked_for(db: Session) -> None:
    user = make_user(db)
    with pytest.raises(Invalid, match="present password"), transaction(db):
        service.change_password(db, user, old="wrong", new="estuary pewter basalt")


def test_after_ten_failures_strangers_wait_and_the_owner_does_not(db: Session, frozen: Frozen) -> None:
    user = make_user(db)
    assert enter(db, user.email, PASSWORD, HOME)
    for _ in range(rules.PER_ACCOUNT):
        assert enter(db, user.email, "a guess of the stranger", ELSEWHERE) is None
    with pytest.raises(TooMany) as caught:
        enter(db, user.email, PASSWORD, ELSEWHERE)
    assert 0 < caught.value.retry_after <= 15 * 60
    assert enter(db, user.email, PASSWORD, HOME), "the owner's own device has a count of its own"
    frozen.forward(minutes=15, seconds=1)
    assert enter(db, user.email, PASSWORD, ELSEWHERE), "nobody is kept out for longer than the window"


def test_one_source_cannot_try_every_account(db: Session, frozen: Frozen) -> None:
    for number in range(rules.PER_SOURCE):
        enter(db, f"name{number}@galley.test", "Autumn leaves 2026", ELSEWHERE)
    with pytest.raises(TooMany):
        enter(db, "another@galley.test", "Autumn leaves 2026", ELSEWHERE)


def test_a_try_beyond_the_limit_costs_no_hashing(db: Session, frozen: Frozen, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(db)
    hashed: list[int] = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *a: hashed.append(1) or verify(*a))  # type: ignore[func-returns-value]
    for _ in range(50):
        try:
            enter(db, user.email, "a guess of the stranger", ELSEWHERE)
        except TooMany:
            continue
    assert len(hashed) == rules.PER_ACCOUNT


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 257,
        "aaaaaaaaaaaaaa",
        "Password2026!",
        "Galley-2026-2026",
        "varnholt-12345",
        "123456789012",
        "Overscan 2026!",
    ],
)
def test_passwords_that_others_would_try_first_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_password(password, context=("ilse.varnholt@galley.test", "Ilse Varnholt", "galley", "Overscan"))
    assert caught.value.field == "password"
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize(
    "password", [PASSWORD, "estuary pewter basalt", "kx8#Qm2$vLp9@wZ4", "日本語の合言葉は長いほうがよい"]
)
def test_good_passwords_are_taken(password: str) -> None:
    rules.check_password(password, context=("ilse.varnholt@galley.test", "Ilse Varnholt", "galley"))


def test_suggested_passwords_are_good_and_differ() -> None:
    found = {service.suggest_password() for _ in range(50)}
    assert len(found) == 50
    for password in found:
        rules.check_password(password, context=("galley",))


@pytest.mark.parametrize("email", ["", "nobody", "a b@c.d", "a@b,c@d", "a@b\nBcc:x@y", "x" * 300 + "@y.z"])
def test_what_is_no_address_is_refused(db: Session, email: str) -> None:
    with pytest.raises(Invalid), transaction(db):
        service.add_user(db, SYSTEM, email=email, name="N", role=Role.WRITER, password=PASSWORD)


def test_an_address_belongs_to_one_login(db: Session, house: House) -> None:
    with pytest.raises(Invalid, match="already"), transaction(db):
        service.add_user(db, SYSTEM, email=house.writer.email.upper(), name="N", role=Role.WRITER, password=PASSWORD)


def test_only_administrators_manage_logins(db: Session, house: House) -> None:
    for actor in (house.writer, house.editor, house.chief):
        with pytest.raises(Forbidden), transaction(db):
            service.add_user(db, actor, email="n@galley.test", name="N", role=Role.ADMIN, password=PASSWORD)
        with pytest.raises(Forbidden), transaction(db):
            service.disable(db, actor, house.writer)


def test_the_last_administrator_stays(db: Session, house: House) -> None:
    with pytest.raises(Forbidden, match="last administrator"), transaction(db):
        service.disable(db, house.admin, house.admin)
    second = make_user(db, Role.ADMIN)
    with transaction(db):
        service.disable(db, second, house.admin)
    assert db.get_one(User, house.admin.id).disabled_at


def test_old_sessions_and_tries_are_swept(db: Session, frozen: Frozen) -> None:
    enter(db, make_user(db).email, PASSWORD)
    enter(db, "nobody@galley.test", "wrong but long enough")
    frozen.at += timedelta(days=2)
    with transaction(db):
        service.sweep(db)
    assert db.scalars(select(LoginSession)).all() == []
    tries = db.scalars(select(service.SignInTry)).all()
    assert [found.succeeded for found in tries] == [True]
