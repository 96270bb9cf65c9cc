"""Pure decisions about a piece's content: what it must have to be kept at all, and how two saves meet."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from cms.articles import document
from cms.articles.models import Content, CreditLine
from cms.core.errors import Invalid
from cms.core.html import clean_text

LIMITS = {"headline": 200, "kicker": 80, "dek": 400, "seo_title": 120, "seo_description": 300, "hero_alt": 400,
          "hero_caption": 600, "hero_credit": 200, "slug": 80}  # fmt: skip
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LABELS = {"dek": "standfirst", "hero_alt": "alternative text", "hero_caption": "caption", "hero_credit": "credit line",
          "seo_title": "search title", "seo_description": "search description", "slug": "address"}  # fmt: skip


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
            clashes += [Clash("body", c.base, c.mine, c.theirs) for c in merged.conflicts]
            continue
        if now == was and new != was:
            brought_in.append(f"The {label(name)} was changed.")
        if now not in (was, new) and new != was:
            clashes.append(Clash(name, str(was), str(now), str(new)))
        joined[name] = new if now == was else now
    return Met(replace(mine, **joined), tuple(brought_in), tuple(clashes))
