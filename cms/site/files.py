"""Pictures and style sheets: files that never change under their address."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cms.web import templating
from cms.web.access import public
from cms.web.headers import FOR_EVER
from cms.web.pagecache import kept
from cms.web.services import services

bp = Blueprint("files", __name__)
#: Only renditions and share cards are for readers: originals carry what a camera wrote into them.
#: No dots in a folder's name, no name too long for a disk.
RENDITION = re.compile(r"(?:renditions|cards)/(?:[\w-]{1,64}/){0,4}[\w-]{1,64}\.(?:avif|gif|jpg|png|webp)", re.ASCII)
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}  # fmt: skip


@bp.get("/media/<path:key>")
@public
def media(key: str) -> Response:
    """Send a picture as readers get it."""
    if not RENDITION.fullmatch(key):
        abort(404)
    data = services().storage.read(key)
    name = PurePosixPath(key)
    answer = make_response(data)
    answer.content_type = TYPES[name.suffix]
    answer.headers["Cache-Control"] = FOR_EVER
    answer.set_etag(name.stem)  # a key is random or its content's hash, and never used again
    answer.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return answer


@bp.get("/static/css/<name>.<digest>.css")
@public
@kept()
def stylesheet(name: str, digest: str) -> AnyResponse:
    """Send the joined style sheet; a page kept from before an update is led to the present one."""
    if name not in templating.SHEETS:
        abort(404)
    present, content = templating.bundle(name)
    if digest != present:
        return redirect(templating.stylesheet_url(name))
    answer: Response = make_response(content)
    answer.content_type = "text/css; charset=utf-8"
    answer.headers["Cache-Control"] = FOR_EVER
    return answer
