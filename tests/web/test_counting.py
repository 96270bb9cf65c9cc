"""Views: taken ahead of Flask, held in bounded memory, stored in batches, and nothing of whoever reads among it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.core.db import Base
from cms.core.errors import Unavailable
from cms.publication.models import DayViews
from cms.web import counting
from cms.web.counting import Counting, Tally
from cms.wiring import Services
from tests.conftest import Queries
from tests.factories import House, make_article, make_live

READER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
          "HTTP_SEC_FETCH_SITE": "same-origin", "REMOTE_ADDR": "198.51.100.7"}  # fmt: skip


class Kept:
    """What was stored, batch by batch."""

    def __init__(self) -> None:
        self.batches: list[dict[int, int]] = []
        self.is_broken = False

    def __call__(self, counts: Mapping[int, int]) -> None:
        if self.is_broken:
            raise Unavailable("The database is away.")
        self.batches.append(dict(counts))


def behind(environ: Any, start: Any) -> list[bytes]:
    start("200 OK", [])
    return [b"behind"]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def app(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Counting:
    monkeypatch.setattr(counting, "EVERY", 3600.0)
    return Counting(behind, Tally(kept), origin="http://localhost")


def post(app: Any, body: bytes = b"12", path: str = "/views", method: str = "POST", **environ: str) -> str:
    said: list[Any] = []
    given = {"PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(body)),
             "wsgi.input": io.BytesIO(body), **READER, **environ}  # fmt: skip
    answer = app(given, lambda status, headers: said.append((status, dict(headers))))
    if path == "/views":
        assert said[0][1]["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in said[0][1]
        assert list(answer) == []
    return str(said[0][0])[:3]


def test_a_view_is_counted_and_stored_with_the_batch(app: Counting, kept: Kept) -> None:
    assert [post(app, body) for body in (b"12", b"7", b"12")] == ["204"] * 3
    assert kept.batches == [], "no request waits for the database"
    app.tally.store()
    app.tally.store()
    assert kept.batches == [{12: 2, 7: 1}]


def test_everything_else_is_handed_on(app: Counting) -> None:
    assert post(app, path="/articles/views") == "200"
    assert post(app, path="/") == "200"


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, "405"),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, "403"),
        ({"HTTP_SEC_FETCH_SITE": "none", "HTTP_ORIGIN": "https://evil.test"}, "403"),
        ({"HTTP_SEC_FETCH_SITE": "none", "HTTP_ORIGIN": "http://localhost"}, "204"),
    ],
)
def test_only_our_own_pages_may_say_so(app: Counting, environ: dict[str, str], status: str) -> None:
    method = environ.pop("REQUEST_METHOD", "POST")
    assert post(app, method=method, **environ) == status


@pytest.mark.parametrize("body", [b"", b"x", b"-1", b"1" * 10, b"1" * 5000, b"1 ", "١".encode()])
def test_anything_but_a_number_is_refused(app: Counting, kept: Kept, body: bytes) -> None:
    assert post(app, body) == "400"
    assert post(app, b"1", CONTENT_LENGTH="-5") == "400"
    app.tally.store()
    assert kept.batches == []


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_GPC": "1"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"HTTP_USER_AGENT": "python-requests/2.32"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 HeadlessChrome/131.0"},
    ],
    ids=str,
)
def test_programs_and_those_who_do_not_want_it_are_not_counted(
    app: Counting, kept: Kept, environ: dict[str, str]
) -> None:
    assert post(app, **environ) == "204"
    app.tally.store()
    assert kept.batches == []


def test_nobody_counts_themselves_up(app: Counting, kept: Kept) -> None:
    tried = [post(app) for _ in range(counting.MOST_A_MINUTE + 5)]
    assert tried == ["204"] * counting.MOST_A_MINUTE + ["429"] * 5
    assert post(app, REMOTE_ADDR="203.0.113.9") == "204"
    assert post(app, REMOTE_ADDR="198.51.100.200") == "429", "of the same network"


def test_a_flood_of_invented_numbers_fills_no_memory(app: Counting, kept: Kept) -> None:
    for number in range(counting.MOST_PIECES + 500):
        app.tally.add(number)
    app.tally.add(0)
    app.tally.store()
    assert len(kept.batches[0]) == counting.MOST_PIECES
    assert kept.batches[0][0] == 2


def test_what_could_not_be_stored_comes_with_the_next_batch(app: Counting, kept: Kept) -> None:
    kept.is_broken = True
    post(app, b"12")
    app.tally.store()
    post(app, b"12")
    kept.is_broken = False
    app.tally.store()
    assert kept.batches == [{12: 2}]


# --- in the application


def test_a_view_costs_no_query_and_leaves_nothing_of_the_reader(
    services: Services, db: Session, house: House, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "EVERY", 3600.0)
    piece, hidden = make_live(db, house), make_article(db, house)
    counted = replace(services, settings=replace(services.settings, count_views=True))
    app = create_app(counted)
    with queries.at_most(0):
        for body in (str(piece.id), str(hidden.id), "999999"):
            assert post(app.wsgi_app, body.encode()) == "204"
    app.wsgi_app.tally.store()  # type: ignore[attr-defined]
    db.rollback()
    assert db.execute(select(DayViews.article_id, DayViews.views)).all() == [(piece.id, 1)], "live pieces only"
    everything = json.dumps(
        [[str(value) for value in row] for table in Base.metadata.sorted_tables
         for row in db.execute(text(f'SELECT * FROM "{table.name}"'))]
    )  # fmt: skip
    assert not re.search(r"198\.51\.100|Firefox/131", everything)


def test_where_it_is_off_pages_say_nothing_and_nothing_is_taken(services: Services, db: Session, house: House) -> None:
    make_live(db, house, slug="piece")
    reader = create_app(services).test_client()
    assert "views" not in reader.get("/articles/piece").text
    assert reader.post("/views", data=b"1", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


def test_where_it_is_on_a_piece_says_its_number_and_no_proof_does(
    services: Services, db: Session, house: House
) -> None:
    piece = make_live(db, house, slug="piece")
    on = replace(services, settings=replace(services.settings, count_views=True))
    page = create_app(on).test_client().get("/articles/piece").text
    assert f'data-views="{piece.id}"' in page
    assert "js/views.js" in page
    assert "count how often a piece is opened" in create_app(on).test_client().get("/about").text
