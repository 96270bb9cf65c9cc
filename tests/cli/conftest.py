"""Commands, called as an operator calls them, on an installation of this test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cms.cli import main, run, tools
from cms.config import Settings
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


@pytest.fixture
def services(folder: Path) -> Services:
    """The tools of the installation that the commands work on; its tables are there."""
    folder.mkdir(mode=0o700)
    built = assemble(Settings(data=folder, secret_key=SECRET).completed())
    schema.migrate(built.engine)
    return built


@pytest.fixture
def production() -> dict[str, str]:
    """The variables of a production set-up."""
    return {"CMS_PROFILE": "production", "CMS_PUBLIC_URL": "https://magazine.example", "CMS_TRUSTED_PROXIES": "1"}
