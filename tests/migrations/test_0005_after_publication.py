"""What is live begins its row of versions, nothing was corrected yet, and receipts from before go on holding."""

from __future__ import annotations

import json

from sqlalchemy import Engine, MetaData, text

from cms.articles.models import Content
from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import fill


def test_what_is_live_is_its_first_version(empty: Engine) -> None:
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0004")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        fill(connection, [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables])
        live = connection.execute(text("SELECT article_id, revision_id, headline FROM published")).one()
    assert schema.migrate(empty)
    with empty.connect() as connection:
        version = connection.execute(
            text("SELECT article_id, revision_id, headline, number, said, marked_html FROM published_version")
        ).one()
        told = connection.execute(text("SELECT corrections FROM revision")).scalar_one()
        opened = connection.execute(text("SELECT shows_history FROM article")).scalar_one()
        reason = connection.execute(text("SELECT reason FROM withdrawal")).scalar_one()
    assert tuple(version[:3]) == tuple(live)
    assert version.number == 1
    assert not opened, "readers are shown no history that nobody opened to them"
    assert [json.loads(one) if isinstance(one, str) else one for one in (version.said, told)] == [[], []]
    assert version.marked_html == reason == ""


def test_a_text_without_corrections_has_the_hash_that_it_had() -> None:
    assert Content(headline="A", slug="a").hash() == (
        "632618a34a19fa0f7c812b15ea511718a666bab053d4a40db2b35a76db89a516"
    )
