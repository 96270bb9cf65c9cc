"""Words near to one: by letters put in, taken out, changed or swapped."""

from __future__ import annotations

import random

import pytest

from cms.search.spelling import MAX_COMPLETIONS, Words, distance


@pytest.mark.parametrize(("one", "other", "apart"), [
    ("clock", "clock", 0), ("clok", "clock", 1), ("clcok", "clock", 1), ("clokc", "clock", 1), ("lcokc", "clock", 2),
    ("", "abc", 3), ("kitten", "sitting", 3),
])  # fmt: skip
def test_the_distance_is_the_textbooks(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart


def test_the_quick_look_leaves_nothing_out() -> None:
    chance = random.Random(3)
    words = {"".join(chance.choices("abcd\u00e9\u03b1", k=chance.randint(4, 8))) for _ in range(2_000)}
    near = Words(words)
    for word in chance.sample(sorted(words), 50):
        typed = word[:3] + chance.choice("abz") + word[4:]
        for edits in (1, 2):
            expected = {one for one in words if one[:edits] == typed[:edits] and distance(one, typed) <= edits}
            assert set(near.within(typed, edits)) == expected


def test_words_are_completed_in_their_order() -> None:
    words = Words(f"clock{number:03}" for number in range(100))
    assert words.beginning("clock00") == [f"clock00{number}" for number in range(10)]
    assert len(words.beginning("c")) == MAX_COMPLETIONS
    assert words.beginning("d") == []
