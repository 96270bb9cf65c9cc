"""Whether all that one text says is said by another, so that the first may be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cms.articles.document.align import without_ids
from cms.articles.document.blocks import Block, parse
from cms.core.html import Element

Tokens = tuple[str, ...]

# Words, and every other sign by itself: what is typed may end in the middle of a sentence, not of a word.
_TOKEN = re.compile(r"\w+(?:['\u2019.,\-]\w+)*|[^\w\s]")
#: Attributes that are words, and those that say nothing which anybody wrote.
_WORDED = frozenset({"alt", "data-note", "data-speaker"})
_SILENT = frozenset({"data-id", "width", "height"})


def tokens(text: str) -> Tokens:
    """Return the words and signs of a text."""
    return tuple(_TOKEN.findall(text))


def is_part(part: Tokens, whole: Tokens) -> bool:
    """Tell whether all words of `part` stand in `whole`, in the same order."""
    rest = iter(whole)
    return all(word in rest for word in part)


@dataclass(frozen=True, slots=True)
class Wording:
    """What can be lost of a text: its blocks, and its other fields, each line of them with its name."""

    blocks: tuple[tuple[str, Tokens], ...]
    lines: tuple[tuple[str, Tokens], ...]


def wording(body: str, lines: Iterable[tuple[str, str]]) -> Wording:
    """Return what can be lost of a body and of what stands around it."""
    blocks = tuple((without_ids(block), _block_tokens(block)) for block in parse(body))
    return Wording(blocks, tuple((name, tokens(text)) for name, text in lines))


@dataclass
class Kept:
    """All that is said by the texts that stay.

    A block is found whole, or all its words in the same order in one block that stays: in the whole of a long text
    nearly every short sentence could be put together from words here and there.
    """

    _blocks: set[str] = field(default_factory=set)
    _tokens: dict[Tokens, frozenset[str]] = field(default_factory=dict)
    _lines: dict[str, dict[Tokens, None]] = field(default_factory=dict)

    def add(self, text: Wording) -> None:
        """Count a text among those that stay."""
        for html, words in text.blocks:
            self._blocks.add(html)
            if words not in self._tokens:
                self._tokens[words] = frozenset(words)
        for name, words in text.lines:
            self._lines.setdefault(name, {})[words] = None

    def has(self, text: Wording) -> bool:
        """Tell whether nothing of this text is said only by it."""
        return all(self._has_line(*line) for line in text.lines) and all(self._has_block(*b) for b in text.blocks)

    def _has_line(self, name: str, words: Tokens) -> bool:
        there = self._lines.get(name, {})
        return not words or words in there or any(is_part(words, whole) for whole in there)

    def _has_block(self, html: str, words: Tokens) -> bool:
        if not words or html in self._blocks or words in self._tokens:
            return True
        needed = frozenset(words)
        return any(needed <= known and is_part(words, whole) for whole, known in self._tokens.items())


def _block_tokens(block: Block) -> Tokens:
    found: list[str] = []
    _gather(block.element, found)
    return tuple(found)


def _gather(element: Element, into: list[str]) -> None:
    for name, value in element.attrs.items():
        if name in _WORDED:
            into.extend(tokens(value))
        elif name not in _SILENT and name != "class":
            into.append(f"{name}={value}")
    for child in element.children:
        if isinstance(child, str):
            into.extend(tokens(child))
        else:
            _gather(child, into)


def touched(old: Sequence[Block], new: Sequence[Block]) -> frozenset[str]:
    """Return the ids of the new blocks that are not as they were, or that follow one that is gone."""
    before = {block.id: block.html for block in old}
    changed = {block.id for block in new if before.get(block.id) != block.html}
    there = {block.id for block in new}
    after = ""
    for block in old:
        if block.id in there:
            after = block.id
        else:
            changed.add(after or (new[0].id if new else ""))
    return frozenset(changed - {""})
