"""What may stand where on the front page, and what becomes of what stood there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cms.core.errors import Conflict, Invalid
from cms.front import rules
from cms.front.models import INTERVIEW, LEAD, TOP, Layout, Pin, places_of
from cms.front.rules import Piece
from cms.vocabulary import ArrangementState, Kind
from tests.factories import NOW

A, B = Piece(1, Kind.ARTICLE, 7, None), Piece(2, Kind.ARTICLE, 7, None)
ELSEWHERE = Piece(3, Kind.NEWS, 8, None)
TALK, PART = Piece(4, Kind.INTERVIEW, 9, 50), Piece(5, Kind.ARTICLE, 9, 60)
EMPTY = Layout(rows=(7, 8))
FIRST, SECOND, THIRD = places_of(7)
DAY = timedelta(days=1)


def where(layout: Layout) -> dict[str, int]:
    return {place: pin.article_id for place, pin in layout.pins.items()}


def test_a_piece_goes_to_a_place_and_never_stands_twice() -> None:
    layout = rules.put(EMPTY, LEAD, A)
    assert where(layout) == {LEAD: 1}
    assert where(rules.put(layout, "feature-2", A)) == {"feature-2": 1}
    assert rules.put(layout, LEAD, A) == layout


def test_two_that_were_chosen_change_places_each_with_its_end() -> None:
    layout = rules.put(rules.put(EMPTY, LEAD, A), "feature-1", B)
    layout = rules.end(layout, LEAD, NOW + DAY, NOW)
    layout = rules.put(layout, LEAD, B, displaced=A)
    assert where(layout) == {LEAD: 2, "feature-1": 1}
    assert layout.pins["feature-1"].until == NOW + DAY
    assert layout.pins[LEAD].until is None


def test_what_was_displaced_fills_itself_where_it_does_not_fit_or_is_gone() -> None:
    layout = rules.put(rules.put(EMPTY, LEAD, ELSEWHERE), FIRST, A)
    assert where(rules.put(layout, LEAD, A, displaced=ELSEWHERE)) == {LEAD: 1}
    assert where(rules.put(layout, LEAD, A, displaced=None)) == {LEAD: 1}


@pytest.mark.parametrize(
    ("layout", "place", "piece", "fits"),
    [
        (EMPTY, LEAD, TALK, True),
        (EMPTY, FIRST, A, True),
        (EMPTY, FIRST, ELSEWHERE, False),
        (EMPTY, INTERVIEW, TALK, True),
        (EMPTY, INTERVIEW, PART, False),
        (Layout(series_id=60), INTERVIEW, PART, True),
        (Layout(series_id=60), INTERVIEW, TALK, False),
    ],
)
def test_what_may_stand_where(layout: Layout, place: str, piece: Piece, fits: bool) -> None:
    if fits:
        assert where(rules.put(layout, place, piece)) == {place: piece.article_id}
    else:
        with pytest.raises(Invalid):
            rules.put(layout, place, piece)


@pytest.mark.parametrize("place", ["", "feature-4", "row-7-4", "row-9-1", "x", "row-7-"])
def test_a_place_that_the_page_does_not_have_is_refused(place: str) -> None:
    for act in (lambda: rules.put(EMPTY, place, A), lambda: rules.clear(EMPTY, place)):
        with pytest.raises(Invalid, match="no such place"):
            act()


def test_another_series_lets_go_of_what_is_not_of_it() -> None:
    layout = rules.put(EMPTY, INTERVIEW, TALK)
    assert where(rules.spotlight(layout, 50, TALK)) == {INTERVIEW: 4}
    assert where(rules.spotlight(layout, 60, TALK)) == {}
    assert where(rules.spotlight(layout, 50, None)) == {}, "it is not live any more"


def test_sections_come_in_the_order_that_was_chosen_and_take_their_pieces_along() -> None:
    layout = rules.put(rules.put(EMPTY, FIRST, A), places_of(8)[2], ELSEWHERE)
    turned = rules.show_rows(layout, [8, 7, 8])
    assert turned.rows == (8, 7)
    assert where(turned) == where(layout)
    assert where(rules.show_rows(layout, [7])) == {FIRST: 1}
    assert where(rules.show_rows(layout, [])) == {}
    with pytest.raises(Invalid, match="room for 8"):
        rules.show_rows(layout, range(1, 10))


def test_an_end_lies_ahead_and_belongs_to_what_was_chosen() -> None:
    layout = rules.put(EMPTY, LEAD, A)
    with pytest.raises(Invalid, match="in the past"):
        rules.end(layout, LEAD, NOW, NOW)
    with pytest.raises(Invalid, match="Nothing was chosen"):
        rules.end(layout, "feature-1", NOW + DAY, NOW)
    ending = rules.end(layout, LEAD, NOW + DAY, NOW)
    assert rules.next_end(ending, NOW) == NOW + DAY
    assert where(rules.at(ending, NOW + DAY - timedelta(seconds=1))) == {LEAD: 1}
    assert where(rules.at(ending, NOW + DAY)) == {}
    assert rules.next_end(ending, NOW + DAY) is None
    assert rules.end(ending, LEAD, None, NOW) == layout


def test_what_stood_in_the_same_place_has_stood_there_since_then() -> None:
    stood = Layout({LEAD: Pin(1, since=NOW - DAY), "feature-1": Pin(2, since=NOW - DAY)})
    after = rules.shown_since(Layout({LEAD: Pin(1), "feature-2": Pin(2), "feature-1": Pin(3)}), stood, NOW)
    assert {place: pin.since for place, pin in after.pins.items()} == {
        LEAD: NOW - DAY, "feature-2": NOW, "feature-1": NOW
    }  # fmt: skip


def test_taken_up_again_it_has_no_past() -> None:
    old = Layout({LEAD: Pin(1, since=NOW), "feature-1": Pin(2, until=NOW)}, rows=(7,), series_id=50)
    assert rules.again(old, NOW) == Layout({LEAD: Pin(1)}, rows=(7,), series_id=50)


def test_the_edition_gets_numbers_place_by_place() -> None:
    layout = Layout({LEAD: Pin(1), "feature-2": Pin(2), SECOND: Pin(6)}, rows=(8, 7), series_id=50)
    places = rules.numbers(layout)
    assert (places.lead, places.features, places.interview, places.series) == (1, (None, 2, None), None, 50)
    assert places.rows == ((8, (None, None, None)), (7, (None, 6, None)))
    assert places.chosen == (1, 2, 6)


def test_a_layout_is_read_as_it_was_stored() -> None:
    layout = Layout({LEAD: Pin(1, NOW + DAY, NOW), THIRD: Pin(2)}, rows=(7,), series_id=3)
    assert Layout.read(layout.stored()) == layout
    assert Layout.read(Layout().stored()) == Layout()
    assert TOP == (LEAD, "feature-1", "feature-2", "feature-3")


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (ArrangementState.DRAFT, {"schedule", "publish", "discard"}),
        (ArrangementState.SCHEDULED, {"schedule", "publish", "take_back"}),
        (ArrangementState.PUBLISHED, set()),
        (ArrangementState.DISCARDED, set()),
    ],
)
def test_an_arrangement_is_moved_on_from_where_it_is(state: ArrangementState, moves: set[str]) -> None:
    for move in rules.MOVES:
        if move in moves:
            rules.step(state, move)
        else:
            with pytest.raises(Conflict, match=state.label):
                rules.step(state, move)
