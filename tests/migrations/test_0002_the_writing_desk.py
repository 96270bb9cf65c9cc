"""Working copies from before the writing desk are found in the form that the editor sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, text, update

from cms.core.db import Base
from cms.migrations import schema
from tests.migrations.rows import fill

CONTENT = {
    "kind": "interview", "headline": "Who owns the second?", "kicker": "", "dek": "Somebody.", "body": "<p>Words</p>",
    "slug": "who", "section_id": 1, "topic_ids": [1, 99], "hero_id": 7, "hero_alt": "A clock", "hero_caption": "",
    "hero_credit": "", "seo_title": "", "seo_description": "", "language": "en",
    "credits": [{"person_id": 1, "role": "interviewer", "affiliation": "Overscan"},
                {"person_id": 99, "role": "author", "affiliation": "Gone"}],
}  # fmt: skip


def before(empty: Engine, content: Any) -> None:
    """Make the tables of the first version, with a row in each, and this working copy."""
    with schema.alone(empty) as connection:
        schema.upgrade(connection, "0001")
    earlier = MetaData()
    with empty.begin() as connection:
        earlier.reflect(connection)
        tables = [earlier.tables[t.name] for t in Base.metadata.sorted_tables if t.name in earlier.tables]
        fill(connection, tables)
        for name in ("person", "topic"):
            connection.execute(update(earlier.tables[name]).values(name=f"The {name}"))
        connection.execute(update(earlier.tables["working_copy"]).values(content=content))


def copy(empty: Engine) -> Any:
    with empty.connect() as connection:
        found = connection.execute(text("SELECT content, tab, number FROM working_copy")).one()
    content = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    assert tuple(found[1:]) in (("", 0), ())
    return content


def test_a_kept_text_becomes_what_was_typed(empty: Engine) -> None:
    before(empty, CONTENT)
    assert schema.migrate(empty)
    typed = copy(empty)
    assert all(isinstance(value, str) for value in typed.values())
    assert (typed["headline"], typed["body"], typed["kind"]) == ("Who owns the second?", "<p>Words</p>", "interview")
    assert (typed["section_id"], typed["hero_id"], typed["topics"]) == ("1", "7", "The topic")
    assert (typed["credits-0-person"], typed["credits-0-role"]) == ("The person", "interviewer")
    assert (typed["credits-1-person"], typed["credits-1-affiliation"]) == ("", "Gone")


@pytest.mark.parametrize(
    "content",
    [None, [], "text", 7, {}, {"body": 3, "credits": "x", "topic_ids": {"a": 1}}, {"credits": [1, {"role": None}]}],
    ids=repr,
)
def test_whatever_is_there_is_read(empty: Engine, content: Any) -> None:
    before(empty, content)
    assert schema.migrate(empty)
    assert copy(empty)["headline"] == ""


def test_going_back_finds_the_numbers_again(empty: Engine) -> None:
    before(empty, CONTENT)
    assert schema.migrate(empty)
    with schema.alone(empty) as connection:
        schema.downgrade(connection, "0001")
        stored = connection.execute(text("SELECT content FROM working_copy")).scalar_one()
    content = json.loads(stored) if isinstance(stored, str) else stored
    assert content["headline"] == CONTENT["headline"]
    assert (content["section_id"], content["hero_id"], content["topic_ids"]) == (1, 7, [1])
    assert content["credits"] == CONTENT["credits"][:1]


def test_what_was_saved_by_hand_is_no_autosave(empty: Engine) -> None:
    before(empty, CONTENT)
    assert schema.migrate(empty)
    with empty.connect() as connection:
        assert not connection.execute(text("SELECT is_quiet FROM revision")).scalar_one()
