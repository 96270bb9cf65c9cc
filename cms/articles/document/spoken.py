"""What somebody says in a text, so that they can be asked whether they did: answers and quotes, also in other words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from cms.articles.document.blocks import Block, BlockKind, parse
from cms.articles.document.claims import CLOSING, OPENING
from cms.articles.document.reading import question_and_answer, words_in
from cms.articles.document.teaser import sentences_in
from cms.articles.document.words import BREAK, NOTE, Format, Word, split_text, words_of
from cms.core.html import Element, Node, text_of, walk, write

#: Words in quotation marks that are somebody's; fewer are mostly a way of naming a thing.
FEWEST = 4
#: Quotation marks within quotation marks.
_INNER = str.maketrans('\u201c\u201d\u201e\u00ab\u00bb"', "\u2018\u2019\u201a\u2039\u203a'")
_LINES = frozenset({"p", "li"})
#: Blocks in which somebody else is quoted within the magazine's own words.
_RUNNING = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.CALLOUT})


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that is said: the answer to a question, or what stands in quotation marks within its sentence.

    `number` is that of its block, from 1, and `place` tells the quotes of one block apart. `words` have an empty line
    between paragraphs.
    """

    block_id: str
    number: int
    place: int
    speaker: str
    context: str
    words: str

    @property
    def key(self) -> str:
        """By what a form names it."""
        return f"{self.block_id}.{self.place}"

    @property
    def is_answer(self) -> bool:
        """Whether it is a whole block, and its context the question."""
        return not self.place


def passages(html: str) -> list[Passage]:
    """Return everything that somebody says in a body, in its order; a pull quote says nothing of its own."""
    return said_in(parse(html))


def said_in(blocks: Sequence[Block]) -> list[Passage]:
    """Return everything that somebody says in some blocks."""
    return [passage for number, block in enumerate(blocks, 1) for passage in _said(block, number)]


def digest(words: str) -> str:
    """Return the hash by which words are known again, however they are broken into lines."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()


def as_quoted(words: str) -> str:
    """Return words as they can stand in quotation marks: without marks around them, and with other ones inside."""
    return " ".join(words.split()).strip(OPENING + CLOSING).translate(_INNER)


def reworded(block: str, place: int, words: str) -> str:
    """Return a block with other words in the place of what is said there; what stays keeps its formatting and notes."""
    [found] = parse(block)
    if found.kind is BlockKind.QA:
        question, answer = question_and_answer(found.element)
        return write([Element(found.element.tag, found.element.attrs, [question, _with(answer, words)])])
    if not place:
        return write([_with(found.element, words)])
    quotes = [(line, span) for line in _lines(found.element) for span in _quotes(_on_one_line(line))]
    line, (start, end) = quotes[place - 1]
    text = _on_one_line(line)
    made = _set(line, f"{text[:start]}{' '.join(words.split())}{text[end:]}")
    return write([_exchanged(found.element, {id(line): made})])


def _said(block: Block, number: int) -> Iterator[Passage]:
    if block.kind is BlockKind.QA:
        question, answer = question_and_answer(block.element)
        if words := _whole(answer):
            speaker = answer.attrs.get("data-speaker", "")
            yield Passage(block.id, number, 0, speaker, text_of([question]), words)
    elif block.kind is BlockKind.QUOTE:
        if words := _whole(block.element):
            yield Passage(block.id, number, 0, "", "", words)
    elif block.kind in _RUNNING:
        place = 0
        for text in map(_on_one_line, _lines(block.element)):
            for start, end in _quotes(text):
                place += 1
                if words_in(text[start:end]) >= FEWEST:
                    yield Passage(block.id, number, place, "", _around(text, start, end), text[start:end])


def _whole(element: Element) -> str:
    return "\n\n".join(filter(None, map(_text, _lines(element))))


def _lines(element: Element) -> list[Element]:
    """Return the paragraphs and items of a block, or the block itself where it has none."""
    inner = [one for one in walk(element.children) if one.tag in _LINES]
    return [one for one in inner if not any(below.tag in _LINES for below in walk(one.children))] or [element]


def _text(line: Element) -> str:
    """Return the words of a line without its notes."""
    shown = ("\n" if word.text == BREAK else word.space + word.text for word in words_of([line]) if not _note(word))
    return "".join(shown).strip()


def _on_one_line(line: Element) -> str:
    return " ".join(_text(line).split())


def _quotes(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands in quotation marks, from where to where, without the marks."""
    start = -1
    for index, character in enumerate(text):
        if start < 0 and character in OPENING:
            start = index + 1
        elif start >= 0 and character in CLOSING:
            yield start, index
            start = -1
    if 0 <= start < len(text):
        yield start, len(text)


