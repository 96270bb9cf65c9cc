"""The one clock, so that tests can hold it still."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


def from_local(text: str, zone: ZoneInfo) -> datetime:
    """Read a form's local date and time (`2026-11-24T06:00`) as the moment it names in `zone`.

    A time that the clocks skip in spring is moved forward by the gap, and one that comes twice
    in autumn means the first (`fold=0`), as PEP 495 defines.

    Raises ValueError where the text is no date and time.
    """
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
