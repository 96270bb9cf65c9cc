from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from cms.search import seal
from cms.search.index import IndexUnavailable
from cms.search.whoosh_index.storage import MappedFile, SealedStorage

BIG = os.urandom(1 << 16) * 128  # eight megabytes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "postings"
    path.write_bytes(BIG)
    return path


def test_opening_and_looking_copies_only_what_is_looked_at(path: Path) -> None:
    tracemalloc.start()
    file = MappedFile(path, "postings")
    file.seek(1 << 20)
    assert file.read(16) == BIG[1 << 20 : (1 << 20) + 16]
    assert file.get(5, 10) == BIG[5:15]
    assert file.get_byte(7) == BIG[7]
    assert file.get_array(0, "I", 2).tobytes()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    file.close()
    assert peak < 100_000


def test_it_reads_as_the_engines_own_file_does(path: Path) -> None:
    storage = SealedStorage(path.parent, {}, {})
    with storage.create_file("written") as written:
        written.write_varint(300)
        written.write_string(b"drift")
        written.write_pickle({"a": [1, 2]})
        written.write_int(-5)
        written.write_long(1 << 40)
    file = storage.open_file("written")
    assert file.read_varint() == 300
    assert file.read_string() == b"drift"
    assert file.read_pickle() == {"a": [1, 2]}
    assert (file.read_int(), file.read_long()) == (-5, 1 << 40)
    file.close()


def test_a_file_is_closed_with_its_mapping_and_may_be_closed_twice(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    files = [MappedFile(path, "postings") for _ in range(20)]
    for file in files:
        file.get(0, 100)
        file.close()
        file.close()
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ValueError):  # noqa: PT011 - the mapping's own words
        files[0].read(1)


def test_an_empty_file_can_be_read(tmp_path: Path) -> None:
    storage = SealedStorage(tmp_path, {}, {})
    storage.create_file("empty").close()
    assert storage.open_file("empty").read() == b""


def test_only_what_is_sealed_is_opened(path: Path) -> None:
    known: dict[Path, seal.Stamp] = {}
    with pytest.raises(IndexUnavailable):
        SealedStorage(path.parent, {}, known).open_file("postings")
    files = {"postings": seal.of_file(path)}
    SealedStorage(path.parent, files, known).open_file("postings").close()
    path.write_bytes(BIG[:-1] + b"x")
    with pytest.raises(IndexUnavailable):
        SealedStorage(path.parent, files, known).open_file("postings")


def test_what_readers_may_need_is_kept_until_it_is_swept(path: Path) -> None:
    storage = SealedStorage(path.parent, {"postings": seal.of_file(path)}, {})
    storage.delete_file("postings")
    assert path.exists()
    storage.create_file("by-product").close()
    storage.delete_file("by-product")
    assert not (path.parent / "by-product").exists()
    storage.files = {}
    storage.sweep()
    assert not path.exists()
