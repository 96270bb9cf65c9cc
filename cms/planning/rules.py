"""Where a card may go on the board, and what time of day a day means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from cms.core.errors import Conflict
from cms.vocabulary import State
from cms.workflow.queries import IN_HAND
from cms.workflow.transitions import OFFERED, TRANSITIONS

#: The hours that are meant where only a day is chosen.
DUE, OUT = time(17), time(6)


def ways(start: State, end: State) -> list[str]:
    """Return the actions that lead from one state to another; raises Conflict, saying what does, where none does."""
    if not (found := actions(start, end)):
        onward = [state for state in IN_HAND if actions(start, state)]
        names = " or ".join(f"“{state.label}”" for state in onward)
        raise Conflict(f"Nothing goes straight from “{start.label}” to “{end.label}”. From here it goes to {names}.")
    return found


def actions(start: State, end: State) -> list[str]:
    """Return the actions that lead from one state to another: what asks for no words first, then the narrowest."""
    rows = [(action, TRANSITIONS[action]) for action in OFFERED]
    found = [row for row in rows if start in row[1].sources and row[1].target is end]
    return [action for action, row in sorted(found, key=lambda pair: (pair[1].wants_words, len(pair[1].sources)))]


def moved_to(day: date, before: datetime | None, usual: time, zone: ZoneInfo) -> datetime:
    """Return the same hour on another day; the usual one where there was none."""
    hour = before.astimezone(zone).time().replace(tzinfo=None) if before else usual
    return datetime.combine(day, hour, zone).astimezone(UTC)


def gaps(planned: int, parts: Sequence[int]) -> list[int]:
    """Return the parts of a series, as far as it is planned or has got, of which there is no piece."""
    return sorted(set(range(1, max(planned, *parts, 0) + 1)) - set(parts)) if parts or planned else []
