"""The work in numbers, for those who would rather look than read: each chart with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from flask import Blueprint, render_template

from cms.core import clock
from cms.planning import charts
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db
from cms.web.templating import counted

bp = Blueprint("charts", __name__)

TALL = 40  # of a chart of columns, in its own units
ROOM, GAP = 12, 3  # of a column, and between two
HOURS_OF_DAY = 24


@dataclass(frozen=True)
class Column:
    """One column of a chart: where it stands and how tall it is."""

    x: int
    y: float
    width: int
    height: float


def columns(numbers: Sequence[float], most: float) -> list[Column]:
    """Return the columns of these numbers; `most` is the number that fills the height."""
    drawn = []
    for place, number in enumerate(numbers):
        tall = round(TALL * number / most, 1) if most else 0.0
        drawn.append(Column(place * ROOM, TALL - tall, ROOM - GAP, tall))
    return drawn


def shares(numbers: Iterable[float]) -> list[float]:
    """Return how far the bar of each number reaches, in percent of the longest."""
    found = list(numbers)
    most = max(found, default=0)
    return [round(100 * number / most, 1) if most else 0.0 for number in found]


@bp.get("/charts")
@needs(Can.DESK_MEASURE)
def show() -> str:
    """Show what came out, how long pieces wait, who reviews, and what was late, over twelve weeks."""
    zone, now = services().settings.zone, clock.now()
    mondays = charts.weeks(now.astimezone(zone).date())
    since = datetime.combine(mondays[0], time(), zone)
    published = charts.published(db(), mondays, zone)
    passed, loads = charts.passed(db(), since), charts.loads(db(), since)
    punctual = charts.punctual(db(), mondays, now, zone)
    most = max((count for counts in published.values() for count in counts), default=0)
    due = sum(week.due for week in punctual)
    return render_template(
        "newsroom/charts/show.html",
        mondays=mondays,
        sections=[(name, counts, columns(counts, most)) for name, counts in published.items()],
        most=most,
        total=sum(sum(counts) for counts in published.values()),
        passed=list(zip(passed, shares(one.middle for one in passed), strict=True)),
        loads=list(zip(loads, shares(one.decided for one in loads), strict=True)),
        punctual=punctual,
        late=columns([week.share for week in punctual], 1),
        due=due,
        late_share=round(100 * sum(week.late for week in punctual) / due) if due else 0,
        wide=ROOM * len(mondays) - GAP,
        tall=TALL,
        span=span,
    )


def span(hours: float) -> str:
    """Return a span of time as briefly as it can be understood: 40 minutes, 5 hours, 3 days."""
    if hours < 1:
        return counted(round(hours * 60), "minute")
    if hours < 2 * HOURS_OF_DAY:
        return counted(round(hours), "hour")
    return counted(round(hours / HOURS_OF_DAY), "day")
