"""Builds a tree from any HTML: renames, unwraps and closes as a browser would, never deeper than it can be handled."""

from __future__ import annotations

import re
from collections import Counter

from cms.core.errors import Invalid
from cms.core.html.rules import HEADINGS, INLINE, NAMES, TAGS, VOID
from cms.core.html.tokens import tokens
from cms.core.html.tree import Element, Node

# Word and Google Docs stay below 30; deeper tags are dropped and their text stays.
MAX_DEPTH = 48
# An article of 20,000 words has about 2,000.
MAX_ELEMENTS = 30_000

_RENAMED = {
    "b": "strong",
    "image": "img",
    "h1": "h2",
    **dict.fromkeys(("h5", "h6"), "h4"),
    **dict.fromkeys(("i", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("tt", "samp"), "code"),
    **dict.fromkeys(("xmp", "listing"), "pre"),
    **dict.fromkeys(("dir", "menu"), "ul"),
    **dict.fromkeys(("thead", "tfoot"), "tbody"),
    # They stand apart from what is around them, so their text must not run into it.
    **dict.fromkeys(("article", "header", "footer", "main", "nav", "hgroup", "center", "address", "search"), "div"),
    **dict.fromkeys(("dl", "dt", "dd", "details", "summary", "dialog", "form", "fieldset", "legend"), "div"),
    **dict.fromkeys(("caption", "option", "optgroup", "plaintext", "marquee"), "div"),
}
# Carries the formatting of a style as far as `shape`; no attribute that is sent can have this name.
STYLED = "=styled"
_STYLES = {
    "strong": re.compile(r"(?<![\w-])font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE),
    "em": re.compile(r"(?<![\w-])font-style:\s*italic", re.IGNORECASE),
    "s": re.compile(r"(?<![\w-])text-decoration[a-z-]*:[^;]*line-through", re.IGNORECASE),
}
# Google Docs wraps all it copies in a bold element that says it is not bold.
_LIGHT = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_BLOCKS = TAGS - INLINE - {"img"}
_CELLS = frozenset({"td", "th"})
_REOPENED = frozenset({"strong", "em", "s", "code"})


def read_loose(html: str) -> list[Node]:
    """Return the tree of any HTML, with only the body's own tags in it.

    Raises Invalid where there are more elements than any article has.
    """
    builder = _Builder()
    for token in tokens(html):
        if isinstance(token, str):
            builder.text(token)
        elif tag := _known(token.name):
            if token.closing:
                builder.end(tag)
            else:
                builder.start(*_meant(tag, token.attrs))
    return builder.root.children


def _meant(tag: str, given: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return the tag and its attributes, with the formatting that office programs put into styles."""
    attrs = {name: value for name, value in given.items() if name in NAMES}
    style = given.get("style", "")
    if tag == "strong" and _LIGHT.search(style):
        return "span", {}
    if tag == "span" and style:
        attrs[STYLED] = " ".join(name for name, pattern in _STYLES.items() if pattern.search(style))
    return tag, attrs


def _known(name: str) -> str | None:
    tag = _RENAMED.get(name, name)
    return tag if tag in TAGS else None


class _Builder:
    """The open elements, and the formatting that a closed block cut off and the next one goes on with."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._too_deep: Counter[str] = Counter()
        self._cut_off: list[str] = []
        self._elements = 0

    def text(self, text: str) -> None:
        if self._cut_off and text.strip():
            self._reopen()
        self._open[-1].children.append(text)

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in _BLOCKS:
            self._make_room(tag)
        elif tag == "a":
            self._close_inline("a")
        if tag in INLINE and self._cut_off:
            self._reopen()
        if len(self._open) > MAX_DEPTH and tag not in VOID:
            self._too_deep[tag] += 1
            return
        self._push(tag, attrs)

    def end(self, tag: str) -> None:
        if self._too_deep[tag]:
            self._too_deep[tag] -= 1
        elif tag in VOID:
            # `</br>` is a line break to browsers, and old mails are full of it.
            if tag == "br":
                self._push("br", {})
        elif tag in INLINE:
            if tag in self._cut_off:
                self._cut_off.remove(tag)
            self._close_inline(tag)
        elif not self._close(tag, until=_barrier(tag)) and tag == "p":
            # A lone `</p>` parts what is before it from what follows.
            self._push("p", {})
            self._open.pop()

    def _push(self, tag: str, attrs: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise Invalid(f"The text has more than {MAX_ELEMENTS:,} tags; that is too many for one piece.")
        element = Element(tag, attrs)
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def _make_room(self, tag: str) -> None:
        """Close what cannot hold the block that comes."""
        self._close_inline("p")
        if tag == "li":
            self._close("li", until=frozenset({"ul", "ol"}) | _CELLS)
        elif tag in HEADINGS:
            for heading in HEADINGS:
                self._close_inline(heading)
        elif tag in _CELLS | {"tr", "tbody"}:
            closes = {"tbody": ("td", "th", "tr", "tbody"), "tr": ("td", "th", "tr")}.get(tag, ("td", "th"))
            for part in closes:
                self._close(part, until=frozenset({"table"}))

    def _close_inline(self, tag: str) -> None:
        """Close the element if nothing but inline elements is open inside it."""
        for depth in range(len(self._open) - 1, 0, -1):
            open_tag = self._open[depth].tag
            if open_tag == tag:
                self._pop_to(depth)
                return
            if open_tag not in INLINE:
                return

    def _close(self, tag: str, *, until: frozenset[str]) -> bool:
        """Close the nearest such element, with all that is open inside it; an element of `until` hides it."""
        for depth in range(len(self._open) - 1, 0, -1):
            open_tag = self._open[depth].tag
            if open_tag == tag:
                self._pop_to(depth)
                return True
            if open_tag in until:
                return False
        return False

    def _pop_to(self, depth: int) -> None:
        for element in self._open[depth + 1 :]:
            if element.tag in _REOPENED and element.tag not in self._cut_off:
                self._cut_off.append(element.tag)
        if self._open[depth].tag in _CELLS:
            self._cut_off.clear()
        del self._open[depth:]

    def _reopen(self) -> None:
        tags, self._cut_off = self._cut_off, []
        for tag in tags:
            self._push(tag, {})


def _barrier(tag: str) -> frozenset[str]:
    if tag in ("table", "tbody", "tr", "td", "th"):
        return frozenset({"table"}) if tag != "table" else frozenset()
    return _CELLS | {"ul", "ol"} if tag == "li" else _CELLS
