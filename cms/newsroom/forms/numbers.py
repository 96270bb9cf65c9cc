"""Numbers of rows as they come in addresses and forms."""

from __future__ import annotations

#: The largest number that a row can have. A larger one breaks the database's driver, where it only means nothing.
MOST_ROWS = 2**31 - 1


def row_number(text: str | None) -> int | None:
    """Read a row's number; what no row could have is None."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return int(text) if int(text) <= MOST_ROWS else None
