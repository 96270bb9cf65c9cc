"""The board: what is in hand, state by state. A card is moved by the very verbs that the buttons of a piece have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, Reason, Refused
from cms.newsroom import choices, places
from cms.newsroom.forms.articles import moment
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.planning import CarryForm
from cms.newsroom.lines import Line, lines
from cms.newsroom.places import Placed
from cms.planning import calendar, queries, service
from cms.planning.queries import Column, Votes
from cms.policy import can
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work
from cms.workflow.transitions import TRANSITIONS

bp = Blueprint("board", __name__, url_prefix="/board")

#: States in which a card says why it is there.
SAYING = (State.CHANGES_REQUESTED, State.TO_CONFIRM)
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Card:
    """One piece on the board, and where whoever looks at it may take it: each way with what its button says."""

    line: Line
    who: str
    note: str
    ways: tuple[tuple[State, str], ...]


@dataclass(frozen=True)
class Refusal:
    """A card that did not move, why, and what may be sent along to move it still.

    It `only_asks` where that is all that is lacking: then nothing went wrong.
    """

    article: Article
    to: State
    text: str
    reasons: Sequence[Placed] = ()
    wants_note: bool = False
    wants_time: bool = False
    only_asks: bool = False


@bp.get("")
@needs(Can.ARTICLE_READ)
def show() -> str:
    """Show the board, and above it what this week brings."""
    return _page()


@bp.post("/<int:article_id>")
@needs(Can.ARTICLE_READ)
def carry(article_id: int) -> Answer:
    """Take a card to another column; where it may not go, say why, with a way to do what is lacking."""
    form = CarryForm()
    if not form.validate():
        raise Invalid("Say to which column of the board the card goes." if form.to.errors else "That cannot be read.")
    to = form.to.data
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            moved = service.carry(
                db(), user(), article, to, seen=form.seen.data, note=form.note.data or "", at=_moment(form.at.data)
            )
    except (Refused, Conflict, Forbidden, Invalid) as error:
        is_first = not (form.note.data or form.at.data)
        return _page(_refusal(articles.get(db(), user(), article_id), to, error, is_first=is_first)), status_of(error)
    assert article.head is not None
    flash(f"“{article.head.headline}” was {moved.transition.done}.", "good")
    return redirect(url_for("newsroom.board.show", **_narrowed()))


def _moment(text: str | None) -> datetime | None:
    try:
        return moment(text, services().settings.zone)
    except ValidationError as error:
        raise Refused([Reason(str(error), "at")]) from error


def _refusal(article: Article, to: State, error: CmsError, *, is_first: bool) -> Refusal:
    reasons = error.reasons if isinstance(error, Refused) else ()
    about = {reason.place for reason in reasons}
    if not reasons:
        return Refusal(article, to, str(error))
    return Refusal(
        article,
        to,
        "",
        places.in_review(article, reasons),
        wants_note="note" in about,
        wants_time=bool(about & {"at", "embargo_until"}),
        only_asks=is_first and about <= {"note", "at"},
    )


def _page(refused: Refusal | None = None) -> str:
    narrowed = _narrowed()
    columns = queries.board(db(), user(), desk_id=narrowed.get("desk"), section_id=narrowed.get("section"))
    zone = services().settings.zone
    today = clock.now().astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return render_template(
        "newsroom/board/show.html",
        columns=_cards(columns),
        total=sum(column.total for column in columns),
        week=calendar.days(db(), user(), monday, 7, zone),
        today=today,
        desks=choices.desks(db()),
        sections=choices.sections(db()),
        narrowed=narrowed,
        refused=refused,
    )


def _cards(columns: Sequence[Column]) -> list[tuple[Column, list[Card]]]:
    shown = [article for column in columns for article in column.articles]
    ids = [article.id for article in shown]
    told = work.last_notes(db(), ids), work.live_rows(db(), ids)
    said = lines(shown, *told, now=clock.now(), zone=services().settings.zone)
    by_id = {line.article.id: line for line in said}
    ideas = [article.id for article in shown if article.state is State.IDEA]
    votes = queries.votes(db(), user(), ideas) if ideas else {}
    return [
        (column, [_card(by_id[article.id], votes.get(article.id, Votes())) for article in column.articles])
        for column in columns
    ]


def _card(line: Line, votes: Votes) -> Card:
    article = line.article
    credits = article.head.credits if article.head else []
    who = next((credit.person.name for credit in credits if credit.role.makes_author), "")
    note = line.note if article.state in SAYING else ""
    if article.state is State.IDEA and votes.names:
        note = f"{len(votes.names)} for it" if len(votes.names) > 1 else "One for it"
    return Card(line, who, note, tuple(_ways(article)))


def _ways(article: Article) -> list[tuple[State, str]]:
    """Return where a card may be taken by whoever looks at it; what then stands in the way is said when it is tried."""
    found = []
    for state in work.IN_HAND:
        for action in service.actions(article.state, state):
            if can(user(), TRANSITIONS[action].needs, article):
                found.append((state, TRANSITIONS[action].label))
                break
    return found


def _narrowed() -> dict[str, Any]:
    wanted = {name: request.args.get(name, type=row_number) for name in ("desk", "section")}
    return {name: number for name, number in wanted.items() if number}
