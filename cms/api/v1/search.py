"""Search for programs: the same as readers get, narrowed by the same filters."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from cms.api.v1 import shapes
from cms.core.errors import Unavailable
from cms.core.paging import page_number
from cms.search.index import FILTERS
from cms.search.service import RESTING
from cms.web.access import public
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("search", __name__)
PER_PAGE = 10
MOST = 100
MOST_VALUES = 20  # of one filter


@bp.get("/search")
@public
def find() -> Response:
    """Send one page of the live pieces that answer `q`, or of the newest where it is empty."""
    page = page_number(request.args.get("page"))
    found = services().search.find(
        db(), request.args.get("q", ""), **{name: request.args.getlist(name)[:MOST_VALUES] for name in FILTERS},
        page=page, per_page=_per_page(), sort=request.args.get("sort", ""),
    )  # fmt: skip
    if found.notice == RESTING:  # guesses from headlines serve readers; a program would take them for the answer
        raise Unavailable("The search is being rebuilt. Try again in a minute.")
    # Past the last page that is counted there is nothing, rather than that page again and again.
    results = [shapes.result(card) for card in found.cards] if found.page == page else []
    return jsonify(shapes.Results(total=found.total, results=results))


def _per_page() -> int:
    text = request.args.get("per_page")
    return min(page_number(text), MOST) if text else PER_PAGE
