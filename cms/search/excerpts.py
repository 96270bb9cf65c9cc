"""The passage of a piece that answers a query, with the words that were looked for marked in it.

Marks are kept as parts of the text, and become HTML at one place, where everything is escaped before `<mark>` is
put around it: no word of an article or a query is ever read as markup.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cms.search import analysis
from cms.search.languages import ENGLISH, bare

LENGTH = 220
# A passage may end with its sentence this early, and a sentence may overrun by so much.
MIN_LENGTH, OVERRUN = 140, 20
# Enough to choose from; a piece that says the word a thousand times is no better explained by the last.
MAX_MATCHES = 400

_SENTENCE_END = re.compile(r"[.!?\u2026][\"')\]\u2019\u201d]*(?=\s)")
_PART = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


@dataclass(frozen=True)
class Part:
    """A stretch of text, marked or not."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Marked:
    """A text in parts; a template may print the parts itself, or take the HTML."""

    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def text(self) -> str:
        """The text alone."""
        return "".join(part.text for part in self.parts)

    @property
    def html(self) -> str:
        """The text as HTML: escaped first, then marked."""
        escaped = ((html.escape(part.text), part.is_marked) for part in self.parts)
        return "".join(f"<mark>{text}</mark>" if is_marked else text for text, is_marked in escaped)


@dataclass(frozen=True)
class Excerpt:
    """The best passage, and the section that it stands in, where that has a heading to link to."""

    passage: Marked
    section_id: str = ""
    section_title: Marked = Marked()


class _Match(NamedTuple):
    start: int
    end: int
    term: str


class Marker:
    """Finds the words of one query in any text."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._wanted = frozenset(terms)
        self._first_look = _first_look(self._wanted)

    def mark(self, text: str, language: str = ENGLISH) -> Marked:
        """Return the whole of `text` with its matches marked."""
        text = _tidy(text)
        return _marked(text, 0, len(text), list(self._matches(text, language)))

    def excerpt(self, sections: Iterable[Mapping[str, str]], otherwise: str = "", language: str = ENGLISH) -> Excerpt:
        """Return the best passage of about 220 characters, or the beginning of `otherwise` where nothing matches."""
        found: list[tuple[Mapping[str, str], str, list[_Match], list[_Match]]] = []
        frequency: Counter[str] = Counter()
        for section in sections:
            text = _tidy(section["text"])
            matches = list(self._matches(text, language))
            title = list(self._matches(section["title"], language))
            frequency.update(match.term for match in (*matches, *title))
            found.append((section, text, matches, title))
        # The rarer a term is in this piece, the more it is worth to show it.
        worth = {term: 1 / (1 + math.log(times)) for term, times in frequency.items()}
        best: tuple[float, Mapping[str, str], str, list[_Match], int, int] | None = None
        for section, text, matches, title in found:
            value, first, last = _best_window(matches, worth)
            value += math.fsum(worth[term] for term in {match.term for match in title})
            if value and (best is None or value > best[0]):
                best = value, section, text, matches, first, last
        if best is None:
            beginning = _tidy(otherwise) or next((text for _, text, *_ in found if text), "")
            return Excerpt(_passage(beginning, 0, 0, []))
        _, section, text, matches, first, last = best
        passage = _passage(text, first, last, matches)
        if not section["id"] or not section["title"]:
            return Excerpt(passage)
        return Excerpt(passage, section["id"], self.mark(section["title"], language))

    def _matches(self, text: str, language: str) -> Iterator[_Match]:
        if self._first_look is None:
            return
        end = count = 0
        for look in self._first_look.finditer(_level(text)):
            start = look.start()
            # Bounded as in the index; without it, 100,000 letters with a full stop after each took four seconds.
            if start < end or not (token := analysis.TOKEN.match(text, start, start + analysis.MAX_LENGTH)):
                continue
            length, term = _asked_for(token[0], self._wanted, language)
            if not length:
                continue
            end = start + length
            count += 1
            yield _Match(start, end, term)
            if count == MAX_MATCHES:
                return


@lru_cache(maxsize=16_384)
def _asked_for(written: str, wanted: frozenset[str], language: str) -> tuple[int, str]:
    """Return how much of a written word was asked for, and by which term; (0, '') where none was."""
    part = _PART.match(written)
    # Of clock-drift only the half that was asked for, of node.js all of it where all of it was asked for.
    sides = (part[0] if part else "", written)
    for found in reversed(sides) if analysis.fold(written) in wanted else sides:
        for term, _ in analysis.analyse(found, language)[0]:
            if term in wanted:
                return len(found), term
    return 0, ""


def _first_look(wanted: Collection[str]) -> re.Pattern[str] | None:
    """Return what finds the beginnings of words that may match: analysing every word took eight times as long.

    It looks in a text that is level, and for a letter before anything else: the engine leaps from one to the next.
    """
    stems = {bare(term).lower() for term in wanted}
    following: dict[str, list[str]] = {}
    for beginning in sorted({stem[: max(2, len(stem) - 1)] for stem in stems}):
        rest = re.escape(beginning[1:]).replace("ss", "(?:ss|ß)")
        following.setdefault(beginning[:1], []).append(f"['\u2019]?{rest}")  # OBrien, O'Brien
    if not following:
        return None
    return re.compile(
        "|".join(f"{re.escape(first)}(?<![^\\W_].)(?:{'|'.join(rests)})" for first, rests in following.items())
    )


def _level(text: str) -> str:
    """Return `text` with letters as terms have them, one for one, so that places stay the same."""
    if not text.isascii():
        uneven, table = _uneven_letters()
        text = uneven.sub(lambda found: table[found[0]], text)
    return text.lower()


@lru_cache(maxsize=1)
def _uneven_letters() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the letters that terms have another one for, and a table of these."""
    folded = {letter: analysis.fold(letter) for letter in map(chr, range(0x80, 0x2000)) if letter.isalpha()}
    table = {letter: plain for letter, plain in folded.items() if len(plain) == 1 and plain != letter}
    return re.compile(f"[{''.join(table)}]"), table


