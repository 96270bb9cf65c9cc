"""From what went wrong to the page that says so: one table, and never a trace."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, NotFound, Refused, TooMany, Unavailable
from cms.language import N_
from cms.web.headers import STAFF, part_of_site

log = structlog.get_logger()

STATUS: dict[type[CmsError], int] = {
    NotFound: 404, Forbidden: 403, Invalid: 422, Refused: 409, Conflict: 409, TooMany: 429, Unavailable: 503,
}  # fmt: skip
RETRY_AFTER = "5"
# What a person is told for each status: what happened, and what to do.
WORDS = {
    400: (N_("That request could not be read"), N_("Something in it was incomplete. Go back and try again.")),
    401: (N_("You are signed out"), N_("Sign in again; what you typed is kept below.")),
    403: (
        N_("That door is closed"),
        N_("You are signed in, but this is not yours to do. An editor of the desk can help."),
    ),
    404: (N_("There is nothing at this address"), N_("It may have moved or never have been here.")),
    405: (N_("That cannot be done here"), N_("The page was asked for something that it does not do.")),
    409: (N_("Somebody was faster"), N_("The thing you were changing has moved on.")),
    410: (N_("This piece was withdrawn"), N_("It is no longer available.")),
    413: (N_("That is too large"), N_("Send something smaller.")),
    422: (N_("Something needs mending"), N_("Please look at what you entered.")),
    429: (N_("Too many tries"), N_("Wait a little, then try again.")),
    500: (N_("Something broke on our side"), N_("It has been noted. Nothing that was saved is lost.")),
    503: (N_("The magazine is catching its breath"), N_("Please try again in a few seconds.")),
}
#: Statuses after which the newsroom's forms keep what was typed. Not 403: what another site sent is not sent again.
KEEPING = frozenset({400, 401, 409, 422, 500, 503})
#: More fields than any form of ours has: to write them out again would cost more than to read them.
MOST_KEPT = 1_500
#: Fields that are not kept when a form has to be sent again.
NOT_KEPT = frozenset({"csrf_token", "password", "old", "new", "again"})


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CmsError, _cms_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(Exception, _crash)


def _cms_error(error: CmsError) -> Response:
    answer = page(status_of(error), detail=str(error), field=getattr(error, "field", ""))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):  # for a host that is not ours no address can be built, and so no page
        return make_response("There is no such site here.\n", 400, {"Content-Type": "text/plain; charset=utf-8"})
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.response  # type: ignore[return-value]
    answer = page(status)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _database_error(error: SQLAlchemyError) -> Response:
    log.exception("database.failed")
    return page(503)


def _crash(error: Exception) -> Response:
    log.exception("request.crashed")
    return page(500)


def status_of(error: CmsError) -> int:
    """Return the status that says what went wrong."""
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


def wants_json() -> bool:
    """Tell whether a program asks, or a page's script: the address says so, or the request does in so many words."""
    if request.path.startswith("/api/"):
        return True
    asked = {mimetype: quality for mimetype, quality in request.accept_mimetypes if quality > 0}
    return asked.get("application/json", 0) > asked.get("text/html", 0)


def page(status: int, *, detail: str = "", field: str = "") -> Response:
    """Return the error page of this part of the site, or JSON for programs."""
    title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if wants_json():
        said = {"error": detail or title, "request_id": g.get("request_id", "")}
        answer = jsonify(said | ({"field": field} if field else {}))
        answer.vary.add("Accept")
    else:
        is_kept = status in KEEPING and request.method == "POST" and len(request.form) <= MOST_KEPT
        kept = [(k, v) for k, v in request.form.items(multi=True) if k not in NOT_KEPT] if is_kept else []
        if detail.rstrip(".") not in ("", title):  # what the headline says is not said again
            advice = detail
        answer = make_response(
            render_template(
                f"errors/{'newsroom' if part_of_site() in STAFF else 'site'}.html",
                status=status, title=title, advice=advice, kept=kept, request_id=g.get("request_id", ""),
            )
        )  # fmt: skip
    answer.status_code = status
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer
