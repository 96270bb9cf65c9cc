"""The archive: what appeared when, by year and month."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.core.paging import Cursor
from cms.publication import queries
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("archive", __name__)
# One address for each: /archive/2026/3 is none. The year after the last one must still be a date.
YEAR = "int(fixed_digits=4, min=1000, max=9998)"
MONTH = "int(fixed_digits=2, min=1, max=12)"


@bp.get("/archive")
@public
@kept()
def index() -> str:
    """Show how much appeared in each month."""
    return render_template("site/archive/index.html", page=queries.archive(db(), services().settings.zone))


@bp.get(f"/archive/<{YEAR}:year>")
@public
@kept()
def year(year: int) -> str:
    """Show the months of a year, with what was new in each."""
    page = queries.year(db(), year, services().settings.zone)
    return render_template("site/archive/year.html", page=page, year=year)


@bp.get(f"/archive/<{YEAR}:year>/<{MONTH}:month>")
@public
@kept("before")
def month(year: int, month: int) -> str:
    """Show a stretch of a month, newest first."""
    before = Cursor.read(request.args.get("before"))
    page = queries.month(db(), queries.Month(year, month), services().settings.zone, before)
    return render_template("site/archive/month.html", page=page, year=year, month=month, is_first=before is None)
