"""The picture library: finding, sending in, describing, and seeing where a picture is used."""

from __future__ import annotations

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
from cms.newsroom.forms.media import KINDS, MOST_FILES, DescribeForm, UploadForm
from cms.newsroom.forms.numbers import row_number
from cms.policy import can
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user

bp = Blueprint("media", __name__, url_prefix="/pictures")

PER_PAGE = 36
#: The tabs above the library: what stands in the address, and what people read.
SHELVES = {"": "All", "mine": "Mine", "alt": "Without alternative text", "credit": "Without credit"}
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.MEDIA_READ)
def index() -> str:
    """Show the library, newest first."""
    words, shelf = request.args.get("q", "")[:100], request.args.get("show", "")
    shelf = shelf if shelf in SHELVES else ""
    query = media.library(
        words, uploaded_by_id=user().id if shelf == "mine" else None, lacks=shelf if shelf != "mine" else ""
    )
    page = paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template(
        "newsroom/media/index.html",
        page=page,
        words=words,
        shelf=shelf,
        shelves=SHELVES,
        narrowed={key: value for key, value in {"q": words, "show": shelf}.items() if value},
        picture=media.picture,
    )


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
    alt, credit = (form.alt.data or "") if len(files) == 1 else "", form.credit.data or ""
    taken: list[int] = []
    refused: list[str] = []
    for file in files:
        try:
            asset, is_new = pictures.keep(prepared := pictures.take(file), alt=alt, credit=credit)
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
    rows = [(asset, _form(asset, _prefix(asset))) for asset in _asked(request.args.getlist("id"))]
    return render_template("newsroom/media/describe_all.html", rows=rows, picture=media.picture)


@bp.post("/describe")
@needs(Can.MEDIA_EDIT)
def save_all() -> Answer:
    """Store the words of several pictures; where one is refused, none is stored and all words stay on the page."""
    rows = [(asset, _sent(asset)) for asset in _asked(request.form.getlist("id"))]
    if len([form for _, form in rows if form.validate()]) < len(rows):
        return render_template("newsroom/media/describe_all.html", rows=rows, picture=media.picture), 422
    try:
        with transaction(db()):
            for asset, form in rows:
                _describe(asset, form)
    except (Invalid, Conflict) as error:
        again = [(asset, _sent(asset)) for asset in _asked(request.form.getlist("id"))]
        return render_template(
            "newsroom/media/describe_all.html", rows=again, picture=media.picture, problem=str(error)
        ), 422
    flash("The pictures are described.", "good")
    return redirect(url_for("newsroom.media.index", show="mine"))


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
    form = DescribeForm()
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


def _describe(asset: Asset, form: DescribeForm) -> None:
    service.describe(
        db(), user(), asset, alt=form.alt.data or "", caption=form.caption.data or "", credit=form.credit.data or "",
        seen=row_number(form.seen.data) or 0,
    )  # fmt: skip


def _form(asset: Asset, prefix: str = "") -> DescribeForm:
    form = DescribeForm(formdata=None, obj=asset, prefix=prefix)
    form.seen.data = str(asset.version)
    return form


def _sent(asset: Asset) -> DescribeForm:
    return DescribeForm(prefix=_prefix(asset))


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
        "newsroom/media/new.html", form=form, refused=refused or [], kinds=KINDS, limit=limit, most=MOST_FILES
    )


def _page(asset: Asset, form: DescribeForm, *, problem: str = "") -> str:
    uses = media.where_used(db(), asset)
    readable = mentions.pieces(db(), user(), uses.article_ids)
    return render_template(
        "newsroom/media/show.html",
        shot=asset,
        form=form,
        problem=problem,
        image=media.picture(asset),
        uses=uses,
        pieces=readable,
        hidden=len(uses.article_ids) - len(readable),
        people=mentions.people(db(), uses.person_ids),
        series=mentions.series(db(), uses.series_ids),
        by=mentions.logins(db()).get(asset.uploaded_by_id or 0, "Galley"),
    )
