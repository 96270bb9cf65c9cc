"""Arrangements: chosen place by place, published by one verb, and never lost to somebody faster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core import generation
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid
from cms.core.events import Event
from cms.front import queries, schedule, service
from cms.front.models import LEAD, Arrangement
from cms.policy import SYSTEM
from cms.publication import queries as edition
from cms.publication.models import PublishedFront
from cms.vocabulary import ArrangementState
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import NOW, House, act, make_article, make_house, make_live

HOUR = timedelta(hours=1)


def do(db: Session, verb: Callable[..., Any], arrangement: Arrangement, *args: Any, by: Any, **facts: Any) -> None:
    """Do it as a page would: in one transaction, from the version that is there."""
    with transaction(db):
        fresh = queries.get(db, arrangement.id)
        verb(db, by, fresh, *args, seen=facts.pop("seen", fresh.version), **facts)


def begin(db: Session, house: House, source: Arrangement | None = None) -> Arrangement:
    with transaction(db):
        return service.begin(db, house.chief, source)


def told(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("front.")).order_by(Event.id)))


def test_readers_see_an_arrangement_when_it_is_published_and_not_before(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        old, new = (make_live(db, house, at=NOW - timedelta(days=n)) for n in (30, 1))
        draft = begin(db, house)
        do(db, service.put, draft, LEAD, old.id, by=house.chief)
        assert edition.front(db).lead.article_id == new.id  # type: ignore[union-attr]
        moved = generation.current(db)
        do(db, service.publish, draft, by=house.chief)
        assert edition.front(db).lead.article_id == old.id  # type: ignore[union-attr]
        assert generation.current(db) == moved + 1, "pages that are kept are old now"
        stands = queries.standing(db)
        assert stands
        assert (stands.id, stands.published_by_id, stands.published_at) == (draft.id, house.chief.id, NOW)
        assert told(db) == ["front.begun", "front.arranged", "front.published"]


def test_of_two_published_the_later_stands_and_the_other_can_be_taken_up_again(
    either: Services, frozen: Frozen
) -> None:
    with either.sessions() as db:
        house = make_house(db)
        one, other = (make_live(db, house, at=NOW - timedelta(days=n)) for n in (30, 1))
        first = begin(db, house)
        do(db, service.put, first, LEAD, one.id, by=house.chief)
        do(db, service.publish, first, by=house.chief)
        frozen.forward(hours=1)
        second = begin(db, house, queries.get(db, first.id))
        do(db, service.put, second, "feature-1", other.id, by=house.chief)
        do(db, service.publish, second, by=house.chief)
        stands = queries.standing(db)
        assert stands
        assert stands.id == second.id
        assert stands.layout.pins[LEAD].since == NOW, "it has led since the first one"
        assert stands.layout.pins["feature-1"].since == NOW + HOUR
        assert [a.id for a in db.scalars(queries.published())] == [second.id, first.id]
        again = begin(db, house, queries.get(db, first.id))
        assert {place: pin.article_id for place, pin in again.layout.pins.items()} == {LEAD: one.id}


def test_a_scheduled_one_goes_out_by_itself_at_its_time(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        old, _ = (make_live(db, house, at=NOW - timedelta(days=n)) for n in (30, 1))
        draft = begin(db, house)
        do(db, service.put, draft, LEAD, old.id, by=house.chief)
        do(db, service.schedule, draft, NOW + HOUR, by=house.chief)
        assert not schedule.is_needed(db)
        schedule.keep(either.sessions)
        db.rollback()
        assert queries.standing(db) is None
        frozen.forward(hours=1)
        assert schedule.is_needed(db)
        schedule.keep(either.sessions)
        db.rollback()
        stands = queries.standing(db)
        assert stands
        assert (stands.published_at, stands.published_by_id, stands.changed_by_id) == (NOW + HOUR, None, house.chief.id)
        assert edition.front(db).lead.article_id == old.id  # type: ignore[union-attr]
        assert not schedule.is_needed(db)
        assert told(db)[-2:] == ["front.scheduled", "front.published"]


def test_with_two_due_at_once_the_one_that_was_to_come_later_stands(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        later, sooner = begin(db, house), begin(db, house)
        do(db, service.schedule, later, NOW + 2 * HOUR, by=house.chief)
        do(db, service.schedule, sooner, NOW + HOUR, by=house.chief)
        frozen.forward(hours=5)
        schedule.keep(either.sessions)
        db.rollback()
        assert queries.standing(db).id == later.id  # type: ignore[union-attr]


def test_what_has_an_end_is_let_go_by_itself(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        old, new = (make_live(db, house, at=NOW - timedelta(days=n)) for n in (30, 1))
        draft = begin(db, house)
        do(db, service.put, draft, LEAD, old.id, by=house.chief)
        do(db, service.end, draft, LEAD, NOW + HOUR, by=house.chief)
        do(db, service.publish, draft, by=house.chief)
        frozen.forward(minutes=59)
        assert not schedule.is_needed(db)
        frozen.forward(minutes=2)
        assert edition.front(db).lead.article_id == old.id, "readers never look at the clock"  # type: ignore[union-attr]
        moved = generation.current(db)
        assert schedule.is_needed(db)
        schedule.keep(either.sessions)
        db.rollback()
        db.expire_all()
        assert edition.front(db).lead.article_id == new.id  # type: ignore[union-attr]
        assert generation.current(db) == moved + 1
        assert told(db)[-1] == "front.let_go"
        assert not schedule.is_needed(db)
        schedule.keep(either.sessions)
        assert told(db)[-1:] + told(db).count("front.let_go") * [""] == ["front.let_go", ""], "once"


def test_what_ended_while_it_was_a_draft_is_not_published(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_live(db, house)
        draft = begin(db, house)
        do(db, service.put, draft, LEAD, piece.id, by=house.chief)
        do(db, service.end, draft, LEAD, NOW + HOUR, by=house.chief)
        frozen.forward(hours=2)
        do(db, service.publish, draft, by=house.chief)
        assert db.get_one(PublishedFront, 1).places["lead"] is None


def test_whoever_is_slower_changes_nothing_and_hears_who_was_faster(db: Session, house: House) -> None:
    one, other = make_live(db, house), make_live(db, house)
    draft = begin(db, house)
    seen = draft.version
    do(db, service.put, draft, LEAD, one.id, by=house.chief, seen=seen)
    for verb, args in (
        (service.put, (LEAD, other.id)), (service.clear, (LEAD,)), (service.end, (LEAD, None)),
        (service.spotlight, (None,)), (service.show_rows, ([],)), (service.schedule, (NOW,)),
        (service.publish, ()), (service.discard, ()),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="Hanne Ostrowe changed this arrangement"):
            do(db, verb, draft, *args, by=house.chief, seen=seen)
    assert queries.get(db, draft.id).layout.pins[LEAD].article_id == one.id


def test_two_at_the_very_same_moment_do_not_overwrite_each_other(services: Services, house: House) -> None:
    with services.sessions() as db, services.sessions() as elsewhere:
        one, other = make_live(db, house), make_live(db, house)
        draft = begin(db, house)
        theirs = queries.get(elsewhere, draft.id)
        do(db, service.put, draft, LEAD, one.id, by=house.chief)
        with pytest.raises(Conflict), transaction(elsewhere):
            service.put(elsewhere, house.chief, theirs, LEAD, other.id, seen=theirs.version)
        db.expire_all()
        assert queries.get(db, draft.id).layout.pins[LEAD].article_id == one.id


@pytest.mark.parametrize("who", ["writer", "editor", "admin"])
def test_only_chiefs_arrange_the_page(db: Session, house: House, who: str) -> None:
    draft = begin(db, house)
    somebody = getattr(house, who)
    with pytest.raises(Forbidden), transaction(db):
        service.begin(db, somebody)
    for verb, args in (
        (service.put, (LEAD, 1)), (service.clear, (LEAD,)), (service.end, (LEAD, None)), (service.spotlight, (None,)),
        (service.show_rows, ([],)), (service.schedule, (NOW,)), (service.publish, ()), (service.discard, ()),
        (service.take_back, ()),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            do(db, verb, draft, *args, by=somebody)


def test_what_readers_could_not_see_is_not_chosen(db: Session, house: House) -> None:
    hidden, draft = make_article(db, house), begin(db, house)
    for verb, args, sentence in (
        (service.put, (LEAD, hidden.id), "not live"), (service.put, (LEAD, 999), "not live"),
        (service.spotlight, (999,), "no live part"), (service.show_rows, ([999],), "not there any more"),
        (service.schedule, (NOW - 99 * HOUR,), "has passed"), (service.schedule, (None,), "Say when"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=sentence):
            do(db, verb, draft, *args, by=house.chief)
    assert told(db) == ["front.begun"]


def test_what_changes_nothing_is_not_written_down(db: Session, house: House) -> None:
    piece, draft = make_live(db, house), begin(db, house)
    for _ in range(2):
        do(db, service.put, draft, LEAD, piece.id, by=house.chief)
    do(db, service.clear, draft, "feature-1", by=house.chief)
    assert told(db) == ["front.begun", "front.arranged"]


def test_a_scheduled_one_is_taken_back_before_it_is_changed(db: Session, house: House, frozen: Frozen) -> None:
    piece, draft = make_live(db, house), begin(db, house)
    do(db, service.schedule, draft, NOW + HOUR, by=house.chief)
    with pytest.raises(Conflict, match="scheduled meanwhile"):
        do(db, service.put, draft, LEAD, piece.id, by=house.chief)
    do(db, service.schedule, draft, NOW + 2 * HOUR, by=house.chief)
    do(db, service.take_back, draft, by=house.chief)
    do(db, service.put, draft, LEAD, piece.id, by=house.chief)
    frozen.forward(hours=9)
    assert not schedule.is_needed(db)
    do(db, service.discard, draft, by=house.chief)
    with pytest.raises(Conflict, match="discarded meanwhile"):
        do(db, service.publish, draft, by=house.chief)
    assert queries.get(db, draft.id).state is ArrangementState.DISCARDED


def test_the_machine_publishes_what_is_due_and_nothing_that_people_would_not(db: Session, house: House) -> None:
    draft = begin(db, house)
    do(db, service.discard, draft, by=house.chief)
    with pytest.raises(CmsError), transaction(db):
        service.publish(db, SYSTEM, queries.get(db, draft.id))


def test_a_withdrawn_piece_leaves_its_place_at_once(db: Session, house: House, frozen: Frozen) -> None:
    new = make_live(db, house, at=NOW - timedelta(days=1))
    piece, draft = make_live(db, house, at=NOW - timedelta(days=30)), begin(db, house)
    do(db, service.put, draft, LEAD, piece.id, by=house.chief)
    do(db, service.publish, draft, by=house.chief)
    act(db, house.chief, piece, "withdraw")
    assert edition.front(db).lead.article_id == new.id  # type: ignore[union-attr]
