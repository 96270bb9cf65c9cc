"""Nothing foreign is read: every file of an index, in every way of being wrong, is refused and can be rebuilt."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cms.search import seal
from cms.search.index import IndexUnavailable
from cms.search.query import parse
from cms.search.whoosh_index import WhooshIndex, schema
from tests.search.contract import CLOCKS, piece, quiet

KEY = b"a key for tests, long enough"


class Bomb:
    """A pickle that leaves a mark when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.mark),))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    index = WhooshIndex(tmp_path / "index", KEY)
    index.rebuild(CLOCKS, quiet)
    index.apply([piece(9, "Pendulum", "swings")], [4])
    index.close()
    return tmp_path / "index"


@pytest.fixture
def bomb(tmp_path: Path) -> Iterator[bytes]:
    mark = tmp_path / "went-off"
    yield pickle.dumps(Bomb(mark), 2)
    assert not mark.exists(), "a foreign pickle was read"


def build(root: Path) -> Path:
    (folder,) = root.glob("build-*")
    return folder


def refused(root: Path, key: bytes = KEY) -> WhooshIndex:
    """Return an index that answers nothing and changes nothing."""
    index = WhooshIndex(root, key)
    assert not index.is_ready()
    for act in (lambda: index.search(parse("clock")), lambda: index.apply([piece(1, "x")], []), index.document_ids):
        with pytest.raises(IndexUnavailable) as raised:
            act()
        assert str(root) not in str(raised.value)
    return index


