"""From loose HTML to the body of a piece: headings, links, pictures, alerts, and then the sanitiser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from posixpath import basename
from urllib.parse import unquote, urlsplit

from cms.core.html import Element, Node, clean_body, clean_text, text_of, walk, write
from cms.core.html.loose import read_loose
from cms.transfer.directives import KIND_OF
from cms.transfer.piece import ImageRef

# Where a picture of the import stands until it is stored: the sanitiser lets only addresses of our own through.
WAITING = "/media/import/"
# A place to look for a picture by its address as written; '' where there is none.
Find = Callable[[str], str]

_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>/])", re.IGNORECASE)
_FIRST_HEADING = re.compile(r"\A\s*<h1(?:\s[^>]*)?>(.*?)</h1>", re.IGNORECASE | re.DOTALL)
_RENAMED = (
    (re.compile(r"<(/?)(?:del|strike)(?=[\s>])", re.IGNORECASE), r"<\1s"),
    (re.compile(r"<(?:dt|summary)(?:\s[^<>]*)?>", re.IGNORECASE), "<p><strong>"),
    (re.compile(r"</(?:dt|summary)>", re.IGNORECASE), "</strong></p>"),
)
_ALERT = re.compile(r"\s*\[!([A-Za-z]+)\][+-]?[ \t]*([^\n]*)\n?")
_ALLOWED_LINK = re.compile(r"https?://|mailto:|/(?![/\\])", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Body:
    """The cleaned body and the pictures in it; those have `WAITING` addresses."""

    html: str
    images: tuple[ImageRef, ...]


def anywhere(source: str) -> str:
    """Take every picture for one that can be found: the answer where there is no folder to look in."""
    return source


def from_loose(html: str, *, title: str, find: Find, warnings: list[str]) -> Body:
    """Return the body that the HTML makes; a first heading that only repeats the title goes."""
    html = _with_shifted_headings(_without_title(html, title))
    for pattern, replacement in _RENAMED:
        html = pattern.sub(replacement, html)
    tree = read_loose(html)
    pictures = _Pictures(find, warnings)
    _mend(tree, pictures, inside_link=False)
    pictures.warn()
    return Body(clean_body(write(tree)), tuple(pictures.kept.values()))


def same_words(one: str, other: str) -> bool:
    """Whether two lines say the same, whatever their signs, spaces and capitals."""
    return _NOT_A_LETTER.sub("", one).casefold() == _NOT_A_LETTER.sub("", other).casefold() != ""


def _without_title(html: str, title: str) -> str:
    first = _FIRST_HEADING.match(html)
    if first and same_words(text_of(read_loose(first[1])), title):
        return html[first.end() :]
    return html


def _with_shifted_headings(html: str) -> str:
    """Move all headings by as much as it takes for the highest to be h2."""
    levels = {int(level) for _, level in _HEADING.findall(html)}
    shift = 2 - min(levels, default=2)
    return _HEADING.sub(lambda tag: f"<{tag[1]}h{min(4, int(tag[2]) + shift)}", html)


# --- the tree


def _mend(nodes: list[Node], pictures: _Pictures, *, inside_link: bool) -> None:
    """Mend links, pictures and alerts in place, the inner ones first."""
    mended: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            mended.append(node)
            continue
        _mend(node.children, pictures, inside_link=inside_link or node.tag == "a")
        if node.tag == "a":
            mended.extend(_link(node))
        elif node.tag == "img":
            mended.extend(pictures.picture(node, inside_link=inside_link))
        elif node.tag == "p":
            mended.extend(_paragraphs(node))
        elif node.tag == "blockquote":
            mended.append(_alert(node))
        else:
            mended.append(node)
    nodes[:] = mended


def _link(node: Element) -> list[Node]:
    address = node.attrs.get("href", "").strip()
    if address.startswith("//"):
        address = f"https:{address}"
    if not _ALLOWED_LINK.match(address):
        return node.children
    return [Element("a", {"href": address}, node.children)]


def _paragraphs(node: Element) -> Iterable[Node]:
    """Part a paragraph at double line breaks, and make a figure of a picture with nothing but a line in italics."""
    parts: list[Element] = [Element("p", node.attrs)]
    breaks: list[Node] = []
    for child in node.children:
        if (isinstance(child, Element) and child.tag == "br") or (
            breaks and isinstance(child, str) and not child.strip()
        ):
            breaks.append(child)
            continue
        if sum(isinstance(one, Element) for one in breaks) > 1:
            parts.append(Element("p"))
        else:
            parts[-1].children.extend(breaks)
        breaks = []
        parts[-1].children.append(child)
    return [_captioned(part) for part in parts]


def _captioned(paragraph: Element) -> Element:
    seen = [child for child in paragraph.children if not isinstance(child, str) or child.strip()]
    elements = [child for child in seen if isinstance(child, Element) and child.tag != "br"]
    if len(elements) != 2 or any(isinstance(child, str) for child in seen):
        return paragraph
    picture, words = elements
    if words.tag not in ("em", "i") or any(inner.tag == "img" for inner in walk([words])):
        return paragraph
    image = next((inner for inner in walk([picture]) if inner.tag == "img"), None)
    if image is None or text_of([picture]).strip():
        return paragraph
    return Element("figure", {}, [image, Element("figcaption", {}, words.children)])


def _alert(quote: Element) -> Element:
    """Make a callout of a quotation that begins with `[!NOTE]`, as GitHub and Obsidian write it."""
    first = next((child for child in quote.children if isinstance(child, Element)), None)
    if first is None or first.tag != "p" or not first.children or not isinstance(first.children[0], str):
        return quote
    found = _ALERT.match(first.children[0])
    kind = KIND_OF.get(found[1].lower()) if found else None
    if found is None or kind is None:
        return quote
    heading: list[Node] = [Element("p", {}, [Element("strong", {}, [found[2].strip()])])] if found[2].strip() else []
    first.children[0] = first.children[0][found.end() :]
    return Element("aside", {"class": "callout", "data-kind": kind}, [*heading, *quote.children])


class _Pictures:
    """Decides what becomes of every picture, and remembers those that stay."""

    def __init__(self, find: Find, warnings: list[str]) -> None:
        self.kept: dict[str, ImageRef] = {}
        self._find = find
        self._warnings = warnings
        self._missing: dict[str, None] = {}

    def picture(self, node: Element, *, inside_link: bool) -> list[Node]:
        """Return the picture with its address of waiting, or a link in its place, or nothing where it was not found."""
        source = node.attrs.get("src", "").strip()
        alt = clean_text(node.attrs.get("alt", ""))
        if _REMOTE.match(source):
            # Other sites' pictures would tell them who reads what.
            words: list[Node] = [alt or unquote(basename(_path(source))) or "Picture"]
            address = f"https:{source}" if source.startswith("//") else source
            return words if inside_link else [Element("a", {"href": address}, words)]
        found = "" if not source or _SCHEME.match(source) else self._find(source)
        if not found:
            # Its alternative was never seen on the page, so in the text it would be a foreign body; captions stay.
            self._missing[source[:120]] = None
            return []
        known = self.kept.get(found)
        if known is None:
            known = self.kept[found] = ImageRef(found, alt, f"{WAITING}{len(self.kept)}")
        return [Element("img", {"src": known.address, "alt": alt})]

    def warn(self) -> None:
        """Say once which pictures were not found."""
        if self._missing:
            shown = ", ".join(source or "(no address)" for source in list(self._missing)[:5])
            more = f" and {len(self._missing) - 5} more" if len(self._missing) > 5 else ""
            self._warnings.append(
                f"These pictures were not found and left out; their captions were kept: {shown}{more}."
            )


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
