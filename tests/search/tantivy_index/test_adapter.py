from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cms.search import seal
from cms.search.index import IndexUnavailable
from cms.search.query import parse
from cms.search.tantivy_index import TantivyIndex
from cms.search.whoosh_index import WhooshIndex
from tests.search.contract import CLOCKS, IndexContract, piece, quiet

KEY = b"a key for tests, long enough"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[[], TantivyIndex]]:
    made: list[TantivyIndex] = []

    def one() -> TantivyIndex:
        made.append(TantivyIndex(folder, KEY))
        return made[-1]

    yield one
    for index in made:
        index.close()


def files(folder: Path) -> list[Path]:
    """Return the files of an index that hold what was indexed."""
    return sorted(path for path in folder.glob("build-*/*") if path.name[0] != ".")


class TestTantivyIndex(IndexContract):
    def test_another_process_sees_what_the_writer_wrote(self, make: Callable[[], TantivyIndex]) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)
        assert self.ids(reader, "bread") == [4]
        writer.apply([piece(9, "Pendulum")], [4])
        assert self.ids(reader, "pendulum") == [9]
        writer.rebuild([piece(10, "Pendulum")], quiet)
        assert self.ids(reader, "pendulum") == [10]

    def test_a_build_that_is_replaced_while_a_reader_looks_is_no_failure(
        self, make: Callable[[], TantivyIndex], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)
        assert self.ids(reader, "bread") == [4]
        look = seal.in_force

        def overtaken(root: Path) -> seal.Stamp:
            found = look(root)
            monkeypatch.undo()
            writer.rebuild([piece(10, "Pendulum")], quiet)
            return found

        monkeypatch.setattr(seal, "in_force", overtaken)
        assert self.ids(reader, "pendulum") == [10]

    def test_an_index_of_another_key_or_engine_is_refused_and_rebuilt(
        self, make: Callable[[], TantivyIndex], folder: Path
    ) -> None:
        WhooshIndex(folder, KEY).rebuild(CLOCKS, quiet)
        assert not make().is_ready()
        make().rebuild(CLOCKS, quiet)
        assert make().is_ready()
        assert not WhooshIndex(folder, KEY).is_ready()
        foreign = TantivyIndex(folder, KEY[::-1])
        with pytest.raises(IndexUnavailable, match="not made by this magazine"):
            foreign.search(parse("clock"))

    @pytest.mark.parametrize("how", ["cut", "turned", "gone"])
    def test_no_damaged_file_is_read(self, make: Callable[[], TantivyIndex], folder: Path, how: str) -> None:
        make().rebuild([piece(n, f"clock {n}", "drift wall " * 50) for n in range(50)], quiet)
        for path in files(folder):
            raw = path.read_bytes()
            if how == "gone":
                path.unlink()
            else:
                path.write_bytes(raw[: len(raw) // 2] if how == "cut" else bytes(byte ^ 85 for byte in raw))
            assert not make().is_ready(), path.name
            path.write_bytes(raw)
        assert make().is_ready()

    def test_a_file_that_changes_under_a_reader_is_noticed(
        self, make: Callable[[], TantivyIndex], folder: Path
    ) -> None:
        index = make()
        index.rebuild(CLOCKS, quiet)
        assert index.is_ready()
        path = next(path for path in files(folder) if path.suffix == ".store")
        path.write_bytes(b"nonsense")
        assert not index.is_ready()

    def test_a_folder_that_others_can_enter_is_refused(self, make: Callable[[], TantivyIndex], folder: Path) -> None:
        make().rebuild(CLOCKS, quiet)
        folder.chmod(0o755)
        assert not make().is_ready()