def _around(text: str, start: int, end: int) -> str:
    """Return the sentences in which some words stand, and nothing else of their paragraph."""
    at, found = 0, []
    for sentence in sentences_in(text):
        at = text.find(sentence, at)
        if at < end and at + len(sentence) > start:
            found.append(sentence)
        at += len(sentence)
    return " ".join(found)


def _with(container: Element, words: str) -> Element:
    """Return an answer or a quote that says something else, paragraph by paragraph."""
    lines = _lines(container)
    has_breaks = any("\n" in _text(line) for line in lines)
    parts = words.split("\n\n") if has_breaks else words.split("\n")
    wanted = [part.strip() for part in parts if part.strip()]
    if len(wanted) == len(lines):
        return _exchanged(container, {id(old): _set(old, new) for old, new in zip(lines, wanted, strict=True)})
    if any(line.tag != "p" for line in lines):
        return Element(container.tag, container.attrs, [_set(Element("p"), text) for text in wanted])
    shown: list[Node] = []
    matcher = SequenceMatcher(None, [_text(line) for line in lines], wanted, autojunk=False)
    for _, i, next_i, j, next_j in matcher.get_opcodes():
        spare = [*lines[i:next_i], *(Element("p") for _ in range(next_j - j))]
        shown += [_set(old, new) for old, new in zip(spare, wanted[j:next_j], strict=False)]
    return Element(container.tag, container.attrs, shown)


def _set(line: Element, text: str) -> Element:
    """Return a line with another text: words that stay keep how they are set, and notes stay where they were."""
    old, new = words_of([line]), list(_words(text))
    if _text(line) == text:
        return line
    kept: list[Word] = []
    matcher = SequenceMatcher(
        None, [(w.text, _note(w)) for w in old], [(w.text, "") for w in new], autojunk=False
    )  # fmt: skip
    for tag, i, next_i, j, next_j in matcher.get_opcodes():
        if tag == "equal":
            kept += [was._replace(space=now.space) for was, now in zip(old[i:next_i], new[j:next_j], strict=True)]
        else:
            kept += [*new[j:next_j], *(word for word in old[i:next_i] if _note(word))]
    return Element(line.tag, line.attrs, _nodes(kept))


def _words(text: str) -> Iterator[Word]:
    for number, part in enumerate(text.split("\n")):
        if number:
            yield Word(BREAK)
        yield from (word for word in split_text(part, (), in_code=False) if word.text)


def _nodes(words: Sequence[Word]) -> list[Node]:
    """Return the tree of some words, each run of the same formatting in elements of its own."""
    found: list[Node] = []
    for formats, run in groupby(words, key=lambda word: tuple(one for one in word.formats if one.tag != NOTE)):
        first, *rest = run
        inner = [*_leaf(first._replace(space="")), *(node for word in rest for node in _leaf(word))]
        for one in reversed(formats):
            inner = [Element(one.tag, _attributes(one), inner)]
        found += [first.space, *inner]
    return _joined(found)


def _leaf(word: Word) -> list[Node]:
    if note := _note(word):
        return [word.space, Element("span", {"class": "footnote", "data-note": note})]
    return [Element("br")] if word.text == BREAK else [word.space + word.text]


def _joined(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes with neighbouring texts as one."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element):
            node.children = _joined(node.children)
            found.append(node)
        elif found and isinstance(found[-1], str):
            found[-1] += node
        elif node:
            found.append(node)
    return found


def _attributes(format: Format) -> dict[str, str]:
    return {"href": format.value} if format.tag == "a" else {}


def _note(word: Word) -> str:
    """Return what a word says that is a footnote, '' for any other."""
    return word.formats[-1].value if word.formats and word.formats[-1].tag == NOTE else ""


def _exchanged(element: Element, others: Mapping[int, Element]) -> Element:
    """Return a tree with some of its elements exchanged; the tree itself is only read."""
    if id(element) in others:
        return others[id(element)]
    children = [_exchanged(node, others) if isinstance(node, Element) else node for node in element.children]
    return Element(element.tag, element.attrs, children)
