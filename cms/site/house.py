"""The house: who makes the magazine, and what it is made with."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.publication import queries
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.session import db

bp = Blueprint("house", __name__)


@bp.get("/masthead")
@public
@kept("after")
def masthead() -> str:
    """Show who writes and asks."""
    after = request.args.get("after", "")[:100]
    people, later = queries.writers(db(), after)
    return render_template("site/house/masthead.html", people=people, later=later, is_first=not after)


@bp.get("/colophon")
@public
@kept()
def colophon() -> str:
    """Show what the pages are set in and made with, and what they leave behind in a browser."""
    return render_template("site/house/colophon.html")
