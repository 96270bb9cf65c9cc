"""A backup brings everything back, on either database, and whatever is not whole is refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from cms import paths
from cms.accounts import service as accounts
from cms.accounts.models import LoginSession
from cms.config import Settings
from cms.core import generation, trail
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.events import Event, record
from cms.core.secrets import keyed
from cms.migrations import schema, standing
from cms.migrations.tables import METADATA
from cms.policy import SYSTEM
from cms.review import service as review
from cms.review.models import GalleyLink
from cms.transfer import backup
from cms.transfer.backup.archive import Archive, BadBackup
from cms.vocabulary import State
from cms.wiring import Services, assemble
from cms.worker import turn
from tests import factories
from tests.conftest import SECRET
from tests.databases import DATABASES, NO_POSTGRES, new_database

PAIRS = [
    ("sqlite", "sqlite"),
    pytest.param("sqlite", "postgresql", marks=NO_POSTGRES),
    pytest.param("postgresql", "sqlite", marks=NO_POSTGRES),
    pytest.param("postgresql", "postgresql", marks=NO_POSTGRES),
]
Open = Callable[[str], Services]


def build(stack: ExitStack, folder: Path, kind: str) -> Services:
    """Make an empty installation on a database of its own."""
    folder.mkdir()
    url = stack.enter_context(new_database(kind, folder))
    settings = Settings(data=folder, database_url=url, secret_key=SECRET, public_url="http://localhost")
    services = assemble(settings.completed())
    stack.callback(services.engine.dispose)
    return services


def furnish(services: Services) -> Services:
    """Put in people, pieces in several states, pictures, and somebody who is signed in."""
    schema.migrate(services.engine)
    with services.sessions() as db:
        house = factories.make_house(db)
        for state in (State.DRAFT, State.CHANGES_REQUESTED, State.APPROVED, State.SCHEDULED):
            factories.make_article(db, house, state)
        shared = factories.make_article(db, house)
        with transaction(db):
            review.share_galley(db, house.writer, shared, shared.head, label="A press office", days=14)
        factories.make_live(db, house, headline="Grüße aus der Normalzeit — “TAI” 🕰", slug="gruesse")
        factories.make_topic(db, "Clocks")
        with transaction(db):
            accounts.begin_session(db, house.editor)
    for number in range(3):
        services.storage.put(f"originals/{number}/picture.png", bytes([number]) * 5000)
    while turn(services):
        pass
    return services


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Open]:
    """Return a maker of empty installations on a database of the kind asked for."""
    with ExitStack() as stack:
        yield lambda kind: build(stack, tmp_path / f"house{len(list(tmp_path.iterdir()))}", kind)


@pytest.fixture
def furnished(installation: Open) -> Open:
    """Return a maker of installations in which people have worked."""
    return lambda kind: furnish(installation(kind))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound backup from SQLite, made once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("sound")
    with ExitStack() as stack:
        create(furnish(build(stack, folder / "house", "sqlite")), folder / "backup.tar")
    return folder / "backup.tar"


# By ending everybody's sessions, and closing what was shared.
MOVED = ("user.session_epoch", "user.version", "galley_link.revoked_at")


def everything(services: Services) -> dict[str, list[Any]]:
    """Return all rows of all tables in one canonical form, but for what a restore must change."""
    found: dict[str, list[Any]] = {}
    with services.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [column for column in table.columns if f"{table.name}.{column.name}" not in MOVED]
            rows = connection.execute(select(*columns).order_by(*table.primary_key))
            found[table.name] = [json.dumps(list(row), default=str, sort_keys=True) for row in rows]
    del found["login_session"]
    return found


def files(services: Services) -> dict[str, str]:
    return {key: hashlib.sha256(services.storage.read(key)).hexdigest() for key in sorted(services.storage.keys())}


def create(services: Services, target: Path) -> backup.Receipt:
    return backup.create(services.engine, services.storage, target, key=services.settings.secret_key)


def restore(services: Services, source: Path, **options: str) -> backup.Receipt:
    key = options.pop("key", services.settings.secret_key)
    return backup.restore(services.engine, services.storage, source, key=key, **options)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_everything_comes_back(furnished: Open, installation: Open, tmp_path: Path, here: str, there: str) -> None:
    source, target = furnished(here), installation(there)
    made = create(source, tmp_path / "backup.tar")
    back = restore(target, tmp_path / "backup.tar")
    assert (back.digest, back.rows, back.files, back.head) == (made.digest, made.rows, made.files, made.head)
    assert back.is_signed
    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600

    wanted, found = everything(source), everything(target)
    added = found["event"][len(wanted["event"]) :]
    assert [json.loads(row)[2] for row in added] == ["session.all_ended", "galley.all_revoked", "backup.restored"]
    assert found | {"event": found["event"][: len(wanted["event"])]} == wanted
    assert files(target) == files(source)
    with target.sessions() as db:
        assert db.scalar(select(func.count(LoginSession.id))) == 0
        assert db.scalars(select(GalleyLink.revoked_at)).all() != []
        assert None not in db.scalars(select(GalleyLink.revoked_at)).all()
        assert trail.check(db, trail.Head.parse(made.head)) == (len(found["event"]), "")
        target.search.rebuild(db)
        assert not target.search.check(db)
    with source.sessions() as db, target.sessions() as other:
        assert [u.session_epoch + 1 for u in db.scalars(select(accounts.User).order_by(accounts.User.id))] == [
            u.session_epoch for u in other.scalars(select(accounts.User).order_by(accounts.User.id))
        ]


@pytest.mark.parametrize("kind", DATABASES)
def test_work_goes_on_after_a_restore(sound: Path, installation: Open, kind: str) -> None:
    target = installation(kind)
    restore(target, sound)
    with target.sessions() as db:
        desk = factories.make_desk(db, "A new desk")  # numbered after the last one that came back
        section = factories.make_section(db, desk, "A new section")
        assert section.id == 3
        with transaction(db):
            record(db, SYSTEM, "article.imported", None)
        assert trail.check(db)[1] == ""


@pytest.mark.parametrize("kind", DATABASES)
def test_taken_under_load_it_is_of_one_moment(furnished: Open, installation: Open, tmp_path: Path, kind: str) -> None:
    source = furnished(kind)
    with source.sessions() as db, transaction(db):
        start = generation.current(db)
        before = db.scalar(select(func.count(Event.id))) or 0
    stop = threading.Event()
    written = [0, 0, 0]

    def write(number: int) -> None:
        # Two rows in two tables that belong together: a backup between them would be of two moments.
        while not stop.is_set():
            with source.sessions() as db, transaction(db):
                record(db, SYSTEM, "load.written", None, by=number)
                generation.bump(db)
            written[number] += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    try:
        for number in range(3):
            create(source, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    counts = []
    for number in range(3):
        target = installation("sqlite")
        back = restore(target, tmp_path / f"{number}.tar")
        with target.sessions() as db:
            events = int(back.head.split(":")[0])
            assert generation.current(db) - start == events - before
            counts.append(events - before)
    assert counts == sorted(counts)
    assert all(written)
    assert counts[-1] > 0


def test_a_backup_is_not_written_over_another_one(furnished: Open, tmp_path: Path) -> None:
    source = furnished("sqlite")
    create(source, tmp_path / "backup.tar")
    with pytest.raises(Conflict, match="is there already"):
        create(source, tmp_path / "backup.tar")


def test_a_backup_that_fails_leaves_nothing_behind(
    furnished: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = furnished("sqlite")
    folder = tmp_path / "backups"
    folder.mkdir()

    def full(_: str) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(source.storage, "read", full)
    with pytest.raises(OSError, match="No space"):
        create(source, folder / "backup.tar")
    assert list(folder.iterdir()) == []


def test_outdated_tables_are_not_backed_up(installation: Open, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not up to date"):
        create(installation("sqlite"), tmp_path / "backup.tar")


def test_a_lost_picture_is_told_of(furnished: Open, tmp_path: Path) -> None:
    source = furnished("sqlite")
    with source.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO asset (original_key, file_name, media_type, width, height, size, sha256, alt, caption, credit,"
            " rights, focal_x, focal_y, former_keys, renditions, created_at, version)"
            " VALUES ('originals/lost.png', '', 'image/png', 1, 1, 1, 'x', '', '', '', '', 50, 50, '[]',"
            " '[{\"key\": \"renditions/lost.webp\"}]', '2026-11-23 10:00:00', 1)"
        ))  # fmt: skip
    assert create(source, tmp_path / "backup.tar").missing == ("originals/lost.png", "renditions/lost.webp")


# What is refused


def test_a_house_in_use_is_left_alone(furnished: Open, tmp_path: Path) -> None:
    source = furnished("sqlite")
    create(source, tmp_path / "backup.tar")
    before = everything(source), files(source)
    with pytest.raises(Conflict, match="This database is in use"):
        restore(source, tmp_path / "backup.tar")
    assert (everything(source), files(source)) == before


def test_pictures_that_are_there_are_left_alone(sound: Path, installation: Open, tmp_path: Path) -> None:
    target = installation("sqlite")
    target.storage.put("somebody/elses.png", b"x")
    with pytest.raises(Conflict, match="pictures in"):
        restore(target, sound)
    assert list(target.storage.keys()) == ["somebody/elses.png"]


def test_into_tables_without_rows_it_goes(sound: Path, installation: Open, tmp_path: Path) -> None:
    target = installation("sqlite")
    schema.migrate(target.engine)
    assert restore(target, sound).rows > 0


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, key: str = "") -> Path:
    """Write a backup anew with its members changed; with a `key`, its list and signature made to fit."""
    with tarfile.open(source) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]
    change(members)
    if key:
        facts = json.loads(members["manifest.json"])
        for group, folder in (("tables", "tables/"), ("media", "media/")):
            for part in facts[group]:
                data = members[folder + part["name"]]
                part |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        members["manifest.json"] = json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
        digest = hashlib.sha256(members["manifest.json"]).hexdigest()
        signed = {"key": keyed(key, "name of the key", "")[:16], "signature": keyed(key, "backup", digest)}
        members["signature.json"] = json.dumps(signed).encode()
    with tarfile.open(target, "w") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return target


def edited(table: str, change: Callable[[list[dict[str, Any]]], None]) -> Callable[[dict[str, bytes]], None]:
    """Return a change of one table's rows."""

    def apply(members: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in gzip.decompress(members[f"tables/{table}"]).splitlines()]
        change(rows)
        members[f"tables/{table}"] = gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    return apply


