"""The words of a block with their formatting, and how one row of them became another."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from cms.core.html import Element, Node

# The end of an item, a cell, a caption or a block inside a block, and a line break: no clean text has these characters.
END = "\u2029"
BREAK = "\u2028"
NOTE = "note"
_FORMATS = frozenset({"strong", "em", "s", "code", "a", "sub", "sup", "kbd"})
_WORD = re.compile(r"(\s*)(\w+(?:['\u2019.,\-]\w+)*|[^\w\s]|$)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ENDED = frozenset({"p", "h2", "h3", "h4", "li", "td", "th", "figcaption", "pre"})
# Above this product of lengths very common words are not used to align, and above the next one, where that would take
# seconds too, only the two ends are compared.
_MANY = 4_000_000
_TOO_MANY = 200_000_000


class Format(NamedTuple):
    """One piece of formatting: a tag, and for a link its address, for a note what it says."""

    tag: str
    value: str = ""


class Word(NamedTuple):
    """A word, a mark, a line of code or an end, and how it is set; the space before it does not count."""

    text: str
    formats: tuple[Format, ...] = ()
    space: str = ""

    @property
    def is_end(self) -> bool:
        """Tell whether this is no word but the end of something."""
        return self.text == END


class EditKind(StrEnum):
    """What happened to some words."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class WordEdit:
    """Neighbouring words, before and after."""

    kind: EditKind
    old: tuple[Word, ...]
    new: tuple[Word, ...]


def words_of(blocks: Sequence[Element]) -> list[Word]:
    """Return the words of the blocks in reading order, with an end between blocks."""
    words: list[Word] = []
    space = ""
    for number, element in enumerate(blocks):
        if number:
            words.append(Word(END))
        for word in _inside(element, ()):
            if word.text:
                words.append(word._replace(space=space + word.space) if space else word)
            space = "" if word.text else word.space
    return words


def split_text(text: str, formats: tuple[Format, ...], *, in_code: bool) -> list[Word]:
    """Return the words of one stretch of text, and the space that is left at its end as a word without text.

    Code is compared by lines.
    """
    if in_code:
        return [Word(line, formats) for line in _LINE.findall(text)]
    return [Word(word, formats, space) for space, word in _WORD.findall(text) if space or word]


def formatted(formats: tuple[Format, ...], element: Element) -> tuple[Format, ...]:
    """Return the formats with the element's own added."""
    return (*formats, Format(element.tag, element.attrs.get("href", "")))


def note_of(element: Element, formats: tuple[Format, ...]) -> Word:
    """Return the footnote as a word of its own."""
    return Word("*", (*formats, Format(NOTE, element.attrs.get("data-note", ""))))


def is_format(element: Element, parent: Element) -> bool:
    """Tell whether an element sets the words in it differently, and is no part of the block's build."""
    return element.tag in _FORMATS and parent.tag != "pre"


def is_listing(parent: Element, formats: tuple[Format, ...]) -> bool:
    """Tell a code listing from code within a sentence."""
    return parent.tag == "code" and not formats


def has_end(element: Element) -> bool:
    """Tell whether an element inside a block is followed by an end."""
    return element.tag in _ENDED


def compare_words(old: Sequence[Word], new: Sequence[Word]) -> tuple[WordEdit, ...]:
    """Return how the old words became the new ones."""
    edits: list[WordEdit] = []
    for edit in _edits(old, new, key=lambda word: (word.text, word.formats)):
        # "A lie" that became "no measurement but a treaty" is one edit, though both have an "a".
        if len(edits) > 1 and _is_slight(edits[-1]) and edit.kind is not EditKind.KEPT:
            slight, first = edits.pop(), edits.pop()
            edits.append(WordEdit(EditKind.REPLACED, *_joined(first, slight, edit)))
        elif edit.kind is EditKind.REPLACED:
            # What has only been set differently is told apart from what was written anew.
            parts = _edits(edit.old, edit.new, key=lambda word: word.text)
            edits.extend(WordEdit(_REWRITTEN.get(part.kind, part.kind), part.old, part.new) for part in parts)
        else:
            edits.append(edit)
    return tuple(edits)


def _edits(old: Sequence[Word], new: Sequence[Word], *, key: Callable[[Word], Hashable]) -> Iterator[WordEdit]:
    before, after = list(map(key, old)), list(map(key, new))
    if len(old) * len(new) > _TOO_MANY:
        yield from _outer_edits(old, new, before, after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=len(old) * len(new) > _MANY)
    for tag, i, next_i, j, next_j in matcher.get_opcodes():
        yield WordEdit(_OPCODES[tag], tuple(old[i:next_i]), tuple(new[j:next_j]))


def _outer_edits(
    old: Sequence[Word], new: Sequence[Word], before: list[Hashable], after: list[Hashable]
) -> Iterator[WordEdit]:
    """Yield what is the same at both ends, and all between as one edit."""
    head, shorter = 0, min(len(old), len(new))
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end, new_end = len(old) - tail, len(new) - tail
    parts = (
        (slice(0, head), slice(0, head)),
        (slice(head, end), slice(head, new_end)),
        (slice(end, None), slice(new_end, None)),
    )
    for kind, (here, there) in zip((EditKind.KEPT, EditKind.REPLACED, EditKind.KEPT), parts, strict=True):
        if old[here] or new[there]:
            yield WordEdit(kind, tuple(old[here]), tuple(new[there]))


_OPCODES = {
    "equal": EditKind.KEPT,
    "insert": EditKind.INSERTED,
    "delete": EditKind.DELETED,
    "replace": EditKind.REPLACED,
}
_REWRITTEN = {EditKind.KEPT: EditKind.REPLACED}


def _joined(*edits: WordEdit) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    return tuple(w for edit in edits for w in edit.old), tuple(w for edit in edits for w in edit.new)


def _is_slight(edit: WordEdit) -> bool:
    """Tell whether nothing but one short word was kept."""
    return (
        edit.kind is EditKind.KEPT and len(edit.old) == 1 and edit.old[0].text.isalpha() and len(edit.old[0].text) < 4
    )


def _inside(element: Element, formats: tuple[Format, ...]) -> Iterator[Word]:
    for child in element.children:
        yield from _word_or_inside(child, element, formats)


def _word_or_inside(child: Node, parent: Element, formats: tuple[Format, ...]) -> Iterator[Word]:
    if isinstance(child, str):
        yield from split_text(child, formats, in_code=is_listing(parent, formats))
    elif child.tag == "br":
        yield Word(BREAK, formats)
    elif child.tag == "span":
        yield note_of(child, formats)
    elif is_format(child, parent):
        yield from _inside(child, formatted(formats, child))
    else:
        yield from _inside(child, formats)
        if has_end(child):
            yield Word(END)
