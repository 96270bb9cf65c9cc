"""Where a database stands, seen without Alembic: every start looks, and importing Alembic takes a third of a second."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from cms import paths
from cms.core.errors import CmsError
from cms.migrations.tables import METADATA

EMPTY = ""


class WrongDatabase(CmsError):
    """A database that this version must not touch; the sentence says what to do instead."""


def known() -> list[str]:
    """Return the revisions that this version knows, oldest first: `versions/v0001_the_first_tables.py` is 0001."""
    return sorted(path.name[1:5] for path in (paths.MIGRATIONS / "versions").glob("v[0-9][0-9][0-9][0-9]_*.py"))


def head() -> str:
    """Return the revision that this version works with."""
    return known()[-1]


def revision(connection: Connection) -> str:
    """Return the revision that a database is at, EMPTY where it has none of our tables.

    Raises WrongDatabase where the tables are a newer version's, another program's, or incomplete.
    """
    found = set(inspect(connection).get_table_names())
    ours = found & set(METADATA.tables)
    at = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in found else None
    if not at and ours:
        raise WrongDatabase(
            f"This database has tables of the same names ({', '.join(sorted(ours)[:3])} ...), but Galley did not make "
            "them, or their making was cut short. Give Galley an empty database (CMS_DATABASE_URL), "
            "or restore a backup into one."
        )
    if at and at not in known():
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
    return at or EMPTY
