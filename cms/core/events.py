"""The append-only event log: one row is the audit entry and the outbox entry at once.

Each row carries the hash of the row before it, so that nothing can be altered or taken out of the middle
unseen; cutting the tail is seen by comparing with a head that was noted elsewhere (`cms audit head`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any, Protocol

import structlog
from sqlalchemy import DDL, ForeignKey, Index, String, Text, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, sessionmaker

from cms.core import clock
from cms.core.db import Base, Facts, Hash, PrimaryKey, after_commit, transaction

log = structlog.get_logger()

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)
GENESIS = "0" * 64
# Any fixed number will do: PostgreSQL's advisory lock that serialises the chain (without it, links fork).
CHAIN_LOCK = 4_242_001


class Moment(Enum):
    """When a reaction happens."""

    NOW = "inside the transaction"
    LATER = "from the outbox, one by one"
    BATCHED = "from the outbox, many at once"


class Event(Base):
    """Something that happened, for ever."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_type", "subject_id", "id"), Index("ix_event_at", "at"))
    id: Mapped[PrimaryKey]
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[int | None]
    actor_role: Mapped[str] = mapped_column(String(32))
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(String(40), default="")
    details: Mapped[Facts]
    prev: Mapped[Hash]
    hash: Mapped[Hash] = mapped_column(unique=True)

    def digest(self) -> str:
        """Return the SHA-256 of this row's canonical JSON, which includes the hash of the row before."""
        body = [
            self.at.isoformat(), self.name, self.actor_id, self.actor_role, self.subject_type, self.subject_id,
            self.request_id, self.details, self.prev,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Delivery(Base):
    """One event waiting to be handed to one subscriber."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "done_at", "due_at"),)
    id: Mapped[PrimaryKey]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    subscriber: Mapped[str] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    event: Mapped[Event] = relationship(lazy="raise_on_sql")


# The application never changes an event; these triggers make the database refuse whoever else tries.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$",
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
    ),
}
for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        _trigger = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Event.__table__, "after_create", _trigger.execute_if(dialect=_dialect))


class Actor(Protocol):
    """Whoever did it (the policy's Actor, seen from below)."""

    @property
    def id(self) -> int | None: ...
    @property
    def role(self) -> Any: ...


class Subject(Protocol):
    """Any row with a number."""

    id: Any
    __tablename__: str


@dataclass(frozen=True)
class Reaction:
    """One row of the wiring: which events, when, and what is called.

    `handler` is called with `(db, event)` for NOW and LATER, and `(db, [event, ...])` for BATCHED.
    NOW runs inside the transaction that recorded the event; the others get a session of their own, may open
    one transaction, and must be idempotent: re-read the thing by id and make the outside match it.
    """

    pattern: str
    moment: Moment
    handler: Callable[..., None]
    key: str

    def wants(self, name: str) -> bool:
        """Tell whether this reaction listens to an event of that name."""
        return wants(self.pattern, name)


def wants(pattern: str, name: str) -> bool:
    """Tell whether a name of an event is one of those that `pattern` means."""
    return any(fnmatchcase(name, one) for one in pattern.split("|"))


def on(pattern: str, moment: Moment, handler: Callable[..., None]) -> Reaction:
    """Return one row of the wiring; patterns are event names with `*`, several parted by `|`."""
    owner = getattr(handler, "__self__", None)
    name = handler.__name__ if owner is None else f"{type(owner).__name__}.{handler.__name__}"
    return Reaction(pattern, moment, handler, f"{handler.__module__.removeprefix('cms.')}.{name}")


@dataclass(frozen=True)
class Reactions:
    """All reactions of a running application, and the hook that wakes its worker."""

    rows: Sequence[Reaction] = ()
    wake: Callable[[], None] = field(default=lambda: None)


def record(db: Session, actor: Actor, name: str, subject: Subject | None, **details: Any) -> Event:
    """Append one fact to the audit trail, run what reacts now, and queue what reacts later.

    `details` must be plain JSON values; never bodies, addresses or secrets.
    """
    if not db.info.get("writing"):
        raise RuntimeError("events are recorded inside a transaction block")
    if subject is not None and subject.id is None:
        db.flush()
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    prev = db.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1)) or GENESIS
    row = Event(
        at=clock.now(),
        name=name,
        actor_id=actor.id,
        actor_role=str(actor.role),
        subject_type=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,
        request_id=str(db.info.get("request_id", "")),
        details=details,
        prev=prev,
        hash="",
    )
    row.hash = row.digest()
    db.add(row)
    db.flush()
    reactions: Reactions = db.info.get("reactions", Reactions())
    later = [r for r in reactions.rows if r.moment is not Moment.NOW and r.wants(name)]
    db.add_all(Delivery(event_id=row.id, subscriber=r.key, due_at=row.at) for r in later)
    for reaction in reactions.rows:
        if reaction.moment is Moment.NOW and reaction.wants(name):
            reaction.handler(db, row)
    after_commit(db, reactions.wake)  # also where nothing is queued: the log itself is read
    return row


