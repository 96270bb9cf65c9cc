"""Pitches: ideas that the newsroom votes for, until an editor says yes, with a brief and a day, or no, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.accounts import queries as accounts
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.paging import page_number, paginate
from cms.newsroom import choices
from cms.newsroom.editing import blame
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.planning import AcceptForm, DeclineForm
from cms.planning import queries, service
from cms.planning.queries import Votes
from cms.policy import can
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import local

bp = Blueprint("pitches", __name__, url_prefix="/pitches")

PER_PAGE = 25
USUAL = timedelta(days=14)  # from a yes to the day on which the draft is due
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.PITCH_VOTE)
def index() -> str:
    """Show what waits for a yes or a no, what has the most votes first."""
    section_id = request.args.get("section", type=row_number)
    query = queries.pitches(section_id)
    page = paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template(
        "newsroom/pitches/index.html",
        page=page,
        votes=queries.votes(db(), user(), [article.id for article in page.items]),
        nobody=Votes(),
        by=queries.pitched_by(db(), page.items),
        sections=choices.sections(db()),
        section_id=section_id,
        narrowed={"section": section_id} if section_id else {},
    )


@bp.get("/<int:article_id>")
@needs(Can.PITCH_VOTE)
def show(article_id: int) -> str:
    """Show one pitch: what it would be, who is for it, and, to those who decide, the decision."""
    return _page(queries.pitch(db(), user(), article_id))


@bp.post("/<int:article_id>/vote")
@needs(Can.PITCH_VOTE)
def vote(article_id: int) -> Response:
    """Vote for a pitch, or take the vote back."""
    is_for = request.form.get("do") != "back"
    try:
        with transaction(db()):
            service.vote(db(), user(), queries.pitch(db(), user(), article_id), is_for=is_for)
    except Invalid as error:
        flash(str(error), "bad")
    else:
        flash("Your vote counts." if is_for else "Your vote is taken back.", "good")
    return redirect(url_for("newsroom.pitches.show", article_id=article_id))


@bp.post("/<int:article_id>/accept")
@needs(Can.ARTICLE_PLAN)
def accept(article_id: int) -> Answer:
    """Say yes: it is somebody's to write, by a day, and becomes a draft."""
    form = AcceptForm()
    form.offer(accounts.writing(db()), services().settings.zone)
    if not form.validate():
        return _page(queries.pitch(db(), user(), article_id), accepting=form), 422
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            moved = service.accept(db(), user(), article, form.plan(article))
    except Conflict as error:
        return _decided(error)
    except Invalid as error:
        blame(form, error)
        return _page(queries.pitch(db(), user(), article_id), accepting=form), status_of(error)
    flash("It is a draft now. Whoever writes it has been told." if moved.is_new else "That was done already.", "good")
    return redirect(url_for("newsroom.pitches.index"))


@bp.post("/<int:article_id>/decline")
@needs(Can.ARTICLE_PLAN)
def decline(article_id: int) -> Answer:
    """Say no, and why."""
    form = DeclineForm()
    if not form.validate():
        return _page(queries.pitch(db(), user(), article_id), declining=form), 422
    try:
        with transaction(db()):
            service.decline(db(), user(), articles.get(db(), user(), article_id), note=form.note.data or "")
    except Conflict as error:
        return _decided(error)
    except Invalid as error:
        blame(form, error)
        return _page(queries.pitch(db(), user(), article_id), declining=form), status_of(error)
    flash("That is a no, and whoever pitched it has been told why. It lies in the trash.", "good")
    return redirect(url_for("newsroom.pitches.index"))


def _decided(error: Conflict) -> Response:
    """Somebody else was faster."""
    flash(str(error), "bad")
    return redirect(url_for("newsroom.pitches.index"))


def _page(article: Article, *, accepting: AcceptForm | None = None, declining: DeclineForm | None = None) -> str:
    decides = can(user(), Can.ARTICLE_PLAN, article)
    if decides and accepting is None:
        due = local(article.due_at or _usually_due())
        accepting = AcceptForm(
            formdata=None, assigned_to_id=article.assigned_to_id or article.created_by_id, due_at=due,
            brief=article.brief,
        )  # fmt: skip
        accepting.offer(accounts.writing(db()), services().settings.zone)
    return render_template(
        "newsroom/pitches/show.html",
        article=article,
        head=article.head,
        by=queries.pitched_by(db(), [article])[article.id],
        votes=queries.votes(db(), user(), [article.id]).get(article.id, Votes()),
        decides=decides,
        accepting=accepting,
        declining=DeclineForm(formdata=None) if declining is None else declining,
    )


def _usually_due() -> datetime:
    day = clock.now().astimezone(services().settings.zone).date() + USUAL
    return datetime.combine(day, time(17), services().settings.zone)
