"""What the magazine is, and how it is made."""

from __future__ import annotations

from flask import Blueprint, render_template

from cms.core.errors import NotFound
from cms.publication import queries
from cms.site import pages
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.session import db

bp = Blueprint("about", __name__)


@bp.get("/about")
@public
@kept()
def show() -> str:
    """Show what its editors wrote about the magazine, or until then how it works, and what it promises its readers."""
    try:
        return pages.shown(queries.house_page(db(), "about"))
    except NotFound:
        return render_template("site/about/show.html")