def flipped(name: str) -> Callable[[dict[str, bytes]], None]:
    """Return a change of one bit in the middle of a member."""

    def apply(members: dict[str, bytes]) -> None:
        data = bytearray(members[name])
        data[len(data) // 2] ^= 1
        members[name] = bytes(data)

    return apply


HEAD = json.dumps(standing.head()).encode()
TAMPERED: dict[str, tuple[Callable[[dict[str, bytes]], Any], bool, str]] = {
    # what was done to it: the change, whether the list was made to fit with our own key, what is said
    "a bit in a table": (flipped("tables/user"), False, "tables/user is not what was put in"),
    "a bit in a picture": (flipped("media/originals/1/picture.png"), False, "is not what was put in"),
    "a bit in the list": (flipped("manifest.json"), False, "cannot be restored"),
    "a bit in the signature": (flipped("signature.json"), False, "cannot be restored"),
    "a table gone": (lambda m: m.pop("tables/event"), False, "tables/event is missing"),
    "a stowaway": (lambda m: m.update({"media/../../etc/cron.d/x": b"x"}), False, "without being listed"),
    "no list": (lambda m: m.pop("manifest.json"), False, "manifest.json is missing"),
    "a row of the log changed": (
        edited("event", lambda rows: rows[3].update(name="article.forged")), True, "Record 4 .* was changed"),
    "a row of the log gone": (edited("event", lambda rows: rows.pop(3)), True, "has .* rows, and its list says"),
    "a column too many": (edited("desk", lambda rows: rows[0].update(extra=1)), True, "does not fit its table"),
    "no rows but noise": (lambda m: m.update({"tables/desk": b"noise"}), True, "cannot be read"),
    "a moment that is none": (
        edited("user", lambda rows: rows[0].update(created_at="yesterday")), True, "moment in it cannot be read"),
    "a word that is none": (
        lambda m: m.update({"manifest.json": m["manifest.json"].replace(HEAD, b'"9999"')}), True, "newer Galley"),
    "a format of the future": (
        lambda m: m.update({"manifest.json": m["manifest.json"].replace(b'"format":1', b'"format":2')}), True, "newer"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_refused_and_leaves_no_trace(
    sound: Path, installation: Open, tmp_path: Path, what: str
) -> None:
    change, resigned, said = TAMPERED[what]
    bad = rewritten(sound, tmp_path / "bad.tar", change, key=SECRET if resigned else "")
    target = installation("sqlite")
    with pytest.raises(BadBackup, match=said):
        restore(target, bad)
    with target.engine.connect() as connection:
        assert standing.revision(connection) == standing.EMPTY
    assert files(target) == {}


def test_a_list_made_to_fit_without_our_key_is_refused(sound: Path, installation: Open, tmp_path: Path) -> None:

    def forge(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b'"rows":', b'"rows": ')

    bad = rewritten(sound, tmp_path / "bad.tar", forge)
    with pytest.raises(BadBackup, match="changed after it was signed"):
        restore(installation("sqlite"), bad)


@pytest.mark.parametrize("length", [0, 100, 5_000, -600])
def test_a_file_cut_short_is_refused(sound: Path, installation: Open, tmp_path: Path, length: int) -> None:
    short = tmp_path / "short.tar"
    whole = (sound).read_bytes().rstrip(b"\0")
    short.write_bytes(whole[:length])
    with pytest.raises(BadBackup):
        restore(installation("sqlite"), short)


def test_another_houses_backup_is_taken_and_told_of(sound: Path, installation: Open, tmp_path: Path) -> None:
    with Archive(sound) as archive:
        archive.check(key=SECRET)
        digest = archive.digest
    other = "another key, long enough to be one: 0123456789abcdef"
    assert not restore(installation("sqlite"), sound, key=other).is_signed
    assert not restore(installation("sqlite"), sound, key=other, digest=digest).is_signed
    with pytest.raises(BadBackup, match="Its digest is"):
        restore(installation("sqlite"), sound, digest="0" * 64)


LATER = '''"""Add a table and a column."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    op.create_table("weather", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("topic", sa.Column("mood", sa.String(20), nullable=False, server_default="calm"))


def downgrade() -> None:
    op.drop_table("weather")
    op.drop_column("topic", "mood")
'''


@pytest.mark.parametrize("kind", DATABASES)
def test_an_older_backup_is_brought_up_to_date(
    sound: Path, installation: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    shutil.copytree(paths.MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations/versions/v9999_later.py").write_text(LATER.replace("{head}", standing.head()))
    monkeypatch.setattr(paths, "MIGRATIONS", tmp_path / "migrations")
    target = installation(kind)
    restore(target, sound)
    with target.engine.connect() as connection:
        assert standing.revision(connection) == "9999"
        assert connection.execute(text("SELECT name, mood FROM topic")).all() == [("Clocks", "calm")]


def test_a_house_with_another_key_keeps_its_own(furnished: Open, tmp_path: Path) -> None:
    """The key is not in the backup, in any form that could be used."""
    source = furnished("sqlite")
    settings = replace(source.settings, secret_key="k" * 40)
    backup.create(source.engine, source.storage, tmp_path / "backup.tar", key=settings.secret_key)
    raw = (tmp_path / "backup.tar").read_bytes()
    assert settings.secret_key.encode() not in raw
    assert source.settings.secret_key.encode() not in raw