def heals(index: WhooshIndex) -> None:
    index.rebuild(CLOCKS, quiet)
    assert {hit.article_id for hit in index.search(parse("clock")).hits} == {1, 2}
    index.close()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0xFF
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path, bytes], object]] = {
    "cut short": lambda path, _: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path, _: path.write_bytes(b""),
    "gone": lambda path, _: path.unlink(),
    "first byte flipped": lambda path, _: flip(path, 0),
    "a byte in the middle flipped": lambda path, _: flip(path, path.stat().st_size // 2),
    "last byte flipped": lambda path, _: flip(path, -1),
    "grown": lambda path, _: path.write_bytes(path.read_bytes() + b"x"),
    "a bomb": lambda path, bomb: path.write_bytes(bomb),
    "a bomb before it": lambda path, bomb: path.write_bytes(bomb + path.read_bytes()),
    "a bomb of the same size": lambda path, bomb: path.write_bytes(bomb + path.read_bytes()[len(bomb) :]),
    "random": lambda path, _: path.write_bytes(os.urandom(2000)),
}


@pytest.mark.parametrize("kind", [".toc", ".trm", ".pst", ".col", "seal"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_file_is_refused_and_a_rebuild_heals(
    root: Path, bomb: bytes, kind: str, damage: str
) -> None:
    paths = [root / "seal"] if kind == "seal" else sorted(build(root).glob(f"*{kind}"))
    for path in paths:
        if path.stat().st_size:
            DAMAGE[damage](path, bomb)
    heals(refused(root))


@pytest.mark.parametrize("kind", [".toc", ".trm", ".pst", ".col", "seal"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_an_index_that_is_open_notices_too(root: Path, bomb: bytes, kind: str, damage: str) -> None:
    index = WhooshIndex(root, KEY)
    index.search(parse("clock"))
    paths = [root / "seal"] if kind == "seal" else sorted(build(root).glob(f"*{kind}"))
    for path in paths:
        if path.stat().st_size:
            DAMAGE[damage](path, bomb)
    if kind == ".toc":  # read once when it was opened, and never again
        assert index.search(parse("clock drift")).total == 3
    else:
        with pytest.raises(IndexUnavailable):
            index.search(parse("clock drift swings"))
    index.close()
    heals(refused(root))


def test_a_newer_generation_that_nobody_sealed_is_not_read(root: Path, bomb: bytes) -> None:
    folder = build(root)
    (folder / f"_{schema.INDEX_NAME}_99.toc").write_bytes(bomb)
    (folder / f"{schema.INDEX_NAME}_0123456789abcdef.trm").write_bytes(bomb)
    index = WhooshIndex(root, KEY)
    assert index.search(parse("pendulum")).total == 1
    index.apply([piece(10, "Pendulum")], [])
    assert index.search(parse("pendulum")).total == 2
    assert not list(folder.glob("*_99.toc"))
    index.close()


def test_an_index_made_with_another_key_is_refused(root: Path) -> None:
    heals(refused(root, b"another key, long enough too"))


def test_an_index_of_another_version_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "VERSION", "0/whoosh 2.7.4")
    heals(refused(root))


def test_a_seal_cannot_lead_out_of_the_folder(root: Path) -> None:
    current = seal.read(root, KEY, schema.VERSION)
    shutil.copytree(build(root), root.parent / "elsewhere")
    led_out = seal.Seal(current.schema, "../elsewhere", current.generation, current.files)
    seal.write(root, led_out, KEY)
    refused(root).close()


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o777])
def test_a_folder_that_others_may_enter_is_refused(root: Path, mode: int) -> None:
    root.chmod(mode)
    heals(refused(root))
    assert root.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_somebody_else_is_refused_and_not_taken_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    index = refused(root)
    with pytest.raises(IndexUnavailable):
        index.rebuild(CLOCKS, quiet)


def test_the_folder_is_made_for_us_alone(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "deep" / "index", KEY)
    index.rebuild(CLOCKS, quiet)
    assert (tmp_path / "deep" / "index").stat().st_mode & 0o777 == 0o700
    assert build(tmp_path / "deep" / "index").stat().st_mode & 0o777 == 0o700
    index.close()


def test_a_deleted_folder_is_refused_and_made_again(root: Path) -> None:
    index = WhooshIndex(root, KEY)
    index.search(parse("clock"))
    shutil.rmtree(root)
    with pytest.raises(IndexUnavailable):
        index.search(parse("clock"))
    heals(index)


def test_only_one_writes_at_a_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.search.whoosh_index.adapter.PATIENCE", 0.05)
    index = WhooshIndex(root, KEY)
    with seal.only_writer(root, patience=0):
        with pytest.raises(IndexUnavailable, match="somebody else"):
            index.apply([piece(1, "x")], [])
        with pytest.raises(IndexUnavailable, match="somebody else"):
            index.rebuild(CLOCKS, quiet)
        assert index.search(parse("clock")).total == 2
    index.apply([piece(11, "clock")], [])
    assert index.search(parse("clock")).total == 3
    index.close()


def test_the_lock_of_a_dead_writer_holds_nobody_up(root: Path) -> None:
    code = "import fcntl, os, sys; fcntl.flock(open(sys.argv[1], 'ab'), fcntl.LOCK_EX); os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(root / seal.LOCK)], check=False)
    index = WhooshIndex(root, KEY)
    index.apply([piece(11, "clock")], [])
    assert index.search(parse("clock")).total == 3
    index.close()


def test_a_writer_that_dies_before_its_seal_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = WhooshIndex(root, KEY)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(seal, "write", die)
        with pytest.raises(KeyboardInterrupt):
            index.apply([piece(11, "clock")], [1])
        with pytest.raises(KeyboardInterrupt):
            index.rebuild([], quiet)
    for looked_at in (index, WhooshIndex(root, KEY)):
        assert {hit.article_id for hit in looked_at.search(parse("clock")).hits} == {1, 2}
    index.apply([piece(11, "clock")], [1])
    assert {hit.article_id for hit in index.search(parse("clock")).hits} == {2, 11}
    index.close()


def test_a_full_disk_loses_the_change_and_not_the_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = WhooshIndex(root, KEY)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("whoosh.codec.whoosh3.W3PostingsWriter._write_block", full)
        with pytest.raises(OSError, match="No space"):
            index.apply([piece(11, "clock")], [1])
    assert {hit.article_id for hit in index.search(parse("clock")).hits} == {1, 2}
    index.apply([piece(11, "clock")], [1])
    assert {hit.article_id for hit in index.search(parse("clock")).hits} == {2, 11}
    index.close()
