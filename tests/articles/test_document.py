"""The body as blocks, and what a reader gets of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.articles import document
from cms.articles.document import BlockKind, Heading, Section, normalise, parse, serialise
from cms.core import html
from cms.core.errors import Invalid
from cms.core.html import text_of
from tests.articles.bodies import BODIES, PIECE, SENTENCES

INTERVIEW = (
    '<p>Intro.</p><section class="qa"><p class="qa-question">Why?</p><div class="qa-answer"><p>So.</p><p>Yes.</p></div>'
    '</section><p>Aside.</p><section class="qa"><p class="qa-question">And?</p></section>'
)


def test_every_kind_of_block_is_told_apart() -> None:
    assert [block.kind for block in parse(PIECE)] == [
        BlockKind.PARAGRAPH,
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.PULL_QUOTE,
        BlockKind.CODE,
        BlockKind.FIGURE,
        BlockKind.HEADING,
        BlockKind.TABLE,
        BlockKind.LIST,
        BlockKind.CALLOUT,
        BlockKind.RULE,
        BlockKind.QA,
        BlockKind.EMBED,
        BlockKind.QUOTE,
        BlockKind.PARAGRAPH,
    ]


def test_a_block_knows_its_id_its_html_and_its_words() -> None:
    block = parse('<ul data-id="l1"><li>One <b>two</b></li><li>three</li></ul>')[0]
    assert (block.id, block.text) == ("l1", "One two\nthree")
    assert block.html == '<ul data-id="l1"><li>One <strong>two</strong></li><li>three</li></ul>'


def test_blocks_without_ids_get_the_same_ones_every_time() -> None:
    sent = "<p>One.</p><p>Two.</p><p>One.</p><hr><hr>"
    ids = [block.id for block in parse(sent)]
    assert ids == [block.id for block in parse(normalise(sent))]
    assert len(set(ids)) == 5
    assert all(re.fullmatch(r"b[a-z2-7]{7}", found) for found in ids)


def test_a_new_block_does_not_change_the_ids_of_the_others() -> None:
    before = {block.text: block.id for block in parse("<p>One.</p><p>Two.</p>")}
    after = {block.text: block.id for block in parse("<p>New.</p><p>One.</p><p>Two.</p>")}
    assert before.items() <= after.items()


def test_of_two_blocks_with_one_id_the_first_keeps_it() -> None:
    first, second = parse('<p data-id="x">One.</p><p data-id="x">Two.</p>')
    assert first.id == "x"
    assert second.id not in ("x", "")


def test_only_blocks_at_the_top_have_ids() -> None:
    assert normalise('<blockquote data-id="q"><p data-id="x">a</p></blockquote>') == (
        '<blockquote data-id="q"><p>a</p></blockquote>'
    )


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_a_normal_body_stays_as_it_is(body: str) -> None:
    assert normalise(body) == body
    assert serialise(parse(body)) == body
    ids = [block.id for block in parse(body)]
    assert len(ids) == len(set(ids))


def test_hostile_html_is_cleaned_before_it_is_blocks() -> None:
    assert [block.text for block in parse('<p data-id="a">x<script>alert(1)</script></p>')] == ["x"]
    assert normalise('<p data-id="a" onclick="x">x</p>') == '<p data-id="a">x</p>'


def test_a_body_that_ids_make_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_BODY", 40)
    with pytest.raises(Invalid, match="58 characters; a piece can have at most 40"):
        normalise("<p>one</p><p>two</p>")


def test_the_hash_moves_with_everything_that_is_stored() -> None:
    digest = document.body_hash('<p data-id="a">x</p>')
    assert digest == document.body_hash('<p data-id="a" class="y">x</p>')
    assert digest != document.body_hash('<p data-id="a">y</p>')
    assert digest != document.body_hash('<p data-id="b">x</p>')
    assert len(digest) == 64


def test_plain_text_parts_the_blocks_with_an_empty_line() -> None:
    assert (
        document.plain_text("<h2>T</h2><p>a &amp; <b>b</b></p><hr><ul><li>c</li><li>d</li></ul>")
        == "T\n\na & b\n\nc\nd"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("<p>One two-fold 3.5 it\u2019s</p>", 4),
        ("<ul><li>a</li><li>b</li></ul>", 2),
        ("<p>\u65f6\u95f4 ok</p>", 3),
    ],
)
def test_words_are_counted_as_a_reader_would(body: str, words: int) -> None:
    assert document.word_count(body) == words


def test_reading_takes_a_minute_at_least() -> None:
    assert document.reading_minutes("<p>Short.</p>") == 1
    assert document.reading_minutes(f"<p>{'word ' * 2300}</p>") == 10


def test_contents_lists_the_titles_with_anchors_of_their_own() -> None:
    body = "<h2>What drift costs</h2><h3>What drift costs</h3><h2>\u6f22</h2><h2>Main</h2><h4>Q1</h4><h2>Fn 1</h2>"
    assert document.contents(body) == [
        Heading("what-drift-costs", "What drift costs", 2),
        Heading("what-drift-costs-2", "What drift costs", 3),
        Heading("han", "\u6f22", 2),
        Heading("section-main", "Main", 2),
        Heading("section-q1", "Q1", 3),
        Heading("fn-1", "Fn 1", 2),
    ]


def test_sections_are_cut_at_titles_and_questions() -> None:
    assert document.sections("<p>Lead.</p><h2>A</h2><p>One.</p><p>Two.</p><h2>B</h2>") == [
        Section("", "", "Lead."),
        Section("a", "A", "One.\n\nTwo."),
        Section("b", "B", ""),
    ]
    assert document.sections(INTERVIEW) == [
        Section("", "", "Intro."),
        Section("q1", "Why?", "So.\nYes.\n\nAside."),
        Section("q2", "And?", ""),
    ]


def test_a_question_nobody_answered_and_a_picture_without_words_are_found() -> None:
    assert [document.lacks_answer(block) for block in parse(INTERVIEW)] == [False, False, False, True]
    silent, told = parse('<figure><img src="/media/a.png"></figure><figure><img src="/media/a.png" alt="A"></figure>')
    assert document.lacks_alt(silent)
    assert not document.lacks_alt(told)


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Short enough.", 20, "Short enough."),
        ("One sentence here. Another one follows it.", 30, "One sentence here."),
        ("No. One sentence only, and it is far too long.", 30, "No. One sentence only, and it\u2026"),
        ("Use tools, e.g. Hammers, to drive nails into wood.", 30, "Use tools, e.g. Hammers, to\u2026"),
        ("It rose by 3.5 percent in May. Then it fell a lot.", 34, "It rose by 3.5 percent in May."),
        ("Dr. J. Smith of the U.S. Navy was there that day.", 32, "Dr. J. Smith of the U.S. Navy\u2026"),
        ("\u201cIt works!\u201d she said. Nobody else believed her.", 26, "\u201cIt works!\u201d she said."),
        ("Is it so? (Perhaps.) Nobody knows at all, of course.", 26, "Is it so? (Perhaps.)"),
        ("Readings, meters, etc. are kept. Nobody reads them.", 40, "Readings, meters, etc. are kept."),
        ("x" * 50, 20, "x" * 19 + "\u2026"),
        ("Trailing comma, then more words come", 16, "Trailing comma\u2026"),
        (" spaces \n and lines are  joined ", 40, "spaces and lines are joined"),
        ("", 10, ""),
    ],
)
def test_a_teaser_is_cut_where_a_person_would(text: str, limit: int, cut: str) -> None:
    assert document.teaser(text, limit) == cut


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(SENTENCES.map(lambda s: f"{s.capitalize()}."), st.text()), max_size=9), st.integers(20, 200))
def test_a_teaser_never_exceeds_its_limit_and_keeps_the_words(texts: list[str], limit: int) -> None:
    text = " ".join(" ".join(texts).split())
    found = document.teaser(text, limit)
    assert len(found) <= limit
    assert text.startswith(found.removesuffix("\u2026").rstrip("\u2026"))


def test_the_words_of_a_block_are_those_of_its_tree() -> None:
    for block in parse(PIECE):
        assert block.text == text_of([block.element])
