"""How long a desk takes to review, from its own past, and what follows for a review that is running."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from cms.core import clock
from cms.workflow.models import Round

KEPT = 60  # reviews that a desk is judged by: the newest ones
SINCE = timedelta(days=365)
FEWEST = 5  # fewer say nothing


@dataclass(frozen=True)
class Pace:
    """How long a desk's reviews took, waiting for writers left out: half of them no longer than `usual`, 80% `slow`."""

    usual: timedelta
    slow: timedelta
    count: int


def paces(db: Session, desk_ids: Collection[int]) -> dict[int, Pace]:
    """Return the pace of each of those desks that has reviewed enough; one query over the newest few of each."""
    if not desk_ids:
        return {}
    since = clock.now() - SINCE
    newest = [
        select(Round.desk_id, Round.seconds)
        .where(Round.desk_id == desk_id, Round.decided_at > since)
        .order_by(Round.decided_at.desc())
        .limit(KEPT)
        .subquery()
        for desk_id in sorted(set(desk_ids))
    ]
    took: dict[int, list[int]] = {}
    for desk_id, seconds in db.execute(union_all(*(select(one.c.desk_id, one.c.seconds) for one in newest))):
        took.setdefault(desk_id, []).append(seconds)
    return {desk_id: pace(seconds) for desk_id, seconds in took.items() if len(seconds) >= FEWEST}


def pace(seconds: Sequence[int]) -> Pace:
    """Return the median and the 80th percentile: real reviews both, nothing in between."""
    ordered = sorted(seconds)
    usual, slow = (ordered[ceil(len(ordered) * part) - 1] for part in (0.5, 0.8))
    return Pace(timedelta(seconds=usual), timedelta(seconds=slow), len(ordered))


def expected(round_: Round, pace: Pace, *, since: datetime) -> datetime | None:
    """Return when a review that has waited since then is likely to be decided; None where it took longer than most."""
    now, began = clock.now(), since - timedelta(seconds=round_.seconds)
    return next((at for at in (began + pace.usual, began + pace.slow) if at > now), None)
