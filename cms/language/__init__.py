"""The language that readers are spoken to in: its words, dates and numbers. The one door to Babel.

A site has one language, so nothing is negotiated: the catalogue is read at the start. English is what the sources say,
and needs none. `docs/languages.md` tells how to add another.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

CATALOGUES = Path(__file__).parent / "catalogues"


def N_(text: str) -> str:
    """Mark a text that is translated later, where it is shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a text with a form for one thing and one for several (`%(num)s`), that is translated where it is shown."""
    return one, many


@dataclass(frozen=True)
class Said:
    """Something to be said in whatever language there is: a text of the sources with its facts.

    Facts may be such sayings themselves. `many` is the form for several things, which `num` among the facts counts.
    """

    text: str
    facts: Mapping[str, str | int | Said] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        """Return it as the newsroom reads it."""
        return speaking("en").saying(self)

    def stored(self) -> list[Any]:
        """Return it as it is stored, and comes back."""
        facts = {name: fact.stored() if isinstance(fact, Said) else fact for name, fact in self.facts.items()}
        return [self.text, facts, self.many]

    @classmethod
    def read(cls, stored: Sequence[Any]) -> Said:
        """Take it from what was stored."""
        text, facts, many = stored
        return cls(text, {name: cls.read(one) if isinstance(one, list) else one for name, one in facts.items()}, many)


#: Numbers that are spelled out where a sentence has them: "three pieces".
NUMBERS = (N_("no"), N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"), N_("eight"),
           N_("nine"), N_("ten"), N_("eleven"), N_("twelve"))  # fmt: skip
#: Which conversation with somebody it is: "third conversation with us".
ORDINALS = ("", N_("first"), N_("second"), N_("third"), N_("fourth"), N_("fifth"), N_("sixth"), N_("seventh"),
            N_("eighth"), N_("ninth"), N_("tenth"))  # fmt: skip
#: The same beyond ten, by the form that the language has for it.
LATER = {"one": N_("%(num)sst"), "two": N_("%(num)snd"), "few": N_("%(num)srd"), "other": N_("%(num)sth")}
DATE, LONG_DATE, MONTH = N_("%(day)s %(month)s %(year)s"), N_("%(weekday)s %(date)s"), N_("%(month)s %(year)s")


class Unknown(ValueError):
    """There is no catalogue for this language."""


class Language:
    """One language as the site speaks it."""

    def __init__(self, code: str, catalogues: Path = CATALOGUES) -> None:
        """Read the catalogue of `code`, such as `de` or `de-CH`; raise Unknown where there is none."""
        self._locale = _locale(code)
        self._words = _words(self._locale, catalogues)
        forms = self._locale.months
        self.months = tuple(forms["stand-alone"]["wide"][number] for number in range(1, 13))
        self._months = tuple(forms["format"]["wide"][number] for number in range(1, 13))
        self._days = tuple(self._locale.days["format"]["wide"][number] for number in range(7))
        self._date, self._long_date, self._month = map(self.text, (DATE, LONG_DATE, MONTH))

    def text(self, said: str, /, **facts: object) -> str:
        """Return a text of the sources in this language, with the facts where it wants them."""
        found = self._words.gettext(said)
        return found % facts if facts else found

    def of_context(self, context: str, said: str, /) -> str:
        """Return a text that would be another one elsewhere: a heading for one thing, or for several."""
        return self._words.pgettext(context, said)

    def form(self, one: str, many: str, number: int, /) -> str:
        """Return whichever of two texts goes with a number, the facts still to be put in."""
        return self._words.ngettext(one, many, number)

    def saying(self, said: Said, /) -> str:
        """Return something said in this language, with all its facts."""
        facts = {name: self.saying(fact) if isinstance(fact, Said) else fact for name, fact in said.facts.items()}
        found = self.form(said.text, said.many, int(facts["num"])) if said.many else self.text(said.text)
        return found % facts if facts else found

    def date(self, day: datetime.date) -> str:
        """Return a day as printed: 19 November 2026."""
        return self._date % {"day": day.day, "month": self._months[day.month - 1], "year": day.year}

    def long_date(self, day: datetime.date) -> str:
        """Return a day with its weekday: Monday 23 November 2026."""
        return self._long_date % {"weekday": self._days[day.weekday()], "date": self.date(day)}

    def month(self, year: int, number: int) -> str:
        """Return a month of a year: November 2026."""
        return self._month % {"month": self.months[number - 1], "year": year}

    def number(self, number: int) -> str:
        """Return a number with its thousands parted: 1,105."""
        return str(number) if -1000 < number < 1000 else format_decimal(number, locale=self._locale)

    def spelled(self, number: int) -> str:
        """Return a number as a sentence has it: small ones are spelled."""
        return self.text(NUMBERS[number]) if 0 <= number < len(NUMBERS) else self.number(number)

    def name_of(self, code: str) -> str:
        """Return what a language is called in this one: German; where nobody has a name for it, its code."""
        try:
            return _locale(code).get_display_name(self._locale) or code
        except Unknown:
            return code

    def ordinal(self, number: int) -> str:
        """Return which one it is: third, 21st."""
        if 0 < number < len(ORDINALS):
            return self.text(ORDINALS[number])
        return self.text(LATER[self._locale.ordinal_form(number)], num=number)


@lru_cache
def speaking(code: str) -> Language:
    """Return a language, read once."""
    return Language(code)


def nearest(code: str) -> Language:
    """Return the language of a text, or English where we do not speak it."""
    try:
        return speaking(code)
    except Unknown:
        return speaking("en")


def known(catalogues: Path = CATALOGUES) -> list[str]:
    """Return the codes of the languages that there are."""
    return sorted(["en", *(path.stem.replace("_", "-") for path in catalogues.glob("*.po"))])


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as exc:
        raise Unknown(code) from exc


def _words(locale: Locale, catalogues: Path) -> NullTranslations:
    """Return the nearest catalogue: that of the region, or that of the language."""
    for name in (str(locale), locale.language):
        path = catalogues / f"{name}.po"
        if path.is_file():
            compiled = BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file, locale=name))
            compiled.seek(0)
            return Translations(compiled)
    if locale.language != "en":
        raise Unknown(str(locale))
    return NullTranslations()
