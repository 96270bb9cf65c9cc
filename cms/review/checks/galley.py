"""Rules about the rendered galley: whether everybody can find their way in what readers will get.

They look at the tree that the published page is written from, not at what was typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cms.core.html import Element, text_of, walk
from cms.review.checks.draft import Draft, Finding, Rule
from cms.vocabulary import Level

GROUP = "Accessibility of the galley"
#: Anchors that the page around the text has.
PAGE = frozenset({"main", "contents", "top"})


class Headings(Rule):
    name, title, group, default = "headings", "Headings out of order", GROUP, Level.WARN
    about = "Screen readers jump from heading to heading: none is left out, none is empty, no two say the same."

    def find(self, draft: Draft) -> Iterator[Finding]:
        above = 1  # the headline is the page's h1
        seen: Counter[str] = Counter()
        for element in draft.galley:
            if element.tag not in ("h2", "h3", "h4"):
                continue
            place, level = element.attrs.get("data-id", ""), int(element.tag[1])
            words = " ".join(text_of([element]).split())
            if not words:
                yield Finding("A heading is empty.", place)
                continue
            if level > above + 1:
                yield Finding(f"“{_short(words)}” skips a level: the heading above it is two steps higher.", place)
            above = level
            seen[words.casefold()] += 1
            if seen[words.casefold()] == 2:
                yield Finding(f"“{_short(words)}” is the heading of two places.", place)


class LinkNames(Rule):
    name, title, group, default = "link_names", "Link or picture without a name", GROUP, Level.WARN
    about = "What can be reached by keyboard says where it leads, and no picture is read out by its file name."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for place, element in _inside(draft):
            if element.tag == "a" and not (text_of([element]).strip() or element.attrs.get("aria-label")):
                yield Finding("A link has no words.", place)
            elif element.tag == "img" and "alt" not in element.attrs:
                yield Finding("A picture would be read out by its file name.", place)


class TableHeaders(Rule):
    name, title, group, default = "table_headers", "Table without headers", GROUP, Level.WARN
    about = "A cell is announced with the header of its column or row; without one a table is a heap of numbers."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for place, element in _inside(draft):
            if element.tag != "table":
                continue
            cells = [cell for cell in walk(element.children) if cell.tag in ("th", "td")]
            headers = [cell for cell in cells if cell.tag == "th"]
            if cells and not headers:
                yield Finding("A table has no header cells.", place)
            elif any(not text_of([cell]).strip() for cell in headers[1:]):
                yield Finding("A header cell of a table is empty.", place)


class Anchors(Rule):
    name, title, group, default = "anchors", "Places that cannot be reached", GROUP, Level.WARN
    about = "Links within the page lead to something, and no two places have the same name."

    def find(self, draft: Draft) -> Iterator[Finding]:
        ids = Counter(element.attrs["id"] for element in walk(draft.galley) if "id" in element.attrs)
        for place, element in _inside(draft):
            if ids[element.attrs.get("id", "")] > 1:
                yield Finding(f"Two places of the page are called “{element.attrs['id']}”.", place)
            target = element.attrs.get("href", "") if element.tag == "a" else ""
            if target.startswith("#") and target != "#" and target[1:] not in ids.keys() | PAGE:
                yield Finding(f"A link leads to “{target}”, which is nowhere in this text.", place)


class Embeds(Rule):
    name, title, group, default = "embeds", "Embed without a way to it", GROUP, Level.WARN
    about = "An embed always has a plain link too, for those whose browser does not show it."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for element in draft.galley:
            if element.attrs.get("class") == "embed" and not any(part.tag == "a" for part in walk([element])):
                yield Finding("This embed leads nowhere: its address is not one of its provider.", _place(element))


class OtherScripts(Rule):
    name, title, group, default = "other_scripts", "Block in another script", GROUP, Level.SHOWN
    about = (
        "Screen readers pronounce everything in the language of the piece; what is mostly in another script is named."
    )

    def find(self, draft: Draft) -> Iterator[Finding]:
        if draft.language.partition("-")[0].lower() not in _LATIN:
            return
        for element in draft.galley:
            if element.tag == "pre":
                continue
            text = text_of([element])
            others = len(_OTHER.findall(text))
            if others > 3 and others * 2 > sum(map(str.isalpha, text)):
                yield Finding("This is mostly in another script than the language of the piece.", _place(element))


#: Languages written in Latin letters that a magazine of this kind is likely to be in.
_LATIN = frozenset("ca cs da de en es et eu fi fr ga hr hu is it lt lv nb nl nn no pl pt ro sk sl sv tr".split())
_OTHER = re.compile(r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufdff]")


def _inside(draft: Draft) -> Iterator[tuple[str, Element]]:
    """Yield every element of the galley with the id of its block."""
    for top in draft.galley:
        place = _place(top)
        for element in walk([top]):
            yield place, element


def _place(top: Element) -> str:
    """Return the id of the block that a part of the galley comes from; the notes at its foot have none."""
    return next((element.attrs["data-id"] for element in walk([top]) if "data-id" in element.attrs), "")


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59].rstrip() + "…"


RULES: tuple[Rule, ...] = (Headings(), LinkNames(), TableHeaders(), Anchors(), Embeds(), OtherScripts())
