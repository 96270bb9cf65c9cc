"""The sanitiser: the one way in for HTML and text that people send, and the only importer of bleach and nh3.

Order of work: `tokens` and `loose` read anything in linear time, `shape` gives it the structure of a body, `guard` runs
bleach and nh3 over the result with the allow-list of `rules`. What comes out is a fixed point of both and of itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cms.core.errors import Invalid
from cms.core.html import rules
from cms.core.html.characters import clean_text, decoded, escape
from cms.core.html.guard import guard
from cms.core.html.loose import read_loose
from cms.core.html.losses import losses
from cms.core.html.rules import CALLOUT_KINDS, PROVIDERS, link
from cms.core.html.shape import shape
from cms.core.html.tree import Element, Node, NotCanonical, read, text_of, walk, write

__all__ = [
    "CALLOUT_KINDS",
    "MAX_BODY",
    "PROVIDERS",
    "SANITIZER_VERSION",
    "Element",
    "Node",
    "addresses",
    "blocks",
    "check_length",
    "clean_body",
    "clean_text",
    "escape",
    "glance",
    "link",
    "losses",
    "put",
    "text_of",
    "to_text",
    "walk",
    "write",
]

# Goes up with every change of the rules, so that what was stored before is cleaned again.
SANITIZER_VERSION = 2
# About 170,000 words, eight times the longest piece that was tried.
MAX_BODY = 1_000_000
# The second round mends what the parsers see differently from us; nothing that was tried needed a third.
_ROUNDS = 4
# As `write` writes it; what only looks like it in a text is written with entities.
_LINK = re.compile(r'<a href="([^"]*)"')


def clean_body(html: str) -> str:
    """Return the HTML as a body may hold it: typed blocks, the allow-list and nothing else.

    Raises Invalid where it is too long to be a piece.
    """
    shaped = _shaped(html)
    for _ in range(_ROUNDS):
        found = guard(shaped)
        # Read once more, so that what is returned is known, not hoped, to be the end of it.
        again = _shaped(found)
        if again == found:
            return found
        shaped = again
    raise Invalid("The text is put together in a way that cannot be read safely; please paste it as plain text.")


def blocks(html: str) -> Sequence[Element]:
    """Return the top-level blocks of a body as a tree, cleaning it first unless it is clean as it stands."""
    try:
        found = shape(read(html))
    except NotCanonical:
        found = []
    return found if write(found) == html else shape(read(clean_body(html)))


def addresses(html: str) -> list[str]:
    """Return the addresses that a stored body links to, in its order; quick enough to read every text there is."""
    return [decoded(address) for address in _LINK.findall(html)]


def glance(html: str) -> Sequence[Element]:
    """Return the blocks that any HTML would make, as a tree that is only to be looked at: it has not been guarded.

    Raises Invalid where it is too long to be a piece.
    """
    check_length(html)
    return shape(read_loose(html))


def put(element: Element, name: str, value: str) -> None:
    """Set an attribute of a clean element, in its place among the others.

    Raises ValueError where the allow-list does not have it.
    """
    attrs = rules.attributes(element.tag, {**element.attrs, name: value})
    if attrs.get(name) != value:
        raise ValueError(f"{element.tag} cannot have {name}={value!r}")
    element.attrs = attrs


def to_text(html: str) -> str:
    """Return the words of any HTML, a line for each block; what browsers do not show is left out."""
    check_length(html)
    return text_of(shape(read_loose(html)))


def _shaped(html: str) -> str:
    check_length(html)
    shaped = write(shape(read_loose(html)))
    # Escaping makes a text longer; what is stored must be within the limit too, or it could not be cleaned again.
    check_length(shaped)
    return shaped


def check_length(html: str) -> None:
    """Raise Invalid where a text is longer than a piece can be."""
    if len(html) > MAX_BODY:
        raise Invalid(f"The text has {len(html):,} characters; a piece can have at most {MAX_BODY:,}.")
