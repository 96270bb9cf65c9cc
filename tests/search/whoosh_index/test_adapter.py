from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cms.search import seal
from cms.search.index import Index
from cms.search.query import parse
from cms.search.whoosh_index import WhooshIndex
from cms.search.whoosh_index.adapter import MAX_LOOSE, MAX_SEGMENTS
from cms.search.whoosh_index.segments import PostingsCache
from tests.search.contract import CLOCKS, IndexContract, piece, quiet

KEY = b"a key for tests, long enough"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[[], WhooshIndex]]:
    made: list[WhooshIndex] = []

    def one() -> WhooshIndex:
        made.append(WhooshIndex(folder, KEY))
        return made[-1]

    yield one
    for index in made:
        index.close()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


class TestWhooshIndex(IndexContract):
    def test_another_process_sees_what_the_writer_wrote(self, make: Callable[[], Index]) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)
        assert self.ids(reader, "bread") == [4]
        writer.apply([piece(9, "Pendulum")], [4])
        assert self.ids(reader, "pendulum") == [9]
        assert self.ids(reader, "bread") == []
        writer.rebuild([piece(10, "Pendulum")], quiet)
        assert self.ids(reader, "pendulum") == [10]

    def test_a_build_that_is_replaced_while_a_reader_looks_is_no_failure(
        self, make: Callable[[], Index], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)
        read = seal.read

        def overtaken(root: Path, key: bytes, schema: str) -> seal.Seal:
            found = read(root, key, schema)
            monkeypatch.undo()
            writer.rebuild([piece(10, "Pendulum")], quiet)
            return found

        monkeypatch.setattr(seal, "read", overtaken)
        assert self.ids(reader, "pendulum") == [10]

    def test_two_hundred_commits_leave_no_files_open(self, make: Callable[[], Index]) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)

        def commit(number: int) -> None:
            writer.apply([piece(100 + number % 30, f"pendulum {number}")], [])
            assert reader.search(parse("pendulum")).total == min(number + 1, 30)

        for number in range(20):
            commit(number)
        before = open_files()
        for number in range(20, 200):
            commit(number)
        assert open_files() <= before + 4 * MAX_LOOSE
        writer.close()  # type: ignore[attr-defined]
        reader.close()  # type: ignore[attr-defined]
        assert open_files() <= before

    def test_segments_and_files_stay_few(self, make: Callable[[], Index], folder: Path) -> None:
        index = make()
        index.rebuild([piece(n, f"clock {n}", "drift " * 5) for n in range(1, 60)], quiet)
        for number in range(60):
            index.apply([piece(1 + number % 50, f"pendulum {number}")], [59 - number // 2] if number % 2 else [])
            assert len({path.name.split(".")[0] for path in folder.rglob("*.pst")}) <= MAX_LOOSE
            if number % 20 == 19:
                index.tidy()
                assert len({path.name.split(".")[0] for path in folder.rglob("*.pst")}) <= MAX_SEGMENTS
        assert len(list(folder.rglob("*.toc"))) == 1
        assert len(list(folder.iterdir())) == 3  # the seal, the lock, and one build
        assert len(index.document_ids()) == index.search(parse("")).total

    def test_postings_are_not_read_by_opening(self, make: Callable[[], WhooshIndex], folder: Path) -> None:
        index = make()
        index.rebuild([piece(n, f"clock {n}", f"drift w{n}") for n in range(1, 50)], quiet)
        assert index._snapshot is None or index._snapshot.parts
        index.search(parse("clock"))
        (part,) = index._snapshot.parts  # type: ignore[union-attr]
        assert len(part.segment._cache._kept) == 1

    def test_time_that_runs_out_gives_what_was_found(self, folder: Path) -> None:
        index = WhooshIndex(folder, KEY, seconds=0)
        index.rebuild(CLOCKS, quiet)
        hits = index.search(parse("drift clock section:systems"))
        assert hits.is_capped
        assert {hit.article_id for hit in hits.hits} <= {1, 3}
        index.close()

    def test_a_phrase_of_words_that_stand_everywhere_is_looked_for_in_the_newest(
        self, make: Callable[[], Index], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index = make()
        index.rebuild([piece(n, f"Piece {n}", "clock drift") for n in range(1, 11)], quiet)
        hits = index.search(parse('"clock drift"'))
        assert (hits.total, hits.is_capped) == (10, False)
        monkeypatch.setattr("cms.search.whoosh_index.segments.MAX_COMPARED", 6)  # of two words in three pieces
        hits = index.search(parse('"clock drift"'))
        assert ({hit.article_id for hit in hits.hits}, hits.is_capped) == ({8, 9, 10}, True)
        assert {hit.article_id for hit in index.search(parse('"clock drift" "piece 9"')).hits} == {9}
        # What may have a phrase that nobody wants is not shown either.
        hits = index.search(parse('piece -"clock drift"'))
        assert (hits.total, hits.is_capped) == (0, True)

    def test_a_short_key_is_refused(self, folder: Path) -> None:
        with pytest.raises(ValueError, match="sixteen"):
            WhooshIndex(folder, b"short")

    def test_an_older_generation_is_closed_when_its_last_reader_is_done(self, make: Callable[[], WhooshIndex]) -> None:
        index = make()
        index.rebuild(CLOCKS, quiet)
        index.apply([piece(9, "Pendulum")], [])
        with index._borrowed() as old:
            large, small = (part.segment for part in old.parts)
            index.apply([piece(10, "Pendulum")], [9])
            assert index.search(parse("pendulum")).total == 1
            assert [hit.article_id for hit in old.search(parse("pendulum"), seconds=1).hits] == [9]
            assert not small._reader.is_closed
        assert small._reader.is_closed
        assert not large._reader.is_closed  # it is part of the new generation too
        index.rebuild(CLOCKS, quiet)
        assert index.is_ready()
        assert large._reader.is_closed

    def test_threads_do_not_read_in_each_others_place(self, make: Callable[[], WhooshIndex]) -> None:
        index = make()
        index.rebuild(
            [piece(n, f"w{n % 7} w{n % 11} w{n % 13}", "clock drift " * (n % 5)) for n in range(1, 700)], quiet
        )
        index._cache = PostingsCache(limit=0)  # every search reads anew
        index.close()
        texts = [f'w{n} clock "w{n} w{n}"' if n % 3 else f"w{n} w{n + 1} drift" for n in range(10)]
        expected = {text: index.search(parse(text)) for text in texts}
        wrong: list[object] = []

        def read(shift: int) -> None:
            for turn in range(60):
                text = texts[(turn * 3 + shift) % len(texts)]
                try:
                    if index.search(parse(text)) != expected[text]:
                        wrong.append(text)
                except Exception as exc:
                    wrong.append(exc)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=read, args=(shift,)) for shift in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert not wrong
