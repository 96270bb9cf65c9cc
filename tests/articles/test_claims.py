"""What of what readers know was changed: numbers with their units, names, other people's words; and what was not."""

from __future__ import annotations

import pytest

from cms.articles import document


def body(*paragraphs: str) -> str:
    return "".join(f'<p data-id="p{i}">{text}</p>' for i, text in enumerate(paragraphs))


def touched(old: str, new: str, **more: object) -> list[tuple[str, ...]]:
    return [claim.touched for claim in document.claims(old, new, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("The error is 10 ppm.", "The error is 12 ppm.", "number"),
        ("The error is 10 ppm.", "The error is 10 ppb.", "number"),
        ("It took seven hours.", "It took nine hours.", "number"),
        ("It took seven hours.", "It took seven minutes.", "number"),
        ("Drei Uhren standen still.", "Zwei Uhren standen still.", "number"),
        ("We met Ada Byron there.", "We met Eva Byron there.", "name"),
        ("Ada left. We know Ada well.", "Eva left. We know Ada well.", "name"),
        ("She said: “It is a lie.”", "She said: “It is a truth.”", "quote"),
        ("Er sagte: „Das ist falsch.“", "Er sagte: „Das ist richtig.“", "quote"),
        ('He wrote "never" on it.', 'He wrote "always" on it.', "quote"),
    ],
)
def test_one_thing_that_readers_know_is_different(old: str, new: str, what: str) -> None:
    found = document.claims(body("Before it.", old), body("Before it.", new))
    assert [claim.touched for claim in found] == [(what,)]
    assert (found[0].before, found[0].after) == (old, new) or old.startswith(found[0].before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("But the clock is slow.", "The clock is slow."),
        ("It is a good clock.", "It is a very good clock."),
        ("In 2019 the clock stopped.", "In 2019 a clock stopped."),
        ("I am sure.", "I’m sure."),
        ("The clock of Ada’s is slow.", "The clock of Ada is slow."),
        ("The clock is slow.", "The clock is slow. In 2019 Ada Byron bought it."),
    ],
)
def test_a_better_sentence_is_no_claim(old: str, new: str) -> None:
    assert touched(body(old), body(new)) == []


def test_what_is_cut_is_told_and_what_is_moved_or_new_is_not() -> None:
    one, two = "Seven clocks stood still.", "Nobody had touched them."
    assert [(c.before, c.after) for c in document.claims(body(one, two), body(two))] == [(one, "")]
    assert touched(body(one, two), body(two, one)) == []
    assert touched(body(two), body(two, one)) == []


def test_words_put_into_a_mouth_are_a_quote_even_where_nothing_is_taken_away() -> None:
    quote = '<blockquote data-id="q"><p>Nobody knows.{}</p></blockquote>'
    assert touched(quote.format(""), quote.format(" Not even I.")) == [("quote",)]
    asked = (
        '<section class="qa" data-id="q1"><p class="qa-question" data-speaker="O">{}</p>'
        '<div class="qa-answer" data-speaker="A"><p>{}</p></div></section>'
    )
    assert touched(asked.format("Why?", "Because."), asked.format("Why?", "Because of it.")) == [("quote",)]
    assert touched(asked.format("Why?", "Because."), asked.format("But why?", "Because.")) == []


def test_in_german_only_names_are_names() -> None:
    old, new = body("Der Fehler liegt bei der Uhr."), body("Der Mangel liegt bei der Uhr.")
    assert touched(old, new, language="de-AT") == []
    assert touched(old, new, language="en") == [("name",)]
    said = "Das sagte {} gestern."
    names = body(said.format("Frau Lind")), body(said.format("Frau Berg"))
    assert touched(*names, language="de") == [("name",)]
    alone = body(said.format("Lind")), body(said.format("Berg"))
    assert touched(*alone, language="de") == []
    assert touched(*alone, language="de", names=["Marit Lind"]) == [("name",)]


def test_headline_and_standfirst_count_and_code_does_not() -> None:
    assert touched("", "", lines=[("Two clocks", "Three clocks")]) == [("number",)]
    code = '<pre data-id="c"><code>wait({})</code></pre>'
    assert touched(code.format(1), code.format(2)) == []


def test_a_cell_a_caption_and_an_item_are_read_each_for_itself() -> None:
    table = '<table data-id="t"><tbody><tr><td>Quartz</td><td>{} ppm</td></tr></tbody></table>'
    found = document.claims(table.format(20), table.format(25))
    assert [(c.before, c.after) for c in found] == [("20 ppm", "25 ppm")]
