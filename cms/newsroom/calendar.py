"""The calendar of the newsroom, by month and by week: what is due, what goes out, what is under embargo, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, Refused
from cms.newsroom.forms.planning import DateForm
from cms.planning import calendar, service
from cms.planning.calendar import LIVE, Day
from cms.planning.service import Date
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import DAYS, MONTHS, counted, listed

bp = Blueprint("calendar", __name__, url_prefix="/calendar")

FIRST, LAST = 1990, 2100  # years that one can leaf to
MONTH, WEEK = "month", "week"
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.ARTICLE_READ)
def show() -> str:
    """Show a month, or a week: `?view=week&on=2026-11-26`."""
    return _page()


@bp.post("/<int:article_id>/<which>")
@needs(Can.ARTICLE_READ)
def move(article_id: int, which: str) -> Answer:
    """Move one date of a piece to another day, at the same hour."""
    if which not in tuple(Date):
        abort(404)
    form = DateForm()
    if not form.validate():
        raise Invalid(next(iter(form.errors.values()))[0])
    day = form.chosen
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            service.move_date(db(), user(), article, Date(which), day, services().settings.zone)
    except (Refused, Conflict, Forbidden, Invalid) as error:
        article = articles.get(db(), user(), article_id)
        headline = article.head.headline if article.head else ""
        return _page(refused=(article_id, headline, _said(error))), status_of(error)
    assert article.head is not None
    on = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    flash(f"“{article.head.headline}” {_done(Date(which))} {on} now.", "good")
    return redirect(url_for("newsroom.calendar.show", **_asked()))


def _done(which: Date) -> str:
    return {
        Date.DUE: "is due on", Date.EMBARGO: "is under embargo until", Date.SCHEDULED: "goes out on",
    }[which]  # fmt: skip


def _said(error: CmsError) -> list[str]:
    return [reason.text for reason in error.reasons] if isinstance(error, Refused) else [str(error)]


def _page(*, refused: tuple[int, str, list[str]] | None = None) -> str:
    zone = services().settings.zone
    today = clock.now().astimezone(zone).date()
    on, view = _on(today), WEEK if request.args.get("view") == WEEK else MONTH
    first, number = _window(on, view)
    days = calendar.days(db(), user(), first, number, zone)
    shown = [day for day in days if view == WEEK or day.day.month == on.month]
    return render_template(
        "newsroom/calendar/show.html",
        view=view,
        on=on,
        today=today,
        weeks=[days[start : start + 7] for start in range(0, number, 7)],
        title=f"{MONTHS[on.month - 1]} {on.year}" if view == MONTH else _week_named(first),
        sentence=_sentence(shown, today),
        loose=calendar.loose(db(), user()),
        runs=calendar.runs(db(), user()),
        before=_step(on, view, -1),
        after=_step(on, view, 1),
        asked=_asked(),
        refused=refused,
        names=DAYS,
    )


def _on(today: date) -> date:
    """Return the day that the address asks for, today where it makes no sense."""
    try:
        asked = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today
    return asked if FIRST <= asked.year <= LAST else today


def _asked() -> dict[str, Any]:
    return {name: request.args[name] for name in ("view", "on") if request.args.get(name)}


def _window(on: date, view: str) -> tuple[date, int]:
    """Return the first day that is shown, a Monday, and how many days are: whole weeks."""
    start = on if view == WEEK else on.replace(day=1)
    first = start - timedelta(days=start.weekday())
    if view == WEEK:
        return first, 7
    next_month = (start + timedelta(days=31)).replace(day=1)
    return first, -(-(next_month - first).days // 7) * 7


def _step(on: date, view: str, by: int) -> date:
    if view == WEEK:
        return on + timedelta(days=7 * by)
    middle = on.replace(day=15) + timedelta(days=30 * by)
    return middle.replace(day=1)


def _week_named(first: date) -> str:
    last = first + timedelta(days=6)
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    return f"{first.day}{month} to {last.day} {MONTHS[last.month - 1]} {last.year}"


def _sentence(days: Sequence[Day], today: date) -> str:
    """Say what these days bring: Three pieces go out, five are due, and nothing goes out on nine days to come."""
    found: list[Any] = [entry for day in days for entry in day.entries]
    out = sum(entry.what == Date.SCHEDULED for entry in found)
    gone = sum(entry.what == LIVE for entry in found)
    due = sum(entry.what == Date.DUE for entry in found)
    free = sum(day.is_free for day in days if day.day >= today)
    said = [
        f"{counted(gone, 'piece', words=True)} went out" if gone else "",
        f"{counted(out, 'piece', words=True)} {'goes' if out == 1 else 'go'} out" if out else "",
        f"{counted(due, 'piece', words=True)} {'is' if due == 1 else 'are'} due" if due else "",
        f"nothing goes out on {counted(free, 'day', words=True)} to come" if free else "",
    ]
    text = listed([part for part in said if part]) or "nothing stands here"
    return f"{text[:1].upper()}{text[1:]}."
