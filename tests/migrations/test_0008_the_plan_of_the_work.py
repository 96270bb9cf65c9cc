"""Columns and tables are added beside what is there, and a letter that was not sent yet still is."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData, inspect, text

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import counts, fill

NEW = {"pitch_vote", "mail_wish", "search_watch"}


def test_what_was_not_mailed_is_mailed_and_nothing_is_lost(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0007")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        tables = [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables]
        fill(connection, tables)
        connection.execute(text("UPDATE notice SET mailed_at = NULL, read_at = NULL"))
        # Somebody else was mailed of it already.
        other = dict(connection.execute(earlier.tables["user"].select()).mappings().one())
        connection.execute(earlier.tables["user"].insert(), {**other, "id": 2, "email": "b@galley.test"})
        notice = dict(connection.execute(earlier.tables["notice"].select()).mappings().one())
        connection.execute(
            earlier.tables["notice"].insert(), {**notice, "id": 2, "user_id": 2, "mailed_at": notice["made_at"]}
        )
    assert schema.migrate(empty)
    assert set(inspect(empty).get_table_names()) >= NEW
    with empty.connect() as connection:
        brief = connection.execute(text("SELECT brief, assigned_to_id FROM article")).one()
        rows = connection.execute(text("SELECT mail_due_at = made_at, mail_tries, mail_error FROM notice ORDER BY id"))
        shared = connection.execute(text("SELECT is_shared FROM saved_search")).scalar_one()
        assert tuple(brief) == ("", None)
        assert [tuple(row) for row in rows] == [(True, 0, ""), (None, 0, "")]
        assert not shared
        assert {name: count for name, count in counts(connection, tables).items() if count != 1} == {
            "user": 2,
            "notice": 2,
        }
    with schema.alone(empty) as connection:
        schema.downgrade(connection, "0007")
    assert not NEW & set(inspect(empty).get_table_names())
