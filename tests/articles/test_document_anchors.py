"""What was said about words finds them again: after edits, moves and restores, and says so where it cannot."""

from __future__ import annotations

import random
import re

import pytest

from cms.articles import document
from cms.articles.document import Anchor, Mark

BODY = (
    '<p data-id="a">Nobody had typed anything wrong. A fan had stopped in a rack in the east hall.</p>'
    '<p data-id="b">The air had warmed by six degrees, and a <em>crystal the size</em> of a rice grain had begun.</p>'
    '<section class="qa" data-id="q"><p class="qa-question" data-speaker="A">What is a second?</p>'
    '<div class="qa-answer" data-speaker="B"><p>A promise with an error bar.</p></div></section>'
)


def anchor(quote: str, block: str = "", body: str = BODY) -> Anchor:
    found = document.quoted_in(quote, body, block)
    assert found is not None
    return found


def words(found: Anchor | None, body: str) -> str | None:
    """Return what an anchor holds in a text, as it stands there."""
    place = document.find(found, document.parse(body)) if found else None
    return None if place is None else document.at_place(place).quote


def followed(quote: str, new: str, old: str = BODY) -> str | None:
    after = document.follow(anchor(quote, body=old), document.parse(old), document.parse(new))
    return words(after, new)


def test_a_quotation_is_found_across_formatting_and_spaces() -> None:
    assert words(anchor("a crystal  the\nsize of"), BODY) == "a crystal the size of"


def test_words_that_come_twice_are_told_apart_by_what_stands_around_them() -> None:
    body = '<p data-id="x">the clock and the clock and the clock</p>'
    second = Anchor("x", "the clock", "theclockand", "andtheclock")
    place = document.find(second, document.parse(body))
    assert place is not None
    assert place.start == len("theclockand")


@pytest.mark.parametrize(
    ("quote", "change", "expected"),
    [
        ("a rack in the east hall", ("Nobody had typed anything", "It was nobody"), "a rack in the east hall"),
        ("six degrees", ("warmed by six degrees", "warmed by some six degrees"), "six degrees"),
        ("a crystal the size of a rice", ("l the size", "l of the size"), "a crystal of the size of a rice"),
        ("a crystal the size of a rice grain", (" of a rice grain", ""), "a crystal the size"),
        ("six degrees", ("six degrees", "seven degrees"), "seven degrees"),
        ("A promise with an error bar.", ("error bar", "allowance"), "A promise with an allowance."),
    ],
    ids=lambda given: str(given)[:30],
)  # fmt: skip
def test_words_are_followed_through_edits(quote: str, change: tuple[str, str], expected: str) -> None:
    new = (
        BODY.replace(*change)
        if change[0] in BODY
        else BODY.replace("crystal the size</em>", "crystal of the size</em>")
    )
    assert new != BODY
    assert followed(quote, new) == expected


def test_words_that_are_cut_are_not_found() -> None:
    assert (
        followed("A fan had stopped in a rack", BODY.replace(" A fan had stopped in a rack in the east hall.", ""))
        is None
    )


def test_words_go_along_with_their_block_and_into_another() -> None:
    first, rest = BODY.split('<p data-id="b">', 1)
    moved = f'<p data-id="b">{rest}{first}'
    assert followed("a rack in the east hall", moved) == "a rack in the east hall"
    split = BODY.replace("wrong. A fan", 'wrong.</p><p data-id="new">A fan')
    assert followed("a rack in the east hall", split) == "a rack in the east hall"


def test_what_was_cut_is_found_again_in_a_restored_text() -> None:
    gone = BODY[BODY.index('<p data-id="b">') :]
    kept = anchor("a rack in the east hall")
    assert document.follow(kept, document.parse(BODY), document.parse(gone)) is None
    again = document.follow(kept, document.parse(gone), document.parse(BODY))
    assert words(again, BODY) == "a rack in the east hall"


def test_a_few_letters_are_not_looked_for_in_other_blocks() -> None:
    assert document.find(Anchor("gone", "had"), document.parse(BODY)) is None


def test_random_edits_elsewhere_never_move_a_comment() -> None:
    """300 texts, each edited ten times around some words: they are still the words that were meant."""
    for seed in range(300):
        dice = random.Random(seed)
        blocks = [[f"w{dice.randrange(30)}" for _ in range(dice.randint(8, 30))] for _ in range(4)]
        chosen, start = dice.randrange(4), dice.randrange(4)
        blocks[chosen][start : start + 3] = ["here", "it", "is"]
        body = _body(blocks)
        held: Anchor | None = anchor("here it is", f"b{chosen}", body)
        order = list(range(4))
        for _ in range(10):
            number = dice.randrange(4)
            edited = blocks[number]
            place = dice.randrange(len(edited) + 1)
            inside = number == chosen and edited.index("here") < place <= edited.index("is")
            if not inside:
                edited.insert(place, f"new{dice.randrange(9)}")
            if dice.random() < 0.3:
                dice.shuffle(order)
            new = "".join(_body([blocks[i]], i) for i in order)
            assert held is not None, seed
            held = document.follow(held, document.parse(body), document.parse(new))
            body = new
            assert words(held, body) == "here it is", seed


def _body(blocks: list[list[str]], first: int = 0) -> str:
    return "".join(f'<p data-id="b{n}">{" ".join(words)}</p>' for n, words in enumerate(blocks, first))


def test_marks_are_drawn_over_words_and_blocks() -> None:
    place = document.find(anchor("a crystal the size of"), document.parse(BODY))
    assert place is not None
    shown = document.mark(BODY, [Mark("b", place.start, place.end, "thread-1"), Mark("a", 0, 0, "thread-2")])
    assert '<p data-id="a" data-said="thread-2">' in shown
    assert (
        'and <mark id="at-thread-1" class="anchor" data-said="thread-1">a </mark>'
        '<em><mark class="anchor" data-said="thread-1">crystal the size</mark></em>'
        '<mark class="anchor" data-said="thread-1"> of</mark> a rice'
    ) in shown
    assert re.sub(r"</?mark[^>]*>| data-said=\"[^\"]*\"", "", shown) == BODY


def test_deleted_words_do_not_push_marks_away() -> None:
    changes = document.compare(BODY.replace("Nobody had", "Nobody at all had"), BODY)
    place = document.find(anchor("A fan"), document.parse(BODY))
    assert place is not None
    shown = document.mark(document.render_changes(changes), [Mark("a", place.start, place.end, "thread-1")])
    assert '<mark id="at-thread-1" class="anchor" data-said="thread-1">A fan</mark>' in shown


def test_marks_that_overlap_name_both() -> None:
    shown = document.mark(
        '<p data-id="x">one two three</p>', [Mark("x", 0, 6, "thread-1"), Mark("x", 3, 11, "thread-2")]
    )
    assert (
        'data-said="thread-1 thread-2">two</mark>' in shown or 'thread-1 thread-2"><span id="at-thread-2">two' in shown
    )
    assert shown.count('id="at-thread-1"') == shown.count('id="at-thread-2"') == 1
