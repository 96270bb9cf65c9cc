"""Where sentences end: the first words of a piece, cut where a person would cut them, and all of them."""

from __future__ import annotations

import re
from itertools import pairwise

# A cut at the end of a sentence is better than a full line, but not if it leaves less than this.
_LEAST = 0.4
# A point counts with a space after it, so decimals and addresses do not.
_END = re.compile(r"[.!?\u2026][\"'\u201d\u2019\u00bb)\]]*(?=\s|$)|[\u3002\uff01\uff1f]")
# These are followed by the name or number that they belong to, so no sentence ends with them.
_NEVER_LAST = re.compile(
    r"approx|cf|dr|e\.g|eg|figs?|gen|gov|i\.e|ie|lt|mrs?|ms|mt|mx|nr|prof|rev|sen|sgt|st|u\.[ks]|vs?|[^\W\d_]"
)
# These may end one, if the next begins with a capital.
_SELDOM_LAST = re.compile(r"al|art|ch|co|corp|dept|eds?|est|etc|inc|jr|sr|ltd|max|min|nos?|op|[ap]\.m|pp?|vol")


def teaser(text: str, limit: int = 160) -> str:
    """Return at most `limit` characters: whole sentences if they fill about half of it, else words and an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    ends = _ends(line, min(len(line), limit + 1))
    fitting = [end for end in ends if limit * _LEAST <= end <= limit]
    if fitting:
        return line[: fitting[-1]]
    return _at_word(line, limit)


def sentences_in(text: str) -> list[str]:
    """Return the sentences of a text, one after the other."""
    line = " ".join(text.split())
    cuts = [0, *_ends(line, len(line)), len(line)]
    return [part for start, end in pairwise(cuts) if (part := line[start:end].strip())]


def _ends(line: str, upto: int) -> list[int]:
    return [match.end() for match in _END.finditer(line, 0, upto) if _is_end(line, match)]


def _is_end(line: str, match: re.Match[str]) -> bool:
    """Tell an end of a sentence from the point of an abbreviation or of an initial."""
    if line[match.start()] != ".":
        return True
    words = line[: match.start()].rsplit(None, 1)
    word = words[-1].lstrip("(\"'\u201c\u2018[").lower() if words else ""
    if _NEVER_LAST.fullmatch(word):
        return False
    following = line[match.end() :].lstrip("\"'\u201c\u2018([ ")[:1]
    return not _SELDOM_LAST.fullmatch(word) or not (following.islower() or following.isdigit())


def _at_word(line: str, limit: int) -> str:
    head = line[: limit - 1]
    if line[limit - 1] != " " and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:.!?-\u2013\u2014(\u201c\"'") + "\u2026"
