"""Names, and the short forms by which people are called."""

from __future__ import annotations

import pytest

from cms.transfer import names
from cms.transfer.names import Roster
from cms.transfer.piece import Credited


@pytest.mark.parametrize(
    "text", ["Ada Byron", "Ana de la Cruz", "Paul O’Brien", "Jean-Luc Dupont", "J. R. Hartley", "Ludwig van Beethoven"]
)
def test_full_names(text: str) -> None:
    assert names.is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ada",
        "the cat",
        "Release Team",
        "Senior Engineer",
        "Universo R",
        "Ada Byron, Acme",
        "HTTP API",
        "Ada Byron?",
        "Windows 11",
        "I’m Ada",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert not names.is_name(text)


def test_names_are_found_in_running_text() -> None:
    text = "I’m with Ada Byron (Acme), Technical Lead of the Engine Group, and Grace van Houten. Mary Poppins’s too."
    assert list(names.names_in(text)) == ["Ada Byron", "Grace van Houten", "Mary Poppins"]


def test_titles_and_degrees_go() -> None:
    assert names.without_title("Prof. Dr. Ada Byron PhD") == "Ada Byron"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Ada Byron", "Ada Byron"),
        ("Ada", "Ada Byron"),
        ("Byron", "Ada Byron"),
        ("AB", "Ada Byron"),
        ("GvH", ""),
        ("JOT", "Jeremy Olm-Tarn"),
        ("Jer", "Jeremy Olm-Tarn"),
        ("Ada (AB)", "Ada Byron"),
        ("A/J", "Ada Byron and Jeremy Olm-Tarn"),
        ("Ada & Jeremy", "Ada Byron and Jeremy Olm-Tarn"),
        ("Nobody", ""),
        ("Ada and Nobody", ""),
    ],
)
def test_short_forms_mean_one_person(label: str, name: str) -> None:
    assert Roster([Credited("Ada Byron"), Credited("Jeremy Olm-Tarn")]).resolve(label) == name


def test_a_short_form_that_fits_two_means_nobody() -> None:
    assert Roster([Credited("Ada Byron"), Credited("Ada Brown")]).resolve("Ada") == ""


def test_a_label_teaches_its_initials() -> None:
    roster = Roster([Credited("Frida Montes")])
    roster.learn("Frida (FSM)")
    roster.learn("Noa Abram (NA)")
    assert (roster.resolve("FSM"), roster.resolve("NA")) == ("Frida Montes", "Noa Abram")


def test_what_is_known_of_a_person_is_kept() -> None:
    roster = Roster([Credited("Ada Byron", "Acme")])
    roster.add(Credited("Ada Byron", "Other", "https://example.org/"))
    assert roster.credited("Ada Byron") == Credited("Ada Byron", "Acme", "https://example.org/")
