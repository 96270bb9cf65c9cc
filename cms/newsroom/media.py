"""The picture library: finding, sending in, describing, and seeing where a picture is used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Invalid
from cms.core.paging import page_number, paginate
from cms.media import queries as media
from cms.media import service
from cms.media.models import Asset
from cms.newsroom import mentions, pictures
from cms.newsroom.editing import blame
from cms.newsroom.forms.media import (
    KINDS,
    MOST_FILES,
    RIGHTS,
    WANTED,
    DescribeForm,
    ReplaceForm,
    RowForm,
    UploadForm,
)
from cms.newsroom.forms.numbers import row_number
from cms.policy import can, require
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import MONTHS, counted

bp = Blueprint("media", __name__, url_prefix="/pictures")

PER_PAGE = 36
MONTH = re.compile(r"2[0-9]{3}-(?:0[1-9]|1[0-2])")
#: The tabs above the library: what stands in the address, and what people read.
SHELVES = {
    "": "All", "mine": "Mine", "alt": "Without alternative text", "credit": "Without credit",
    "rights": "Without rights", "unused": "Unused",
}  # fmt: skip
KIND_NAMES = {"photo": "Photographs", "drawing": "Drawings and charts"}
ORDER_NAMES = {"newest": "Newest first", "oldest": "Oldest first", "name": "By name", "largest": "Largest first"}
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.MEDIA_READ)
def index() -> str:
    """Show the library, as the address narrows it."""
    wanted = _wanted()
    shelf, by, month = wanted["show"], row_number(wanted["by"]), wanted["month"]
    query = media.library(
        wanted["q"],
        uploaded_by_id=user().id if shelf == "mine" else by,
        lacks=shelf,
        kind=wanted["kind"],
        months=_bounds(month) if month else None,
        among=media.unused(db()) if shelf == "unused" else None,
        order=wanted["order"],
    )
    page = paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)
    shelves = media.shelves(db())
    return render_template(
        "newsroom/media/index.html",
        page=page,
        wanted=wanted,
        shelves=SHELVES,
        kinds=KIND_NAMES,
        orders=ORDER_NAMES,
        people=sorted({(str(shelf.by_id), shelf.by) for shelf in shelves if shelf.by_id}, key=lambda one: one[1]),
        months=_months(shelves),
        narrowed={key: value for key, value in wanted.items() if value},
        picture=media.picture,
        accepted=KINDS,
    )


def _wanted() -> dict[str, str]:
    """Return what the address asks for; what makes no sense is left out."""
    asked = {name: request.args.get(name, "")[:100] for name in ("q", "show", "kind", "by", "month", "order")}
    known: dict[str, Collection[str]] = {"show": SHELVES, "kind": KIND_NAMES, "order": ORDER_NAMES}
    asked |= {name: "" for name, words in known.items() if asked[name] not in words}
    asked["order"] = "" if asked["order"] == "newest" else asked["order"]
    asked["by"] = asked["by"] if row_number(asked["by"]) else ""
    asked["month"] = asked["month"] if MONTH.fullmatch(asked["month"]) else ""
    return asked


def _bounds(month: str) -> tuple[datetime, datetime]:
    """Return when a month written as 2026-11 begins, and when it is over."""
    year, number = (int(part) for part in month.split("-"))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


def _months(shelves: list[media.Shelf]) -> list[tuple[str, str]]:
    """Return the months in which pictures came, the newest first, with their numbers."""
    found: Counter[tuple[int, int]] = Counter()
    for shelf in shelves:
        found[shelf.year, shelf.month] += shelf.number
    return [(f"{year}-{month:02}", f"{MONTHS[month - 1]} {year} ({found[year, month]})") for year, month in found]


@bp.get("/new")
@needs(Can.MEDIA_UPLOAD)
def new() -> str:
    """Show the form that takes pictures in."""
    return _upload_page(UploadForm())


@bp.post("/new")
@needs(Can.MEDIA_UPLOAD)
def upload() -> Answer:
    """Take in what was sent, one by one: a file that is refused keeps none of the others out."""
    form = UploadForm()
    if not form.validate():
        return _upload_page(form), 422
    files = [file for file in form.files.data or [] if file and file.filename]
    if not files or len(files) > MOST_FILES:
        form.files.errors = [f"Choose at least one picture, and {MOST_FILES} at most."]
        return _upload_page(form), 422
    alt = (form.alt.data or "") if len(files) == 1 else ""
    words = {"alt": alt, "credit": form.credit.data or "", "rights": form.rights.data or ""}
    taken: list[int] = []
    refused: list[str] = []
    for file in files:
        try:
            asset, is_new = pictures.keep(prepared := pictures.take(file), words)
        except CmsError as error:
            refused.append(f"{file.filename}: {error}")
            continue
        taken.append(asset.id)
        for note in (*prepared.notes, *(() if is_new else ("It was in the library already.",))):
            flash(f"{asset.file_name}: {note}", "info")
    if not taken:
        return _upload_page(form, refused=refused), 422
    for sentence in refused:
        flash(sentence, "bad")
    if len(taken) == 1:
        return redirect(url_for("newsroom.media.show", asset_id=taken[0]))
    return redirect(url_for("newsroom.media.describe_all", id=taken))


@bp.get("/describe")
@needs(Can.MEDIA_EDIT)
def describe_all() -> str:
    """Show several pictures, each with its words, to be described in one go."""
    rows = [(asset, _row(asset)) for asset in _asked(request.args.getlist("id"))]
    return _describe_page(rows)


@bp.post("/describe")
@needs(Can.MEDIA_EDIT)
def save_all() -> Answer:
    """Store the words of several pictures; where one is refused, none is stored and all words stay on the page."""
    rows = [(asset, _sent(asset)) for asset in _asked(request.form.getlist("id"))]
    if len([form for asset, form in rows if form.validate() and _is_complete(asset, form)]) < len(rows):
        return _describe_page(rows), 422
    try:
        with transaction(db()):
            for asset, form in rows:
                _describe(asset, form)
    except (Invalid, Conflict) as error:
        again = [(asset, _sent(asset)) for asset in _asked(request.form.getlist("id"))]
        return _describe_page(again, problem=str(error)), 422
    waiting = sum(1 for _, form in rows if not (form.alt.data or "").strip())
    if waiting:
        flash(f"Saved. {counted(waiting, 'picture', words=True).capitalize()} still without alternative text.", "info")
    else:
        flash("The pictures are described.", "good")
    return redirect(url_for("newsroom.media.index", show="mine"))


def _describe_page(rows: list[tuple[Asset, RowForm]], *, problem: str = "") -> str:
    return render_template(
        "newsroom/media/describe_all.html", rows=rows, picture=media.picture, rights=RIGHTS, problem=problem
    )


def _is_complete(asset: Asset, form: RowForm) -> bool:
    """Tell whether a row has its alternative text, or says nothing yet; blame the field where it has not."""
    if (form.alt.data or "").strip() or form.says_nothing(asset):
        return True
    form.alt.errors = [WANTED]
    return False


@bp.get("/<int:asset_id>")
@needs(Can.MEDIA_READ)
def show(asset_id: int) -> str:
    """Show one picture, what is said about it, and what shows it."""
    asset = media.get(db(), asset_id)
    return _page(asset, _form(asset))


@bp.post("/<int:asset_id>")
@needs(Can.MEDIA_EDIT)
def describe(asset_id: int) -> Answer:
    """Store what is said about a picture."""
    asset = media.get(db(), asset_id)
    form = DescribeForm(obj=asset)
    if not form.validate():
        return _page(asset, form), 422
    try:
        with transaction(db()):
            _describe(media.get(db(), asset_id), form)
    except Invalid as error:
        blame(form, error)
        return _page(media.get(db(), asset_id), form, problem=str(error)), 422
    except Conflict as error:
        return _page(media.get(db(), asset_id), form, problem=str(error)), 409
    flash("Described. Live pieces show it within a minute.", "good")
    return redirect(url_for("newsroom.media.show", asset_id=asset_id))


@bp.post("/<int:asset_id>/replace")
@needs(Can.MEDIA_EDIT)
def replace(asset_id: int) -> Answer:
    """Put a new file in the place of the old one, wherever the picture is shown."""
    asset = media.get(db(), asset_id)
    require(user(), Can.MEDIA_EDIT, asset)
    form = ReplaceForm()
    if not form.file.data or not form.file.data.filename:
        form.file.errors = ["Choose the new file."]
        return _page(asset, _form(asset), new=form), 422
    try:
        prepared = pictures.take(form.file.data)
        with pictures.storing(prepared):
            asset = media.get(db(), asset_id)
            service.replace(db(), user(), asset, prepared, seen=row_number(form.seen.data))
    except (Invalid, Conflict) as error:
        asset = media.get(db(), asset_id)
        form.file.errors = [str(error)]
        return _page(asset, _form(asset), new=form), 422 if isinstance(error, Invalid) else 409
    for note in prepared.notes:
        flash(note, "info")
    flash("The new file is in its place. Live pieces show it within a minute.", "good")
    return redirect(url_for("newsroom.media.show", asset_id=asset_id))


@bp.post("/<int:asset_id>/delete")
@needs(Can.MEDIA_EDIT)
def delete(asset_id: int) -> Answer:
    """Take a picture out of the library."""
    try:
        with transaction(db()):
            service.delete(db(), user(), media.get(db(), asset_id))
    except Invalid as error:
        asset = media.get(db(), asset_id)
        return _page(asset, _form(asset), problem=str(error)), 409
    flash("The picture is deleted.", "good")
    return redirect(url_for("newsroom.media.index"))


def _describe(asset: Asset, form: DescribeForm | RowForm) -> None:
    service.describe(
        db(), user(), asset, alt=form.alt.data or "", caption=form.caption.data or "", credit=form.credit.data or "",
        rights=form.rights.data, focus=form.focus() if isinstance(form, DescribeForm) else None,
        seen=row_number(form.seen.data) or 0,
    )  # fmt: skip


def _form(asset: Asset) -> DescribeForm:
    form = DescribeForm(formdata=None, obj=asset)
    form.seen.data = str(asset.version)
    return form


def _row(asset: Asset) -> RowForm:
    form = RowForm(formdata=None, obj=asset, prefix=_prefix(asset))
    form.seen.data = str(asset.version)
    return form


def _sent(asset: Asset) -> RowForm:
    return RowForm(obj=asset, prefix=_prefix(asset))


def _prefix(asset: Asset) -> str:
    return f"p{asset.id}"


def _asked(ids: list[str]) -> list[Asset]:
    """Return those of the pictures that whoever asks may describe, in the order asked."""
    wanted = [number for text in dict.fromkeys(ids) if (number := row_number(text)) is not None][:MOST_FILES]
    query = select(Asset).where(Asset.id.in_(wanted), Asset.deleted_at.is_(None))
    found = {asset.id: asset for asset in db().scalars(query)}
    return [found[i] for i in wanted if i in found and can(user(), Can.MEDIA_EDIT, found[i])]


def _upload_page(form: UploadForm, *, refused: list[str] | None = None) -> str:
    limit = services().settings.max_upload
    return render_template(
        "newsroom/media/new.html", form=form, refused=refused or [], kinds=KINDS, limit=limit, most=MOST_FILES,
        rights=RIGHTS,
    )  # fmt: skip


def _page(asset: Asset, form: DescribeForm, *, problem: str = "", new: ReplaceForm | None = None) -> str:
    uses = media.where_used(db(), asset)
    readable = mentions.pieces(db(), user(), uses.article_ids)
    return render_template(
        "newsroom/media/show.html",
        shot=asset,
        form=form,
        new=new or ReplaceForm(formdata=None),
        problem=problem,
        kinds=KINDS,
        limit=services().settings.max_upload,
        rights=RIGHTS,
        files=media.files(asset),
        image=media.picture(asset),
        uses=uses,
        pieces=readable,
        hidden=len(uses.article_ids) - len(readable),
        people=mentions.people(db(), uses.person_ids),
        series=mentions.series(db(), uses.series_ids),
        by=mentions.logins(db()).get(asset.uploaded_by_id or 0, "Galley"),
    )
