"""A section: where readers find pieces of one kind."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.core import links
from cms.core.paging import Cursor
from cms.publication import queries
from cms.site import structured
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("section", __name__)


@bp.get("/sections/<slug>")
@public
@kept("before")
def show(slug: str) -> str:
    """Show a stretch of a section, newest first."""
    before = Cursor.read(request.args.get("before"))
    section, sections = queries.section(db(), slug)
    listing = queries.in_section(db(), section.id, before)
    facts = structured.listing(
        listing, services().settings, name=section.name, description=section.description,
        address=links.section(section.slug),
    )  # fmt: skip
    return render_template(
        "site/section/show.html",
        section=section,
        sections=sections,
        listing=listing,
        is_first=before is None,
        facts=facts,
    )
