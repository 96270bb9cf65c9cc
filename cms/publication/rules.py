"""Pure decisions about what to offer after a piece."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cms.core.errors import Invalid
from cms.vocabulary import Why

SHOWN = 5
KEPT = 7  # two in reserve, so that a withdrawal is made up for with a reason
MOST_BARRED = 40
ALIKE = 12  # close pieces known of each piece
#: How many of a kind go before what is weaker; more of them follow only where everything else is used up.
AHEAD = {Why.NEXT_IN_SERIES: 1, Why.SAME_EXPERT: 1}


@dataclass(frozen=True)
class Slot:
    """A piece to offer, why, and what the reason is about: a series, an expert, words, a topic, a section."""

    article_id: int
    why: Why
    about: str = ""


@dataclass(frozen=True)
class Alike:
    """A piece that is close to another in words: how close, from 0 to 1, and in which words."""

    article_id: int
    closeness: float
    words: tuple[str, ...] = ()


def fill(offers: Iterable[Slot], *, itself: int, barred: Collection[int], wanted: int = KEPT) -> list[Slot]:
    """Choose from `offers`, which stand in their order within each reason: the strongest reason first.

    Never the piece itself, never one that an editor barred, and each only once, for its strongest reason.
    """
    rank = {why: place for place, why in enumerate(Why)}
    chosen: dict[int, Slot] = {}
    later: list[Slot] = []
    taken = dict.fromkeys(Why, 0)
    for slot in sorted(offers, key=lambda offer: rank[offer.why]):
        if slot.article_id == itself or slot.article_id in barred or slot.article_id in chosen:
            continue
        if taken[slot.why] >= AHEAD.get(slot.why, wanted):
            later.append(slot)
            continue
        taken[slot.why] += 1
        chosen[slot.article_id] = slot
    left = [slot for slot in later if slot.article_id not in chosen]
    return [*chosen.values(), *left][:wanted]


def closest(known: Iterable[Alike], found: Iterable[Alike]) -> list[Alike]:
    """Return the closest pieces known, what was found now in the place of what was known of the same piece."""
    joined = {one.article_id: one for one in (*known, *found)}
    return sorted(joined.values(), key=lambda one: (-one.closeness, -one.article_id))[:ALIKE]


def picked(places: Mapping[int, int | None]) -> list[int]:
    """Return the pieces that an editor picked, in order, of all decisions (the place of each, none for a bar)."""
    return [other for _, other in sorted((place, other) for other, place in places.items() if place is not None)]


def moved(order: Sequence[int], other: int, step: int) -> list[int]:
    """Return the picked pieces with one a step nearer to the top (-1) or the end (1)."""
    if other not in order:
        raise Invalid("That piece is not picked here.")
    ordered = list(order)
    at = ordered.index(other)
    ordered.insert(max(0, at + step), ordered.pop(at))
    return ordered


def check_room(places: Mapping[int, int | None], *, for_bar: bool) -> None:
    """Raise Invalid where one more decision of this sort would be one too many."""
    barred = sum(place is None for place in places.values())
    if for_bar and barred >= MOST_BARRED:
        raise Invalid(f"{MOST_BARRED} pieces are barred here, which is the most. Let one of them back in first.")
    if not for_bar and len(places) - barred >= SHOWN:
        raise Invalid(f"All {SHOWN} places are taken by picked pieces. Let one of them go first.")
