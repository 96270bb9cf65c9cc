"""Suggesting: the editor over a copy of one's own, and what is decided or said about each change that it makes."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cms.articles import document
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.newsroom import editing, talk
from cms.newsroom.forms.comments import AnswerForm
from cms.newsroom.forms.suggestions import DecideForm, SuggestForm
from cms.policy import can
from cms.review.models import Suggestion, Thread
from cms.review.suggestions import queries, service
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.errors import wants_json
from cms.web.session import db, user
from cms.web.templating import counted, iso

bp = Blueprint("suggestions", __name__, url_prefix="/articles")

Answer = Response | str | tuple[str, int]


@bp.get("/<int:article_id>/suggest")
@needs(Can.ARTICLE_SUGGEST)
def edit(article_id: int) -> str:
    """Show the piece to be changed, as a copy of one's own: with everything in it that one suggested before."""
    article = articles.get(db(), user(), article_id)
    if not can(user(), Can.ARTICLE_SUGGEST, article):
        raise Forbidden(f"Nothing can be suggested while the piece is {article.state.label}.")
    copy = queries.own_copy(db(), user(), article)
    assert article.head is not None
    return _page(article, SuggestForm.showing(copy, article.head.id), copy.body)


@bp.post("/<int:article_id>/suggest")
@needs(Can.ARTICLE_SUGGEST)
def suggest(article_id: int) -> Answer:
    """Store what the copy changes as suggestions."""
    form = SuggestForm()
    try:
        article = _suggested(article_id, form)
    except Invalid as error:
        article = articles.get(db(), user(), article_id)
        editing.blame(form, error)
        return _page(article, form, article.head.body if article.head else "", problem=str(error)), 422
    own = [one for one in queries.waiting(db(), article) if one.proposal.author_id == user().id]
    flash(f"{counted(len(own), 'suggestion', words=True).capitalize()} of yours wait beside the piece." if own else
          "Your copy says what the text says: nothing is suggested.", "good")  # fmt: skip
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#suggested")


@bp.post("/<int:article_id>/suggest/copy")
@needs(Can.ARTICLE_SUGGEST)
def keep(article_id: int) -> Response:
    """Keep what the copy suggests by now, while somebody writes."""
    form = SuggestForm()
    article = _suggested(article_id, form, is_quiet=True)
    body = queries.own_copy(db(), user(), article).body
    return jsonify({
        "kept_at": iso(clock.now()), "number": form.number.data or 0, "findings": [], "clear": "",
        "words": document.word_count(body), "minutes": document.reading_minutes(body),
    })  # fmt: skip


@bp.post("/<int:article_id>/suggest/save")
@needs(Can.ARTICLE_SUGGEST)
def save(article_id: int) -> Response:
    """Store what the copy changes as suggestions, and answer as a save does: with the copy as it is by now."""
    article = _suggested(article_id, SuggestForm())
    head, copy = article.head, queries.own_copy(db(), user(), article)
    assert head is not None
    shown = SuggestForm.showing(copy, head.id)
    fields = {name: str(shown[name].data or "") for name in ("headline", "kicker", "dek", "hero_alt", "hero_caption")}
    return jsonify({
        "revision": {"id": head.id, "number": head.number, "hash": head.content_hash, "made_at": iso(clock.now())},
        "is_new": True, "is_newest": True, "body": copy.body, "fields": {**fields, "body": copy.body},
        "brought_in": [], "who": "", "added": [], "dropped": editing.dropped(),
    })  # fmt: skip


@bp.post("/<int:article_id>/suggestions/<int:suggestion_id>/accept")
@needs(Can.ARTICLE_EDIT)
def accept(article_id: int, suggestion_id: int) -> Response:
    """Make a suggestion in the text, or those of its single changes that are ticked."""
    picks = DecideForm().pick.data or None

    def act(article: Article, suggestion: Suggestion) -> None:
        service.accept(db(), user(), article, suggestion, picks)

    return _decided(article_id, suggestion_id, act)


@bp.post("/<int:article_id>/suggestions/<int:suggestion_id>/reject")
@needs(Can.ARTICLE_SUGGEST)
def reject(article_id: int, suggestion_id: int) -> Response:
    """Leave the text as it is."""
    reason = DecideForm().reason.data or ""
    return _decided(article_id, suggestion_id, lambda a, s: service.reject(db(), user(), a, s, reason))


@bp.post("/<int:article_id>/suggestions/<int:suggestion_id>/answer")
@needs(Can.ARTICLE_DISCUSS)
def answer(article_id: int, suggestion_id: int) -> Response:
    """Say something about a suggestion instead of deciding about it."""
    text = AnswerForm().text.data or ""
    return _decided(article_id, suggestion_id, lambda a, s: service.answer(db(), user(), a, s, text))


@bp.post("/<int:article_id>/suggestions/of/<int:proposal_id>/accept")
@needs(Can.ARTICLE_EDIT)
def accept_all(article_id: int, proposal_id: int) -> Response:
    """Make everything that one person suggests in the text."""
    with transaction(db()):
        article = articles.held(db(), user(), article_id)
        taken = service.accept_all(db(), user(), article, proposal_id)
    if wants_json():
        return _back(article_id)
    flash(
        f"{counted(taken.accepted, 'suggestion is', 'suggestions are', words=True).capitalize()} in the text.", "good"
    )
    if taken.stale:
        flash("Not taken, and still waiting: " + " ".join(dict.fromkeys(taken.stale)), "warn")
    return _back(article_id)


def _decided(article_id: int, suggestion_id: int, act: Callable[[Article, Suggestion], Thread | None]) -> Response:
    said = None
    try:
        with transaction(db()):
            article = articles.held(db(), user(), article_id)
            said = act(article, queries.suggestion_of(db(), user(), article, suggestion_id))
    except (Conflict, Invalid) as error:
        if wants_json():
            raise
        flash(str(error), "bad")
    return _back(article_id, said)


def _back(article_id: int, said: Thread | None = None) -> Response:
    """Lead back to what is suggested or said; the editor's script gets all that lies beside the piece anew."""
    if wants_json():
        html = talk.panel(articles.get(db(), user(), article_id))
        return jsonify({"html": html, "thread": said.id} if said else {"html": html, "is_changed": True})
    place = f"thread-{said.id}" if said else "suggested"
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#{place}")


def _suggested(article_id: int, form: SuggestForm, *, is_quiet: bool = False) -> Article:
    """Store what was sent, and return the piece; raises Invalid naming the field."""
    if not form.validate():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=name or "")
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        assert article.head is not None
        wanted = form.content(article.head.content())
        service.suggest(db(), user(), article, wanted, seen=form.seen.data, is_quiet=is_quiet)
    return article


def _page(article: Article, form: SuggestForm, body: str, *, problem: str = "") -> str:
    return render_template(
        "newsroom/suggestions/edit.html", article=article, head=article.head, form=form, still=body, problem=problem,
        outline=document.outline(body), minutes=document.reading_minutes(body),
    )  # fmt: skip
