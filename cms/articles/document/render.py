"""The published prose: the body with anchors, coloured code, numbered notes, and links that say nothing of the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

from cms.articles.document import embeds
from cms.articles.document.blocks import Block, BlockKind, parse
from cms.articles.document.reading import Heading, anchors, contents_of, levels, question_and_answer
from cms.core.html import Element, Node, clean_body, text_of, write
from cms.language import nearest

# Pygments is quadratic on some input: 6,000 empty lines of C took 2.6 s, and of reStructuredText more than 4. So long
# listings stay plain, and so does what has cost a listing, or a whole piece, more processor time than this.
LONGEST_COLOURED = 10_000
SECONDS_A_LISTING = 0.5
SECONDS_A_PIECE = 2.0
_EXTERNAL = re.compile(r"https?:", re.IGNORECASE)
# Pygments gives spaces a class of their own; nothing can be seen of it.
_UNSEEN = frozenset({"", "w"})
# How wide a figure stands: the reading measure, and the whole screen where that is narrower.
SIZES = "(width >= 42rem) 39rem, 100vw"
Picture = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a page needs of a body; both pieces of HTML are built from cleaned input only, and safe to show."""

    html: str
    contents: tuple[Heading, ...]
    notes: str
    scripts_needed: bool = False


def render_prose(
    html: str,
    *,
    language: str = "en",
    speakers: Mapping[str, str] | None = None,
    pictures: Mapping[int, Picture] | None = None,
) -> Rendered:
    """Return the body as readers get it.

    `language` is that of the piece: what we say in its midst is said in the same. `speakers` gives the names to show
    for those that the body has, `pictures` what the library has of its figures now, by number (as
    `media.queries.picture` returns it); one that it lacks is shown as the body has it.
    """
    # Whatever the rules were when it was stored, what readers get passed those of today.
    blocks = parse(clean_body(html))
    prose = _Prose(anchors(blocks), speakers or {}, pictures or {}, say=nearest(language).text)
    shown = write(prose.block(block, level) for block, level in zip(blocks, levels(blocks), strict=True))
    return Rendered(shown, tuple(contents_of(blocks)), prose.notes())


def proof(blocks: Sequence[Block]) -> tuple[Element, ...]:
    """Return the tree that the prose of these blocks is written from, notes included, with its code uncoloured.

    For looking at what readers will get, as often as somebody types; it is never shown.
    """
    prose = _Prose(anchors(blocks), {}, {}, say=nearest("en").text, is_coloured=False)
    shown = [prose.block(block) for block in blocks]
    return (*shown, *prose.list_of_notes())


