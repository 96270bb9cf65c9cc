"""Signing in and out, one's own password and sessions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.accounts.models import LoginSession, SignInTry, User
from cms.core import clock
from cms.core.db import transaction
from tests.conftest import Client
from tests.factories import PASSWORD, House

SIGN_IN = "/newsroom/sign-in"


def test_the_right_password_opens_the_newsroom(stranger: Client, house: House) -> None:
    answer = stranger.post(SIGN_IN, data={"email": f" {house.writer.email.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/newsroom/")
    assert stranger.get("/newsroom/").status_code == 200


def test_signing_in_goes_on_where_one_was_stopped(stranger: Client, house: House) -> None:
    stopped = stranger.get("/newsroom/pieces?state=draft")
    page = stranger.get(stopped.location).get_data(as_text=True)
    carried = re.search(r'name="next" value="([^"]+)"', page)
    assert carried
    answer = stranger.post(
        SIGN_IN, data={"email": house.writer.email, "password": PASSWORD, "next": carried[1].replace("&amp;", "&")}
    )
    assert answer.location == "/newsroom/pieces?state=draft"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(stranger: Client, house: House, target: str) -> None:
    answer = stranger.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD, "next": target})
    assert answer.location == "/newsroom/"


def test_unknown_names_and_wrong_passwords_get_the_same_answer(stranger: Client, house: House) -> None:
    pages = []
    for email in (house.writer.email, "nobody@galley.test"):
        answer = stranger.post(SIGN_IN, data={"email": email, "password": "not the right words"})
        text = re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))
        pages.append((answer.status_code, answer.headers.get("Set-Cookie", "").partition("=")[0], text))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422
    assert "do not belong together" in pages[0][2]


def test_a_closed_login_stays_closed(stranger: Client, house: House, db: Session) -> None:
    with transaction(db):
        db.get_one(User, house.writer.id).disabled_at = clock.now()
    answer = stranger.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD})
    assert answer.status_code == 422


def test_too_many_tries_are_not_looked_at(stranger: Client, house: House, db: Session) -> None:
    wrong = {"email": house.writer.email, "password": "wrong wrong wrong"}
    for _ in range(10):
        assert stranger.post(SIGN_IN, data=wrong).status_code == 422
    answer = stranger.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many tries" in answer.get_data(as_text=True)
    assert db.scalar(select(func.count(SignInTry.id))) == 10


def test_a_known_device_is_not_locked_out_by_strangers(app: Flask, house: House) -> None:
    own, other = app.test_client(), app.test_client()
    assert isinstance(own, Client)
    assert isinstance(other, Client)
    assert own.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD}).status_code == 302
    assert own.post("/newsroom/sign-out").status_code == 302
    for _ in range(11):
        other.post(SIGN_IN, data={"email": house.writer.email, "password": "wrong wrong wrong"})
    assert other.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD}).status_code == 429
    assert own.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD}).status_code == 302


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(stranger: Client, house: House) -> None:
    answer = stranger.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD})
    cookies = {c.partition("=")[0]: c for c in answer.headers.getlist("Set-Cookie")}
    assert {"sid", "device"} <= set(cookies)
    for name in ("sid", "device"):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=Lax" in cookies[name]
    assert "Path=/newsroom/sign-in" in cookies["device"]


def test_signing_in_and_out_begin_with_a_new_secret(stranger: Client, house: House) -> None:
    with stranger.session_transaction("/newsroom/") as session:
        session["left_by_somebody"] = "x"
    stranger.post(SIGN_IN, data={"email": house.writer.email, "password": PASSWORD})
    with stranger.session_transaction("/newsroom/") as session:
        assert "left_by_somebody" not in session
        session["left_by_somebody"] = "x"
    stranger.post("/newsroom/sign-out")
    with stranger.session_transaction("/newsroom/") as session:
        assert "left_by_somebody" not in session


def test_signing_out_makes_the_token_worthless(writer: Client) -> None:
    token = writer.get_cookie("sid")
    assert token
    assert writer.post("/newsroom/sign-out").location == SIGN_IN
    writer.set_cookie("sid", token.value)
    assert writer.get("/newsroom/").status_code == 302


def test_the_demo_names_one_login_of_each_kind(stranger: Client) -> None:
    page = stranger.get(SIGN_IN).get_data(as_text=True)
    for address in ("writer@galley.test", "editor@galley.test", "chief@galley.test", "admin@galley.test"):
        assert address in page
    assert "galley-demo" in page


def test_the_account_page_says_who_one_is(editor: Client, house: House) -> None:
    page = editor.get("/newsroom/account").get_data(as_text=True)
    assert house.editor.email in page
    assert "Systems desk" in page
    assert "this one" in page


def test_changing_the_password_signs_the_others_out(
    writer: Client, client_as: Callable[[User], Client], house: House, db: Session, stranger: Client
) -> None:
    elsewhere = client_as(house.writer)
    new = "orchard saddle nickel 77"
    answer = writer.post("/newsroom/account/password", data={"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert writer.get("/newsroom/").status_code == 200
    assert elsewhere.get("/newsroom/").status_code == 302
    assert stranger.post(SIGN_IN, data={"email": house.writer.email, "password": new}).status_code == 302


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "not mine at all", "new": "orchard saddle 77", "again": "orchard saddle 77"}, "present password"),
        ({"old": PASSWORD, "new": "orchard saddle nickel 77", "again": "another one altogether"}, "not the same"),
        ({"old": PASSWORD, "new": "password1234", "again": "password1234"}, "first that others would try"),
        ({"old": PASSWORD, "new": "", "again": ""}, "fill this in"),
    ],
)
def test_a_password_that_will_not_do_is_said_beside_its_field(writer: Client, form: dict[str, str], said: str) -> None:
    answer = writer.post("/newsroom/account/password", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page
    assert "orchard" not in page


def test_a_session_can_be_ended_from_another_browser(
    writer: Client, client_as: Callable[[User], Client], house: House, db: Session
) -> None:
    elsewhere = client_as(house.writer)
    newest = db.scalars(select(LoginSession.id).order_by(LoginSession.id.desc()).limit(1)).one()
    answer = writer.post(f"/newsroom/account/sessions/{newest}/end")
    assert answer.location == "/newsroom/account"
    assert elsewhere.get("/newsroom/").status_code == 302
    assert writer.get("/newsroom/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(writer: Client, editor: Client, db: Session, house: House) -> None:
    other = db.scalars(select(LoginSession.id).where(LoginSession.user_id == house.editor.id)).one()
    assert writer.post(f"/newsroom/account/sessions/{other}/end").status_code == 404
    assert editor.get("/newsroom/").status_code == 200
