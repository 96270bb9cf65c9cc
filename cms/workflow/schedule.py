"""Publishing what is due, by the same verb that people use."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock, events
from cms.core.db import transaction
from cms.core.errors import CmsError
from cms.policy import SYSTEM
from cms.vocabulary import State
from cms.workflow import service

log = structlog.get_logger()
LONGEST_PAUSE = timedelta(minutes=5)


class Schedule:
    """Takes scheduled pieces live. One that cannot go is reported once and tried again at growing intervals."""

    def __init__(self) -> None:
        self._failed: dict[int, tuple[int, datetime]] = {}

    def is_needed(self, db: Session) -> bool:
        """Tell cheaply whether a piece is due."""
        return bool(self._due(db))

    def publish_due(self, sessions: sessionmaker[Session]) -> int:
        """Publish every piece whose time has come, each in its own transaction; return how many went live."""
        with sessions() as db:
            due = self._due(db)
        return sum(self._publish(sessions, article_id) for article_id in due)

    def _due(self, db: Session) -> list[int]:
        now = clock.now()
        query = select(Article.id).where(Article.state == State.SCHEDULED, Article.publish_at <= now)
        ids = db.scalars(query.order_by(Article.publish_at))
        return [i for i in ids if i not in self._failed or self._failed[i][1] <= now]

    def _publish(self, sessions: sessionmaker[Session], article_id: int) -> bool:
        try:
            with sessions() as db, transaction(db):
                article = articles.load(db, article_id)
                # Looked at again inside the transaction: another worker, or an editor, may have been faster.
                if article.state is not State.SCHEDULED or not article.publish_at or article.publish_at > clock.now():
                    return False
                service.move(db, SYSTEM, article, "publish")
        except CmsError as exc:
            self._report(sessions, article_id, service.reason_of(exc))
            return False
        except Exception:
            log.exception("schedule.failed", article=article_id)
            self._report(sessions, article_id, "Something went wrong inside Galley; the log has the details.")
            return False
        self._failed.pop(article_id, None)
        return True

    def _report(self, sessions: sessionmaker[Session], article_id: int, reason: str) -> None:
        tries = self._failed.get(article_id, (0, clock.now()))[0] + 1
        self._failed[article_id] = (tries, clock.now() + min(timedelta(seconds=5 * 2**tries), LONGEST_PAUSE))
        log.warning("schedule.refused", article=article_id, tries=tries, reason=reason)
        if tries == 1:
            with sessions() as db, transaction(db):
                events.record(db, SYSTEM, "article.publish_failed", articles.load(db, article_id), reason=reason)
