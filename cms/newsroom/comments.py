"""What is said beside a text: the inbox of all of it, and every verb, by a form or from the editor's script."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.paging import page_number, paginate
from cms.newsroom import talk, workflow
from cms.newsroom.editing import blame
from cms.newsroom.forms.comments import AnswerForm, SayForm
from cms.review.comments import queries, service
from cms.review.models import Thread
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.errors import wants_json
from cms.web.session import db, user

bp = Blueprint("comments", __name__)

PER_PAGE = 50
Answer = Response | str | tuple[str, int]


@bp.get("/comments")
@needs(Can.ARTICLE_DISCUSS)
def index() -> str:
    """Show every open thread that is the business of whoever is signed in, what was said last first."""
    page = paginate(db(), queries.open_to(user()), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template("newsroom/comments/index.html", page=page)


@bp.get("/articles/<int:article_id>/comments")
@needs(Can.ARTICLE_DISCUSS)
def beside(article_id: int) -> Response:
    """Return what is said beside a piece as the editor's script shows it: a part of a page."""
    answer = jsonify({"html": talk.panel(articles.get(db(), user(), article_id))})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/articles/<int:article_id>/comments")
@needs(Can.ARTICLE_DISCUSS)
def say(article_id: int) -> Answer:
    """Say something about a piece."""
    article, form = articles.get(db(), user(), article_id), SayForm()
    form.offer(talk.places(article))
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0], field=next(iter(form.errors)) or "")
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            thread = service.say(
                db(), user(), article, form.text.data or "", form.place(), is_confidential=form.confidential.data
            )  # fmt: skip
    except Invalid as error:
        if wants_json():
            raise
        form.errors.clear()
        blame(form, error)
        return workflow.page(articles.get(db(), user(), article_id), say=form), 422
    return _answer(article_id, thread)


@bp.post("/articles/<int:article_id>/comments/<int:thread_id>/reply")
@needs(Can.ARTICLE_DISCUSS)
def reply(article_id: int, thread_id: int) -> Answer:
    """Answer in a thread."""
    text = AnswerForm().text.data or ""
    return _done(article_id, thread_id, lambda article, thread: service.reply(db(), user(), article, thread, text))


@bp.post("/articles/<int:article_id>/comments/<int:thread_id>/settle")
@needs(Can.ARTICLE_DISCUSS)
def settle(article_id: int, thread_id: int) -> Answer:
    """Close a thread."""
    return _done(article_id, thread_id, lambda article, thread: service.settle(db(), user(), article, thread))


@bp.post("/articles/<int:article_id>/comments/<int:thread_id>/reopen")
@needs(Can.ARTICLE_DISCUSS)
def reopen(article_id: int, thread_id: int) -> Answer:
    """Open a thread again."""
    return _done(article_id, thread_id, lambda article, thread: service.reopen(db(), user(), article, thread))


@bp.post("/articles/<int:article_id>/comments/<int:thread_id>/<int:comment_id>/mend")
@needs(Can.ARTICLE_DISCUSS)
def mend(article_id: int, thread_id: int, comment_id: int) -> Answer:
    """Say something better that one said."""
    text = AnswerForm().text.data or ""

    def act(article: Article, thread: Thread) -> None:
        service.mend(db(), user(), article, thread, queries.comment_of(thread, comment_id), text)

    return _done(article_id, thread_id, act)


@bp.post("/articles/<int:article_id>/comments/<int:thread_id>/<int:comment_id>/take-back")
@needs(Can.ARTICLE_DISCUSS)
def take_back(article_id: int, thread_id: int, comment_id: int) -> Answer:
    """Take back what one said."""

    def act(article: Article, thread: Thread) -> None:
        service.take_back(db(), user(), article, thread, queries.comment_of(thread, comment_id))

    return _done(article_id, thread_id, act)


def _done(article_id: int, thread_id: int, act: Callable[[Article, Thread], object]) -> Answer:
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            thread = queries.thread_of(db(), user(), article, thread_id)
            act(article, thread)
    except (Invalid, Conflict) as error:
        if wants_json():
            raise
        flash(str(error), "bad")
    return _answer(article_id, thread)


def _answer(article_id: int, thread: Thread) -> Answer:
    """Lead back to the thread beside the piece; the editor's script gets all threads anew."""
    if wants_json():
        return jsonify({"html": talk.panel(articles.get(db(), user(), article_id)), "thread": thread.id})
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#thread-{thread.id}")
