"""The question whether a change is a correction, on paper: where it is asked, filled in, answered either way."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.events import Event
from cms.vocabulary import State
from tests.conftest import Client
from tests.factories import BODY, House, act, make_article, make_live
from tests.newsroom.editor import save
from tests.site.page import Page

WRONG, RIGHT = "At 02:14 on", "At 02:41 on"


def revising(db: Session, house: House) -> Article:
    article = make_live(db, house)
    act(db, house.writer, article, "revise")
    return articles.load(db, article.id)


def write(client: Client, article: Article, **changed: str) -> Any:
    """Save and submit from the editor, with the time in the text changed."""
    return save(client, article, **{"body": BODY.replace(WRONG, RIGHT), "do": "submit"} | changed)


def question(client: Client, article: Article) -> Page:
    return Page(client.get(f"/newsroom/articles/{article.id}/corrections"))


def now(db: Session, article: Article) -> Article:
    number = article.id
    db.rollback()
    db.expunge_all()
    return articles.load(db, number)


def test_submitting_a_changed_number_asks_and_the_answer_submits(
    writer: Client, editor: Client, reader: Client, house: House, db: Session
) -> None:
    article = revising(db, house)
    asked = write(writer, article)
    assert asked.status_code == 302
    assert asked.location.endswith(f"/articles/{article.id}/corrections?then=submit")
    page = Page(writer.get(asked.location))
    assert page.h1 == "Is this a correction?"
    assert page.words("//ol[@class='claims']//ins")[0].startswith("At 02:41 on an ordinary Tuesday")
    before = page.one("//textarea[@name='before']").text_content().strip()
    assert before.startswith("At 02:14 on an ordinary Tuesday")
    form = {
        name: page.one(f"//form[@id='correction']//input[@name='{name}']").get("value") for name in ("seen", "then")
    }
    answer = writer.post(
        f"/newsroom/articles/{article.id}/corrections",
        data=form | {"kind": "correction", "text": "The time was wrong.", "before": before, "after": RIGHT},
    )
    assert answer.location.endswith(f"/articles/{article.id}/review")
    article = now(db, article)
    assert article.state is State.IN_REVIEW
    assert "Correction: “The time was wrong.”" in html.unescape(
        editor.get(f"/newsroom/articles/{article.id}/review").text
    )
    assert "The time was wrong." not in reader.get(f"/articles/{article.slug}").text
    for action in ("approve", "publish"):
        data = {"seen": article.head_id}
        assert editor.post(f"/newsroom/articles/{article.id}/{action}", data=data).status_code == 302
    assert "The time was wrong." in reader.get(f"/articles/{article.slug}").text
    assert "corrected" in editor.get(f"/newsroom/articles/{article.id}/history").text


def test_no_is_an_answer_too_and_stands_in_the_history(writer: Client, house: House, db: Session) -> None:
    article = revising(db, house)
    page = Page(writer.get(write(writer, article).location))
    path = f"/newsroom/articles/{article.id}/corrections/none"
    seen = page.one(f"//form[@action='{path}']//input[@name='seen']").get("value")
    assert writer.post(path, data={"seen": seen, "then": "submit"}).status_code == 302
    article = now(db, article)
    assert article.state is State.IN_REVIEW
    history = " ".join(writer.get(f"/newsroom/articles/{article.id}/history").text.split())
    assert "Not a correction" in history
    assert "changes a number." in history


def test_what_else_stands_in_the_way_is_said_first(writer: Client, house: House, db: Session) -> None:
    article = revising(db, house)
    answer = write(writer, article, body="")
    assert answer.status_code == 409
    assert "It was not submitted" in answer.text


def test_the_review_page_leads_to_the_question(writer: Client, house: House, db: Session) -> None:
    article = revising(db, house)
    write(writer, article)
    page = Page(writer.get(f"/newsroom/articles/{article.id}/review"))
    assert f"/newsroom/articles/{article.id}/corrections" in page.links("//*[@id='why-submit']//a")


@pytest.mark.parametrize(
    "bad", [{"text": " "}, {"text": "x" * 1_001}, {"kind": "lie"}, {"seen": ""}, {"then": "publish"}]
)
def test_what_is_not_right_is_said_and_nothing_is_lost(
    writer: Client, house: House, db: Session, bad: dict[str, str]
) -> None:
    article = revising(db, house)
    write(writer, article)
    article = now(db, article)
    number = db.scalar(select(func.count()).select_from(Event))
    data = {"seen": article.head_id, "kind": "update", "text": "New.", "before": "Kept words"} | bad
    answer = writer.post(f"/newsroom/articles/{article.id}/corrections", data=data)
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert db.scalar(select(func.count()).select_from(Event)) == number


def test_a_page_that_is_stale_says_so(writer: Client, house: House, db: Session) -> None:
    article = revising(db, house)
    old = article.head_id
    write(writer, article)
    data = {"seen": old, "kind": "update", "text": "New."}
    answer = writer.post(f"/newsroom/articles/{article.id}/corrections", data=data)
    assert answer.status_code == 409
    assert "changed while you were reading" in answer.text
    for path in ("none", "take-out"):
        answer = writer.post(f"/newsroom/articles/{article.id}/corrections/{path}", data={"seen": old, "number": 1})
        assert answer.status_code == 409


def test_one_that_is_not_out_can_be_taken_out(writer: Client, house: House, db: Session) -> None:
    article = revising(db, house)
    data = {"seen": article.head_id, "kind": "note", "text": "We asked again."}
    writer.post(f"/newsroom/articles/{article.id}/corrections", data=data)
    page = question(writer, article)
    assert page.words("//aside//h3") == ["Editor’s note"]
    form = page.one("//form[contains(@action, 'take-out')]")
    sent = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    assert writer.post(form.get("action"), data=sent).status_code == 302
    assert question(writer, article).words("//aside//h3") == []


def test_a_live_piece_is_opened_for_revision_first(writer: Client, house: House, db: Session) -> None:
    article = make_live(db, house)
    page = question(writer, article)
    assert page.h1 == "What readers are told of changes"
    assert page.all("//form[@id='correction']") == []
    assert page.all("//form[contains(@action, '/revise')]")


def test_what_readers_do_not_know_needs_none(writer: Client, house: House, db: Session) -> None:
    assert "Readers do not know this piece" in question(writer, make_article(db, house)).text
