"""The one definition of a searchable word, used for documents, queries and excerpts alike.

What writers of technology write is found as written: `C++`, `.NET`, `node.js`, `CVE-2024-1234`, `snake_case` and
`3.11.4` are terms of their own, beside the plain words inside them, in any language. Plain words lose case and accents
and are stemmed as the language of the piece wants it (`languages`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cms.search.languages import ENGLISH, LANGUAGES, Language

MAX_LENGTH = 64

# Capitals make these mean something else: the IT department, the US, the WHO.
_ACRONYMS = frozenset({"IT", "US", "WHO"})

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
# \w knows no combining marks; the soft hyphen and the joiners are inside words and vanish when folded.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u00ad\u200c\u200d\u2060"
_WORD = rf"(?:[^\W{_CJK}]++|[{_MARKS}]++)++"
_JOINT = r"(?:::|[.'\u2019/&\-\u2010\u2011])"
TOKEN = re.compile(
    rf"[{_CJK}]"  # written without spaces: one sign, one word
    rf"|(?:(?<![\w.])\.(?=[^\W\d_]))?"  # the dot of .NET, not the one that ends a sentence
    # Not possessive, which Python before 3.11.5 gets wrong where a step fails after its first sign (gh-106052): a word
    # would end with the dot of its sentence. Nothing after it can fail, so it is never tried again.
    rf"{_WORD}(?:{_JOINT}{_WORD})*(?:\+\+(?:{_WORD})?|#\d*)?"
)
_PARTS = re.compile("[^\\W_]+(?:'[^\\W_]+)*")
_TECHNICAL = re.compile(r"[._/&+#:]|\d.*-|-.*\d|(?:^|-)\w(?:-|$)")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")
_SIGNS = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-"} | dict.fromkeys("\u00ad\u200c\u200d\u2060", ""))
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written, at `start` to `end` of the text; `terms` are (term, place); each plain part has a place."""

    start: int
    end: int
    terms: tuple[tuple[str, int], ...]


def clean(text: str) -> str:
    """Return `text` as it is indexed and searched: composed, and without what no encoding can carry."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())


def tokens(text: str, language: str = ENGLISH) -> Iterator[Token]:
    """Yield the words of `text`, those that carry no terms left out but counted as places."""
    place = 0
    for found in TOKEN.finditer(text):
        terms, places = analyse(found[0][:MAX_LENGTH], language)
        if terms:
            yield Token(found.start(), found.end(), tuple((term, place + offset) for term, offset in terms))
        place += places


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """Return the terms of `text` in order, with repetitions."""
    return [term for found in TOKEN.finditer(text) for term, _ in analyse(found[0][:MAX_LENGTH], language)[0]]


def words(text: str) -> list[str]:
    """Return the words of `text` folded but whole, the parts of technical ones beside them, each once."""
    found: dict[str, None] = {}
    for token in TOKEN.finditer(text):
        whole = fold(token[0][:MAX_LENGTH])
        found.update(dict.fromkeys((whole, *_PARTS.findall(whole))))
    return list(found)


@lru_cache(maxsize=4_096)
def in_every_language(written: str) -> tuple[tuple[str, ...], ...]:
    """Return the terms that one written word of a query may be, those of which a piece needs only one side by side.

    What is a word of grammar in English carries nothing in a query, whatever it may mean elsewhere.
    """
    sides = [[term] for term, _ in analyse(written)[0]]
    if not sides:
        return ()
    for language in LANGUAGES.values():
        if language.mark:
            marked = [term for term, _ in analyse(written, language.code)[0] if term.endswith(language.mark)]
            # From the end: the parts of `l'avion` are two in English, and its last is the one in French.
            for side, term in zip(reversed(sides), reversed(marked), strict=False):
                side.append(term)
    return tuple(tuple(side) for side in sides)


@lru_cache(maxsize=65_536)
def analyse(written: str, language: str = ENGLISH) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the terms of one written word as (term, place within it), and how many places it takes."""
    spoken = LANGUAGES[language]
    if written in _ACRONYMS:
        return ((written.lower() + spoken.mark, 0),), 1
    whole = fold(written)
    parts = _PARTS.findall(whole)
    is_technical = bool(_TECHNICAL.search(whole))
    found: dict[tuple[str, int], None] = {}
    if is_technical and whole not in spoken.stop_words:
        found.update(dict.fromkeys((variant, 0) for variant in _as_written(whole)))
    if not _VERSION.fullmatch(whole):
        for place, part in enumerate(parts):
            found.update(dict.fromkeys((term, place) for term in _plain(part, spoken, is_alone=not is_technical)))
    return tuple(found), max(1, len(parts))


def _as_written(whole: str) -> list[str]:
    version = _VERSION.fullmatch(whole)
    if not version:
        return [whole.removesuffix("'s")]
    # Who looks for 3.11 means 3.11.4 too.
    numbers = version[1].split(".")
    return list(dict.fromkeys([whole, *(".".join(numbers[:count]) for count in range(len(numbers), 1, -1))]))


def _plain(part: str, spoken: Language, *, is_alone: bool) -> list[str]:
    part = part.removesuffix("'s")
    head, _, tail = part.partition("'")
    if tail and head in spoken.elisions:
        head, part, tail = "", tail, ""
    whole = part.replace("'", "")
    if whole in spoken.stop_words or (len(whole) == 1 and whole.isascii() and not is_alone):
        return []
    # O'Brien is looked for as OBrien and as Brien.
    words = [whole, tail] if len(head) == 1 and len(tail) > 1 and "'" not in tail else [whole]
    return [spoken.stem(word) + spoken.mark for word in words]


def fold(word: str) -> str:
    """Return `word` without case, accents and other differences that nobody types."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(_SIGNS).casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_LETTERS)
