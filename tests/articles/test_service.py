"""Saving: revisions, joining two people's work, and what is refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries, service
from cms.articles.models import Article, CreditLine, Revision
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from cms.core.events import Event
from cms.vocabulary import CreditRole, State
from cms.wiring import Services
from tests.factories import BODY, House, make_article, make_house, make_person, typed

ONE, TWO = BODY.split("</p>")[0] + "</p>", BODY.split("</p>")[1] + "</p>"


def save(db: Session, actor: Any, article: Article, *, seen: int | None = None, **changed: Any) -> service.Saved:
    assert article.head
    with transaction(db):
        new = replace(article.head.content(), **changed)
        return service.save_draft(db, actor, article, new, seen=seen or article.head.id)


def test_each_save_is_a_new_revision_and_one_event(db: Session, house: House) -> None:
    article = make_article(db, house)
    save(db, house.writer, article, headline="A better headline")
    save(db, house.writer, article, dek="A better standfirst.")
    numbers = db.scalars(select(Revision.number).where(Revision.article_id == article.id).order_by(Revision.id)).all()
    assert numbers == [1, 2, 3]
    names = db.scalars(select(Event.name).where(Event.subject_id == article.id).order_by(Event.id)).all()
    assert names == ["article.created", "article.saved", "article.saved"]


def test_saving_what_is_already_there_cuts_no_revision(db: Session, house: House) -> None:
    article = make_article(db, house)
    assert not save(db, house.writer, article).is_new
    assert db.scalar(select(func.count(Revision.id))) == 1


def test_two_people_in_different_places_are_joined(db: Session, house: House) -> None:
    article = make_article(db, house)
    start = article.head_id
    save(db, house.chief, article, headline="The chief's headline", body=ONE.replace("ordinary", "plain") + TWO)
    saved = save(
        db, house.writer, article, seen=start, dek="The writer's standfirst.", headline=_headline(db, start),
        body=ONE + TWO.replace("east", "west"),
    )  # fmt: skip
    joined = saved.revision.content()
    assert joined.headline == "The chief's headline"
    assert joined.dek == "The writer's standfirst."
    assert "plain Tuesday" in joined.body
    assert "west hall" in joined.body
    assert saved.brought_in


def _headline(db: Session, revision_id: int | None) -> str:
    assert revision_id
    return db.get_one(Revision, revision_id).headline


def test_two_people_in_one_place_get_both_texts(db: Session, house: House) -> None:
    article = make_article(db, house)
    start = article.head_id
    save(db, house.chief, article, body=ONE.replace("ordinary", "plain") + TWO)
    with pytest.raises(service.EditConflict) as caught:
        save(db, house.writer, article, seen=start, body=ONE.replace("ordinary", "quiet") + TWO)
    assert "quiet" in caught.value.mine.body
    assert "plain" in caught.value.theirs.body
    assert [clash.field for clash in caught.value.met.clashes] == ["body"]
    assert caught.value.who == house.chief.name


def test_text_kept_aside_waits_for_its_writer_and_goes_with_the_next_save(db: Session, house: House) -> None:
    article = make_article(db, house)
    assert article.head
    mine = typed(replace(article.head.content(), headline="My headline"))
    with transaction(db):
        service.keep_aside(db, house.writer, article, mine, base=article.head_id)
    (kept,) = queries.working_copies(db, article, house.writer.id)
    assert kept.content == mine
    assert queries.working_copies(db, article, house.chief.id) == []
    save(db, house.writer, article, headline="My headline")
    assert queries.working_copies(db, article, house.writer.id) == []


def test_a_revision_of_another_piece_is_no_base(db: Session, house: House) -> None:
    mine, other = make_article(db, house), make_article(db, house)
    with pytest.raises(Conflict, match="not one of this piece"):
        save(db, house.writer, mine, seen=other.head_id, headline="X")
    with pytest.raises(NotFound):
        queries.revision(db, mine, 99)


def test_restoring_makes_a_new_revision(db: Session, house: House) -> None:
    article = make_article(db, house, headline="First")
    first = queries.revision(db, article, 1)
    save(db, house.writer, article, headline="Second")
    with transaction(db):
        service.restore(db, house.writer, article, first, seen=article.head_id or 0)
    assert article.head
    assert (article.head.number, article.head.headline) == (3, "First")
    assert article.head.note == "Restored from revision 1"


def test_a_doubled_address_gets_a_number_when_made_and_is_refused_when_chosen(db: Session, house: House) -> None:
    first, second = make_article(db, house, slug="same"), make_article(db, house, slug="same")
    assert (first.slug, second.slug) == ("same", "same-2")
    with pytest.raises(Invalid, match="address"):
        save(db, house.writer, second, slug="same")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"headline": "   "}, "headline"),
        ({"headline": "x" * 201}, "headline"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "../etc"}, "slug"),
        ({"section_id": 999}, "section_id"),
        ({"topic_ids": (999,)}, "topic_ids"),
        ({"hero_id": 999}, "hero_id"),
        ({"credits": (CreditLine(999, CreditRole.AUTHOR),)}, "credits"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(db: Session, house: House, changed: Any, field: str) -> None:
    article = make_article(db, house)
    with pytest.raises(Invalid) as caught:
        save(db, house.writer, article, **changed)
    assert caught.value.field == field
    assert db.scalar(select(func.count(Revision.id))) == 1


def test_a_credit_makes_an_author_and_taking_it_away_makes_no_judge(db: Session, house: House) -> None:
    face = make_person(db, "Noor Castellane", user=house.editor)
    article = make_article(db, house)
    assert article.head
    credits = article.head.content().credits
    save(db, house.writer, article, credits=(*credits, CreditLine(face.id, CreditRole.AUTHOR)))
    assert house.editor.id in article.author_ids
    save(db, house.writer, article, credits=credits)
    assert house.editor.id not in article.author_ids
    assert house.editor.id in article.ever_author_ids


def test_strangers_find_nothing_and_readers_of_a_desk_may_not_write(db: Session, house: House) -> None:
    article = make_article(db, house)
    with pytest.raises(NotFound):
        queries.get(db, house.other_writer, article.id)
    with pytest.raises(NotFound):
        queries.get(db, house.admin, article.id)
    with pytest.raises(Forbidden):
        save(db, house.other_editor, article, headline="X")


def test_twenty_clients_lose_no_word(either: Services) -> None:
    """Twenty people save into one piece at once: each save is kept, or its writer has both texts in hand."""
    with either.sessions() as db:
        house = make_house(db)
        paragraphs = "".join(f'<p data-id="p{n}">Paragraph {n} as it was.</p>' for n in range(20))
        article = make_article(db, house, body=paragraphs)
        start, text = article.head_id, article.head.body if article.head else ""
    kept, clashes, failures = [], [], []

    def send(number: int, turn: int) -> bool:
        try:
            with either.sessions() as db:
                piece = queries.load(db, article.id)
                with transaction(db):
                    piece = queries.load(db, article.id)
                    assert piece.head
                    mine = text.replace(f"Paragraph {number} as it was", f"Paragraph {number} turn {turn} by me")
                    new = replace(piece.head.content(), body=mine)
                    service.save_draft(db, house.chief, piece, new, seen=start or 0)
            kept.append((number, turn))
        except service.EditConflict as exc:
            clashes.append(exc)
        except Conflict:
            clashes.append(None)
        except Unavailable:  # it said so and kept nothing, so that the desk sends the same again
            return False
        except Exception as exc:
            failures.append(exc)
        return True

    def work(number: int) -> None:
        for turn in range(5):
            if not any(send(number, turn) for _ in range(20)):
                failures.append(Unavailable(f"{number} in vain"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(kept) + len(clashes) == 100
    with either.sessions() as db:
        piece = queries.load(db, article.id)
        assert piece.head
        for number in {number for number, _ in kept}:
            assert f"Paragraph {number} turn" in piece.head.body
        assert piece.state is State.DRAFT


def test_an_address_that_follows_the_headline_gets_a_number_where_it_is_taken(db: Session, house: House) -> None:
    make_article(db, house, headline="Tides", slug="tides")
    article = make_article(db, house, headline="Another", slug="another")
    assert save(db, house.writer, article, headline="Tides", slug="tides").revision.slug == "tides-2"
    with pytest.raises(Invalid, match="Another piece has that address"):
        save(db, house.writer, article, headline="Chosen by hand", slug="tides")
