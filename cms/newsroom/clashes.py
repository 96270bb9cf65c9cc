"""Two texts that meet in one place: each clash with both versions and its marks, and what a person may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.document import Decision
from cms.articles.models import Content
from cms.articles.service import EditConflict
from cms.core.html import escape
from cms.media.models import Asset
from cms.newsroom import typed
from cms.newsroom.choices import Choice, Name, split
from cms.newsroom.typed import Typed

FIELD_WORDS = {"dek": "standfirst", "section_id": "section", "topics": "topics", "hero_id": "picture",
               "hero_alt": "picture’s alternative text", "hero_caption": "caption", "hero_credit": "credit line",
               "seo_title": "search title", "seo_description": "search description", "slug": "address",
               "body": "text"}  # fmt: skip
#: Fields of the content that the form calls otherwise.
IN_FORM = {"topic_ids": "topics"}
BLOCK, FIELD = "block:", "field:"


class Known(Protocol):
    """What names are known by (see `editing.Names`)."""

    sections: list[Choice]
    people: list[Name]
    topics: list[Name]


@dataclass(frozen=True)
class Clash:
    """One place that two people changed.

    `base`, `mine` and `theirs` are as people read them: HTML for a block, words for a field; `values` are the form's
    fields that make each side. `choices` are what may be decided, by the value that `name` then has in the form.
    """

    field: str
    label: str
    block: str
    base: str
    mine: str
    theirs: str
    marks: str
    choices: tuple[tuple[Decision, str], ...]
    values: Mapping[str, Typed]

    @property
    def name(self) -> str:
        """What the choice is called in the form."""
        return f"{BLOCK}{self.block}" if self.block else f"{FIELD}{self.field}"

    @property
    def is_html(self) -> bool:
        """Whether the sides are blocks of the text."""
        return bool(self.block)


def of(session: Session, conflict: EditConflict, names: Known) -> list[Clash]:
    """Return the clashes of two saves, in the order of the form and of the text."""
    found = []
    for clash in conflict.met.clashes:
        if clash.block:
            found.append(_block(clash.block, clash.base, clash.mine, clash.theirs, conflict.who))
        else:
            found.append(_field(session, clash.field, conflict, names))
    return found


def label(field: str) -> str:
    """Return what people call a field of the form."""
    words = FIELD_WORDS.get(field, field.replace("_", " "))
    return words[:1].upper() + words[1:]


def decided(sent: Mapping[str, str], theirs: Content, names: Known) -> Typed:
    """Return the form's fields with everything in them that was decided beside the clashes."""
    blocks: dict[str, Decision] = {}
    made = {name: text for name, text in sent.items() if not name.startswith((BLOCK, FIELD))}
    other = typed.of_content(theirs, names.people, names.topics)
    for name, text in sent.items():
        decision = Decision(text) if text in tuple(Decision) else Decision.KEEP
        if name.startswith(BLOCK):
            blocks[name.removeprefix(BLOCK)] = decision
        elif name.startswith(FIELD) and decision is not Decision.KEEP:
            made = _with_field(made, other, name.removeprefix(FIELD), decision, names)
    if blocks:
        made["body"] = document.settle(made.get("body", ""), theirs.body, blocks)
    return made


def is_decided(sent: Mapping[str, str]) -> bool:
    """Tell whether a form comes from the page on which two texts met."""
    return any(name.startswith((BLOCK, FIELD)) for name in sent)


def _with_field(made: Typed, other: Typed, field: str, decision: Decision, names: Known) -> Typed:
    if field == "credits":
        return {k: v for k, v in made.items() if not k.startswith("credits-")} | _credits(other)
    if field not in other:
        return made
    if field == "topics" and decision is Decision.BOTH:
        both = [*split(made.get("topics", ""), names.topics), *split(other["topics"], names.topics)]
        return {**made, "topics": ", ".join(dict.fromkeys(both))}
    return {**made, field: other[field]}


def _block(block: str, base: str, mine: str, theirs: str, who: str) -> Clash:
    if not mine:
        options = ((Decision.KEEP, f"Keep it, as {who} has it"), (Decision.WITHOUT, "Leave it out, as you did"))
    elif not theirs:
        options = ((Decision.KEEP, "Keep yours"), (Decision.WITHOUT, f"Leave it out, as {who} did"))
    else:
        options = (
            (Decision.KEEP, "Yours"), (Decision.THEIRS, f"{who}’s"), (Decision.BOTH, "Both, yours first"),
        )  # type: ignore[assignment]  # fmt: skip
    marks = document.render_changes(document.compare(mine, theirs))
    return Clash("body", label("body"), block, base, mine, theirs, marks, tuple(options), {})


def _field(session: Session, name: str, conflict: EditConflict, names: Known) -> Clash:
    field = IN_FORM.get(name, name)
    sides = {
        side: typed.of_content(content, names.people, names.topics)
        for side, content in (("base", conflict.base), ("mine", conflict.mine), ("theirs", conflict.theirs))
    }
    base, mine, theirs = (_shown(session, field, of, names) for of in sides.values())
    options = [(Decision.KEEP, "Yours"), (Decision.THEIRS, f"{conflict.who}’s")]
    if field == "topics":
        options.append((Decision.BOTH, "Both"))
    values = {
        side: _credits(of) if field == "credits" else {field: of.get(field, "")}
        for side, of in sides.items()
        if side != "base"
    }
    marks = document.render_changes(document.compare(_as_block(mine), _as_block(theirs)))
    return Clash(field, label(field), "", base, mine, theirs, marks, tuple(options), values)


def _credits(of: Typed) -> Typed:
    return {name: text for name, text in of.items() if name.startswith("credits-")}


def _shown(session: Session, field: str, of: Typed, names: Known) -> str:
    """Return a field in words."""
    if field == "credits":
        count = sum(name.endswith("-person") for name in of)
        rows = ([of[f"credits-{i}-{part}"] for part in typed.ROW[:3]] for i in range(count))
        return ", ".join(f"{person} ({', '.join(filter(None, (role, beside)))})" for person, role, beside in rows)
    text = of.get(field, "")
    if field == "section_id":
        return next((name for number, name in names.sections if str(number) == text), "")
    if field == "hero_id" and text:
        asset = session.get(Asset, int(text))
        return asset.file_name if asset else text
    return text


def _as_block(text: str) -> str:
    return f'<p data-id="field">{escape(text)}</p>' if text else ""
