"""Addresses where nothing is: a piece may have had this one before, or have been withdrawn from it."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from flask import Blueprint, current_app, make_response, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from cms.core.errors import NotFound
from cms.publication import queries
from cms.publication.queries import Elsewhere
from cms.web import errors
from cms.web.services import services
from cms.web.session import db

log = structlog.get_logger()
LONGEST = 500  # characters, as in the table
NEWEST = 5  # offered in place of what is gone
#: Parts of the site that never had another address.
ELSEWHERE = ("/newsroom", "/api/", "/static/", "/media/")


def install(bp: Blueprint) -> None:
    """Look before saying that nothing is there: for pages of readers, and for addresses that are no page at all."""
    bp.register_error_handler(NotFound, lost)
    bp.app_errorhandler(404)(lost)


def lost(error: HTTPException | NotFound) -> Response:
    """Lead to the piece that has this address no more, say that it was withdrawn, or that there is nothing.

    What exists unseen takes exactly the way of what never existed, down to the queries.
    """
    path = request.path.strip("/")
    if request.path.startswith(ELSEWHERE) or not 0 < len(path) <= LONGEST:
        return errors.page(404)
    try:
        found = queries.elsewhere(db(), path)
    except SQLAlchemyError:  # raised while an error is answered, it would not find its own handler any more
        log.exception("database.failed")
        return errors.page(503)
    if found.address is not None:
        return redirect(found.address, 301)
    if found.withdrawn_at is not None:
        return _withdrawn(found)
    if request.path.endswith("/") and _is_page(path):
        return redirect(f"/{quote(path)}", 301)
    return errors.page(404)


def _is_page(path: str) -> bool:
    """Tell whether there is a kind of page at an address without the slash that somebody put to its end."""
    try:
        current_app.url_map.bind(request.host).match(f"/{path}", method="GET")
    except HTTPException:
        return False
    return True


def _withdrawn(gone: Elsewhere) -> Response:
    """Say that a piece was taken down, when and why, and offer others."""
    reason = gone.reason or services().settings.withdrawal_reason
    if errors.wants_json():
        return errors.page(410, detail=reason)
    page = render_template(
        "site/addresses/withdrawn.html", gone=gone, reason=reason, newest=queries.newest(db(), NEWEST)
    )
    return make_response(page, 410)
