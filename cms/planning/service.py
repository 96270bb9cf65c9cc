"""What people do to plans: vote for a pitch, say yes or no to it, carry a card over the board, move a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cms.articles import service as texts
from cms.articles.models import Article
from cms.articles.service import Plan
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.core.html import clean_text
from cms.planning import rules
from cms.planning.models import PitchVote
from cms.policy import Actor, can, require
from cms.vocabulary import Can, State
from cms.workflow import service as workflow
from cms.workflow.service import Moved
from cms.workflow.transitions import TRANSITIONS


class Date(StrEnum):
    """The dates of a piece that stand in the calendar and can be moved there."""

    DUE = "due"
    EMBARGO = "embargo"
    SCHEDULED = "scheduled"


def vote(db: Session, actor: Actor, article: Article, *, is_for: bool) -> None:
    """Vote for a pitch, or take one's vote back; doing either twice changes nothing."""
    require(actor, Can.PITCH_VOTE)
    if article.state is not State.IDEA:
        raise Conflict(f"It is decided: the piece is {article.state.label} now.")
    if actor.id is None:
        raise Invalid("Only somebody who is signed in can vote.")
    if is_for and actor.id == article.created_by_id:
        raise Invalid("It is your own pitch: that you are for it is known.")
    given = db.get(PitchVote, (article.id, actor.id))
    if (given is not None) is is_for:
        return
    if given is None:
        db.add(PitchVote(article_id=article.id, user_id=actor.id, voted_at=clock.now()))
    else:
        db.delete(given)
    events.record(db, actor, "article.voted_for" if is_for else "article.vote_taken_back", article)


def accept(db: Session, actor: Actor, article: Article, wanted: Plan, *, note: str = "") -> Moved:
    """Say yes to a pitch: it is assigned, with a brief and a day, and becomes a draft.

    Raises Forbidden, Conflict, Invalid naming the field, or Refused with all that the plan lacks.
    """
    require(actor, Can.ARTICLE_PLAN, article)
    if article.state is State.IDEA:
        texts.plan(db, actor, article, wanted)
    return workflow.move(db, actor, article, "start", note=note)


def decline(db: Session, actor: Actor, article: Article, *, note: str) -> Moved:
    """Say no to a pitch, and why: it goes to the trash, from where it can be brought back."""
    require(actor, Can.ARTICLE_PLAN, article)
    if article.state not in (State.IDEA, State.SPIKED):
        raise Conflict(f"It is decided: the piece is {article.state.label} now.")
    if not clean_text(note):
        raise Invalid("Say why not, in a sentence: whoever pitched it will read it.", field="note")
    return workflow.move(db, actor, article, "spike", note=note)


def actions(start: State, end: State) -> list[str]:
    """Return the actions that lead from one column of the board to another, the one to try first in front."""
    return rules.actions(start, end)


def way(actor: Actor, article: Article, to: State) -> str:
    """Return the action by which `actor` takes a piece to a state; raises Conflict or Forbidden where none does."""
    found = rules.ways(article.state, to)
    own = next((action for action in found if can(actor, TRANSITIONS[action].needs, article)), found[0])
    require(actor, TRANSITIONS[own].needs, article)
    return own


def carry(
    db: Session, actor: Actor, article: Article, to: State, *, seen: int | None, note: str = "",
    at: datetime | None = None,
) -> Moved:  # fmt: skip
    """Take a card to a column of the board, by the verb that the button of that step has."""
    if to is article.state:
        raise Conflict(f"It is there already: the piece is {to.label}.")
    return workflow.move(db, actor, article, way(actor, article, to), seen=seen, note=note, at=at)


def move_date(db: Session, actor: Actor, article: Article, which: Date, day: date, zone: ZoneInfo) -> None:
    """Move one date of a piece to another day, at the hour that it has; an approved piece is scheduled by it."""
    planned = Plan.of(article)
    match which:
        case Date.DUE:
            due = rules.moved_to(day, article.due_at, rules.DUE, zone)
            texts.plan(db, actor, article, replace(planned, due_at=due))
        case Date.EMBARGO:
            until = rules.moved_to(day, article.embargo_until, rules.OUT, zone)
            texts.plan(db, actor, article, replace(planned, embargo_until=until))
        case Date.SCHEDULED:
            at = rules.moved_to(day, article.publish_at, rules.OUT, zone)
            require(actor, Can.ARTICLE_PUBLISH, article)
            if article.publish_at == at:
                return
            if article.state is State.SCHEDULED:
                workflow.move(db, actor, article, "unschedule")
            workflow.move(db, actor, article, "schedule", seen=article.head_id, at=at)
