"""Showing a galley to somebody who has no login: links made, looked after and closed, and what they open."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import links
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.newsroom import galleys, guests
from cms.newsroom.editing import blame
from cms.newsroom.forms.sharing import ShareForm
from cms.policy import require
from cms.review import queries, service
from cms.vocabulary import Can, Purpose
from cms.web import limits, visitor
from cms.web.access import needs, public
from cms.web.session import db, user
from cms.web.templating import public_url

bp = Blueprint("sharing", __name__)

MOST_OPENINGS = 60  # from one network within a minute
Answer = Response | str | tuple[str, int]


@bp.get("/articles/<int:article_id>/share")
@needs(Can.ARTICLE_SHARE)
def show(article_id: int) -> str:
    """Show who may look at this piece from outside, who did, and the form for one more."""
    article = articles.get(db(), user(), article_id)
    require(user(), Can.ARTICLE_SHARE, article)
    return _page(article, ShareForm(formdata=None, number=article.head.number if article.head else None))


@bp.post("/articles/<int:article_id>/share")
@needs(Can.ARTICLE_SHARE)
def make(article_id: int) -> Answer:
    """Make a link, and show its address this once."""
    form = ShareForm()
    article = articles.get(db(), user(), article_id)
    require(user(), Can.ARTICLE_SHARE, article)
    if not form.validate():
        return _page(article, form), 422
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            revision = articles.revision(db(), article, form.number.data)
            shared = service.share_galley(
                db(), user(), article, revision, label=form.label.data, days=form.days.data,
                purpose=Purpose(form.purpose.data), email=form.email.data or "",
            )  # fmt: skip
    except Invalid as error:
        blame(form, error)
        return _page(articles.get(db(), user(), article_id), form, problem="" if error.field else str(error)), 422
    if shared.link.email:
        flash(f"The link is on its way to {shared.link.label}.", "good")
        return redirect(url_for("newsroom.sharing.show", article_id=article_id))
    return made(article, shared, back=url_for("newsroom.sharing.show", article_id=article_id))


def made(article: Article, shared: service.Shared, *, back: str) -> str:
    """Show the address of a new link this once; never by a redirect: what is flashed would travel in a cookie."""
    address = public_url(links.private(shared.token))
    return render_template(
        "newsroom/sharing/made.html", article=article, link=shared.link, address=address, back=back
    )  # fmt: skip


@bp.post("/articles/<int:article_id>/share/<int:link_id>/revoke")
@needs(Can.ARTICLE_SHARE)
def revoke(article_id: int, link_id: int) -> Response:
    """Close a link at once."""
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        service.revoke_link(db(), user(), article, queries.link_of(db(), article, link_id))
    flash("The link is closed. Whoever opens it now finds nothing.", "good")
    return redirect(url_for("newsroom.sharing.show", article_id=article_id))


@bp.get("/shared/<token>")
@public
def read(token: str) -> Response:
    """Show the galley that a link leads to, to whoever holds it; nothing else of the newsroom, and no cookie.

    Under a link with which something can be done, the secret goes from the address into a cookie first.
    """
    limits.check("shared galleys", most=MOST_OPENINGS)
    link = queries.link_for(db(), token)
    if link.purpose is not Purpose.READ:
        return guests.admit(link)
    answer = make_response(
        render_template("newsroom/sharing/read.html", link=link, **galleys.as_published(db(), link.revision))
    )
    if request.method == "GET":
        with transaction(db()):
            service.note_opening(db(), link, browser=visitor.family())
    return answer


def _page(article: Article, form: ShareForm, *, problem: str = "") -> str:
    return render_template(
        "newsroom/sharing/show.html", article=article, form=form, lines=queries.links_of(db(), article), problem=problem
    )
