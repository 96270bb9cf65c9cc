"""What a comment may be about, and whom it may call: values that services, pages and rules share."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 4_000
LONGEST_QUOTE = 2_000
#: The fields that a comment may be about, and what people call them.
FIELDS = {
    "headline": "Headline", "kicker": "Kicker", "dek": "Standfirst", "hero_id": "Picture", "slug": "Address",
    "topics": "Topics", "credits": "Credits",
}  # fmt: skip
PIECE = "The whole piece"


@dataclass(frozen=True)
class About:
    """What somebody wants to say something about: nothing for the whole piece, a field, a block, or words of it.

    `before` and `after` are the letters around the words, where whoever quotes them knows.
    """

    field: str = ""
    block_id: str = ""
    quote: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Name:
    """Somebody who can be called: a person, or everybody on a desk."""

    name: str
    user_ids: frozenset[int]
    is_desk: bool = False


@dataclass(frozen=True)
class Unheard:
    """A word after an at sign that is nobody's name, and those who may be meant by it."""

    word: str
    meant: tuple[str, ...]
