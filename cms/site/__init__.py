"""What readers see. Nothing in here can name a draft: it imports the edition, and no article."""

from __future__ import annotations

from flask import Blueprint

from cms.site import (
    about,
    addresses,
    archive,
    article,
    caching,
    corrections,
    feeds,
    files,
    front,
    health,
    house,
    machines,
    pages,
    people,
    search,
    section,
    series,
    sitemap,
    topic,
)
from cms.site.navigation import sections_now

bp = Blueprint("site", __name__)
for part in (
    front,
    article,
    section,
    topic,
    people,
    series,
    search,
    archive,
    house,
    about,
    pages,
    corrections,
    feeds,
    sitemap,
    machines,
    files,
    health,
):
    bp.register_blueprint(part.bp)

addresses.install(bp)
caching.install(bp)
bp.app_context_processor(lambda: {"sections_now": sections_now})
