"""Several approvals: whose, in which order, one vote each, and what an edit or a request for changes reopens."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Refused
from cms.core.events import Event
from cms.publication.models import Published
from cms.vocabulary import Bench, Can, Role, State
from cms.wiring import Services
from cms.workflow import queries as work
from cms.workflow import rounds, ruling, service
from cms.workflow.models import Approval, Round, Seat
from cms.workflow.rulebook import Asked, Rules, Stage
from tests.factories import House, act, make_article, make_desk, make_house, make_user
from tests.newsroom.editor import fresh

DESK, CHIEF = Asked(Bench.OWN_DESK), Asked(Bench.CHIEF)


def rule(db: Session, house: House, *stages: Stage, **where: Any) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules(stages), **where)


def legal(db: Session) -> tuple[Asked, User]:
    desk = make_desk(db, "Legal")
    return Asked(Bench.DESK, desk.id, "Legal"), make_user(db, Role.EDITOR, name="Lea Gal", desks=(desk,))


def edit(db: Session, who: User, piece: Article, **changed: Any) -> None:
    with transaction(db):
        article = articles.load(db, piece.id)
        assert article.head is not None
        texts.save_draft(db, who, article, replace(article.head.content(), **changed), seen=article.head.id)


def press(db: Session, who: User, piece: Article, action: str = "approve") -> Article:
    act(db, who, articles.load(db, piece.id), action)
    return articles.load(db, piece.id)


def receipt(db: Session, piece: Article) -> Approval:
    found = service.receipt(db, piece)
    assert found is not None
    return found


def test_the_desk_then_legal_then_a_chief(db: Session, house: House) -> None:
    asked, lawyer = legal(db)
    rule(db, house, Stage(DESK), Stage(asked), Stage(CHIEF))
    piece = make_article(db, house, State.IN_REVIEW)
    for early in (lawyer, house.other_editor):
        with pytest.raises(Forbidden):
            press(db, early, piece)
    piece = press(db, house.editor, piece)
    assert piece.state is State.IN_REVIEW
    assert service.receipt(db, piece) is None
    with pytest.raises(Refused, match="It waits for Legal"):
        press(db, house.chief, piece)
    piece = press(db, lawyer, piece)
    assert piece.state is State.IN_REVIEW
    piece = press(db, house.chief, piece)
    assert piece.state is State.APPROVED
    said = receipt(db, piece)
    assert said.rules == "one of the desk of the piece, then one of Legal, then one of the chiefs"
    assert [(one["by"], one["for"]) for one in said.signatures] == [
        ("Noor Castellane", "the desk of the piece"), ("Lea Gal", "Legal"), ("Hanne Ostrowe", "the chiefs"),
    ]  # fmt: skip
    assert {one["hash"] for one in said.signatures} == {said.content_hash}
    names = select(Event.name).where(Event.subject_id == piece.id, Event.name.in_(["article.sign", "article.approve"]))
    assert db.scalars(names.order_by(Event.id)).all() == ["article.sign", "article.sign", "article.approve"]


def test_nobody_counts_twice_and_asking_again_changes_nothing(db: Session, house: House) -> None:
    rule(db, house, Stage(DESK, 2), Stage(CHIEF))
    piece = press(db, house.editor, make_article(db, house, State.IN_REVIEW))
    with transaction(db):
        again = service.move(db, house.editor, articles.load(db, piece.id), "approve", seen=piece.head_id)
    assert not again.is_new
    piece = press(db, house.chief, piece)  # the chief sits on every desk, and so has no vote left
    edit(db, house.editor, piece, kicker="Another text")
    for who in (house.editor, house.chief):
        with pytest.raises(Refused):
            press(db, who, piece)
    other = make_user(db, Role.CHIEF)
    assert press(db, other, piece).state is State.APPROVED


def test_nobody_approves_their_own_in_any_stage(db: Session, house: House) -> None:
    rule(db, house, Stage(DESK), Stage(CHIEF))
    piece = make_article(db, house, by=house.editor)
    act(db, house.editor, piece, "submit")
    with pytest.raises(Forbidden):
        press(db, house.editor, piece)
    piece = press(db, house.chief, press(db, house.chief, piece))
    assert piece.state is State.IN_REVIEW, "the chief stood in for the desk, and cannot stand in for a second chief"


def test_an_edit_reopens_the_last_stage_alone_and_the_hash_decides(db: Session, house: House) -> None:
    second, third = make_user(db, Role.CHIEF), make_user(db, Role.CHIEF)
    rule(db, house, Stage(DESK), Stage(CHIEF, 2))
    piece = press(db, house.editor, make_article(db, house, State.IN_REVIEW))
    piece = press(db, house.chief, piece)
    before = piece.head.kicker if piece.head else ""
    edit(db, house.editor, piece, kicker="Changed")
    assert press(db, second, piece).state is State.IN_REVIEW, "the chief signed another text"
    edit(db, house.editor, piece, kicker=before)
    piece = press(db, third, piece)
    assert piece.state is State.APPROVED, "the text is again what the first chief signed, whatever lay between"
    assert {one["by"] for one in receipt(db, piece).signatures} == {house.editor.name, house.chief.name, third.name}


def test_an_earlier_stage_stands_whatever_is_changed_while_it_fills(db: Session, house: House) -> None:
    rule(db, house, Stage(DESK, 2), Stage(CHIEF))
    second = make_user(db, Role.EDITOR, desks=(house.systems,))
    piece = press(db, house.editor, make_article(db, house, State.IN_REVIEW))
    edit(db, house.editor, piece, dek="Another text.")
    piece = press(db, house.chief, press(db, second, piece))
    assert piece.state is State.APPROVED
    assert [one["revision"] for one in receipt(db, piece).signatures] == [1, 2, 2]


@pytest.mark.parametrize("action", ["reopen", "request_changes"])
def test_taking_it_back_reopens_the_stage_that_it_stands_in(db: Session, house: House, action: str) -> None:
    rule(db, house, Stage(DESK), Stage(CHIEF))
    piece = press(db, house.editor, make_article(db, house, State.IN_REVIEW))
    piece = press(db, house.chief, piece)
    piece = press(db, house.chief, piece, action)
    if action == "request_changes":
        edit(db, house.writer, piece, dek="As asked.")
        piece = press(db, house.writer, piece, "submit")
    assert [seat.signed_by_id for seat in _running(db, piece).seats] == [house.editor.id, None]
    assert press(db, house.chief, piece).state is State.APPROVED
    first, last = receipt(db, piece).signatures
    assert (first["hash"] != last["hash"]) is (action == "request_changes")


def test_a_running_review_keeps_the_rules_it_began_with(db: Session, house: House) -> None:
    running = make_article(db, house, State.IN_REVIEW)
    rule(db, house, Stage(DESK), Stage(CHIEF))
    assert press(db, house.editor, running).state is State.APPROVED
    assert press(db, house.editor, make_article(db, house, State.IN_REVIEW)).state is State.IN_REVIEW
    recalled = make_article(db, house, State.IN_REVIEW)
    rule(db, house, Stage(DESK))
    recalled = press(db, house.writer, recalled, "recall")
    recalled = press(db, house.writer, recalled, "submit")
    assert press(db, house.editor, recalled).state is State.APPROVED, "taken back, it begins anew"


def test_an_asked_desk_reads_the_piece_until_its_review_ends(db: Session, house: House) -> None:
    asked, lawyer = legal(db)
    rule(db, house, Stage(DESK), Stage(asked))
    piece = make_article(db, house, State.IN_REVIEW)

    def readable() -> bool:
        return piece.id in db.scalars(articles.visible_to(lawyer).with_only_columns(Article.id)).all()

    assert not readable()
    press(db, house.editor, piece)
    assert readable()
    assert service.offers(db, lawyer, articles.load(db, piece.id))
    press(db, lawyer, piece)
    assert readable()
    press(db, house.editor, piece, "publish")
    assert not readable()
    assert db.scalar(select(Round.ended_at).where(Round.article_id == piece.id)) is not None


def test_lists_and_seats_agree_on_whom_a_piece_waits_for(db: Session, house: House) -> None:
    """`queries.awaits` is `rounds.seat_for` as a WHERE clause: tried for everybody in every turn of a review."""
    asked, lawyer = legal(db)
    second, third = make_user(db, Role.CHIEF), make_user(db, Role.CHIEF)
    rule(db, house, Stage(DESK, 2), Stage(asked), Stage(CHIEF, 2))
    piece = make_article(db, house, State.IN_REVIEW)
    turns: list[Any] = [
        lambda: None, lambda: press(db, house.editor, piece), lambda: press(db, second, piece),
        lambda: edit(db, house.editor, piece, dek="Two."), lambda: press(db, lawyer, piece),
        lambda: press(db, house.chief, piece), lambda: edit(db, house.editor, piece, dek="Three."),
    ]  # fmt: skip
    seen = set()
    for number, turn in enumerate(turns):
        turn()
        article = articles.load(fresh(db), piece.id)
        round_ = _running(db, article)
        assert article.head is not None
        for who in [*house.staff(), lawyer, second, third]:
            is_listed = article.id in [one.id for one in db.scalars(work.waiting_for(who)).unique()]
            has_seat = rounds.seat_for(who, article, round_, article.head) is not None
            assert is_listed == has_seat, (number, who.name)
            seen.add((number, has_seat))
    assert len(seen) == 2 * len(turns), "in every turn somebody is waited for, and somebody is not"


def test_two_who_press_at_once_take_two_seats(either: Services) -> None:
    """Of two last approvals that are missing, neither is lost, none counts twice, and one receipt comes of them."""
    with either.sessions() as db:
        house = make_house(db)
        second = make_user(db, Role.CHIEF)
        rule(db, house, Stage(CHIEF, 2))
    for _ in range(4):
        with either.sessions() as db:
            piece = make_article(db, house, State.IN_REVIEW)
        barrier = threading.Barrier(3)

        def approve(who: User, article_id: int = piece.id, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            for _ in range(5):
                try:
                    with either.sessions() as db, transaction(db):
                        article = articles.load(db, article_id)
                        service.move(db, who, article, "approve", seen=article.head_id)
                except Conflict:
                    continue
                except CmsError:
                    return
                return

        threads = [threading.Thread(target=approve, args=(who,)) for who in (house.chief, second, house.chief)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with either.sessions() as db:
            article = articles.load(db, piece.id)
            assert article.state is State.APPROVED
            receipts = db.scalars(select(Approval).where(Approval.article_id == piece.id)).all()
            assert [{one["by_id"] for one in each.signatures} for each in receipts] == [{house.chief.id, second.id}]
            assert db.scalar(select(Published.article_id).where(Published.article_id == piece.id)) is None


def test_the_database_itself_counts_nobody_twice(db: Session, house: House) -> None:
    rule(db, house, Stage(DESK), Stage(CHIEF))
    round_ = _running(db, press(db, house.chief, make_article(db, house, State.IN_REVIEW)))
    with pytest.raises(Conflict), transaction(db):
        seat = db.get_one(Seat, round_.seats[1].id)
        seat.signed_by_id, seat.signed_at = house.chief.id, round_.began_at


def test_what_the_rules_of_a_seat_say_is_what_the_policy_says(db: Session, house: House) -> None:
    asked, lawyer = legal(db)
    rule(db, house, Stage(asked))
    piece = make_article(db, house, State.IN_REVIEW)
    for who in [*house.staff(), lawyer]:
        listed = set(db.scalars(select(Article.id).where(articles.permitted(who, Can.REVIEW_FOR_ASKED))))
        assert (piece.id in listed) is asked.holds(who, piece) is (who is lawyer)


def _running(db: Session, piece: Article) -> Round:
    found = rounds.running(db, piece)
    assert found is not None
    return found
