"""The lists of work: what is mine, what waits for me, everything in hand, what will go out, and what is out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Select

from cms.articles.models import Article
from cms.core import clock
from cms.core.paging import Page, page_number, paginate
from cms.newsroom import choices
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.lines import Line, due, is_overdue, lines, waiting_sentence
from cms.notifications import service as notices
from cms.search import saved
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work
from cms.workflow.models import Round
from cms.workflow.queries import Wanted

bp = Blueprint("desk", __name__)

PER_PAGE = 50
SHOWN = 30  # pieces per group of "My work"; the rest is a page of its own
ORDERS = {"changed": "Newest change first", "due": "Due first", "waiting": "Longest waiting first",
          "headline": "By headline"}  # fmt: skip


@dataclass(frozen=True)
class Hour:
    """One line of the day's schedule; `kind` is live, scheduled, due or now."""

    at: datetime
    kind: str
    article_id: int = 0
    headline: str = ""


@bp.get("/")
@needs(Can.NEWSROOM_ENTER)
def mine() -> str:
    """Show whoever is signed in what needs them today."""
    now, zone, me = clock.now(), services().settings.zone, user()
    waiting = _some(work.waiting_for(me))
    own = [article for article in _some(work.my_work(me)) if article not in waiting]
    rounds = work.rounds_of(db(), [*waiting, *own])
    late = [article for article in (*waiting, *own) if is_overdue(article, now, rounds.get(article.id))]
    shown = _lines([*waiting, *own], now, rounds)
    by_id = {line.article.id: line for line in shown}

    def group(articles: list[Article]) -> list[Line]:
        return [by_id[article.id] for article in articles if article not in late]

    return render_template(
        "newsroom/desk/mine.html",
        sentence=waiting_sentence(waiting, len(own), now=now, zone=zone),
        late=[by_id[article.id] for article in sorted(late, key=lambda a: due(a, rounds.get(a.id)) or now)],
        waiting=group(waiting),
        own=group(own),
        is_more=len(waiting) == SHOWN or len(own) == SHOWN,
        today=_day([*waiting, *own], rounds, now),
        now=now,
        notices=db().scalars(notices.inbox(me).limit(4)).all(),
        saved=saved.on_desk(db(), me, services().staff_search),
    )


@bp.get("/waiting")
@needs(Can.ARTICLE_READ)
def waiting() -> str:
    """Show everything that waits for whoever is signed in."""
    page = _page(work.waiting_for(user()))
    return render_template(
        "newsroom/desk/waiting.html",
        page=page,
        lines=_lines(page.items, rounds=work.rounds_of(db(), page.items)),
        sentence=waiting_sentence(page.items, 0, now=clock.now(), zone=services().settings.zone)
        if page.total <= PER_PAGE else f"{page.total} pieces wait for you.",
    )  # fmt: skip


@bp.get("/pieces")
@needs(Can.ARTICLE_READ)
def pieces() -> str:
    """Show every piece that whoever is signed in may read, narrowed by the filters."""
    wanted = _wanted()
    page = _page(work.the_desk(user(), wanted))
    return render_template(
        "newsroom/desk/pieces.html",
        wanted=wanted,
        narrowed=_narrowed(),
        page=page,
        lines=_lines(page.items),
        counts=work.counts(db(), user()),
        sections=choices.sections(db()),
        desks=choices.desks(db()),
        people=[(name.id, name.label) for name in choices.people(db())],
        orders=ORDERS,
    )


@bp.get("/scheduled")
@needs(Can.ARTICLE_READ)
def scheduled() -> str:
    """Show what will go live, soonest first."""
    page = _page(work.scheduled(user()))
    return render_template("newsroom/desk/scheduled.html", page=page, lines=_lines(page.items))


@bp.get("/live")
@needs(Can.ARTICLE_READ)
def live() -> str:
    """Show what readers can see now, newest first."""
    page = _page(work.live(user()))
    return render_template("newsroom/desk/live.html", page=page, lines=_lines(page.items))


@bp.get("/trash")
@needs(Can.ARTICLE_READ)
def trash() -> str:
    """Show what was dropped, by whom, when and why; whoever may brings it back."""
    wanted = _wanted()
    page = _page(work.trash(user(), wanted))
    narrowed = {key: text for key, text in _narrowed().items() if key in ("q", "section", "desk", "person")}
    return render_template(
        "newsroom/desk/trash.html",
        wanted=wanted,
        narrowed=narrowed,
        page=page,
        drops=work.drops(db(), [article.id for article in page.items]) if page.items else {},
        sections=choices.sections(db()),
        desks=choices.desks(db()),
        people=[(name.id, name.label) for name in choices.people(db())],
    )


def _some(query: Select[Article]) -> list[Article]:
    return list(db().scalars(query.limit(SHOWN)).unique())


def _page(query: Select[Article]) -> Page[Any]:
    return paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)


def _lines(
    articles: Sequence[Article], now: datetime | None = None, rounds: Mapping[int, Round] = MappingProxyType({})
) -> list[Line]:
    ids = [article.id for article in articles]
    if not ids:
        return []
    # What never came out is not live: on most desks that is everything, and saves the question.
    known = [article.id for article in articles if article.first_published_at is not None]
    found = work.last_notes(db(), ids), work.live_rows(db(), known) if known else {}, rounds
    return lines(articles, *found, now=now or clock.now(), zone=services().settings.zone)


def _wanted() -> Wanted:
    """Read the filters from the address; what makes no sense there is not a filter."""
    args = request.args
    state = args.get("state", "")
    return Wanted(
        words=args.get("q", "")[:100],
        state=State(state) if state in tuple(State) else None,
        is_live=state == "live",
        section_id=args.get("section", type=row_number),
        desk_id=args.get("desk", type=row_number),
        person_id=args.get("person", type=row_number),
        order=args.get("order", "changed") if args.get("order") in ORDERS else "changed",
    )


def _narrowed() -> dict[str, str]:
    """Return the filters as they stand in the address, for links that keep them."""
    kept = ("q", "state", "section", "desk", "person", "order")
    return {key: request.args[key] for key in kept if request.args.get(key)}


def _day(concerning: list[Article], rounds: Mapping[int, Round], now: datetime) -> list[Hour]:
    """Return the hours of today at which something went out, will go out, or is due, and the present one."""
    zone = services().settings.zone
    start = datetime.combine(now.astimezone(zone).date(), time(), zone)
    end = datetime.combine(start.date() + timedelta(days=1), time(), zone)
    hours = [
        Hour(o.at, "live" if o.is_live else "scheduled", o.article_id, o.headline)
        for o in work.outings(db(), user(), start, end)
    ]
    hours += [
        Hour(due_at, "due", article.id, article.head.headline if article.head else "")
        for article in concerning
        if (due_at := due(article, rounds.get(article.id))) is not None and start <= due_at < end
        and article.state is not State.SCHEDULED
    ]  # fmt: skip
    return sorted([*hours, Hour(now, "now")], key=lambda hour: hour.at)
