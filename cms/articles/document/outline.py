"""The parts of a body for whoever writes it: titles and questions, by the blocks that they are in."""

from __future__ import annotations

from dataclasses import dataclass

from cms.articles.document.blocks import BlockKind, parse
from cms.articles.document.reading import question_and_answer, title
from cms.core.html import text_of

OPENING = "Opening"


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One line of the outline: the id of its block, its words, and its level; the editor's script makes the same."""

    block: str
    title: str
    level: int
    is_opening: bool = False


def outline(html: str) -> list[OutlineEntry]:
    """Return the titles and questions of a body, and before them its opening, where it has words of its own."""
    blocks = parse(html)
    entries: list[OutlineEntry] = []
    for number, block in enumerate(blocks):
        words, level = "", 2
        if block.kind is BlockKind.HEADING:
            words, level = title(block), int(block.element.tag[1])
        elif block.kind is BlockKind.QA:
            words = " ".join(text_of([question_and_answer(block.element)[0]]).split())
        if not words:
            continue
        if not entries and number:
            entries.append(OutlineEntry(blocks[0].id, OPENING, 2, is_opening=True))
        entries.append(OutlineEntry(block.id, words, level))
    return entries
