"""Taking a review up, asking and handing over, its date, and what has to be ticked before the last approval."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, Refused
from cms.core.events import Event, deliver_due
from cms.notifications.models import Notice
from cms.vocabulary import Bench, Priority, Role, State
from cms.wiring import Services
from cms.workflow import queries as work
from cms.workflow import reviewers, rounds, ruling, service
from cms.workflow.models import Approval
from cms.workflow.rulebook import Asked, Box, Rules, Stage
from tests.conftest import Frozen
from tests.factories import House, act, make_article, make_user
from tests.newsroom.editor import fresh
from tests.workflow.test_rounds import edit, press


def do(db: Session, verb: Any, who: User, piece: Article, *args: Any, **more: Any) -> None:
    with transaction(db):
        verb(db, who, articles.load(db, piece.id), *args, **more)


def holder(db: Session, piece: Article) -> int | None:
    db.expire_all()
    round_ = rounds.running(db, piece)
    assert round_ is not None
    return round_.seats[0].holder_id


def waiting(db: Session, who: User) -> list[int]:
    return [one.id for one in db.scalars(work.waiting_for(who)).unique()]


def test_a_session_that_read_a_round_before_sees_who_has_it_now(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    read_before = rounds.running(db, piece)
    assert read_before is not None
    do(db, reviewers.claim, house.editor, piece)
    now = rounds.running(db, piece)
    assert now is read_before
    assert [seat.holder and seat.holder.name for seat in now.seats] == [house.editor.name]


def test_whoever_takes_it_up_has_it_and_the_others_lists_are_shorter(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    assert waiting(db, house.chief) == waiting(db, house.editor) == [piece.id]
    for _ in range(2):
        do(db, reviewers.claim, house.editor, piece)
    assert (waiting(db, house.editor), waiting(db, house.chief)) == ([piece.id], [])
    with pytest.raises(Conflict, match="hand it over"):
        do(db, reviewers.claim, house.chief, piece)
    do(db, reviewers.let_go, house.editor, piece)
    assert waiting(db, house.chief) == [piece.id]
    claims = select(Event.name).where(Event.name.like("review.%")).order_by(Event.id)
    assert db.scalars(claims).all() == ["review.claimed", "review.let_go"]
    do(db, reviewers.claim, house.editor, piece)
    assert press(db, house.chief, piece).state is State.APPROVED, "a claim is a courtesy, no lock"


def test_it_is_handed_over_to_somebody_who_can_and_they_are_told(db: Session, house: House, services: Services) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    deliver_due(services.sessions, services.reactions)
    do(db, reviewers.claim, house.editor, piece)
    do(db, reviewers.ask, house.editor, piece, house.chief.id)
    assert holder(db, piece) == house.chief.id
    assert waiting(db, house.editor) == []
    for nobody in (house.writer.id, house.other_editor.id, house.admin.id, 999):
        with pytest.raises(Invalid, match="cannot approve"):
            do(db, reviewers.ask, house.chief, piece, nobody)
    deliver_due(services.sessions, services.reactions)
    told = select(Notice.text).where(Notice.user_id == house.chief.id).order_by(Notice.id.desc())
    assert (db.scalars(told).first() or "").startswith("Noor Castellane asks you to review")


def test_what_somebody_had_who_left_waits_for_the_others_again(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    do(db, reviewers.claim, house.editor, piece)
    with transaction(db):
        db.get_one(User, house.editor.id).disabled_at = piece.state_since
    db.expire_all()
    assert waiting(db, house.chief) == [piece.id]
    assert [who.id for who in reviewers.concerned(db, articles.load(db, piece.id))] == [house.chief.id]
    do(db, reviewers.claim, house.chief, piece)
    assert holder(db, piece) == house.chief.id


def test_only_whoever_may_approve_does_any_of_it_and_only_in_review(db: Session, house: House) -> None:
    piece, other = make_article(db, house, State.IN_REVIEW), make_article(db, house, State.APPROVED)
    verbs: tuple[tuple[Any, ...], ...] = (
        (reviewers.claim,), (reviewers.let_go,), (reviewers.ask, house.chief.id), (reviewers.tick, []),
        (reviewers.plan,),
    )  # fmt: skip
    more: dict[Any, dict[str, Any]] = {
        reviewers.tick: {"seen": 1}, reviewers.plan: {"due_at": None, "priority": Priority.LOW},
    }  # fmt: skip
    for verb, *args in verbs:
        for who in (house.writer, house.other_editor, house.admin):
            with pytest.raises(Forbidden):
                do(db, verb, who, piece, *args, **more.get(verb, {}))
        with pytest.raises(Conflict, match="waits for no approval"):
            do(db, verb, house.editor, other, *args, **more.get(verb, {}))


def test_a_review_has_the_time_of_its_rules_and_gets_it_again(db: Session, house: House, frozen: Frozen) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules(hours=6))
    piece = make_article(db, house, State.IN_REVIEW)
    round_ = rounds.running(db, piece)
    assert round_ is not None
    assert round_.due_at is not None
    assert (round_.due_at - frozen.at).total_seconds() == 6 * 3600
    press(db, house.editor, piece, "request_changes")
    frozen.forward(hours=20)
    press(db, house.writer, piece, "submit")
    db.expire_all()
    round_ = rounds.running(db, piece)
    assert round_ is not None
    assert round_.due_at is not None
    assert (round_.due_at - frozen.at).total_seconds() == 6 * 3600


def test_what_presses_comes_first(db: Session, house: House) -> None:
    first, second, third = (make_article(db, house, State.IN_REVIEW) for _ in range(3))
    do(db, reviewers.plan, house.editor, third, due_at=None, priority=Priority.URGENT)
    do(db, reviewers.plan, house.editor, first, due_at=None, priority=Priority.LOW)
    wanted = [third.id, second.id, first.id]
    assert waiting(db, house.editor) == wanted
    assert [one.id for one in db.scalars(work.reviews(house.editor)).unique()] == wanted


BOXES = Rules(
    (Stage(), Stage(Asked(Bench.CHIEF))), boxes=(Box("Facts checked"), Box("Legal read", Asked(Bench.CHIEF)))
)  # fmt: skip


def test_the_last_approval_waits_for_what_has_to_be_ticked_for_this_text(db: Session, house: House) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, BOXES)
    piece = make_article(db, house, State.IN_REVIEW)
    chief = make_user(db, Role.CHIEF, name="Vera Second")
    piece = press(db, house.editor, piece)  # only the last one waits
    with pytest.raises(Refused) as caught:
        press(db, house.chief, piece)
    assert [reason.place for reason in caught.value.reasons] == ["ticks", "ticks"]
    do(db, reviewers.tick, house.editor, piece, ["Facts checked", "Legal read"], seen=piece.head_id)
    with pytest.raises(Refused, match="Legal read"):
        press(db, house.chief, piece)  # the editor ticks what is the desk's, and nothing else
    do(db, reviewers.tick, chief, piece, ["Facts checked", "Legal read"], seen=piece.head_id)
    before = piece.head_id
    edit(db, house.editor, piece, dek="Another text.")
    with pytest.raises(Refused, match="Facts checked"):
        press(db, house.chief, piece)
    with pytest.raises(Conflict, match="text changed"):
        do(db, reviewers.tick, chief, piece, ["Legal read"], seen=before)
    piece = articles.load(db, piece.id)
    do(db, reviewers.tick, house.editor, piece, ["Facts checked"], seen=piece.head_id)
    with transaction(db):
        service.waive(db, house.chief, articles.load(db, piece.id), ["tick:Legal read"], "No names in it.",
                      seen=piece.head_id)  # fmt: skip
    assert press(db, house.chief, piece).state is State.APPROVED
    receipt = db.scalars(select(Approval).where(Approval.voided_at.is_(None))).one()
    assert [(one["text"], one["by"]) for one in receipt.ticks] == [("Facts checked", house.editor.name)]
    assert [(one["text"], one["reason"], one["by"]) for one in receipt.waivers] == [
        ("“Legal read” is not ticked.", "No names in it.", house.chief.name)
    ]
    waived = db.scalars(select(Event).where(Event.name == "article.waived")).one()
    assert (waived.details["about"], waived.details["reason"]) == (["tick:Legal read"], "No names in it.")


def test_a_tick_is_taken_back_by_whoever_owns_it(db: Session, house: House) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, BOXES)
    piece = make_article(db, house, State.IN_REVIEW)
    do(db, reviewers.tick, house.editor, piece, ["Facts checked"], seen=piece.head_id)
    do(db, reviewers.tick, house.editor, piece, [], seen=piece.head_id)
    assert rounds.ticks(db, articles.load(db, piece.id), rounds.running(db, piece)) == {}
    ticked = db.scalars(select(Event).where(Event.name == "review.ticked").order_by(Event.id)).all()
    assert [(one.details["done"], one.details["taken_back"]) for one in ticked] == [
        (["Facts checked"], []), ([], ["Facts checked"]),
    ]  # fmt: skip


def test_each_stage_tells_those_whom_it_waits_for(db: Session, house: House, services: Services) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules((Stage(), Stage(Asked(Bench.DESK, house.practice.id)))))
    piece = make_article(db, house)
    act(db, house.writer, piece, "submit")
    deliver_due(services.sessions, services.reactions)
    press(db, house.editor, piece)
    deliver_due(services.sessions, services.reactions)
    told = fresh(db).execute(select(Notice.user_id, Notice.text).order_by(Notice.id)).all()
    submitted, signed = told[:2], told[2:]
    assert {user_id for user_id, _ in submitted} == {house.editor.id, house.chief.id}
    assert [(user_id, text.endswith("it waits for you now")) for user_id, text in signed] == [
        (house.other_editor.id, True)
    ]
