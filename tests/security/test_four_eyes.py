"""Nobody becomes the judge of their own piece by the order in which names and logins are tied together."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.core.errors import Forbidden
from cms.people import service as people
from cms.policy import can
from cms.vocabulary import Can, CreditRole, State
from tests.factories import House, act, make_article, make_person


def test_a_login_that_is_linked_after_the_credit(db: Session, house: House) -> None:
    face = make_person(db, "The Face")
    piece = make_article(
        db, house, State.IN_REVIEW, credits=(CreditLine(face.id, CreditRole.AUTHOR),), section_id=house.section.id
    )
    other = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        people.link(db, house.chief, face, house.chief.id)
    db.expire_all()
    mine = articles.get(db, house.chief, piece.id)
    assert not can(house.chief, Can.ARTICLE_APPROVE, mine)
    assert house.chief.id not in mine.author_ids
    with pytest.raises(Forbidden):
        act(db, house.chief, mine, "approve")
    assert can(house.chief, Can.ARTICLE_APPROVE, articles.get(db, house.chief, other.id))


def test_a_login_that_is_taken_away_and_given_back(db: Session, house: House) -> None:
    face = make_person(db, "The Face", user=house.chief)
    with transaction(db):
        people.link(db, house.chief, face, None)
    piece = make_article(db, house, State.IN_REVIEW, credits=(CreditLine(face.id, CreditRole.AUTHOR),))
    with transaction(db):
        people.link(db, house.chief, face, house.chief.id)
    db.expire_all()
    assert not can(house.chief, Can.ARTICLE_APPROVE, articles.get(db, house.chief, piece.id))
