"""The galley beside the work: as readers will have it, at the width of a phone, a tablet and a desk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Revision
from cms.core.db import transaction
from cms.newsroom import galleys
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.typed import fields_sent, tab_sent
from cms.newsroom.screens import COLOURS, WIDTHS
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("preview", __name__, url_prefix="/articles")


@bp.get("/<int:article_id>/preview")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> str:
    """Show a galley in a frame of one of the widths: the newest revision, `?revision=3`, or `?copy=<tab>`."""
    article = articles.get(db(), user(), article_id)
    asked: dict[str, Any] = {name: value for name in ("copy", "revision") if (value := request.args.get(name))}
    theme = galleys.theme()
    width = row_number(request.args.get("width"))
    return render_template(
        "newsroom/preview/show.html",
        article=article,
        asked=asked,
        galley=url_for("newsroom.articles.galley", article_id=article_id, framed=1, theme=theme or None, **asked),
        alone=url_for("newsroom.articles.galley", article_id=article_id, **asked),
        width=width if width in WIDTHS else 390,
        theme=theme,
        widths=WIDTHS,
        colours=COLOURS,
        live=_live(article),
    )


@bp.post("/<int:article_id>/galley/now")
@needs(Can.ARTICLE_READ)
def now(article_id: int) -> Response:
    """Keep what is typed in an open editor, and say where its galley is."""
    tab = tab_sent()
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        base = row_number(request.form.get("seen")) or article.head_id
        texts.keep_aside(db(), user(), article, fields_sent(), base=base, tab=tab)
    return jsonify({"url": url_for("newsroom.articles.galley", article_id=article_id, copy=tab)})


def _live(article: Article) -> Revision | None:
    """Return the revision that readers have, where they have one."""
    live = work.live_rows(db(), [article.id]).get(article.id)
    return articles.revision_by_id(db(), article, live.revision_id) if live else None
