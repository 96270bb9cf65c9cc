"""Finding anything one may see: pieces in any state, people and pictures; and the searches kept on one's desk."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.core import clock
from cms.core.db import transaction
from cms.core.paging import page_number
from cms.newsroom.lines import lines, shortened
from cms.search import saved
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("find", __name__)


@bp.get("/find")
@needs(Can.ARTICLE_READ)
def show() -> str:
    """Show what answers a question, and the searches that are kept."""
    text = request.args.get("q", "")[:300]
    found = services().staff_search.find(db(), user(), text, page=page_number(request.args.get("page")))
    ids = [article.id for article in found.page.items]
    told = work.last_notes(db(), ids), work.live_rows(db(), ids)
    shown = lines(found.page.items, *told, now=clock.now(), zone=services().settings.zone)
    return render_template(
        "newsroom/find/show.html",
        found=found,
        lines=[replace(one, note=shortened(found.passages.get(one.article.id, "") or one.note)) for one in shown],
        saved=saved.on_desk(db(), user(), services().staff_search),
    )


@bp.post("/find/saved")
@needs(Can.ARTICLE_READ)
def save() -> Response:
    """Keep a search on one's desk."""
    asked = request.form.get("q", "")
    with transaction(db()):
        saved.save(db(), user(), request.form.get("name", ""), asked)
    flash("The search is on your desk now, with how many pieces answer it.", "good")
    return redirect(url_for("newsroom.find.show", q=asked[:300]))


@bp.post("/find/saved/<int:number>/forget")
@needs(Can.ARTICLE_READ)
def forget(number: int) -> Response:
    """Take a search off one's desk."""
    with transaction(db()):
        saved.forget(db(), user(), number)
    flash("The search is off your desk.", "good")
    return redirect(url_for("newsroom.find.show"))


@bp.post("/find/saved/<int:number>/share")
@needs(Can.ARTICLE_READ)
def share(number: int) -> Response:
    """Let the whole newsroom have a search, or keep it to oneself again."""
    is_shared = request.form.get("do") != "keep"
    with transaction(db()):
        saved.share(db(), user(), number, is_shared=is_shared)
    flash("Everybody has it on their desk now." if is_shared else "Nobody else has it any more.", "good")
    return redirect(url_for("newsroom.find.show"))


@bp.post("/find/saved/<int:number>/watch")
@needs(Can.ARTICLE_READ)
def watch(number: int) -> Response:
    """Be told when a new piece answers a search, or not any more."""
    is_wanted = request.form.get("do") != "stop"
    with transaction(db()):
        saved.watch(db(), user(), services().staff_search, number, is_wanted=is_wanted)
    flash("You are told when a new piece answers it." if is_wanted else "You are not told of it any more.", "good")
    return redirect(url_for("newsroom.find.show"))
