"""Talking beside a text by plain forms: on the review page, and in one inbox."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.events import deliver_due
from cms.notifications.models import Notice
from cms.review.comments import queries as comments
from cms.review.models import Comment, Thread
from cms.vocabulary import State
from cms.wiring import Services
from tests.conftest import Client, Queries
from tests.factories import House, make_article
from tests.newsroom.editor import fresh, text

WORDS = "A fan had stopped"


def say(client: Client, piece_id: int, **fields: str) -> str:
    """Send the form for a new thread, and return the page that it leads to."""
    answer = client.post(f"/newsroom/articles/{piece_id}/comments", data={"text": "Is that so?", "about": "", **fields})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def thread(db: Session) -> Thread:
    return fresh(db).scalars(select(Thread).options(*comments.WITH_COMMENTS)).one()


def test_words_of_the_text_are_commented_on_answered_and_settled_by_forms(
    db: Session, house: House, writer: Client, editor: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert '<option value="block:a2">Block 2: Nobody had typed anything wrong.' in page
    where = say(editor, piece.id, about="block:a2", quote=WORDS, text="Whose fan?")
    one = thread(db)
    assert where == f"/newsroom/articles/{piece.id}/review#thread-{one.id}"
    page = text(writer, f"/newsroom/articles/{piece.id}/review")
    assert f'<mark id="at-thread-{one.id}" class="anchor" data-said="thread-{one.id}">{WORDS}</mark>' in page
    assert f'href="#at-thread-{one.id}">Block 2</a>' in page
    base = f"/newsroom/articles/{piece.id}/comments/{one.id}"
    writer.post(f"{base}/reply", data={"text": "The landlord’s."})
    editor.post(f"{base}/settle")
    page = text(writer, f"/newsroom/articles/{piece.id}/review")
    assert "0 open, 1 settled" in page
    assert "The landlord’s." in page
    assert f'id="at-thread-{one.id}"' not in page, "what is settled is not drawn over the text"
    writer.post(f"{base}/reopen")
    assert "1 open" in text(editor, f"/newsroom/articles/{piece.id}/review")


def test_what_was_typed_stays_where_it_cannot_be_stored(db: Session, house: House, editor: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    fields = {"text": "Whose fan?", "about": "block:a2", "quote": "words that are nowhere"}
    answer = editor.post(f"/newsroom/articles/{piece.id}/comments", data=fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Those words are not in that place of the text." in page
    assert "Whose fan?" in page
    assert 'value="words that are nowhere"' in page
    assert '<option selected value="block:a2">' in page
    empty = editor.post(f"/newsroom/articles/{piece.id}/comments", data={"text": " ", "about": "block:made-up"})
    assert empty.status_code == 422


def test_ones_own_words_are_mended_and_taken_back(db: Session, house: House, writer: Client, editor: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    say(editor, piece.id, text="First words.")
    one = thread(db)
    base = f"/newsroom/articles/{piece.id}/comments/{one.id}/{one.comments[0].id}"
    assert "Mend or take back" not in text(writer, f"/newsroom/articles/{piece.id}/review")
    assert writer.post(f"{base}/mend", data={"text": "Nonsense."}).status_code == 403
    editor.post(f"{base}/mend", data={"text": "Better words."})
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert "Better words." in page
    assert re.search(r"<summary[^>]*>Mended .*First words", page, re.DOTALL)
    editor.post(f"{base}/take-back")
    page = text(writer, f"/newsroom/articles/{piece.id}/review")
    assert "Taken back" in page
    editor.post(f"/newsroom/articles/{piece.id}/comments/{one.id}/reply", data={"text": "  "})
    assert len(fresh(db).scalars(select(Comment)).all()) == 1, "an empty answer is none"


def test_editors_talk_among_themselves(
    db: Session, house: House, writer: Client, editor: Client, chief: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    say(editor, piece.id, text="Between us.", confidential="y")
    assert "Between us." in text(chief, f"/newsroom/articles/{piece.id}/review")
    assert "Only editors see this" in text(chief, f"/newsroom/articles/{piece.id}/review")
    assert "Between us." not in text(writer, f"/newsroom/articles/{piece.id}/review")
    assert "Only editors see it" not in text(writer, f"/newsroom/articles/{piece.id}/review")
    assert "Between us." not in text(writer, "/newsroom/comments")
    assert "omment.opened" not in text(writer, f"/newsroom/articles/{piece.id}/history")
    sent = writer.post(
        f"/newsroom/articles/{piece.id}/comments", data={"text": "Me too.", "about": "", "confidential": "y"}
    )
    assert sent.status_code == 403


def test_one_inbox_has_the_open_threads(db: Session, house: House, writer: Client, editor: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    assert "Nothing waits for an answer" in text(writer, "/newsroom/comments")
    say(editor, piece.id, text="Whose fan?", about="block:a2", quote=WORDS)
    page = text(writer, "/newsroom/comments")
    assert "One thread is open." in page
    assert "Whose fan?" in page
    assert f"/newsroom/articles/{piece.id}/review#thread-" in page


def test_the_editors_script_gets_the_same_threads(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house)
    data = {"text": "Whose fan?", "about": "block:a2", "quote": WORDS}
    answer = writer.post(
        f"/newsroom/articles/{piece.id}/comments", data=data, headers={"Accept": "application/json"}
    ).get_json()
    assert f'data-block="a2" data-quote="{WORDS}"' in answer["html"]
    part = writer.get(f"/newsroom/articles/{piece.id}/comments").get_json()["html"]
    assert "Whose fan?" in part
    assert "<html" not in part
    wrong = writer.post(
        f"/newsroom/articles/{piece.id}/comments", data={**data, "text": ""}, headers={"Accept": "application/json"}
    )
    assert (wrong.status_code, wrong.get_json()["field"]) == (422, "text")


@pytest.mark.parametrize("count", [2, 12])
def test_the_inbox_costs_the_same_however_much_is_open(
    db: Session, house: House, writer: Client, queries: Queries, count: int
) -> None:
    piece = make_article(db, house)
    for number in range(count):
        say(writer, piece.id, text=f"Comment {number}")
    writer.get("/newsroom/comments")
    with queries.at_most(8):
        writer.get("/newsroom/comments")


def test_a_notice_leads_to_the_very_thread(
    services: Services, db: Session, house: House, writer: Client, editor: Client
) -> None:
    piece = make_article(db, house)
    say(editor, piece.id, text="Whose fan?", about="block:a2")
    one = thread(db)
    deliver_due(services.sessions, services.reactions)
    notice = fresh(db).scalars(select(Notice)).one()
    answer = writer.post(f"/newsroom/inbox/{notice.id}/open")
    assert answer.location == f"/newsroom/articles/{piece.id}/review#thread-{one.id}"


def test_a_call_that_nobody_heard_is_said_to_whoever_called(
    db: Session, house: House, writer: Client, editor: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    say(editor, piece.id, text="@Ilse, or @Ilse Varnholt, what says @Nobody? Write to noor@noor.test.")
    shown = " ".join(text(editor, f"/newsroom/articles/{piece.id}/review").split())
    assert "“@Ilse” called nobody. Do you mean Ilse Varnholt? Write the whole name." in shown
    assert "“@Nobody” called nobody. Nobody who may read this has that name." in shown
    assert shown.count("called nobody") == 2
    assert "called nobody" not in text(writer, f"/newsroom/articles/{piece.id}/review")
