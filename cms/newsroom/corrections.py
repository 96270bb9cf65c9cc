"""What readers are told of a change to a piece that they know: the question, the answer, and what was told before."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, Refused
from cms.newsroom.editing import blame
from cms.newsroom.forms.corrections import SUBMIT, AnswerForm, CorrectionForm, TakeOutForm
from cms.newsroom.forms.numbers import row_number
from cms.policy import can
from cms.vocabulary import Can, CorrectionKind
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.session import db, user
from cms.workflow import corrections
from cms.workflow import service as workflow

bp = Blueprint("corrections", __name__, url_prefix="/articles")

Answer = Response | str | tuple[str, int]


@bp.get("/<int:article_id>/corrections")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> str:
    """Ask whether the newest text is a correction, with the form filled in; `?about=2` is about the second sentence."""
    article = articles.get(db(), user(), article_id)
    return _page(article, None)


@bp.post("/<int:article_id>/corrections")
@needs(Can.ARTICLE_EDIT)
def add(article_id: int) -> Answer:
    """Write one, and submit the piece where that was asked for before."""
    form = CorrectionForm()
    if not form.validate():
        return _page(articles.get(db(), user(), article_id), form), 422
    try:
        with transaction(db()):
            article = articles.held(db(), user(), article_id)
            texts.correct(
                db(), user(), article, kind=CorrectionKind(form.kind.data), text=form.text.data,
                before=form.before.data, after=form.after.data, seen=form.seen.data,
            )  # fmt: skip
    except (Invalid, Conflict, Forbidden) as error:
        blame(form, error)
        return _page(articles.get(db(), user(), article_id), form, problem=_said(error)), status_of(error)
    flash("It goes out with the text, once that is approved and published.", "good")
    return _go_on(article_id, form)


@bp.post("/<int:article_id>/corrections/none")
@needs(Can.ARTICLE_EDIT)
def rule_out(article_id: int) -> Response:
    """Record that what was changed is no correction."""
    form = AnswerForm()
    if not form.validate():
        raise Invalid("Say about which text that is. Reload the page.")
    with transaction(db()):
        article = articles.held(db(), user(), article_id)
        corrections.rule_out(db(), user(), article, seen=form.seen.data)
    flash("Noted in the history: it is no correction.", "good")
    return _go_on(article_id, form)


@bp.post("/<int:article_id>/corrections/take-out")
@needs(Can.ARTICLE_EDIT)
def take_out(article_id: int) -> Response:
    """Take one out that is not out yet."""
    form = TakeOutForm()
    if not form.validate():
        raise Invalid("Say which correction to take out. Reload the page.")
    with transaction(db()):
        article = articles.held(db(), user(), article_id)
        texts.take_out(db(), user(), article, form.number.data, seen=form.seen.data)
    flash("It will not be told to readers. The history keeps its words.", "good")
    return redirect(url_for("newsroom.corrections.show", article_id=article_id))


def is_asked(error: CmsError) -> bool:
    """Tell whether nothing but this question stands in the way."""
    return isinstance(error, Refused) and all(reason.place == "corrections" for reason in error.reasons)


def _page(article: Article, form: CorrectionForm | None, *, problem: str = "") -> str:
    outlook = workflow.outlook(db(), user(), article)
    asked = outlook.asked
    if form is None:
        about = (row_number(request.args.get("about")) or 1) - 1
        claim = asked.claims[about] if about < len(asked.claims) and not asked.written else None
        form = CorrectionForm(
            formdata=None, seen=article.head_id, then=request.args.get("then", ""), kind=CorrectionKind.CORRECTION,
            before=claim.before if claim else "", after=claim.after if claim else "",
        )  # fmt: skip
    return render_template(
        "newsroom/corrections/show.html",
        article=article,
        asked=asked,
        form=form,
        problem=problem,
        live=outlook.live,
        is_open=can(user(), Can.ARTICLE_EDIT, article),
        offered=[offer.action for offer in outlook.offers],
    )


def _said(error: CmsError) -> str:
    return "" if getattr(error, "field", "") else str(error)


def _go_on(article_id: int, form: AnswerForm) -> Response:
    """Submit, where the question came up at that; else back to where the piece is decided about."""
    if form.then.data == SUBMIT:
        try:
            with transaction(db()):
                workflow.move(db(), user(), articles.get(db(), user(), article_id), "submit")
        except (Refused, Conflict, Forbidden) as error:
            flash(f"It was not submitted: {workflow.reason_of(error)}", "bad")
        else:
            flash("It is with the editors now. You will be told when they answer.", "good")
    return redirect(url_for("newsroom.workflow.review", article_id=article_id))
