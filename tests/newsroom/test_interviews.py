"""Around an interview, as the newsroom has it: who is asked, what was planned, and what was said in the room."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.review.models import GalleyLink
from cms.vocabulary import CreditRole, Kind, State
from tests.conftest import Client
from tests.factories import House, make_article
from tests.interviews.scene import Scene
from tests.interviews.test_questions import SAID
from tests.newsroom.editor import fresh, text
from tests.site.page import Page


@pytest.fixture
def scene(db: Session, house: House) -> Scene:
    return Scene(db, house)


def path(scene: Scene, rest: str = "") -> str:
    return f"/newsroom/articles/{scene.id}/interview{rest}"


def form(scene: Scene, **changed: Any) -> dict[str, Any]:
    return {"seen": scene.article.head_id, "person": scene.expert.id, "days": 7, "pick": ["q1.0"]} | changed


def test_what_seems_to_be_theirs_is_ticked(scene: Scene, editor: Client) -> None:
    page = Page(editor.get(path(scene)))
    assert page.h1 == "Nobody was asked yet whether these are their words."
    assert [one.get("value") for one in page.all("//input[@name='pick'][@checked]")] == ["q1.0", "q2.0", "p1.1"]
    other = Page(editor.get(path(scene, f"?person={scene.other.id}")))
    assert [one.get("value") for one in other.all("//input[@name='pick']")] == ["q3.0", "p1.1"]
    assert [one.get("value") for one in other.all("//input[@name='pick'][@checked]")] == ["q3.0"]


def test_a_piece_that_is_no_interview_leads_to_its_quotes_once_somebody_is_credited_as_interviewed(
    db: Session, house: House, editor: Client
) -> None:
    quoted = (CreditLine(house.author.id, CreditRole.AUTHOR), CreditLine(house.expert.id, CreditRole.INTERVIEWEE))
    with_quotes = make_article(db, house, State.IN_REVIEW, kind=Kind.NEWS, credits=quoted)
    without = make_article(db, house, State.IN_REVIEW, kind=Kind.NEWS)
    for page in ("edit", "review", "reviewers", "history", "planning", "explore", "share", "preview", "interview"):
        shown = Page(editor.get(f"/newsroom/articles/{with_quotes.id}/{page}"))
        assert "Quotes" in shown.words("//nav[@aria-label='This piece']/a"), page
    shown = Page(editor.get(f"/newsroom/articles/{without.id}/review"))
    assert "Quotes" not in shown.words("//nav[@aria-label='This piece']/a")


def test_without_an_address_of_mail_the_link_is_shown_once(scene: Scene, writer: Client) -> None:
    made = Page(writer.post(path(scene, "/ask"), data=form(scene)))
    [address] = made.words("//p[@class='secret__words']")
    assert "/newsroom/shared/" in address
    assert "checks their own words in revision 1" in made.text
    shown = Page(writer.get(path(scene)))
    assert address not in shown.answer.text
    assert shown.h1 == "Marit Oduya-Lind has not answered yet."
    assert "Not opened yet" in shown.text


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"pick": []}, 422, "Choose at least one quote"),
        ({"pick": ["q3.0"]}, 422, "not in the text any more"),
        ({"person": "999"}, 422, "credited as interviewee"),
        ({"email": "nobody"}, 422, "That is not a mail address."),
        ({"days": "15"}, 422, "Not a valid choice"),
        ({"seen": "1000"}, 409, "The text changed while you chose"),
        ({"seen": ""}, 422, "form"),
    ],
)
def test_what_cannot_be_asked_is_said(
    scene: Scene, editor: Client, changed: dict[str, Any], status: int, said: str
) -> None:
    answer = editor.post(path(scene, "/ask"), data=form(scene, **changed))
    assert answer.status_code == status
    assert said in answer.text
    assert fresh(scene.db).scalar(select(func.count(GalleyLink.id))) == 0


def test_asking_again_is_one_button(scene: Scene, editor: Client) -> None:
    shared = scene.ask("q1.0")
    scene.answer(shared)
    assert "Ask again" not in text(editor, path(scene))
    assert "nothing to ask again" in editor.post(
        path(scene, f"/checks/{shared.link.id}/again"), follow_redirects=True
    ).text  # fmt: skip
    again = scene.ask("q1.0", "q2.0")
    page = Page(editor.get(path(scene)))
    assert "Ask again about 2 quotes of Marit Oduya-Lind" in page.words("//button")
    assert Page(editor.post(path(scene, f"/checks/{again.link.id}/again"))).words("//p[@class='secret__words']")
    assert "Not answered, and asked in another check" in text(editor, path(scene))


def test_plan_and_sent_questions(scene: Scene, writer: Client) -> None:
    page = path(scene, "/questions")
    kept = writer.post(page, data={"seen": 0, "questions": "Why?\nHow?", "notes": ""}, follow_redirects=True)
    assert "The plan is kept." in kept.text
    assert writer.post(page, data={"seen": 0, "questions": "When?"}).status_code == 409
    assert "One a line" in writer.post(page, data={"seen": 1, "questions": "x" * 501}).text
    sent = writer.post(f"{page}/send", data={"to": "Marit", "email": ""}, follow_redirects=True)
    assert "It is noted that Marit has them." in sent.text
    assert Page(writer.get(page)).words("//ol[@class='turns']/li") == ["Why?", "How?"]
    refused = writer.post(f"{page}/send", data={"to": "Marit", "email": "x"}, follow_redirects=True)
    assert "That is not a mail address." in refused.text


def test_a_writer_hands_the_transcript_in_and_an_editor_reads_it(
    scene: Scene, writer: Client, editor: Client, client_as: Any
) -> None:
    page = path(scene, "/transcript")
    handed = writer.post(page, data={"text": SAID}, follow_redirects=True)
    assert "The transcript is kept." in handed.text
    assert "The transcript is here since" in handed.text
    assert "from Ilse Varnholt. Handing one in again takes its place." in handed.text
    assert "Put another version in its place" in handed.text
    assert "honest part of the promise" not in handed.text
    assert "Editors of the desk read it" in handed.text
    read = Page(editor.get(page))
    assert "honest part of the promise" in read.text
    spans = {"first-q1": "2", "last-q1": "4", "first-q2": "", "last-q2": ""}
    assert writer.post(f"{page}/ties", data=spans).status_code == 403
    tied = Page(editor.post(f"{page}/ties", data=spans, follow_redirects=True))
    assert tied.h1 == "Answers have 15% of the words that were said."
    assert "40 words became 6: 15%." in tied.text
    assert tied.links("//a[@class='meta']") == [f"/newsroom/articles/{scene.id}/review#b-q1"] * 3
    assert editor.post(f"{page}/ties", data=spans | {"last-q1": "99"}).status_code == 422
    assert editor.post(f"{page}/ties", data=spans | {"last-q1": "many"}).status_code == 422
    assert editor.post(page, data={"text": " "}).status_code == 422
    other = client_as(scene.house.other_editor)
    assert other.get(page).status_code == 404


def test_strangers_to_the_piece_find_nothing(scene: Scene, client_as: Any) -> None:
    shared = scene.ask("q1.0")
    other = client_as(scene.house.other_writer)
    for rest in ("", "/questions", "/transcript"):
        assert other.get(path(scene, rest)).status_code == 404
    posts = ("/ask", f"/checks/{shared.link.id}/revoke", f"/checks/{shared.link.id}/again", "/questions",
             "/questions/send", "/transcript")  # fmt: skip
    for rest in posts:
        assert other.post(path(scene, rest), data=form(scene) | {"to": "x", "text": "x"}).status_code == 404
    mine = make_article(scene.db, scene.house, by=scene.house.other_writer, credits=())
    address = f"/newsroom/articles/{mine.id}/interview/checks/{shared.link.id}/revoke"
    assert other.post(address).status_code == 404, "not by another piece"
    assert fresh(scene.db).scalar(select(GalleyLink.revoked_at)) is None


def test_the_ways_of_a_piece_lead_there(scene: Scene, writer: Client, db: Session, house: House) -> None:
    assert path(scene) in Page(writer.get(f"/newsroom/articles/{scene.id}/share")).links("//a")
    plain = make_article(db, house)
    assert f"/articles/{plain.id}/interview" not in text(writer, f"/newsroom/articles/{plain.id}/share")
    assert "Credit somebody as interviewee first" in text(writer, f"/newsroom/articles/{plain.id}/interview")


def test_the_page_costs_the_same_however_many_quotes(scene: Scene, editor: Client, queries: Any) -> None:
    scene.answer(scene.ask())
    editor.get(path(scene))
    with queries.at_most(16):
        editor.get(path(scene))
