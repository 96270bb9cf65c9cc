"""What is a translation of what: one original, one piece for each language, and who may say so."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.events import Event
from cms.vocabulary import CreditRole, State
from tests.factories import House, act, make_article, make_live, make_page, make_topic
from tests.site import scenes

UNSEEN = {"synchronize_session": False}  # as if somebody else had done it


def in_three_languages(db: Session, house: House) -> list[Article]:
    """Make an English original with a German and a French translation."""
    pieces = [make_article(db, house, language=code) for code in ("en", "de", "fr")]
    with transaction(db):
        for piece in pieces[1:]:
            assert texts.name_original(db, house.editor, piece, pieces[0])
    return pieces


def name(db: Session, actor: User, article: Article, other: Article) -> bool:
    """Name an original as its page would: with both pieces as they are now."""
    with transaction(db):
        return texts.name_original(db, actor, articles.load(db, article.id), articles.load(db, other.id))


def refusal(db: Session, actor: User, article: Article, other: Article) -> str:
    with pytest.raises(Invalid) as refused:
        name(db, actor, article, other)
    return str(refused.value)


def told(db: Session) -> list[tuple[str, dict[str, object]]]:
    found = db.execute(
        select(Event.name, Event.details).where(Event.name.like("article.original_%")).order_by(Event.id)
    )
    return [(name, details) for name, details in found]


def test_a_translation_names_its_original_and_the_record_says_so(db: Session, house: House) -> None:
    original, german, french = in_three_languages(db, house)
    assert (german.original_id, french.group_id, original.group_id) == (original.id, original.id, original.id)
    assert [one.id for one in articles.translations(db, french)] == [original.id, german.id, french.id]
    assert told(db) == [("article.original_named", {"original": original.id, "before": None})] * 2
    with transaction(db):
        assert not texts.name_original(db, house.editor, german, original), "it is already"
        assert texts.drop_original(db, house.editor, german)
        assert not texts.drop_original(db, house.editor, german)
    assert told(db)[2:] == [("article.original_dropped", {"original": original.id})]
    assert [one.id for one in articles.translations(db, original)] == [original.id, french.id]


def test_a_translation_of_a_translation_is_one_of_the_original(db: Session, house: House) -> None:
    original, german, _ = in_three_languages(db, house)
    austrian = make_article(db, house, language="de-AT")
    with transaction(db):
        texts.name_original(db, house.editor, austrian, german)
    assert austrian.original_id == original.id


def test_an_original_is_no_translation_itself(db: Session, house: House) -> None:
    original, german, _ = in_three_languages(db, house)
    other = make_article(db, house, language="it")
    for piece in (german, other):
        assert refusal(db, house.editor, original, piece).startswith("This piece has translations itself.")
    assert refusal(db, house.editor, other, other) == "A piece is no translation of itself."


def test_a_translation_that_was_put_away_still_has_its_original(db: Session, house: House) -> None:
    original, german = make_article(db, house), make_article(db, house, language="de")
    with transaction(db):
        texts.name_original(db, house.editor, german, original)
    act(db, house.writer, german, "spike")
    other = make_article(db, house, language="it")
    assert "has translations itself" in refusal(db, house.editor, original, other)


@pytest.mark.parametrize("code", ["de", "DE", "en"])
def test_there_is_one_piece_for_each_language(db: Session, house: House, code: str) -> None:
    original, german, _ = in_three_languages(db, house)
    second = make_article(db, house, language=code)
    name_of = "English" if code == "en" else "German"
    assert refusal(db, house.editor, second, original) == (
        f"One of them is in {name_of} already: there is one piece for each language."
    )
    act(db, house.writer, articles.load(db, german.id), "spike")
    if code != "en":
        assert name(db, house.editor, second, original), "the other was put away"


def test_a_page_of_the_house_has_no_translations(db: Session, house: House) -> None:
    page, piece = make_page(db, house, "imprint", State.DRAFT), make_article(db, house, language="de")
    for one, other in ((page, piece), (piece, page)):
        assert refusal(db, house.chief, one, other) == "A page of the house has no translations."


def test_writers_say_it_of_their_own_drafts_and_the_desk_of_what_readers_know(db: Session, house: House) -> None:
    original, draft = make_live(db, house), make_article(db, house, language="de")
    with transaction(db):
        assert texts.name_original(db, house.writer, draft, original)
        assert texts.drop_original(db, house.writer, draft)
    elsewhere = make_article(db, house, by=house.other_writer, credits=())
    live = make_live(db, house, language="fr")
    act(db, house.writer, live, "revise")
    for actor, piece, other in (
        (house.other_writer, draft, elsewhere),  # not theirs
        (house.writer, draft, elsewhere),  # may not read that one
        (house.writer, live, original),  # readers would see it at once
        (house.other_editor, draft, original),  # another desk's
        (house.admin, draft, original),
    ):
        with pytest.raises(Forbidden):
            name(db, actor, piece, other)
    assert name(db, house.editor, live, original)
    with pytest.raises(Forbidden), transaction(db):
        texts.drop_original(db, house.writer, articles.load(db, live.id))


def test_whoever_comes_second_is_told(db: Session, house: House) -> None:
    _, german, _ = in_three_languages(db, house)
    other = make_article(db, house, language="it")
    with pytest.raises(Conflict, match="Look again"), transaction(db):
        db.execute(update(Article).where(Article.id == german.id).values(original_id=None), execution_options=UNSEEN)
        texts.name_original(db, house.editor, other, german)


def test_a_translation_begins_with_everything_that_the_original_has(db: Session, house: House) -> None:
    topic, hero = make_topic(db, "Clocks"), scenes.picture(db)
    original = make_live(db, house, headline="Time", topic_ids=(topic.id,), hero_id=hero.id, hero_alt="Rings")
    with transaction(db):
        made = texts.begin_translation(db, house.writer, original, "de")
    begun, source = articles.load(db, made.id), articles.load(db, original.id)
    assert begun.head
    assert source.head
    assert (begun.state, begun.original_id, begun.desk_id) == (State.DRAFT, original.id, original.desk_id)
    new, old = begun.head.content(), source.head.content()
    assert (new.language, new.slug) == ("de", "time")
    assert {name for name in vars(new) if getattr(new, name) != getattr(old, name)} == {"language", "slug"}
    assert [credit.role for credit in new.credits] == [CreditRole.AUTHOR]
    before = len(db.scalars(select(Article.id)).all())
    with pytest.raises(Invalid, match="in German already"), transaction(db):
        texts.begin_translation(db, house.editor, begun, "de")
    assert len(db.scalars(select(Article.id)).all()) == before, "no draft is left behind"


def test_nobody_begins_a_translation_of_what_they_may_not_read(db: Session, house: House) -> None:
    hidden = make_article(db, house, by=house.other_writer, credits=())
    with pytest.raises(Forbidden), transaction(db):
        texts.begin_translation(db, house.writer, hidden, "de")
