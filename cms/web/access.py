"""Closed doors by default: every endpoint says whom it is for, or the application does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, abort, current_app, redirect, request
from werkzeug.wrappers import Response

from cms.policy import cell, no
from cms.vocabulary import Can
from cms.web.errors import wants_json
from cms.web.session import actor, current_session

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGN_IN = "newsroom.account.sign_in"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Endpoints of libraries, which cannot carry our mark.
KNOWN_PUBLIC = frozenset({"static"})


def public(view: View) -> View:
    """Open a view to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def needs(right: Can) -> Callable[[View], View]:
    """Open a view to signed-in people whose role may ever have `right`; services ask about the very thing."""

    def mark(view: View) -> View:
        view.access = right  # type: ignore[attr-defined]
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> str | Can | None:
    """Return whom an endpoint is for: PUBLIC, a right, or None where nobody said."""
    if endpoint in KNOWN_PUBLIC:
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access", None)


def install(app: Flask) -> None:
    """Guard every request."""

    @app.before_request
    def _guard() -> Response | None:
        if request.endpoint is None:
            return None  # 404 or 405: nothing to guard
        if request.method not in SAFE_METHODS:
            _refuse_other_sites()
        access = access_of(current_app, request.endpoint)
        if access == PUBLIC:
            return None
        if current_session() is None:
            return _ask_to_sign_in()
        if access is None or cell(actor().role, Can(access)) is no:
            abort(403)
        return None


def check_all(app: Flask) -> None:
    """Refuse to start where an endpoint does not say whom it is for."""
    silent = [e for e in app.view_functions if access_of(app, e) is None]
    if silent:
        raise RuntimeError(f"these endpoints do not say whom they are for: {', '.join(sorted(silent))}")


def _refuse_other_sites() -> None:
    """Refuse a changing request that another site sent, before any token is looked at."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        if fetch_site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin", "")
    ours = {current_app.config["PUBLIC_ORIGIN"], f"{request.scheme}://{request.host}"}
    if origin not in ours:
        abort(403)


def _ask_to_sign_in() -> Response:
    if request.method not in SAFE_METHODS or wants_json():
        abort(401)  # the page keeps what was typed: see web.errors
    where = request.full_path if request.query_string else request.path
    return redirect(f"{current_app.url_for(SIGN_IN)}?{urlencode({'next': where})}")


def safe_next(target: str | None, *, default: str) -> str:
    """Return where to go after signing in: an address of this site, or `default`."""
    if not target or any(c.isspace() or ord(c) < 32 or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return default
    return parts.path + (f"?{parts.query}" if parts.query else "")
