"""What is there when translations come is a translation of nothing, and readers are told of no other language."""

from __future__ import annotations

import json

from sqlalchemy import Engine, MetaData, text

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import fill


def test_what_is_live_is_in_one_language(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0010")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        fill(connection, [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables])
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0011")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT original_id FROM article")).scalars().all() == [None]
        told = connection.execute(text("SELECT translations FROM published")).scalar_one()
    assert (json.loads(told) if isinstance(told, str) else told) == []
