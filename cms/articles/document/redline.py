"""Shows changes in the text, with the words that came and went marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cms.articles.document.blocks import Block, BlockKind
from cms.articles.document.diff import Change, ChangeKind
from cms.articles.document.words import (
    BREAK,
    NOTE,
    EditKind,
    Format,
    Word,
    WordEdit,
    formatted,
    has_end,
    is_format,
    is_listing,
    note_of,
    split_text,
    words_of,
)
from cms.core.html import Element, Node, write

# How a word is shown: None as it is, GONE before the next word of the new version.
_INSERTED = "ins"
_DELETED = "del"
_GONE = "gone"
_WHOLE = frozenset({BlockKind.RULE, BlockKind.FIGURE, BlockKind.EMBED})
_ONE_LINE = frozenset({"p", "h2", "h3", "h4", "pre"})


def render_changes(changes: Sequence[Change]) -> str:
    """Return the new version as HTML with `ins` and `del` on words, and what was deleted in its place.

    Every changed block has the class `is-changed` and says in `data-change` what became of it.
    """
    return write(element for change in changes for element in _shown(change))


def _shown(change: Change) -> list[Element]:
    if change.kind is ChangeKind.SAME:
        return [block.element for block in change.new]
    if change.kind is ChangeKind.DELETED:
        return [_marked(_DELETED, block, change) for block in change.old]
    if change.kind is ChangeKind.INSERTED:
        return [_marked(_INSERTED, block, change) for block in change.new]
    if any(detail.name in ("picture", "address", "provider") for detail in change.details):
        return [
            *(_wrapped(_DELETED, block, change) for block in change.old),
            *(_wrapped(_INSERTED, block, change) for block in change.new),
        ]
    if not change.words:
        return [_flagged(block.element, change) for block in change.new]
    redline = _Redline(_states(change.words))
    return [_flagged(redline.block(block.element), change) for block in change.new]


def _marked(mark: str, block: Block, change: Change) -> Element:
    """Return a block that came or went as a whole."""
    if block.kind in _WHOLE:
        return _wrapped(mark, block, change)
    redline = _Redline((word, mark) for word in words_of([block.element]))
    return _flagged(redline.block(block.element), change)


def _wrapped(mark: str, block: Block, change: Change) -> Element:
    return _flagged(Element(mark, {}, [block.element]), change)


def _flagged(element: Element, change: Change) -> Element:
    classes = " ".join(filter(None, (element.attrs.get("class"), "is-changed")))
    return Element(element.tag, {**element.attrs, "class": classes, "data-change": change.kind.value}, element.children)


def _states(edits: Iterable[WordEdit]) -> list[tuple[Word, str | None]]:
    states: list[tuple[Word, str | None]] = []
    for edit in edits:
        if edit.kind is EditKind.KEPT:
            states.extend((word, None) for word in edit.new)
            continue
        states.extend((word, _GONE) for word in edit.old)
        states.extend((word, _INSERTED) for word in edit.new)
    return states


class _Redline:
    """Builds blocks anew, word by word, with the marks that each word has."""

    def __init__(self, states: Iterable[tuple[Word, str | None]]) -> None:
        self._states = list(states)
        self._next = 0
        # Spaces stand in front of words; where the text before ends with one, what was deleted needs none.
        self._after_space = True

    def block(self, element: Element) -> Element:
        """Return the next block; words that went after its last one are shown at its end."""
        shown = Element(element.tag, dict(element.attrs))
        self._children(element, shown, ())
        last: list[Node] = []
        self._gone(last, ())
        self._take()
        if last and last[-1] == " ":
            last.pop()
        if last:
            shown.children.extend(_fitting(element, last))
        return shown

    def _children(self, element: Element, shown: Element, formats: tuple[Format, ...]) -> None:
        for child in element.children:
            if isinstance(child, str):
                for word in split_text(child, formats, in_code=is_listing(element, formats)):
                    self._word(word, shown.children, word.text, formats)
            elif child.tag == "br":
                self._word(Word(BREAK, formats), shown.children, child, formats)
            elif child.tag == "span":
                self._word(note_of(child, formats), shown.children, child, formats)
            else:
                inner = Element(child.tag, dict(child.attrs))
                if not is_format(child, element):
                    self._children(child, inner, formats)
                    if has_end(child):
                        self._gone(inner.children, formats)
                        self._take()
                else:
                    self._children(child, inner, formatted(formats, child))
                if inner.children or not child.children:
                    shown.children.append(inner)

    def _word(self, word: Word, into: list[Node], node: Node, formats: tuple[Format, ...]) -> None:
        if not word.text:
            into.append(word.space)
            self._after_space = True
            return
        self._gone(into, formats)
        mark = self._take()
        if mark is not None and not isinstance(node, str) and node.tag == "span":
            node = _note(word)
        self._append(into, word.space, node, mark)

    def _take(self) -> str | None:
        """Return the mark of the next word of the block that is shown, and step over it."""
        if self._next >= len(self._states):
            return None
        self._next += 1
        return self._states[self._next - 1][1]

    def _gone(self, into: list[Node], formats: tuple[Format, ...]) -> None:
        """Show the words that stood here before."""
        while self._next < len(self._states) and self._states[self._next][1] == _GONE:
            word = self._states[self._next][0]
            self._next += 1
            if word.is_end or word.text == BREAK:
                into.append(" ")
                self._after_space = True
                continue
            node: Node = _note(word) if word.formats and word.formats[-1].tag == NOTE else word.text
            for style in reversed([style for style in word.formats if style not in formats]):
                if style.tag not in (NOTE, "a"):
                    node = Element(style.tag, {}, [node])
            self._append(into, "" if self._after_space else word.space, node, _DELETED)

    def _append(self, into: list[Node], space: str, node: Node, mark: str | None) -> None:
        """Add a word; neighbours with the same mark share one element, with the space between them inside it."""
        self._after_space = False
        last = into[-1] if into else None
        if mark is not None and isinstance(last, Element) and last.tag == mark:
            last.children.extend(filter(None, (space, node)))
            return
        if space:
            into.append(space)
        into.append(node if mark is None else Element(mark, {}, [node]))


def _note(word: Word) -> str:
    return f" [note: {word.formats[-1].value}]"


def _fitting(block: Element, nodes: list[Node]) -> list[Node]:
    """Return the nodes in what the block may hold at its end."""
    if block.tag in _ONE_LINE or "pull-quote" in block.attrs.get("class", ""):
        return nodes
    if block.tag in ("ul", "ol"):
        return [Element("li", {}, nodes)]
    if block.tag == "table":
        return [Element("tbody", {}, [Element("tr", {}, [Element("td", {}, nodes)])])]
    return [Element("figcaption" if block.tag == "figure" else "p", {}, nodes)]
