"""Reads the dates that people write into front matter and file names, or says that they are none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

EARLIEST_YEAR = 1900  # before it there are only the zero dates of databases, 0001 and 1899
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?(?:\s*\(?[A-Z]{2,5}\)?)?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WORDS = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(?:(\d{1,2})(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?([^\W\d_]{3,})"
    r"|([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?)\.?,?\s+(?:de\s+)?(\d{4})\b.*"
)
_IN_PATH = re.compile(r"(?<!\d)(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_BEGINNINGS = (
    "jan ene gen|feb fév fev|mar mär mrz|apr abr avr|may mai mag|jun juin giu|jul juil lug|aug ago aoû aou|sep set"
    "|oct okt out ott|nov|dec dic déc dez"
)
_MONTHS = {word: number for number, words in enumerate(_BEGINNINGS.split("|"), start=1) for word in words.split()}


def moment(text: str, time: str = "") -> datetime | None:
    """Return the moment that the text names, aware and in UTC, or None where it names none.

    What has no zone is taken for UTC. `time` is a time of day that stands in a field of its own.
    """
    text = " ".join(text.split())[:80]
    try:
        found = _read(text)
        if found is None or found.year < EARLIEST_YEAR:
            return None
        clock = _TIME.fullmatch(time.strip())
        if clock and ":" not in text:
            found = found.replace(hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3] or 0))
        return found.astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, the year 9999 an hour west of Greenwich
        return None


def in_path(paths: Iterable[str]) -> datetime | None:
    """Return the first date that stands in one of the paths: `2016-01-11-slug.md`, `2016/01/11/slug`."""
    for path in paths:
        for found in _IN_PATH.finditer(path):
            date = moment("-".join(found.groups()))
            if date:
                return date
    return None


def _read(text: str) -> datetime | None:
    if iso := _ISO.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in iso.groups()[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(iso[7]))
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)
    if numbers := _DAY_FIRST.fullmatch(text):
        first, second, year = (int(part) for part in numbers.groups())
        day, month = (second, first) if second > 12 else (first, second)
        return datetime(year, month, day, tzinfo=UTC)
    if words := _WORDS.fullmatch(text):
        name = (words[2] or words[3]).casefold()
        number = next((_MONTHS[name[:length]] for length in (4, 3) if name[:length] in _MONTHS), None)
        clock = _TIME.search(text)
        if number and not (clock and "," in text and re.search(r"[+-]\d{4}$", text)):
            day = int(words[1] or words[4])
            hours = (int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else (0, 0, 0)
            return datetime(int(words[5]), number, day, *hours, tzinfo=UTC)
    if re.match(r"[A-Za-z]{3},? \d", text):
        mail = parsedate_to_datetime(text)
        return mail if mail.tzinfo else mail.replace(tzinfo=UTC)
    return None


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
