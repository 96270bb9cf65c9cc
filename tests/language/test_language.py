"""Dates, numbers and words, in English and in German."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cms.language import Language, Unknown, known, speaking

DAY = date(2026, 11, 26)


def test_english_is_what_the_sources_say() -> None:
    english = speaking("en")
    assert english.date(DAY) == "26 November 2026"
    assert english.long_date(DAY) == "Thursday 26 November 2026"
    assert english.month(2026, 3) == "March 2026"
    assert [english.number(number) for number in (0, 999, 1105, 1234567)] == ["0", "999", "1,105", "1,234,567"]
    assert [english.spelled(number) for number in (0, 1, 12, 13, 1105)] == ["no", "one", "twelve", "13", "1,105"]
    told = [english.ordinal(number) for number in (1, 3, 10, 11, 12, 13, 21, 22, 23, 24, 101, 111, 112)]
    assert told == ["first", "third", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "24th", "101st", "111th",
                    "112th"]  # fmt: skip
    assert english.text("Explore more") == "Explore more"
    assert english.text("All about %(topic)s", topic="time") == "All about time"
    assert [english.form("a piece", "pieces", number) for number in (0, 1, 2)] == ["pieces", "a piece", "pieces"]


def test_german_is_as_a_magazine_prints_it() -> None:
    german = speaking("de")
    assert german.date(DAY) == "26. November 2026"
    assert german.long_date(DAY) == "Donnerstag, 26. November 2026"
    assert german.month(2026, 3) == "März 2026"
    assert [german.number(number) for number in (999, 1105, 1234567)] == ["999", "1.105", "1.234.567"]
    assert [german.spelled(number) for number in (0, 3, 13)] == ["keine", "drei", "13"]
    assert [german.ordinal(number) for number in (3, 11, 21)] == ["drittes", "11.", "21."]
    assert german.text("Explore more") == "Mehr entdecken"
    assert german.text("Every part of %(series)s, in order.", series="Zeit") == "Alle Teile von „Zeit“ der Reihe nach."
    assert german.text("Series") == "Serien"
    assert german.of_context("a single one", "Series") == "Serie"


def test_a_region_speaks_its_language_and_writes_numbers_its_own_way() -> None:
    swiss = Language("de-CH")
    assert (swiss.text("Explore more"), swiss.number(1105)) == ("Mehr entdecken", "1’105")
    assert Language("en-GB").date(DAY) == "26 November 2026"


def test_a_region_may_have_a_catalogue_of_its_own(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Search"\nmsgstr "%s"\n'
    (tmp_path / "pt.po").write_text(head % "Pesquisa")
    (tmp_path / "pt_BR.po").write_text(head % "Busca")
    assert known(tmp_path) == ["en", "pt", "pt-BR"]
    said = {code: Language(code, tmp_path).text("Search") for code in ("pt", "pt-PT", "pt-BR")}
    assert said == {"pt": "Pesquisa", "pt-PT": "Pesquisa", "pt-BR": "Busca"}


@pytest.mark.parametrize("code", ["fr", "no such", "", "../de"])
def test_no_other_language_is_spoken(code: str) -> None:
    with pytest.raises(Unknown):
        Language(code)


@pytest.mark.parametrize(("code", "english", "german"), [
    ("de", "German", "Deutsch"), ("pt-BR", "Portuguese (Brazil)", "Portugiesisch (Brasilien)"), ("xx", "xx", "xx"),
    ("no such", "no such", "no such"),
])  # fmt: skip
def test_other_languages_are_called_by_their_names(code: str, english: str, german: str) -> None:
    assert (speaking("en").name_of(code), speaking("de").name_of(code)) == (english, german)
