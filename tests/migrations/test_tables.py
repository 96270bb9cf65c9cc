"""The migrations lead to exactly the tables that the models describe."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError

import cms
from cms.core.db import Base
from cms.migrations import schema, standing
from cms.migrations import tables as house
from tests.migrations.rows import counts, fill


def shape(engine: Engine) -> dict[str, Any]:
    """Return what a database says about its tables, in an order that does not depend on how they were made."""
    found = inspect(engine)
    return {
        name: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"], bool(c.get("identity")))
                for c in found.get_columns(name)
            },
            "primary": (found.get_pk_constraint(name)["name"], found.get_pk_constraint(name)["constrained_columns"]),
            "foreign": sorted(
                (f["name"], f["constrained_columns"], f["referred_table"], f["referred_columns"], str(f["options"]))
                for f in found.get_foreign_keys(name)
            ),
            "unique": sorted((u["name"], u["column_names"]) for u in found.get_unique_constraints(name)),
            "checks": sorted((c["name"], c["sqltext"]) for c in found.get_check_constraints(name)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in found.get_indexes(name)),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def triggers(engine: Engine) -> set[str]:
    """Return the triggers by name."""
    where = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return set(connection.execute(text(where)).scalars())


def test_every_table_of_the_house_is_listed() -> None:
    for module in pkgutil.walk_packages(cms.__path__, "cms."):
        if module.name.endswith(".models"):
            assert importlib.import_module(module.name) in house.MODULES, f"{module.name} is not in MODULES"
    listed = {module.__name__ for module in house.MODULES}
    assert {mapper.class_.__module__ for mapper in Base.registry.mappers} <= listed


def of_the_models(action: str, url: str) -> None:
    """Let a process of its own make (or drop) the tables of the models.

    Making them on PostgreSQL marks the reference that is added later, for good: made on SQLite by the same process
    afterwards, the table would lack it.
    """
    code = (
        "import sys; from cms.core.db import make_engine; from cms.migrations.tables import METADATA; "
        "getattr(METADATA, sys.argv[1])(make_engine(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, action, url], check=True)


def test_head_equals_the_models(empty: Engine, empty_url: str) -> None:
    of_the_models("create_all", empty_url)
    wanted, wanted_triggers = shape(empty), triggers(empty)
    of_the_models("drop_all", empty_url)
    assert schema.migrate(empty)
    assert shape(empty) == wanted
    assert triggers(empty) == wanted_triggers
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_up_down_and_up_again_with_data(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection)
    with empty.begin() as connection:
        fill(connection, Base.metadata.sorted_tables)
        assert set(counts(connection, Base.metadata.sorted_tables).values()) == {1}
    with schema.alone(empty) as connection:
        schema.downgrade(connection, "base")
    assert shape(empty) == {}
    assert triggers(empty) == set()
    assert schema.migrate(empty)
    with empty.begin() as connection:
        fill(connection, Base.metadata.sorted_tables)


@pytest.mark.parametrize("begun_at", standing.known()[:-1])
def test_what_is_there_is_taken_along_from_every_earlier_version(empty: Engine, begun_at: str) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, begun_at)
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        tables = [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables]
        fill(connection, tables)
    assert schema.migrate(empty)
    with empty.connect() as connection:
        assert set(counts(connection, tables).values()) == {1}


@pytest.mark.parametrize("change", ["UPDATE event SET name = 'article.forged'", "DELETE FROM event"])
def test_the_database_refuses_to_change_an_event(empty: Engine, change: str) -> None:
    schema.migrate(empty)
    with empty.begin() as connection:
        fill(connection, Base.metadata.sorted_tables)
    with pytest.raises(DBAPIError, match="events are never"), empty.begin() as connection:
        connection.execute(text(change))
