from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid, NotFound
from cms.policy import READER, SYSTEM, Actor
from cms.search import guidance
from cms.search.service import Search, open_search
from tests.search.edition import edition, publish, withdraw


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    with edition(tmp_path) as session:
        publish(session, 1, "Kubernetes at night", "Containers sleep badly.")
        publish(session, 2, "Machine learning by hand", "A model on paper.")
        publish(session, 3, "Bread", "Flour and water.")
        yield session


@pytest.fixture
def search(db: Session, tmp_path: Path) -> Iterator[Search]:
    made = open_search(tmp_path / "index", key="a key for tests")
    made.ensure(db)
    yield made
    made.index.close()


def found(search: Search, db: Session, text: str, **narrowed: object) -> list[int]:
    return [card.article_id for card in search.find(db, text, **narrowed).cards]  # type: ignore[arg-type]


def synonyms(db: Session, text: str, by: Actor = SYSTEM) -> int:
    with transaction(db):
        return guidance.add_synonyms(db, by, text).id


def promote(db: Session, asked: str, slug: str, by: Actor = SYSTEM) -> int:
    with transaction(db):
        return guidance.promote(db, by, asked, slug).id


def test_words_that_mean_the_same_find_each_other(search: Search, db: Session) -> None:
    assert found(search, db, "k8s") == []
    number = synonyms(db, "k8s, Kubernetes")
    assert found(search, db, "k8s") == [1]
    assert search.find(db, "K8s").cards[0].marked_headline.html == "<mark>Kubernetes</mark> at night"
    synonyms(db, "ML, machine learning,, ML")
    assert found(search, db, "ml bread") in ([2, 3], [3, 2])
    publish(db, 4, "What ML cannot do")
    search.rebuild(db)
    assert set(found(search, db, "machine learning")) == {2, 4}
    assert found(search, db, "machine") == [2]
    with transaction(db):
        guidance.forget_synonyms(db, SYSTEM, number)
    assert found(search, db, "k8s") == []


def test_a_word_that_another_stands_for_is_not_said_to_be_nowhere(search: Search, db: Session) -> None:
    assert search.find(db, "k8s bread").without == ("k8s",)
    synonyms(db, "k8s, Kubernetes")
    page = search.find(db, "k8s xyzzy bread")
    assert {card.article_id for card in page.cards} == {1, 3}
    assert page.without == ("xyzzy",)


def test_a_promoted_piece_stands_first_for_its_question_and_only_there(search: Search, db: Session) -> None:
    number = promote(db, "Clocks", "/articles/piece-3/")
    page = search.find(db, "the clock")
    assert [(card.article_id, card.is_promoted) for card in page.cards] == [(3, True)]
    promote(db, "kubernetes", "piece-3")
    page = search.find(db, "kubernetes")
    assert [(card.article_id, card.is_promoted) for card in page.cards] == [(3, True), (1, False)]
    assert page.total == 1
    assert found(search, db, "kubernetes", sort="newest") == [1]
    assert found(search, db, "kubernetes", section="systems") == [1]
    assert found(search, db, "kubernetes night") == [1]
    withdraw(db, 3)
    assert found(search, db, "kubernetes") == [1]
    with transaction(db):
        guidance.demote(db, SYSTEM, number)
        with pytest.raises(NotFound):
            guidance.demote(db, SYSTEM, number)


def test_what_makes_no_sense_is_refused(db: Session) -> None:
    for text in ("", "alone", "the, of", ",,,", ",".join(f"w{n}" for n in range(9))):
        with pytest.raises(Invalid):
            synonyms(db, text)
    promote(db, "clock", "piece-1")
    for asked, slug in (("", "piece-1"), ("the", "piece-1"), ("clock", "nowhere"), ("clocks", "piece-1")):
        with pytest.raises(Invalid):
            promote(db, asked, slug)
    promote(db, "clock", "piece-2")
    promote(db, "clock", "piece-3")
    publish(db, 4, "Fourth")
    with pytest.raises(Invalid, match="stand first"):
        promote(db, "clock", "piece-4")


def test_readers_tell_the_search_nothing(db: Session) -> None:
    with pytest.raises(Forbidden):
        synonyms(db, "k8s, kubernetes", READER)
    with pytest.raises(Forbidden):
        promote(db, "clock", "piece-1", READER)
