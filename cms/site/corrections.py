"""Everything that readers were told of changes to pieces they know."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.core.paging import Cursor
from cms.publication import queries
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.session import db

bp = Blueprint("corrections", __name__)


@bp.get("/corrections")
@public
@kept("before")
def index() -> str:
    """Show a stretch of all corrections, newest first."""
    before = Cursor.read(request.args.get("before"))
    page = queries.corrections(db(), before)
    return render_template("site/corrections/index.html", page=page, is_first=before is None)
