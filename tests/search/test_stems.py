import pytest

from cms.search.stems import stem


@pytest.mark.parametrize(
    "family",
    [
        "drift drifts drifted drifting",
        "clock clocks clocked clocking",
        "relate related relating",
        "organize organized organizing organization",
        "hop hopped hopping hops",
        "reply replies replied replying",
        "agree agreed agreeing",
        "encrypt encrypted encryption encrypts",
        "add added adding adds",
        "cache caches cached caching",
        "compile compiled compiler compiling",
        "yield yields yielding",
    ],
)
def test_words_of_a_family_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("word", "expected"), [
    # From the published examples of the algorithm, one for each of its steps.
    ("caresses", "caress"), ("ponies", "poni"), ("feed", "feed"), ("plastered", "plaster"), ("bled", "bled"),
    ("conflated", "conflat"), ("sized", "size"), ("falling", "fall"), ("hissing", "hiss"), ("filing", "file"),
    ("sky", "sky"), ("happy", "happi"), ("relational", "relat"), ("vietnamization", "vietnam"),
    ("decisiveness", "decis"), ("triplicate", "triplic"), ("goodness", "good"), ("revival", "reviv"),
    ("adjustment", "adjust"), ("adoption", "adopt"), ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"),
    ("controll", "control"), ("roll", "roll"),
])  # fmt: skip
def test_the_published_examples_hold(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize("word", ["", "c", "go", "c++", "3.11", "über", "x86", "日"])
def test_what_is_no_plain_word_stays_as_it_is(word: str) -> None:
    assert stem(word) == word
