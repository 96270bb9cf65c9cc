"""Lists that go on: what they cost does not grow with what there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from cms.core.paging import Cursor
from cms.publication import queries as edition
from tests.conftest import Queries
from tests.factories import NOW, House, make_live

LISTS: dict[str, Callable[[Session, House, Cursor | None], object]] = {
    "section": lambda db, house, at: edition.in_section(db, house.section.id, at),
    "topic": lambda db, _, at: edition.about_topic(db, 1, at),
    "person": lambda db, house, at: edition.person(db, house.author.slug, at),
}


@pytest.mark.parametrize("at", [None, Cursor(NOW, 1)], ids=["its beginning", "further on"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_in_the_order_of_an_index(
    db: Session, house: House, queries: Queries, name: str, at: Cursor | None
) -> None:
    make_live(db, house)
    queries.statements.clear()
    LISTS[name](db, house, at)
    asked = queries.statements[-1]
    plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (0,) * asked.count("?")).all()
    steps = [str(row[-1]) for row in plan]
    assert any(step.startswith("SEARCH published") for step in steps)
    assert not any(step.startswith(("SCAN", "USE TEMP B-TREE")) for step in steps), "all of it would be read and sorted"