class _Prose:
    """Renders block after block, and counts what has numbers."""

    def __init__(
        self,
        anchors: Mapping[str, str],
        speakers: Mapping[str, str],
        pictures: Mapping[int, Picture],
        *,
        say: Callable[..., str],
        is_coloured: bool = True,
    ) -> None:
        self._say = say
        self._is_coloured = is_coloured
        self._anchors = anchors
        self._speakers = speakers
        self._pictures = pictures
        self._notes: list[str] = []
        self._tables = 0
        self._listings = 0
        self._heard: dict[str, str] = {}
        self._after_question = False
        self._seconds_left = SECONDS_A_PIECE

    def block(self, block: Block, level: int = 0) -> Element:
        """Return the block as it is shown; with `level`, a title on that level."""
        if block.kind is BlockKind.QA:
            return self._conversation(block)
        self._after_question = False
        if block.kind is BlockKind.EMBED:
            return self._embed(block.element)
        shown = self._element(block.element)
        if level:
            shown.tag = f"h{level}"
        if block.id in self._anchors:
            shown.attrs = {"id": self._anchors[block.id], **shown.attrs}
        return shown

    def notes(self) -> str:
        """Return the list of notes for the foot of the article, '' without any."""
        return write(self.list_of_notes())

    def list_of_notes(self) -> list[Element]:
        """Return that list as a tree, if there are any notes."""
        if not self._notes:
            return []
        _ = self._say
        items = [
            Element("li", {"id": f"fn{number}"}, [f"{note} ", _link(f"#ref{number}", _("Back to the text"), _("Back"))])
            for number, note in enumerate(self._notes, start=1)
        ]
        return [Element("section", {"class": "notes", "aria-label": _("Footnotes")}, [Element("ol", {}, [*items])])]

    def _element(self, element: Element) -> Element:
        if element.tag == "pre":
            return self._listing(element)
        if element.tag == "img":
            return self._picture(element.attrs)
        attrs = dict(element.attrs)
        if element.tag == "a" and _EXTERNAL.match(attrs["href"]):
            attrs["rel"] = "noopener noreferrer"
        shown = Element(element.tag, attrs, self._nodes(element.children))
        if element.tag == "figure":
            self._credit(element, shown)
        if element.tag == "table":
            self._tables += 1
            _ = self._say
            label = {"role": "region", "aria-label": _("Table %(number)s", number=self._tables)}
            return Element("div", {"class": "scroll", "tabindex": "0", **label}, [shown])
        return shown

    def _credit(self, figure: Element, shown: Element) -> None:
        """Print whose picture it is, as the library knows it, unless the caption says so itself."""
        image, *rest = figure.children
        number = image.attrs.get("data-asset", "0") if isinstance(image, Element) else "0"
        credit = self._pictures.get(int(number), {}).get("credit", "")
        if not credit or credit in text_of(rest):
            return
        line = Element("span", {"class": "credit"}, [credit])
        caption = shown.children[-1]
        if isinstance(caption, Element) and caption.tag == "figcaption":
            caption.children += [" ", line]
        else:
            shown.children.append(Element("figcaption", {}, [line]))

    def _picture(self, attrs: Mapping[str, str]) -> Element:
        """Return the picture in every form that the library has of it now, whatever its file was when it was placed."""
        later = {"loading": "lazy", "decoding": "async"}
        shown = self._pictures.get(int(attrs.get("data-asset", "0")))
        if not shown:
            return Element("img", {**attrs, **later})
        size = {"width": str(shown["width"]), "height": str(shown["height"])}
        files = {"src": shown["src"], "srcset": shown["srcset"], "sizes": SIZES}
        image = Element("img", {**attrs, **files, **size, **later})
        sources = [Element("source", {**one, "sizes": SIZES}) for one in shown["sources"]]
        return Element("picture", {}, [*sources, image]) if sources else image

    def _nodes(self, nodes: Sequence[Node]) -> list[Node]:
        shown: list[Node] = []
        for node in nodes:
            if isinstance(node, str):
                shown.append(node)
            elif node.tag == "span":
                shown.extend(self._note(node.attrs["data-note"]))
            else:
                shown.append(self._element(node))
        return shown

    def _note(self, note: str) -> list[Node]:
        self._notes.append(note)
        _, number = self._say, str(len(self._notes))
        link = _link(f"#fn{number}", _("Footnote %(number)s", number=number), number, id=f"ref{number}")
        beside = Element("span", {"class": "sidenote", "aria-hidden": "true"}, [Element("b", {}, [number]), f" {note}"])
        return [Element("span", {"class": "footnote", "data-note": number}, [link]), beside]

    def _conversation(self, block: Block) -> Element:
        question, answer = question_and_answer(block.element)
        before = dict(self._heard)
        parts = [self._spoken(part) for part in (question, answer)]
        follows = self._after_question and self._heard == before
        self._after_question = True
        classes = "qa qa--follow" if follows else "qa"
        attrs = {"class": classes, "id": self._anchors[block.id], "data-id": block.id}
        return Element("section", attrs, [part for part in parts if part.children])

    def _spoken(self, part: Element) -> Element:
        """Return what somebody says, with their name if it was somebody else, in the same part, the last time."""
        shown = Element(part.tag, {"class": part.attrs["class"]}, self._nodes(part.children))
        speaker = part.attrs.get("data-speaker", "")
        if speaker and self._heard.get(part.tag) != speaker:
            self._heard[part.tag] = speaker
            shown.attrs["data-speaker"] = self._speakers.get(speaker, speaker)
        return shown

    def _embed(self, element: Element) -> Element:
        provider, key = element.attrs["data-provider"], element.attrs["data-key"]
        name = embeds.name_of(provider)
        address = embeds.address_of(provider, key)
        shown = Element("figure", {"class": "embed", "data-id": element.attrs["data-id"], "data-provider": provider})
        if address:
            _ = self._say
            link = Element("a", {"href": address, "rel": "noopener noreferrer"}, [_("Open on %(name)s", name=name)])
            shown.children.append(Element("p", {}, [link]))
        shown.children.extend(self._nodes(element.children))
        return shown if shown.children else Element(shown.tag, shown.attrs, [Element("p", {}, [name])])

    def _listing(self, element: Element) -> Element:
        """Return a code listing that the keyboard can scroll, in the colours of its language if that is known."""
        code = next(element.elements())
        text = text_of(code.children)
        lexer = _lexer(code.attrs.get("class", "").removeprefix("language-"))
        shown: list[Node] = [text]
        if lexer and self._is_coloured and len(text) <= LONGEST_COLOURED:
            started = time.thread_time()
            shown = _coloured(text, lexer, until=started + min(SECONDS_A_LISTING, self._seconds_left))
            self._seconds_left -= time.thread_time() - started
        self._listings += 1
        _ = self._say
        label = _("Code %(number)s", number=self._listings) + (f", {lexer.name}" if lexer else "")
        attrs = {**element.attrs, "tabindex": "0", "role": "region", "aria-label": label}
        return Element("pre", attrs, [Element("code", dict(code.attrs), shown)])


def _link(address: str, label: str, text: str, **attrs: str) -> Element:
    return Element("a", {"href": address, **attrs, "aria-label": label}, [text])


def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _coloured(text: str, lexer: Lexer, *, until: float) -> list[Node]:
    nodes: list[Node] = []
    for kind, value in lexer.get_tokens(text):
        if time.thread_time() > until:
            return [text]
        name = _class_of(kind)
        nodes.append(value if name in _UNSEEN else Element("span", {"class": name}, [value]))
    # A language may drop characters that it does not know; the listing is worth more than its colours.
    return nodes if "".join(map(_written, nodes)) == text else [text]


def _class_of(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "")


def _written(node: Node) -> str:
    return node if isinstance(node, str) else text_of([node])
