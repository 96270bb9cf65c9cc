"""Pure decisions about questions and transcripts: what can be kept, and which part of the talk an answer came from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cms.core.errors import Invalid
from cms.core.html import clean_text

MOST_QUESTIONS = 100
LONGEST_QUESTION = 500
LONGEST_NOTES = 10_000
LONGEST_TRANSCRIPT = 600_000  # characters: some ten hours of talk
#: Words that tell one turn from another; shorter ones stand in all of them.
_TELLING = re.compile(r"[^\W\d_]{4,}")
#: How many of them, and which part of a turn's or an answer's, must be the same, whichever is shorter.
_ENOUGH, _SHARE = 3, 0.35
#: Turns in between that belong to an answer all the same: a nod, a question asked again.
_GAP = 2

Span = tuple[int, int]


def questions(text: str) -> list[str]:
    """Return the questions of a plan, one a line; raises Invalid where there are too many, or one is too long."""
    found = [line for raw in text.splitlines() if (line := clean_text(raw))]
    if len(found) > MOST_QUESTIONS:
        raise Invalid(f"Those are {len(found)} questions; {MOST_QUESTIONS} is the most.", field="questions")
    if any(len(line) > LONGEST_QUESTION for line in found):
        raise Invalid(f"A question has at most {LONGEST_QUESTION} characters. Part it in two.", field="questions")
    return found


def notes(text: str) -> str:
    """Return what somebody keeps in mind, line by line; raises Invalid where it is too long."""
    return _kept(text, LONGEST_NOTES, "notes")


def transcript(text: str) -> str:
    """Return a transcript with an empty line between its turns; raises Invalid where there is none, or too much."""
    kept = _kept(text, LONGEST_TRANSCRIPT, "text")
    if not kept:
        raise Invalid("Paste what was said, with a new line for each turn.", field="text")
    return "\n\n".join(turns(kept))


def turns(text: str) -> list[str]:
    """Return what was said, turn by turn: a paragraph each, or a line where there are no empty lines."""
    parts = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.split("\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def span(first: int, last: int, count: int) -> Span:
    """Return from which turn to which an answer was made of; raises Invalid where there are no such turns."""
    if not 1 <= first <= last <= count:
        raise Invalid(f"The transcript has the turns 1 to {count}, and a part of it ends where it begins or later.")
    return first, last


def matched(said: Sequence[str], answers: Mapping[str, str]) -> dict[str, Span]:
    """Return the turns that each answer seems to be made of, by the words that they share; it is only a proposal."""
    known = {name: _words(text) for name, text in answers.items()}
    found: dict[str, list[int]] = {}
    for number, turn in enumerate(map(_words, said), 1):
        scores = {name: _score(turn, words) for name, words in known.items()}
        best = max(scores, key=lambda name: scores[name], default="")
        if best and scores[best]:
            found.setdefault(best, []).append(number)
    return {name: _together(numbers) for name, numbers in found.items()}


def carried(old: Sequence[str], new: Sequence[str], span: Span) -> Span | None:
    """Return where a part of a transcript stands in another version of it, None where it is not there word for word."""
    part = list(old[span[0] - 1 : span[1]])
    for start in range(len(new) - len(part) + 1):
        if list(new[start : start + len(part)]) == part:
            return start + 1, start + len(part)
    return None


def _kept(text: str, longest: int, field: str) -> str:
    kept = "\n".join(map(clean_text, text.splitlines())).strip()
    if len(kept) > longest:
        raise Invalid(f"That has {len(kept)} characters; {longest} is the most.", field=field)
    return kept


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _TELLING.findall(text))


def _score(turn: frozenset[str], answer: frozenset[str]) -> float:
    common = len(turn & answer)
    share = common / max(1, min(len(turn), len(answer)))
    return share * common if common >= _ENOUGH and share >= _SHARE else 0


def _together(numbers: Sequence[int]) -> Span:
    """Return the longest run of turns without a larger gap."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= _GAP:
            runs[-1].append(number)
        else:
            runs.append([number])
    longest = max(runs, key=len)
    return longest[0], longest[-1]
