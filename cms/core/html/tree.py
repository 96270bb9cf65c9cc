"""A small tree for body HTML, with one way of writing it, which bleach and nh3 both leave as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cms.core.html.characters import decoded
from cms.core.html.rules import VOID

BREAKING = frozenset({"p", "h2", "h3", "h4", "li", "blockquote", "pre", "figure", "figcaption", "tr", "td", "th"}) | {
    *("ul", "ol", "table", "tbody", "section", "div", "aside", "hr")
}

# Deeper than anything `shape.py` builds; what is deeper was not written by us, and would exhaust the stack.
MAX_DEPTH = 100

_TAG = re.compile(r'<(?:/([a-z][a-z0-9]*)|([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*))>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
# `source` is in no body: it comes with the pictures of the published prose.
_ENDLESS = VOID | {"source"}
# Stands for the edge of a block while text is gathered: NUL is in no clean text, and blank lines in code must stay.
_BOUNDARY = "\0"
_BOUNDARIES = re.compile("\0+")
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;", '"': "&quot;"})


@dataclass(slots=True)
class Element:
    """One element of a body: its tag, its attributes in the order written, its children."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield the children that are elements."""
        return (child for child in self.children if isinstance(child, Element))


Node = Element | str


class NotCanonical(ValueError):
    """The HTML is not written the way `write` writes it."""


def write(nodes: Iterable[Node]) -> str:
    """Return the nodes as HTML."""
    out: list[str] = []
    for node in nodes:
        _write(node, out)
    return "".join(out)


def read(html: str) -> list[Node]:
    """Return the nodes of HTML that `write` wrote.

    Raises NotCanonical for anything else: this is no parser for what people send (see `loose.py`).
    """
    root = Element("")
    stack = [root]
    position = 0
    for match in _TAG.finditer(html):
        _text(html[position : match.start()], stack[-1])
        position = match.end()
        closing, opening, attributes = match.groups()
        if closing:
            if stack.pop().tag != closing or not stack:
                raise NotCanonical(closing)
            continue
        element = Element(opening, {name: decoded(value) for name, value in _ATTRIBUTE.findall(attributes)})
        stack[-1].children.append(element)
        if opening not in _ENDLESS:
            stack.append(element)
            if len(stack) > MAX_DEPTH:
                raise NotCanonical(opening)
    _text(html[position:], stack[-1])
    if len(stack) != 1:
        raise NotCanonical(stack[-1].tag)
    return root.children


def text_of(nodes: Iterable[Node]) -> str:
    """Return the words of the nodes: a line for every block, item and cell, and for every line break."""
    out: list[str] = []
    for node in nodes:
        _gather(node, out)
    return _BOUNDARIES.sub("\n", "".join(out).strip(_BOUNDARY))


def walk(nodes: Iterable[Node]) -> Iterator[Element]:
    """Yield every element in document order."""
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from walk(node.children)


def _write(node: Node, out: list[str]) -> None:
    if isinstance(node, str):
        out.append(node.translate(_TEXT))
        return
    attributes = "".join(f' {name}="{value.translate(_VALUE)}"' for name, value in node.attrs.items())
    out.append(f"<{node.tag}{attributes}>")
    for child in node.children:
        _write(child, out)
    if node.tag not in _ENDLESS:
        out.append(f"</{node.tag}>")


def _text(raw: str, parent: Element) -> None:
    if "<" in raw or ">" in raw:
        raise NotCanonical(raw[:40])
    if raw:
        parent.children.append(decoded(raw))


def _gather(node: Node, out: list[str]) -> None:
    if isinstance(node, str):
        out.append(node)
        return
    if node.tag == "br":
        out.append("\n")
        return
    breaking = node.tag in BREAKING
    if breaking:
        out.append(_BOUNDARY)
    for child in node.children:
        _gather(child, out)
    if breaking:
        out.append(_BOUNDARY)
