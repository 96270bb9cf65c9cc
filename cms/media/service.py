"""What people do with pictures: add, describe, delete; and what the worker clears away."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core import clock, events
from cms.core.db import after_commit
from cms.core.errors import Conflict, Invalid
from cms.core.html import clean_text
from cms.core.storage import LocalStorage
from cms.media import images, queries, rules
from cms.media.images import Prepared
from cms.media.models import Asset
from cms.policy import Actor, require
from cms.vocabulary import Can

FOLDERS = ("originals/", "renditions/")
# A file is written before its row is committed; one this old belongs to a request that died in between.
ORPHAN_AGE = timedelta(days=1)


def add(db: Session, actor: Actor, prepared: Prepared, *, alt: str = "", caption: str = "", credit: str = "") -> Asset:
    """Take a prepared picture into the library.

    Where the very same file is there already, that one is returned as it is, and the new files are discarded
    after the commit; tell it by its `original_key`. A caller whose transaction fails discards them itself.
    """
    require(actor, Can.MEDIA_UPLOAD)
    alt, caption, credit = _words(alt, caption, credit)
    same = select(Asset).where(Asset.sha256 == prepared.sha256, Asset.deleted_at.is_(None)).order_by(Asset.id)
    if (known := db.scalars(same.limit(1)).one_or_none()) is not None:
        if known.original_key != prepared.original_key:
            after_commit(db, partial(images.discard, prepared))
        return known
    asset = Asset(
        original_key=prepared.original_key,
        file_name=prepared.file_name,
        media_type=prepared.media_type,
        width=prepared.width,
        height=prepared.height,
        size=prepared.size,
        sha256=prepared.sha256,
        alt=alt,
        caption=caption,
        credit=credit,
        renditions=[dict(rendition) for rendition in prepared.renditions],
        uploaded_by_id=actor.id,
        created_at=clock.now(),
    )
    db.add(asset)
    db.flush()
    events.record(db, actor, "asset.added", asset, sha256=prepared.sha256)
    return asset


def describe(
    db: Session, actor: Actor, asset: Asset, *, alt: str, caption: str, credit: str, seen: int | None = None
) -> None:
    """Say what a picture shows, what stands below it and whose it is; live pieces show it soon after.

    `seen` is the version that the person started from. Raises Conflict where somebody saved in between.
    """
    require(actor, Can.MEDIA_EDIT, asset)
    if seen is not None and seen != asset.version:
        raise Conflict("Somebody described this picture while you did. Reload it to see their words.")
    alt, caption, credit = _words(alt, caption, credit)
    if (alt, caption, credit) == (asset.alt, asset.caption, asset.credit):
        return
    asset.alt, asset.caption, asset.credit = alt, caption, credit
    db.flush()
    events.record(db, actor, "asset.changed", asset)


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


def sweep_orphans(storage: LocalStorage, db: Session) -> int:
    """Delete the files of deleted pictures, and those that no picture ever owned; return how many went.

    Reads the database and changes only files, so it runs outside any transaction.
    """
    kept: set[str] = set()
    gone: set[str] = set()
    for original, renditions, deleted_at in db.execute(select(Asset.original_key, Asset.renditions, Asset.deleted_at)):
        keys = gone if deleted_at is not None else kept
        keys |= {original, *(rendition["key"] for rendition in renditions)}
    before = (clock.now() - ORPHAN_AGE).timestamp()
    swept = 0
    for key in list(storage.keys()):
        if key.startswith(FOLDERS) and key not in kept and (key in gone or _changed_at(storage, key) < before):
            storage.delete(key)
            swept += 1
    return swept


def _changed_at(storage: LocalStorage, key: str) -> float:
    return storage.path(key).stat().st_mtime


def _words(alt: str, caption: str, credit: str) -> tuple[str, str, str]:
    alt, caption, credit = clean_text(alt), clean_text(caption), clean_text(credit)
    rules.check_words(alt, caption, credit)
    return alt, caption, credit
