"""Levels of checks, and galleys shared with somebody outside: who may, for how long, and what is written down."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid, NotFound
from cms.core.events import Event
from cms.core.secrets import token_hash
from cms.policy import Actor, can
from cms.review import queries, service
from cms.review.checks import BY_NAME
from cms.review.models import CheckLevel, GalleyLink
from cms.review.service import Shared
from cms.vocabulary import Can, Kind, Level, State
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import House, act, make_article, make_house, make_live

OFF, SHOWN, WARN, BLOCK = Level
RULE = "headings"  # a warning by itself


def put(db: Session, actor: User, level: Level | None, **where: Any) -> None:
    with transaction(db):
        service.set_level(db, actor, RULE, level, **where)


def weight(db: Session, section_id: int | None, kind: Kind | None) -> Level:
    return queries.weights(db, section_id, kind)(BY_NAME[RULE])


def events(db: Session) -> list[Event]:
    return list(db.scalars(select(Event).where(Event.name.startswith("checks.")).order_by(Event.id)))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({}, WARN),
        ({"all": OFF}, OFF),
        ({"all": OFF, "kind": SHOWN}, SHOWN),
        ({"all": OFF, "kind": SHOWN, "section": BLOCK}, BLOCK),
        ({"kind": BLOCK, "section": OFF}, OFF),
        ({"all": OFF, "kind": SHOWN, "section": SHOWN, "both": BLOCK}, BLOCK),
        ({"other section": BLOCK}, WARN),
        ({"other kind": BLOCK, "all": SHOWN}, SHOWN),
        ({"both in other section": BLOCK, "kind": OFF}, OFF),
    ],
    ids=str,
)
def test_the_narrower_place_wins(db: Session, house: House, places: dict[str, Level], expected: Level) -> None:
    here, other = house.section.id, house.other_section.id
    where: dict[str, dict[str, Any]] = {
        "all": {}, "kind": {"kind": Kind.NEWS}, "section": {"section_id": here},
        "both": {"section_id": here, "kind": Kind.NEWS}, "other section": {"section_id": other},
        "other kind": {"kind": Kind.INTERVIEW}, "both in other section": {"section_id": other, "kind": Kind.NEWS},
    }  # fmt: skip
    for place, level in places.items():
        put(db, house.chief, level, **where[place])
    assert weight(db, here, Kind.NEWS) is expected


def test_a_piece_without_a_section_is_weighed_by_its_kind(db: Session, house: House) -> None:
    put(db, house.chief, OFF, section_id=house.section.id)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    assert weight(db, None, Kind.NEWS) is BLOCK
    assert weight(db, None, Kind.ARTICLE) is WARN


def test_what_is_set_is_written_down_once(db: Session, house: House) -> None:
    put(db, house.chief, BLOCK, section_id=house.section.id)
    put(db, house.chief, BLOCK, section_id=house.section.id)
    put(db, house.chief, SHOWN, section_id=house.section.id)
    assert [(e.details["before"], e.details["after"]) for e in events(db)] == [(None, "block"), ("block", "shown")]
    [row] = db.scalars(select(CheckLevel)).all()
    assert (row.set_by_id, row.level) == (house.chief.id, SHOWN)


def test_a_level_is_taken_away_and_what_holds_around_it_holds_again(db: Session, house: House) -> None:
    put(db, house.chief, SHOWN)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    put(db, house.chief, None, kind=Kind.NEWS)
    put(db, house.chief, None, kind=Kind.INTERVIEW)
    assert weight(db, None, Kind.NEWS) is SHOWN
    assert len(events(db)) == 3


def test_everything_set_for_a_check_is_forgotten_at_once(db: Session, house: House) -> None:
    put(db, house.chief, SHOWN)
    put(db, house.chief, BLOCK, kind=Kind.NEWS)
    with transaction(db):
        service.set_level(db, house.chief, "tk", WARN)
        assert service.reset(db, house.chief, RULE) == 2
        assert service.reset(db, house.chief, RULE) == 0
    assert queries.levels(db) == {("tk", None, None): WARN}
    assert [e.name for e in events(db)].count("checks.reset") == 1


@pytest.mark.parametrize("role", ["writer", "editor", "admin"])
def test_only_chiefs_set_levels(db: Session, house: House, role: str) -> None:
    with pytest.raises(Forbidden):
        put(db, getattr(house, role), OFF)
    with pytest.raises(Forbidden), transaction(db):
        service.reset(db, getattr(house, role), RULE)
    assert events(db) == []


@pytest.mark.parametrize("name", ["body", "section"])
def test_what_nothing_can_be_printed_without_cannot_be_let_go(db: Session, house: House, name: str) -> None:
    with pytest.raises(Invalid, match="always stops"), transaction(db):
        service.set_level(db, house.chief, name, OFF)
    with transaction(db):  # not even by whoever writes into the table
        db.add(CheckLevel(scope=f"{name}||", rule=name, level=OFF, set_at=house.chief.created_at))
    assert queries.weights(db, None, None)(BY_NAME[name]) is BLOCK


def test_what_is_not_there_cannot_be_set(db: Session, house: House) -> None:
    with pytest.raises(Invalid, match="no such check"), transaction(db):
        service.set_level(db, house.chief, "nonsense", OFF)
    with pytest.raises(Invalid, match="no such check"), transaction(db):
        service.reset(db, house.chief, "nonsense")
    with pytest.raises(Invalid, match="no such section"):
        put(db, house.chief, OFF, section_id=999)


def share(db: Session, actor: Actor, article: Article, *, label: str = "The port", days: int = 7) -> Shared:
    assert article.head is not None
    with transaction(db):
        return service.share_galley(db, actor, article, article.head, label=label, days=days)


def opens(db: Session, token: str) -> bool:
    db.expire_all()
    try:
        queries.link_for(db, token)
    except NotFound:
        return False
    return True


def told(db: Session) -> list[Event]:
    return list(db.scalars(select(Event).where(Event.name.startswith("galley.")).order_by(Event.id)))


def test_a_link_opens_one_revision_for_so_long(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    shared = share(db, house.writer, article, label=" The port’s\npress office ", days=3)
    found = queries.link_for(db, shared.token)
    assert found.revision_id == article.head_id
    assert found.label == "The port’s press office"
    assert found.expires_at == clock.now() + timedelta(days=3)
    frozen.forward(days=2, hours=23, minutes=59)
    assert opens(db, shared.token)
    frozen.forward(minutes=1)
    assert not opens(db, shared.token)


def test_the_token_is_long_and_only_its_hash_is_kept(db: Session, house: House) -> None:
    shared = share(db, house.writer, make_article(db, house))
    assert len(base64.urlsafe_b64decode(shared.token + "=")) == 32
    columns = {column.name: getattr(shared.link, column.name) for column in GalleyLink.__table__.columns}
    assert columns["token_hash"] == token_hash(shared.token)
    assert shared.token not in json.dumps(columns, default=str)
    assert token_hash(shared.token) not in json.dumps([event.details for event in told(db)])
    assert shared.token not in json.dumps([event.details for event in told(db)])


def test_it_is_written_down_who_shared_what_and_until_when(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    shared = share(db, house.writer, article)
    [event] = told(db)
    assert (event.name, event.actor_id, event.subject_type, event.subject_id) == (
        "galley.shared", house.writer.id, "article", article.id,
    )  # fmt: skip
    assert event.details == {
        "link": shared.link.id, "revision": 1, "purpose": "read",
        "until": (clock.now() + timedelta(days=7)).isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize("days", [0, -1, 15, 10**9])
def test_no_link_lasts_longer_than_two_weeks(db: Session, house: House, days: int) -> None:
    article = make_article(db, house)
    with pytest.raises(Invalid) as caught:
        share(db, house.writer, article, days=days)
    assert caught.value.field == "days"


@pytest.mark.parametrize("label", ["", " \n", "\u202e", "x" * 201])
def test_it_says_for_whom_it_is(db: Session, house: House, label: str) -> None:
    article = make_article(db, house)
    with pytest.raises(Invalid) as caught:
        share(db, house.writer, article, label=label)
    assert caught.value.field == "label"


def test_whoever_may_not_share_does_not(db: Session, house: House) -> None:
    number = make_article(db, house).id
    tried = set()
    for user in house.staff():
        article = articles.load(db, number)
        if can(user, Can.ARTICLE_SHARE, article):
            share(db, user, article)
            continue
        tried.add(user.name)
        with pytest.raises(Forbidden):
            share(db, user, article)
    assert tried == {house.other_writer.name, house.other_editor.name, house.admin.name}


def test_another_pieces_revision_is_not_shared(db: Session, house: House) -> None:
    article, other = make_article(db, house), make_article(db, house)
    assert other.head is not None
    with pytest.raises(NotFound), transaction(db):
        service.share_galley(db, house.writer, article, other.head, label="A", days=1)


def test_a_spiked_piece_is_not_shared(db: Session, house: House) -> None:
    with pytest.raises(Invalid, match="spiked"):
        share(db, house.writer, make_article(db, house, State.SPIKED))


def test_a_closed_link_opens_nothing_and_is_closed_once(db: Session, house: House) -> None:
    article = make_article(db, house)
    shared, other = share(db, house.writer, article), share(db, house.writer, article)
    for _ in range(2):
        with transaction(db):
            service.revoke_link(db, house.editor, article, queries.link_of(db, article, shared.link.id))
    assert not opens(db, shared.token)
    assert opens(db, other.token)
    assert [event.name for event in told(db)] == ["galley.shared", "galley.shared", "galley.revoked"]


def test_only_whoever_may_share_closes(db: Session, house: House) -> None:
    mine, other = make_article(db, house).id, make_article(db, house).id
    shared = share(db, house.writer, articles.load(db, mine))
    with pytest.raises(Forbidden), transaction(db):
        service.revoke_link(db, house.other_writer, articles.load(db, mine), shared.link)
    with pytest.raises(NotFound), transaction(db):
        service.revoke_link(db, house.writer, articles.load(db, other), shared.link)
    with pytest.raises(NotFound):
        queries.link_of(db, articles.load(db, other), shared.link.id)
    assert opens(db, shared.token)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\udc00", "é" * 5_000])
def test_a_token_that_nobody_made_opens_nothing(db: Session, house: House, token: str) -> None:
    share(db, house.writer, make_article(db, house))
    with pytest.raises(NotFound, match=queries.GONE):
        queries.link_for(db, token)


@pytest.mark.parametrize("action", ["withdraw", "spike"])
def test_a_piece_that_is_taken_back_is_taken_back_from_everybody(db: Session, house: House, action: str) -> None:
    article = make_live(db, house) if action == "withdraw" else make_article(db, house)
    shared, elsewhere = share(db, house.writer, article), share(db, house.writer, make_article(db, house))
    act(db, house.editor, articles.load(db, article.id), action)
    assert not opens(db, shared.token)
    assert opens(db, elsewhere.token)
    assert told(db)[-1].details == {"link": shared.link.id, "because": f"article.{action}"}
    back = "revise" if action == "withdraw" else "restore"
    act(db, house.editor, articles.load(db, article.id), back)
    assert not opens(db, shared.token), "what was closed stays closed"


def test_openings_are_counted(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    first, second = share(db, house.writer, article), share(db, house.writer, article, label="Another")
    for browser in ("Firefox", "Safari"):
        frozen.forward(hours=1)
        with transaction(db):
            service.note_opening(db, first.link, browser=browser)
    with transaction(db):
        service.revoke_link(db, house.writer, article, second.link)
    third = share(db, house.writer, article, label="Third")
    lines = queries.links_of(db, article)
    assert [line.link.id for line in lines] == [third.link.id, first.link.id, second.link.id], "the open ones first"
    assert (lines[1].opened, lines[1].last_at, lines[1].last_browser) == (2, clock.now(), "Safari")
    assert (lines[0].opened, lines[0].last_at) == (0, None)
    assert [line.is_open for line in lines] == [True, True, False]


def test_both_databases_open_count_and_close(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        article = make_article(db, house)
        first, second = share(db, house.writer, article), share(db, house.writer, article)
        for _ in range(2):
            with transaction(db):
                service.note_opening(db, first.link, browser="Firefox")
        assert queries.link_for(db, first.token).revision.content().headline
        assert [(line.link.id, line.opened) for line in queries.links_of(db, article)] == [
            (second.link.id, 0), (first.link.id, 2),
        ]  # fmt: skip
        act(db, house.writer, articles.load(db, article.id), "spike")
        assert not opens(db, first.token)
        assert not opens(db, "\x00")


def test_all_links_can_be_closed_at_once(db: Session, house: House) -> None:
    tokens = [share(db, house.writer, make_article(db, house)).token for _ in range(2)]
    for _ in range(2):
        with transaction(db):
            service.revoke_all(db)
    assert not any(opens(db, token) for token in tokens)
    assert [event.details for event in told(db) if event.name == "galley.all_revoked"] == [{"links": 2}]
