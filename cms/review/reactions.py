"""What lies beside a text does when something happens to the text."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.models import Article, Revision
from cms.core import clock
from cms.core.events import Event, record
from cms.policy import SYSTEM
from cms.review.models import GalleyLink, Thread
from cms.review.queries import open_links


def close_links(db: Session, event: Event) -> None:
    """Close the open links to a piece that was withdrawn or spiked (NOW: with the act itself)."""
    if event.subject_id is None:
        return
    article = db.get_one(Article, event.subject_id)
    for link in db.scalars(select(GalleyLink).where(open_links(article.id, at=clock.now()))).all():
        link.revoked_at = clock.now()
        record(db, SYSTEM, "galley.revoked", article, link=link.id, because=event.name)


def carry_threads(db: Session, event: Event) -> None:
    """Let what was said about a text go along with its words (NOW: with the save that moved them)."""
    threads = db.scalars(select(Thread).where(Thread.article_id == event.subject_id, Thread.block_id != "")).all()
    number = event.details.get("revision")
    if not threads or not isinstance(number, int):
        return
    query = select(Revision.body).where(Revision.article_id == event.subject_id, Revision.number <= number)
    now, *before = db.scalars(query.order_by(Revision.number.desc()).limit(2)).all()
    if not before or before[0] == now:
        return
    old, new = document.parse(before[0]), document.parse(now)
    for thread in threads:
        # What is nowhere to be found stays where it was: the words may come back, by a restored version.
        thread.anchor = document.follow(thread.anchor, old, new) or thread.anchor
