"""The smaller commands, and what all of them share."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from cms import policy
from cms.accounts.models import User
from cms.cli import main, prepare
from cms.cli.tools import make_private, sentence
from cms.core.db import transaction
from cms.core.errors import Conflict, Unavailable
from cms.core.events import Delivery, record
from cms.demo import loader
from cms.migrations import standing
from cms.policy import SYSTEM
from cms.wiring import Services
from cms.worker import turn
from cms.workflow import transitions
from tests import factories
from tests.cli.conftest import Cms


def test_every_command_can_be_asked_what_it_does(cms: Cms) -> None:
    for name in main.names:
        done = cms(name, "--help")
        assert done.exit_code == 0, done.output
        assert done.output.startswith("Usage:")
    assert cms("nothing").exit_code == 2


def test_the_tables_that_decide_are_printed_as_they_run(cms: Cms) -> None:
    assert cms("policy", "show").output == policy.as_text() + "\n"
    assert cms("policy", "transitions").output == transitions.as_text() + "\n"


def test_migrate_makes_a_private_folder_and_the_tables(cms: Cms, folder: Path) -> None:
    assert cms("migrate").output == f"The tables are now at {standing.head()}.\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert cms("migrate").output == f"The tables are already at {standing.head()}.\n"


def test_a_newer_database_is_a_sentence(cms: Cms, services: Services) -> None:
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for words in (("migrate",), ("users", "list"), ("worker", "status")):
        done = cms(*words)
        assert (done.exit_code, "belongs to a newer Galley" in done.output) == (1, True), done.output


def test_the_data_folder_can_be_named_on_the_command_line(cms: Cms, tmp_path: Path) -> None:
    assert cms("--data", tmp_path / "elsewhere", "migrate").exit_code == 0
    assert (tmp_path / "elsewhere/galley.db").exists()


def test_what_waits_and_what_was_given_up_on(cms: Cms, services: Services) -> None:
    assert "no worker was ever at work here" in cms("worker", "status").output
    with services.sessions() as db, transaction(db):
        event = record(db, SYSTEM, "thing.happened", None)
        db.add(Delivery(event_id=event.id, subscriber="somebody", due_at=event.at))
        db.add(Delivery(event_id=event.id, subscriber="search.refresh", due_at=None, attempts=8, error="Disk full"))
    said = cms("worker", "status").output
    assert "Waiting  1, the oldest due since" in said
    assert "Parked   1\n  2  thing.happened for search.refresh: Disk full" in said
    said = cms("worker", "status", "--retry-parked").output
    assert "1 parked delivery gets another eight tries." in said
    assert "Waiting  2" in said
    turn(services)
    assert "heal the search index on " in cms("worker", "status").output


def test_the_index_is_checked_and_rebuilt(cms: Cms, services: Services) -> None:
    with services.sessions() as db:
        factories.make_live(db, factories.make_house(db))
    done = cms("search", "check")
    assert (done.exit_code, "not been built" in done.output) == (1, True), done.output
    assert "1 pieces in the index" in cms("search", "rebuild").output
    assert cms("search", "check").output == "The index is what the edition says.\n"
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE published SET headline = 'Another one'"))
    done = cms("search", "check")
    assert (done.exit_code, "outdated: 1" in done.output) == (1, True)


def test_a_backup_goes_out_and_comes_back(cms: Cms, services: Services, tmp_path: Path) -> None:
    with services.sessions() as db:
        factories.make_live(db, factories.make_house(db))
    made = cms("backup", "create")
    assert made.exit_code == 0, made.output
    (file,) = (tmp_path / "data/backups").iterdir()
    assert str(file) in made.output
    assert file.parent.stat().st_mode & 0o777 == 0o700
    digest = made.output.split("its digest")[1].split()[0]
    elsewhere = {"CMS_DATA": str(tmp_path / "other")}
    back = cms("backup", "restore", file, "--digest", digest, env=elsewhere)
    assert back.exit_code == 0, back.output
    assert "Everybody has to sign in again." in back.output
    assert cms("search", "check", env=elsewhere).exit_code == 0
    again = cms("backup", "restore", file, env=elsewhere)
    assert (again.exit_code, "This database is in use" in again.output) == (1, True)


def test_another_houses_backup_is_told_of(cms: Cms, services: Services, tmp_path: Path) -> None:
    cms("backup", "create", tmp_path / "backup.tar")
    other = {"CMS_DATA": str(tmp_path / "other"), "CMS_SECRET_KEY": "Xq3" * 14}
    assert "another CMS_SECRET_KEY" in cms("backup", "restore", tmp_path / "backup.tar", env=other).output


def test_a_demo_that_was_stopped_half_way_is_begun_anew(
    cms: Cms, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(services: Services, say: object) -> int:
        with services.sessions() as db:
            factories.make_house(db)
        services.storage.put("originals/half.png", b"half")
        raise Unavailable("The power went.")

    monkeypatch.setattr(loader, "load", stopped)
    assert "The power went." in cms("demo").output
    monkeypatch.setattr(loader, "load", lambda *_: 3)
    done = cms("demo")
    assert done.exit_code == 0, done.output
    assert "3 pieces" in done.output
    with services.sessions() as db:
        assert db.scalar(select(func.count(User.id))) == 0
    assert list(services.storage.keys()) == []
    assert not (services.settings.data / prepare.UNFINISHED).exists()


def test_where_people_work_no_demo_is_loaded(cms: Cms, services: Services) -> None:
    with services.sessions() as db:
        factories.make_house(db)
    assert cms("demo").exit_code == 1
    assert not (services.settings.data / prepare.UNFINISHED).exists()


def test_the_signs_that_a_start_prints_are_the_demos() -> None:
    assert prepare.DEMO_PASSWORD == loader.PASSWORD
    assert set(prepare.SIGN_INS) <= {email for email, *_ in loader.STAFF}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("Somebody was faster."), "Somebody was faster."),
        (ArgumentError("no"), "CMS_DATABASE_URL must look like"),
        (NoSuchModuleError("no"), "CMS_DATABASE_URL must look like"),
        (ModuleNotFoundError("no", name="psycopg"), "pip install 'galley[postgres]'"),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")), "disk I/O error"),
        (PermissionError(13, "Permission denied", "/var/galley"), "/var/galley: Permission denied."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_a_sentence(error: Exception, said: str) -> None:
    assert said in sentence(error)


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError):
        sentence(ModuleNotFoundError("no", name="cms.something"))


def test_a_folder_that_others_may_look_into_is_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    make_private(tmp_path / "open")
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o700
