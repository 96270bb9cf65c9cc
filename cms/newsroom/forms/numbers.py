"""Numbers of rows as they come in addresses and forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wtforms import FieldList
from wtforms.validators import NumberRange

#: The largest number that a row can have. A larger one breaks the database's driver, where it only means nothing.
MOST_ROWS = 2**31 - 1


class RowRange(NumberRange):  # type: ignore[misc]
    """Accepts a number that a row could have."""

    def __init__(self, message: str = "That is the number of nothing here.") -> None:
        super().__init__(0, MOST_ROWS, message)


class RowList(FieldList):  # type: ignore[misc]
    """A list of rows. FieldList takes any digit of any alphabet for a row's number, and stumbles over some of them."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                number = row_number(name.removeprefix(f"{prefix}-").partition("-")[0])
                if number is not None:
                    yield number


def row_number(text: str | None) -> int | None:
    """Read a row's number; what no row could have is None."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return int(text) if int(text) <= MOST_ROWS else None
