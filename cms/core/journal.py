"""Questions about what happened: the event log narrowed and in pages, and whether its newest links hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cms.core.events import GENESIS, Event


@dataclass(frozen=True)
class Wanted:
    """The filters of the log. `name` is an event's, or the noun before its dot; `end` is not included."""

    name: str = ""
    actor_id: int | None = None
    actor_role: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Checked:
    """How many of the newest records were looked at, and the first that does not fit, if any."""

    count: int
    bad: Event | None = None


def happenings(wanted: Wanted, *, before: int | None = None) -> Select[Event]:
    """Return the records that fit, newest first, from just before the record with the number `before` on."""
    query = select(Event).order_by(Event.id.desc())
    if before is not None:
        query = query.where(Event.id < before)
    if wanted.name:
        query = query.where((Event.name == wanted.name) | Event.name.startswith(f"{wanted.name}.", autoescape=True))
    if wanted.actor_id is not None:
        query = query.where(Event.actor_id == wanted.actor_id)
    if wanted.actor_role:
        query = query.where(Event.actor_role == wanted.actor_role)
    if wanted.subject_type:
        query = query.where(Event.subject_type == wanted.subject_type)
    if wanted.subject_id is not None:
        query = query.where(Event.subject_id == wanted.subject_id)
    if wanted.start is not None:
        query = query.where(Event.at >= wanted.start)
    if wanted.end is not None:
        query = query.where(Event.at < wanted.end)
    return query


def names(db: Session) -> list[str]:
    """Return the name of everything that ever happened, in order."""
    return list(db.scalars(select(Event.name).distinct().order_by(Event.name)))


def check_newest(db: Session, count: int) -> Checked:
    """Look whether each of the newest records fits the one before it; `core.trail` walks the whole log."""
    newest = list(db.scalars(select(Event).order_by(Event.id.desc()).limit(count + 1)))[::-1]
    if len(newest) <= count:
        prev, looked_at = GENESIS, newest
    else:
        prev, looked_at = newest[0].hash, newest[1:]
    for row in looked_at:
        if row.prev != prev or row.hash != row.digest():
            return Checked(len(looked_at), row)
        prev = row.hash
    return Checked(len(looked_at))
