"""The pages of the house that its editors write: imprint, contact, privacy, and what else it needs."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from cms.core import links
from cms.publication import queries
from cms.publication.queries import HousePage
from cms.site import structured
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("pages", __name__)


@bp.get("/pages/<slug>")
@public
@kept()
def show(slug: str) -> str | Response:
    """Show a page of the house; the one about it has an address that never changes."""
    page = queries.house_page(db(), slug)
    if (address := links.page(slug)) != f"/pages/{slug}":
        return redirect(address, 301)
    return shown(page)


def shown(page: HousePage) -> str:
    """Return the page as readers get it."""
    return render_template("site/pages/show.html", page=page, facts=structured.house_page(page, services().settings))
