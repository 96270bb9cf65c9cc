"""The inbox: what others did to one's pieces."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.core.db import transaction
from cms.core.paging import page_number, paginate
from cms.notifications import service as notices
from cms.notifications import wishes
from cms.vocabulary import Can, Mailing
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("inbox", __name__, url_prefix="/inbox")

PER_PAGE = 50


@bp.get("")
@needs(Can.NEWSROOM_ENTER)
def index() -> str:
    """Show the notices, newest first."""
    page = paginate(db(), notices.inbox(user()), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template("newsroom/inbox/index.html", page=page, unread=notices.unread_count(db(), user()))


@bp.post("/<int:notice_id>/open")
@needs(Can.NEWSROOM_ENTER)
def open_one(notice_id: int) -> Response:
    """Mark one notice as read, and go where it leads."""
    with transaction(db()):
        address = notices.read_one(db(), user(), notice_id).address
    return redirect(address or url_for("newsroom.inbox.index"))


@bp.post("/read")
@needs(Can.NEWSROOM_ENTER)
def read_all() -> Response:
    """Mark every notice as read."""
    with transaction(db()):
        notices.read_all(db(), user())
    flash("All notices are marked as read.", "good")
    return redirect(url_for("newsroom.inbox.index"))


@bp.get("/mail")
@needs(Can.NEWSROOM_ENTER)
def mail() -> str:
    """Show how one is told by mail, event by event."""
    return render_template(
        "newsroom/inbox/mail.html", chosen=wishes.of(db(), user()), about=wishes.ABOUT, ways=list(Mailing),
        hour=wishes.DIGEST_AT,
    )  # fmt: skip


@bp.post("/mail")
@needs(Can.NEWSROOM_ENTER)
def choose() -> Response:
    """Say how one wants to be told by mail."""
    sent = {event: request.form.get(event, "") for event in wishes.ABOUT}
    wanted = {event: Mailing(how) for event, how in sent.items() if how in tuple(Mailing)}
    with transaction(db()):
        wishes.choose(db(), user(), wanted)
    flash("That is how you are told from now on.", "good")
    return redirect(url_for("newsroom.inbox.mail"))
