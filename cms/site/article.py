"""One piece: an article, news, or an interview."""

from __future__ import annotations

from flask import Blueprint, render_template

from cms.publication import queries
from cms.site import structured
from cms.vocabulary import Kind
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("article", __name__)


@bp.get("/articles/<slug>")
@public
@kept()
def show(slug: str) -> str:
    """Show a piece with everything around it."""
    page = queries.article(db(), slug)
    template = "interview" if page.piece.kind is Kind.INTERVIEW else "show"
    return render_template(
        f"site/article/{template}.html", page=page, facts=structured.article(page, services().settings)
    )


@bp.get("/articles/<slug>/history")
@public
@kept()
def history(slug: str) -> str:
    """Show the versions of a piece that were published, where its editors let readers see them."""
    return render_template("site/article/history.html", page=queries.history(db(), slug))
