"""What people do with pictures: add, describe, replace, delete; what the worker makes of them, and clears away."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, sessionmaker

from cms.core import clock, events
from cms.core.db import after_commit, transaction
from cms.core.errors import Conflict, Invalid, NotFound
from cms.core.html import clean_text
from cms.core.storage import LocalStorage
from cms.media import images, queries, rules
from cms.media.images import Prepared
from cms.media.models import Asset
from cms.policy import SYSTEM, Actor, require
from cms.vocabulary import Can

log = structlog.get_logger()

FOLDERS = ("originals/", "renditions/")
# A file is written before its row is committed; one this old belongs to a request that died in between.
ORPHAN_AGE = timedelta(days=1)


def add(
    db: Session, actor: Actor, prepared: Prepared, *, alt: str = "", caption: str = "", credit: str = "",
    rights: str = "",
) -> Asset:  # fmt: skip
    """Take a prepared picture into the library.

    Where the very same file is there already, that one is returned as it is, and the new files are discarded
    after the commit; tell it by its `original_key`. A caller whose transaction fails discards them itself.
    """
    require(actor, Can.MEDIA_UPLOAD)
    words = _words(alt=alt, caption=caption, credit=credit, rights=rights)
    if (known := _same_file(db, prepared)) is not None:
        if known.original_key != prepared.original_key:
            after_commit(db, partial(images.discard, prepared))
        return known
    asset = Asset(uploaded_by_id=actor.id, created_at=clock.now(), **words, **_file_of(prepared))
    db.add(asset)
    db.flush()
    events.record(db, actor, "asset.added", asset, sha256=prepared.sha256)
    return asset


def describe(
    db: Session, actor: Actor, asset: Asset, *, alt: str, caption: str, credit: str, rights: str | None = None,
    focus: tuple[int, int] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """Say what a picture shows, what stands below it and whose it is; live pieces show it soon after.

    `rights` says by what right it is printed, `focus` in percent from the left and from the top what no crop may
    lose; both stay as they are where they are not given. `seen` is the version that the person started from.
    Raises Conflict where somebody saved in between, Invalid for words that are too long or a point outside.
    """
    require(actor, Can.MEDIA_EDIT, asset)
    if seen is not None and seen != asset.version:
        raise Conflict("Somebody described this picture while you did. Reload it to see their words.")
    words = _words(alt=alt, caption=caption, credit=credit, rights=asset.rights if rights is None else rights)
    x, y = focus or (asset.focal_x, asset.focal_y)
    rules.check_focus(x, y)
    wanted = {**words, "focal_x": x, "focal_y": y}
    if all(getattr(asset, name) == value for name, value in wanted.items()):
        return
    for name, value in wanted.items():
        setattr(asset, name, value)
    db.flush()
    events.record(db, actor, "asset.changed", asset)


def replace(db: Session, actor: Actor, asset: Asset, prepared: Prepared, *, seen: int | None = None) -> None:
    """Put a new file in the place of a picture's old one, as after a retouch; its words stay.

    Whatever shows the picture shows the new file: live pieces soon after. The old renditions are kept for as long as
    some text still names them. Raises Invalid where the file is the same one, or another picture of the library, and
    Conflict where somebody changed the picture since `seen`; the caller then discards the new files.
    """
    require(actor, Can.MEDIA_EDIT, asset)
    db.refresh(asset)  # the worker may have added renditions, which do not count as a version
    if seen is not None and seen != asset.version:
        raise Conflict("Somebody changed this picture while you did. Reload it to see what it is now.")
    if prepared.sha256 == asset.sha256:
        raise Invalid("That is the very file that is here already.", field="file")
    if (other := _same_file(db, prepared)) is not None:
        raise Invalid(
            f"That file is in the library already, as picture {other.id}, “{other.alt or other.file_name}”. "
            "Choose that one where you want it.",
            field="file",
        )
    before = asset.sha256
    if not rules.has_same_shape(asset.width, asset.height, prepared.width, prepared.height):
        asset.focal_x = asset.focal_y = rules.MIDDLE
    asset.former_keys = [*asset.former_keys, *(rendition["key"] for rendition in asset.renditions)]
    asset.rendered_at = None
    for name, value in _file_of(prepared).items():
        setattr(asset, name, value)
    db.flush()
    events.record(db, actor, "asset.replaced", asset, before=before, sha256=prepared.sha256)


def delete(db: Session, actor: Actor, asset: Asset) -> None:
    """Take a picture out of the library; its files go with the worker's next sweep.

    Raises Invalid, saying where, while anything shows it: an older revision counts too, since it may be restored.
    """
    require(actor, Can.MEDIA_EDIT, asset)
    uses = queries.where_used(db, asset)
    if uses:
        raise Invalid(f"This picture is still in use: {uses.as_text()}. Take it out there first.")
    asset.deleted_at = clock.now()
    db.flush()
    events.record(db, actor, "asset.deleted", asset, file_name=asset.file_name)


def wants_developing(db: Session) -> bool:
    """Tell whether some picture has only the renditions that were made with its upload."""
    return db.scalar(_undeveloped().with_only_columns(Asset.id)) is not None


def develop_next(storage: LocalStorage, sessions: sessionmaker[Session]) -> None:
    """Make the remaining renditions of one picture, the newest first; live pieces show them soon after.

    One at a time, because each takes seconds, in which nothing else of the worker's is done. Where it dies half-way
    the picture is as it was, and comes again; a picture that cannot be developed keeps what it has.
    """
    with sessions() as db:
        asset = db.scalar(_undeveloped())
    if asset is None:
        return
    try:
        made = images.develop(asset.original_key, asset.renditions, storage)
    except (Invalid, NotFound) as error:
        log.warning("picture.undeveloped", asset=asset.id, reason=str(error))
        made = []
    try:
        with sessions() as db, transaction(db):
            is_kept = _keep_developed(db, asset, made)
    except BaseException:
        images.delete(storage, made)
        raise
    if not is_kept:
        images.delete(storage, made)


def _undeveloped() -> Select[Asset]:
    waiting = Asset.rendered_at.is_(None), Asset.deleted_at.is_(None)
    return select(Asset).where(*waiting).order_by(Asset.id.desc()).limit(1)


def _keep_developed(db: Session, asset: Asset, made: list[dict[str, Any]]) -> bool:
    """Add renditions to a picture, unless it was replaced, deleted or developed by another worker meanwhile.

    An UPDATE of its own leaves the version alone: whoever is describing the picture just now did not change anything
    that they see.
    """
    here = Asset.id == asset.id, Asset.original_key == asset.original_key
    still = Asset.rendered_at.is_(None), Asset.deleted_at.is_(None)
    found = rules.ordered([*asset.renditions, *made])
    result = db.execute(
        update(Asset)
        .where(*here, *still)
        .values(renditions=found, rendered_at=clock.now())
        .returning(Asset.id)
        .execution_options(synchronize_session=False)
    )
    if result.one_or_none() is None:
        return False
    if made:
        events.record(db, SYSTEM, "asset.rendered", asset)
    return True


def sweep_orphans(storage: LocalStorage, db: Session) -> int:
    """Delete the files of deleted pictures, and those that no picture owns; return how many went.

    The files of a picture before it was replaced stay while some text names them, and a day in any case. Reads the
    database and changes only files, so it runs outside any transaction.
    """
    kept: set[str] = set()
    gone: set[str] = set()
    former: set[str] = set()
    before = clock.now() - ORPHAN_AGE
    columns = Asset.original_key, Asset.renditions, Asset.former_keys, Asset.deleted_at, Asset.rendered_at
    for original, renditions, former_keys, deleted_at, rendered_at in db.execute(select(*columns)):
        keys = gone if deleted_at is not None else kept
        keys |= {original, *(rendition["key"] for rendition in renditions)}
        settled = deleted_at is not None or (rendered_at is not None and rendered_at < before)
        (former if settled else kept).update(former_keys)
    there = [key for key in list(storage.keys()) if key.startswith(FOLDERS)]
    former.intersection_update(there)
    if former:
        named = queries.named_keys(db)
        kept |= former & named
        gone |= former - named
    swept = 0
    for key in there:
        if key not in kept and (key in gone or _changed_at(storage, key) < before.timestamp()):
            storage.delete(key)
            swept += 1
    return swept


def _changed_at(storage: LocalStorage, key: str) -> float:
    return storage.path(key).stat().st_mtime


def _same_file(db: Session, prepared: Prepared) -> Asset | None:
    same = select(Asset).where(Asset.sha256 == prepared.sha256, Asset.deleted_at.is_(None)).order_by(Asset.id)
    return db.scalars(same.limit(1)).one_or_none()


def _file_of(prepared: Prepared) -> dict[str, Any]:
    """Return what a picture's row says of its file."""
    return {
        "original_key": prepared.original_key,
        "file_name": prepared.file_name,
        "media_type": prepared.media_type,
        "width": prepared.width,
        "height": prepared.height,
        "size": prepared.size,
        "sha256": prepared.sha256,
        "renditions": [dict(rendition) for rendition in prepared.renditions],
    }


def _words(**given: str) -> dict[str, str]:
    words = {field: clean_text(text) for field, text in given.items()}
    rules.check_words(**words)
    return words
