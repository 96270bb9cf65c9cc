"""What the magazine is, and how it is made."""

from __future__ import annotations

from flask import Blueprint, render_template

from cms.web.access import public
from cms.web.pagecache import kept

bp = Blueprint("about", __name__)


@bp.get("/about")
@public
@kept()
def show() -> str:
    """Show how this magazine works, and what it promises its readers."""
    return render_template("site/about/show.html")
