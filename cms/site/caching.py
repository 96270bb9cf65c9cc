"""Pages are the same for every reader, so browsers and proxies may keep them and only ask whether they changed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cms.web import encodings
from cms.web.pagecache import RENDERS


def install(bp: Blueprint) -> None:
    """Answer with little: "nothing changed" where that is so, packed where the page cache does not do it."""
    bp.after_request(_shortened)


def _shortened(response: Response) -> Response:
    if RENDERS in request.environ or response.status_code != 200 or response.is_streamed or response.direct_passthrough:
        return response
    _pack(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def _pack(response: Response) -> None:
    """Pack the results of a search and their like, which are made for one reader: quickly, it is done for each.

    Nothing secret stands on a page for readers, so its packed size gives nothing away (BREACH).
    """
    if response.mimetype != "text/html":
        return
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    encoding = encodings.choose(request.headers.get("Accept-Encoding", ""))
    if encoding and len(body) >= encodings.WORTH:
        response.set_data(encodings.compress(body, encoding, encodings.QUICK))
        response.content_encoding = encoding
