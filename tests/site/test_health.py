"""What watching machines are told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.wiring import Services
from tests.conftest import Client, Queries


def test_the_process_answers_without_asking_anybody(reader: Client, queries: Queries) -> None:
    with queries.at_most(0):
        answer = reader.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_with_database_and_search(reader: Client, db: Session, services: Services) -> None:
    services.search.rebuild(db)
    answer = reader.get("/readyz")
    told = {"status": "ok", "database": "ok", "search": "ok", "search_lag": 0}
    assert (answer.status_code, answer.json) == (200, told)


def test_a_lost_index_is_told_but_takes_nobody_away(reader: Client) -> None:
    answer = reader.get("/readyz")
    assert (answer.status_code, answer.json["search"]) == (200, "being rebuilt")


def test_it_is_not_ready_without_its_database(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("no such host"))

    monkeypatch.setattr(Session, "execute", gone)
    answer = reader.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "gone")
    assert "no such host" not in answer.text


def test_it_is_not_ready_with_tables_of_another_version(reader: Client, db: Session) -> None:
    with transaction(db):
        db.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.execute(text("INSERT INTO alembic_version VALUES ('from_the_future')"))
    answer = reader.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "of another version")
