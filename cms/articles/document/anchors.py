"""Where in a text something was said about it: found again by block and quotation, followed through edits, drawn.

Places are counted in letters, by which everything is meant that is no space: how a text is broken into lines, and
which spaces cannot be broken, is no part of what was quoted. The editor's script counts the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from cms.articles.document.blocks import Block, parse
from cms.core.html import Element, Node, write
from cms.core.html.tree import read

#: Letters that are kept on both sides of a quotation, to tell it from its like.
AROUND = 32
# What is quoted without its block is believed only where so many letters say that it is the same.
_TELLING = 12
# What the published page has beside the words of a block: numbers of notes, the notes themselves, credit lines.
_NOT_OF_THE_TEXT = frozenset({"footnote", "sidenote", "credit"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block, or with `quote` some of its words, with what stands before and after them."""

    block_id: str
    quote: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anchor holds in a text: the block with its number from 1, and the letters from `start` to `end`."""

    block: Block
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to be drawn over a text: letters of a block, or with none the whole block, under a name."""

    block_id: str
    start: int
    end: int
    name: str


def find(anchor: Anchor, blocks: Sequence[Block]) -> Place | None:
    """Return where an anchor holds: in its own block first, in any other only where nothing else can be meant."""
    own = next(((number, block) for number, block in enumerate(blocks, 1) if block.id == anchor.block_id), None)
    if not anchor.quote:
        return Place(own[1], own[0], 0, len(letters(own[1].text))) if own else None
    if own and (best := _best(anchor, letters(own[1].text))):
        return Place(own[1], own[0], best[1], best[1] + len(letters(anchor.quote)))
    found = [
        (score, -number, start, block)
        for number, block in enumerate(blocks, 1)
        if (best := _best(anchor, letters(block.text)))
        for score, start in [best]
    ]
    score, number, start, block = max(found, key=lambda one: one[:2], default=(0, 0, 0, None))
    quote = letters(anchor.quote)
    if block is None or len(quote) + score < _TELLING:
        return None
    return Place(block, -number, start, start + len(quote))


def follow(anchor: Anchor, old: Sequence[Block], new: Sequence[Block]) -> Anchor | None:
    """Return the anchor as it holds after an edit, or None where what it was about is gone.

    Words that were changed themselves are followed word by word, as long as some of them are left.
    """
    was = find(anchor, old)
    if was is None or not anchor.quote:
        return _at(find(anchor, new), anchor)
    now = next(((number, block) for number, block in enumerate(new, 1) if block.id == was.block.id), None)
    if now is not None and (span := _carried(was, now[1].text)):
        return at_place(Place(now[1], now[0], *span))
    return _at(find(replace(anchor, block_id=was.block.id), new), anchor)


def at_place(place: Place) -> Anchor:
    """Return the anchor of some words of a block, as they stand there."""
    text, known = place.block.text, letters(place.block.text)
    return Anchor(
        place.block.id,
        words_between(text, place.start, place.end),
        known[max(0, place.start - AROUND) : place.start],
        known[place.end : place.end + AROUND],
    )


def letters(text: str) -> str:
    """Return a text without its spaces."""
    return "".join(text.split())


def words_between(text: str, start: int, end: int) -> str:
    """Return a stretch of text, counted in letters, as it was written."""
    places = [index for index, character in enumerate(text) if not character.isspace()]
    return text[places[start] : places[end - 1] + 1] if start < end <= len(places) else ""


def mark(html: str, marks: Sequence[Mark]) -> str:
    """Return a text as HTML with the marks drawn over it: `mark` elements around words, `data-said` on whole blocks.

    Words that were deleted, as a comparison shows them, are not counted, nor what the published page adds. Only the
    first element of a mark is named by an id (`at-` and its name), so that a link finds it.
    """
    by_block: dict[str, list[Mark]] = {}
    for one in marks:
        by_block.setdefault(one.block_id, []).append(one)
    nodes = read(html)
    for element in _tops(nodes):
        here = by_block.pop(element.attrs.get("data-id", ""), [])
        whole = [one.name for one in here if one.start == one.end]
        if whole:
            element.attrs["data-said"] = " ".join(whole)
        if words := [one for one in here if one.start < one.end]:
            _Pen(words).draw(element)
    return write(nodes)


