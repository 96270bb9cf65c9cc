"""Search for programs."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cms.vocabulary import State
from cms.wiring import Services
from tests import factories
from tests.conftest import Client
from tests.factories import NOW, House

NONSENSE = (
    "page=0", "page=-1", "page=x", "per_page=0", "per_page=x", "per_page=9999999999", "page=999999", "q=%00", "from=x",
    "to=9999-99-99", "exact=x", "q=" + "a" * 10_000,
)  # fmt: skip


@pytest.fixture
def archive(db: Session, house: House, services: Services) -> None:
    """Thirty pieces about payments, one about queues, and one that is not live."""
    for day in range(30):
        factories.make_live(db, house, at=NOW - timedelta(days=day))
    body = '<p data-id="p1">What a <strong>queue</strong> remembers &amp; forgets.</p>'
    factories.make_live(
        db, house, at=NOW, slug="queue", headline="On <b>queues", dek="", body=body, section_id=house.other_section.id
    )
    factories.make_article(db, house, State.SCHEDULED, headline="Canary queue")
    services.search.rebuild(db)


def _find(reader: Client, query: str) -> Any:
    answer = reader.get(f"/api/v1/search?{query}")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return answer.json


@pytest.mark.usefixtures("archive")
def test_a_result_says_what_the_contract_says(reader: Client) -> None:
    found = _find(reader, "q=queue")
    counts = found.pop("facets")
    assert counts["section"] == [{"value": "practice", "name": "Practice", "count": 1}]
    assert set(counts) == {"section", "kind", "author", "year"}
    assert found == {
        "total": 1,
        "is_capped": False,
        "instead": "",
        "results": [
            {
                "slug": "queue",
                "title": "On <b>queues",
                "url": "http://localhost/articles/queue",
                "kind": "article",
                "section": "practice",
                "published_at": "2026-11-24T09:00:00Z",
                "excerpt": "What a queue remembers & forgets.",
                "excerpt_url": "http://localhost/articles/queue",
            }
        ],
    }


@pytest.mark.usefixtures("archive")
def test_pages_are_as_long_as_asked_and_end(reader: Client) -> None:
    first, second, third = (_find(reader, f"q=payments&per_page=20&page={page}") for page in (1, 2, 3))
    assert (first["total"], len(first["results"]), len(second["results"])) == (30, 20, 10)
    assert (third["total"], third["results"]) == (30, [])
    slugs = {result["slug"] for page in (first, second) for result in page["results"]}
    assert len(slugs) == 30
    assert len(_find(reader, "q=payments")["results"]) == 10
    assert len(_find(reader, "q=payments&per_page=100")["results"]) == 30


@pytest.mark.usefixtures("archive")
def test_filters_narrow(reader: Client) -> None:
    assert _find(reader, "section=practice")["total"] == 1
    assert _find(reader, "section=practice&section=systems")["total"] == 31
    assert _find(reader, "q=queue&kind=interview")["total"] == 0
    days = f"from={NOW - timedelta(days=2):%Y-%m-%d}&to={NOW - timedelta(days=1):%Y-%m-%d}"
    assert _find(reader, f"q=payments&{days}")["total"] == 2
    assert _find(reader, "q=payments after:2099")["total"] == 0


@pytest.mark.usefixtures("archive")
def test_another_spelling_is_named_and_can_be_refused(reader: Client) -> None:
    assert (_find(reader, "q=quues")["instead"], _find(reader, "q=quues")["total"]) == ("queues", 1)
    assert (_find(reader, "q=quues&exact=1")["instead"], _find(reader, "q=quues&exact=1")["total"]) == ("", 0)


@pytest.mark.usefixtures("archive")
def test_nonsense_is_answered_kindly(reader: Client) -> None:
    for query in NONSENSE:
        assert set(_find(reader, query)) == {"total", "is_capped", "results", "facets", "instead"}, query[:40]


@pytest.mark.usefixtures("archive")
def test_without_an_index_programs_are_told_to_come_again(reader: Client, services: Services) -> None:
    shutil.rmtree(services.settings.search_index)
    answer = reader.get("/api/v1/search?q=queue")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert set(answer.json) == {"error", "request_id"}
