"""Forms that are larger than any of ours are not read, and never sent back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.conftest import Client
from tests.factories import House, make_article
from tests.newsroom.editor import form_of


def test_signing_in_takes_a_line(stranger: Client) -> None:
    answer = stranger.post("/newsroom/sign-in", data={"email": "a" * 20_000, "password": "b"})
    assert answer.status_code == 413
    assert len(answer.data) < 5_000


def test_a_plain_form_has_a_length(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = writer.post(f"/newsroom/articles/{article.id}/edit", data=form_of(article, body="a" * 8_000_000))
    assert answer.status_code == 413
    assert len(answer.data) < 20_000


def test_a_long_text_in_another_alphabet_is_no_such_form(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    body = "<p>" + "\u0434\u043e\u043c " * 150_000 + "</p>"
    assert writer.post(f"/newsroom/articles/{article.id}/edit", data=form_of(article, body=body)).status_code == 302


def test_a_form_of_countless_fields_is_not_sent_back(stranger: Client) -> None:
    answer = stranger.post("/newsroom/articles/1/edit", data={f"a{i}": "" for i in range(20_000)})
    assert answer.status_code == 401
    assert len(answer.data) < 20_000
    few = stranger.post("/newsroom/articles/1/edit", data={"body": "What I wrote."})
    assert b"What I wrote." in few.data
