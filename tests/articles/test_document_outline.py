"""The outline, and that the editor counts what the server counts: frontend/test/reading.test.ts has the other half."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cms import paths
from cms.articles import document
from cms.core import slugs

EXAMPLES: dict[str, list[Any]] = json.loads(
    (paths.STATIC.parent / "frontend" / "test" / "reading.json").read_text("utf-8")
)


@pytest.mark.parametrize(("body", "words"), EXAMPLES["words"])
def test_words_are_those_of_the_editor(body: str, words: int) -> None:
    assert document.word_count(body) == words


@pytest.mark.parametrize(("words", "minutes"), EXAMPLES["minutes"])
def test_minutes_are_those_of_the_editor(words: int, minutes: int) -> None:
    assert document.reading_minutes(f"<p>{'word ' * words}</p>") == minutes


@pytest.mark.parametrize(("body", "entries"), EXAMPLES["outlines"])
def test_the_outline_is_that_of_the_editor(body: str, entries: list[list[Any]]) -> None:
    assert [[entry.block, entry.title, entry.level] for entry in document.outline(body)] == entries


@pytest.mark.parametrize(("headline", "address"), EXAMPLES["addresses"])
def test_addresses_are_those_of_the_editor(headline: str, address: str) -> None:
    assert slugs.make(headline) == address


def test_only_the_words_before_the_first_title_are_an_opening() -> None:
    entries = document.outline("<p>a</p><h2>b</h2><p>c</p><h2>d</h2>")
    assert [entry.is_opening for entry in entries] == [True, False, False]
