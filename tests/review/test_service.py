"""Sharing a galley: for whom, for how long, and that nothing opens it afterwards."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid, NotFound
from cms.core.events import Event
from cms.core.secrets import token_hash
from cms.policy import Actor, can
from cms.review import queries, service
from cms.review.models import GalleyLink
from cms.review.service import Shared
from cms.vocabulary import Can, State
from tests.conftest import Frozen
from tests.factories import House, act, make_article, make_live


def share(db: Session, actor: Actor, article: Article, *, label: str = "The port", days: int = 7) -> Shared:
    assert article.head is not None
    with transaction(db):
        return service.share_galley(db, actor, article, article.head, label=label, days=days)


def opens(db: Session, token: str) -> bool:
    db.expire_all()
    try:
        queries.link_for(db, token)
    except NotFound as error:
        assert str(error) == queries.GONE
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
        "link": shared.link.id, "revision": 1, "until": (clock.now() + timedelta(days=7)).isoformat(),
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
    assert not opens(db, token)


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


def test_all_links_can_be_closed_at_once(db: Session, house: House) -> None:
    tokens = [share(db, house.writer, make_article(db, house)).token for _ in range(2)]
    for _ in range(2):
        with transaction(db):
            service.revoke_all(db)
    assert not any(opens(db, token) for token in tokens)
    assert [event.details for event in told(db) if event.name == "galley.all_revoked"] == [{"links": 2}]
