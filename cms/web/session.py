"""The request's database session, and who is asking."""

from __future__ import annotations

from typing import cast

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session

from cms.accounts import service as accounts
from cms.accounts.models import LoginSession, User
from cms.core.db import transaction
from cms.policy import READER, Actor
from cms.web.services import services

DEVICE_COOKIE_AGE = 90 * 24 * 3600


class StaffSessions(SecureCookieSessionInterface):
    """Flask's own session, for the newsroom alone: elsewhere there is none to read, and writing to it is an error."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        is_staff = request.path.startswith(self.get_cookie_path(app))
        return super().open_session(app, request) if is_staff else None


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds: the user, and the server-side session row that admitted them."""

    def __init__(self, session: LoginSession) -> None:
        self.session, self.user = session, session.user

    def get_id(self) -> str:
        return str(self.user.id)


def install(app: Flask) -> None:
    """Open a session on first use and close it at the end; let Flask-Login find the user by our own cookie."""
    app.session_interface = StaffSessions()
    login = LoginManager()
    # Not `init_app`: its context processor would look for the user on every page, error pages of a broken database
    # included, and its hook for remember cookies reads Flask's session, so that every page would vary by cookie.
    app.login_manager = login  # type: ignore[attr-defined]
    # Flask-Login's own session and remember cookies cannot be revoked; only the request loader is used.
    login.session_protection = None
    login.request_loader(_load)

    @app.teardown_appcontext
    def _close(_: BaseException | None) -> None:
        if (session := g.pop("db", None)) is not None:
            session.close()


def db() -> Session:
    """Return the request's database session."""
    if "db" not in g:
        g.db = services().sessions()
        g.db.info["request_id"] = g.get("request_id", "")
    return cast(Session, g.db)


def _load(_: object) -> SignedIn | None:
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    # In a session of its own: whoever is asking stays known when the page's own work is rolled back.
    with services().sessions() as own:
        found = accounts.session_for(own, token)
        if found is None:
            return None
        if accounts.needs_touch(found):
            with transaction(own):
                accounts.touch(own, found)
        own.expunge_all()
    return SignedIn(found)


def current_session() -> LoginSession | None:
    """Return the session of whoever is signed in, or None."""
    return current_user.session if current_user.is_authenticated else None


def user() -> User:
    """Return whoever is signed in, detached from any session; only behind a guarded endpoint."""
    return cast(User, current_user.user)


def actor() -> Actor:
    """Return whoever is asking, as the policy knows them: a user, or a reader."""
    return user() if current_user.is_authenticated else READER


def cookie_name() -> str:
    """Return the name of the session cookie; the prefix makes browsers insist on HTTPS and on this host."""
    return "__Host-sid" if current_app.config["SESSION_COOKIE_SECURE"] else "sid"


def set_session_cookie(response: Response, token: str) -> None:
    """Hand the token to the browser."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), token, secure=secure, httponly=True, samesite="Lax", path="/")


def clear_session_cookie(response: Response) -> None:
    """Take the token back from the browser."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/")
