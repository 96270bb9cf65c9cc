"""Bring a database to the tables that this version of Galley works with: all of the way, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from cms import paths
from cms.core.errors import CmsError
from cms.migrations.tables import METADATA

# Any fixed number will do, as long as nothing else takes the same advisory lock: one migration at a time.
MIGRATION_LOCK = 4_242_002
EMPTY = ""


class WrongDatabase(CmsError):
    """A database that this version must not touch; the sentence says what to do instead."""


def head() -> str:
    """Return the revision that this version of Galley works with."""
    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head() or EMPTY


def revision(connection: Connection) -> str:
    """Return the revision that a database is at, EMPTY where it has none of our tables.

    Raises WrongDatabase where the tables are a newer version's, another program's, or incomplete.
    """
    found = set(inspect(connection).get_table_names())
    ours = found & set(METADATA.tables)
    at = MigrationContext.configure(connection).get_current_revision() or EMPTY
    if not at and ours:
        raise WrongDatabase(
            f"This database has tables of the same names ({', '.join(sorted(ours)[:3])} ...), but Galley did not make "
            "them, or their making was cut short. Give Galley an empty database (CMS_DATABASE_URL), "
            "or restore a backup into one."
        )
    known = {script.revision for script in ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()}
    if at and at not in known:
        raise WrongDatabase(
            f"This database belongs to a newer Galley: its tables are at {at}, and this version knows them up to "
            f"{head()}. Install the newer version again, or restore a backup that this one made."
        )
    missing = set(METADATA.tables) - found
    if at == head() and missing:
        raise WrongDatabase(
            f"This database is damaged: it says that it is at {at}, but {', '.join(sorted(missing)[:3])} "
            "cannot be found in it. Restore the last backup into an empty database."
        )
    return at


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
        if is_sqlite:
            connection.execution_options(sqlite_begin="IMMEDIATE")
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
                if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise WrongDatabase(f"A row of {broken[0]} points to a row of {broken[2]} that is not there.")
        finally:
            if is_sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    raw = connection.connection.driver_connection
    if raw is not None:
        raw.execute(f"PRAGMA foreign_keys={state}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
