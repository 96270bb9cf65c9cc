"""What stops an approval can be waived for one text, with a reason that stands on the receipt; any other asks anew."""

from __future__ import annotations

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
from cms.core.errors import Conflict, Forbidden, Invalid, Refused
from cms.core.events import Event
from cms.review.comments import service as talk
from cms.review.comments.facts import About
from cms.review.models import Waiver
from cms.review.suggestions import service as suggestions
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow import service as workflow
from tests.conftest import Client
from tests.factories import BODY, House, act, make_article, make_house
from tests.newsroom.editor import text

TK = BODY.replace("ordinary", "TK")


def waive(db: Session, who: User, piece: Article, *about: str, reason: str = "Legal knows.", **more: Any) -> None:
    with transaction(db):
        article = articles.get(db, who, piece.id)
        workflow.waive(db, who, article, about, reason, seen=more.get("seen", article.head_id))


def waivable(db: Session, who: User, piece: Article) -> list[str]:
    db.expire_all()
    return [one.about for one in workflow.outlook(db, who, articles.get(db, who, piece.id)).waivable]


def blocked(db: Session, house: House) -> Article:
    """Make a piece in review with a word to come, an open thread and a suggestion."""
    piece = make_article(db, house, State.IN_REVIEW, body=TK)
    with transaction(db):
        article = articles.get(db, house.chief, piece.id)
        assert article.head is not None
        talk.say(db, house.chief, article, "Why?", About())
        wanted = replace(article.head.content(), dek="Shorter.")
        suggestions.suggest(db, house.chief, article, wanted, seen=article.head.id)
    return piece


def test_everything_waived_lets_an_approval_through_and_stands_on_its_receipt(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = blocked(db, house)
        names = waivable(db, house.editor, piece)
        assert [name.split(":")[0] for name in names] == ["tk", "suggestion", "thread"]
        waive(db, house.editor, piece, *names[:2], reason="They are abroad.")
        with pytest.raises(Refused, match="One thread"):
            act(db, house.editor, articles.load(db, piece.id), "approve")
        waive(db, house.chief, piece, names[2])
        assert waivable(db, house.editor, piece) == []
        act(db, house.editor, articles.load(db, piece.id), "approve")
        receipt = workflow.receipt(db, articles.load(db, piece.id))
        assert receipt is not None
        assert [(one["by"], one["reason"]) for one in receipt.waivers] == [
            ("Noor Castellane", "They are abroad."), ("Noor Castellane", "They are abroad."),
            ("Hanne Ostrowe", "Legal knows."),
        ]  # fmt: skip
        trail = db.scalars(select(Event).where(Event.name == "article.waived").order_by(Event.id)).all()
        assert [event.details["about"] for event in trail] == [names[:2], names[2:]]


def test_another_text_asks_anew(db: Session, house: House) -> None:
    piece = blocked(db, house)
    waive(db, house.editor, piece, *waivable(db, house.editor, piece))
    with transaction(db):
        article = articles.get(db, house.editor, piece.id)
        assert article.head is not None
        content = replace(article.head.content(), kicker="Other")
        texts.save_draft(db, house.editor, article, content, seen=article.head.id)
    assert len(waivable(db, house.editor, piece)) == 3


def test_what_comes_after_a_waiver_is_not_waived(db: Session, house: House) -> None:
    piece = blocked(db, house)
    waive(db, house.editor, piece, *waivable(db, house.editor, piece))
    with transaction(db):
        talk.say(db, house.chief, articles.get(db, house.chief, piece.id), "And this?", About())
    (new,) = waivable(db, house.editor, piece)
    assert new.startswith("thread:")
    with pytest.raises(Refused):
        act(db, house.editor, articles.load(db, piece.id), "approve")


def test_a_waiver_needs_a_reason_a_right_and_the_text_that_was_read(db: Session, house: House) -> None:
    piece = blocked(db, house)
    names = waivable(db, house.editor, piece)
    with pytest.raises(Invalid) as refused:
        waive(db, house.editor, piece, *names, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Invalid):
        waive(db, house.editor, piece, "headline")
    with pytest.raises(Conflict):
        waive(db, house.editor, piece, *names, seen=1_000_000)
    with pytest.raises(Forbidden):
        waive(db, house.writer, piece, *names)
    act(db, house.editor, articles.load(db, piece.id), "request_changes")
    with pytest.raises(Conflict):
        waive(db, house.editor, piece, *names)
    assert db.scalars(select(Waiver)).all() == []


def test_what_no_piece_can_be_printed_without_is_never_waived(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        article = articles.get(db, house.editor, piece.id)
        assert article.head is not None
        texts.save_draft(
            db, house.editor, article, replace(article.head.content(), section_id=None), seen=article.head.id
        )
    assert waivable(db, house.editor, piece) == []
    with pytest.raises(Refused):
        act(db, house.editor, articles.load(db, piece.id), "approve")


def test_waiving_by_a_form(db: Session, house: House, writer: Client, editor: Client) -> None:
    piece = blocked(db, house)
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    names = waivable(db, house.editor, piece)
    assert all(f'value="{name}"' in page for name in names)
    assert "Waive what stops it" not in text(writer, f"/newsroom/articles/{piece.id}/review")
    head = articles.load(db, piece.id).head_id
    sent = {"seen": head, "about": names, "reason": ""}
    answer = editor.post(f"/newsroom/articles/{piece.id}/waive", data=sent)
    assert answer.status_code == 422
    assert "Say why it need not stop the approval" in answer.get_data(as_text=True)
    editor.post(f"/newsroom/articles/{piece.id}/waive", data={**sent, "reason": "Legal knows."})
    assert "Legal knows." in text(editor, f"/newsroom/articles/{piece.id}/review")
    editor.post(f"/newsroom/articles/{piece.id}/approve", data={"seen": head})
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert "Waived by Noor Castellane:" in page
    assert "Approved" in page
