"""Flask glue that the surfaces share."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import structlog
from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from cms.config import Settings
from cms.web import access, errors, headers, limits, session, templating
from cms.web.services import attach
from cms.wiring import Services

SIGNING_IN = "newsroom.account.begin"
MAX_SIGN_IN = 16_384
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")
MAX_FORM = 2_500_000  # characters of one form: the longest body, its markup and everything around it


class RowNumber(IntegerConverter):
    """`<int:...>` in an address: a number that a row can have. Longer ones overflow the database's drivers."""

    regex = r"\d{1,9}"


def configure(app: Flask, settings: Settings) -> None:
    """Set what Flask and its extensions read."""
    app.jinja_environment = templating.Templates
    app.url_map.converters["int"] = RowNumber
    public = urlsplit(settings.public_url)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=[settings.secret_key_old] if settings.secret_key_old else [],
        PUBLIC_ORIGIN=settings.public_url,
        TRUSTED_HOSTS=list({public.hostname or "", "localhost", "127.0.0.1", "[::1]"}),
        # Flask's own cookie holds flash messages and the CSRF secret, and only for the newsroom: readers have none.
        SESSION_COOKIE_NAME="galley",
        SESSION_COOKIE_PATH="/newsroom",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_upload + MAX_FORM,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=1_000,
        # A long edit must not lose its save, so the token lives as long as the session; web.access has checked
        # the origin already, which a Referer check would only repeat (and fail under no-referrer).
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=0)  # type: ignore[method-assign]


def install(app: Flask, services: Services) -> None:
    """Put everything in its order: names for requests first, guards before tokens, headers last."""
    configure(app, services.settings)
    attach(app, services)
    app.before_request(_name_request)
    app.before_request(_limit_form)
    session.install(app)
    limits.install(app)
    access.install(app)
    CSRFProtect(app)
    templating.install(app)
    errors.install(app)
    headers.install(app, services.settings)


def _limit_form() -> None:
    """Refuse a plain form that is longer than any of ours, before it is read: MAX_FORM_MEMORY_SIZE is for files' forms.

    What is not Latin is written with three characters for each byte. Signing in, which anybody may try, takes a line.
    """
    if request.endpoint == SIGNING_IN:
        request.max_content_length = MAX_SIGN_IN
    elif request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = 3 * MAX_FORM


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, method=request.method, path=headers.path_to_log())
