"""Questions about arrangements: which there are, which one stands, what is due, and what readers would get of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from cms.core import clock
from cms.core.errors import NotFound
from cms.front import rules
from cms.front.models import Arrangement, Layout
from cms.front.rules import Piece
from cms.publication import queries as edition
from cms.publication.models import Published, PublishedFront
from cms.publication.queries import Front
from cms.vocabulary import ArrangementState

_NAMED = (joinedload(Arrangement.changed_by), joinedload(Arrangement.published_by))


def get(db: Session, arrangement_id: int) -> Arrangement:
    """Return one arrangement, and who did what to it; raises NotFound."""
    query = select(Arrangement).where(Arrangement.id == arrangement_id).options(*_NAMED)
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such arrangement of the front page.")
    return found


def standing(db: Session) -> Arrangement | None:
    """Return the arrangement that readers see, if one was ever published."""
    row = edition.standing(db)
    return get(db, row.arrangement_id) if row is not None else None


def drafts() -> Select[Arrangement]:
    """Return the arrangements in work, those that were changed last first."""
    here = select(Arrangement).where(Arrangement.state == ArrangementState.DRAFT).options(*_NAMED)
    return here.order_by(Arrangement.changed_at.desc(), Arrangement.id.desc())


def scheduled() -> Select[Arrangement]:
    """Return the arrangements that wait for their time, the next one first."""
    here = select(Arrangement).where(Arrangement.state == ArrangementState.SCHEDULED).options(*_NAMED)
    return here.order_by(Arrangement.publish_at, Arrangement.id)


def published() -> Select[Arrangement]:
    """Return the arrangements that stand or stood, the newest first."""
    here = select(Arrangement).where(Arrangement.state == ArrangementState.PUBLISHED).options(*_NAMED)
    return here.order_by(Arrangement.published_at.desc(), Arrangement.id.desc())


def due(db: Session, now: datetime) -> list[int]:
    """Return the arrangements whose time has come, in the order in which they were to go out."""
    here = select(Arrangement.id).where(Arrangement.state == ArrangementState.SCHEDULED, Arrangement.publish_at <= now)
    return list(db.scalars(here.order_by(Arrangement.publish_at, Arrangement.id)))


def has_ended(db: Session, now: datetime) -> bool:
    """Tell whether something in the arrangement that stands has come to its end."""
    stands = Arrangement.id == select(PublishedFront.arrangement_id).scalar_subquery()
    return db.scalar(select(Arrangement.id).where(stands, Arrangement.next_end_at <= now)) is not None


def page(db: Session, arrangement: Arrangement) -> Front:
    """Return the front page that readers would get: now, or at the time for which the arrangement is scheduled."""
    moment = max(clock.now(), arrangement.publish_at or clock.now())
    return edition.front_as(db, rules.numbers(rules.at(arrangement.layout, moment)))


def held(arrangement: Arrangement) -> Layout:
    """Return what of an arrangement has not come to its end yet."""
    return rules.at(arrangement.layout, clock.now())


def live_pieces(db: Session, article_ids: Collection[int]) -> dict[int, Piece]:
    """Return what decides where these pieces may stand; those that are not live are left out."""
    if not article_ids:
        return {}
    facts = select(Published.article_id, Published.kind, Published.section_id, Published.series_id)
    return {row.article_id: Piece(*row) for row in db.execute(facts.where(Published.article_id.in_(article_ids)))}
