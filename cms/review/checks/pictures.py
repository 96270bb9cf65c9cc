"""Rules about pictures: their words for those who cannot see them, whose they are, and by what right they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from cms.articles import document
from cms.core.html import Element, walk
from cms.review.checks.draft import Draft, Finding, Picture, Rule
from cms.vocabulary import Level

GROUP = "Pictures"
NOTHING = Picture()
MOST_ASSETS = 2**31 - 1  # a larger number breaks the database's driver


class AltText(Rule):
    name, title, group, default = "alt_text", "Alternative text missing", GROUP, Level.BLOCK
    about = "What a picture shows, in words, for whoever cannot see it."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.blocks:
            if document.lacks_alt(block):
                yield Finding("A picture has no alternative text.", block.id)
        if draft.hero_id is not None and not draft.hero_alt.strip():
            yield Finding("A picture has no alternative text.", "hero_alt")


class PictureCredit(Rule):
    name, title, group, default = "picture_credit", "Credit line missing", GROUP, Level.WARN
    about = "Whose picture it is stands beside it, or in the library."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if draft.hero_id is not None and not draft.hero_credit.strip():
            yield Finding("The picture at the top has no credit line.", "hero_credit")
        for place, asset_id in _in_text(draft):
            if not draft.pictures.get(asset_id, NOTHING).credit.strip():
                yield Finding("A picture has no credit line.", place, "It is kept with the picture in the library.")


class PictureRights(Rule):
    name, title, group, default = "picture_rights", "Image rights missing", GROUP, Level.SHOWN
    about = "By what right a picture is printed: bought, given, licensed, our own. Kept with it in the library."

    def find(self, draft: Draft) -> Iterator[Finding]:
        places = list(_in_text(draft))
        if draft.hero_id is not None:
            places.insert(0, ("hero_id", draft.hero_id))
        for place, asset_id in places:
            if not draft.pictures.get(asset_id, NOTHING).rights.strip():
                where = "The picture at the top" if place == "hero_id" else "A picture"
                yield Finding(f"{where} does not say by what right it is printed.", place)


def _in_text(draft: Draft) -> Iterator[tuple[str, int]]:
    """Yield the pictures of the text that the library has: the block, and the picture's number."""
    for block in draft.blocks:
        for element in walk([block.element]):
            if (number := asset_of(element)) is not None:
                yield block.id, number


def asset_of(element: Element) -> int | None:
    """Return the number of the picture that an element shows, if it is one that the library could have."""
    number = element.attrs.get("data-asset", "") if element.tag == "img" else ""
    return int(number) if number.isdigit() and int(number) <= MOST_ASSETS else None


RULES: tuple[Rule, ...] = (AltText(), PictureCredit(), PictureRights())
