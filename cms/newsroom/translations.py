"""A piece in several languages: what it is a translation of, its other translations, and beginning one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid, NotFound
from cms.newsroom.editing import blame
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.translations import BeginForm
from cms.newsroom.lines import lines
from cms.policy import can
from cms.vocabulary import Can, Kind
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("translations", __name__, url_prefix="/articles/<int:article_id>/translations")

OFFERED = 12  # pieces to choose from at a time
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> str:
    """Show in which languages there is a piece, and what it could be a translation of; `?q=` narrows that."""
    return _page(_piece(article_id))


@bp.post("/name")
@needs(Can.ARTICLE_TRANSLATE)
def name(article_id: int) -> Answer:
    """Make it a translation of another piece."""
    other_id = row_number(request.form.get("other")) or 0
    return _decide(
        article_id,
        lambda article: texts.name_original(db(), user(), article, articles.get(db(), user(), other_id)),
        "It is a translation now. Readers are told once both are live.",
    )


@bp.post("/drop")
@needs(Can.ARTICLE_TRANSLATE)
def drop(article_id: int) -> Answer:
    """Make it a piece of its own again."""
    return _decide(
        article_id, lambda article: texts.drop_original(db(), user(), article), "It is a piece of its own again."
    )


@bp.post("/begin")
@needs(Can.ARTICLE_CREATE)
def begin(article_id: int) -> Answer:
    """Begin a translation, and go on to its text."""
    form = BeginForm()
    if not form.validate():
        return _page(_piece(article_id), form=form), 422
    try:
        with transaction(db()):
            made = texts.begin_translation(db(), user(), _piece(article_id), form.language.data)
    except (Invalid, Conflict) as error:
        blame(form, error)
        problem = "" if form.language.errors else str(error)
        return _page(_piece(article_id), form=form, problem=problem), status_of(error)
    flash("The translation is begun, with the text that it had, to be written over.", "good")
    return redirect(url_for("newsroom.articles.show", article_id=made.id))


def _decide(article_id: int, decide: Callable[[Article], bool], said: str) -> Answer:
    try:
        with transaction(db()):
            is_new = decide(_piece(article_id))
    except (Invalid, Conflict) as error:
        return _page(_piece(article_id), problem=str(error)), status_of(error)
    if is_new:
        flash(said, "good")
    return redirect(url_for("newsroom.translations.show", article_id=article_id))


def _piece(article_id: int) -> Article:
    """Return the piece; raises NotFound for a page of the house, which has no translations."""
    article = articles.get(db(), user(), article_id)
    if article.head is None or article.head.kind is Kind.PAGE:
        raise NotFound("A page of the house has no translations.")
    return article


def _page(article: Article, *, form: BeginForm | None = None, problem: str = "") -> str:
    words = request.args.get("q", "")[:100]
    group = articles.translations(db(), article)
    readable = [one for one in group if can(user(), Can.ARTICLE_READ, one)]
    ids = [one.id for one in readable]
    live = work.live_rows(db(), ids)
    said = lines(readable, work.last_notes(db(), ids), live, now=clock.now(), zone=services().settings.zone)
    may_name = can(user(), Can.ARTICLE_TRANSLATE, article) and not any(one.original_id == article.id for one in group)
    is_asked = may_name and (article.original_id is None or words)
    found = db().scalars(articles.originals(user(), article, words).limit(OFFERED)).unique().all() if is_asked else []
    return render_template(
        "newsroom/translations/show.html",
        article=article,
        group=group,
        lines={line.article.id: line for line in said},
        live=live.get(article.id),
        may_name=may_name,
        found=found,
        is_more=len(found) == OFFERED,
        words=words,
        form=BeginForm(formdata=None) if form is None else form,
        problem=problem,
    )
