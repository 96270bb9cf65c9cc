"""What changed between two versions of a body, block by block and word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cms.articles.document.align import Link, align, without_ids
from cms.articles.document.blocks import Block, BlockKind, parse
from cms.articles.document.words import EditKind, WordEdit, compare_words, words_of
from cms.core.html import Element, walk
from cms.language import N_

LAYOUT = N_("layout")


class ChangeKind(StrEnum):
    """What became of a block."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Detail:
    """Something about a block that is not in its words: the picture, its alternative text, who speaks."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one block, or of several that were one.

    `position` counts from 1 in the new version; for what was deleted it is the block after which it stood, 0 for none.
    """

    kind: ChangeKind
    old: tuple[Block, ...]
    new: tuple[Block, ...]
    position: int
    was_at: int = 0
    words: tuple[WordEdit, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def is_edited(self) -> bool:
        """Tell whether words or details differ, not only the place."""
        return bool(self.details) or any(edit.kind is not EditKind.KEPT for edit in self.words)


def compare(old_html: str, new_html: str) -> list[Change]:
    """Return what became of every block, in the order of the new version, each deletion where the block stood."""
    return compare_blocks(parse(old_html), parse(new_html))


def compare_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[Change]:
    """Return what became of every block of the old version, and where each of the new one came from."""
    links = align(old, new)
    arrived = {link.old[-1]: link.new[-1] + 1 for link in links if link.old and link.new and not link.moved}
    after = 0
    gone_after: dict[int, int] = {}
    for position in range(len(old)):
        gone_after[position] = after
        after = arrived.get(position, after)
    changes = [_change(link, old, new, gone_after) for link in links]
    return sorted(changes, key=lambda change: (change.position, change.kind is ChangeKind.DELETED, change.was_at))


def _change(link: Link, old: Sequence[Block], new: Sequence[Block], gone_after: dict[int, int]) -> Change:
    before, after = tuple(old[i] for i in link.old), tuple(new[j] for j in link.new)
    was_at = link.old[0] + 1 if link.old else 0
    if not after:
        return Change(ChangeKind.DELETED, before, after, gone_after[link.old[0]], was_at, _words(before, after))
    position = link.new[0] + 1
    if not before:
        return Change(ChangeKind.INSERTED, before, after, position, was_at, _words(before, after))
    if len(after) > 1:
        return Change(ChangeKind.SPLIT, before, after, position, was_at, _words(before, after))
    if len(before) > 1:
        return Change(ChangeKind.MERGED, before, after, position, was_at, _words(before, after))
    if without_ids(before[0]) == without_ids(after[0]):
        return Change(ChangeKind.MOVED if link.moved else ChangeKind.SAME, before, after, position, was_at)
    kind = ChangeKind.MOVED if link.moved else ChangeKind.CHANGED
    words = _words(before, after)
    details = _details(before[0], after[0])
    if any(edit.kind is not EditKind.KEPT for edit in words):
        # An item that came or went says all that there is to say about the layout.
        details = tuple(detail for detail in details if detail.name != LAYOUT)
    return Change(kind, before, after, position, was_at, words, details)


def _words(old: Sequence[Block], new: Sequence[Block]) -> tuple[WordEdit, ...]:
    return compare_words(words_of([block.element for block in old]), words_of([block.element for block in new]))


def _details(old: Block, new: Block) -> tuple[Detail, ...]:
    before, after = _facts(old), _facts(new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return tuple(Detail(name, before.get(name, ""), after.get(name, "")) for name in names)


def _facts(block: Block) -> dict[str, str]:
    """Return what a reader gets from the block besides its words."""
    top = block.element
    facts = {"type": _type(block)}
    for element in (top, *walk(top.children)):
        found = {name: element.attrs[attribute] for attribute, name in _NAMES.items() if element.attrs.get(attribute)}
        if element.tag == "code" and block.kind is BlockKind.CODE:
            found[N_("language")] = element.attrs.get("class", "").removeprefix("language-")
        if element.attrs.get("data-speaker"):
            name = N_("questioner") if element.tag == "p" else N_("speaker of the answer")
            found[name] = element.attrs["data-speaker"]
        facts.update(found)
    if block.kind in (BlockKind.TABLE, BlockKind.LIST):
        facts[LAYOUT] = " ".join(filter(None, map(_layout, walk(top.children))))
    return facts


_NAMES = {
    "src": N_("picture"),
    "alt": N_("alternative text"),
    "data-asset": N_("picture file"),
    "data-provider": N_("provider"),
    "data-key": N_("address"),
    "data-kind": N_("kind"),
    "start": N_("first number"),
}
_TYPES = {"h2": N_("section title"), "h3": N_("title of the second level"), "h4": N_("title of the third level")}


def _type(block: Block) -> str:
    if block.kind is BlockKind.LIST:
        return N_("numbered list") if block.element.tag == "ol" else N_("list")
    return _TYPES.get(block.element.tag, block.kind.label)


def _layout(element: Element) -> str:
    spans = [f"{name}{element.attrs[name]}" for name in ("colspan", "rowspan") if name in element.attrs]
    return "".join([element.tag, *spans]) if element.tag in ("td", "th", "tr", "li", "ul", "ol") else ""
