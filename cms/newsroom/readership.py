"""How often pieces are opened, where that is counted: a chart for the eye, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template

from cms.articles import queries as articles
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("readership", __name__)

MOST = 50
WIDTH, HEIGHT = 900, 180  # of the chart, in its own units
GAP = 0.3  # of a bar's room


@dataclass(frozen=True)
class Bar:
    """One day of the chart: its number, and where its bar stands."""

    day: date
    views: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """The days of a month as bars; the tallest fills the height."""

    bars: Sequence[Bar]
    most: int
    total: int

    @classmethod
    def of(cls, days: Sequence[tuple[date, int]]) -> Chart:
        """Draw the chart of these days."""
        most = max((views for _, views in days), default=0)
        room = WIDTH / max(1, len(days))
        bars = []
        for at, (day, views) in enumerate(days):
            tall = round(HEIGHT * views / most, 1) if most else 0
            bars.append(
                Bar(day, views, round((at + GAP / 2) * room, 1), HEIGHT - tall, round(room * (1 - GAP), 1), tall)
            )
        return cls(bars, most, sum(views for _, views in days))


@bp.get("/readership")
@needs(Can.VIEWS_READ)
def show() -> str:
    """Show the views of all pieces, day by day, and which were opened most."""
    counted = services().views
    return render_template(
        "newsroom/readership/show.html", chart=Chart.of(counted.by_day(db())), read=counted.most_read(db(), MOST),
        width=WIDTH, height=HEIGHT,
    )  # fmt: skip


@bp.get("/articles/<int:article_id>/readership")
@needs(Can.VIEWS_READ)
def piece(article_id: int) -> str:
    """Show the views of one piece."""
    article = articles.get(db(), user(), article_id)
    return render_template(
        "newsroom/readership/piece.html",
        article=article,
        live=work.live_rows(db(), [article.id]).get(article.id),
        chart=Chart.of(services().views.by_day(db(), article.id)),
        width=WIDTH,
        height=HEIGHT,
    )
