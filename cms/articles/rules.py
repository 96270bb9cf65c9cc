"""Pure decisions about a piece's content: what it must have to be kept at all, and how two saves meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from cms.articles import document
from cms.articles.document import Kept, Wording
from cms.articles.models import Content, CreditLine, Revision
from cms.articles.sittings import Sitting
from cms.core.errors import Invalid
from cms.core.html import clean_text

LIMITS = {"headline": 200, "kicker": 80, "dek": 400, "seo_title": 120, "seo_description": 300, "hero_alt": 400,
          "hero_caption": 600, "hero_credit": 200, "slug": 80}  # fmt: skip
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: The fields of one line of the credits, as the editor's form names them.
CREDIT = re.compile(r"credits-([0-9]{1,4})-(person|role|affiliation|position)")
LABELS = {"dek": "standfirst", "hero_alt": "alternative text", "hero_caption": "caption", "hero_credit": "credit line",
          "seo_title": "search title", "seo_description": "search description", "slug": "address",
          "corrections": "list of corrections"}  # fmt: skip


def label(field: str) -> str:
    """Return what people call a field of the content."""
    return LABELS.get(field, field.removesuffix("_id").removesuffix("_ids").replace("_", " "))


def tidy(content: Content) -> Content:
    """Clean what came in: plain text in the fields, normalised blocks in the body, everything once."""
    plain: dict[str, Any] = {name: clean_text(getattr(content, name)) for name in LIMITS}
    return replace(
        content,
        **plain,
        body=document.normalise(content.body),
        topic_ids=tuple(dict.fromkeys(content.topic_ids)),
        credits=tuple(
            CreditLine(c.person_id, c.role, clean_text(c.affiliation)[:200]) for c in dict.fromkeys(content.credits)
        ),
    )


def check(content: Content) -> None:
    """Raise Invalid, naming the field, where a piece could not be kept like this."""
    if not content.headline:
        raise Invalid("A piece needs a headline, if only a working one.", field="headline")
    for name, limit in LIMITS.items():
        length = len(getattr(content, name))
        if length > limit:
            raise Invalid(f"The {label(name)} has {length} characters; {limit} is the most.", field=name)
    if not SLUG.fullmatch(content.slug):
        raise Invalid("An address is made of small letters, digits and single hyphens.", field="slug")


@dataclass(frozen=True)
class Clash:
    """One field, or block of the body, that two people changed in different ways."""

    field: str
    base: str
    mine: str
    theirs: str
    block: str = ""


@dataclass(frozen=True)
class Met:
    """What came of two saves meeting: the joined content, what came in, and what has to be chosen by a person."""

    content: Content
    brought_in: tuple[str, ...]
    clashes: tuple[Clash, ...]


def meet(base: Content, mine: Content, theirs: Content) -> Met:
    """Join two edits of the same base: field by field, and the body block by block."""
    joined: dict[str, Any] = {}
    brought_in: list[str] = []
    clashes: list[Clash] = []
    for item in fields(Content):
        name = item.name
        was, now, new = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        if name == "body" and was != now and was != new and now != new:
            merged = document.merge(was, now, new)
            joined[name] = merged.html
            brought_in += merged.brought_in
            clashes += [Clash("body", c.base, c.mine, c.theirs, c.block_id) for c in merged.conflicts]
            continue
        if now == was and new != was:
            brought_in.append(f"The {label(name)} was changed.")
        if now not in (was, new) and new != was:
            clashes.append(Clash(name, str(was), str(now), str(new)))
        joined[name] = new if now == was else now
    return Met(replace(mine, **joined), tuple(brought_in), tuple(clashes))


#: Fields of which a copy, as it was typed, has the same words as the revision that it becomes.
WORDED = ("headline", "kicker", "dek", "slug", "hero_alt", "hero_caption", "hero_credit", "seo_title",
          "seo_description")  # fmt: skip
CHOSEN = ("kind", "section_id", "hero_id", "language")


def wording_of(revision: Revision) -> Wording:
    """Return all that a revision says; it has its credits with people, and its topics, loaded."""
    lines = [(name, str(getattr(revision, name) or "")) for name in (*WORDED, *CHOSEN)]
    lines += [("credits", f"{c.person.name} {c.role.value} {c.affiliation}") for c in revision.credits]
    lines += [("topics", topic.topic.name) for topic in revision.topics]
    lines += [("corrections", f"{one['kind']} {one['text']}") for one in revision.corrections]
    return document.wording(revision.body, lines)


def wording_of_typed(typed: Mapping[str, str]) -> Wording:
    """Return all that a working copy says, names that are not finished among it."""
    lines = [(name, typed.get(name, "")) for name in (*WORDED, *CHOSEN)]
    lines += [("credits", " ".join(row)) for row in rows_of(typed)]
    lines += [("topics", name) for name in typed.get("topics", "").split(",")]
    return document.wording(typed.get("body", ""), lines)


def rows_of(typed: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield who is credited in a working copy: the name as it was typed, the role, and what stands beside it."""
    numbers = sorted({int(found[1]) for name in typed if (found := CREDIT.fullmatch(name))})
    for number in numbers:
        name, role, beside = (typed.get(f"credits-{number}-{part}", "") for part in ("person", "role", "affiliation"))
        if name.strip() or beside.strip():
            yield name.strip(), role if name.strip() else "", beside.strip()


def is_all_in(typed: Mapping[str, str], revision: Revision) -> bool:
    """Tell whether everything in a working copy is in a revision, so that the copy has nothing left to keep."""
    kept = Kept()
    kept.add(wording_of(revision))
    return kept.has(wording_of_typed(typed))


def may_go(sittings: Collection[Sitting], pinned: Collection[int]) -> list[int]:
    """Return the ids of the revisions that nobody asked for or points to: quiet, and inside a sitting.

    `pinned` are ids that something needs: the newest, what is live or approved, what has a name.
    """
    return [
        mark.id
        for sitting in sittings
        for mark in sitting.marks[1:-1]
        if mark.is_quiet and not mark.is_restored and mark.id not in pinned
    ]


def prunable(texts: Mapping[int, Wording], candidates: Collection[int]) -> set[int]:
    """Return those of the candidates of which every field and every block is found in a text that stays.

    The newest are looked at first: what somebody typed on is in the version after it.
    """
    kept = Kept()
    for number, text in texts.items():
        if number not in candidates:
            kept.add(text)
    gone: set[int] = set()
    for number in sorted(candidates, reverse=True):
        if kept.has(texts[number]):
            gone.add(number)
        else:
            kept.add(texts[number])
    return gone
