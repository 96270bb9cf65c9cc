"""The permission table: what it says, that it is complete, and that lists agree with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms import policy
from cms.articles.models import Article
from cms.articles.queries import permitted
from cms.core.db import transaction
from cms.policy import READER, SYSTEM, can
from cms.vocabulary import Can, Role, State
from cms.workflow import transitions
from tests.factories import House, every_article, make_article


def test_permission_table_is_the_agreed_one(golden: Callable[[str, str], None]) -> None:
    golden("permissions.txt", policy.as_text())


def test_transition_table_is_the_agreed_one(golden: Callable[[str, str], None]) -> None:
    golden("transitions.txt", transitions.as_text())


def test_every_right_and_every_role_has_its_cell() -> None:
    assert set(policy.TABLE) == set(Can)
    assert {len(row) for row in policy.TABLE.values()} == {len(Role)}


@dataclass(frozen=True)
class Piece:
    state: State = State.DRAFT
    desk_id: int = 1
    asked_desk_id: int | None = None
    author_ids: frozenset[int] = frozenset()
    ever_author_ids: frozenset[int] = frozenset()
    first_published_at: datetime | None = None


@dataclass(frozen=True)
class Somebody:
    role: Role
    id: int = 7
    desk_ids: frozenset[int] = field(default=frozenset({1}))


@pytest.mark.parametrize("role", Role)
def test_nobody_approves_a_piece_that_is_or_was_theirs(role: Role) -> None:
    mine = Piece(State.IN_REVIEW, author_ids=frozenset({7}), ever_author_ids=frozenset({7}))
    disowned = Piece(State.IN_REVIEW, ever_author_ids=frozenset({7}))
    assert not can(Somebody(role), Can.ARTICLE_APPROVE, mine)
    assert not can(Somebody(role), Can.ARTICLE_APPROVE, disowned)


def test_a_one_person_magazine_may_approve_its_own() -> None:
    mine = Piece(State.IN_REVIEW, author_ids=frozenset({7}), ever_author_ids=frozenset({7}))
    policy.allow_self_approval(True)
    assert can(Somebody(Role.CHIEF), Can.ARTICLE_APPROVE, mine)
    assert not can(Somebody(Role.WRITER), Can.ARTICLE_APPROVE, mine)


@pytest.mark.parametrize("action", [a for a in Can if a.value.startswith("article.")])
def test_administrators_and_readers_hold_no_editorial_power(action: Can) -> None:
    piece = Piece(author_ids=frozenset({7}))
    assert not can(Somebody(Role.ADMIN), action, piece)
    assert not can(READER, action, piece)


@pytest.mark.parametrize("action", [a for a in Can if a.value.startswith(("article.", "review.")) and a not in (
    Can.ARTICLE_CREATE, Can.ARTICLE_IMPORT)])  # fmt: skip
def test_lists_and_table_agree_for_every_role_and_state(db: Session, house: House, action: Can) -> None:
    for state in State:
        for by in (house.writer, house.other_writer, house.editor):
            make_article(db, house, state, by=by) if by is not house.editor else _by_editor(db, house, state)
        make_article(db, house, state, section_id=house.other_section.id)
    with transaction(db):  # every third one is asked of the desk that is not its own
        for piece in every_article(db)[::3]:
            systems, practice = house.systems.id, house.practice.id
            piece.asked_desk_id = practice if piece.desk_id == systems else systems
    db.expire_all()
    pieces = every_article(db)
    for actor in [*house.staff(), SYSTEM, READER]:
        listed = set(db.scalars(select(Article.id).where(permitted(actor, action))))
        allowed = {piece.id for piece in pieces if can(actor, action, piece)}
        assert listed == allowed, actor.role


def _by_editor(db: Session, house: House, state: State) -> None:
    """An editor's own piece, as far as an editor can take it without somebody else."""
    if state in (State.IDEA, State.DRAFT, State.IN_REVIEW):
        make_article(db, house, state, by=house.editor)
