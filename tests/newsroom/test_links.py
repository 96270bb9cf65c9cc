"""The search for our own pieces, to link to."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cms.vocabulary import State
from cms.wiring import Services
from tests.conftest import Client, Queries
from tests.factories import NOW, House, make_article, make_interview, make_live


@pytest.fixture
def archive(db: Session, house: House, services: Services) -> None:
    """Ten pieces about payments, one about queues, an interview, and one that is not live."""
    for day in range(10):
        make_live(db, house, at=NOW - timedelta(days=day), headline=f"Refund number {day}")
    body = '<p data-id="p1">What a <strong>queue</strong> remembers.</p>'
    make_live(
        db, house, at=NOW - timedelta(days=40), slug="memory", headline="On memory, 100% of it", dek="", body=body
    )
    make_interview(db, house, at=NOW - timedelta(days=50), slug="second", headline="A promise")
    make_article(db, house, State.SCHEDULED, headline="Canary queue")
    services.search.rebuild(db)


def find(client: Client, q: str) -> list[dict[str, Any]]:
    answer = client.get("/newsroom/links", query_string={"q": q})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def titles(client: Client, q: str) -> list[str]:
    return [result["title"] for result in find(client, q)]


@pytest.mark.usefixtures("archive")
def test_a_result_says_what_the_contract_says(writer: Client) -> None:
    assert find(writer, "memory") == [
        {
            "title": "On memory, 100% of it",
            "url": "/articles/memory",
            "kind": "Article",
            "section": "Systems",
            "published_at": "2026-10-15T09:00:00Z",
        }
    ]


@pytest.mark.usefixtures("archive")
def test_words_of_the_text_are_found_and_nothing_that_is_not_live(writer: Client) -> None:
    assert titles(writer, "queue") == ["On memory, 100% of it"]


@pytest.mark.usefixtures("archive")
def test_a_half_typed_word_finds_headlines(writer: Client) -> None:
    assert titles(writer, "prom") == ["A promise"]
    assert titles(writer, "100%") == ["On memory, 100% of it"]
    assert titles(writer, "_") == []


@pytest.mark.usefixtures("archive")
def test_nothing_asked_is_the_newest_and_never_more_than_eight(writer: Client) -> None:
    assert titles(writer, " ") == [f"Refund number {day}" for day in range(8)]
    assert len(titles(writer, "refund")) == 8


@pytest.mark.usefixtures("archive")
def test_without_an_index_headlines_are_looked_through(writer: Client, services: Services) -> None:
    shutil.rmtree(services.settings.search_index)
    assert titles(writer, "memory") == ["On memory, 100% of it"]
    assert titles(writer, "queue") == [], "no guesses"


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("q", ["*", '"', "(((", "a" * 5_000, "section:", "\x00", "\udc00"])
def test_whatever_is_typed_has_an_answer(writer: Client, q: str) -> None:
    assert writer.get("/newsroom/links", query_string={"q": q.encode("utf-8", "surrogatepass")}).status_code == 200


@pytest.mark.usefixtures("archive")
def test_it_costs_few_questions(writer: Client, queries: Queries) -> None:
    find(writer, "memory")
    with queries.at_most(5):
        find(writer, "memory")
