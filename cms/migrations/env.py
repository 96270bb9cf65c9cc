"""Alembic's way in: it runs the scripts on the connection that `schema` hands over, or on the configured database."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum

from cms.config import Settings
from cms.core.db import UtcDateTime, make_engine
from cms.migrations.tables import METADATA


def render(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """Write our own column types plainly, so that a migration never depends on the code of its day."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


def run(connection: Connection) -> None:
    """Run the scripts in the one transaction that is there, or in one around them all."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        render_item=render,
        # SQLite can take back a change of tables as well as PostgreSQL can; Alembic only has to be told.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if (handed_over := context.config.attributes.get("connection")) is not None:
    run(handed_over)
else:  # a developer calls `alembic` itself, to have a new migration drafted
    with make_engine(Settings.from_environment().database_url).connect() as opened:
        run(opened)
