"""Backups: everything that cannot be made again, in one file, and back from it into an empty house.

A backup holds all tables as they were at one moment and the pictures, with a SHA-256 for each part. It does not
hold the search index and share cards (made anew), the letters in `<data>/mail`, who is signed in, nor the secret key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from cms.accounts import service as accounts
from cms.core import clock, events, trail
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.storage import LocalStorage
from cms.migrations import schema, standing
from cms.migrations.tables import METADATA
from cms.policy import SYSTEM
from cms.publication import share_cards
from cms.review import service as review
from cms.transfer.backup import rows
from cms.transfer.backup.archive import Archive, BadBackup, Manifest, Part, write

Say = Callable[[str], None]


@dataclass(frozen=True)
class Receipt:
    """What was kept or brought back; `digest` is what to note elsewhere, `is_signed` whether our key vouches for it."""

    digest: str
    made_at: datetime
    rows: int
    files: int
    head: str
    is_signed: bool
    missing: tuple[str, ...] = ()


def create(engine: Engine, storage: LocalStorage, target: Path, *, key: str, say: Say = lambda _: None) -> Receipt:
    """Write a backup to `target`, which must not exist yet; people may go on working meanwhile.

    The tables are read in one transaction and are therefore of one moment. Pictures are copied afterwards: a file
    is written before the row that names it and under a name of its own, so that none of that moment is missing.
    """
    if target.exists():
        raise Conflict(f"{target} is there already. Name another file.")
    with TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:  # which is made with mode 0700
        with rows.snapshot(engine) as connection:
            at = standing.revision(connection)
            if at != standing.head():
                raise Invalid("This database's tables are not up to date. Run `cms migrate` first.")
            made_at = clock.now()
            tables = rows.dump(connection, Path(folder), say)
            with Session(connection) as db:
                head = str(trail.head(db))
                wanted = rows.picture_keys(connection)
        manifest = Manifest(revision=at, made_at=made_at, head=head, tables=tables)
        digest = write(target, manifest, Path(folder), storage, key=key, say=say)
    return Receipt(
        digest=digest,
        made_at=made_at,
        rows=sum(part.rows for part in tables),
        files=len(manifest.media),
        head=head,
        is_signed=True,
        missing=tuple(sorted(wanted - {part.name for part in manifest.media})),
    )


def restore(
    engine: Engine, storage: LocalStorage, source: Path, *, key: str, digest: str = "", say: Say = lambda _: None
) -> Receipt:
    """Bring a backup back into an empty database and an empty folder of pictures: all of it, or nothing.

    Everybody has to sign in again, and galleys that were shared are closed. The caller rebuilds the search index. With
    a `digest`, only the very backup for which it was printed is taken.

    Raises BadBackup where the file is damaged, was changed, or is a newer version's; Conflict where something is
    there already.
    """
    with Archive(source) as archive:
        say("Checking the backup")
        is_signed = archive.check(key=key, digest=digest)
        if archive.manifest.revision not in standing.known():
            raise BadBackup(f"It was made by a newer Galley: its tables are at {archive.manifest.revision}.")
        with engine.connect() as connection:
            _refuse_full(connection)
        if next(storage.keys(), None) is not None:
            raise Conflict(
                f"There are pictures in {storage.root} already. A backup goes into an empty house only: move them."
            )
        kept: list[Part] = []
        try:
            for part in archive.manifest.media:
                storage.put(part.name, archive.read(part))
                kept.append(part)
                say(f"Pictures: {len(kept)} of {len(archive.manifest.media)}")
            with schema.alone(engine) as connection:
                _bring_back(connection, archive, say)
        except BaseException:
            for part in kept:
                storage.delete(part.name)
            raise
        return Receipt(
            digest=archive.digest,
            made_at=archive.manifest.made_at,
            rows=sum(part.rows for part in archive.manifest.tables),
            files=len(kept),
            head=archive.manifest.head,
            is_signed=is_signed,
        )


def _refuse_full(connection: Connection) -> None:
    if not standing.revision(connection):
        return
    for table in METADATA.sorted_tables:
        if connection.scalar(select(func.count()).select_from(table)):
            raise Conflict(f"This database is in use: {table.name} has rows. A backup goes into an empty one only.")


def _bring_back(connection: Connection, archive: Archive, say: Say) -> None:
    manifest = archive.manifest
    _refuse_full(connection)  # again, now that nobody else can write
    if standing.revision(connection):
        schema.downgrade(connection, "base")
    schema.upgrade(connection, manifest.revision)
    rows.load(connection, archive, say)
    schema.upgrade(connection)
    say("Checking the audit chain")
    # On a connection that is in a transaction already, a session's commit leaves the last word to that one.
    with Session(connection) as db:
        _, wrong = trail.check(db, trail.Head.parse(manifest.head))
        if wrong:
            raise BadBackup(f"Its audit log does not hold: {wrong}")
        if str(trail.head(db)) != manifest.head:
            raise BadBackup("Its audit log goes on after the record that its list names as the last.")
        with transaction(db):
            accounts.void_all_sessions(db)
            review.revoke_all(db)
            share_cards.forget_all(db)
            events.record(db, SYSTEM, "backup.restored", None, digest=archive.digest, of=manifest.made_at.isoformat())
