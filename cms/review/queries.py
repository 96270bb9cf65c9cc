"""Questions about what lies beside a text: who may look at a galley from outside, and who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from cms.articles.models import Article, Revision
from cms.articles.queries import REVISION
from cms.core import clock
from cms.core.errors import NotFound
from cms.core.secrets import same, token_hash
from cms.review.models import GalleyLink, GalleyOpening

#: One sentence for whatever is wrong with a token, so that it tells nothing.
GONE = "There is nothing at this address, or no longer. Ask whoever sent it to you for a new one."


@dataclass(frozen=True)
class LinkLine:
    """One link as a list shows it, and how often it was opened."""

    link: GalleyLink
    opened: int
    last_at: datetime | None
    last_browser: str

    @property
    def is_open(self) -> bool:
        """Whether it still leads to the galley."""
        return self.link.revoked_at is None and self.link.expires_at > clock.now()


def open_links(article_id: int, *, at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a link leads to this piece at that moment."""
    return (GalleyLink.article_id == article_id) & GalleyLink.revoked_at.is_(None) & (GalleyLink.expires_at > at)


def links_of(db: Session, article: Article) -> list[LinkLine]:
    """Return every link to a piece, the open ones first, newest first, with what is known of their openings."""
    query = (
        select(GalleyLink)
        .where(GalleyLink.article_id == article.id)
        .options(joinedload(GalleyLink.made_by), joinedload(GalleyLink.revision).options(load_only(Revision.number)))
        .order_by(GalleyLink.id.desc())
    )
    links = db.scalars(query).all()
    said = _openings(db, [link.id for link in links])
    lines = [LinkLine(link, *said.get(link.id, (0, None, ""))) for link in links]
    return sorted(lines, key=lambda line: not line.is_open)


def link_of(db: Session, article: Article, link_id: int) -> GalleyLink:
    """Return one link of this piece; a number of another piece is not found."""
    found = db.get(GalleyLink, link_id)
    if found is None or found.article_id != article.id:
        raise NotFound("There is no such link to this piece.")
    return found


def link_for(db: Session, token: str) -> GalleyLink:
    """Return the link that a token opens, with its revision and everything about that.

    Raises NotFound, with the same sentence for one that is unknown, expired or closed.
    """
    sought = token_hash(token)
    query = select(GalleyLink).where(GalleyLink.token_hash == sought)
    found = db.scalars(query.options(joinedload(GalleyLink.revision).options(*REVISION))).unique().one_or_none()
    if found is None or not same(found.token_hash, sought):
        raise NotFound(GONE)
    if found.revoked_at is not None or found.expires_at <= clock.now():
        raise NotFound(GONE)
    return found


def _openings(db: Session, link_ids: Sequence[int]) -> dict[int, tuple[int, datetime, str]]:
    """Return how often each link was opened, and the last time: when and with what."""
    counted = (
        select(GalleyOpening.link_id, func.count().label("times"), func.max(GalleyOpening.id).label("last"))
        .where(GalleyOpening.link_id.in_(link_ids))
        .group_by(GalleyOpening.link_id)
        .subquery()
    )
    query = select(counted.c.link_id, counted.c.times, GalleyOpening.opened_at, GalleyOpening.browser).join(
        GalleyOpening, GalleyOpening.id == counted.c.last
    )
    return {link_id: (times, at, browser) for link_id, times, at, browser in db.execute(query)}
