"""What lies beside a text does when something happens to the text."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core import clock
from cms.core.events import Event, record
from cms.policy import SYSTEM
from cms.review.models import GalleyLink
from cms.review.queries import open_links


def close_links(db: Session, event: Event) -> None:
    """Close the open links to a piece that was withdrawn or spiked (NOW: with the act itself)."""
    if event.subject_id is None:
        return
    article = db.get_one(Article, event.subject_id)
    for link in db.scalars(select(GalleyLink).where(open_links(article.id, at=clock.now()))).all():
        link.revoked_at = clock.now()
        record(db, SYSTEM, "galley.revoked", article, link=link.id, because=event.name)
