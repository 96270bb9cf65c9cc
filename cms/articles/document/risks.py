"""What of a change is dangerous to get wrong: somebody's words, a number, a name, a link, a title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from cms.articles.document.blocks import BlockKind
from cms.articles.document.diff import Change, ChangeKind
from cms.articles.document.words import BREAK, EditKind, Word, WordEdit


class Risk(StrEnum):
    """Something that a reader of changes looks at twice."""

    QUOTE = "quote"
    NUMBER = "number"
    NAME = "name"
    LINK = "link"
    HEADING = "title"


_SPOKEN = frozenset({BlockKind.QUOTE, BlockKind.PULL_QUOTE, BlockKind.QA})
_OPENS, _CLOSES, _EITHER = "\u201c\u00ab\u201e", "\u201d\u00bb", '"'
_ENDS = frozenset(".!?:\u2026" + BREAK)


def risks(change: Change) -> tuple[Risk, ...]:
    """Return what a change touches that is dangerous, each once, in the order in which it is looked at."""
    if change.kind in (ChangeKind.SAME, ChangeKind.MOVED) and not change.is_edited:
        return ()
    touched = [*_touched(change.words, old=True), *_touched(change.words, old=False)]
    blocks = (*change.old, *change.new)
    found = {
        Risk.QUOTE: any(block.kind in _SPOKEN for block in blocks) or any(spoken for _, _, spoken in touched),
        Risk.NUMBER: any(any(map(str.isdigit, word.text)) for word, _, _ in touched),
        Risk.NAME: any(_is_name(word) and not is_first for word, is_first, _ in touched),
        Risk.LINK: any(part.tag == "a" for word, _, _ in touched for part in word.formats),
        Risk.HEADING: any(block.kind is BlockKind.HEADING for block in blocks),
    }
    return tuple(risk for risk, is_there in found.items() if is_there)


def _touched(edits: Sequence[WordEdit], *, old: bool) -> Iterator[tuple[Word, bool, bool]]:
    """Yield the words of one side that the other has not, each with whether it begins a sentence, and is quoted."""
    is_first, quoted = True, False
    for edit in edits:
        for word in edit.old if old else edit.new:
            if word.text in _OPENS or (word.text == _EITHER and not quoted):
                quoted = True
            elif word.text in _CLOSES or word.text == _EITHER:
                quoted = False
            elif edit.kind is not EditKind.KEPT and not word.is_end:
                yield word, is_first, quoted
            if word.text[:1].isalnum():
                is_first = False
            elif word.is_end or word.text in _ENDS:
                is_first = True


def _is_name(word: Word) -> bool:
    return word.text[:1].isupper() and word.text[1:2].islower()
