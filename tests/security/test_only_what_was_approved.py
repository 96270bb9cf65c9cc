"""Readers see nothing but a text that was approved: tried by every path that there is, and by everybody at once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.articles.service import cutting
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import CmsError
from cms.core.events import Event
from cms.policy import SYSTEM
from cms.publication.models import Published
from cms.vocabulary import Bench, Role, State
from cms.wiring import Services
from cms.workflow import ruling
from cms.workflow import service as workflow
from cms.workflow.models import Approval
from cms.workflow.rulebook import DEFAULT, Asked, Rules, Stage
from cms.workflow.schedule import Schedule
from tests.conftest import Client, Frozen
from tests.factories import NOW, House, act, make_article, make_house, make_live, make_user
from tests.newsroom.editor import fresh

UNSEEN = "A text that nobody approved"
TWO = Rules((Stage(), Stage(Asked(Bench.CHIEF))))
#: Rounds in which everybody presses at once, on each database: 500 in all.
ROUNDS = {"sqlite": 400, "postgresql": 100}


def swap(db: Session, house: House, piece: Article) -> None:
    """Put another text behind the receipt, as no verb does: as a fault, or somebody at the database, would."""
    with transaction(db):
        article = articles.load(db, piece.id)
        assert article.head is not None
        content = replace(article.head.content(), headline=UNSEEN)
        cutting.cut(db, house.writer, article, content, number=99, note="", at=clock.now())


def shown(db: Session, piece: Article) -> str:
    row = fresh(db).get(Published, piece.id)
    return row.headline if row is not None else ""


@pytest.mark.parametrize("state", [State.APPROVED, State.SCHEDULED])
@pytest.mark.parametrize("is_live", [False, True])
def test_no_page_no_program_and_no_schedule_publishes_another_text(
    db: Session, house: House, services: Services, app: Flask, client_as: Callable[..., Client], frozen: Frozen,
    state: State, is_live: bool,
) -> None:  # fmt: skip
    """The form, the form for a script, every program's surface, the verb itself by everybody, and the clock."""
    piece = make_live(db, house) if is_live else make_article(db, house)
    before = shown(db, piece)
    steps = ["revise"] if is_live else []
    for action in [*steps, "submit", "approve", *(["schedule"] if state is State.SCHEDULED else [])]:
        with transaction(db):
            article = articles.load(db, piece.id)
            who = house.writer if action in ("revise", "submit") else house.editor
            at = clock.now() + timedelta(hours=1) if action == "schedule" else None
            workflow.move(db, who, article, action, seen=article.head_id, note="Because.", at=at)
    swap(db, house, piece)
    try_every_path(db, house, services, app, client_as, frozen, piece)
    assert shown(db, piece) == before
    assert UNSEEN not in client_as(house.chief).get("/").get_data(as_text=True)


@pytest.mark.parametrize("signed", ["by one of two", "by both, and then swapped"])
def test_nothing_less_than_every_approval_of_the_rules_publishes(
    db: Session, house: House, services: Services, app: Flask, client_as: Callable[..., Client], frozen: Frozen,
    signed: str,
) -> None:  # fmt: skip
    """The same paths, for a piece that the desk approved and a chief has not, and for one behind two approvals."""
    with transaction(db):
        ruling.set_rules(db, house.chief, TWO)
    piece = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, piece, "approve")
    if signed == "by both, and then swapped":
        act(db, house.chief, articles.load(db, piece.id), "approve")
        assert articles.load(db, piece.id).state is State.APPROVED
        swap(db, house, piece)
    # The editor signed already, and nobody else may: so `approve` is one more way to try.
    try_every_path(db, house, services, app, client_as, frozen, piece, without=house.chief)
    assert shown(db, piece) == ""


