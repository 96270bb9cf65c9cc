"""One integer that moves whenever anything public changes, so that every copy of a page can tell it is old."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from cms.core.db import Base


class Generation(Base):
    """The single row that holds the number."""

    __tablename__ = "generation"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


def current(db: Session) -> int:
    """Return the present number; 0 before anything was published."""
    return db.scalar(select(Generation.number)) or 0


def bump(db: Session, *_: object) -> None:
    """Move the number, inside the transaction that changes what readers see."""
    moved = db.execute(update(Generation).values(number=Generation.number + 1))
    if not moved.rowcount:  # type: ignore[attr-defined]
        db.add(Generation(id=1, number=1))
        db.flush()
