"""Search for programs: the same as readers get, narrowed by the same filters."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from cms.api.v1 import shapes
from cms.core.errors import Unavailable
from cms.core.paging import page_number
from cms.search.index import FILTERS
from cms.search.query import span
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
    args = request.args
    page = page_number(args.get("page"))
    first, last = span(args.get("from", ""), args.get("to", ""))
    found = services().search.find(
        db(), args.get("q", ""), first=first, last=last, page=page, per_page=_per_page(),
        sort=args.get("sort", ""), is_exact=args.get("exact") == "1",
        **{name: args.getlist(name)[:MOST_VALUES] for name in FILTERS},
    )  # fmt: skip
    if found.notice == RESTING:  # guesses from headlines serve readers; a program would take them for the answer
        raise Unavailable("The search is being rebuilt. Try again in a minute.")
    # Past the last page that is counted there is nothing, rather than that page again and again.
    results = [shapes.result(card) for card in found.cards] if found.page == page else []
    return jsonify(
        shapes.Results(
            total=found.total,
            is_capped=found.is_capped,
            results=results,
            facets={facet.name: [shapes.choice(one) for one in facet.choices] for facet in found.facets},
            instead=found.instead,
        )
    )


def _per_page() -> int:
    text = request.args.get("per_page")
    return min(page_number(text), MOST) if text else PER_PAGE
