"""The body as a row of blocks, each with an id of its own that stays with it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from cms.core import html as markup
from cms.core.html import Element
from cms.language import N_


class BlockKind(StrEnum):
    """What a block is to its reader."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    RULE = "rule"
    CODE = "code"
    FIGURE = "figure"
    TABLE = "table"
    QA = "qa"
    PULL_QUOTE = "pull_quote"
    CALLOUT = "callout"
    EMBED = "embed"

    @property
    def label(self) -> str:
        """Return the word that an editor would use."""
        return _LABELS[self]


_LABELS = {
    BlockKind.PARAGRAPH: N_("paragraph"),
    BlockKind.LIST: N_("list"),
    BlockKind.QUOTE: N_("quote"),
    BlockKind.TABLE: N_("table"),
    BlockKind.CALLOUT: N_("callout"),
    BlockKind.EMBED: N_("embed"),
    BlockKind.RULE: N_("dividing line"),
    BlockKind.CODE: N_("code listing"),
    BlockKind.FIGURE: N_("picture"),
    BlockKind.QA: N_("question with its answer"),
    BlockKind.PULL_QUOTE: N_("pull quote"),
    BlockKind.HEADING: N_("section title"),
}
_KINDS = {
    "p": BlockKind.PARAGRAPH,
    "h2": BlockKind.HEADING,
    "h3": BlockKind.HEADING,
    "h4": BlockKind.HEADING,
    "ul": BlockKind.LIST,
    "ol": BlockKind.LIST,
    "blockquote": BlockKind.QUOTE,
    "hr": BlockKind.RULE,
    "pre": BlockKind.CODE,
    "table": BlockKind.TABLE,
    "section": BlockKind.QA,
}
_CLASSES = {
    "pull-quote": BlockKind.PULL_QUOTE,
    "callout": BlockKind.CALLOUT,
    "embed": BlockKind.EMBED,
}


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block: its outer HTML with the id, its words, and its tree, which is only to be read."""

    id: str
    kind: BlockKind
    html: str
    text: str
    element: Element = field(repr=False, compare=False)


# An autosave and the save after it bring the same body, and what was lost of it is asked for too.
@lru_cache(maxsize=16)
def normalise(html: str) -> str:
    """Return a clean body in which every block has an id, and no two the same.

    A missing id is made from the block's words, so the same text gets the same ids wherever it is read.

    Raises Invalid where the text is longer than a piece can be.
    """
    body = serialise(parse(markup.clean_body(html)))
    markup.check_length(body)
    return body


# A save, its checks and a publication each ask for the blocks of the same body, several times over.
@lru_cache(maxsize=32)
def parse(html: str) -> tuple[Block, ...]:
    """Return the blocks of a stored body; one that is not clean, or lacks ids, is normalised on the way."""
    elements = markup.blocks(html)
    _give_ids(elements)
    return tuple(map(block, elements))


def peek(html: str) -> tuple[Block, ...]:
    """Return the blocks of what is being typed, at a fraction of what cleaning costs: for looking at, nothing else.

    Raises Invalid where it is longer than a piece can be.
    """
    elements = markup.glance(html)
    _give_ids(elements)
    return tuple(map(block, elements))


def block(element: Element) -> Block:
    """Return the block that a clean element with an id is."""
    kind = _CLASSES.get(element.attrs.get("class", "")) or _KINDS.get(element.tag, BlockKind.FIGURE)
    return Block(element.attrs["data-id"], kind, markup.write([element]), markup.text_of([element]), element)


def serialise(blocks: Iterable[Block]) -> str:
    """Return the body that the blocks make."""
    return "".join(block.html for block in blocks)


def body_hash(html: str) -> str:
    """Return a digest of the body as it is stored; two bodies that differ in anything have different ones."""
    return hashlib.sha256(serialise(parse(html)).encode()).hexdigest()


def _give_ids(elements: Sequence[Element]) -> None:
    taken: set[str] = set()
    without: list[Element] = []
    for element in elements:
        given = element.attrs.get("data-id", "")
        if given and given not in taken:
            taken.add(given)
        else:
            without.append(element)
    seen: dict[str, int] = {}
    for element in without:
        # The tag and the words are enough: what is told apart by neither is told apart by its number.
        words = f"{element.tag}\0{markup.text_of([element])}"
        number = seen.get(words, 0)
        while (made := _digest(f"{words}\0{number}")) in taken:
            number += 1
        seen[words] = number + 1
        taken.add(made)
        markup.put(element, "data-id", made)


def _digest(text: str) -> str:
    """Return eight characters: with a thousand blocks, one chance in half a million that two are the same."""
    return "b" + base64.b32encode(hashlib.blake2b(text.encode(), digest_size=5).digest()).decode().lower()[:7]
