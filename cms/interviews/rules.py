"""Pure decisions about series."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cms.core.errors import Invalid

LIMITS = {"title": 120, "description": 1_000}
MOST_PARTS = 500
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(*, title: str, description: str, slug: str, planned_parts: int) -> None:
    """Raise Invalid, naming the field, where a series could not be kept like this."""
    if not title:
        raise Invalid("A series needs a title.", field="title")
    for field, text in (("title", title), ("description", description)):
        if len(text) > LIMITS[field]:
            raise Invalid(f"The {field} has {len(text)} characters; {LIMITS[field]} is the most.", field=field)
    if len(slug) > 80 or not SLUG.fullmatch(slug):
        raise Invalid("An address is made of small letters, digits and single hyphens, 80 at most.", field="slug")
    if not 0 <= planned_parts <= MOST_PARTS:
        raise Invalid(f"Between 0 (nobody knows yet) and {MOST_PARTS} parts can be planned.", field="planned_parts")


def check_part(part: int) -> None:
    """Raise Invalid where a series could have no such part."""
    if not 1 <= part <= MOST_PARTS:
        raise Invalid(f"A part has a number between 1 and {MOST_PARTS}.", field="part")


def next_part(taken: Iterable[int]) -> int:
    """Return the number after the last one."""
    return max(taken, default=0) + 1


def make_room(parts: Mapping[int, int], part: int) -> dict[int, int]:
    """Return the new numbers of those pieces that move on by one so that `part` is free; `parts` is number by piece.

    Only those move that have to: a gap further on takes up the step.
    """
    by_part = {number: article_id for article_id, number in parts.items()}
    moved = {}
    while part in by_part:
        moved[by_part[part]] = part + 1
        part += 1
    return moved


def in_order(parts: Mapping[int, int], article_ids: Iterable[int]) -> dict[int, int]:
    """Return the numbers that the pieces have in the wanted order; the numbers themselves, and their gaps, stay."""
    return dict(zip(article_ids, sorted(parts.values()), strict=True))


def folded(title: str) -> str:
    """Return a title as it is compared: case and spaces do not count."""
    return " ".join(title.split()).casefold()
