"""What every page does that takes a picture in, or lets one be chosen from the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
from cms.newsroom.forms.media import KINDS, RIGHTS, ChooseForm
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
        "rights": RIGHTS,
        "limit": services().settings.max_upload,
    }


def take(file: FileStorage) -> Prepared:
    """Prepare a file that was sent; asks for the right before any work is done."""
    require(user(), Can.MEDIA_UPLOAD)
    return images.prepare(file.stream, file.filename or "", services().storage, limit=services().settings.max_upload)


@contextmanager
def storing(prepared: Prepared) -> Iterator[None]:
    """Give a prepared picture its place in one transaction; where that fails its files are deleted again."""
    try:
        with transaction(db()):
            yield
    except BaseException:
        images.discard(prepared)
        raise


def keep(
    prepared: Prepared, words: Mapping[str, str], use: Callable[[Asset], None] = lambda asset: None
) -> tuple[Asset, bool]:
    """Add a prepared picture with its words and `use` it, in one transaction; tell whether it was new to the library.

    Where that fails the files are deleted again.
    """
    with storing(prepared):
        asset = service.add(db(), user(), prepared, **words)
        use(asset)
    return asset, asset.original_key == prepared.original_key


def choose(form: ChooseForm, use: Callable[[int | None], None]) -> None:
    """Hand the number of the chosen or new picture to `use` (or None), in one transaction.

    Raises Invalid with the sentence for whoever sent it.
    """
    if not form.validate():
        raise Invalid(next(iter(form.errors.values()))[0])
    if form.file.data and form.file.data.filename:
        words = {name: form[name].data or "" for name in ("alt", "credit", "rights")}
        keep(take(form.file.data), words, lambda asset: use(asset.id))
        return
    with transaction(db()):
        use(media.get(db(), form.asset_id.data).id if form.asset_id.data else None)