def verify(rows: Iterable[Event]) -> Event | None:
    """Return the first row that does not fit the chain, or None where all fit."""
    prev = GENESIS
    for row in rows:
        if row.prev != prev or row.hash != row.digest():
            return row
        prev = row.hash
    return None


def deliver_due(sessions: sessionmaker[Session], reactions: Reactions, *, limit: int = 200) -> int:
    """Hand waiting deliveries to their subscribers; return how many arrived.

    A delivery is leased first, so that two workers never hold the same one, and its lease runs out where a
    worker dies over it. What fails waits 2, 4, 8 ... seconds, and is parked after eight tries.
    """
    claimed = _claim(sessions, limit)
    by_key = {reaction.key: reaction for reaction in reactions.rows}
    done = 0
    for key in dict.fromkeys(subscriber for _, subscriber in claimed):
        ids = [delivery_id for delivery_id, subscriber in claimed if subscriber == key]
        reaction = by_key.get(key)
        groups = [ids] if reaction and reaction.moment is Moment.BATCHED else [[one] for one in ids]
        for group in groups:
            done += _deliver(sessions, reaction, group)
    return done


def _claim(sessions: sessionmaker[Session], limit: int) -> list[tuple[int, str]]:
    now = clock.now()
    waiting = (
        select(Delivery)
        .where(Delivery.done_at.is_(None), Delivery.due_at <= now)
        .where((Delivery.lease_until.is_(None)) | (Delivery.lease_until < now))
        .order_by(Delivery.id)
    )
    with sessions() as db:
        if db.scalar(waiting.with_only_columns(Delivery.id).limit(1)) is None:
            return []  # the usual case: looked at without writing anything
        with transaction(db):
            rows = db.scalars(waiting.limit(limit).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.lease_until = now + LEASE
            return [(row.id, row.subscriber) for row in rows]


def _deliver(sessions: sessionmaker[Session], reaction: Reaction | None, ids: Sequence[int]) -> int:
    try:
        with sessions() as db:
            if reaction is not None:  # a subscriber that was taken out of the wiring has nothing left to do
                events = db.scalars(select(Event).join(Delivery).where(Delivery.id.in_(ids)).order_by(Event.id)).all()
                reaction.handler(db, list(events) if reaction.moment is Moment.BATCHED else events[0])
    except Exception as exc:
        log.exception("delivery.failed", deliveries=list(ids)[:20], subscriber=reaction and reaction.key)
        _settle(sessions, ids, error=repr(exc)[:500])
        return 0
    _settle(sessions, ids, error=None)
    return len(ids)


def _settle(sessions: sessionmaker[Session], ids: Sequence[int], *, error: str | None) -> None:
    now = clock.now()
    with sessions() as db, transaction(db):
        for row in db.scalars(select(Delivery).where(Delivery.id.in_(ids))):
            row.lease_until = None
            row.error = error
            if error is None:
                row.done_at = now
                continue
            row.attempts += 1
            row.due_at = None if row.attempts >= MAX_ATTEMPTS else now + timedelta(seconds=2**row.attempts)
