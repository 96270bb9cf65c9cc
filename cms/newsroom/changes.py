"""What changed between two revisions, told in sentences that lead to their place, and shown in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cms.articles import document
from cms.articles.document import Change
from cms.articles.models import Revision
from cms.core.html import escape
from cms.newsroom.lines import shortened
from cms.vocabulary import CorrectionKind
from cms.web.templating import listed

LONGEST = 120
SHORT = 60  # a field that is no longer is told whole
#: What people call the fields of a revision that are compared as plain text, in the order of the form.
FIELDS = {
    "kind": "kind",
    "headline": "headline",
    "kicker": "kicker",
    "dek": "standfirst",
    "slug": "address",
    "hero_alt": "picture’s alternative text",
    "hero_caption": "picture’s caption",
    "hero_credit": "picture’s credit line",
    "seo_title": "search title",
    "seo_description": "search description",
    "language": "language",
}
#: Those of them that readers read as text.
READ = frozenset({"headline", "kicker", "dek", "hero_alt", "hero_caption"})
_ID = re.compile(r'(<[a-z0-9]+(?: [a-z-]+="[^"<>]*")*? )data-id="([A-Za-z0-9_-]+)"')
_TABLE = re.compile(r"<table( [^<>]*)>.*?</table>", re.DOTALL)
_PLACE = re.compile(r"^Block \d+: ")


@dataclass(frozen=True)
class Said:
    """One sentence on a change; `place` is what it is about in a word, `anchor` leads there, or is ''.

    `risks` are what of it is dangerous to get wrong: a number, a name, a quote.
    """

    place: str
    anchor: str
    text: str
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Two revisions side by side: the sentences, and the newer text with the changes marked.

    It `is_first` where there was no text before: then all of it is new, and marks would tell nothing.
    """

    old: Revision
    new: Revision
    said: tuple[Said, ...]
    html: str
    is_first: bool = False


def compare(old: Revision, new: Revision) -> Compared:
    """Compare everything that readers would see; both have credits, topics and section loaded."""
    if new.body and not document.parse(old.body):
        said = (*_fields(old, new), Said("Text", "", "All of it is new."))
        return Compared(old, new, said, anchored(new.body), is_first=True)
    changes = document.compare(old.body, new.body)
    return Compared(old, new, (*_fields(old, new), *_blocks(changes)), anchored(document.render_changes(changes)))


def anchored(html: str) -> str:
    """Give every block of a clean text, changes marked or not, an anchor: `b-` and its id, each once.

    Code and tables may be wider than the page: they scroll, by keyboard too.
    """
    seen: set[str] = set()

    def with_anchor(found: re.Match[str]) -> str:
        if found[2] in seen:
            return found[0]
        seen.add(found[2])
        reached = 'tabindex="0" role="group" aria-label="Code" ' if found[1].startswith("<pre") else ""
        return f'{found[1]}{reached}id="b-{found[2]}" data-id="{found[2]}"'

    return _TABLE.sub(_scrolling, _ID.sub(with_anchor, html))


def _scrolling(table: re.Match[str]) -> str:
    change = re.search(r'data-change="[a-z]+"', table[1])
    flagged = f'class="scroll is-changed" {change[0]}' if change else 'class="scroll"'
    return f'<div {flagged} tabindex="0" role="group" aria-label="Table">{table[0]}</div>'


def _fields(old: Revision, new: Revision) -> Iterator[Said]:
    for name, words in FIELDS.items():
        before, after = str(getattr(old, name)), str(getattr(new, name))
        if before != after:
            risks = _risks(before, after) if name in READ else ()
            yield from (Said(words[:1].upper() + words[1:], "", text, risks) for text in _told(before, after))
    if _section(old) != _section(new):
        yield Said("Section", "", _became(_section(old), _section(new)))
    yield from (Said("Topics", "", text) for text in _members(_topics(old), _topics(new)))
    yield from (Said("Credits", "", text) for text in _credited(_credits(old), _credits(new)))
    yield from _told_readers(old, new)
    if old.hero_id != new.hero_id:
        yield Said("Picture", "", "Another picture." if old.hero_id and new.hero_id else _gained(new.hero_id))


def _told_readers(old: Revision, new: Revision) -> Iterator[Said]:
    """Say what readers are told that they were not, and what they are not told any more."""
    for place, shown, other in (("Told readers", new, old), ("Not told any more", old, new)):
        for one in shown.corrections:
            if one not in other.corrections:
                yield Said(place, "", f"{CorrectionKind(one['kind']).label}: {_quoted(one['text'])}.")


def _members(old: list[str], new: list[str]) -> Iterator[str]:
    """Say which of several came and went; where it is only the order, that."""
    came, gone = [n for n in new if n not in old], [n for n in old if n not in new]
    if came:
        yield f"Added: {_quoted(listed(came))}."
    if gone:
        yield f"Taken out: {_quoted(listed(gone))}."
    if not came and not gone and old != new:
        yield f"The order is {_quoted(listed(new))} now."


def _credited(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """Say who came and went, and who is credited otherwise."""
    yield from _members(list(old), list(new))
    for name, what in new.items():
        if name in old and old[name] != what:
            yield f"{name}: {_became(old[name], what).rstrip('.')}."


def _risks(before: str, after: str) -> tuple[str, ...]:
    """Return what of a field's change is dangerous to get wrong."""
    changed = document.compare(_as_body(before), _as_body(after))
    return tuple(dict.fromkeys(risk.value for change in changed for risk in document.risks(change)))


def _as_body(text: str) -> str:
    return f'<p data-id="field">{escape(text)}</p>' if text else ""


def _told(before: str, after: str) -> list[str]:
    """Tell what became of a field: a long one by its words, as the blocks are."""
    if not before or not after or max(len(before), len(after)) <= SHORT:
        return [_became(before, after)]
    said = document.sentences(document.compare(_as_body(before), _as_body(after)))
    return [_capital(_PLACE.sub("", sentence)) for sentence in said]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _became(before: str, after: str) -> str:
    if not before:
        return f"Added: {_quoted(after)}."
    if not after:
        return f"Taken out: {_quoted(before)}."
    return f"{_quoted(before)} became {_quoted(after)}."


def _gained(hero_id: int | None) -> str:
    return "A picture was added." if hero_id else "The picture was taken out."


def _quoted(text: str) -> str:
    return f"“{shortened(text, LONGEST)}”"


def _section(revision: Revision) -> str:
    return revision.section.name if revision.section else ""


def _topics(revision: Revision) -> list[str]:
    return [topic.topic.name for topic in revision.topics]


def _credits(revision: Revision) -> dict[str, str]:
    """Return what each credited person is credited as."""
    found: dict[str, list[str]] = {}
    for credit in revision.credits:
        found.setdefault(credit.person.name, []).append(
            ", ".join(filter(None, (credit.role.value, credit.affiliation)))
        )
    return {name: "; ".join(roles) for name, roles in found.items()}


def _blocks(changes: Sequence[Change]) -> Iterator[Said]:
    """Say what became of the blocks; what belongs together is told of together."""
    for together in document.runs(changes):
        first = together[0]
        shown = first.new or first.old
        place = f"Block {first.position}" if first.position else "Start"
        risks = tuple(dict.fromkeys(risk.value for change in together for risk in document.risks(change)))
        for sentence in document.sentences(together):
            yield Said(place, f"b-{shown[0].id}", _capital(_PLACE.sub("", sentence)), risks)
