"""Signing in and out, and what belongs to one's own login: the password and the list of sessions."""

from __future__ import annotations

import secrets

import flask
from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cms.accounts import queries as logins
from cms.accounts import service as accounts
from cms.accounts.service import Source
from cms.core.db import transaction
from cms.core.errors import Invalid, TooMany
from cms.demo.staff import PASSWORD, STAFF
from cms.newsroom.forms.account import PasswordForm, SignInForm
from cms.vocabulary import STAFF as STAFF_ROLES
from cms.vocabulary import Can
from cms.web import visitor
from cms.web.access import needs, public, safe_next
from cms.web.services import services
from cms.web.session import (
    DEVICE_COOKIE_AGE,
    clear_session_cookie,
    cookie_name,
    current_session,
    db,
    set_session_cookie,
    user,
)

bp = Blueprint("account", __name__)

DEVICE = "device"
WRONG = "That mail address and password do not belong together. Try again, or ask an administrator for a new password."


@bp.get("/sign-in")
@public
def sign_in() -> Response | str:
    """Show the form; whoever is signed in already goes on."""
    if current_session() is not None:
        return redirect(_next())
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public
def begin() -> Response | str | tuple[str, int]:
    """Look at a try: too many are not looked at, and unknown names get the answer that wrong passwords get."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    device = request.cookies.get(DEVICE, "")[:64] or secrets.token_urlsafe(24)
    source = Source(visitor.network(), device, visitor.browser())
    key, email = services().settings.secret_key, form.email.data
    try:
        accounts.check_tries(db(), key, email, source)
    except TooMany as error:
        return _later(form, error)
    found = accounts.known_by(db(), email, form.password.data)
    with transaction(db()):
        token = accounts.sign_in(db(), key, email, found, source)
    if token is None:
        return _sign_in_page(form, problem=WRONG), 422
    flask.session.clear()
    answer = redirect(_next())
    set_session_cookie(answer, token)  # type: ignore[arg-type]
    answer.set_cookie(
        DEVICE, device, max_age=DEVICE_COOKIE_AGE, httponly=True, samesite="Lax",
        secure=flask.current_app.config["SESSION_COOKIE_SECURE"], path=url_for("newsroom.account.sign_in"),
    )  # fmt: skip
    return answer


@bp.get("/signed-in")
@needs(Can.NEWSROOM_ENTER)
def signed_in() -> str:
    """Tell whoever signed in beside an unsent form to go back to it."""
    return render_template("newsroom/account/signed_in.html")


@bp.post("/sign-out")
@needs(Can.NEWSROOM_ENTER)
def sign_out() -> Response:
    """End this browser's session."""
    with transaction(db()):
        accounts.sign_out(db(), request.cookies.get(cookie_name(), ""))
    flask.session.clear()
    flash("You are signed out.", "good")
    answer = redirect(url_for("newsroom.account.sign_in"))
    clear_session_cookie(answer)  # type: ignore[arg-type]
    # What the editor kept in this browser is not for whoever sits down here next.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.get("/account")
@needs(Can.NEWSROOM_ENTER)
def show() -> str:
    """Show one's own login."""
    return _account_page(PasswordForm())


@bp.get("/account/token")
@needs(Can.NEWSROOM_ENTER)
def token() -> Response:
    """Return a fresh token for a page that stood open while its session ended and began anew."""
    return jsonify({"csrf_token": generate_csrf(), "id": user().id, "name": user().name})


@bp.post("/account/password")
@needs(Can.NEWSROOM_ENTER)
def change_password() -> Response | tuple[str, int]:
    """Change the password; every other browser is signed out, this one goes on with a new session."""
    form = PasswordForm()
    if not form.validate():
        return _account_page(form), 422
    try:
        with transaction(db()):
            token = _new_password(db(), form)
    except Invalid as error:
        field = form["old" if error.field == "old" else "new"]
        field.errors = [str(error)]
        return _account_page(form), 422
    flask.session.clear()
    flash("Your password is changed. Every other browser is signed out.", "good")
    answer = redirect(url_for("newsroom.account.show"))
    set_session_cookie(answer, token)  # type: ignore[arg-type]
    return answer


@bp.post("/account/sessions/<int:session_id>/end")
@needs(Can.NEWSROOM_ENTER)
def end_session(session_id: int) -> Response:
    """Sign one of one's own browsers out."""
    with transaction(db()):
        accounts.end_session(db(), user(), session_id)
    flash("That browser is signed out.", "good")
    return redirect(url_for("newsroom.account.show"))


def _new_password(db: Session, form: PasswordForm) -> str:
    me = logins.get(db, user().id)
    accounts.change_password(db, me, old=form.old.data, new=form.new.data)
    return accounts.begin_session(db, me, label=visitor.browser())


def _later(form: SignInForm, error: TooMany) -> Response:
    answer = make_response(_sign_in_page(form, problem=str(error)), 429)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _sign_in_page(form: SignInForm, *, problem: str = "") -> str:
    is_demo = services().settings.is_demo
    roles = {role: (email, role.label) for email, _, role, _ in reversed(STAFF)} if is_demo else {}
    return render_template(
        "newsroom/account/sign_in.html",
        form=form,
        problem=problem,
        next=_next(),
        demo=[roles[role] for role in STAFF_ROLES if role in roles],
        demo_password=PASSWORD if is_demo else "",
    )


def _account_page(form: PasswordForm) -> str:
    sessions = db().scalars(logins.sessions_of(user().id)).all()
    here = current_session()
    return render_template(
        "newsroom/account/show.html", form=form, me=user(), sessions=sessions, here=here.id if here else None
    )


def _next() -> str:
    return safe_next(request.values.get("next"), default=url_for("newsroom.desk.mine"))
