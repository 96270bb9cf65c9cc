"""Links that were there are for reading; what somebody outside said goes with the way back, and nothing else does."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData, inspect, select, text

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import counts, fill

NEW = {"question_plan", "questions_sent", "transcript", "answer_span", "quote_check", "statement"}


def test_links_that_were_there_are_for_reading(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0008")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        tables = [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables]
        fill(connection, tables)
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0009")
    assert set(inspect(empty).get_table_names()) >= NEW
    with empty.connect() as connection:
        assert connection.execute(text("SELECT purpose, email, used_at FROM galley_link")).all() == [("read", "", None)]
        assert set(counts(connection, tables).values()) == {1}


def test_the_way_back_takes_what_was_said_outside_and_leaves_the_rest(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0009")
    now = MetaData()
    with empty.begin() as connection:
        now.reflect(connection)
        names = [t.name for t in Base.metadata.sorted_tables if t.name in now.tables]
        fill(connection, [now.tables[name] for name in names])
        comment = now.tables["comment"]
        outside = dict(connection.execute(select(comment)).mappings().one()) | {"id": 2, "author_id": None}
        connection.execute(comment.insert(), outside)
        connection.execute(text("UPDATE galley_link SET purpose = 'read'"))
    with schema.alone(empty) as connection:
        schema.downgrade(connection, "0008")
    with empty.connect() as connection:
        for table in ("comment", "thread", "proposal", "suggestion", "galley_link", "galley_opening"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1, table
    assert not set(inspect(empty).get_table_names()) & NEW
