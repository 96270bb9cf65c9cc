"""What readers are offered after a piece: which five and why, and what an editor picks or bars, without a revision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.core.html import clean_text
from cms.newsroom import galleys
from cms.newsroom.forms.numbers import row_number
from cms.publication import explore
from cms.publication import queries as edition
from cms.publication.models import Published
from cms.publication.queries import ArticlePage, Card
from cms.vocabulary import Can, Kind, Why
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user

bp = Blueprint("explore", __name__, url_prefix="/articles/<int:article_id>/explore")

MOST = 10  # pieces found at once
Verb = Callable[[Article, int], None]


@dataclass(frozen=True)
class Offer:
    """One of the five, with its reason in words."""

    piece: Card
    reason: str
    is_picked: bool


@bp.get("")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> str:
    """Show what readers are offered after this piece, and what could be; `?q=` looks for pieces to pick."""
    return _page(_piece(article_id))


@bp.post("/pick")
@needs(Can.EXPLORE_ARRANGE)
def pick(article_id: int) -> Response | tuple[str, int]:
    """Offer a piece, whatever else there is."""
    return _decide(article_id, partial(explore.pick, db(), user()), "It is offered from now on.")


@bp.post("/bar")
@needs(Can.EXPLORE_ARRANGE)
def bar(article_id: int) -> Response | tuple[str, int]:
    """Never offer a piece here."""
    return _decide(article_id, partial(explore.bar, db(), user()), "It is not offered here any more.")


@bp.post("/let-be")
@needs(Can.EXPLORE_ARRANGE)
def let_be(article_id: int) -> Response | tuple[str, int]:
    """Take back what was decided about a piece."""
    return _decide(article_id, partial(explore.let_be, db(), user()), "It is left to its reasons again.")


@bp.post("/move")
@needs(Can.EXPLORE_ARRANGE)
def move(article_id: int) -> Response | tuple[str, int]:
    """Let a picked piece change places with the one before it or behind it."""
    step = {"up": -1, "down": 1}.get(request.form.get("move", ""), 0)
    return _decide(article_id, lambda article, other: explore.move(db(), user(), article, other, step), "")


def _decide(article_id: int, decide: Verb, said: str) -> Response | tuple[str, int]:
    other = row_number(request.form.get("other")) or 0
    try:
        with transaction(db()):
            decide(_piece(article_id), other)
    except Invalid as error:
        return _page(_piece(article_id), problem=str(error)), 422
    if said:
        flash(said, "good")
    return redirect(url_for("newsroom.explore.show", article_id=article_id, q=request.form.get("q") or None))


def _piece(article_id: int) -> Article:
    """Return the piece; raises NotFound for a page of the house, after which nothing is offered."""
    article = articles.get(db(), user(), article_id)
    assert article.head is not None
    if article.head.kind is Kind.PAGE:
        raise NotFound("Nothing is offered after a page of the house.")
    return article


def _page(article: Article, *, problem: str = "") -> str:
    live = db().get(Published, article.id)
    page = _as_read(article, live)
    decided = explore.decisions(db(), article.id)
    picked = [other for other, place in decided.items() if place is not None]
    barred = [other for other, place in decided.items() if place is None]
    cards = edition.by_id(db(), [*picked, *barred])
    words = clean_text(request.values.get("q", "")[:256])
    return render_template(
        "newsroom/explore/show.html",
        article=article,
        live=live,
        offers=_offers(page, picked),
        picked=picked,
        # One that was withdrawn takes no place; it comes back with its piece.
        waiting=[other for other in picked if other not in cards],
        barred=[cards[other] for other in barred if other in cards],
        decided=decided,
        words_asked=words,
        found=services().search.find(db(), words, per_page=MOST).cards if words else (),
        problem=problem,
    )


def _as_read(article: Article, live: Published | None) -> ArticlePage:
    """Return the page as readers have it, or as they would have it."""
    if live is not None:
        return edition.article(db(), live.slug)
    assert article.head is not None
    page: ArticlePage = galleys.as_published(db(), articles.newest(db(), article))["page"]
    return page


def _offers(page: ArticlePage, picked: list[int]) -> list[Offer]:
    slots = {slot["article_id"]: slot for slot in page.piece.related}
    offers = []
    for piece in page.explore:
        slot = slots.get(piece.article_id, {"why": Why.NEWEST, "about": ""})
        offers.append(Offer(piece, Why(slot["why"]).said(slot["about"]), piece.article_id in picked))
    return offers
