"""Tables to lines and back: every row as one line of JSON, the same from SQLite and from PostgreSQL."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Table, func, insert, select, text, update

from cms.media.models import Asset
from cms.migrations.tables import METADATA
from cms.transfer.backup.archive import Archive, BadBackup, Part, digest_of

BATCH = 500
# Who is signed in is nobody's business later: a restored backup must not let anyone in.
LEFT_OUT = ("login_session",)
LONGEST_LINE = 100_000_000  # characters; against a file that was made to fill the memory


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read everything as it is at one moment, while others go on writing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():  # on SQLite, a deferred transaction: the first look at it pins the moment
            if connection.dialect.name == "postgresql":
                for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                    connection.execute(text(f"SET LOCAL {limit} = 0"))
            yield connection


def dump(connection: Connection, folder: Path, say: Callable[[str], None]) -> list[Part]:
    """Write each table into a gzipped file of lines, in the order of its key."""
    return [_dump(connection, table, folder, say) for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def _dump(connection: Connection, table: Table, folder: Path, say: Callable[[str], None]) -> Part:
    path = folder / table.name
    names = [column.name for column in table.columns]
    query = select(table).order_by(*table.primary_key)
    found = connection.execute(query, execution_options={"yield_per": BATCH})
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as file:
        for batch in found.partitions():
            for row in batch:
                line = json.dumps(dict(zip(names, row, strict=True)), default=_plain, separators=(",", ":"))
                file.write(line.encode() + b"\n")
            count += len(batch)
            say(f"Tables: {table.name}, {count} rows")
    with path.open("rb") as written:
        return Part(table.name, path.stat().st_size, digest_of(written), rows=count)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"a backup has no form for {type(value).__name__}")


def picture_keys(connection: Connection) -> set[str]:
    """Return the keys of all files that the rows name."""
    found = connection.execute(select(Asset.original_key, Asset.renditions).where(Asset.deleted_at.is_(None)))
    return {key for original, made in found for key in (original, *(each["key"] for each in made))}


@dataclass(frozen=True)
class Plan:
    """The order in which tables are filled, and the references that have to wait until all are."""

    tables: list[Table]
    later: dict[str, list[str]]


def plan(tables: dict[str, Table]) -> Plan:
    """Order tables so that a reference finds its row; where they point at each other, an optional one waits."""
    needs: dict[str, set[str]] = {name: set() for name in sorted(tables)}
    waiting: dict[str, list[str]] = {}
    links = [(t.name, key.column.table.name, key.parent) for t in tables.values() for key in t.foreign_keys]
    for source, target, column in sorted(links, key=lambda link: (bool(link[2].nullable), link[0], link[2].name)):
        if target in needs[source]:
            continue
        needs[source].add(target)
        if not _has_order(needs):
            if not column.nullable:
                raise BadBackup(f"{source} and {target} need each other first.")
            needs[source].discard(target)
            waiting.setdefault(source, []).append(column.name)
    return Plan([tables[name] for name in TopologicalSorter(needs).static_order()], waiting)


def _has_order(needs: dict[str, set[str]]) -> bool:
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        return False
    return True


def load(connection: Connection, archive: Archive, say: Callable[[str], None]) -> None:
    """Fill the empty tables that are there: by what the database says of them, so that older backups fit theirs."""
    here = MetaData()
    here.reflect(connection)
    parts = {part.name: part for part in archive.manifest.tables}
    wanted = (set(here.tables) & set(METADATA.tables)) - set(LEFT_OUT)
    if odd := (set(parts) - set(here.tables)) | (wanted - set(parts)):
        raise BadBackup(f"The table {min(odd)} is missing, or is one that nobody knows.")
    order = plan({name: here.tables[name] for name in parts})
    for table in order.tables:
        _load(connection, table, order.later.get(table.name, []), _lines(archive, parts[table.name], say))
    for table in order.tables:
        if table.name in order.later:
            _point(connection, table, order.later[table.name], _lines(archive, parts[table.name], lambda _: None))
        if connection.dialect.name == "postgresql":
            _count_on(connection, table)


def _lines(archive: Archive, part: Part, say: Callable[[str], None]) -> Iterator[list[dict[str, Any]]]:
    """Yield a table's rows in batches."""
    count, batch = 0, list[dict[str, Any]]()
    try:
        with archive.table(part) as raw, gzip.GzipFile(fileobj=raw) as file:
            while line := file.readline(LONGEST_LINE):
                batch.append(json.loads(line))
                count += 1
                if len(batch) == BATCH:
                    yield batch
                    say(f"Tables: {part.name}, {count} of {part.rows} rows")
                    batch = []
    except (OSError, EOFError, ValueError, RecursionError) as exc:
        raise BadBackup(f"The rows of {part.name} cannot be read.") from exc
    if count != part.rows:
        raise BadBackup(f"{part.name} has {count} rows, and its list says {part.rows}.")
    if batch:
        yield batch


def _load(connection: Connection, table: Table, later: list[str], batches: Iterator[list[dict[str, Any]]]) -> None:
    moments = {column.name for column in table.columns if isinstance(column.type, DateTime)}
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    names = {column.name for column in table.columns}
    for batch in batches:
        for row in batch:
            if not isinstance(row, dict) or set(row) != names:
                raise BadBackup(f"A row of {table.name} does not fit its table.")
            for name in moments:
                if row[name] is not None:
                    row[name] = _moment(row[name])
            for name in days:
                if row[name] is not None:
                    row[name] = _day(row[name])
            for name in later:
                row[name] = None
        connection.execute(insert(table), batch)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except (ValueError, TypeError) as exc:
        raise BadBackup("A day in it cannot be read.") from exc


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError) as exc:
        raise BadBackup("A moment in it cannot be read.") from exc


def _point(connection: Connection, table: Table, later: list[str], batches: Iterator[list[dict[str, Any]]]) -> None:
    """Set the references that had to wait."""
    keys = [column.name for column in table.primary_key]
    for batch in batches:
        for row in batch:
            values = {name: row[name] for name in later if row[name] is not None}
            if values:
                same_row = [table.columns[name] == row[name] for name in keys]
                connection.execute(update(table).where(*same_row).values(values))


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the last one, as SQLite does by itself."""
    key = table.primary_key.columns.values()
    if len(key) != 1 or key[0].autoincrement is False:
        return
    quoted = connection.dialect.identifier_preparer.format_table(table)
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": quoted, "c": key[0].name})
    last = connection.scalar(select(func.max(key[0])))
    if sequence and last:
        connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": last})
