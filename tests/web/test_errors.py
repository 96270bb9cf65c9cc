"""Errors as pages for people, and as JSON for whoever asks for it in so many words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Client
from tests.factories import House, make_article

JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/json, text/plain;q=0.5", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        ("text/html, application/json;q=0.9", False),
        ("application/json;q=0", False),
    ],
)
def test_who_asks_for_json_gets_it(chief: Client, accept: str, is_json: bool) -> None:
    answer = chief.get("/newsroom/articles/999", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.is_json is is_json
    if is_json:
        assert answer.json
        assert answer.json["error"] == "There is no such piece, or it is not yours to read."


def test_strangers_are_told_and_not_sent_away(stranger: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    for answer in (
        stranger.get("/newsroom/account/token", headers=JSON),
        stranger.get(f"/newsroom/articles/{article.id}/copies", headers=JSON),
        stranger.post(f"/newsroom/articles/{article.id}/copy", headers=JSON, data={"tab": "t", "number": 1}),
    ):
        assert (answer.status_code, answer.json and answer.json["error"]) == (401, "You are signed out")
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_missing_token_and_another_site_are_json_too(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    address = f"/newsroom/articles/{article.id}/copy"
    same = {**JSON, "Sec-Fetch-Site": "same-origin"}
    answer = writer.post(address, bare=True, headers=same, data={"tab": "t", "number": 1})
    assert (answer.status_code, answer.is_json) == (400, True)
    answer = writer.post(address, headers={**JSON, "Sec-Fetch-Site": "cross-site"}, data={"tab": "t", "number": 1})
    assert (answer.status_code, answer.is_json) == (403, True)
