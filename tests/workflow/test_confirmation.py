"""An editor changes the text directly and asks its writers whether they stand by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.events import deliver_due
from cms.notifications.models import Notice
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow import queries as work
from cms.workflow import service
from tests.conftest import Client
from tests.factories import House, act, make_article, make_house
from tests.newsroom.editor import fresh, save, text


def edited(db: Session, house: House) -> Article:
    """Make a piece in review that its editor changed and sent back to be confirmed."""
    piece = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        article = articles.get(db, house.editor, piece.id)
        assert article.head is not None
        new = replace(article.head.content(), dek="Forty minutes, not four.")
        texts.save_draft(db, house.editor, article, new, seen=article.head.id)
    act(db, house.editor, articles.load(db, piece.id), "ask_confirmation")
    return articles.load(db, piece.id)


def test_the_writer_confirms_what_was_read_and_the_review_goes_on(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = edited(db, house)
        assert piece.state is State.TO_CONFIRM
        assert piece.id in [one.id for one in db.scalars(work.waiting_for(house.writer)).unique()]
        act(db, house.writer, piece, "confirm")
        piece = articles.load(db, piece.id)
        assert piece.state is State.IN_REVIEW
        act(db, house.editor, piece, "approve")
        assert articles.load(db, piece.id).state is State.APPROVED


def test_only_the_people_who_wrote_it_can_confirm_and_only_what_they_read(db: Session, house: House) -> None:
    piece = edited(db, house)
    for other in (house.editor, house.chief, house.admin, house.other_writer):
        with pytest.raises(Forbidden):
            act(db, other, articles.load(db, piece.id), "confirm")
    with pytest.raises(Conflict), transaction(db):
        service.move(db, house.writer, articles.load(db, piece.id), "confirm", seen=1_000_000)
    with pytest.raises(Invalid), transaction(db):
        service.move(db, house.writer, articles.load(db, piece.id), "confirm")


def test_a_writer_may_change_it_again_and_submit_instead(db: Session, house: House, writer: Client) -> None:
    piece = edited(db, house)
    save(writer, piece, dek="Four minutes after all.", do="submit")
    after = articles.load(fresh(db), piece.id)
    assert after.head is not None
    assert (after.state, after.head.dek) == (State.IN_REVIEW, "Four minutes after all.")


def test_an_editor_can_go_on_without_an_answer(db: Session, house: House) -> None:
    piece = edited(db, house)
    act(db, house.editor, piece, "reopen", note="They are on holiday.")
    assert articles.load(db, piece.id).state is State.IN_REVIEW


def test_the_page_shows_what_was_edited_and_who_confirmed_it(
    db: Session, house: House, writer: Client, editor: Client
) -> None:
    piece = edited(db, house)
    page = text(writer, f"/newsroom/articles/{piece.id}")
    assert "since you submitted it" in page
    assert "Forty minutes, not four." in page
    assert "Confirm the edits of revision 2" in page
    assert "Confirm the edits" not in text(editor, f"/newsroom/articles/{piece.id}/review")
    writer.post(f"/newsroom/articles/{piece.id}/confirm", data={"seen": piece.head_id})
    assert "Confirmed by <b>Ilse Varnholt</b>" in text(editor, f"/newsroom/articles/{piece.id}/review")
    save(editor, articles.load(fresh(db), piece.id), dek="Other.")
    assert "Confirmed by" not in text(editor, f"/newsroom/articles/{piece.id}/review")


def test_both_sides_are_told(services: Services, db: Session, house: House) -> None:
    piece = edited(db, house)
    act(db, house.writer, piece, "confirm")
    deliver_due(services.sessions, services.reactions)
    said = {(one.user_id, one.text.split(" “")[0]) for one in fresh(db).scalars(select(Notice))}
    assert (house.writer.id, "Noor Castellane edited") in said
    assert (house.editor.id, "Ilse Varnholt confirmed the edits of") in said
