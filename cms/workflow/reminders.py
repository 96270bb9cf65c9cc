"""Reminding reviewers: before a review is due, when it is, and once a day while it is late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, sessionmaker

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock, events
from cms.core.db import transaction
from cms.policy import SYSTEM
from cms.vocabulary import State
from cms.workflow.models import Round

AHEAD = timedelta(hours=4)
AGAIN = timedelta(days=1)
MOST = 100  # in one go; the others a moment later


def are_due(db: Session) -> bool:
    """Tell cheaply whether somebody is to be reminded."""
    return bool(_due(db, limit=1))


def remind(sessions: sessionmaker[Session]) -> int:
    """Remind of every review that is due soon or late, each in its own transaction; return how many there were."""
    with sessions() as db:
        due = _due(db, limit=MOST)
    return sum(_remind(sessions, article_id) for article_id in due)


def _remind(sessions: sessionmaker[Session], article_id: int) -> bool:
    with sessions() as db, transaction(db):
        # Looked at again inside the transaction: it may have been approved, or put off, a moment ago.
        this = select(Round).join(Round.article).where(Round.article_id == article_id, _is_due())
        round_ = db.scalar(this)
        if round_ is None or round_.due_at is None:
            return False
        round_.reminded_at = clock.now()
        name = "review.overdue" if round_.due_at <= clock.now() else "review.due_soon"
        events.record(db, SYSTEM, name, articles.load(db, article_id), due=round_.due_at.isoformat())
    return True


def _due(db: Session, *, limit: int) -> list[int]:
    query = select(Round.article_id).join(Round.article).where(_is_due()).order_by(Round.due_at)
    return list(db.scalars(query.limit(limit)))


def _is_due() -> ColumnElement[bool]:
    """Return the condition under which the reviewers of a round are to be reminded now; its piece is joined."""
    now = clock.now()
    late = (Round.due_at <= now) & or_(Round.reminded_at < Round.due_at, Round.reminded_at <= now - AGAIN)
    return (
        Round.ended_at.is_(None)
        & (Round.due_at <= now + AHEAD)
        & (Article.state == State.IN_REVIEW)
        & or_(Round.reminded_at.is_(None), late)
    )
