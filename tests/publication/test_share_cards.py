"""The card of a shared link: drawn by the worker, named by the page, anew whenever it would show something else."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core import clock, generation
from cms.core.db import transaction
from cms.publication import service, share_cards
from cms.publication.models import Published
from cms.publication.share_cards import ShareCards, shown
from cms.wiring import Services
from cms.worker import spare_time, turn
from tests.conftest import Client
from tests.factories import House, act, make_interview, make_live, make_topic
from tests.site.page import Page


def settle(services: Services, db: Session) -> None:
    while turn(services) or spare_time(services):
        pass
    db.rollback()
    db.expire_all()


def cards(services: Services) -> set[str]:
    """Return the files that there are."""
    there = list(services.storage.keys())
    return {key for key in there if key.startswith(share_cards.FOLDER)}


def test_a_published_piece_gets_a_card_that_its_page_names(
    services: Services, db: Session, house: House, reader: Client
) -> None:
    article = make_live(db, house, headline="The tide gauge", slug="tide")
    before = generation.current(db)
    assert db.get_one(Published, article.id).card == {}, "publishing waits for no drawing"
    assert Page(reader.get("/articles/tide")).all("//meta[@property='og:image']") == []
    settle(services, db)
    assert generation.current(db) > before
    page = Page(reader.get("/articles/tide"))
    told = {one.get("property"): one.get("content") for one in page.all("//meta[starts-with(@property, 'og:image')]")}
    [key] = cards(services)
    assert told == {
        "og:image": f"http://localhost/media/{key}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "The tide gauge. Ilse Varnholt",
    }
    answer = reader.get(f"/media/{key}")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert "immutable" in answer.headers["Cache-Control"]


def test_it_is_drawn_anew_when_what_it_shows_changes_and_only_then(
    services: Services, db: Session, house: House
) -> None:
    article = make_live(db, house)
    settle(services, db)
    first = db.get_one(Published, article.id).card
    with transaction(db):
        service.refresh(db, [article.id])
    settle(services, db)
    assert db.get_one(Published, article.id).card == first
    with transaction(db):
        house.author.name = "Ilse Varnholt-Grey"
        db.merge(house.author)
        db.flush()
        service.refresh(db, [article.id])
    assert db.get_one(Published, article.id).card == first, "the one before serves until it is there"
    settle(services, db)
    assert db.get_one(Published, article.id).card["src"] != first["src"]
    assert len(cards(services)) == 2


def test_what_no_piece_names_is_swept_after_a_while(services: Services, db: Session, house: House) -> None:
    kept, gone = make_live(db, house), make_live(db, house)
    settle(services, db)
    key, lost = (db.get_one(Published, one.id).card["key"] for one in (kept, gone))
    act(db, house.editor, articles.load(db, gone.id), "withdraw")
    drawer = ShareCards(services.storage, "Overscan")
    drawer.sweep(services.sessions)
    assert cards(services) == {key, lost}, "somebody may have read the page a moment ago"
    long_ago = (clock.now() - timedelta(hours=2)).timestamp()
    for one in (key, lost):
        os.utime(services.storage.path(one), (long_ago, long_ago))
    drawer.sweep(services.sessions)
    assert cards(services) == {key}


def test_another_name_of_the_magazine_means_other_cards(services: Services, db: Session, house: House) -> None:
    make_live(db, house)
    settle(services, db)
    assert not ShareCards(services.storage, "Overscan").wanted(db)
    for name in ("Aaa", "Zzz"):
        renamed = ShareCards(services.storage, name)
        assert renamed.wanted(db)
        renamed.draw_next(services.sessions)
        db.rollback()
        assert not renamed.wanted(db)
    assert len(cards(services)) == 3


def test_a_piece_that_changed_while_its_card_was_drawn_waits_on(
    services: Services, db: Session, house: House, monkeypatch: Any
) -> None:
    article = make_live(db, house)
    draw = share_cards.card.draw

    def slow(*args: Any, **kwargs: Any) -> bytes:
        with services.sessions() as other, transaction(other):
            row = other.get_one(Published, article.id)
            row.headline = "Another headline"
        return draw(*args, **kwargs)

    monkeypatch.setattr(share_cards.card, "draw", slow)
    drawer = ShareCards(services.storage, "Overscan")
    drawer.draw_next(services.sessions)
    db.rollback()
    db.expire_all()
    assert db.get_one(Published, article.id).card == {}
    monkeypatch.undo()
    drawer.draw_next(services.sessions)
    db.rollback()
    db.expire_all()
    assert db.get_one(Published, article.id).card["alt"].startswith("Another headline")


def test_an_interview_shows_whom_it_is_with(db: Session, house: House) -> None:
    row = db.get_one(Published, make_interview(db, house).id)
    facts = shown(row)
    assert (facts["kicker"], facts["names"]) == ("Interview", "Marit Oduya-Lind")
    assert facts["about"] == "Head of time, Northlight Exchange"


def test_a_topic_or_a_text_changes_no_card(db: Session, house: House) -> None:
    row = db.get_one(Published, make_live(db, house).id)
    before = share_cards.digest(row)
    row.topics, row.text, row.dek = [{"name": make_topic(db).name}], "Other words.", "Another standfirst."
    assert share_cards.digest(row) == before
    row.kicker = "Another kicker"
    assert share_cards.digest(row) != before


def test_cards_are_drawn_anew_from_a_backup(services: Services, db: Session, house: House) -> None:
    make_live(db, house)
    settle(services, db)
    with transaction(db):
        share_cards.forget_all(db)
    assert db.scalars(select(Published.card)).all() == [{}]
    settle(services, db)
    assert db.scalars(select(Published.card)).one()["key"] in cards(services)
