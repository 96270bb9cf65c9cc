"""Series: pieces and conversations in several parts."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.core.paging import Cursor, page_number
from cms.publication import queries
from cms.site import structured
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("series", __name__)


@bp.get("/series")
@public
@kept("before")
def index() -> str:
    """Show all series, the one with the newest part first."""
    before = Cursor.read(request.args.get("before"))
    shown, older = queries.all_series(db(), before)
    return render_template("site/series/index.html", shown=shown, older=older, is_first=before is None)


@bp.get("/series/<slug>")
@public
@kept("after")
def show(slug: str) -> str:
    """Show a series and its parts in order."""
    after = request.args.get("after")
    page = queries.series(db(), slug, page_number(after) if after else 0)
    facts = structured.series(page, services().settings)
    return render_template("site/series/show.html", page=page, is_first=not after, facts=facts)
