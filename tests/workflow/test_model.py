"""A model of the workflow, played against the real thing; and the same play against things that are broken.

The model below is written out by hand from what the newsroom was promised, and reads nothing from the tables.
Pieces take random walks through it, always the same ones, and both must agree on the outcome, on the state, on
what is live, and on every word of it. The mutants show that a broken workflow would be noticed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms import policy
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import CmsError, Forbidden
from cms.core.events import Event
from cms.publication import service as publication
from cms.publication.models import Published
from cms.vocabulary import Can, State
from cms.wiring import Services
from cms.workflow import service as workflow
from cms.workflow import transitions
from tests.conftest import Frozen
from tests.factories import NOW, House, content, make_house

PEOPLE = ("writer", "other_writer", "editor", "other_editor", "chief", "admin")
DECIDERS, OWNERS = {"editor", "chief"}, {"writer", "editor", "chief"}
# action: (from, to, who)
LIFE: dict[str, tuple[set[str], str, set[str]]] = {
    "submit": ({"draft", "changes_requested", "to_confirm"}, "in_review", OWNERS),
    "recall": ({"in_review"}, "draft", OWNERS),
    "request_changes": ({"in_review", "approved"}, "changes_requested", DECIDERS),
    "ask_confirmation": ({"in_review"}, "to_confirm", DECIDERS),
    "confirm": ({"to_confirm"}, "in_review", {"writer"}),
    "approve": ({"in_review"}, "approved", DECIDERS),
    "reopen": ({"approved", "scheduled", "to_confirm"}, "in_review", DECIDERS),
    "schedule": ({"approved"}, "scheduled", DECIDERS),
    "unschedule": ({"scheduled"}, "approved", DECIDERS),
    "publish": ({"approved", "scheduled"}, "settled", DECIDERS),
    "revise": ({"settled"}, "draft", OWNERS),
    "discard": ({"draft", "in_review", "changes_requested", "to_confirm", "approved"}, "settled", OWNERS),
    "withdraw": (
        {"draft", "in_review", "changes_requested", "to_confirm", "approved", "scheduled", "settled"},
        "settled",
        DECIDERS,
    ),
    "spike": ({"draft", "in_review", "changes_requested", "to_confirm", "approved", "settled"}, "spiked", OWNERS),
    "restore": ({"spiked"}, "draft", OWNERS),
}
NEEDS_NOTE = {"request_changes", "reopen", "withdraw"}


@dataclass
class Model:
    state: str = "draft"
    text: int = 0
    live: int | None = None
    signed: set[int] = field(default_factory=set)  # texts that an approval stands for right now
    ever_signed: set[int] = field(default_factory=set)
    last: str = ""
    events: int = 1


class Walk:
    """One piece on its way through the newsroom, with the model beside it and a trace of what was done."""

    def __init__(self, db: Session, house: House, dice: random.Random) -> None:
        self.db, self.house, self.dice, self.model = db, house, dice, Model()
        self.trace: list[str] = []
        db.rollback()
        db.expunge_all()
        with transaction(db):
            made = texts.create(db, house.writer, content(house, kicker="0"))
        assert made.head
        self.id, self.hashes = made.id, {0: made.head.content_hash}
        self.article = self.read()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            chance = self.dice.random()
            if chance < 0.25:
                self.save(self.dice.choice(PEOPLE), self.dice.randrange(4))
            elif chance < 0.4:
                self.take(self.dice.choice(PEOPLE), self.dice.choice(sorted(LIFE)))
            else:
                self.go_on()
            self.compare()

    def read(self) -> Any:
        """Return the piece as the database has it now."""
        self.db.expire_all()
        return articles.load(self.db, self.id)

    def go_on(self) -> None:
        """Do mostly what the people of a newsroom would do next, so that the walk gets far."""
        possible = [action for action, (sources, _, _) in sorted(LIFE.items()) if self.model.state in sources]
        forward = [
            action for action in possible if action in ("submit", "approve", "schedule", "publish", "revise", "restore")
        ]
        action = self.dice.choice(forward if forward and self.dice.random() < 0.4 else possible)
        who = self.dice.choice(sorted(LIFE[action][2]))
        note = "" if self.dice.random() < 0.1 else "Because."
        hours = -5 if self.dice.random() < 0.4 else 5
        self.take(who, action, is_fresh=self.dice.random() < 0.93, note=note, hours=hours)

    def save(self, who: str, text: int) -> None:
        article, model = self.article, self.model
        self.trace.append(f"{who} writes {text}")
        writing = model.state in ("draft", "changes_requested", "to_confirm")
        may = (who == "writer" and writing) or (who in DECIDERS and (writing or model.state == "in_review"))
        new = replace(article.head.content(), kicker=str(text))
        try:
            with transaction(self.db):
                saved = texts.save_draft(self.db, getattr(self.house, who), article, new, seen=article.head_id)
        except Forbidden:
            assert not may, self.said(f"{who} should have been able to write in {model.state}")
            return
        assert may, self.said(f"{who} wrote into a piece that is {model.state}")
        self.hashes[text] = saved.revision.content_hash
        if text != model.text:
            model.text, model.events = text, model.events + 1

    def take(self, who: str, action: str, *, is_fresh: bool = True, note: str = "Because.", hours: int = 5) -> None:
        article, before = self.article, self.model.state
        self.trace.append(f"{who} {action}{'' if is_fresh else ' (stale)'}{'' if note else ' (no note)'} {hours}")
        seen = article.head_id if is_fresh else article.head_id - 1_000_000
        at = clock.now() + timedelta(hours=hours) if action == "schedule" else None
        expected = self.expect(who, action, is_fresh, note, hours)
        try:
            with transaction(self.db):
                actor = getattr(self.house, who)
                moved = workflow.move(self.db, actor, article, action, seen=seen, note=note, at=at)
            actual = "done" if moved.is_new else "already"
        except Forbidden:
            actual = "forbidden"
        except CmsError:
            actual = "refused"
        assert actual == expected, self.said(f"{who} {action} in {before}: {actual}, expected {expected}")
        if actual == "done":
            self.follow(action)

    def expect(self, who: str, action: str, is_fresh: bool, note: str, hours: int) -> str:
        model = self.model
        sources, target, people = LIFE[action]
        if who not in people:
            return "forbidden"
        if model.state == target and model.state not in sources and model.last == action and is_fresh:
            return "already" if action != "schedule" or hours > 0 else "refused"
        wrong = (
            model.state not in sources
            or not is_fresh
            or (action in NEEDS_NOTE and not note)
            or (action in ("publish", "schedule") and model.text not in model.signed)
            or (action == "schedule" and hours < 0)
            or (action in ("withdraw", "discard") and model.live is None)
            or (action == "spike" and model.live is not None)
        )
        return "refused" if wrong else "done"

    def follow(self, action: str) -> None:
        model = self.model
        model.state, model.last, model.events = LIFE[action][1], action, model.events + 1
        match action:
            case "approve":
                model.signed = {model.text}
                model.ever_signed.add(model.text)
            case "request_changes" | "reopen" | "revise" | "spike":
                model.signed = set()
            case "publish":
                model.live = model.text
            case "withdraw":
                model.live, model.signed = None, set()
            case "discard":
                assert model.live is not None
                model.text, model.signed = model.live, set()

    def compare(self) -> None:
        """Readers see exactly what was approved, the piece is where it should be, and each change left one trace."""
        model, article = self.model, self.read()
        self.article = article
        live = self.db.scalar(select(Published.content_hash).where(Published.article_id == self.id))
        assert live == (None if model.live is None else self.hashes[model.live]), self.said("live text")
        assert model.live is None or model.live in model.ever_signed, self.said("unsigned text is live")
        standing = workflow.receipt(self.db, article)
        signed = {self.hashes[text] for text in model.signed}
        assert ({standing.content_hash} if standing else set()) == signed, self.said("receipt")
        assert article.state == State(model.state), self.said("state")
        assert article.head.content_hash == self.hashes[model.text], self.said("text")
        assert (article.publish_at is not None) == (model.state == "scheduled"), self.said("time")
        mine = (Event.subject_type == "article") & (Event.subject_id == self.id)
        assert self.db.scalar(select(func.count(Event.id)).where(mine)) == model.events, self.said("events")

    def said(self, what: str) -> str:
        return f"{what}, after: {'; '.join(self.trace[-12:])}"


def play(services: Services, *, walks: int, steps: int = 30, seed: int = 1) -> None:
    """Let pieces take random walks until model and workflow part ways.

    Of this seed, a dozen walks find each of the faults below.
    """
    dice = random.Random(seed)
    with services.sessions() as db:
        house = make_house(db)
        for _ in range(walks):
            Walk(db, house, dice).run(steps)


def test_model_and_workflow_agree(services: Services, frozen: Frozen) -> None:
    play(services, walks=100)


def test_model_and_workflow_agree_on_postgresql(postgres: Services, frozen: Frozen) -> None:
    play(postgres, walks=20)


def _row(action: str, **changed: Any) -> Callable[[pytest.MonkeyPatch], None]:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(transitions.TRANSITIONS, action, replace(transitions.TRANSITIONS[action], **changed))

    return plant


def _cell(right: Can, column: int, condition: policy.Condition) -> Callable[[pytest.MonkeyPatch], None]:
    def plant(patch: pytest.MonkeyPatch) -> None:
        row = list(policy.TABLE[right])
        row[column] = condition
        patch.setitem(policy.TABLE, right, tuple(row))

    return plant


def _function(module: Any, name: str, broken: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(module, name, broken)


S = State
EDITOR, WRITER = 2, 1
MUTANTS = {
    "publishing asks for no receipt": lambda patch: _row(
        "publish", checks=(), sources=frozenset({S.APPROVED, S.SCHEDULED, S.IN_REVIEW})
    )(patch),
    "editors of other desks may approve": _cell(Can.ARTICLE_APPROVE, EDITOR, policy.not_own),
    "writers may write during the review": _cell(Can.ARTICLE_EDIT, WRITER, policy.own & policy.open_),
    "editors may change what is approved": _cell(Can.ARTICLE_EDIT, EDITOR, policy.own_desk),
    "an approval survives a request for changes": _function(workflow, "_void", lambda *_: None),
    "withdrawing leaves the piece up": _function(publication, "withdraw", lambda *_, **__: None),
    "scheduling takes a time that is past": _row("schedule", checks=(transitions.receipt_holds,)),
    "a live piece may be spiked": _row("spike", checks=()),
    "discarding keeps the new text": _function(texts, "roll_back", lambda *_, **__: None),
    "sending back needs no reason": _row("request_changes", checks=()),
    "a piece in review may be published": _row(
        "publish", sources=frozenset({S.APPROVED, S.SCHEDULED, S.IN_REVIEW}), checks=()
    ),
    "withdrawing leaves a draft where it was": _row("withdraw", target=S.DRAFT),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_workflow_is_noticed(services: Services, monkeypatch: pytest.MonkeyPatch, mutant: str) -> None:
    monkeypatch.setattr(clock, "now", Frozen(NOW))
    MUTANTS[mutant](monkeypatch)
    with pytest.raises(AssertionError):
        play(services, walks=12)
