"""People: those who write, and those who were asked."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cms.core.paging import Cursor
from cms.publication import queries
from cms.site import structured
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("people", __name__)
#: Other addresses that a profile leads to; anything else in the table stays words.
OPEN = ("https://", "http://")


@bp.get("/people")
@public
@kept("after")
def index() -> str:
    """Show everybody readers know."""
    after = request.args.get("after", "")[:100]
    people, later = queries.people(db(), after)
    return render_template("site/people/index.html", people=people, later=later, is_first=not after)


@bp.get("/people/<slug>")
@public
@kept("before")
def show(slug: str) -> str:
    """Show somebody: who they are, where they worked, and what they are in."""
    before = Cursor.read(request.args.get("before"))
    page = queries.person(db(), slug, before)
    elsewhere = [link for link in page.person.links if link["url"].startswith(OPEN)]
    facts = structured.person(page, elsewhere, services().settings)
    return render_template(
        "site/people/show.html", page=page, elsewhere=elsewhere, is_first=before is None, facts=facts
    )
