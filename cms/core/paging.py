"""Pages of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
FURTHEST = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,9})")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: `items`, its `number` (from 1), how many `per_page`, and the `total` of items on all pages."""

    items: Sequence[T]
    number: int
    per_page: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def window(self) -> list[int]:
        """The page numbers to offer: the first, the last, and those around this one; 0 marks a gap."""
        near = {1, self.count, *range(max(1, self.number - 2), min(self.count, self.number + 2) + 1)}
        shown: list[int] = []
        for number in sorted(near):
            if shown and number > shown[-1] + 1:
                shown.append(0)
            shown.append(number)
        return shown


def page_number(text: str | None) -> int:
    """Read a page number from an address; nonsense means the first."""
    return min(int(text[:9]), FURTHEST) if text and text.isascii() and text.isdigit() and int(text[:9]) > 0 else 1


def paginate(db: Session, query: Select[Any], *, number: int, per_page: int) -> Page[Any]:
    """Return one page of a query's first column, and the total."""
    total = db.scalar(select(func.count()).select_from(query.order_by(None).options().subquery())) or 0
    items = db.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(items, number, per_page, total)


def sliced(items: Sequence[T], *, number: int, per_page: int) -> Page[T]:
    """Return one page of what is whole in memory."""
    start = (number - 1) * per_page
    return Page(items[start : start + per_page], number, per_page, len(items))


@dataclass(frozen=True)
class Cursor:
    """A place in a list that is ordered by moment and id: a page goes on from here, however long the list is.

    Counting pages would cost more with every piece ever published, and shift under a reader while new ones appear.
    """

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """Read a place from an address; nonsense means the beginning."""
        found = CURSOR.fullmatch(text or "")
        return cls(EPOCH + timedelta(microseconds=int(found[1])), int(found[2])) if found else None
