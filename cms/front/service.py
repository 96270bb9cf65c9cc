"""What happens to arrangements: begun, changed place by place, scheduled, published, and let go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.front import queries, rules
from cms.front.models import INTERVIEW, Arrangement, Layout
from cms.policy import Actor, require
from cms.publication import service as publication
from cms.publication.models import PublishedSeries
from cms.taxonomy.models import Section
from cms.vocabulary import ArrangementState, Can


def begin(db: Session, actor: Actor, source: Arrangement | None = None) -> Arrangement:
    """Begin a draft: with what another arrangement has, without what came to its end there, or with nothing chosen."""
    require(actor, Can.FRONT_EDIT)
    now = clock.now()
    arrangement = Arrangement(
        state=ArrangementState.DRAFT, begun_by_id=actor.id, begun_at=now, changed_by_id=actor.id, changed_at=now
    )
    arrangement.layout = rules.again(source.layout, now) if source is not None else Layout()
    db.add(arrangement)
    db.flush()
    events.record(db, actor, "front.begun", arrangement, of=source.id if source is not None else None)
    return arrangement


def put(db: Session, actor: Actor, arrangement: Arrangement, place: str, article_id: int, *, seen: int) -> None:
    """Choose a live piece for a place; if it stood elsewhere on the page, the two change places.

    `seen` is the version that the person had before their eyes. Raises Forbidden, Invalid where the piece cannot stand
    there, or Conflict where somebody else was faster.
    """
    layout = _open(db, actor, arrangement, seen)
    before = layout.pins.get(place)
    pieces = queries.live_pieces(db, {article_id, *([before.article_id] if before else [])})
    if article_id not in pieces:
        raise Invalid("That piece is not live, so readers could not see it there.")
    displaced = pieces.get(before.article_id) if before else None
    after = rules.put(layout, place, pieces[article_id], displaced)
    _store(db, actor, arrangement, after, place=place, article=article_id)


def clear(db: Session, actor: Actor, arrangement: Arrangement, place: str, *, seen: int) -> None:
    """Let a place fill itself again."""
    layout = _open(db, actor, arrangement, seen)
    _store(db, actor, arrangement, rules.clear(layout, place), place=place, article=None)


def end(db: Session, actor: Actor, arrangement: Arrangement, place: str, until: datetime | None, *, seen: int) -> None:
    """Say until when a piece stands at its place, or that it stays for good; afterwards the place fills itself."""
    layout = _open(db, actor, arrangement, seen)
    after = rules.end(layout, place, until, clock.now())
    _store(db, actor, arrangement, after, place=place, until=until.isoformat() if until else None)


def spotlight(db: Session, actor: Actor, arrangement: Arrangement, series_id: int | None, *, seen: int) -> None:
    """Put a series into the spotlight, or leave it to the newest interview's."""
    layout = _open(db, actor, arrangement, seen)
    if series_id is not None and db.get(PublishedSeries, series_id) is None:
        raise Invalid("That series has no live part, so readers could not see it.", field="series")
    pin = layout.pins.get(INTERVIEW)
    chosen = queries.live_pieces(db, {pin.article_id}).get(pin.article_id) if pin else None
    _store(db, actor, arrangement, rules.spotlight(layout, series_id, chosen), series=series_id)


def show_rows(db: Session, actor: Actor, arrangement: Arrangement, section_ids: Sequence[int], *, seen: int) -> None:
    """Show these sections in this order, or leave them to Galley where none is named."""
    layout = _open(db, actor, arrangement, seen)
    known = set(db.scalars(select(Section.id).where(Section.id.in_(section_ids)))) if section_ids else set()
    if not known.issuperset(section_ids):
        raise Invalid("One of these sections is not there any more.", field="rows")
    _store(db, actor, arrangement, rules.show_rows(layout, section_ids), rows=list(section_ids))


