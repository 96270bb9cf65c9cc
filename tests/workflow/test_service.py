"""Moving pieces on: receipts, four eyes, live copies, and two people pressing at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.service import cutting
from cms.core import generation
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, Refused
from cms.core.events import Event
from cms.policy import SYSTEM
from cms.publication.models import Published, Redirect, Withdrawal
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow import service
from cms.workflow.models import Approval
from tests.conftest import Frozen
from tests.factories import NOW, House, act, make_article, make_house, make_live


def change(db: Session, actor: Any, article: Any, **changed: Any) -> None:
    with transaction(db):
        texts.save_draft(db, actor, article, replace(article.head.content(), **changed), seen=article.head_id)


def test_the_whole_story(db: Session, house: House) -> None:
    article = make_article(db, house)
    act(db, house.writer, article, "submit")
    act(db, house.editor, article, "request_changes", note="The second table needs a source.")
    change(db, house.writer, article, dek="Mended.")
    act(db, house.writer, article, "submit")
    act(db, house.editor, article, "approve")
    before = generation.current(db)
    act(db, house.editor, article, "publish")
    row = db.get_one(Published, article.id)
    assert (row.headline, row.dek) == (article.head and article.head.headline, "Mended.")
    assert generation.current(db) == before + 1
    assert article.state is State.SETTLED


def test_the_old_text_stays_up_while_a_live_piece_is_revised(db: Session, house: House) -> None:
    article = make_live(db, house, headline="As it was")
    act(db, house.writer, article, "revise")
    change(db, house.writer, article, headline="As it will be")
    assert db.get_one(Published, article.id).headline == "As it was"
    act(db, house.writer, article, "submit")
    act(db, house.editor, article, "approve")
    assert db.get_one(Published, article.id).headline == "As it was"
    act(db, house.editor, article, "publish")
    row = db.get_one(Published, article.id)
    assert row.headline == "As it will be"
    assert row.updated_at
    assert row.updated_at > row.published_at


def test_a_new_address_leaves_a_redirect_and_coming_back_takes_it_away(db: Session, house: House) -> None:
    article = make_live(db, house, slug="first")
    for slug in ("second", "first"):
        act(db, house.writer, article, "revise")
        change(db, house.writer, article, slug=slug)
        act(db, house.writer, article, "submit")
        act(db, house.editor, article, "approve")
        act(db, house.editor, article, "publish")
    assert db.scalars(select(Redirect.path)).all() == ["articles/second"]


def test_withdrawing_takes_the_piece_away_and_says_so(db: Session, house: House) -> None:
    article = make_live(db, house, slug="gone")
    act(db, house.editor, article, "withdraw", note="The source took its words back.")
    assert db.get(Published, article.id) is None
    assert db.get_one(Withdrawal, article.id).slug == "gone"
    assert article.state is State.SETTLED
    with pytest.raises(Refused, match="not live"):
        act(db, house.editor, article, "withdraw")


def test_a_withdrawn_piece_can_come_back_only_through_review(db: Session, house: House) -> None:
    article = make_live(db, house)
    act(db, house.editor, article, "withdraw")
    article_id = article.id
    with pytest.raises(Conflict):
        act(db, house.editor, article, "publish")
    article = articles.load(db, article_id)
    act(db, house.writer, article, "revise")
    with pytest.raises(Conflict):
        act(db, house.editor, article, "publish")
    article = articles.load(db, article_id)
    for actor, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, actor, article, action)
    assert db.get(Published, article.id)
    assert db.get(Withdrawal, article.id) is None


def test_an_approval_names_what_was_read(db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    seen = article.head_id
    change(db, house.chief, article, headline="Changed while somebody reads")
    with pytest.raises(Conflict, match="changed while you were reading"), transaction(db):
        service.move(db, house.editor, article, "approve", seen=seen)
    article = articles.load(db, article.id)
    with pytest.raises(Invalid, match="which revision"), transaction(db):
        service.move(db, house.editor, article, "approve")
    assert db.scalar(select(func.count(Approval.id))) == 0


def test_approving_twice_changes_and_records_nothing(db: Session, house: House) -> None:
    article = make_article(db, house, State.APPROVED)
    count = db.scalar(select(func.count(Event.id)))
    with transaction(db):
        moved = service.move(db, house.editor, article, "approve", seen=article.head_id)
    assert not moved.is_new
    assert db.scalar(select(func.count(Event.id))) == count
    assert db.scalar(select(func.count(Approval.id))) == 1


def test_swapping_the_author_makes_nobody_a_judge(db: Session, house: House) -> None:
    article = make_article(db, house, by=house.editor)
    change(db, house.editor, article, credits=())
    with transaction(db):
        service.move(db, house.editor, article, "submit")
    with pytest.raises(Forbidden), transaction(db):
        service.move(db, house.editor, article, "approve", seen=article.head_id)


def test_all_reasons_come_at_once_with_their_places(db: Session, house: House) -> None:
    article = make_article(
        db, house, dek="", credits=(), body='<p data-id="x1">TK</p><p data-id="x2">Two TKs are left.</p>'
    )
    act(db, house.writer, article, "submit")
    with pytest.raises(Refused) as caught:
        act(db, house.editor, article, "approve")
    assert [reason.place for reason in caught.value.reasons] == ["dek", "credits", "x1", "x2"]
    assert article.state is State.IN_REVIEW


def test_an_embargo_holds_for_now_and_for_the_schedule(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house, State.APPROVED)
    with transaction(db):
        until = frozen.at + timedelta(hours=6)
        texts.plan(db, house.editor, article, texts.Plan(house.systems.id, embargo_until=until))
    for action in ("publish", "schedule"):
        with pytest.raises(Refused, match="embargo"):
            act(db, house.editor, article, action, at=frozen.at + timedelta(hours=5))
        article = articles.load(db, article.id)
    act(db, house.editor, article, "schedule", at=frozen.at + timedelta(hours=6))
    frozen.forward(hours=6)
    act(db, house.editor, article, "publish")


def test_discarding_puts_the_live_text_back(db: Session, house: House) -> None:
    article = make_live(db, house, headline="Live")
    act(db, house.writer, article, "revise")
    change(db, house.writer, article, headline="Never mind")
    act(db, house.writer, article, "discard")
    assert article.head
    assert (article.head.headline, article.state) == ("Live", State.SETTLED)
    assert db.get_one(Published, article.id).headline == "Live"


@pytest.mark.parametrize("state", [s for s in State if s is not State.SETTLED])
def test_no_path_publishes_what_was_not_approved(db: Session, house: House, state: State) -> None:
    """Every action by everybody, from every state, over a text that nobody signed."""
    article = make_article(db, house, state)
    article_id = article.id
    if state in (State.APPROVED, State.SCHEDULED):
        with transaction(db):  # as if a bug had changed the text behind the receipt's back
            cutting.cut(db, house.writer, article, replace(article.head.content(), headline="Unseen"), number=9,  # type: ignore[union-attr]
                       note="", at=article.changed_at)  # fmt: skip
    for actor in [*house.staff(), SYSTEM]:
        for action in ("publish", "adopt", "schedule"):
            article = articles.load(db, article_id)
            with pytest.raises(CmsError), transaction(db):
                service.move(db, actor, article, action, at=NOW + timedelta(days=900))
    assert db.get(Published, article_id) is None


def test_offers_are_what_may_be_done_and_nothing_else(db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    assert [o.action for o in service.offers(db, house.writer, article)] == ["recall", "spike"]
    assert [o.action for o in service.offers(db, house.editor, article)] == [
        "recall",
        "request_changes",
        "ask_confirmation",
        "approve",
        "spike",
    ]
    assert service.offers(db, house.admin, article) == []
    assert service.offers(db, house.other_editor, article) == []


def test_an_offer_carries_what_stands_in_its_way(db: Session, house: House) -> None:
    article = make_article(db, house, dek="")
    act(db, house.writer, article, "submit")
    approve = next(o for o in service.offers(db, house.editor, article) if o.action == "approve")
    assert [reason.place for reason in approve.reasons] == ["dek"]


def test_two_editors_press_at_once_and_one_wins(either: Services) -> None:
    """Approve, request changes, edit and publish at the same moment: legal, and only approved text goes live."""
    with either.sessions() as db:
        house = make_house(db)
    for _ in range(6):
        with either.sessions() as db:
            article = make_article(db, house, State.IN_REVIEW)
        barrier = threading.Barrier(4)
        failures: list[Exception] = []

        def press(actor: Any, action: str, article_id: int = article.id, barrier: threading.Barrier = barrier,
                  failures: list[Exception] = failures) -> None:  # fmt: skip
            barrier.wait()
            for _ in range(3):
                try:
                    with either.sessions() as db:
                        piece = articles.load(db, article_id)
                        seen = piece.head_id
                        with transaction(db):
                            piece = articles.load(db, article_id)
                            if action == "edit":
                                assert piece.head
                                new = replace(piece.head.content(), headline=f"Changed {threading.get_ident()}")
                                texts.save_draft(db, actor, piece, new, seen=seen or 0)
                            else:
                                service.move(db, actor, piece, action, seen=seen, note="Because.")
                except CmsError:
                    continue
                except Exception as exc:
                    failures.append(exc)

        jobs = [
            (house.editor, "approve"),
            (house.chief, "request_changes"),
            (house.chief, "edit"),
            (house.editor, "publish"),
        ]
        threads = [threading.Thread(target=press, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with either.sessions() as db:
            live = db.get(Published, article.id)
            signed = set(db.scalars(select(Approval.content_hash).where(Approval.article_id == article.id)))
            assert live is None or live.content_hash in signed
