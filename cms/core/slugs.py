"""Addresses made from words."""

from __future__ import annotations

from collections.abc import Callable

from slugify import slugify

MAX_LENGTH = 80
REPLACEMENTS = (("++", " plus plus "), ("#", " sharp "), ("&", " and "), ("ß", "ss"))


def make(text: str, *, fallback: str = "piece") -> str:
    """Return lower-case ASCII words joined by hyphens, at most 80 characters; `fallback` where nothing is left."""
    return slugify(text, max_length=MAX_LENGTH, word_boundary=True, replacements=REPLACEMENTS) or fallback


def free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Return `wanted`, or `wanted-2`, `wanted-3` ... whichever is not taken."""
    if not is_taken(wanted):
        return wanted
    number = 2
    while is_taken(found := f"{wanted[: MAX_LENGTH - 6]}-{number}"):
        number += 1
    return found
