"""What somebody says in a text is found, known again, and put in other words without anything else being lost."""

from __future__ import annotations

import pytest

from cms.articles import document

TALK = document.normalise(
    '<section class="qa" data-id="q1"><p class="qa-question" data-speaker="Overscan">What is it?</p>'
    '<div class="qa-answer" data-speaker="Oduya-Lind"><p>A <strong>promise</strong> with an '
    '<a href="https://example.org/">error<span class="footnote" data-note="See there."></span> bar</a>.</p>'
    "<p>And it is kept.</p></div></section>"
    '<p data-id="p1">Before it. She said: “It was never <em>about</em> the clock at all.” And “no”. After it.</p>'
    '<ul data-id="l1"><li>One says „Das war so nicht gemeint“.</li><li>None.</li></ul>'
    '<blockquote data-id="k1"><p>We went home.</p></blockquote>'
    '<aside class="pull-quote" data-id="u1" data-from="q1"><p>A promise with an error bar.</p></aside>'
    '<pre data-id="c1"><code>say("what nobody said here")</code></pre>'
)


def test_everything_that_is_said_is_found_with_what_it_stands_beside() -> None:
    found = [(one.key, one.number, one.speaker, one.context, one.words) for one in document.passages(TALK)]
    assert found == [
        ("q1.0", 1, "Oduya-Lind", "What is it?", "A promise with an error bar.\n\nAnd it is kept."),
        ("p1.1", 2, "", "She said: “It was never about the clock at all.”", "It was never about the clock at all."),
        ("l1.1", 3, "", "One says „Das war so nicht gemeint“.", "Das war so nicht gemeint"),
        ("k1.0", 4, "", "", "We went home."),
    ]


def test_the_hash_is_of_the_words_and_of_nothing_else() -> None:
    known = document.digest("It was.\n\nIt is.")
    assert document.digest("It  was. It is.") == known
    assert document.digest("It was. It isn’t.") != known


@pytest.mark.parametrize(
    ("block", "place", "words", "wanted"),
    [
        (0, 0, "A firm promise with a wide error bar.\n\nAnd it is kept.",
         '<p>A firm <strong>promise</strong> with a wide <a href="https://example.org/">error</a>'
         '<span class="footnote" data-note="See there."></span> <a href="https://example.org/">bar</a>.</p>'
         "<p>And it is kept.</p>"),
        (0, 0, "And it is kept.", "<p>And it is kept.</p>"),
        (0, 0, "First.\nA promise.\nAnd it is kept.", "<p>And it is kept.</p></div>"),
        (1, 1, "It was about the <clock> always.",
         "She said: “It was <em>about</em> the &lt;clock&gt; always.” And “no”. After it."),
        (2, 1, "Das war anders", "<li>One says „Das war anders“.</li><li>None.</li>"),
        (3, 0, "We all went home.", "<blockquote data-id=\"k1\"><p>We all went home.</p></blockquote>"),
    ],
)  # fmt: skip
def test_other_words_keep_what_stays_as_it_was_set(block: int, place: int, words: str, wanted: str) -> None:
    blocks = document.parse(TALK)
    made = document.reworded(blocks[block].html, place, words)
    assert wanted in made
    whole = TALK.replace(blocks[block].html, made)
    assert document.normalise(whole) == whole, "what comes out is a body"
    if place == 0:
        [said] = document.passages(made)
        assert document.digest(said.words) == document.digest(words)


def test_the_tree_that_was_read_is_left_alone() -> None:
    before = document.parse(TALK)[0].html
    document.reworded(before, 0, "Nothing.")
    assert document.parse(TALK)[0].html == before


def test_quotation_marks_within_quotation_marks_are_other_ones() -> None:
    assert document.as_quoted(' “He said "no" twice.” ') == "He said 'no' twice."
