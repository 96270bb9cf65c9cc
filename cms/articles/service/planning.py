"""When a piece is due, on which desk it lies, and before when it may not appear."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core import events
from cms.core.errors import Invalid
from cms.policy import Actor, require
from cms.taxonomy.models import Desk
from cms.vocabulary import Can


def plan(
    db: Session,
    actor: Actor,
    article: Article,
    *,
    desk_id: int,
    due_at: datetime | None,
    embargo_until: datetime | None,
) -> None:
    """Set which desk a piece belongs to, when it is due, and before when it may not appear."""
    require(actor, Can.ARTICLE_PLAN, article)
    if db.get(Desk, desk_id) is None:
        raise Invalid("There is no such desk.", field="desk_id")
    if embargo_until and article.publish_at and article.publish_at < embargo_until:
        raise Invalid("It is scheduled for before that embargo ends. Unschedule it first.", field="embargo_until")
    before = [article.desk_id, _iso(article.due_at), _iso(article.embargo_until)]
    article.desk_id, article.due_at, article.embargo_until = desk_id, due_at, embargo_until
    after = [desk_id, _iso(due_at), _iso(embargo_until)]
    if before != after:
        events.record(db, actor, "article.planned", article, before=before, after=after)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
