"""Pure decisions about desks, sections and topics."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cms.core.errors import Invalid
from cms.core.html import clean_text

LONGEST_NAME, LONGEST_DESCRIPTION = 80, 600
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def clean_name(name: str, noun: str) -> str:
    """Return the name as it is stored; raises Invalid where it is none, or too long."""
    name = clean_text(name)
    if not name:
        raise Invalid(f"A {noun} needs a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The name has {len(name)} characters; {LONGEST_NAME} is the most.", field="name")
    return name


def clean_description(text: str) -> str:
    """Return the description as it is stored; raises Invalid where it is too long."""
    text = clean_text(text)
    if len(text) > LONGEST_DESCRIPTION:
        most = LONGEST_DESCRIPTION
        raise Invalid(f"The description has {len(text)} characters; {most} is the most.", field="description")
    return text


def check_slug(slug: str) -> None:
    """Raise Invalid where nothing could have this address."""
    if len(slug) > 80 or not SLUG.fullmatch(slug):
        raise Invalid("An address is made of small letters, digits and single hyphens, 80 at most.", field="slug")


def folded(name: str) -> str:
    """Return a name as it is compared: case and spaces do not count."""
    return " ".join(name.split()).casefold()


def refuse_used(name: str, uses: Mapping[str, int]) -> None:
    """Raise Invalid, saying by what, where something is still in use; `uses` counts nouns, given as `piece|pieces`."""
    said = [f"{count} {noun.split('|')[count != 1]}" for noun, count in uses.items() if count]
    if said:
        listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        raise Invalid(f"{name} is still used by {listed}. Move them first.")
