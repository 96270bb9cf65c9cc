"""Text with its formatting, as a flat run: the form in which nesting is mended and written in one way only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from cms.core.html import rules
from cms.core.html.tree import Element, Node

# One mark is a tag and, for a link, its address.
Mark = tuple[str, str]
Marks = tuple[Mark, ...]
Leaf = str | Element
Run = list[tuple[Leaf, Marks]]

# Outermost first: the same words with the same marks are written in one way only, the editor's own
# (frontend/src/schema/index.ts), so that opening and saving a piece changes nothing.
_NESTING = ("a", "strong", "em", "s", "code", "sub", "sup", "kbd")
_LINE_END = re.compile(r"[ \t]*\n[ \t\n]*")
_END = Element("")
_SPACE = " \t\n"
# What a paragraph of nothing else is empty with: the spacer of word processors, and characters without width.
_BLANK = re.compile("[\\s\xa0\u200b-\u200d\u2060\u00ad]*")
# A note that was exported with its number or star inside: the number is ours to give.
_NOTE_SIGN = re.compile(r"\s*[\[(]?(?:\d{1,3}|[*\u2020\u2021]+|[a-z])[\])]?\s*")


def with_mark(marks: Marks, element: Element) -> Marks:
    """Return the marks with the element's own added, the same ones where it adds nothing."""
    if element.tag == "span":
        return marks
    address = ""
    if element.tag == "a":
        address = rules.link(element.attrs.get("href", "")) or ""
        if not address:
            return marks
    if any(tag == element.tag for tag, _ in marks):
        return marks
    return tuple(sorted((*marks, (element.tag, address)), key=lambda mark: _NESTING.index(mark[0])))


def footnote(element: Element) -> Element | None:
    """Return the note that the span is, or None where it is just a span."""
    attrs = rules.attributes("span", element.attrs)
    return Element("span", attrs) if attrs.get("class") and attrs.get("data-note") else None


def is_note_sign(text: str) -> bool:
    """Tell whether a note's own text is only the sign that stands for it."""
    return not text.strip() or bool(_NOTE_SIGN.fullmatch(text))


def is_blank(run: Run) -> bool:
    """Tell whether a reader would see nothing."""
    return all(_BLANK.fullmatch(leaf) is not None if isinstance(leaf, str) else leaf.tag == "br" for leaf, _ in run)


def tidy(run: Run) -> Run:
    """Return the run as it is written: no line ends in the text, no space or line break at its edges."""
    joined: Run = []
    texts: list[str] = []
    for (leaf, marks), (following, next_marks) in pairwise([*run, (_END, ())]):
        if not isinstance(leaf, str):
            joined.append((leaf, marks))
            continue
        texts.append(leaf)
        if not isinstance(following, str) or next_marks != marks:
            joined.append((_LINE_END.sub(" ", "".join(texts)).replace("\t", " "), marks))
            texts.clear()
    return _trimmed(joined)


def build(run: Run) -> list[Node]:
    """Return the nodes of a tidy run; neighbours share the elements that they have in common."""
    root = Element("")
    stack: list[tuple[Mark, Element]] = [(("", ""), root)]
    for leaf, marks in run:
        shared = 0
        while shared < min(len(marks), len(stack) - 1) and stack[shared + 1][0] == marks[shared]:
            shared += 1
        del stack[shared + 1 :]
        for mark in marks[shared:]:
            element = Element(mark[0], {"href": mark[1]} if mark[1] else {})
            stack[-1][1].children.append(element)
            stack.append((mark, element))
        stack[-1][1].children.append(leaf)
    return root.children


def flat(nodes: Iterable[Node], marks: Marks = ()) -> Run:
    """Return clean inline nodes as a run."""
    run: Run = []
    for node in nodes:
        if isinstance(node, str) or node.tag in ("br", "span"):
            run.append((node, marks))
        else:
            run.extend(flat(node.children, (*marks, (node.tag, node.attrs.get("href", "")))))
    return run


def _trimmed(run: Run) -> Run:
    kept: Run = []
    for leaf, marks in run:
        if isinstance(leaf, str):
            text = leaf.lstrip(_SPACE) if not kept or is_break(kept[-1][0]) else leaf
            if text:
                kept.append((text, marks))
        elif is_break(leaf):
            _drop_spaces(kept)
            if kept:
                kept.append((leaf, marks))
        else:
            kept.append((leaf, marks))
    _drop_spaces(kept)
    while kept and is_break(kept[-1][0]):
        kept.pop()
        _drop_spaces(kept)
    return kept


def _drop_spaces(run: Run) -> None:
    """Take the spaces off the end of the run."""
    while run:
        leaf, marks = run[-1]
        if not isinstance(leaf, str):
            return
        run.pop()
        if text := leaf.rstrip(_SPACE):
            run.append((text, marks))
            return


def is_break(leaf: Leaf) -> bool:
    """Tell whether the leaf is a line break."""
    return isinstance(leaf, Element) and leaf.tag == "br"
