"""A topic: what pieces are about."""

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

bp = Blueprint("topic", __name__)


@bp.get("/topics/<slug>")
@public
@kept("before")
def show(slug: str) -> str:
    """Show a stretch of what is about a topic, newest first."""
    before = Cursor.read(request.args.get("before"))
    topic, sections = queries.topic(db(), slug)
    listing = queries.about_topic(db(), topic.id, before)
    facts = structured.listing(
        listing, services().settings, name=topic.name, description=topic.description,
        address=links.topic(topic.slug),
    )  # fmt: skip
    return render_template(
        "site/topic/show.html",
        topic=topic,
        sections=sections,
        listing=listing,
        is_first=before is None,
        facts=facts,
    )
