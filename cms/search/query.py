"""What readers type, as a query: words, "phrases", -not, and field:value; no text whatever is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cms.core import slugs
from cms.search import analysis
from cms.search.index import Query
from cms.vocabulary import Kind

# Cut before anything is parsed: one word of 100,000 letters once cost 42 seconds.
MAX_CHARACTERS = 256
MAX_WORDS = 16

_FIELDS = {
    "section": "section",
    "kind": "kind",
    "person": "person",
    "author": "person",
    "expert": "person",
    "series": "series",
    "topic": "topic",
    "year": "year",
}
_QUOTES = str.maketrans("“”„«»", '"""""')
_CHUNK = re.compile(
    r"(?P<minus>(?<!\S)-(?!-))?"  # but --verbose is something to look for
    rf"(?:(?P<field>{'|'.join(_FIELDS)}):)?"
    r'(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_YEARS = re.compile(r"\d{4}|\d{4}-(?:\d{4})?|-\d{4}")


def parse(text: str) -> Query:
    """Return the query that `text` means; of its words that carry meaning, the first sixteen count."""
    text = cut(text)
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    filters: dict[str, tuple[str, ...]] = {}
    left = MAX_WORDS
    for chunk in _CHUNK.finditer(text):
        content = chunk["word"] if chunk["phrase"] is None else chunk["phrase"]
        name = _FIELDS.get((chunk["field"] or "").lower(), "")
        value = as_value(name, content) if name and not chunk["minus"] else ""
        if value:
            filters[name] = (*filters.get(name, ()), value)
            continue
        written, carrying = _words(content, left)
        left -= len(carrying)
        if carrying and chunk["minus"]:
            excluded.append(" ".join(written))
        elif carrying and chunk["phrase"] is not None:
            phrases.append(" ".join(written))
        else:
            words += carrying
    query = Query(text=text, words=tuple(words), phrases=tuple(phrases), excluded=tuple(excluded))
    return replace(query, **filters)  # type: ignore[arg-type]


def cut(text: str) -> str:
    """Return `text` composed, on one line and at most 256 characters long."""
    text = analysis.clean(text[:MAX_CHARACTERS]).translate(_QUOTES)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:MAX_CHARACTERS]


def as_value(name: str, typed: str) -> str:
    """Return what `typed` means as a value of the filter `name`, or '' where it means nothing there."""
    if name == "year":
        return typed if _YEARS.fullmatch(typed) else ""
    value = slugs.make(typed[: analysis.MAX_LENGTH], fallback="")
    if name == "kind":
        value = value.removesuffix("s") if value not in set(Kind) else value
        return value if value in set(Kind) else ""
    return value


def years(value: str) -> range:
    """Return the years that `2024`, `2020-2023`, `2020-` or `-2019` name."""
    first, dash, last = value.partition("-")
    return range(int(first or 0), int(last or (9999 if dash else first)) + 1)


def corrected(query: Query, better: Mapping[str, str]) -> str:
    """Return the text of `query` with each word that `better` knows replaced."""
    text = query.text
    for word, replacement in better.items():
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, new=replacement: new, text)  # type: ignore[misc]
    return text


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
