"""What readers search for, what they find nothing for, and what chiefs tell the search about it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import service as articles
from cms.articles.models import Content
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.newsroom.editing import carried_out
from cms.newsroom.forms.searches import PromotionForm, SynonymsForm
from cms.search import guidance, tally
from cms.search.models import LONGEST_ASKED
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user

bp = Blueprint("searches", __name__)

Answer = Response | str | tuple[str, int]


@bp.get("/searches")
@needs(Can.SEARCH_READ)
def index() -> str:
    """Show what was searched for in the last thirty days, and what stands by it."""
    return _page(SynonymsForm(formdata=None), PromotionForm(request.args, meta={"csrf": False}))


@bp.post("/searches/synonyms")
@needs(Can.SEARCH_GUIDE)
def add_synonyms() -> Answer:
    """Let words mean the same."""
    form = SynonymsForm()
    if carried_out(form, lambda: guidance.add_synonyms(db(), user(), form.words.data)):
        return _back("Whoever looks for one of these words finds the others from now on.")
    return _page(form, PromotionForm(formdata=None)), 422


@bp.post("/searches/synonyms/<int:number>/forget")
@needs(Can.SEARCH_GUIDE)
def forget_synonyms(number: int) -> Response:
    """Let words no longer mean the same."""
    with transaction(db()):
        guidance.forget_synonyms(db(), user(), number)
    return _back("These words are searched for as they are written again.")


@bp.post("/searches/promoted")
@needs(Can.SEARCH_GUIDE)
def promote() -> Answer:
    """Let a piece stand first for a question."""
    form = PromotionForm()
    if carried_out(form, lambda: guidance.promote(db(), user(), form.asked.data, form.slug.data)):
        return _back(f"The piece stands first for “{form.asked.data}” from now on.")
    return _page(SynonymsForm(formdata=None), form), 422


@bp.post("/searches/promoted/<int:number>/demote")
@needs(Can.SEARCH_GUIDE)
def demote(number: int) -> Response:
    """Let a piece stand where it would."""
    with transaction(db()):
        guidance.demote(db(), user(), number)
    return _back("The piece stands where it would again.")


@bp.post("/searches/pitch")
@needs(Can.ARTICLE_CREATE)
def pitch() -> Response:
    """Make an idea of what readers looked for."""
    words = clean_text(request.form.get("asked", ""))[:LONGEST_ASKED]
    if not words:
        raise Invalid("There are no words to make a pitch of.")
    with transaction(db()):
        content = Content(headline=words[0].upper() + words[1:], dek=f"Readers searched for “{words}”.")
        article = articles.create(db(), user(), content, state=State.IDEA)
    flash("It is a pitch now. Say in a sentence what the piece would be, and the newsroom can vote for it.", "good")
    return redirect(url_for("newsroom.articles.show", article_id=article.id))


def _page(synonyms: SynonymsForm, promotion: PromotionForm) -> str:
    services().search.tally.write(services().sessions)  # what this process has counted in the last minute
    return render_template(
        "newsroom/searches/index.html",
        asked=tally.most_asked(db()),
        in_vain=tally.most_asked(db(), in_vain=True),
        opened=tally.most_opened(db()),
        synonyms=guidance.synonyms(db()),
        promotions=guidance.promotions(db()),
        synonyms_form=synonyms,
        promotion_form=promotion,
    )


def _back(said: str) -> Response:
    flash(said, "good")
    return redirect(url_for("newsroom.searches.index"))
