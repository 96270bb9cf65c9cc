"""What a reader gets from a body: its words, its sections, its contents, and how long it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cms.articles.document.blocks import Block, BlockKind, parse
from cms.core import slugs
from cms.core.html import Element, text_of, walk

WORDS_A_MINUTE = 230

# Scripts without spaces are counted by character.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+(?:['\u2019.,-][^\W_]+)*"
)
# Ids that pages and notes give to their own parts: a title "Search" must not lead to the search box.
_RESERVED = re.compile(
    r"(?:q|fn|ref)\d+|main|contents|search|menu|notes|topics|series|explore|comments|corrections|glance|more|foot-.*"
)
_ASSET = re.compile(r'<img [^<>]*data-asset="([0-9]{1,18})"')


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one title, or the answer to one question; the words before the first have no title."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the table of contents."""

    id: str
    title: str
    level: int


def plain_text(html: str) -> str:
    """Return the words of the body, an empty line between blocks."""
    return "\n\n".join(block.text for block in parse(html) if block.text)


def figures(html: str) -> frozenset[int]:
    """Return the numbers of the library's pictures that the body shows."""
    return frozenset(int(number) for number in _ASSET.findall(html))


def word_count(html: str) -> int:
    """Return how many words a reader reads, captions, code and tables included."""
    return sum(words_in(block.text) for block in parse(html))


def words_in(text: str) -> int:
    """Return how many words a reader reads in a text."""
    return len(_WORD.findall(text))


def reading_minutes(html: str) -> int:
    """Return the minutes a reader needs, at least one."""
    return max(1, round(word_count(html) / WORDS_A_MINUTE))


def contents(html: str) -> list[Heading]:
    """Return the titles of the body with the anchors that the published page gives them."""
    return contents_of(parse(html))


def contents_of(blocks: Sequence[Block]) -> list[Heading]:
    """Return the titles among the blocks with their anchors."""
    names = anchors(blocks)
    return [
        Heading(names[block.id], title(block), level)
        for block, level in zip(blocks, levels(blocks), strict=True)
        if level and block.id in names
    ]


def levels(blocks: Sequence[Block]) -> list[int]:
    """Return the level that each title has for readers, below a headline of level 1; 0 for what is no title.

    None is left out on the way down: a screen reader's list of titles must not look as if something were missing.
    What its writer set on one level stays on one level.
    """
    found = []
    above: list[int] = []  # the levels as written of the titles that the present one stands under
    for block in blocks:
        if block.kind is not BlockKind.HEADING:
            found.append(0)
            continue
        written = int(block.element.tag[1])
        above = [*(level for level in above if level < written), written]
        found.append(1 + len(above))
    return found


def sections(html: str) -> list[Section]:
    """Return the body cut at its titles and questions, for search results that lead to the place."""
    blocks = parse(html)
    names = anchors(blocks)
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    for block in blocks:
        if block.kind is BlockKind.HEADING and block.id in names:
            found.append((names[block.id], title(block), []))
        elif block.kind is BlockKind.QA:
            question, answer = question_and_answer(block.element)
            found.append((names[block.id], _line(text_of([question])), [text_of([answer])]))
        else:
            found[-1][2].append(block.text)
    cut = [Section(anchor, name, "\n\n".join(filter(None, texts))) for anchor, name, texts in found]
    return [section for section in cut if section.title or section.text]


def parts(blocks: Sequence[Block]) -> dict[str, tuple[int, str]]:
    """Return the number of the section that each block is in, from 1, and its title; the first may have none."""
    number, name = 1, ""
    found: dict[str, tuple[int, str]] = {}
    for block in blocks:
        if block.kind is BlockKind.HEADING and title(block):
            number, name = (number + 1 if found else 1), title(block)
        elif block.kind is BlockKind.QA:
            question, _ = question_and_answer(block.element)
            number, name = (number + 1 if found else 1), _line(text_of([question]))
        found[block.id] = number, name
    return found


def anchors(blocks: Sequence[Block]) -> dict[str, str]:
    """Return the anchor of every title and every question, by block id: words for titles, q1, q2 ... for questions."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    questions = 0
    for block in blocks:
        if block.kind is BlockKind.QA:
            questions += 1
            names[block.id] = f"q{questions}"
        elif block.kind is BlockKind.HEADING and title(block):
            name = slugs.make(title(block), fallback="section")
            wanted = f"section-{name}" if _RESERVED.fullmatch(name) else name
            names[block.id] = slugs.free(wanted, taken.__contains__)
            taken.add(names[block.id])
    return names


def lacks_alt(block: Block) -> bool:
    """Tell whether a picture in the block has no words for those who cannot see it."""
    return any(element.tag == "img" and not element.attrs.get("alt") for element in walk([block.element]))


def lacks_answer(block: Block) -> bool:
    """Tell whether the block is a question that nobody has answered yet."""
    return block.kind is BlockKind.QA and not text_of([question_and_answer(block.element)[1]]).strip()


def title(block: Block) -> str:
    """Return the words of a title on one line."""
    return _line(block.text)


def question_and_answer(section: Element) -> tuple[Element, Element]:
    """Return the two halves of a question-and-answer block."""
    question, answer = section.elements()
    return question, answer


def _line(text: str) -> str:
    return " ".join(text.split())
