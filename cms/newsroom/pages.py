"""The pages of the house: which are published, in which order every page names them, and those in work."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cms.core.db import transaction
from cms.core.errors import Conflict
from cms.newsroom.forms.pages import order_sent
from cms.publication import pages
from cms.publication import queries as edition
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("pages", __name__, url_prefix="/pages")


@bp.get("")
@needs(Can.ARTICLE_READ)
def index() -> str:
    """Show the pages that readers have, in their order, and those that are being written."""
    shown = edition.house_pages(db())
    ours = db().scalars(work.house_pages(user())).all()
    live = {row.article_id for row in shown}
    return render_template(
        "newsroom/pages/index.html", shown=shown, others=[one for one in ours if one.id not in live],
        own={one.id for one in ours},
    )  # fmt: skip


@bp.post("/order")
@needs(Can.PAGE_ARRANGE)
def arrange() -> Response:
    """Put them in another order."""
    try:
        with transaction(db()):
            pages.arrange(db(), user(), order_sent())
    except Conflict as error:
        flash(str(error), "bad")
    else:
        flash("The foot of every page names them in this order now.", "good")
    return redirect(url_for("newsroom.pages.index"))
