"""Gives any tree the shape of a body: blocks at the top, and in each of them only what it may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cms.core.html import inline, rules
from cms.core.html.inline import Marks, Run
from cms.core.html.loose import STYLED
from cms.core.html.tree import BREAKING, Element, Node, text_of, walk

BODY = rules.BLOCKS
ANSWER = BODY - {"section"}
FLOW = ANSWER - {"aside"}
# List items and cells hold what reads well in a narrow column, and no table stands in a table.
ITEM = frozenset({"p", "ul", "ol", "blockquote", "pre"})
# Titles and captions: one line of text.
LINE: frozenset[str] = frozenset()
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n\s*")


def shape(nodes: Iterable[Node]) -> list[Element]:
    """Return the blocks that the nodes make."""
    return _Flow(BODY).of(_parted(nodes))


def _parted(nodes: Iterable[Node]) -> Iterator[Node]:
    """Let an empty line between loose words begin a paragraph: who writes without marks means one."""
    for node in nodes:
        first, *rest = _EMPTY_LINE.split(node) if isinstance(node, str) else (node,)
        yield first
        for words in rest:
            yield Element("p")
            yield words


class _Flow:
    """The blocks of one place, and the run of text that is on its way to become one."""

    def __init__(self, place: frozenset[str], outer: _Flow | None = None) -> None:
        self.place = place
        self.blocks: list[Element] = []
        # Pictures from where none can stand wait for the end of the block that they were in.
        self.waiting: list[Element] = outer.waiting if outer and "figure" not in place else []
        self._run: Run = []
        self._id: dict[str, str] = {}

    def of(self, nodes: Iterable[Node], marks: Marks = ()) -> list[Element]:
        """Return the blocks that the nodes make here."""
        self.walk(nodes, marks)
        self.flush()
        return self.blocks

    def walk(self, nodes: Iterable[Node], marks: Marks) -> None:
        """Take in the nodes one after the other."""
        for node in nodes:
            if isinstance(node, str):
                self._run.append((node, marks))
            elif node.tag == "br":
                self._run.append((Element("br"), marks))
            elif node.tag == "img":
                self.image(node, marks)
            elif node.tag == "span":
                self._span(node, marks)
            elif node.tag in rules.INLINE:
                self.walk(node.children, inline.with_mark(marks, node))
            else:
                self.flush()
                self._block(node, marks)
                self.flush()
                if "figure" in self.place:
                    self.blocks.extend(self.waiting)
                    self.waiting.clear()

    def flush(self) -> None:
        """Make a paragraph of the text so far."""
        run, self._run = self._run, []
        if inline.is_blank(run):
            return
        self.blocks.append(Element("p", self._id, inline.build(inline.tidy(run))))
        self._id = {}

    def image(self, node: Element, marks: Marks) -> None:
        """Give a picture of ours a figure of its own; of any other, keep the words."""
        attrs = _picture(node)
        if not attrs:
            self._run.append((rules.attribute("img", "alt", node.attrs.get("alt", "")) or "", marks))
        elif "figure" in self.place:
            self.flush()
            self.blocks.append(Element("figure", {}, [Element("img", attrs)]))
        else:
            self.waiting.append(Element("figure", {}, [Element("img", attrs)]))

    def _span(self, node: Element, marks: Marks) -> None:
        note = inline.footnote(node)
        for tag in node.attrs.get(STYLED, "").split():
            marks = inline.with_mark(marks, Element(tag))
        # A note is a point in the text: words inside it stay in front of it, its old number goes.
        if note is None or not inline.is_note_sign(text_of(node.children)):
            self.walk(node.children, marks)
        if note is not None:
            # The note's number will be a link, which cannot be in another.
            self._run.append((note, tuple(mark for mark in marks if mark[0] != "a")))

    def _attrs(self, node: Element, *names: str) -> dict[str, str]:
        """Return those attributes; ids only at the top, where blocks are told apart by them."""
        attrs = rules.attributes(node.tag, node.attrs)
        wanted = (*names, "data-id") if self.place is BODY else names
        return {name: value for name, value in attrs.items() if name in wanted}

    def _block(self, node: Element, marks: Marks) -> None:
        if node.tag not in self.place:
            self._unwrap(node, marks)
            return
        match node.tag:
            case "p":
                self._id = self._attrs(node)
                self.walk(node.children, marks)
                self.flush()
                self._id = {}
            case "h2" | "h3" | "h4":
                self._add_if_filled(Element(node.tag, self._attrs(node), self._line(node.children, marks)))
            case "ul" | "ol":
                self._list(node, marks)
            case "blockquote":
                inner = FLOW if "table" in self.place else ITEM
                quoted = _Flow(inner, self).of(node.children, marks)
                self._add_if_filled(Element("blockquote", self._attrs(node), [*quoted]))
            case "hr":
                self.blocks.append(Element("hr", self._attrs(node)))
            case "pre":
                self._code(node)
            case "figure":
                self._figure(node, marks)
            case "table":
                self._table(node, marks)
            case "section":
                self._question(node, marks)
            case "aside":
                self._aside(node, marks)

    def _unwrap(self, node: Element, marks: Marks) -> None:
        if node.tag == "figure":
            self._figure(node, marks)
        elif node.tag in rules.HEADINGS and self.place:
            self.walk(node.children, inline.with_mark(marks, Element("strong")))
        else:
            self.walk(node.children, marks)

    def _add_if_filled(self, block: Element) -> None:
        if block.children:
            self.blocks.append(block)

    def _line(self, nodes: Iterable[Node], marks: Marks = ()) -> list[Node]:
        return _Line(LINE, self).text(nodes, marks)

    def _list(self, node: Element, marks: Marks) -> None:
        items: list[Element] = []
        for child in node.children:
            if isinstance(child, str) and not child.strip():
                continue
            belongs_to_item = isinstance(child, Element) and child.tag in ("ul", "ol")
            inside = child.children if isinstance(child, Element) and child.tag == "li" else [child]
            content = self._item(inside, marks)
            if belongs_to_item and items:
                items[-1].children.extend(content)
            elif content:
                items.append(Element("li", {}, content))
        attrs = self._attrs(node, "start")
        if attrs.get("start") == "1":
            del attrs["start"]
        self._add_if_filled(Element(node.tag, attrs, [*items]))

    def _item(self, nodes: Iterable[Node], marks: Marks) -> list[Node]:
        """Return what an item or a cell holds; its text is bare where it is one paragraph, with or without lists."""
        blocks = _Flow(ITEM, self).of(nodes, marks)
        if not blocks or blocks[0].tag != "p" or any(block.tag not in ("ul", "ol") for block in blocks[1:]):
            return [*blocks]
        return [*blocks[0].children, *blocks[1:]]

    def _code(self, node: Element) -> None:
        text = _code_text(node.children).strip("\n")
        if text.strip():
            classes = [node.attrs.get("class", ""), *(inner.attrs.get("class", "") for inner in walk(node.children))]
            name = next((name for name in map(rules.language, classes) if name), None)
            self.blocks.append(
                Element("pre", self._attrs(node), [Element("code", {"class": name} if name else {}, [text])])
            )
        pictures = (_picture(inner) for inner in walk(node.children) if inner.tag == "img")
        self.waiting.extend(Element("figure", {}, [Element("img", attrs)]) for attrs in pictures if attrs)

    def _figure(self, node: Element, marks: Marks) -> None:
        inside = list(walk(node.children))
        if any(element.tag in BODY - {"p"} for element in inside):
            self.walk(node.children, marks)
            return
        caption = _Caption(LINE, self).text(node.children, marks)
        for figure in self._figures(node, inside, caption):
            if "figure" in self.place:
                self.blocks.append(figure)
            else:
                self.waiting.append(figure)

    def _figures(self, node: Element, inside: list[Element], caption: list[Node]) -> Iterator[Element]:
        """Yield the embed or the pictures of a figure, the caption with the last; without any, its words."""
        embed = self._attrs(node, "class", "data-provider", "data-key")
        captions: list[Node] = [Element("figcaption", {}, caption)] if caption else []
        is_embed = {"class", "data-provider", "data-key"} <= embed.keys()
        if is_embed:
            yield Element("figure", embed, captions)
            captions = []
        pictures = [attrs for element in inside if element.tag == "img" and (attrs := _picture(element))]
        for number, attrs in enumerate(pictures, start=1):
            last = number == len(pictures)
            first = {} if is_embed or number > 1 else self._attrs(node)
            yield Element("figure", first, [Element("img", attrs), *captions * last])
        if not pictures and not is_embed:
            self._words(inside, caption)

    def _words(self, inside: list[Element], caption: list[Node]) -> None:
        """Keep what was said of pictures that cannot stay."""
        written = text_of(caption)
        for element in inside:
            said = rules.attribute("img", "alt", element.attrs.get("alt", "")) or ""
            if element.tag == "img" and said and said not in written:
                self._run.append((said, ()))
                self.flush()
        self._run.extend(inline.flat(caption))
        self.flush()

    def _table(self, node: Element, marks: Marks) -> None:
        rows: list[Element] = []
        around: list[Node] = []
        for cells in _rows(node, around):
            row = [
                Element(cell.tag, self._attrs(cell, "colspan", "rowspan"), self._item(cell.children, marks))
                for cell in cells
            ]
            if row:
                rows.append(Element("tr", {}, [*row]))
        # What stands in a table but in no cell is shown above it, as browsers do.
        self.walk(around, marks)
        self.flush()
        if any(cell.children for row in rows for cell in row.elements()):
            self.blocks.append(Element("table", self._attrs(node), [Element("tbody", {}, [*rows])]))

    def _question(self, node: Element, marks: Marks) -> None:
        parts = list(_parts(node))
        if "qa" not in self._attrs(node, "class").values() or not any(kind for kind, _ in parts):
            self._unwrap(node, marks)
            return
        attrs = self._attrs(node, "class")
        question: Element | None = None
        answer: Element | None = None
        for kind, part in parts:
            if (answer and kind) or (question and kind == "qa-question"):
                self._add_question(attrs, question, answer)
                attrs, question, answer = {"class": "qa"}, None, None
            if kind == "qa-question":
                question = Element("p", self._spoken(part, kind), self._line(part.children, marks))
            else:
                answer = answer or Element("div", self._spoken(part, "qa-answer"))
                answer.children.extend(_Flow(ANSWER, self).of(part.children, marks))
        self._add_question(attrs, question, answer)

    def _add_question(self, attrs: dict[str, str], question: Element | None, answer: Element | None) -> None:
        question = question or Element("p", {"class": "qa-question"})
        answer = answer or Element("div", {"class": "qa-answer"})
        if question.children or answer.children:
            self.blocks.append(Element("section", attrs, [question, answer]))

    def _spoken(self, part: Element, kind: str) -> dict[str, str]:
        speaker = rules.attribute("p", "data-speaker", part.attrs.get("data-speaker", ""))
        return {"class": kind, "data-speaker": speaker} if speaker else {"class": kind}

    def _aside(self, node: Element, marks: Marks) -> None:
        kind = self._attrs(node, "class").get("class")
        if kind == "pull-quote":
            quote = Element("aside", self._attrs(node, "class", "data-from"), self._line(node.children, marks))
            self._add_if_filled(quote)
        elif kind == "callout":
            attrs = {**self._attrs(node, "class"), **self._attrs(node, "class", "data-kind")}
            attrs.setdefault("data-kind", "note")
            self._add_if_filled(Element("aside", attrs, [*_Flow(FLOW, self).of(node.children, marks)]))
        else:
            self._unwrap(node, marks)


class _Line(_Flow):
    """A place for one line of text: what were blocks are parted by line breaks."""

    def flush(self) -> None:
        while self._run and isinstance(self._run[-1][0], str) and not self._run[-1][0].strip():
            self._run.pop()
        if self._run and not inline.is_break(self._run[-1][0]):
            self._run.append((Element("br"), ()))

    def text(self, nodes: Iterable[Node], marks: Marks) -> list[Node]:
        """Return the line that the nodes make."""
        self.walk(nodes, marks)
        return [] if inline.is_blank(self._run) else inline.build(inline.tidy(self._run))


class _Caption(_Line):
    """The words of a figure, without those of its pictures."""

    def image(self, node: Element, marks: Marks) -> None:
        """Leave the picture to the figure."""


def _picture(node: Element) -> dict[str, str]:
    attrs = rules.attributes("img", node.attrs)
    if "src" not in attrs:
        return {}
    return {"src": attrs.pop("src"), "alt": attrs.pop("alt", ""), **attrs}


def _code_text(nodes: Iterable[Node]) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif node.tag == "br":
            out.append("\n")
        else:
            out.append(_code_text(node.children))
            # Editors' clipboards hold one div for every line of code.
            if node.tag in BREAKING and not out[-1].endswith("\n"):
                out.append("\n")
    return "".join(out)


def _rows(node: Element, around: list[Node]) -> Iterator[list[Element]]:
    """Yield the cells of every row; what is in none of them is added to `around`."""
    bare: list[Element] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag in ("td", "th"):
            bare.append(child)
        elif isinstance(child, Element) and child.tag == "tr":
            yield [cell for cell in child.elements() if cell.tag in ("td", "th")]
            around.extend(inner for inner in child.children if isinstance(inner, str) or inner.tag not in ("td", "th"))
        elif isinstance(child, Element) and child.tag == "tbody":
            yield from _rows(child, around)
        else:
            around.append(child)
    if bare:
        yield bare


def _parts(section: Element) -> Iterator[tuple[str, Element]]:
    """Yield the parts of a question and answer; those that are neither have no kind, and belong to the answer."""
    loose: list[Node] = []
    for child in section.children:
        if isinstance(child, Element) and (kind := _part_kind(child)):
            yield from _loose_part(loose)
            loose = []
            yield kind, child
        else:
            loose.append(child)
    yield from _loose_part(loose)


def _part_kind(child: Element) -> str:
    classes = child.attrs.get("class", "").split()
    return next((name for name in ("qa-question", "qa-answer") if name in classes), "")


def _loose_part(nodes: list[Node]) -> Iterator[tuple[str, Element]]:
    if text_of(nodes).strip() or any(inner.tag == "img" for inner in walk(nodes)):
        yield "", Element("div", {}, nodes)