def _tidy(text: str) -> str:
    return " ".join(analysis.clean(text).replace("\u00ad", "").split())


def _best_window(matches: Sequence[_Match], worth: Mapping[str, float]) -> tuple[float, int, int]:
    """Return (value, start, end) of the stretch of matches that shows most, the first of equal ones."""
    best = (0.0, 0, 0)
    shown: Counter[str] = Counter()
    near = beyond = 0
    for position, first in enumerate(matches):
        while beyond < len(matches) and matches[beyond].end - first.start <= LENGTH:
            shown[matches[beyond].term] += 1
            near += beyond > position and _are_near(matches[beyond - 1], matches[beyond])
            beyond += 1
        value = math.fsum(worth[term] for term, times in shown.items() if times) + 0.5 * near
        if value > best[0]:
            best = value, first.start, matches[beyond - 1].end
        shown[first.term] -= 1
        near -= position + 1 < beyond and _are_near(first, matches[position + 1])
    return best


def _are_near(one: _Match, other: _Match) -> bool:
    return 0 < other.start - one.end <= 2 and other.term != one.term


def _passage(text: str, first: int, last: int, matches: list[_Match]) -> Marked:
    """Return about 220 characters of `text` around `first` to `last`, from and to the end of a sentence or a word."""
    start = _start(text, first, last)
    end = _end(text, start, last)
    marked = _marked(text, start, end, [match for match in matches if start <= match.start and match.end <= end])
    before = (Part("\u2026 "),) if start and not _SENTENCE_END.search(text[max(0, start - 4) : start]) else ()
    after = (Part(" \u2026"),) if end < len(text) and not _SENTENCE_END.match(text[end - 1 :]) else ()
    return Marked((*before, *marked.parts, *after))


def _start(text: str, first: int, last: int) -> int:
    earliest = max(0, last - LENGTH)
    if earliest == 0 and last <= LENGTH:
        return 0
    ends = [found.end() for found in _SENTENCE_END.finditer(text, earliest, first)]
    if ends:
        return ends[-1] + 1 if first - ends[-1] > 0 else first
    # In the middle of a long sentence: a third of what is left over goes before the match.
    spare = max(0, LENGTH - (last - first)) // 3
    space = text.find(" ", max(0, first - spare), first)
    return space + 1 if space >= 0 else first


def _end(text: str, start: int, last: int) -> int:
    limit = start + LENGTH
    if len(text) <= limit + OVERRUN:
        return len(text)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, max(last - 1, start + MIN_LENGTH), limit + OVERRUN)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", max(last, start + 1), limit)
    return space if space > 0 else max(last, limit)


def _marked(text: str, start: int, end: int, matches: Iterable[_Match]) -> Marked:
    parts: list[Part] = []
    at = start
    for match in matches:
        parts += [Part(text[at : match.start]), Part(text[match.start : match.end], is_marked=True)]
        at = match.end
    parts.append(Part(text[at:end]))
    return Marked(tuple(part for part in parts if part.text))
