"""Databases with nothing in them: SQLite always, PostgreSQL where CMS_TEST_POSTGRES_URL is set."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from cms.core.db import make_engine

POSTGRES = os.environ.get("CMS_TEST_POSTGRES_URL", "")
NO_POSTGRES = pytest.mark.skipif(not POSTGRES, reason="CMS_TEST_POSTGRES_URL is not set")
DATABASES = ["sqlite", pytest.param("postgresql", marks=NO_POSTGRES)]


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """Make an empty database of its own and give its address; PostgreSQL's is dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'galley.db'}"
        return
    name = f"galley_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database of its own, with nothing in it."""
    with new_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """Return an engine on a database of its own, with nothing in it."""
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()
