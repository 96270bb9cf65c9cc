"""The receipt of an approval: copies of all that it rests on, so that it says the same whatever happens later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles.models import Article, Revision
from cms.core import clock
from cms.policy import Actor
from cms.review import queries as review
from cms.workflow import rounds
from cms.workflow.models import Approval, Round


def write(db: Session, actor: Actor, article: Article, head: Revision, round_: Round | None, *, note: str) -> None:
    """Write the receipt for one text, after the last approval of its round; an imported piece has none."""
    db.add(
        Approval(
            article_id=article.id,
            revision_id=head.id,
            content_hash=head.content_hash,
            approved_by_id=actor.id,
            approved_at=clock.now(),
            note=note,
            rules=round_.rules.words if round_ is not None else "",
            signatures=_signatures(db, round_) if round_ is not None else [],
            ticks=[
                {"text": one.text, "by": one.made_by.name, "at": one.made_at.isoformat()}
                for one in rounds.ticks(db, article, round_).values()
            ],
            waivers=[
                {"text": one.text, "reason": one.reason, "by": one.made_by.name, "at": one.made_at.isoformat()}
                for one in review.waivers(db, article)
            ],
        )
    )


def _signatures(db: Session, round_: Round) -> list[dict[str, Any]]:
    """Return who approved which text when, and for whom, in the order of the stages."""
    ids = [seat.signed_by_id for seat in round_.seats if seat.signed_by_id is not None]
    names = dict(db.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
    return [
        {
            "by": names[seat.signed_by_id], "by_id": seat.signed_by_id, "at": seat.signed_at.isoformat(),
            "for": seat.asked.words, "revision": seat.number, "hash": seat.content_hash, "note": seat.note,
        }
        for seat in round_.seats
        if seat.signed_by_id is not None and seat.signed_at is not None
    ]  # fmt: skip
