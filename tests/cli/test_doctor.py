"""The doctor finds what is wrong, says how to mend it, and shows no secret."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cms.accounts.models import User
from cms.cli import checks
from cms.core import clock, passwords
from cms.core.db import transaction
from cms.core.events import Delivery, record
from cms.policy import SYSTEM
from cms.review.models import NO_CONNECTION, LinkCheck
from cms.vocabulary import Role
from cms.wiring import Services
from cms.worker import turn
from tests.cli.conftest import Cms
from tests.conftest import SECRET
from tests.factories import make_user


@pytest.fixture
def sound(services: Services) -> Services:
    """An installation in which all is well."""
    with services.sessions() as db:
        make_user(db, Role.ADMIN)
        services.search.rebuild(db)
    turn(services)
    return services


def test_a_sound_installation(cms: Cms, sound: Services) -> None:
    done = cms("doctor")
    assert done.exit_code == 0, done.output
    assert done.output.endswith("Nothing is wrong.\n")
    assert "The worker is at work" in done.output
    assert "Readers get pictures as AVIF, WebP and JPEG." in done.output


def test_without_an_encoder_it_says_what_readers_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "can_write_avif", lambda: False)
    found = list(checks.pictures())
    assert [(one.level, bool(one.mend)) for one in found] == [(checks.Level.NOTE, True)]
    assert "WebP and JPEG" in found[0].text


def test_settings_are_listed_with_where_they_come_from(cms: Cms, sound: Services) -> None:
    said = cms("doctor", env={"CMS_SITE_NAME": "The Clock"}).output
    assert "CMS_SITE_NAME         set      The Clock" in said
    assert "CMS_PORT              default  8000" in said
    assert "CMS_PUBLIC_URL        follows  http://127.0.0.1:8000" in said


def test_secrets_are_blanked(cms: Cms, sound: Services) -> None:
    said = cms(
        "doctor", env={"CMS_MAIL_URL": "smtp://ada:hunter2hunter2@mail.example:587", "CMS_SECRET_KEY_OLD": SECRET[::-1]}
    ).output
    assert "smtp://ada:...@mail.example:587" in said
    assert "CMS_SECRET_KEY        set      (32 characters)" in said
    for secret in ("hunter2", SECRET, SECRET[::-1]):
        assert secret not in said


def test_a_password_in_the_address_of_the_database_is_blanked(cms: Cms, folder: Path) -> None:
    done = cms("doctor", env={"CMS_DATABASE_URL": "postgresql://galley:hunter2hunter2@127.0.0.1:1/galley"})
    assert done.exit_code == 1
    assert "The database does not answer" in done.output
    assert "hunter2" not in done.output


def test_a_misspelt_variable_is_found(cms: Cms, sound: Services) -> None:
    done = cms("doctor", env={"CMS_DATABSE_URL": "postgresql://elsewhere"})
    assert done.exit_code == 1
    assert "CMS_DATABSE_URL is set, but there is no such setting.\n        Is CMS_DATABASE_URL meant?" in done.output


def test_an_unsafe_setting_is_one_sentence(cms: Cms) -> None:
    done = cms("doctor", env={"CMS_PROFILE": "production", "CMS_SECRET_KEY": "short"})
    assert done.exit_code == 1
    assert "CMS_SECRET_KEY is too short or an example." in done.output


def test_before_the_first_start(cms: Cms) -> None:
    done = cms("doctor")
    assert done.exit_code == 1
    assert "There is no database yet.\n        `cms run` or `cms migrate` makes it." in done.output


def test_a_folder_that_others_can_look_into(cms: Cms, sound: Services, folder: Path) -> None:
    folder.chmod(0o755)
    done = cms("doctor")
    assert done.exit_code == 1
    assert f"chmod 700 {folder}" in done.output


def test_tables_of_another_version(cms: Cms, sound: Services) -> None:
    with sound.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "belongs to a newer Galley" in cms("doctor").output


def test_a_lost_index(cms: Cms, sound: Services, folder: Path) -> None:
    for file in (folder / "search_index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"nonsense")
    done = cms("doctor")
    assert done.exit_code == 1
    assert "cms search rebuild" in done.output


def test_an_index_that_nobody_brings_up_to_date(cms: Cms, sound: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    with sound.sessions() as db, transaction(db):
        record(db, SYSTEM, "article.publish", None)
    assert "has not heard" not in cms("doctor").output
    later = clock.now() + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "The edition's index on this machine has not heard of 1 changes" in cms("doctor").output
    turn(sound)
    assert "has not heard" not in cms("doctor").output


def test_work_that_waits_while_nobody_works(cms: Cms, sound: Services) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    with sound.sessions() as db, transaction(db):
        event = record(db, SYSTEM, "thing.happened", None)
        db.add(Delivery(event_id=event.id, subscriber="somebody", due_at=long_ago))
        db.add(Delivery(event_id=event.id, subscriber="somebody", due_at=None, error="Disk full"))
        db.execute(text("UPDATE job_lease SET done_at = '2026-01-01 00:00:00', error = 'Broken'"))
    done = cms("doctor")
    assert done.exit_code == 1
    assert "Work waits, and the worker was last seen at 2026-01-01 00:00 UTC." in done.output
    assert "1 deliveries were given up on after eight tries." in done.output
    assert "failed last time: Broken" in done.output


def test_a_clock_that_goes_backwards(cms: Cms, sound: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    with sound.sessions() as db, transaction(db):
        record(db, SYSTEM, "thing.happened", None)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=400))
    assert "Set the clock" in cms("doctor").output


def test_the_demos_sign_ins_in_production(cms: Cms, sound: Services, production: dict[str, str]) -> None:
    with sound.sessions() as db, transaction(db):
        db.execute(update(User).values(email="admin@galley.test", password_hash=passwords.hash_password("galley-demo")))
    done = cms("doctor", env=production)
    assert done.exit_code == 1
    assert "The demo's sign-ins are open here, and everybody knows their password: admin@galley.test." in done.output


def test_production_without_mail_or_encryption_is_worth_a_note(
    cms: Cms, sound: Services, production: dict[str, str]
) -> None:
    said = cms("doctor", env=production | {"CMS_PUBLIC_URL": "http://magazine.example"}).output
    assert "sessions travel without encryption" in said
    assert "CMS_MAIL_URL is not set" in said


def test_links_that_cannot_be_checked(cms: Cms, sound: Services) -> None:
    with sound.sessions() as db, transaction(db):
        db.add(LinkCheck(url="https://a.org/", url_hash="a", asked_at=clock.now(), due_at=clock.now()))
    assert "1 links to other sites are looked after." in cms("doctor").output
    with sound.sessions() as db, transaction(db):
        db.execute(update(LinkCheck).values(problem=NO_CONNECTION, checked_at=clock.now()))
    assert "set CMS_LINK_CHECKS=off" in cms("doctor").output
    said = cms("doctor", env={"CMS_LINK_CHECKS": "off"}).output
    assert "CMS_LINK_CHECKS       set      0" in said
    assert "Links to other sites are not checked" in said


def test_a_full_disk(cms: Cms, sound: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000_000}))
    assert "when it is full, nothing can be saved" in cms("doctor").output
