from __future__ import annotations

import random
from pathlib import Path

import pytest

from cms.search.whoosh_index.pool import TermPool


@pytest.mark.parametrize("memory", [1 << 20, 2000, 1])
def test_postings_come_back_by_field_term_and_document(tmp_path: Path, memory: int) -> None:
    chance = random.Random(1)
    given = [
        (fieldname, f"t{chance.randrange(30)}".encode(), doc, float(chance.randrange(1, 9)), bytes([doc]))
        for doc in range(60)
        for fieldname in ("text", "words")
    ]
    pool = TermPool(str(tmp_path), memory=memory)
    for posting in given:
        pool.add(posting)
    assert list(pool.iter_postings()) == sorted(given)
    pool.cleanup()
    assert list(pool.iter_postings()) == []
    assert not list(tmp_path.iterdir())


def test_a_field_without_places_is_kept_too(tmp_path: Path) -> None:
    pool = TermPool(str(tmp_path))
    pool.add(("words", b"drift", 0, 1.0, None))
    assert list(pool.iter_postings()) == [("words", b"drift", 0, 1.0, b"")]
