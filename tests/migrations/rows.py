"""Fill every table with rows that hold together, whatever its columns are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Enum, Integer, Table, func, insert, select

from cms.core.db import UtcDateTime

MOMENT = datetime(2026, 10, 25, 1, 30, 0, 123456, tzinfo=UTC)
# Values that a check constraint asks for.
FITTING = {
    ("article", "state"): "draft", ("article", "publish_at"): None, ("article", "head_id"): None,
    ("article", "original_id"): None,
    ("arrangement", "state"): "draft", ("arrangement", "publish_at"): None, ("arrangement", "published_at"): None,
}  # fmt: skip


def fill(connection: Connection, tables: Iterable[Table]) -> None:
    """Put one row into every table; all references point to row 1 of the other table."""
    for table in tables:
        connection.execute(insert(table), {column.name: value_for(table, column) for column in table.columns})


def value_for(table: Table, column: Column[Any]) -> Any:
    """Return something that fits a column."""
    if (table.name, column.name) in FITTING:
        return FITTING[table.name, column.name]
    if column.foreign_keys or (column.primary_key and isinstance(column.type, Integer)):
        return 1
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    if isinstance(column.type, DateTime):
        return MOMENT.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return MOMENT.date()
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 7
    if isinstance(column.type, JSON):
        return {"Grüße": [1, 2.5, None, {"deep": "— “quoted” 🕰"}]}
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    return f"{table.name} {column.name} äß🕰"[: getattr(column.type, "length", None) or 100]


def counts(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """Return how many rows each table has."""
    return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables}
