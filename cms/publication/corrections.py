"""What readers are told of changes: each with the moment at which it was told first, which never moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Revision
from cms.core.db import FactList
from cms.publication.models import Published, PublishedCorrection


def dated(db: Session, revision: Revision, *, at: datetime) -> FactList:
    """Return the corrections of a revision as readers get them; new ones bear the moment `at`."""
    if not revision.corrections:
        return []
    known = {row.number: row.published_at for row in _told(db, revision.article_id)}
    return [one | {"published_at": known.get(one["number"], at).isoformat()} for one in revision.corrections]


def keep(db: Session, row: Published) -> None:
    """Write the rows by which all corrections are listed, as they stand on a piece that was published."""
    shown = {one["number"]: one for one in row.corrections}
    for told in _told(db, row.article_id):
        if shown.pop(told.number, None) is None:
            db.delete(told)
    db.add_all(
        PublishedCorrection(
            article_id=row.article_id, **{**one, "published_at": datetime.fromisoformat(one["published_at"])}
        )
        for one in shown.values()
    )
    db.flush()


def _told(db: Session, article_id: int) -> list[PublishedCorrection]:
    return list(db.scalars(select(PublishedCorrection).where(PublishedCorrection.article_id == article_id)))
