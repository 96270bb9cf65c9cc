"""Changes of a block's words, one by one: which there are, the block with some of them, and two people's joined.

A block is read as its build (elements, attributes) with runs of words in it. Where two blocks have the same build,
every changed stretch of words is a change of its own; where they have not, the block changed as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from cms.articles.document.blocks import Block, normalise, parse
from cms.core.html import Element, Node, write

_INLINE = frozenset({"strong", "em", "s", "code", "a", "sub", "sup", "kbd", "br", "span"})
_LEAVES = frozenset({"br", "span"})
_TOKEN = re.compile(r"\s+|\w+(?:['\u2019.,\-]\w+)*|[^\w\s]")
# Above this product of lengths, very common words are not used to align.
_MANY = 4_000_000
#: Words, signs and spaces that are shown on both sides of a change.
AROUND = 10

_Style = tuple[str, tuple[tuple[str, str], ...]]


class _Token(NamedTuple):
    """A word, a sign, a space, or what stands for one (a line break, a note), and how it is set."""

    text: str
    styles: tuple[_Style, ...]
    leaf: str = ""


_Run = tuple[_Token, ...]


@dataclass(frozen=True, slots=True)
class Single:
    """One stretch of words that is different: in which run of the block, from where to where, and what comes there."""

    run: int
    start: int
    end: int
    new: _Run

    def touches(self, other: Single) -> bool:
        """Tell whether both are about the same words, or about words right beside each other."""
        return self.run == other.run and self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class _Read:
    """A block taken apart; `build` is the same for two blocks that differ in words alone."""

    build: str
    runs: tuple[_Run, ...]


def singles(old: str, new: str) -> tuple[Single, ...]:
    """Return the changes of words that make the new block of the old one; none where it changed as a whole."""
    before, after = _read(old), _read(new)
    if before is None or after is None or before.build != after.build:
        return ()
    pairs = enumerate(zip(before.runs, after.runs, strict=True))
    return tuple(single for number, (was, now) in pairs for single in _edits(number, was, now))


def picked(old: str, new: str, picks: Collection[int]) -> str | None:
    """Return the old block with only some of its changes made, by their numbers; None where that cannot be."""
    found = singles(old, new)
    if len(set(picks)) == max(1, len(found)):
        return new
    if not found or not set(picks) <= set(range(len(found))):
        return None
    return _made(old, [found[number] for number in sorted(picks)]) if picks else old


def joined(base: str, mine: str, theirs: str) -> str | None:
    """Return a block with both sides' changes of its words; None where both changed the same, or more than words."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    ours, others = singles(base, mine), singles(base, theirs)
    if not ours or not others:
        return None
    # What both did alike is done once; anything else that meets only a person can settle.
    if any(one.touches(other) and one != other for one in ours for other in others):
        return None
    return _made(base, sorted({*ours, *others}, key=lambda one: (one.run, one.start)))


def apart(base: str, mine: str, theirs: str) -> bool:
    """Tell whether both sides changed words of a block, and nowhere the same."""
    ours, others = singles(base, mine), singles(base, theirs)
    return bool(ours and others) and not any(one.touches(other) for one in ours for other in others)


@dataclass(frozen=True, slots=True)
class Swap:
    """One change of words to be read: what goes, what comes, and a little of what stands on both sides."""

    before: str
    old: str
    new: str
    after: str


def swaps(old: str, new: str) -> tuple[Swap, ...]:
    """Return the changes of words between two versions of a block, each within its surroundings."""
    found, known = singles(old, new), _read(old)
    if known is None:
        return ()
    made = []
    for single in found:
        run = known.runs[single.run]
        start, end = max(0, single.start - AROUND), single.end + AROUND
        before, after = _said(run[start : single.start]), _said(run[single.end : end])
        made.append(Swap(
            f"\u2026 {before}" if start and before else before, _said(run[single.start : single.end]),
            _said(single.new), f"{after} \u2026" if end < len(run) and after else after,
        ))  # fmt: skip
    return tuple(made)


def _said(tokens: Sequence[_Token]) -> str:
    return " ".join("".join("*" if token.leaf.startswith("<span") else token.text for token in tokens).split())


def _edits(number: int, old: _Run, new: _Run) -> Iterator[Single]:
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > _MANY)
    waiting: list[int] | None = None
    for tag, i, next_i, j, next_j in matcher.get_opcodes():
        if tag == "equal":
            # Two words in a row are one change, though the space between them stayed.
            if waiting and next_i - i == 1 and old[i].text.isspace() and next_i < len(old) and next_j < len(new):
                waiting[1], waiting[3] = next_i, next_j
                continue
            if waiting:
                yield _single(number, old, new, waiting)
            waiting = None
        elif waiting:
            waiting[1], waiting[3] = next_i, next_j
        else:
            waiting = [i, next_i, j, next_j]
    if waiting:
        yield _single(number, old, new, waiting)


