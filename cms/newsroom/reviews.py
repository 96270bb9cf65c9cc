"""The queue of reviews: what waits for whose approval, who has it, when it is due, and when it is likely to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request

from cms.articles.models import Article
from cms.core import clock
from cms.core.paging import page_number, paginate
from cms.newsroom import choices
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.lines import due, held, is_overdue, late_or_near, names, near
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import ago, counted
from cms.workflow import forecast, rounds
from cms.workflow import queries as work
from cms.workflow.forecast import Pace
from cms.workflow.models import Round

bp = Blueprint("reviews", __name__)

PER_PAGE = 50


@dataclass(frozen=True)
class Review:
    """One review in the queue: whose approval it waits for and who has it, when it is due, and what is likely."""

    article: Article
    headline: str
    note: str
    waits_for: str
    when: str
    is_late: bool
    likely: str


@bp.get("/reviews")
@needs(Can.ARTICLE_READ)
def index() -> str:
    """Show every review that is running, what is overdue first; `?whose=mine` and `?desk=2` narrow."""
    desk_id, is_mine = request.args.get("desk", type=row_number), request.args.get("whose") == "mine"
    query = work.reviews(user(), desk_id=desk_id, is_mine=is_mine)
    page = paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)
    found, desks = work.rounds_of(db(), page.items), choices.desks(db())
    named = dict(desks)
    paces = forecast.paces(db(), {round_.desk_id for round_ in found.values()})
    return render_template(
        "newsroom/reviews/index.html",
        page=page,
        reviews=[_review(article, found[article.id], paces, named.get(article.desk_id, "")) for article in page.items],
        late=sum(is_overdue(article, clock.now(), found[article.id]) for article in page.items),
        paces=[(name, _span(paces[i].usual), _span(paces[i].slow), paces[i].count) for i, name in desks if i in paces],
        desks=desks,
        narrowed={key: request.args[key] for key in ("desk", "whose") if request.args.get(key)},
        desk_id=desk_id,
        is_mine=is_mine,
    )


def likely(article: Article, round_: Round, pace: Pace | None) -> str:
    """Say when a review is likely to be decided, going by what the desk has done so far."""
    if pace is None:
        return ""
    at = forecast.expected(round_, pace, since=article.state_since)
    return near(at, now=clock.now(), zone=services().settings.zone) if at is not None else "longer than usual"


def _review(article: Article, round_: Round, paces: dict[int, Pace], desk: str) -> Review:
    assert article.head is not None
    now, due_at, who = clock.now(), due(article, round_), names(article)
    when, is_late = late_or_near(due_at, now=now, zone=services().settings.zone) if due_at is not None else ("", False)
    return Review(
        article=article,
        headline=article.head.headline,
        note=" ".join(
            filter(
                None, (f"{f'From {who}, s' if who else 'S'}ubmitted {ago(article.state_since)}.", held(article, round_))
            )
        ),
        waits_for=rounds.waits_for(round_, article.head, desk=desk),
        when=when,
        is_late=is_late,
        likely=likely(article, round_, paces.get(round_.desk_id)),
    )


def _span(span: timedelta) -> str:
    """Return a span of time as one says it: 40 minutes, 5 hours, 2 days."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 90:
        return counted(max(1, minutes), "minute")
    hours = round(minutes / 60)
    return counted(hours, "hour") if hours < 48 else counted(round(hours / 24), "day")
