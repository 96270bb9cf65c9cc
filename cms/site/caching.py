"""Pages are the same for every reader, so browsers and proxies may keep them and only ask whether they changed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cms.web.pagecache import RENDERS


def install(bp: Blueprint) -> None:
    """Answer "nothing changed" where that is so."""
    bp.after_request(_not_modified)


def _not_modified(response: Response) -> Response:
    if RENDERS in request.environ or response.status_code != 200 or response.is_streamed or response.direct_passthrough:
        return response
    response.add_etag()
    response.make_conditional(request)
    return response
