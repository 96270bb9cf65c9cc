"""Arrangements of the front page: what stands where, chosen by chiefs, published now or at a set time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.core.db import Base, Facts, PrimaryKey, words
from cms.publication.models import FEATURES, IN_ROW
from cms.vocabulary import ArrangementState

LEAD, INTERVIEW = "lead", "interview"
#: The places above the spotlight, in the order in which one reads them.
TOP = (LEAD, *(f"feature-{number}" for number in range(1, FEATURES + 1)))


def places_of(section_id: int) -> tuple[str, ...]:
    """Return the places in the row of a section."""
    return tuple(f"row-{section_id}-{number}" for number in range(1, IN_ROW + 1))


@dataclass(frozen=True)
class Pin:
    """A piece that was chosen for a place: until when (None: for good), and since when readers have seen it there."""

    article_id: int
    until: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Layout:
    """What was chosen. A place without a pin fills itself; so do the sections where `rows` names none.

    `series_id` is the series in the spotlight, None for that of the newest interview.
    """

    pins: Mapping[str, Pin] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    series_id: int | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that a piece may be chosen for, in the order of the page."""
        return (*TOP, INTERVIEW, *(place for section_id in self.rows for place in places_of(section_id)))

    def place_of(self, article_id: int) -> str | None:
        """Return where a piece was put, if anywhere."""
        return next((place for place, pin in self.pins.items() if pin.article_id == article_id), None)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `stored` wrote."""
        pins = {
            place: Pin(pin["article"], _moment(pin["until"]), _moment(pin["since"]))
            for place, pin in stored["pins"].items()
        }
        return cls(pins, tuple(stored["rows"]), stored["series"])

    def stored(self) -> dict[str, Any]:
        """Return the layout as plain JSON values."""
        return {
            "pins": {
                place: {
                    "article": pin.article_id,
                    "until": pin.until.isoformat() if pin.until else None,
                    "since": pin.since.isoformat() if pin.since else None,
                }
                for place, pin in self.pins.items()
            },
            "rows": list(self.rows),
            "series": self.series_id,
        }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Arrangement(Base):
    """One arrangement and where it has got to. Which of the published ones stands, the edition says."""

    __tablename__ = "arrangement"
    __table_args__ = (
        CheckConstraint("(state = 'scheduled') = (publish_at IS NOT NULL)", name="scheduled_has_time"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_time"),
        Index("ix_arrangement_publish_at", "publish_at"),
        Index("ix_arrangement_published_at", "published_at"),
    )
    id: Mapped[PrimaryKey]
    state: Mapped[ArrangementState] = mapped_column(words(ArrangementState))
    chosen: Mapped[Facts]  # a `Layout`, as it writes itself
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    begun_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    publish_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None where the schedule did it
    published_at: Mapped[datetime | None]
    next_end_at: Mapped[datetime | None]  # while it stands: when the next of its pins comes to its end
    version: Mapped[int] = mapped_column()
    changed_by: Mapped[User | None] = relationship(foreign_keys=[changed_by_id], lazy="raise_on_sql")
    published_by: Mapped[User | None] = relationship(foreign_keys=[published_by_id], lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def layout(self) -> Layout:
        """What was chosen, as a value."""
        return Layout.read(self.chosen)

    @layout.setter
    def layout(self, layout: Layout) -> None:
        self.chosen = layout.stored()
