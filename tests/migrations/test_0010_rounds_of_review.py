"""What is being reviewed when the rounds come gets one, and what was approved keeps its approval."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, MetaData, text

from cms.core.db import Base
from cms.migrations import schema
from cms.workflow.rulebook import DEFAULT, Rules
from tests.migrations.rows import fill


@pytest.mark.parametrize(("state", "rounds", "signed_by"), [
    ("draft", 0, None), ("in_review", 1, None), ("approved", 1, 1), ("changes_requested", 1, None),
])  # fmt: skip
def test_each_piece_under_way_has_a_round(empty: Engine, state: str, rounds: int, signed_by: int | None) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0009")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        fill(connection, [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables])
        connection.execute(text("UPDATE article SET state = :state, head_id = 1"), {"state": state})
        connection.execute(text("UPDATE approval SET voided_at = NULL, content_hash = 'abc'"))
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0010")
    with empty.connect() as connection:
        found = connection.execute(text(
            "SELECT r.article_id, r.facts, r.priority, r.ended_at, s.signed_by_id, s.number, s.content_hash, s.bench"
            " FROM review_round r JOIN review_seat s ON s.round_id = r.id"
        )).all()  # fmt: skip
        receipt = connection.execute(text("SELECT rules, signatures, ticks FROM approval")).one()
    assert len(found) == rounds
    assert receipt.rules == ""
    assert [json.loads(one) if isinstance(one, str) else one for one in receipt[1:]] == [[], []]
    for row in found:
        facts = json.loads(row.facts) if isinstance(row.facts, str) else row.facts
        assert Rules.read(facts) == DEFAULT
        assert (row.article_id, row.priority, row.ended_at, row.bench) == (1, "normal", None, "own_desk")
        assert (row.signed_by_id, row.content_hash) == (signed_by, "abc" if signed_by else "")
