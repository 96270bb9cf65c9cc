"""Pictures for the script of a page: the library to choose from, one file taken in, and what is said about it.

Scripts ask for JSON, and so get errors as JSON, too: see `web.errors`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.paging import page_number, paginate
from cms.media import queries as media
from cms.media import service
from cms.media.models import Asset
from cms.newsroom import pictures
from cms.newsroom.forms.media import OneForm, WordsForm
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("choosing", __name__, url_prefix="/pictures")

PER_PAGE = 24


@bp.get("/choose")
@needs(Can.MEDIA_READ)
def choose() -> Response:
    """Return a page of the library, newest first, as the words, the kind and the shelf (mine, unused) narrow it."""
    words, kind, shelf = (request.args.get(name, "")[:100] for name in ("q", "kind", "show"))
    query = media.library(
        words,
        kind=kind,
        uploaded_by_id=user().id if shelf == "mine" else None,
        among=media.unused(db()) if shelf == "unused" else None,
    )
    page = paginate(db(), query, number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return jsonify(
        results=[described(asset) for asset in page.items], page=page.number, pages=page.count, total=page.total
    )


@bp.post("/upload")
@needs(Can.MEDIA_UPLOAD)
def upload() -> Response:
    """Take one file in; several at once are several requests. A file that is there already is that picture."""
    form = OneForm()
    _check(form)
    if not form.file.data or not form.file.data.filename:
        raise Invalid("Choose a picture to send.", field="file")
    words = {name: form[name].data or "" for name in ("alt", "caption", "credit", "rights")}
    asset, is_new = pictures.keep(prepared := pictures.take(form.file.data), words)
    return jsonify(
        picture=described(asset),
        known=not is_new,
        notes=[*prepared.notes, *(() if is_new else ("It was in the library already.",))],
        href=url_for("newsroom.media.show", asset_id=asset.id),
    )


@bp.get("/<int:asset_id>/words")
@needs(Can.MEDIA_READ)
def one(asset_id: int) -> Response:
    """Return what is said about one picture."""
    return jsonify(picture=described(media.get(db(), asset_id)))


@bp.post("/<int:asset_id>/words")
@needs(Can.MEDIA_EDIT)
def words(asset_id: int) -> Response:
    """Store what is said about a picture, and what no crop may lose; what was not sent stays as it is."""
    form = WordsForm(obj=media.get(db(), asset_id))
    _check(form)
    with transaction(db()):
        asset = media.get(db(), asset_id)
        service.describe(
            db(), user(), asset, alt=form.alt.data or "", caption=form.caption.data or "",
            credit=form.credit.data or "", rights=form.rights.data or "",
            focus=form.focus(),
        )  # fmt: skip
    return jsonify(picture=described(asset))


def described(asset: Asset) -> dict[str, Any]:
    """Return what a page's script needs to show a picture and to say what it is."""
    shown = media.picture(asset)
    return {
        "id": asset.id,
        "src": shown.get("src", ""),
        "srcset": shown.get("srcset", ""),
        "width": shown.get("width", asset.width),
        "height": shown.get("height", asset.height),
        "alt": asset.alt,
        "caption": asset.caption,
        "credit": asset.credit,
        "rights": asset.rights,
        "focal_x": asset.focal_x,
        "focal_y": asset.focal_y,
        "file_name": asset.file_name,
        "media_type": asset.media_type,
    }


def _check(form: Any) -> None:
    if not form.validate():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(errors[0], field=field)
