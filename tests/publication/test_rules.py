"""What is offered after a piece, decided without a database."""

from __future__ import annotations

import pytest

from cms.core.errors import Invalid
from cms.publication import rules
from cms.publication.rules import Alike, Slot, closest, fill, moved, picked
from cms.vocabulary import Why


def offers(**ids: tuple[int, ...]) -> list[Slot]:
    """Return offers by reason, each about its own name."""
    return [Slot(one, Why(why), why) for why, some in ids.items() for one in some]


def chosen(given: list[Slot], *, barred: tuple[int, ...] = (), wanted: int = rules.SHOWN) -> list[tuple[int, str]]:
    return [(slot.article_id, slot.why.value) for slot in fill(given, itself=1, barred=barred, wanted=wanted)]


def test_the_strongest_reason_comes_first_in_whatever_order_they_are_offered() -> None:
    given = offers(newest=(90,), same_section=(80,), same_topic=(70,), similar=(60,), same_expert=(50,),
                   next_in_series=(40,), picked=(30,))  # fmt: skip
    assert [one for one, _ in chosen(given, wanted=7)] == [30, 40, 50, 60, 70, 80, 90]
    assert chosen(given) == chosen(given[::-1])


def test_never_itself_never_barred_and_none_twice() -> None:
    given = offers(similar=(1, 2, 3, 4), same_topic=(3, 4, 5, 1), newest=(2, 6, 7))
    found = chosen(given, barred=(4, 6))
    assert found == [(2, "similar"), (3, "similar"), (5, "same_topic"), (7, "newest")]


def test_a_piece_keeps_its_strongest_reason() -> None:
    assert chosen(offers(newest=(2,), similar=(2,), next_in_series=(2,))) == [(2, "next_in_series")]


def test_one_expert_does_not_fill_the_page_where_there_is_something_else() -> None:
    given = offers(same_expert=(2, 3, 4, 5), similar=(6, 7), newest=(8,))
    assert chosen(given) == [(2, "same_expert"), (6, "similar"), (7, "similar"), (8, "newest"), (3, "same_expert")]


def test_with_nothing_else_more_of_the_same_follows() -> None:
    assert chosen(offers(same_expert=(2, 3, 4))) == [(2, "same_expert"), (3, "same_expert"), (4, "same_expert")]


def test_what_an_editor_picked_keeps_its_order_and_may_fill_every_place() -> None:
    given = offers(picked=(9, 3, 7, 2, 5), next_in_series=(8,), similar=(4,))
    assert [one for one, _ in chosen(given)] == [9, 3, 7, 2, 5]


def test_the_closest_are_kept_and_known_ones_are_renewed() -> None:
    known = [Alike(n, n / 100) for n in range(1, 1 + rules.ALIKE)]
    found = closest(known, [Alike(3, 0.9), Alike(50, 0.5)])
    assert [one.article_id for one in found[:2]] == [3, 50]
    assert len(found) == rules.ALIKE
    assert 1 not in {one.article_id for one in found}, "the farthest made room"


def test_picked_pieces_stand_in_their_places() -> None:
    assert picked({4: 2, 9: None, 7: 1}) == [7, 4]


@pytest.mark.parametrize(
    ("other", "step", "order"), [(2, 1, [3, 2, 4]), (2, -1, [2, 3, 4]), (4, 1, [2, 3, 4]), (4, -1, [2, 4, 3])]
)
def test_a_picked_piece_moves_by_one_place(other: int, step: int, order: list[int]) -> None:
    assert moved([2, 3, 4], other, step) == order


def test_what_is_not_picked_cannot_be_moved() -> None:
    with pytest.raises(Invalid):
        moved([2, 3], 4, 1)


def test_there_is_room_for_so_many_decisions() -> None:
    full: dict[int, int | None] = {n: n for n in range(1, 1 + rules.SHOWN)}
    rules.check_room(full, for_bar=True)
    with pytest.raises(Invalid, match="taken"):
        rules.check_room(full, for_bar=False)
    barred: dict[int, int | None] = dict.fromkeys(range(rules.MOST_BARRED))
    rules.check_room(barred, for_bar=False)
    with pytest.raises(Invalid, match="most"):
        rules.check_room(barred, for_bar=True)
