"""Pure decisions about the front page: what may stand where, what becomes of what stood there, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cms.core.errors import Conflict, Invalid
from cms.front.models import INTERVIEW, LEAD, TOP, Layout, Pin, places_of
from cms.publication.models import Places
from cms.vocabulary import ArrangementState, Kind

MOST_ROWS = 8
DRAFT, SCHEDULED = ArrangementState.DRAFT, ArrangementState.SCHEDULED
#: From which states an arrangement may be moved on, and where to.
MOVES = {
    "schedule": ({DRAFT, SCHEDULED}, SCHEDULED),
    "take_back": ({SCHEDULED}, DRAFT),
    "publish": ({DRAFT, SCHEDULED}, ArrangementState.PUBLISHED),
    "discard": ({DRAFT}, ArrangementState.DISCARDED),
}


@dataclass(frozen=True)
class Piece:
    """What decides where a live piece may stand."""

    article_id: int
    kind: Kind
    section_id: int
    series_id: int | None


def step(state: ArrangementState, move: str) -> ArrangementState:
    """Return the state that a move leads to; raises Conflict where it may not be made from here."""
    sources, target = MOVES[move]
    if state not in sources:
        raise Conflict(f"This arrangement is {state.label} meanwhile. Look again.")
    return target


def check_place(layout: Layout, place: str) -> None:
    """Raise Invalid where the page has no such place."""
    if place not in layout.places:
        raise Invalid("The page has no such place any more.")


def misfit(layout: Layout, place: str, piece: Piece) -> str:
    """Return why a piece cannot stand at a place, '' where it can."""
    if place == INTERVIEW:
        if layout.series_id is not None and piece.series_id != layout.series_id:
            return "Only parts of the series in the spotlight stand there. Choose another series first."
        if layout.series_id is None and piece.kind is not Kind.INTERVIEW:
            return "Only interviews stand in the spotlight, unless a series is chosen for it."
    if place.startswith("row-") and place not in places_of(piece.section_id):
        return "Only pieces of this section stand in its row."
    return ""


def put(layout: Layout, place: str, piece: Piece, displaced: Piece | None = None) -> Layout:
    """Return the layout with a piece at a place; what stood there takes the piece's old place, if it fits.

    So a piece never stands twice, and two pieces change places in one step. Raises Invalid where it cannot stand there.
    """
    check_place(layout, place)
    if reason := misfit(layout, place, piece):
        raise Invalid(reason)
    before = layout.place_of(piece.article_id)
    if before == place:
        return layout
    pins = dict(layout.pins)
    own, other = pins.pop(before) if before else Pin(piece.article_id), pins.pop(place, None)
    pins[place] = own
    if before and other and displaced and not misfit(layout, before, displaced):
        pins[before] = other
    return _sorted(replace(layout, pins=pins))


def clear(layout: Layout, place: str) -> Layout:
    """Return the layout with a place that fills itself again."""
    check_place(layout, place)
    return replace(layout, pins={where: pin for where, pin in layout.pins.items() if where != place})


def end(layout: Layout, place: str, until: datetime | None, now: datetime) -> Layout:
    """Return the layout with an end for what was put at a place, or with none."""
    check_place(layout, place)
    if place not in layout.pins:
        raise Invalid("Nothing was chosen for this place, so nothing there has an end.", field="until")
    if until is not None and until <= now:
        raise Invalid("The end lies in the past.", field="until")
    return replace(layout, pins={**layout.pins, place: replace(layout.pins[place], until=until)})


def spotlight(layout: Layout, series_id: int | None, chosen: Piece | None) -> Layout:
    """Return the layout with another series in the spotlight; the piece `chosen` for it stays only if it fits."""
    layout = replace(layout, series_id=series_id)
    if INTERVIEW in layout.pins and (chosen is None or misfit(layout, INTERVIEW, chosen)):
        layout = clear(layout, INTERVIEW)
    return layout


def show_rows(layout: Layout, section_ids: Iterable[int]) -> Layout:
    """Return the layout with these sections, in this order; what was chosen for others goes with them."""
    rows = tuple(dict.fromkeys(section_ids))
    if len(rows) > MOST_ROWS:
        raise Invalid(f"The page has room for {MOST_ROWS} sections.", field="rows")
    after = replace(layout, rows=rows)
    return _sorted(replace(after, pins={place: pin for place, pin in layout.pins.items() if place in after.places}))


def at(layout: Layout, now: datetime) -> Layout:
    """Return what of a layout still holds at a moment: what has come to its end fills itself again."""
    pins = {place: pin for place, pin in layout.pins.items() if pin.until is None or pin.until > now}
    return replace(layout, pins=pins)


def next_end(layout: Layout, now: datetime) -> datetime | None:
    """Return when the next place comes to its end."""
    return min((pin.until for pin in at(layout, now).pins.values() if pin.until), default=None)


def again(layout: Layout, now: datetime) -> Layout:
    """Return a layout to be taken up again: without what has come to its end."""
    held = at(layout, now)
    return replace(held, pins={place: replace(pin, since=None) for place, pin in held.pins.items()})


def shown_since(layout: Layout, before: Layout, now: datetime) -> Layout:
    """Return a layout as it is published: what stood in the same place before has stood there since then."""

    def since(place: str, pin: Pin) -> datetime:
        stood = before.pins.get(place)
        return stood.since or now if stood and stood.article_id == pin.article_id else now

    pins: Mapping[str, Pin] = {place: replace(pin, since=since(place, pin)) for place, pin in layout.pins.items()}
    return replace(layout, pins=pins)


def numbers(layout: Layout) -> Places:
    """Return a layout as the edition stores it."""

    def number(place: str) -> int | None:
        pin = layout.pins.get(place)
        return pin.article_id if pin else None

    return Places(
        lead=number(LEAD),
        features=tuple(number(place) for place in TOP[1:]),
        interview=number(INTERVIEW),
        series=layout.series_id,
        rows=tuple((section_id, tuple(number(place) for place in places_of(section_id))) for section_id in layout.rows),
    )


def _sorted(layout: Layout) -> Layout:
    return replace(layout, pins={place: layout.pins[place] for place in layout.places if place in layout.pins})
