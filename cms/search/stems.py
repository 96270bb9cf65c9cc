"""Porter's stemming of English words: `drifting`, `drifted` and `drifts` are one term.

Our own eighty lines, because query, excerpts and every index adapter must agree on it, and none of them may lean on
another's engine. The letters of the rules are those of the published algorithm (M. F. Porter, 1980).
"""

from __future__ import annotations

import re
from functools import lru_cache

_C = "[^aeiou]"
_V = "[aeiouy]"
_CS = f"{_C}[^aeiouy]*"
_VS = f"{_V}[aeiou]*"
_MEASURE_1 = re.compile(f"^(?:{_CS})?{_VS}{_CS}")  # m > 0
_MEASURE_IS_1 = re.compile(f"^(?:{_CS})?{_VS}{_CS}(?:{_VS})?$")  # m = 1
_MEASURE_2 = re.compile(f"^(?:{_CS})?{_VS}{_CS}{_VS}{_CS}")  # m > 1
_HAS_VOWEL = re.compile(f"^(?:{_CS})?{_V}")
_DOUBLED = re.compile(r"([^aeiouylsz])\1$")
_SHORT = re.compile(f"^{_CS}{_V}[^aeiouwxy]$")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
    "logi": "log",
}  # fmt: skip
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ou", "ism", "ate", "iti", "ous",
    "ive", "ize", "ion",
)  # fmt: skip


def _longest(endings: object) -> re.Pattern[str]:
    return re.compile("(" + "|".join(sorted(endings, key=len, reverse=True)) + ")$")  # type: ignore[call-overload]


_ENDS_2, _ENDS_3, _ENDS_4 = _longest(_STEP_2), _longest(_STEP_3), _longest(_STEP_4)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of one folded word; what is short or not plain a to z stays as it is."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    y_first = word[0] == "y"
    if y_first:  # a leading y is a consonant
        word = "Y" + word[1:]
    word = _step_5(_step_4(_steps_2_and_3(_step_1(word))))
    return "y" + word[1:] if y_first else word


def _step_1(word: str) -> str:
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1] if _MEASURE_1.match(word[:-3]) else word
    elif word.endswith(("ed", "ing")):
        word = _without_past(word)
    if word.endswith("y") and _HAS_VOWEL.match(word[:-1]):
        word = word[:-1] + "i"
    return word


def _without_past(word: str) -> str:
    root = word[:-2] if word.endswith("ed") else word[:-3]
    if not _HAS_VOWEL.match(root):
        return word
    if root.endswith(("at", "bl", "iz")) or _SHORT.match(root):
        return root + "e"
    if len(root) == 3:  # `adding` belongs to `add`, not to `ad`: the one departure from the published rules
        return root
    return root[:-1] if _DOUBLED.search(root) else root


def _steps_2_and_3(word: str) -> str:
    for ends, replacement in ((_ENDS_2, _STEP_2), (_ENDS_3, _STEP_3)):
        found = ends.search(word)
        if found and _MEASURE_1.match(word[: found.start()]):
            word = word[: found.start()] + replacement[found[1]]
    return word


def _step_4(word: str) -> str:
    found = _ENDS_4.search(word)
    if not found:
        return word
    root = word[: found.start()]
    if found[1] == "ion" and not root.endswith(("s", "t")):
        return word
    return root if _MEASURE_2.match(root) else word


def _step_5(word: str) -> str:
    if word.endswith("e"):
        root = word[:-1]
        if _MEASURE_2.match(root) or (_MEASURE_IS_1.match(root) and not _SHORT.match(root)):
            word = root
    if word.endswith("ll") and _MEASURE_2.match(word):
        word = word[:-1]
    return word
