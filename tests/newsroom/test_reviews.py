"""The queue of reviews: what is overdue first, narrowed, with what each desk's own past says, at a fixed cost."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core.db import transaction
from cms.vocabulary import Priority, State
from cms.workflow import forecast, reviewers, rounds
from tests.conftest import Client, Frozen, Queries
from tests.factories import House, act, make_article
from tests.newsroom.editor import text


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 class="row__title"><a [^>]+>([^<]+)</a>', page)


def test_what_is_overdue_comes_first_then_what_presses(
    db: Session, house: House, editor: Client, frozen: Frozen
) -> None:
    plans = {"Due": (3, Priority.NORMAL), "Urgent": (9, Priority.URGENT), "Late": (-30, Priority.LOW)}
    for headline, (hours, priority) in plans.items():
        piece = make_article(db, house, State.IN_REVIEW, headline=headline)
        with transaction(db):
            article = articles.load(db, piece.id)
            reviewers.plan(db, house.editor, article, due_at=None, priority=priority)
            rounds.running(db, article).due_at = frozen.at + timedelta(hours=hours)  # nobody could plan what is past
    make_article(db, house, State.IN_REVIEW, headline="Practised", section_id=house.other_section.id)
    make_article(db, house, headline="A draft")
    page = text(editor, "/newsroom/reviews")
    assert titles(page) == ["Late", "Urgent", "Due"]
    assert "Three pieces wait for approval, one of them overdue." in page
    assert "Nothing is being reviewed like that" in text(editor, f"/newsroom/reviews?desk={house.practice.id}")


def test_those_that_want_my_approval(db: Session, house: House, editor: Client, chief: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW, headline="Claimed")
    make_article(db, house, State.IN_REVIEW, headline="Free")
    with transaction(db):
        reviewers.claim(db, house.chief, articles.load(db, piece.id))
    assert titles(text(editor, "/newsroom/reviews?whose=mine")) == ["Free"]
    assert titles(text(chief, "/newsroom/reviews?whose=mine")) == ["Claimed", "Free"]


def test_it_says_what_is_likely_from_the_desks_own_past(
    db: Session, house: House, editor: Client, frozen: Frozen, queries: Queries
) -> None:
    assert "Once a desk has decided five reviews" in text(editor, "/newsroom/reviews")
    pieces = [make_article(db, house, State.IN_REVIEW) for _ in range(forecast.FEWEST)]
    for piece in pieces:
        frozen.forward(hours=1)
        act(db, house.editor, articles.load(db, piece.id), "approve")
    make_article(db, house, State.IN_REVIEW, headline="Running")
    page = text(editor, "/newsroom/reviews")
    assert "Half of them took 3 hours at most, four of five 4 hours" in page
    assert re.search(r">the Systems desk</span>", page), "the desk of the piece is named"
    assert re.search(r"Likely</span> Today \d\d:00", page)
    frozen.forward(hours=5)
    assert "Longer than usual" in text(editor, "/newsroom/reviews")
    with queries.at_most(9):
        editor.get("/newsroom/reviews")
    cost = len(queries.statements)
    for _ in range(3):
        make_article(db, house, State.IN_REVIEW)
    with queries.at_most(cost):
        editor.get("/newsroom/reviews")
