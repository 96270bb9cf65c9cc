"""Who reviews a piece, on the page beside the text and on its own: taking it up, asking, ticking, and the receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.core.db import transaction
from cms.vocabulary import Bench, Kind, State
from cms.workflow import rounds, ruling
from cms.workflow.rulebook import Asked, Box, Rules, Stage
from tests.conftest import Client, Frozen, Queries
from tests.factories import House, make_article
from tests.newsroom.editor import fresh, text

RULES = Rules((Stage(), Stage(Asked(Bench.CHIEF))), boxes=(Box("Facts checked"),), hours=30)


def test_from_one_desk_to_the_next_until_the_receipt_names_everybody(
    db: Session, house: House, writer: Client, editor: Client, chief: Client
) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, RULES)
    piece = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{piece.id}"
    assert "Waits for the chiefs" not in text(chief, "/newsroom/")
    page = text(editor, f"{address}/review")
    assert "one of the desk of the piece, then one of the chiefs" in page
    assert "Nobody has taken it up yet" in page
    assert editor.post(f"{address}/reviewers/claim").status_code == 302
    assert "Noor Castellane took it up" in text(writer, f"{address}/review")
    assert re.search(r"[.!?”]\s+Noor Castellane has taken it up\.", text(editor, "/newsroom/"))
    assert editor.post(f"{address}/reviewers/tick", data={"seen": piece.head_id, "done": "Facts checked"})
    answer = editor.post(f"{address}/approve", data={"seen": piece.head_id})
    assert answer.status_code == 302
    page = text(editor, answer.location)
    assert "was approved by one of its reviewers. Whoever it waits for now has been told." in page
    assert "You have approved it in this round" in text(editor, f"{address}/review")
    assert "Waits for the chiefs" in text(chief, "/newsroom/")
    assert text(editor, "/newsroom/waiting").count(f'href="{address}"') == 0
    assert chief.post(f"{address}/approve", data={"seen": piece.head_id}).status_code == 302
    page = text(editor, f"{address}/review")
    for words in ("<b>Noor Castellane</b> for the desk of the piece", "<b>Hanne Ostrowe</b> for the chiefs",
                  "<b>Facts checked:</b> ticked by Noor Castellane"):  # fmt: skip
        assert words in page
        assert words in text(writer, f"{address}/history")


def test_somebody_is_asked_and_the_review_is_planned(
    db: Session, house: House, editor: Client, chief: Client, client_as: Callable[[User], Client], frozen: Frozen
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{piece.id}/reviewers"
    page = text(editor, address)
    assert set(re.findall(r'<option value="(\d+)"', page)) == {str(house.chief.id)}, "oneself takes it up instead"
    elsewhere = make_article(db, house, State.IN_REVIEW, section_id=house.other_section.id)
    asked = text(chief, f"/newsroom/articles/{elsewhere.id}/reviewers")
    assert set(re.findall(r'<option value="(\d+)"', asked)) == {str(house.other_editor.id)}
    assert editor.post(f"{address}/ask", data={"user_id": house.chief.id}).status_code == 302
    assert "Hanne Ostrowe was asked" in text(chief, address)
    assert "Hanne Ostrowe was asked" in text(chief, "/newsroom/waiting")
    assert editor.post(f"{address}/ask", data={"user_id": house.writer.id}).status_code == 422
    plan = {"due_at": "2026-11-26T17:30", "priority": "urgent"}
    assert editor.post(f"{address}/plan", data=plan).status_code == 302
    assert editor.post(f"{address}/plan", data=plan | {"due_at": "2026-02-30T06:00"}).status_code == 422
    past = editor.post(f"{address}/plan", data=plan | {"due_at": "2020-12-24T17:30"})
    assert past.status_code == 422
    assert "That time is past. Say by when it is to be done from now on." in past.text
    with transaction(db):
        rounds.running(db, articles.load(fresh(db), piece.id)).due_at = frozen.at - timedelta(days=3)
    for path in ("/newsroom/", "/newsroom/reviews"):
        page = text(chief, path)
        assert "Urgent." in page
        assert re.search(r'late">3 days late', page), path
    for other in (house.writer, house.other_editor):
        assert client_as(other).get(address).status_code in (403, 404)
    assert editor.post(f"{address}/let-go").status_code == 302
    with transaction(db):
        article = articles.load(fresh(db), piece.id)
    assert article.state is State.IN_REVIEW


def test_a_piece_that_is_not_in_review_has_no_reviewers(db: Session, house: House, editor: Client) -> None:
    piece = make_article(db, house, State.APPROVED)
    answer = editor.get(f"/newsroom/articles/{piece.id}/reviewers")
    assert answer.status_code == 302
    assert "waits for no approval" in text(
        editor, editor.post(f"/newsroom/articles/{piece.id}/reviewers/claim").location
    )


def test_what_is_not_ticked_is_said_with_its_place_and_can_be_waived(db: Session, house: House, editor: Client) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules(boxes=(Box("Facts checked"),)), kind=Kind.ARTICLE)
    piece = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{piece.id}"
    page = text(editor, f"{address}/review")
    assert re.search(r'<a href="#ticks">To be ticked</a>:\s+“Facts checked” is not ticked', page)
    assert re.search(r'formaction="[^"]*/approve" disabled', page)
    data = {"seen": piece.head_id, "about": "tick:Facts checked", "reason": "A poem."}
    assert editor.post(f"{address}/waive", data=data).status_code == 302
    assert not re.search(r'formaction="[^"]*/approve" disabled', text(editor, f"{address}/review"))
    assert editor.post(f"{address}/approve", data={"seen": piece.head_id}).status_code == 302
    assert "A poem." in text(editor, f"{address}/review")


def test_under_several_approvals_and_a_tick_it_is_three_clicks_from_the_desk(
    db: Session, house: House, editor: Client
) -> None:
    """The headline on the desk, the tick, and the button."""
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules((Stage(), Stage()), boxes=(Box("Facts checked"),)))
    piece = make_article(db, house, State.IN_REVIEW)
    assert f'href="/newsroom/articles/{piece.id}"' in text(editor, "/newsroom/")
    page = text(editor, f"/newsroom/articles/{piece.id}")
    for words in ("What you will sign", "Approve revision 1", 'value="Facts checked"', "Who approves"):
        assert words in page
    done = {"seen": piece.head_id, "done": "Facts checked"}
    back = editor.post(f"/newsroom/articles/{piece.id}/reviewers/tick", data=done).location
    assert "Approve revision 1" in text(editor, back)


def test_a_round_costs_the_pages_of_a_piece_one_question_at_most(
    db: Session, house: House, editor: Client, queries: Queries
) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, RULES)
    piece = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{piece.id}"
    editor.post(f"{address}/reviewers/claim")
    for path in (f"{address}/review", f"{address}/reviewers"):
        editor.get(path)
        with queries.at_most(19):  # what was ticked is the only one that a page has with such rules alone
            editor.get(path)
