"""Who reviews a piece: taking it up, asking and handing over, by when it is due, and ticking what was done."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.newsroom import reviews
from cms.newsroom.editing import blame, carried_out
from cms.newsroom.forms.articles import moment
from cms.newsroom.forms.reviewers import AskForm, ReviewPlanForm, TickForm
from cms.policy import require
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import local
from cms.workflow import forecast, reviewers, rounds

bp = Blueprint("reviewers", __name__, url_prefix="/articles/<int:article_id>/reviewers")

Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.ARTICLE_APPROVE)
def show(article_id: int) -> Answer:
    """Show whose approvals a review waits for, who can be asked, and when it is due."""
    article = articles.get(db(), user(), article_id)
    require(user(), Can.ARTICLE_APPROVE, article)
    return _page(article)


@bp.post("/claim")
@needs(Can.ARTICLE_APPROVE)
def claim(article_id: int) -> Response:
    """Take up an approval, so that others see that somebody is at it."""
    return _done(
        article_id, lambda article: reviewers.claim(db(), user(), article), "It is yours now; the desk sees it."
    )


@bp.post("/let-go")
@needs(Can.ARTICLE_APPROVE)
def let_go(article_id: int) -> Response:
    """Give it back to everybody who may review the piece."""
    return _done(article_id, lambda article: reviewers.let_go(db(), user(), article), "It waits for everybody again.")


@bp.post("/ask")
@needs(Can.ARTICLE_APPROVE)
def ask(article_id: int) -> Answer:
    """Ask one person, or hand one's own part over to them."""
    form, article = AskForm(), articles.get(db(), user(), article_id)
    people = _people(article)
    form.offer(people)
    try:
        if not form.validate() or form.user_id.data is None:
            raise Invalid("Choose whom to ask.", field="user_id")
        with transaction(db()):
            reviewers.ask(db(), user(), articles.held(db(), user(), article_id), form.user_id.data)
    except Invalid as error:
        blame(form, error)
        return _page(articles.get(db(), user(), article_id), ask=form, status=422)
    except Conflict as error:
        flash(str(error), "bad")
    else:
        flash(f"{dict(people)[form.user_id.data]} has been asked.", "good")
    return redirect(url_for("newsroom.reviewers.show", article_id=article_id))


@bp.post("/plan")
@needs(Can.ARTICLE_APPROVE)
def plan(article_id: int) -> Answer:
    """Say by when the review is due and how much it presses."""
    form, zone = ReviewPlanForm(), services().settings.zone
    form.offer(zone)
    try:
        is_planned = carried_out(form, lambda: reviewers.plan(
            db(), user(), articles.held(db(), user(), article_id), due_at=moment(form.due_at.data, zone),
            priority=form.priority.data,
        ))  # fmt: skip
    except Conflict as error:
        flash(str(error), "bad")
    else:
        if not is_planned:
            return _page(articles.get(db(), user(), article_id), plan=form, status=422)
        flash("The review is planned.", "good")
    return redirect(url_for("newsroom.reviewers.show", article_id=article_id))


@bp.post("/tick")
@needs(Can.ARTICLE_APPROVE)
def tick(article_id: int) -> Response:
    """Say what of the things to tick is done for this text."""
    form = TickForm()
    if not form.validate():
        raise Invalid("Say what is done.")
    return _done(
        article_id,
        lambda article: reviewers.tick(db(), user(), article, form.done.data or [], seen=form.seen.data),
        "Kept, for this text.",
    )  # fmt: skip


def _done(article_id: int, verb: Callable[[Article], None], said: str) -> Response:
    """Do it to the piece, once nobody else does something to it, and say so; or say why it cannot be done."""
    try:
        with transaction(db()):
            verb(articles.held(db(), user(), article_id))
    except (Conflict, Invalid) as error:
        flash(str(error), "bad")
    else:
        flash(said, "good")
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#decision")


def _page(
    article: Article, *, ask: AskForm | None = None, plan: ReviewPlanForm | None = None, status: int = 200
) -> Answer:  # fmt: skip
    round_ = rounds.running(db(), article)
    if round_ is None or article.state is not State.IN_REVIEW:
        flash(f"A piece that is {article.state.label} waits for no approval.", "info")
        return redirect(url_for("newsroom.articles.show", article_id=article.id))
    assert article.head is not None
    pace = forecast.paces(db(), [round_.desk_id]).get(round_.desk_id)
    if ask is None:
        ask = AskForm(formdata=None)
        ask.offer(_people(article))
    if plan is None:
        plan = ReviewPlanForm(formdata=None, due_at=local(round_.due_at), priority=round_.priority)
    shown = render_template(
        "newsroom/reviewers/show.html", article=article, round=round_, ask=ask, plan=plan,
        likely=reviews.likely(article, round_, pace), waits_for=rounds.waits_for(round_, article.head),
    )  # fmt: skip
    return shown, status


def _people(article: Article) -> list[tuple[int, str]]:
    """Return who can be asked; oneself takes it up instead."""
    round_ = rounds.running(db(), article)
    could = reviewers.could_be_asked(db(), article, round_) if round_ is not None else []
    return [(person.id, person.name) for person in could if person.id != user().id]