def quoted_in(quote: str, html: str, block_id: str = "") -> Anchor | None:
    """Return the anchor of words that somebody quotes from a text, in that block or wherever they are first."""
    wanted = letters(quote)
    for number, block in enumerate(parse(html), 1):
        if block_id in ("", block.id) and wanted and (start := letters(block.text).find(wanted)) >= 0:
            return at_place(Place(block, number, start, start + len(wanted)))
    return None


def _at(place: Place | None, anchor: Anchor) -> Anchor | None:
    if place is None:
        return None
    return at_place(place) if anchor.quote else replace(anchor, block_id=place.block.id)


def _best(anchor: Anchor, text: str) -> tuple[int, int] | None:
    """Return where a quotation stands in a text, and how many letters around it are as they were."""
    quote, found = letters(anchor.quote), []
    start = text.find(quote)
    while start >= 0:
        before = _shared(text[:start][::-1], anchor.before[::-1])
        found.append((before + _shared(text[start + len(quote) :], anchor.after), -start))
        start = text.find(quote, start + 1)
    score, place = max(found, default=(-1, 1))
    return (score, -place) if found else None


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _carried(was: Place, text: str) -> tuple[int, int] | None:
    """Return where the letters of a place stand in a later text of its block; None where nothing of them is left."""
    old, new = _words(was.block.text), _words(text)
    matcher = SequenceMatcher(None, [word for word, _, _ in old], [word for word, _, _ in new], autojunk=False)
    kept: list[tuple[int, int]] = []
    inner: list[tuple[int, int]] = []
    for tag, i, next_i, j, next_j in matcher.get_opcodes():
        if tag == "equal":
            for (_, start, end), (_, there, _) in zip(old[i:next_i], new[j:next_j], strict=True):
                low, high = max(start, was.start), min(end, was.end)
                if low < high:
                    kept.append((there + low - start, there + high - start))
        elif tag == "replace" and was.start <= old[i][1] and old[next_i - 1][2] <= was.end:
            inner.append((new[j][1], new[next_j - 1][2]))
    # A changed word counts only beside one that stayed: else it may be about something else altogether.
    if not kept:
        return None
    spans = [*kept, *inner]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _words(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text, each with the letters that it reaches from and to."""
    found, at = [], 0
    for word in text.split():
        found.append((word, at, at + len(word)))
        at += len(word)
    return found


def _tops(nodes: Sequence[Node]) -> Iterator[Element]:
    """Yield the blocks among the nodes, also those that something was put around (a table that scrolls, a change)."""
    for node in nodes:
        if isinstance(node, Element):
            if "data-id" in node.attrs:
                yield node
            elif node.tag != "del":
                yield from _tops(node.children)


class _Pen:
    """Draws marks over one block, letter by letter."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = sorted(marks, key=lambda one: (one.start, -one.end))
        self._named: set[str] = set()
        self._at = 0

    def draw(self, element: Element) -> None:
        children: list[Node] = []
        for child in element.children:
            if isinstance(child, str):
                children.extend(self._drawn(child))
            else:
                if child.tag != "del" and child.attrs.get("class") not in _NOT_OF_THE_TEXT:
                    self.draw(child)
                children.append(child)
        element.children = children

    def _drawn(self, text: str) -> Iterator[Node]:
        """Yield a stretch of text, cut where a mark begins or ends."""
        pieces: list[tuple[tuple[str, ...], str]] = []
        for character in text:
            if character.isspace():
                # A space lies in a mark where the letters on both sides of it do.
                inside = self._over(self._at - 1, self._at + 1)
            else:
                inside = self._over(self._at, self._at + 1)
                self._at += 1
            if pieces and pieces[-1][0] == inside:
                pieces[-1] = inside, pieces[-1][1] + character
            else:
                pieces.append((inside, character))
        for names, piece in pieces:
            yield self._marked(names, piece) if names else piece

    def _over(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(one.name for one in self._marks if one.start <= start and end <= one.end)

    def _marked(self, names: tuple[str, ...], piece: str) -> Element:
        attrs: dict[str, str] = {"class": "anchor", "data-said": " ".join(names)}
        new = [name for name in names if name not in self._named]
        self._named.update(new)
        inner: Node = piece
        for name in new[1:]:
            inner = Element("span", {"id": f"at-{name}"}, [inner])
        return Element("mark", ({"id": f"at-{new[0]}"} if new else {}) | attrs, [inner])
