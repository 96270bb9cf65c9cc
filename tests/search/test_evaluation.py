from __future__ import annotations

import json
from pathlib import Path

import pytest

from cms.core.errors import Invalid
from cms.search.evaluation import Question, Report, Score, asked_of, collections, compared, report
from cms.search.whoosh_index import WhooshIndex

ARTICLES = [
    {"id": "drift", "title": "Clock drift", "body": "A clock wanders."},
    {"id": "wall", "title": "The wall", "body": "A clock on a wall."},
    {"id": "bread", "title": "Bread", "body": "Flour and water."},
]
QUERIES = [
    {"id": "1", "text": "clock", "relevant": {"wall": 2, "drift": 1, "gone": 3}},
    {"id": "2", "text": "zebra", "relevant": {"bread": 1}},
    {"id": "3", "text": "nobody judged this", "relevant": {"gone": 1, "drift": 0}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in (("small.articles.jsonl", ARTICLES), ("small.queries.jsonl", QUERIES)):
        (tmp_path / name).write_text("\n".join(json.dumps(line) for line in lines))
    return tmp_path


def test_a_collection_is_asked_and_judged(folder: Path, tmp_path: Path) -> None:
    (collection,) = collections(folder)
    assert [question.grades for question in collection.questions] == [{"wall": 2, "drift": 1}, {"bread": 1}]
    index = WhooshIndex(tmp_path / "index", b"a key for tests, long enough")
    found = report(collection, asked_of(index, collection))
    index.close()
    clock, zebra = found.scores
    assert (clock.precision, clock.recall, clock.found) == (1, 1, 2)
    assert clock.ndcg == pytest.approx((1 + 2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4)  # the better one came second
    assert zebra == Score("2", 0, 0, 0, 0)
    assert found.unanswered == ["2"]
    assert (found.recall, found.precision) == (0.5, 0.5)


def test_grades_and_ranks_count_as_the_textbooks_have_it() -> None:
    collection = next(iter([Question("1", "", {"a": 3, "b": 2, "c": 1})]))
    made = report(type("C", (), {"name": "x", "questions": [collection]})(), lambda _: ["b", "z", "a", *"y" * 7, "c"])
    (score,) = made.scores
    assert score.ndcg == pytest.approx((2 + 3 / 2) / (3 + 2 / 1.58496 + 1 / 2), abs=1e-4)
    assert score.precision == pytest.approx((1 + 2 / 3 + 3 / 11) / 3)
    assert score.recall == 1


def test_two_engines_are_compared_by_a_paired_t() -> None:
    def made(*values: float) -> Report:
        return Report("x", [Score(str(n), value, 0, 0, 1) for n, value in enumerate(values)])

    told = compared(made(0.5, 0.7, 0.6, 0.8), made(0.4, 0.5, 0.3, 0.4))
    assert (told.difference, told.t) == (pytest.approx(0.25), pytest.approx(3.873, abs=1e-3))
    assert told.chance < 0.001
    assert compared(made(0.5, 0.5), made(0.5, 0.5)).chance == 1


def test_what_is_no_collection_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"no <name>\.articles\.jsonl"):
        list(collections(tmp_path / "nowhere"))
    (folder / "small.queries.jsonl").write_text('{"id": "1"}')
    with pytest.raises(Invalid, match="can't be read"):
        list(collections(folder))
    (folder / "small.queries.jsonl").write_text(json.dumps(QUERIES[2]))
    with pytest.raises(Invalid, match="No question"):
        list(collections(folder))
