"""What live pieces in several languages tell readers of each other, whatever happens to one of them."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import generation
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.publication import explore
from cms.publication import service as publication
from cms.publication.models import Published
from cms.vocabulary import State
from cms.wiring import Services
from tests.factories import House, act, make_article, make_house, make_live


def linked(db: Session, house: House, original: Article, *others: Article) -> None:
    for other in others:
        with transaction(db):
            texts.name_original(db, house.editor, articles.load(db, other.id), articles.load(db, original.id))


def pair(db: Session, house: House) -> tuple[Article, Article]:
    """Make a live piece in English and its live translation into German."""
    english = make_live(db, house, slug="time", headline="Time")
    german = make_live(db, house, slug="zeit", headline="Zeit", language="de")
    linked(db, house, english, german)
    return english, german


def told(db: Session, article: Article) -> list[str]:
    """Return what readers of a piece are told of its languages, the original marked by a star."""
    rows = db.execute(select(Published.translations).where(Published.article_id == article.id)).scalars().all()
    return [
        f"{'*' * one['is_original']}{one['language']} {one['slug']} {one['headline']}" for row in rows for one in row
    ]


def again(db: Session, house: House, article: Article, **changed: str) -> None:
    """Change a live piece and publish it anew."""
    act(db, house.chief, articles.load(db, article.id), "revise")
    piece = articles.load(db, article.id)
    assert piece.head
    with transaction(db):
        new = replace(piece.head.content(), **changed)  # type: ignore[arg-type]
        texts.save_draft(db, house.writer, piece, new, seen=piece.head.id)
    for actor, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, actor, articles.load(db, article.id), action)


def test_each_names_all_that_are_live_the_original_first(db: Session, house: House) -> None:
    english, german = pair(db, house)
    assert told(db, english) == told(db, german) == ["*en time Time", "de zeit Zeit"]
    french = make_live(db, house, slug="temps", headline="Temps", language="fr")
    assert told(db, french) == []
    linked(db, house, german, french)
    assert told(db, english) == told(db, french) == ["*en time Time", "de zeit Zeit", "fr temps Temps"]


def test_a_new_address_or_headline_reaches_the_others(db: Session, house: House) -> None:
    english, german = pair(db, house)
    again(db, house, german, slug="die-zeit", headline="Die Zeit")
    assert told(db, english) == told(db, german) == ["*en time Time", "de die-zeit Die Zeit"]


def test_a_withdrawn_one_is_named_by_nobody_until_it_is_back(db: Session, house: House) -> None:
    english, german = pair(db, house)
    french = make_live(db, house, slug="temps", headline="Temps", language="fr")
    linked(db, house, english, french)
    act(db, house.editor, articles.load(db, english.id), "withdraw")
    assert told(db, german) == told(db, french) == ["de zeit Zeit", "fr temps Temps"]
    act(db, house.editor, articles.load(db, german.id), "withdraw")
    assert told(db, french) == []
    again(db, house, english, headline="Time again")
    assert told(db, french) == told(db, english) == ["*en time Time again", "fr temps Temps"]


@pytest.mark.parametrize("state", [s for s in State if s is not State.SETTLED])
def test_one_that_is_not_live_is_never_named(db: Session, house: House, state: State) -> None:
    english, _ = pair(db, house)
    linked(db, house, english, make_article(db, house, state, language="fr"))
    assert told(db, english) == ["*en time Time", "de zeit Zeit"]


def test_what_is_linked_or_let_go_shows_at_once(db: Session, house: House) -> None:
    english, german = pair(db, house)
    other = make_live(db, house, slug="hours", headline="Hours")
    before = generation.current(db)
    linked(db, house, other, german)
    assert (told(db, english), told(db, other)) == ([], ["*en hours Hours", "de zeit Zeit"])
    with transaction(db):
        texts.drop_original(db, house.editor, articles.load(db, german.id))
    assert told(db, english) == told(db, german) == told(db, other) == []
    assert generation.current(db) == before + 2, "every kept page is made anew"


def test_what_says_the_same_is_not_offered_after_it(db: Session, house: House) -> None:
    english, german = pair(db, house)
    other = make_live(db, house, slug="hours", headline="Hours")

    def offered() -> list[set[int]]:
        with transaction(db):
            explore.choose_again(db, [english.id, german.id])
        rows = (db.get_one(Published, article.id, populate_existing=True) for article in (english, german))
        return [{slot["article_id"] for slot in row.related} for row in rows]

    assert offered() == [{other.id}, {other.id}]
    with transaction(db):
        texts.drop_original(db, house.editor, articles.load(db, german.id))
    assert offered() == [{other.id, german.id}, {other.id, english.id}]


def test_a_second_piece_in_one_language_is_not_published(db: Session, house: House) -> None:
    english, german = pair(db, house)
    french = make_article(db, house, language="fr")
    linked(db, house, english, french)
    with transaction(db):
        piece = articles.load(db, french.id)
        assert piece.head
        texts.save_draft(db, house.writer, piece, replace(piece.head.content(), language="de"), seen=piece.head.id)
    for actor, action in ((house.writer, "submit"), (house.editor, "approve")):
        act(db, actor, articles.load(db, french.id), action)
    with pytest.raises(Invalid, match=r"^“Zeit” is the same piece in German, and live already\.$"):
        act(db, house.editor, articles.load(db, french.id), "publish")
    act(db, house.editor, articles.load(db, german.id), "withdraw")
    act(db, house.editor, articles.load(db, french.id), "publish")
    assert told(db, english)[0] == "*en time Time"
    assert told(db, english)[1].startswith("de the-second-")


def test_a_preview_names_what_would_be_named_and_stores_nothing(db: Session, house: House) -> None:
    english, _ = pair(db, house)
    draft = make_article(db, house, language="fr", slug="temps", headline="Temps")
    linked(db, house, english, draft)
    shown = publication.preview(db, articles.newest(db, articles.load(db, draft.id)))
    assert [one["slug"] for one in shown.translations] == ["time", "zeit", "temps"]
    assert [one["slug"] for one in shown.also] == ["time", "zeit"]
    assert told(db, english) == ["*en time Time", "de zeit Zeit"]


def test_two_published_at_once_know_of_each_other(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        english = make_article(db, house, State.APPROVED)
        german = make_article(db, house, State.APPROVED, language="de")
        linked(db, house, english, german)
        ids = (english.id, german.id)
    together = Barrier(len(ids))

    def publish(article_id: int, actor: User) -> None:
        with either.sessions() as own:
            piece = articles.load(own, article_id)
            own.rollback()
            together.wait()
            act(own, actor, piece, "publish")

    threads = [Thread(target=publish, args=(article_id, house.editor)) for article_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with either.sessions() as db:
        rows = {row.article_id: row for row in db.scalars(select(Published))}
        assert [one["slug"] for one in rows[ids[0]].translations] == [rows[number].slug for number in ids]
        assert rows[ids[0]].translations == rows[ids[1]].translations
        act(db, house.chief, articles.load(db, ids[0]), "withdraw")
        assert db.scalars(select(Published.translations)).all() == [[]]
