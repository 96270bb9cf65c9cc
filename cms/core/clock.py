"""The one clock, which can be held still: by tests, and by the demo, whose history lies in the past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held(at: datetime) -> Iterator[None]:
    """Let it be `at` inside the block, in this thread only."""
    token = _held.set(at)
    try:
        yield
    finally:
        _held.reset(token)


def from_local(text: str, zone: ZoneInfo) -> datetime:
    """Read a form's local date and time (`2026-11-24T06:00`) as the moment it names in `zone`.

    A time that the clocks skip in spring is moved forward by the gap, and one that comes twice
    in autumn means the first (`fold=0`), as PEP 495 defines.

    Raises ValueError where the text is no date and time.
    """
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
