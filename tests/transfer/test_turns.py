"""Who speaks in a block."""

from __future__ import annotations

import pytest

from cms.core.html import blocks, text_of
from cms.transfer import turns


@pytest.mark.parametrize(
    ("html", "label", "spoken"),
    [
        ("<p><strong>Ada:</strong> Hello</p>", "Ada", "Hello"),
        ("<p><strong>Ada</strong>: Hello</p>", "Ada", "Hello"),
        ("<p><strong>Ada</strong> : Hello</p>", "Ada", "Hello"),
        ("<p><strong>Ada: Hello, how are you?</strong></p>", "Ada", "Hello, how are you?"),
        ("<p><strong>Ada:</strong> <strong>Hello?</strong></p>", "Ada", "Hello?"),
        ("<p><em>Ada</em>: Hello</p>", "Ada", "Hello"),
        ("<p>Ada: Hello</p>", "Ada", "Hello"),
        ("<p>AB: Hello: you</p>", "AB", "Hello: you"),
        ("<p>田中：こんにちは</p>", "田中", "こんにちは"),
        ("<p><strong>Ada Byron (AB):</strong> Hello</p>", "Ada Byron (AB)", "Hello"),
        ("<p><strong>Ada(AB) and Tim (T)</strong>: Hello</p>", "Ada(AB) and Tim (T)", "Hello"),
        ("<p><strong>A/B/C:</strong> Hello</p>", "A/B/C", "Hello"),
        ("<p><strong>Q:</strong> Hello?</p>", "Q", "Hello?"),
    ],
)
def test_labels(html: str, label: str, spoken: str) -> None:
    (block,) = turns.read_blocks(blocks(html))
    assert (block.label, text_of(block.spoken).strip()) == (label, spoken)


@pytest.mark.parametrize(
    "html",
    [
        "<p><strong>Note:</strong> Hello</p>",
        "<p>Tip: Hello</p>",
        "<p>See https://example.org: it is good</p>",
        "<p>There are three ways to do this: walk, run, fly</p>",
        "<p>It is 12:30</p>",
        "<p>Why? Because: so</p>",
        "<p><strong>What this means:</strong> Hello</p>",
        "<p>Hello</p>",
        "<h2>Ada: Hello</h2>",
    ],
)
def test_what_is_no_label(html: str) -> None:
    (block,) = turns.read_blocks(blocks(html))
    assert block.label == ""


def test_words_set_off_as_a_whole() -> None:
    bold, italic, neither = turns.read_blocks(
        blocks("<p><strong>Why <em>that</em></strong>?</p><p><em>Tell us.</em></p><p><strong>a</strong> b</p>")
    )
    assert (bold.is_bold, italic.is_italic, neither.is_bold, neither.is_italic) == (True, True, False, False)


@pytest.mark.parametrize("text", ["Why?", "Tell us about your work.", "And how did you begin", "¿Qué hace usted?"])
def test_questions(text: str) -> None:
    assert turns.is_question(text)


@pytest.mark.parametrize("text", ["Getting started", "What is new", "Important!"])
def test_no_questions(text: str) -> None:
    assert not turns.is_question(text)
