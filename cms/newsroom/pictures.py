"""What every page does that takes a picture in, or lets one be chosen from the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.paging import page_number, paginate
from cms.media import images, service
from cms.media import queries as media
from cms.media.images import Prepared
from cms.media.models import Asset
from cms.newsroom.forms.media import KINDS, ChooseForm
from cms.policy import require
from cms.vocabulary import Can
from cms.web.services import services
from cms.web.session import db, user

PER_PAGE = 24


def offered() -> dict[str, Any]:
    """Return the library as the address narrows it, to choose from."""
    words = request.args.get("q", "")[:100]
    page = paginate(db(), media.library(words), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return {
        "page": page,
        "words": words,
        "narrowed": {"q": words} if words else {},
        "picture": media.picture,
        "kinds": KINDS,
        "limit": services().settings.max_upload,
    }


def take(file: FileStorage) -> Prepared:
    """Prepare a file that was sent; asks for the right before any work is done."""
    require(user(), Can.MEDIA_UPLOAD)
    return images.prepare(file.stream, file.filename or "", services().storage, limit=services().settings.max_upload)


def keep(
    prepared: Prepared, use: Callable[[Asset], None] = lambda asset: None, *, alt: str, credit: str
) -> tuple[Asset, bool]:
    """Add a prepared picture and `use` it, in one transaction; tell whether it was new to the library.

    Where that fails the files are deleted again.
    """
    try:
        with transaction(db()):
            asset = service.add(db(), user(), prepared, alt=alt, credit=credit)
            use(asset)
    except BaseException:
        images.discard(prepared)
        raise
    return asset, asset.original_key == prepared.original_key


def choose(form: ChooseForm, use: Callable[[int | None], None]) -> None:
    """Hand the number of the chosen or new picture to `use` (or None), in one transaction.

    Raises Invalid with the sentence for whoever sent it.
    """
    if not form.validate():
        raise Invalid(next(iter(form.errors.values()))[0])
    if form.file.data and form.file.data.filename:
        prepared = take(form.file.data)
        keep(prepared, lambda asset: use(asset.id), alt=form.alt.data or "", credit=form.credit.data or "")
        return
    with transaction(db()):
        use(media.get(db(), form.asset_id.data).id if form.asset_id.data else None)
