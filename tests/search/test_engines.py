"""Every engine is there under its name, and says in a sentence what it lacks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cms.config import SEARCH_BACKENDS, Settings, Unsafe
from cms.core.db import make_engine
from cms.core.errors import Invalid
from cms.search import engines
from cms.search.engines import Ground
from tests.conftest import SECRET


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground("edition", tmp_path / "index", "a key for tests", make_engine(f"sqlite:///{tmp_path / 'galley.db'}"))


def test_the_settings_know_the_same_engines() -> None:
    assert engines.NAMES == SEARCH_BACKENDS


def test_what_is_chosen_is_made_and_nothing_else_is_touched(ground: Ground) -> None:
    for name in ("whoosh", "tantivy"):
        assert not engines.make(name, ground).is_ready()
    assert not ground.folder.exists()


def test_what_is_missing_is_said(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="only whoosh, tantivy, postgres"):
        engines.make("lucene", ground)
    with pytest.raises(Invalid, match="needs the magazine's database to be PostgreSQL"):
        engines.make("postgres", ground)
    for name in [name for name in sys.modules if name.startswith("cms.search.tantivy_index")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(Invalid, match=r"tantivy is missing\. Install galley\[fast\]"):
        engines.make("tantivy", ground)


def test_a_backend_that_cannot_work_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unsafe, match="whoosh or tantivy or postgres"):
        Settings(data=tmp_path, secret_key=SECRET, search_backend="lucene").completed()
    with pytest.raises(Unsafe, match="CMS_DATABASE_URL=postgresql"):
        Settings(data=tmp_path, secret_key=SECRET, search_backend="postgres").completed()
