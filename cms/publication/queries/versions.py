"""The versions of a piece that were published, for readers where its editors let them see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from cms.core.errors import NotFound
from cms.publication.models import Published, PublishedVersion
from cms.publication.queries.cards import Sections, navigation, read_navigation

MOST = 50
#: What the page tells of the piece.
PIECE = load_only(Published.slug, Published.headline, Published.language, Published.section_slug, raiseload=True)


@dataclass(frozen=True)
class HistoryPage:
    """A piece and its published versions, the newest first."""

    sections: Sections
    piece: Published
    versions: Sequence[PublishedVersion]


def history(db: Session, slug: str) -> HistoryPage:
    """Return the published versions of a live piece (two queries); raises NotFound where readers may not see them."""
    query = select(Published, navigation()).where(Published.slug == slug, Published.shows_history).options(PIECE)
    found = db.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is nothing at this address.")
    piece, names = found
    versions = select(PublishedVersion).where(PublishedVersion.article_id == piece.article_id)
    shown = db.scalars(versions.order_by(PublishedVersion.number.desc()).limit(MOST)).all()
    return HistoryPage(read_navigation(names), piece, shown)