def try_every_path(
    db: Session, house: House, services: Services, app: Flask, client_as: Callable[..., Client], frozen: Frozen,
    piece: Article, *, without: User | None = None,
) -> None:  # fmt: skip
    """Press every button as everybody, ask every program's surface, call the verb, and let the clock run on.

    `without` is somebody who could give the approval that is missing, and so presses all but that.
    """
    head = articles.load(fresh(db), piece.id).head_id
    moment = (NOW + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    for user in house.staff():
        client = client_as(user)
        for action in (
            "publish",
            "schedule",
            "adopt",
            "unschedule",
            "sign",
            *(["approve"] if user is not without else []),
        ):
            for headers in ({}, {"Accept": "application/json"}):
                data = {"seen": head, "note": "Because.", "at": moment}
                client.post(f"/newsroom/articles/{piece.id}/{action}", data=data, headers=headers)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("api.") and "POST" in (rule.methods or set()):
                client.post(rule.rule, json={"id": piece.id, "state": "published", "article_id": piece.id})
    for actor in [*house.staff(), SYSTEM]:
        for action in ("publish", "adopt", "schedule"):
            with pytest.raises(CmsError), transaction(db):
                workflow.move(db, actor, articles.load(db, piece.id), action, at=NOW + timedelta(days=9))
    frozen.forward(days=10)
    Schedule().publish_due(services.sessions)


def test_everybody_presses_at_once(either: Services) -> None:
    """Rounds of simultaneous approve, edit, publish, withdraw and request for changes over one piece.

    Whatever wins, what is live was approved by then, to the letter, by everybody whom the rules ask for; and the record
    tells the same. The rules change every twenty rounds: one approval, then two of different people.
    """
    dice = random.Random(7)
    rounds = ROUNDS[either.engine.dialect.name]
    with either.sessions() as db:
        house = make_house(db)
        second = make_user(db, Role.CHIEF)
        piece = make_article(db, house, State.IN_REVIEW)
    failures: list[Exception] = []
    for number in range(rounds):
        if number % 20 == 0:
            with either.sessions() as db, transaction(db):
                ruling.set_rules(db, house.chief, TWO if number % 40 else DEFAULT)
        presses = [
            (house.editor, "approve"), (house.chief, "approve"), (house.editor, "edit"), (house.editor, "publish"),
            (house.chief, "withdraw"), (house.chief, "request_changes"), (house.writer, "revise"),
            (second, "approve"),
        ]  # fmt: skip
        everybody_at_once(either, piece.id, dice.sample(presses, 4), failures, number)
        assert failures == []
        with either.sessions() as db:
            live = db.get(Published, piece.id)
            if live is not None:
                signed = select(Approval).where(Approval.article_id == piece.id)
                mine = [one for one in db.scalars(signed) if one.content_hash == live.content_hash]
                assert mine, number
                assert all(rests_on_enough(house, one) for one in mine), number
            go_on(db, house, piece.id)
    with either.sessions() as db:
        assert published_is_what_was_approved(db, piece.id) > rounds // 20, "too few publications to say anything"
        seen = Counter(
            len(one.signatures) for one in db.scalars(select(Approval).where(Approval.voided_at.is_not(None)))
        )
        assert min(seen[1], seen[2]) > rounds // 50, "too few receipts of either kind"


def rests_on_enough(house: House, receipt: Approval) -> bool:
    """Tell whether a receipt has all the approvals of its rules, by different people, the last of this very text."""
    count = receipt.rules.count(", then ") + 1
    people = {one["by_id"] for one in receipt.signatures}
    last = receipt.signatures[-1]
    return len(receipt.signatures) == len(people) == count and last["hash"] == receipt.content_hash and (
        house.writer.id not in people
    )  # fmt: skip


def everybody_at_once(
    services: Services, article_id: int, presses: list[tuple[Any, str]], failures: list[Exception], number: int
) -> None:
    barrier = threading.Barrier(len(presses))

    def press(actor: Any, action: str) -> None:
        barrier.wait()
        try:
            with services.sessions() as db, transaction(db):
                piece = articles.held(db, actor, article_id)
                assert piece.head is not None
                if action == "edit":
                    new = replace(piece.head.content(), kicker=f"Round {number}")
                    texts.save_draft(db, actor, piece, new, seen=piece.head.id)
                else:
                    workflow.move(db, actor, piece, action, seen=piece.head.id, note="Because.")
        except CmsError:
            return
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=press, args=pressed) for pressed in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def go_on(db: Session, house: House, article_id: int) -> None:
    """Bring the piece to where the next round has something to decide: in review, or approved and about to go out."""
    for action, who in (("revise", house.writer), ("submit", house.writer)):
        piece = articles.load(db, article_id)
        try:
            with transaction(db):
                workflow.move(db, who, articles.load(db, article_id), action, seen=piece.head_id, note="Because.")
        except CmsError:
            continue


def published_is_what_was_approved(db: Session, article_id: int) -> int:
    """Walk through the record: each publication is of the text of a standing approval; return how many there were."""
    query = select(Event).where(Event.subject_type == "article", Event.subject_id == article_id).order_by(Event.id)
    standing, published = None, 0
    for event in db.scalars(query):
        match event.name.removeprefix("article."):
            case "approve":
                standing = event.details["hash"]
            case "request_changes" | "reopen" | "revise" | "withdraw" | "spike" | "discard":
                standing = None
            case "publish":
                assert event.details["hash"] == standing, event.id
                published += 1
    return published
