"""What readers type, as a query: words, "phrases", -not, field:value, before: and after:; no text is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from cms.core import slugs
from cms.search import analysis
from cms.search.index import Query
from cms.search.languages import LANGUAGES
from cms.vocabulary import Kind

# Cut before anything is parsed: one word of 100,000 letters once cost 42 seconds. Whole paragraphs are answered: with
# 256 characters and 16 words, a judged collection whose questions are that long lost .015 nDCG@10 and .03 recall@100.
MAX_CHARACTERS = 1_000
MAX_WORDS = 32
MOST_ECHOED = 100  # somebody pasted 5,000 letters, and read them all again before what was said of them

_FIELDS = {
    "section": "section",
    "kind": "kind",
    "topic": "topic",
    "author": "author",
    "expert": "expert",
    "person": "person",
    "series": "series",
    "year": "year",
    "before": "before",
    "after": "after",
}
DAYS = ("before", "after")
_QUOTES = str.maketrans("“”„«»", '"""""')
_CHUNK = re.compile(
    r"(?P<minus>(?<!\S)-(?!-))?"  # but --verbose is something to look for
    rf"(?:(?P<field>{'|'.join(_FIELDS)}):)?"
    r'(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_YEARS = re.compile(r"[0-9]{4}|[0-9]{4}-(?:[0-9]{4})?|-[0-9]{4}")
_DAY = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")


def parse(text: str) -> Query:
    """Return the query that `text` means; of its words that carry meaning, the first 32 count."""
    text = cut(text)
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    filters: dict[str, tuple[str, ...]] = {}
    days: list[Query] = []
    left = MAX_WORDS
    for chunk in _CHUNK.finditer(text):
        if narrowed := _narrowed(chunk):
            name, value = narrowed
            if name in DAYS:
                days.append(within(value, is_before=name == "before"))
            else:
                filters[name] = (*filters.get(name, ()), value)
            continue
        written, carrying = _words(_content(chunk), left)
        left -= len(carrying)
        if carrying and chunk["minus"]:
            excluded.append(" ".join(written))
        elif carrying and chunk["phrase"] is not None:
            phrases.append(" ".join(written))
        else:
            words += carrying
    query = Query(
        text=text, words=tuple(words), phrases=tuple(phrases), excluded=tuple(excluded),
        first=max((one.first for one in days if one.first), default=None),
        last=min((one.last for one in days if one.last), default=None),
    )  # fmt: skip
    return replace(query, **filters)  # type: ignore[arg-type]


def bare(text: str, is_unwanted: Callable[[str, str], bool] = lambda name, value: True) -> str:
    """Return `text` without the (field, value) parts that are unwanted: all of them, or some."""
    text = cut(text)
    kept, at = [], 0
    for chunk in _CHUNK.finditer(text):
        if (found := _narrowed(chunk)) and is_unwanted(*found):
            kept.append(text[at : chunk.start()])
            at = chunk.end()
    return " ".join("".join((*kept, text[at:])).split())


def _content(chunk: re.Match[str]) -> str:
    return str(chunk["word"] if chunk["phrase"] is None else chunk["phrase"])


def _narrowed(chunk: re.Match[str]) -> tuple[str, str] | None:
    """Return the (field, value) that a part of a query says, if it says one."""
    name = _FIELDS.get((chunk["field"] or "").lower(), "")
    value = as_value(name, _content(chunk)) if name and not chunk["minus"] else ""
    return (name, value) if value else None


def cut(text: str) -> str:
    """Return `text` composed, on one line and at most 1,000 characters long."""
    text = analysis.clean(text[:MAX_CHARACTERS]).translate(_QUOTES)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:MAX_CHARACTERS]


def echoed(text: str) -> str:
    """Return `text` as a sentence names it: without quotes around all of it, and no longer than a sentence may be."""
    text = cut(text)
    inner = text[1:].removesuffix('"')
    text = inner.strip() if text.startswith('"') and inner and '"' not in inner else text
    return text if len(text) <= MOST_ECHOED else text[:MOST_ECHOED].rstrip() + "…"


def as_value(name: str, typed: str) -> str:
    """Return what `typed` means as a value of the filter `name`, or '' where it means nothing there."""
    if name == "year":
        return typed if _YEARS.fullmatch(typed) else ""
    if name in DAYS:
        return typed if _period(typed) else ""
    value = slugs.make(typed[: analysis.MAX_LENGTH], fallback="")
    if name == "kind":
        value = value.removesuffix("s") if value not in set(Kind) else value
        return value if value in set(Kind) else ""
    return value


def years(value: str) -> range:
    """Return the years that `2024`, `2020-2023`, `2020-` or `-2019` name."""
    first, dash, last = value.partition("-")
    return range(int(first or 0), int(last or (9999 if dash else first)) + 1)


def within(value: str, *, is_before: bool) -> Query:
    """Return the days that are left by `before:` or `after:` a day, a month or a year, that itself not among them."""
    period = _period(value)
    if period is None:
        return Query()
    first, last = period
    if is_before:
        return Query(last=first - timedelta(days=1))
    return Query(first=last + timedelta(days=1))


def day(typed: str) -> date | None:
    """Return the day that a date field of a form holds, if it holds one."""
    period = _period(typed)
    return period[0] if period and period[0] == period[1] else None


def span(first: str, last: str) -> tuple[date | None, date | None]:
    """Return the days of two date fields, the earlier one first, whichever way round somebody gave them."""
    begins, ends = day(first), day(last)
    return (ends, begins) if begins and ends and ends < begins else (begins, ends)


def _period(typed: str) -> tuple[date, date] | None:
    """Return the first and the last day of `2024`, `2024-05` or `2024-05-17`."""
    found = _DAY.fullmatch(typed)
    if not found:
        return None
    year, month, number = (int(part or 0) for part in found.groups())
    if not MINYEAR < year < MAXYEAR:
        return None
    try:
        if number:
            return date(year, month, number), date(year, month, number)
        if month:
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None


def corrected(query: Query, better: Mapping[str, str]) -> str:
    """Return the text of `query` with each word that `better` knows replaced."""
    text = query.text
    for word, replacement in better.items():
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, new=replacement: new, text)  # type: ignore[misc]
    return text


def thinned(query: Query) -> tuple[tuple[str, str], ...]:
    """Return the phrases of which an index knows no more than one word, with it: the others stand in every piece."""
    carrying = {phrase: _words(phrase, MAX_WORDS)[1] for phrase in query.phrases}
    return tuple((phrase, words[0]) for phrase, words in carrying.items() if len(words) == 1 and phrase != words[0])


def is_grammar(query: Query) -> bool:
    """Return whether each word of `query` is one of grammar in some language: English looks for "der die das"."""
    words = " ".join((*query.words, *query.phrases)).split()
    return bool(words) and all(
        any(analysis.fold(word) in spoken.stop_words for spoken in LANGUAGES.values()) for word in words
    )


def _words(text: str, left: int) -> tuple[list[str], list[str]]:
    """Return the words of `text` as written, and those of them that carry terms: at most `left`.

    The others are kept because a phrase is also made of the places where they stand.
    """
    written: list[str] = []
    carrying: list[str] = []
    for token in analysis.TOKEN.finditer(text):
        word = token[0][: analysis.MAX_LENGTH]
        if analysis.analyse(word)[0]:
            if len(carrying) == left:
                break
            carrying.append(word)
        written.append(word)
    return written, carrying