def _single(number: int, old: _Run, new: _Run, at: list[int]) -> Single:
    start, end, first, last = at
    # A space that was only bridged at the end is no part of the change.
    while end > start and last > first and old[end - 1] == new[last - 1]:
        end, last = end - 1, last - 1
    return Single(number, start, end, new[first:last])


def _made(old: str, changes: Sequence[Single]) -> str | None:
    """Return the block with these changes made, as it would be stored; None where nothing of it would be left."""
    before = _read(old)
    assert before is not None, "a block that has changes can be read"
    runs: list[Sequence[_Token]] = list(before.runs)
    for change in reversed(changes):
        run = runs[change.run]
        runs[change.run] = [*run[: change.start], *change.new, *run[change.end :]]
    (block,) = parse(old)
    found = parse(normalise(write([_rebuilt(block.element, iter(runs))])))
    return found[0].html if len(found) == 1 and found[0].id == block.id else None


@lru_cache(maxsize=512)
def _read(html: str) -> _Read | None:
    """Take a block apart; None where it could not be put together again to the letter."""
    blocks: Sequence[Block] = parse(html)
    if len(blocks) != 1:
        return None
    runs: list[_Run] = []
    build = write([_hollowed(blocks[0].element, runs)])
    return _Read(build, tuple(runs)) if write([_rebuilt(blocks[0].element, iter(runs))]) == html else None


def _hollowed(element: Element, runs: list[_Run]) -> Element:
    """Return the element without its words, which are added to the runs."""
    hollow = Element(element.tag, dict(element.attrs))
    for part in _parts(element):
        if isinstance(part, Element):
            hollow.children.append(_hollowed(part, runs))
        else:
            runs.append(tuple(_tokens(part, ())))
            hollow.children.append("\u2022")
    return hollow


def _rebuilt(element: Element, runs: Iterator[Sequence[_Token]]) -> Element:
    """Return the element with the runs in the places of its words."""
    made = Element(element.tag, dict(element.attrs))
    for part in _parts(element):
        if isinstance(part, Element):
            made.children.append(_rebuilt(part, runs))
        else:
            made.children.extend(_nodes(next(runs)))
    return made


def _parts(element: Element) -> Iterator[Element | list[Node]]:
    """Yield the parts of an element: others that have parts of their own, and runs of words, empty where it is."""
    if not element.children and element.tag not in ("img", "hr", "br"):
        yield []
        return
    run: list[Node] = []
    for child in element.children:
        if isinstance(child, str) or (child.tag in _INLINE and element.tag != "pre"):
            run.append(child)
            continue
        if run:
            yield run
            run = []
        yield child
    if run:
        yield run


def _tokens(nodes: Sequence[Node], styles: tuple[_Style, ...]) -> Iterator[_Token]:
    for node in nodes:
        if isinstance(node, str):
            yield from (_Token(text, styles) for text in _TOKEN.findall(node))
        elif node.tag in _LEAVES:
            yield _Token(" " if node.tag == "br" else "*", styles, write([node]))
        else:
            yield from _tokens(node.children, (*styles, (node.tag, tuple(node.attrs.items()))))


def _nodes(tokens: Sequence[_Token]) -> list[Node]:
    """Return the nodes that a run is written as: what is set alike shares its elements."""
    root = Element("")
    open_: list[tuple[_Style, Element]] = []
    for token in tokens:
        shared = 0
        for (style, _), wanted in zip(open_, token.styles, strict=False):
            if style != wanted:
                break
            shared += 1
        del open_[shared:]
        for style in token.styles[shared:]:
            inner = Element(style[0], dict(style[1]))
            (open_[-1][1] if open_ else root).children.append(inner)
            open_.append((style, inner))
        into = (open_[-1][1] if open_ else root).children
        if token.leaf:
            into.append(_leaf(token.leaf))
        elif into and isinstance(into[-1], str):
            into[-1] += token.text
        else:
            into.append(token.text)
    return root.children


def _leaf(html: str) -> Element:
    (block,) = parse(f'<p data-id="leaf">.{html}</p>') if html != "<br>" else (None,)
    if block is None:
        return Element("br")
    found = block.element.children[1]
    assert isinstance(found, Element)
    return found
