"""What readers are offered after a piece: for which reasons, what editors decide, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import generation
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.core.events import Event
from cms.publication import explore, rules
from cms.publication.explore import Alike
from cms.publication.models import Likeness, Published
from cms.vocabulary import Why
from cms.wiring import Services
from cms.worker import spare_time, turn
from tests.factories import NOW, House, act, make_house, make_interview, make_live, make_topic
from tests.site import scenes


@pytest.fixture
def db(either: Services) -> Iterator[Session]:
    """A session on each database in turn."""
    with either.sessions() as session:
        yield session


@pytest.fixture
def house(db: Session) -> House:
    return make_house(db)


def settle(services: Services, db: Session) -> None:
    """Let the worker do everything."""
    while turn(services) or spare_time(services):
        pass
    db.rollback()
    db.expire_all()


def offered(db: Session, article: Article) -> list[tuple[int, str, str]]:
    db.expire_all()
    return [(slot["article_id"], slot["why"], slot["about"]) for slot in db.get_one(Published, article.id).related]


def ids(db: Session, article: Article) -> list[int]:
    return [one for one, _, _ in offered(db, article)]


def alike(db: Session, article: Article, *others: Article, closeness: float = 0.5) -> None:
    """Let the index have found these close to a piece."""
    found = [Alike(one.id, closeness - place / 100, ("clocks",)) for place, one in enumerate(others)]
    with transaction(db):
        seen = db.get_one(Published, article.id).content_hash
        explore.note_likeness(db, {article.id: found}, {article.id: seen})


def decide(db: Session, verb: Any, actor: Any, article: Article, *rest: Any) -> None:
    with transaction(db):
        verb(db, actor, articles.load(db, article.id), *rest)


def test_publishing_itself_offers_what_rows_know_a_reason_for(db: Session, house: House) -> None:
    clocks = make_topic(db, "Clocks")
    elsewhere = {"section_id": house.other_section.id, "at": NOW - timedelta(days=9)}
    about_clocks = make_live(db, house, topic_ids=(clocks.id,), **elsewhere)
    with_expert = make_interview(db, house, **elsewhere)
    in_section = make_live(db, house, at=NOW - timedelta(days=8))
    unrelated = make_live(db, house, section_id=house.other_section.id, at=NOW)
    piece = make_interview(db, house, topic_ids=(clocks.id,))
    assert offered(db, piece) == [
        (with_expert.id, "same_expert", "Marit Oduya-Lind"),
        (about_clocks.id, "same_topic", "Clocks"),
        (in_section.id, "same_section", "Systems"),
        (unrelated.id, "newest", ""),
    ]


def test_the_next_live_part_of_its_series_comes_first(either: Services, db: Session, house: House) -> None:
    first, second, third = scenes.many(db, house, 3)
    scenes.series(db, house, [first, second, third])
    settle(either, db)
    assert offered(db, first)[0] == (second.id, "next_in_series", "Time in machines")
    act(db, house.chief, articles.load(db, second.id), "withdraw")
    settle(either, db)
    assert offered(db, first)[0] == (third.id, "next_in_series", "Time in machines")
    assert "next_in_series" not in {why for _, why, _ in offered(db, third)}


def test_neighbours_learn_of_a_new_piece(either: Services, db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    old = make_live(db, house, topic_ids=(topic.id,))
    scenes.many(db, house, 12)
    settle(either, db)
    new = make_live(db, house, topic_ids=(topic.id,), at=NOW - timedelta(days=900))
    settle(either, db)
    assert new.id in ids(db, old)


def test_what_is_close_in_words_goes_before_topics(db: Session, house: House) -> None:
    clocks = make_topic(db, "Clocks")
    same_topic = make_live(db, house, topic_ids=(clocks.id,))
    close = make_live(db, house)
    piece = make_live(db, house, topic_ids=(clocks.id,))
    alike(db, piece, close)
    assert offered(db, piece)[:2] == [(close.id, "similar", "clocks"), (same_topic.id, "same_topic", "Clocks")]


def test_likeness_goes_both_ways_and_keeps_the_closest(db: Session, house: House) -> None:
    old, new = make_live(db, house), make_live(db, house)
    alike(db, new, old)
    assert offered(db, old)[0] == (new.id, "similar", "clocks")
    others = scenes.many(db, house, rules.ALIKE)
    alike(db, old, *others, closeness=0.9)
    assert new.id not in {one.article_id for one in explore.alike(db, old.id)}
    alike(db, new, old)
    assert new.id not in {one.article_id for one in explore.alike(db, old.id)}, "others are closer"


def test_a_text_that_was_published_anew_meanwhile_is_compared_again(db: Session, house: House) -> None:
    piece, other = make_live(db, house), make_live(db, house)
    with transaction(db):
        explore.note_likeness(db, {piece.id: [Alike(other.id, 0.9)]}, {piece.id: "of an older text"})
    assert explore.alike(db, piece.id) == []
    assert piece.id in explore.to_compare(db, 10)


def test_only_a_new_text_is_compared(db: Session, house: House) -> None:
    piece = make_live(db, house)
    assert list(explore.to_compare(db, 10)) == [piece.id]
    alike(db, piece)
    assert explore.to_compare(db, 10) == {}
    article = articles.load(db, piece.id)
    with transaction(db):
        article.state = article.state  # nothing of the text
        explore.choose_again(db, [piece.id])
    assert explore.to_compare(db, 10) == {}
    act(db, house.chief, articles.load(db, piece.id), "withdraw")
    assert explore.to_compare(db, 10) == {}
    assert db.get_one(Likeness, piece.id)


def test_what_is_said_in_several_languages_is_offered_in_one(db: Session, house: House) -> None:
    english = make_live(db, house, headline="A leap second rehearsal")
    german = make_live(db, house, headline="Eine Schaltsekunde zur Probe", language="de")
    french = make_live(db, house, headline="Une seconde", language="fr")
    here, there, elsewhere = (make_live(db, house, headline=one, language=one) for one in ("en", "de", "it"))
    with transaction(db):
        for one in (german, french):
            texts.name_original(db, house.editor, articles.load(db, one.id), articles.load(db, english.id))
        explore.choose_again(db, [here.id, there.id, elsewhere.id, german.id])
    several = {english.id, german.id, french.id}
    assert several & set(ids(db, here)) == {english.id}
    assert several & set(ids(db, there)) == {german.id}
    assert several & set(ids(db, elsewhere)) == {english.id}, "the original, where none is in the piece's language"
    assert several.isdisjoint(ids(db, german)), "it has its own line for its other languages"
    decide(db, explore.pick, house.editor, here, french.id)
    assert several & set(ids(db, here)) == {english.id, french.id}, "an editor may know better"
    act(db, house.chief, articles.load(db, english.id), "withdraw")
    with transaction(db):
        explore.choose_again(db, [elsewhere.id])
    assert several & set(ids(db, elsewhere)) == {german.id}


def test_what_is_not_live_is_never_offered(either: Services, db: Session, house: House) -> None:
    close, picked, piece = (make_live(db, house) for _ in range(3))
    scenes.many(db, house, 6)
    alike(db, piece, close)
    decide(db, explore.pick, house.chief, piece, picked.id)
    for gone in (close, picked):
        act(db, house.chief, articles.load(db, gone.id), "withdraw")
    settle(either, db)
    assert not {close.id, picked.id} & set(ids(db, piece))
    assert len(ids(db, piece)) == 6


def test_a_picked_piece_that_comes_back_is_offered_again(either: Services, db: Session, house: House) -> None:
    picked, piece = make_live(db, house), make_live(db, house)
    scenes.many(db, house, 12)  # so that neither is among the newest
    decide(db, explore.pick, house.chief, piece, picked.id)
    act(db, house.chief, articles.load(db, picked.id), "withdraw")
    settle(either, db)
    assert picked.id not in ids(db, piece)
    for action, who in (("revise", house.chief), ("submit", house.writer), ("approve", house.chief),
                        ("publish", house.chief)):  # fmt: skip
        act(db, who, articles.load(db, picked.id), action)
    settle(either, db)
    assert offered(db, piece)[0] == (picked.id, "picked", "")


def test_editors_pick_in_order_and_it_shows_at_once(db: Session, house: House) -> None:
    first, second, piece = (make_live(db, house) for _ in range(3))
    before = generation.current(db)
    decide(db, explore.pick, house.editor, piece, first.id)
    decide(db, explore.pick, house.editor, piece, second.id)
    assert offered(db, piece)[:2] == [(first.id, "picked", ""), (second.id, "picked", "")]
    decide(db, explore.move, house.editor, piece, second.id, -1)
    assert ids(db, piece)[:2] == [second.id, first.id]
    decide(db, explore.let_be, house.editor, piece, second.id)
    assert offered(db, piece)[0] == (first.id, "picked", "")
    assert generation.current(db) == before + 4
    told = db.scalars(select(Event.name).where(Event.name.like("explore.%")).order_by(Event.id)).all()
    assert told == ["explore.picked", "explore.picked", "explore.moved", "explore.let_be"]


def test_a_barred_piece_is_offered_nowhere_here_until_it_is_let_in(db: Session, house: House) -> None:
    other, piece = make_live(db, house), make_live(db, house)
    alike(db, piece, other)
    decide(db, explore.bar, house.editor, piece, other.id)
    assert ids(db, piece) == []
    assert ids(db, other) == [piece.id], "barred there, not here"
    assert db.get_one(Published, piece.id).barred == [other.id]
    decide(db, explore.let_be, house.editor, piece, other.id)
    assert offered(db, piece) == [(other.id, "similar", "clocks")]


def test_picking_lets_a_barred_piece_in_and_barring_lets_a_picked_one_go(db: Session, house: House) -> None:
    other, piece = make_live(db, house), make_live(db, house)
    decide(db, explore.bar, house.editor, piece, other.id)
    decide(db, explore.pick, house.editor, piece, other.id)
    assert offered(db, piece) == [(other.id, "picked", "")]
    decide(db, explore.bar, house.editor, piece, other.id)
    assert explore.decisions(db, piece.id) == {other.id: None}
    assert ids(db, piece) == []


def test_deciding_the_same_twice_records_it_once(db: Session, house: House) -> None:
    other, third, piece = (make_live(db, house) for _ in range(3))
    for _ in range(2):
        decide(db, explore.pick, house.editor, piece, other.id)
    decide(db, explore.move, house.editor, piece, other.id, 1)
    for _ in range(2):
        decide(db, explore.bar, house.editor, piece, third.id)
    decide(db, explore.let_be, house.editor, piece, house.section.id * 999)
    told = db.scalars(select(Event.name).where(Event.name.like("explore.%")).order_by(Event.id)).all()
    assert told == ["explore.picked", "explore.barred"]


def test_decisions_outlive_a_withdrawal_and_hold_for_a_draft(db: Session, house: House) -> None:
    other, piece = make_live(db, house), make_live(db, house)
    decide(db, explore.bar, house.editor, piece, other.id)
    act(db, house.editor, articles.load(db, piece.id), "withdraw")
    for action, who in (("revise", house.editor), ("submit", house.writer), ("approve", house.editor),
                        ("publish", house.editor)):  # fmt: skip
        act(db, who, articles.load(db, piece.id), action)
    row = db.get_one(Published, piece.id)
    assert (row.related, row.barred) == ([], [other.id])


def test_what_cannot_be_offered_is_refused(db: Session, house: House) -> None:
    piece, gone = make_live(db, house), make_live(db, house)
    act(db, house.editor, articles.load(db, gone.id), "withdraw")
    for verb in (explore.pick, explore.bar):
        for other in (piece.id, gone.id, 999_999):
            with pytest.raises(Invalid):
                decide(db, verb, house.editor, piece, other)
    for who in (house.writer, house.other_editor, house.admin):
        with pytest.raises(Forbidden):
            decide(db, explore.pick, who, piece, gone.id)


def test_every_reason_has_words() -> None:
    assert len({why.said("it") for why in Why}) == len(Why)


def test_the_work_for_one_piece_does_not_grow_with_the_archive(db: Session, house: House, either: Services) -> None:
    topic = make_topic(db, "Clocks")
    scenes.many(db, house, 70, topic_ids=(topic.id,))
    piece = make_live(db, house, topic_ids=(topic.id,))
    assert len(explore.concerned(db, {piece.id})) <= 2 * 10 + rules.KEPT + 1
    assert len(offered(db, piece)) == rules.KEPT
