"""Looking after the event log: is its chain whole, what waits in the outbox, and what was parked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from cms.core import clock
from cms.core.errors import Invalid
from cms.core.events import GENESIS, Delivery, Event, verify

NOTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Head:
    """The newest record: what to note elsewhere, because a tail that was cut off leaves no trace in the chain."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read what `str` wrote; raises Invalid where it is something else."""
        found = NOTED.fullmatch(text.strip())
        if found is None:
            raise Invalid("A noted head looks like 1234:9f86d0...: the number and the whole hash.")
        return cls(int(found[1]), found[2])


@dataclass(frozen=True)
class Outbox:
    """What waits to be handed out, since when, and what was given up on."""

    waiting: int
    oldest: datetime | None
    parked: Sequence[Delivery]


def head(db: Session) -> Head:
    """Return the newest record's number and hash; number 0 before anything happened."""
    found = db.execute(select(Event.id, Event.hash).order_by(Event.id.desc()).limit(1)).one_or_none()
    return Head(*found) if found else Head(0, GENESIS)


def after(db: Session, number: int, *, limit: int) -> Sequence[Event]:
    """Return the first records after that one; they are numbered in the order in which they came to be seen."""
    return db.scalars(select(Event).where(Event.id > number).order_by(Event.id).limit(limit)).all()


def chain(db: Session) -> Iterator[Event]:
    """Yield every record from the first on, without holding them all in memory."""
    yield from db.scalars(select(Event).order_by(Event.id).execution_options(yield_per=1000))


def check(db: Session, noted: Head | None = None) -> tuple[int, str]:
    """Walk the chain; return how many records there are, and what is wrong with the first bad one ('' if nothing).

    With a `noted` head it is also seen where the tail was cut off, or made anew.
    """
    seen = 0
    at_noted = GENESIS if noted and noted.number == 0 else ""

    def walked() -> Iterator[Event]:
        nonlocal seen, at_noted
        for row in chain(db):
            seen += 1
            if noted and row.id == noted.number:
                at_noted = row.hash
            yield row

    if bad := verify(walked()):
        how = (
            "was changed"
            if bad.hash != bad.digest()
            else "does not follow the one before it, which was changed, moved or taken out"
        )
        return seen, f"Record {bad.id} ({bad.name}, {bad.at:%Y-%m-%d %H:%M:%S} UTC) {how}."
    if noted and not at_noted:
        return seen, f"Record {noted.number}, which was noted, is not there: the end of the log was cut off."
    if noted and at_noted != noted.hash:
        return seen, f"Record {noted.number} is not the one that was noted: the log was made anew."
    return seen, ""


def outbox(db: Session) -> Outbox:
    """Return what waits and what is parked, the parked ones with their events."""
    open_ = Delivery.done_at.is_(None)
    waiting, oldest = db.execute(
        select(func.count(Delivery.id), func.min(Delivery.due_at)).where(open_, Delivery.due_at.is_not(None))
    ).one()
    parked = select(Delivery).where(open_, Delivery.due_at.is_(None)).options(joinedload(Delivery.event))
    return Outbox(waiting, oldest, db.scalars(parked.order_by(Delivery.id)).all())


def retry_parked(db: Session) -> int:
    """Give every parked delivery its eight tries again; return how many there were."""
    parked = update(Delivery).where(Delivery.done_at.is_(None), Delivery.due_at.is_(None))
    done = db.execute(parked.values(due_at=clock.now(), attempts=0, lease_until=None))
    return int(done.rowcount)  # type: ignore[attr-defined]
