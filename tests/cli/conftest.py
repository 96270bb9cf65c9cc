"""Commands, called as an operator calls them, on an installation of this test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cms.cli import main, run, tools
from cms.config import Settings
from cms.core.db import make_engine
from cms.migrations import schema
from cms.wiring import Services, assemble
from tests.conftest import SECRET

Cms = Callable[..., Result]


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the logging of the test run alone: a command sets it up for a process of its own."""
    for module in (tools, run):
        monkeypatch.setattr(module, "configure_logging", lambda *_, **__: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder."""
    return tmp_path / "data"


@pytest.fixture
def cms(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cms:
    """Call a command: `cms("users", "list")`; `env` adds variables, `input` is what is typed."""
    for name in ("CMS_DATABASE_URL", "CMS_PROFILE", "CMS_PUBLIC_URL", "CMS_SEARCH_INDEX"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: object, env: dict[str, str] | None = None, input: str | None = None) -> Result:
        given = {"CMS_DATA": str(folder), "CMS_SECRET_KEY": SECRET} | (env or {})
        result = CliRunner(env=given).invoke(main, [str(word) for word in words], input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that the migrations made, once, and that is copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "galley.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def services(folder: Path, migrated: Path) -> Services:
    """The tools of the installation that the commands work on; its tables are there."""
    folder.mkdir(mode=0o700)
    shutil.copy(migrated, folder / "galley.db")
    return assemble(Settings(data=folder, secret_key=SECRET).completed())


@pytest.fixture
def production() -> dict[str, str]:
    """The variables of a production set-up."""
    return {"CMS_PROFILE": "production", "CMS_PUBLIC_URL": "https://magazine.example", "CMS_TRUSTED_PROXIES": "1"}
