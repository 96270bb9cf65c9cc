"""Bring a database to the tables that this version of Galley works with: all of the way, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from cms import paths
from cms.core.db import LOCKED
from cms.migrations.standing import WrongDatabase, head, revision

# Any fixed number will do, as long as nothing else takes the same advisory lock: one migration at a time.
MIGRATION_LOCK = 4_242_002
#: Seconds on SQLite: whoever comes second waits until the first is done, however large the database is.
PATIENCE = 3_600


def migrate(engine: Engine) -> bool:
    """Bring a database up to date; return whether there was anything to do.

    Raises WrongDatabase where it must not be touched.
    """
    with engine.connect() as connection:
        if revision(connection) == head():
            return False
    with alone(engine) as connection:
        if revision(connection) == head():
            return False  # somebody else was faster, while this process waited for its turn
        upgrade(connection)
    return True


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that lead up to a revision, inside the transaction that `alone` began."""
    command.upgrade(_config(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Take the migrations back down to a revision (`base` for none), inside the transaction that `alone` began."""
    command.downgrade(_config(connection), to)


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Hold one transaction in which tables may change and nobody else migrates; killed half-way, it leaves no trace.

    SQLite only switches foreign keys off outside a transaction, and Alembic rebuilds a table there by dropping
    the old one, which would take the rows that point to it along; they are checked before the end instead.
    """
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        # What a migration says it says once, of tables as they were that day: not worth remembering.
        connection.execution_options(compiled_cache=None)
        if is_sqlite:
            connection.execution_options(sqlite_begin="IMMEDIATE")
            _set(connection, "foreign_keys=OFF", f"busy_timeout={PATIENCE * 1000}")
        try:
            with connection.begin():
                if not is_sqlite:
                    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                        connection.execute(text(f"SET LOCAL {limit} = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
                if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise WrongDatabase(f"A row of {broken[0]} points to a row of {broken[2]} that is not there.")
        finally:
            if is_sqlite:
                _set(connection, "foreign_keys=ON", f"busy_timeout={LOCKED * 1000}")


def _set(connection: Connection, *pragmas: str) -> None:
    raw = connection.connection.driver_connection
    if raw is not None:
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
