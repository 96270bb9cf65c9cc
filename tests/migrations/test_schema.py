"""Bringing a database up to date holds, whatever is found and whenever the power goes."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from cms import paths
from cms.core.db import Base, make_engine
from cms.migrations import schema, standing
from tests.migrations.rows import fill
from tests.migrations.test_tables import shape

# Kills itself, as the machine would, once so many tables are made.
CUT_SHORT = """
import os, signal, sys
from alembic.operations import Operations
from alembic.operations.ops import CreateTableOp
from cms.core.db import make_engine
from cms.migrations import schema, standing
url, tables = sys.argv[1], int(sys.argv[2])
invoke, made = Operations.invoke, 0
def cut(self, operation):
    global made
    made += isinstance(operation, CreateTableOp)
    if made > tables:
        os.kill(os.getpid(), signal.SIGKILL)
    return invoke(self, operation)
Operations.invoke = cut
schema.migrate(make_engine(url))
"""


def test_what_the_file_names_say_is_what_alembic_reads() -> None:
    scripts = ScriptDirectory(str(paths.MIGRATIONS))
    assert standing.known() == sorted(script.revision for script in scripts.walk_revisions())
    assert standing.head() == scripts.get_current_head()


def test_a_second_time_there_is_nothing_to_do(empty: Engine) -> None:
    assert schema.migrate(empty)
    assert not schema.migrate(empty)


@pytest.mark.parametrize("tables", [15, 30])
def test_killed_half_way_it_leaves_no_trace_and_the_next_run_succeeds(empty_url: str, tables: int) -> None:
    killed = subprocess.run([sys.executable, "-c", CUT_SHORT, empty_url, str(tables)], capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    engine = make_engine(empty_url)
    assert shape(engine) == {}
    assert schema.migrate(engine)
    with engine.connect() as connection:
        assert standing.revision(connection) == standing.head()
    engine.dispose()


def test_two_at_once_make_the_tables_once(empty: Engine) -> None:
    with empty.connect() as connection:
        standing.revision(connection)  # on SQLite the file is there from now on, and both wait for the same lock
    did: list[bool] = []
    both = [threading.Thread(target=lambda: did.append(schema.migrate(empty))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(did) == [False, True]


def test_a_newer_database_is_left_alone(empty: Engine) -> None:
    schema.migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(standing.WrongDatabase, match="belongs to a newer Galley: its tables are at 9999"):
        schema.migrate(empty)


def test_tables_that_galley_did_not_make_are_left_alone(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE article (id integer)"))
    with pytest.raises(standing.WrongDatabase, match="Galley did not make them"):
        schema.migrate(empty)
    assert inspect(empty).get_table_names() == ["article"]


def test_other_tables_beside_ours_do_no_harm(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE weather (id integer)"))
    assert schema.migrate(empty)


def test_a_database_that_lost_a_table_is_called_damaged(empty: Engine) -> None:
    schema.migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("DROP TABLE notice"))
    with pytest.raises(standing.WrongDatabase, match=f"damaged: it says that it is at {standing.head()}, but notice"):
        schema.migrate(empty)


def test_a_migration_that_leaves_a_reference_dangling_is_taken_back(empty: Engine) -> None:
    if empty.dialect.name != "sqlite":
        pytest.skip("PostgreSQL checks references at once")
    schema.migrate(empty)
    with empty.begin() as connection:
        fill(connection, Base.metadata.sorted_tables)
    with pytest.raises(standing.WrongDatabase, match="points to a row of desk"), schema.alone(empty) as connection:
        connection.execute(text("DELETE FROM desk"))
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM desk")) == 1
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
