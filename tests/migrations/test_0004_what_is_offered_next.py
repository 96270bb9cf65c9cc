"""What was offered after a piece stays offered, and every live piece waits to be compared."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine, MetaData, text, update

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import fill


def related(empty: Engine) -> Any:
    with empty.connect() as connection:
        found = connection.execute(text("SELECT related FROM published")).scalar_one()
    return json.loads(found) if isinstance(found, str) else found


def before(empty: Engine) -> None:
    """Make the tables of the version before, with a row in each, and these pieces offered after the live one."""
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0003")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        fill(connection, [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables])
        connection.execute(update(earlier.tables["published"]).values(related=[7, 3]))


def test_what_is_offered_stays_and_waits_to_be_compared(empty: Engine) -> None:
    before(empty)
    assert schema.migrate(empty)
    assert [slot["article_id"] for slot in related(empty)] == [7, 3]
    assert {slot["why"] for slot in related(empty)} == {"same_section"}
    with empty.connect() as connection:
        assert connection.execute(text("SELECT article_id, compared_at FROM likeness")).all() == [(1, None)]


def test_going_back_finds_the_numbers_again(empty: Engine) -> None:
    before(empty)
    assert schema.migrate(empty)
    with schema.alone(empty) as connection:
        schema.downgrade(connection, "0003")
    assert related(empty) == [7, 3]
