"""The plan of a piece: its desk, who writes it by when and what is wanted, and before when it may not appear."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cms.accounts import queries as accounts
from cms.articles.models import Article
from cms.articles.service.cutting import head_of, keep_owners
from cms.core import events
from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.policy import Actor, require
from cms.taxonomy.models import Desk
from cms.vocabulary import Can

LONGEST_BRIEF = 2_000


@dataclass(frozen=True)
class Plan:
    """What is planned for a piece; `assigned_to_id` is the login of whoever is asked to write it."""

    desk_id: int
    due_at: datetime | None = None
    embargo_until: datetime | None = None
    brief: str = ""
    assigned_to_id: int | None = None

    @classmethod
    def of(cls, article: Article) -> Plan:
        """Return what is planned for a piece now."""
        return cls(
            article.desk_id, article.due_at, article.embargo_until, article.brief, article.assigned_to_id
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        """Return it as the record keeps it."""
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(self).items()}


def plan(db: Session, actor: Actor, article: Article, wanted: Plan) -> bool:
    """Set what is planned for a piece; return whether that is new. Whoever it is assigned to owns it from then on."""
    require(actor, Can.ARTICLE_PLAN, article)
    brief = clean_text(wanted.brief)
    if db.get(Desk, wanted.desk_id) is None:
        raise Invalid("There is no such desk.", field="desk_id")
    if wanted.embargo_until and article.publish_at and article.publish_at < wanted.embargo_until:
        raise Invalid("It is scheduled for before that embargo ends. Unschedule it first.", field="embargo_until")
    if len(brief) > LONGEST_BRIEF:
        raise Invalid("A brief has at most 2,000 characters. Say it shorter.", field="brief")
    is_new = wanted.assigned_to_id not in (None, article.assigned_to_id)
    if is_new and wanted.assigned_to_id not in dict(accounts.writing(db)):
        raise Invalid("Nobody with that login writes here.", field="assigned_to_id")
    before = Plan.of(article)
    article.desk_id, article.due_at, article.embargo_until = wanted.desk_id, wanted.due_at, wanted.embargo_until
    article.brief, article.assigned_to_id = brief, wanted.assigned_to_id
    after = Plan.of(article)
    if before == after:
        return False
    if before.assigned_to_id != after.assigned_to_id:
        keep_owners(db, article, head_of(article).content())
    old, new = before.told(), after.told()
    changed = [name for name in new if old[name] != new[name]]
    events.record(
        db, actor, "article.planned", article, state=article.state,
        before={name: old[name] for name in changed}, after={name: new[name] for name in changed},
    )  # fmt: skip
    return True
