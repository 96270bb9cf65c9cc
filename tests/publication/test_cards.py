"""Cards: what lists show of a piece, and what of it may be drawn once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from cms.core.db import transaction
from cms.people import service as people
from cms.people.models import Person
from cms.publication import queries
from cms.publication.models import Published
from cms.publication.queries.cards import CARD
from cms.wiring import Services
from cms.worker import turn
from tests.conftest import Client
from tests.factories import House, make_house, make_live


def test_a_card_is_equal_to_another_one_only_where_all_that_it_shows_is(db: Session, house: House) -> None:
    make_live(db, house)
    (first,) = queries.newest(db, 5)
    (again,) = queries.newest(db, 5)
    assert (first, hash(first)) == (again, hash(again))
    for column in (Published.headline, Published.teaser, Published.section_name):
        with transaction(db):
            db.execute(update(Published).values({column: column + "!"}))
        (changed,) = queries.newest(db, 5)
        assert changed != first, column
        first = changed
    assert len(CARD) == len(vars(first)["_row"])


def test_a_card_reads_its_json_on_either_database(either: Services) -> None:
    with either.sessions() as db:
        make_live(db, make_house(db))
        stored = db.scalars(select(Published)).one()
        (card,) = queries.newest(db, 5)
        assert (card.bylines, card.hero, card.kind) == (stored.bylines, stored.hero, stored.kind)
        assert card.authors == stored.authors


@pytest.mark.parametrize("address", ["/", "/sections/systems"])
def test_what_was_drawn_of_a_card_is_drawn_anew_when_a_name_changes(
    services: Services, db: Session, house: House, reader: Client, address: str
) -> None:
    piece = make_live(db, house)
    author = piece.head.credits[0].person
    assert f"<b>{author.name}</b>" in reader.get(address).text
    with transaction(db):
        profile = db.get_one(Person, author.id, options=[selectinload(Person.affiliations)], populate_existing=True)
        people.change(
            db, house.chief, profile, seen=profile.version, name="Ada Other", headline="", employer="", bio="",
            links=(), expertise=(), affiliations=(), portrait_id=None,
        )  # fmt: skip
    turn(services)
    assert "<b>Ada Other</b>" in reader.get(address).text
