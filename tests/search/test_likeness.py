"""Which pieces are close in words: what tells, what does not, and what the worker makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cms.search import likeness
from cms.search.index import Label
from cms.search.likeness import profile, telling
from cms.search.service import Search, open_search
from tests.search.contract import piece
from tests.search.edition import edition, publish, withdraw

CLOCKS = "The oscillator drifts. A leap second moved the oscillator, and NTP smeared the leap second over hours."
TRAINS = "The points were frozen. A signaller held the train until the points moved under the signaller's eyes."
ENGINE = "Everybody in the house spoke about the weather and what it would do to them by the evening."


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    with edition(tmp_path) as session:
        publish(session, 1, "Smearing a second", CLOCKS)
        publish(session, 2, "Holdover", CLOCKS.replace("moved", "bent"))
        publish(session, 3, "Frozen points", TRAINS)
        publish(session, 4, "Signals", TRAINS)
        for number in range(5, 12):
            publish(session, number, f"Weather {number}", f"{ENGINE} The oscillator was never named." if number == 5
                    else ENGINE)  # fmt: skip
        yield session


@pytest.fixture
def search(db: Session, tmp_path: Path) -> Iterator[Search]:
    made = open_search(tmp_path / "index", key="a key for tests")
    made.ensure(db)
    yield made
    made.index.close()  # type: ignore[attr-defined]


def test_pieces_with_the_same_rare_words_are_alike_and_say_in_which(search: Search, db: Session) -> None:
    found = search.likenesses.alike(db, 1)
    assert found[0].article_id == 2
    assert set(found[0].words) <= {"second", "leap", "oscillator", "NTP", "smeared", "Smearing", "hours", "drifts"}
    assert len(found[0].words) == likeness.WORDS_SHOWN
    assert not {3, 4} & {one.article_id for one in found}


def test_words_that_most_pieces_have_make_nothing_alike(search: Search, db: Session) -> None:
    assert {one.article_id for one in search.likenesses.alike(db, 7)} == set()


def test_one_word_in_common_is_little(search: Search, db: Session) -> None:
    closeness = {one.article_id: one.closeness for one in search.likenesses.alike(db, 1)}
    assert closeness[2] > 0.5 > closeness.get(5, 0)


def test_only_live_pieces_are_alike(search: Search, db: Session) -> None:
    withdraw(db, 2)
    assert 2 not in {one.article_id for one in search.likenesses.alike(db, 1)}, "whatever the index still believes"
    assert search.likenesses.alike(db, 2) == []


def test_who_is_in_a_piece_does_not_make_it_alike() -> None:
    named = profile(piece(1, "Clocks", "Varnholt on drift.", people=(Label("ilse-varnholt", "Ilse Varnholt"),)))
    assert set(named.counts) == {"clock", "drift"}


def test_a_telling_term_stands_often_here_and_seldom_elsewhere() -> None:
    own = profile(piece(1, "", "quartz quartz quartz table table table water 2024 once"))
    weights = telling(own, 100, {"quartz": 3, "tabl": 20, "water": 2, "onc": 1, "2024": 4})
    assert list(weights) == ["quartz", "water", "tabl"]
    assert telling(own, 100, {"quartz": 21}) == {}, "in more than a fifth of all pieces"


def test_terms_are_shown_as_they_are_mostly_written() -> None:
    own = profile(piece(1, "", "NTP and ntp and NTP, oscillators, oscillator, oscillators"))
    assert (own.written["ntp"], own.written["oscil"]) == ("NTP", "oscillators")
