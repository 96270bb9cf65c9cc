"""What people do beside a text: setting how much each check weighs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core import clock, events
from cms.core.errors import Invalid
from cms.policy import Actor, require
from cms.review.checks import Rule, rule
from cms.review.models import CheckLevel
from cms.taxonomy.models import Section
from cms.vocabulary import Can, Kind, Level


def set_level(
    db: Session,
    actor: Actor,
    name: str,
    level: Level | None,
    *,
    section_id: int | None = None,
    kind: Kind | None = None,
) -> Rule:
    """Set how much a check weighs, everywhere or in one section or for one kind, or with None unset it there.

    The narrower place wins: section and kind together, then the section, then the kind, then everywhere. What is
    so already is not recorded again. Returns the rule.

    Raises Forbidden, or Invalid where there is no such check or section, or the check is one that always holds.
    """
    require(actor, Can.CHECKS_SET)
    found = rule(name)
    if found is None:
        raise Invalid("There is no such check.")
    if found.is_fixed:
        raise Invalid(f"“{found.title}” always stops a piece: nothing could be printed without.", field="level")
    if section_id is not None and db.get(Section, section_id) is None:
        raise Invalid("There is no such section any more.", field="section_id")
    scope = scope_of(name, section_id, kind)
    row = db.scalar(select(CheckLevel).where(CheckLevel.scope == scope))
    before = row.level if row is not None else None
    if before is level:
        return found
    if level is None:
        db.delete(row)
    else:
        if row is None:
            row = CheckLevel(scope=scope, rule=name, section_id=section_id, kind=kind)
            db.add(row)
        row.level, row.set_by_id, row.set_at = level, actor.id, clock.now()
    db.flush()
    events.record(db, actor, "checks.set", None, check=name, section=section_id, kind=kind, before=before, after=level)
    return found


def reset(db: Session, actor: Actor, name: str) -> int:
    """Forget everything that was set for a check; return how many settings there were.

    Raises Forbidden, or Invalid where there is no such check.
    """
    require(actor, Can.CHECKS_SET)
    if rule(name) is None:
        raise Invalid("There is no such check.")
    rows = db.scalars(select(CheckLevel).where(CheckLevel.rule == name).order_by(CheckLevel.id)).all()
    for row in rows:
        db.delete(row)
    if rows:
        db.flush()
        events.record(db, actor, "checks.reset", None, check=name, before=[f"{row.scope}: {row.level}" for row in rows])
    return len(rows)


def scope_of(name: str, section_id: int | None, kind: Kind | None) -> str:
    """Return the one key under which a level is kept: a place can be set once."""
    return f"{name}|{section_id or ''}|{kind or ''}"
