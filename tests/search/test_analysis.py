import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.search.analysis import clean, fold, terms, tokens


@pytest.mark.parametrize("written", [
    "C++", "C#", ".NET", "ASP.NET", "node.js", "CVE-2024-1234", "snake_case", "__init__", "3.11.4", "v2.0.1", "x86-64",
    "std::vector", "TCP/IP", "I/O", "R&D", "e-mail", "log4j", "sha256", "C++17", "utf-8", "F#",
])  # fmt: skip
def test_technical_terms_are_terms_as_written(written: str) -> None:
    assert fold(written) in terms(f"We wrote about {written}, and nobody read it.")
    assert fold(written) in terms(written)


@pytest.mark.parametrize("sign", [".", "'", "\u2019", "/", "&", "-", "::", "...", ".\n"])
def test_a_word_ends_before_the_sign_that_ends_its_sentence(sign: str) -> None:
    assert terms(f"It drifts{sign}") == ["drift"]


def test_the_words_inside_a_technical_term_are_found_too() -> None:
    assert {"snake", "case"} <= set(terms("snake_case"))
    assert {"node", "js"} <= set(terms("node.js"))
    assert "cve" in terms("CVE-2024-1234")
    assert "3.11" in terms("3.11.4")
    assert {"high", "speed"} == set(terms("high-speed"))


def test_c_is_neither_c_plus_plus_nor_c_sharp() -> None:
    assert terms("C") == ["c"]
    assert terms("C++") == ["c++"]
    assert terms("C#") == ["c#"]


@pytest.mark.parametrize(("one", "other"), [
    ("café", "CAFE"), ("cafe\u0301", "café"), ("Tørresen", "torresen"), ("Łukasz", "lukasz"), ("straße", "STRASSE"),
    ("micro\u00adcontroller", "microcontroller"), ("O’Brien", "OBrien"), ("Ilse’s", "ilse"), ("drifting", "Drifts"),
    ("ＡＢＣ", "abc"), ("İstanbul", "istanbul"), ("non\u2011breaking", "non-breaking"),
])  # fmt: skip
def test_case_accents_endings_and_typography_make_no_difference(one: str, other: str) -> None:
    assert set(terms(clean(one))) & set(terms(clean(other)))


def test_grammar_words_carry_nothing_but_acronyms_do() -> None:
    assert terms("it is not for us to say who") == ["sai"]
    assert terms("the IT department of the WHO in the US") == ["it", "depart", "who", "us"]


def test_places_count_the_words_left_out() -> None:
    found = {term: place for token in tokens("the drift of a clock") for term, place in token.terms}
    assert found["clock"] - found["drift"] == 3


def test_signs_written_without_spaces_are_words_of_their_own() -> None:
    assert terms("日本語") == ["日", "本", "語"]


@given(st.text(max_size=300))
def test_any_text_has_terms_that_can_be_stored(text: str) -> None:
    for token in tokens(clean(text)):
        assert 0 <= token.start < token.end <= len(clean(text))
        for term, place in token.terms:
            assert term
            assert term.encode()
            assert place >= 0


@pytest.mark.parametrize("text", ["a" * 300_000, "a." * 150_000, "a'" * 150_000, "\u0301" * 300_000, "+#" * 150_000])
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    terms(text)
    assert time.process_time() - started < 0.5
