import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.search.excerpts import LENGTH, OVERRUN, Marker
from cms.search.query import parse
from tests.search.naughty import NAUGHTY

STORY = [
    {"id": "", "title": "", "text": "A fan had stopped in the east hall. Nobody had typed anything wrong. " * 4},
    {
        "id": "holdover",
        "title": "What drift costs",
        "text": "Every hall has a wall of dials. " * 8
        + "Left alone, a clock wanders by its rate error. Engineers call it holdover, and here drift turns into money. "
        + "Then the auditors come, and they bring their own watches. " * 8,
    },
    {"id": "end", "title": "Where it ends", "text": "A clock is a promise. " * 20},
]


def marker(text: str) -> Marker:
    return Marker(parse(text).terms)


def test_the_passage_comes_from_the_section_that_says_most_and_links_to_it() -> None:
    found = marker("clock drift").excerpt(STORY)
    assert found.section_id == "holdover"
    assert found.section_title.html == "What <mark>drift</mark> costs"
    assert "a <mark>clock</mark> wanders" in found.passage.html
    assert "<mark>drift</mark> turns into money." in found.passage.html


def test_a_passage_is_short_and_ends_where_sentences_or_words_do() -> None:
    for words in ("clock drift", "money", "auditors", "fan", "promise", "dials"):
        text = marker(words).excerpt(STORY).passage.text
        assert 60 < len(text) <= LENGTH + OVERRUN + 4
        assert re.search(r"(?:[.!?]| …)$", text)
        assert re.match(r"…? ?\w", text)


def test_a_section_without_a_title_is_not_linked() -> None:
    found = marker("fan").excerpt(STORY)
    assert found.passage
    assert (found.section_id, found.section_title.html) == ("", "")


def test_where_nothing_matches_the_standfirst_speaks() -> None:
    found = marker("zebra").excerpt(STORY, otherwise="Perfect time is a luxury.")
    assert found.passage.html == "Perfect time is a luxury."
    assert marker("").excerpt(STORY, otherwise="Dek.").passage.html == "Dek."
    assert marker("zebra").excerpt(STORY).passage.text.startswith("A fan had stopped")
    assert marker("zebra").excerpt([]).passage.html == ""


def test_words_of_the_same_stem_are_marked_and_others_are_not() -> None:
    assert marker("drift").mark("Drifting drifts; adrift driftwood.").html == (
        "<mark>Drifting</mark> <mark>drifts</mark>; adrift driftwood."
    )


def test_technical_terms_are_marked_as_far_as_they_were_asked_for() -> None:
    assert marker("node.js").mark("node.js").html == "<mark>node.js</mark>"
    assert marker("case").mark("snake_case").html == "snake_<mark>case</mark>"
    assert marker("clock").mark("clock-drift").html == "<mark>clock</mark>-drift"
    assert marker("C++").mark("C, C# and C++.").html == "C, C# and <mark>C++</mark>."
    assert marker("3.11").mark("Python 3.11.4").html == "Python <mark>3.11.4</mark>"
    assert marker("obrien angstrom").mark("O’Brien’s Ångström").html == "<mark>O’Brien’s</mark> <mark>Ångström</mark>"


def test_letters_that_are_one_to_the_index_are_one_to_the_reader() -> None:
    found = marker("µs λόγος йод Größe café").mark("μs, ΛΌΓΟΣ, ΛΟΓΟΣ λογος; Йод, ЙОД; GRÖSSE, Grösse; cafe\u0301.")
    assert found.html == (
        "<mark>μs</mark>, <mark>ΛΌΓΟΣ</mark>, <mark>ΛΟΓΟΣ</mark> <mark>λογος</mark>; <mark>Йод</mark>, "
        "<mark>ЙОД</mark>; <mark>GRÖSSE</mark>, <mark>Grösse</mark>; <mark>café</mark>."
    )


def test_words_are_shown_where_most_different_ones_stand_together_and_next_to_one_another() -> None:
    far = "Nothing of the sort is said in this long sentence about other things. " * 5
    text = f"Clock, clock and clock. {far}A drift of the clock. {far}The clock drift. {far}Drifting, drifting."
    found = marker("clock drift").excerpt([{"id": "", "title": "", "text": text}])
    assert found.passage.html.count("<mark>") == 2
    assert "The <mark>clock</mark> <mark>drift</mark>." in found.passage.html


HOSTILE = [
    '<img src=x onerror="alert(1)"> drift',
    "drift</mark><script>alert(1)</script>",
    "<mark>drift</mark>",
    "&lt;script&gt; drift &amp;",
    "dri<b>ft drift",
    "\"' onmouseover='alert(1) drift",
    "<!-- drift --> <svg/onload=alert(1)>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("looked_for", ["drift", "<img onerror>", "script alert mark", "lt gt amp quot x27"])
def test_no_word_of_an_article_becomes_markup(text: str, looked_for: str) -> None:
    found = marker(looked_for).excerpt([{"id": "a", "title": text, "text": text}])
    for marked in (found.passage, found.section_title, marker(looked_for).mark(text)):
        bare = marked.html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert '"' not in bare
        assert html.unescape(bare) == marked.text


@pytest.mark.parametrize("text", [*HOSTILE, *NAUGHTY])
def test_naughty_texts_are_safe_on_both_sides(text: str) -> None:
    started = time.process_time()
    looked_for = marker(text)
    found = looked_for.excerpt([{"id": "a", "title": text[:300], "text": f"drift {text}"}], otherwise=text)
    assert "<" not in found.passage.html.replace("<mark>", "").replace("</mark>", "")
    assert looked_for.excerpt(STORY).passage.html
    assert time.process_time() - started < 0.5


@given(st.text(max_size=120), st.text(max_size=900))
def test_a_passage_is_always_part_of_the_text(looked_for: str, text: str) -> None:
    found = marker(looked_for).excerpt([{"id": "a", "title": "T", "text": text}])
    assert len(found.passage.text) <= LENGTH + OVERRUN + 70
    tidy = " ".join(marker("").mark(text).text.split())
    assert found.passage.text.strip("… ") in tidy


def test_a_long_article_is_read_in_no_time() -> None:
    text = " ".join(f"word{n % 700} clock and drift." for n in range(20_000))
    started = time.process_time()
    marker("clock drift word1 word2").excerpt([{"id": "", "title": "", "text": text}])
    assert time.process_time() - started < 0.5
