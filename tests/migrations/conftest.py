"""Empty databases for the tests of the tables: SQLite always, PostgreSQL where CMS_TEST_POSTGRES_URL is set."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from cms.core.db import make_engine

POSTGRES = os.environ.get("CMS_TEST_POSTGRES_URL", "")
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL"))]


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database of its own, with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'galley.db'}"
        return
    name = f"galley_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """Return an engine on a database of its own, with nothing in it."""
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()