def schedule(db: Session, actor: Actor, arrangement: Arrangement, at: datetime | None, *, seen: int) -> None:
    """Set the time at which the arrangement is published."""
    require(actor, Can.FRONT_EDIT)
    _refuse_stale(arrangement, seen)
    target = rules.step(arrangement.state, "schedule")
    if at is None:
        raise Invalid("Say when it is to be published.", field="at")
    if at <= clock.now():
        raise Invalid("That time has passed. Publish the arrangement now, or choose a later time.", field="at")
    if (arrangement.state, arrangement.publish_at) == (target, at):
        return
    arrangement.state, arrangement.publish_at = target, at
    _touch(db, actor, arrangement)
    events.record(db, actor, "front.scheduled", arrangement, at=at.isoformat())


def take_back(db: Session, actor: Actor, arrangement: Arrangement, *, seen: int) -> None:
    """Make a scheduled arrangement a draft again."""
    require(actor, Can.FRONT_EDIT)
    _refuse_stale(arrangement, seen)
    arrangement.state, arrangement.publish_at = rules.step(arrangement.state, "take_back"), None
    _touch(db, actor, arrangement)
    events.record(db, actor, "front.taken_back", arrangement)


def publish(db: Session, actor: Actor, arrangement: Arrangement, *, seen: int | None = None) -> None:
    """Let readers see the arrangement: what people press, and what the schedule does when the time has come."""
    require(actor, Can.FRONT_EDIT)
    if seen is not None:
        _refuse_stale(arrangement, seen)
    target, now = rules.step(arrangement.state, "publish"), clock.now()
    before = queries.standing(db)
    stood = rules.at(before.layout, now) if before is not None else Layout()
    held = rules.shown_since(rules.at(arrangement.layout, now), stood, now)
    arrangement.layout, arrangement.state, arrangement.publish_at = held, target, None
    arrangement.published_at, arrangement.published_by_id = now, actor.id
    arrangement.next_end_at = rules.next_end(held, now)
    db.flush()
    publication.arrange_front(db, rules.numbers(held), arrangement_id=arrangement.id)
    events.record(
        db, actor, "front.published", arrangement,
        before=before.id if before is not None else None, places={p: pin.article_id for p, pin in held.pins.items()},
        rows=list(held.rows), series=held.series_id,
    )  # fmt: skip


def let_go(db: Session, actor: Actor) -> None:
    """Let those places fill themselves again whose time has come to its end, in the arrangement that stands."""
    require(actor, Can.FRONT_EDIT)
    now = clock.now()
    arrangement = queries.standing(db)
    if arrangement is None or arrangement.next_end_at is None or arrangement.next_end_at > now:
        return
    held = rules.at(arrangement.layout, now)
    ended = [place for place in arrangement.layout.pins if place not in held.pins]
    arrangement.layout, arrangement.next_end_at = held, rules.next_end(held, now)
    db.flush()
    publication.arrange_front(db, rules.numbers(held), arrangement_id=arrangement.id)
    events.record(db, actor, "front.let_go", arrangement, places=ended)


def discard(db: Session, actor: Actor, arrangement: Arrangement, *, seen: int) -> None:
    """Drop a draft."""
    require(actor, Can.FRONT_EDIT)
    _refuse_stale(arrangement, seen)
    arrangement.state = rules.step(arrangement.state, "discard")
    _touch(db, actor, arrangement)
    events.record(db, actor, "front.discarded", arrangement)


def _open(db: Session, actor: Actor, arrangement: Arrangement, seen: int) -> Layout:
    require(actor, Can.FRONT_EDIT)
    _refuse_stale(arrangement, seen)
    if arrangement.state is not ArrangementState.DRAFT:
        raise Conflict(f"This arrangement is {arrangement.state.label} meanwhile. Take it up again to change it.")
    return arrangement.layout


def _refuse_stale(arrangement: Arrangement, seen: int) -> None:
    if seen != arrangement.version:
        who = arrangement.changed_by.name if arrangement.changed_by else "Galley"
        raise Conflict(f"{who} changed this arrangement after you had opened it. Nothing of it was overwritten.")


def _store(db: Session, actor: Actor, arrangement: Arrangement, layout: Layout, **what: Any) -> None:
    if layout == arrangement.layout:
        return
    arrangement.layout = layout
    _touch(db, actor, arrangement)
    events.record(db, actor, "front.arranged", arrangement, **what)


def _touch(db: Session, actor: Actor, arrangement: Arrangement) -> None:
    arrangement.changed_by_id, arrangement.changed_at = actor.id, clock.now()
    db.flush()
