"""The front page."""

from __future__ import annotations

from flask import Blueprint, render_template

from cms.publication import queries
from cms.site import structured
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("front", __name__)


@bp.get("/")
@public
@kept()
def show() -> str:
    """Show what is new, who was asked, and what the sections have."""
    settings = services().settings
    return render_template(
        "site/front/show.html",
        page=queries.front(db()),
        most_read=queries.most_read(db()) if settings.count_views else (),
        facts=structured.front(settings),
    )
