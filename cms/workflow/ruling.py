"""The rules of review as chiefs set them: one set for each place, and the narrower place wins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cms.accounts.models import User
from cms.core import clock, events
from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.policy import Actor, require
from cms.taxonomy.models import Desk, Section
from cms.vocabulary import Bench, Can, Kind
from cms.workflow.models import ReviewRule
from cms.workflow.rulebook import DEFAULT, LONGEST_TICK, MOST, Box, Rules, Stage

LONGEST = 24 * 60  # hours: sixty days


@dataclass(frozen=True)
class _Anywhere:
    """Some piece of a desk, by nobody in particular: to ask who could approve such a piece."""

    desk_id: int | None
    asked_desk_id: int | None
    ever_author_ids: frozenset[int] = frozenset()


def every(db: Session) -> list[ReviewRule]:
    """Return what was set, as rows: everywhere first."""
    return list(db.scalars(select(ReviewRule).order_by(ReviewRule.section_id, ReviewRule.kind, ReviewRule.id)))


def in_place(db: Session, section_id: int | None, kind: Kind | None) -> ReviewRule | None:
    """Return what was set for exactly this place."""
    return db.scalar(select(ReviewRule).where(ReviewRule.scope == scope_of(section_id, kind)))


def for_place(db: Session, section_id: int | None, kind: Kind | None) -> Rules:
    """Return the rules that hold for a piece: a section is narrower than a kind; its desks have today's names."""
    scopes = [scope_of(section_id, kind), scope_of(section_id, None), scope_of(None, kind), scope_of(None, None)]
    known = {row.scope: row for row in db.scalars(select(ReviewRule).where(ReviewRule.scope.in_(scopes)))}
    found = next((Rules.read(known[scope].facts) for scope in scopes if scope in known), DEFAULT)
    return named(db, found)


def named(db: Session, rules: Rules) -> Rules:
    """Return rules with the names of their desks."""
    if not rules.desk_ids:
        return rules
    return rules.naming(dict(db.execute(select(Desk.id, Desk.name).where(Desk.id.in_(rules.desk_ids))).all()))


def set_rules(
    db: Session, actor: Actor, rules: Rules | None, *, section_id: int | None = None, kind: Kind | None = None
) -> None:
    """Set what a review asks for in one place, or with None let what holds around it hold there again.

    Reviews that are running keep the rules they began with. What is so already is not recorded again.

    Raises Forbidden, or Invalid where nobody could ever fulfil the rules.
    """
    require(actor, Can.RULES_SET)
    section = db.get(Section, section_id) if section_id is not None else None
    if section_id is not None and section is None:
        raise Invalid("There is no such section any more.", field="section_id")
    row = in_place(db, section_id, kind)
    before = row.facts if row is not None else None
    after = named(db, _checked(db, rules, section)).facts() if rules is not None else None
    if before == after:
        return
    if after is None:
        db.delete(row)
    else:
        if row is None:
            row = ReviewRule(scope=scope_of(section_id, kind), section_id=section_id, kind=kind)
            db.add(row)
        row.facts, row.set_by_id, row.set_at = after, actor.id, clock.now()
    db.flush()
    events.record(db, actor, "rules.set", None, section=section_id, kind=kind, before=before, after=after)


def scope_of(section_id: int | None, kind: Kind | None) -> str:
    """Return the one key under which rules are kept: a place has one set."""
    return f"{section_id or ''}|{kind or ''}"


def _checked(db: Session, rules: Rules, section: Section | None) -> Rules:
    """Return the rules tidied up; raises Invalid naming the field where they make no sense or nobody can keep them."""
    if not rules.stages:
        raise Invalid("Somebody has to approve: ask for one approval at least.", field="stages")
    if any(not 1 <= stage.count <= MOST for stage in rules.stages):
        raise Invalid(f"Ask for one to {MOST} approvals in each stage.", field="stages")
    if rules.hours is not None and not 1 <= rules.hours <= LONGEST:
        raise Invalid(f"A review may take from one hour to {LONGEST} hours.", field="hours")
    boxes = tuple(Box(clean_text(box.text), box.asked) for box in rules.boxes)
    if any(not box.text or len(box.text) > LONGEST_TICK for box in boxes):
        raise Invalid(f"Say in 1 to {LONGEST_TICK} characters what is to be ticked.", field="boxes")
    if len({box.text for box in boxes}) < len(boxes):
        raise Invalid("Each thing is ticked once: give them different names.", field="boxes")
    asked = {stage.asked for stage in rules.stages}
    if any(box.asked.bench is Bench.DESK and box.asked not in asked for box in boxes):
        raise Invalid("A desk that ticks something has to be asked for an approval too.", field="boxes")
    people = list(db.scalars(select(User).where(User.disabled_at.is_(None)).options(selectinload(User.desks))))
    for stage in named(db, rules).stages:
        _refuse_too_few(people, stage, section)
    return Rules(rules.stages, boxes, rules.hours)


def _refuse_too_few(people: list[User], stage: Stage, section: Section | None) -> None:
    if stage.asked.bench is Bench.OWN_DESK and section is None:
        return  # each section has its own desk, and every chief sits on it
    some = _Anywhere(section.desk_id if section is not None else None, stage.asked.desk_id)
    fit = sum(stage.asked.holds(user, some) for user in people)
    if fit < stage.count:
        raise Invalid(
            f"{fit or 'Nobody'} could approve for {stage.asked.words}, and you ask for {stage.count}.", field="stages"
        )
