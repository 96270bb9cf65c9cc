"""Room for counts of questions comes and goes, and what was there before stays."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData, inspect

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import counts, fill

NEW = {"saved_search", "search_count", "search_opening", "search_promotion", "search_synonym"}


def test_tables_are_added_beside_what_is_there(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0005")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        tables = [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables]
        fill(connection, tables)
    assert schema.migrate(empty)
    assert set(inspect(empty).get_table_names()) >= NEW
    with empty.connect() as connection:
        assert set(counts(connection, tables).values()) == {1}
