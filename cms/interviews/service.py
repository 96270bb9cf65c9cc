"""What happens to series: added, changed, and pieces placed in them, moved and taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core import events, slugs
from cms.core.errors import Conflict, Invalid, NotFound
from cms.core.html import clean_text
from cms.interviews import queries, rules
from cms.interviews.models import Episode, Series
from cms.media import queries as media
from cms.people import queries as people
from cms.policy import Actor, require
from cms.vocabulary import Can


def add_series(
    db: Session,
    actor: Actor,
    *,
    title: str,
    slug: str = "",
    description: str = "",
    host_id: int | None = None,
    cover_id: int | None = None,
    planned_parts: int = 0,
    is_interviews: bool = False,
) -> Series:
    """Make a series; an address that is taken gets a number behind it. Readers see it with its first live part."""
    require(actor, Can.SERIES_EDIT)
    title, description = clean_text(title), clean_text(description)
    wanted = slug or slugs.make(title, fallback="series")
    rules.check(title=title, description=description, slug=wanted, planned_parts=planned_parts)
    _refuse_taken(db, title)
    series = Series(
        title=title,
        slug=slugs.free(wanted, lambda taken: queries.slug_taken(db, taken)),
        description=description,
        planned_parts=planned_parts,
        is_interviews=is_interviews,
    )
    _set_faces(db, series, host_id=host_id, cover_id=cover_id)
    db.add(series)
    db.flush()
    events.record(db, actor, "series.added", series, title=title)
    return series


def find_or_add_series(db: Session, actor: Actor, title: str) -> Series:
    """Return the series of that title, whatever its case, or make a bare one."""
    require(actor, Can.SERIES_EDIT)
    known = queries.by_title(db, clean_text(title))
    return known if known is not None else add_series(db, actor, title=title)


def change_series(
    db: Session,
    actor: Actor,
    series: Series,
    *,
    seen: int,
    title: str,
    slug: str,
    description: str,
    host_id: int | None,
    cover_id: int | None,
    planned_parts: int,
    is_interviews: bool,
) -> None:
    """Store a series as it was handed in; `seen` is the version begun from. Readers see the change at once."""
    require(actor, Can.SERIES_EDIT)
    if seen != series.version:
        raise Conflict("Somebody changed this series while you did. Reload it to see what is new.")
    title, description = clean_text(title), clean_text(description)
    rules.check(title=title, description=description, slug=slug, planned_parts=planned_parts)
    _refuse_taken(db, title, apart_from=series)
    if queries.slug_taken(db, slug, apart_from=series.id):
        raise Invalid("Another series has that address.", field="slug")
    series.title, series.slug, series.description = title, slug, description
    series.planned_parts, series.is_interviews = planned_parts, is_interviews
    _set_faces(db, series, host_id=host_id, cover_id=cover_id)
    if series in db.dirty and db.is_modified(series):
        db.flush()
        events.record(db, actor, "series.changed", series)


def cover(db: Session, actor: Actor, series: Series, cover_id: int | None) -> None:
    """Give a series another cover, or none. Readers see it at once."""
    require(actor, Can.SERIES_EDIT)
    if series.cover_id != cover_id:
        if cover_id is not None:
            media.get(db, cover_id)
        series.cover_id = cover_id
        db.flush()
        events.record(db, actor, "series.changed", series)


def place(db: Session, actor: Actor, series: Series, article_id: int, part: int | None = None) -> Episode:
    """Make a piece a part of a series: the one wanted, or the one after the last.

    Where that part is taken, it and those right behind it move on by one. A piece is in one series at most.
    """
    require(actor, Can.SERIES_EDIT)
    articles.get(db, actor, article_id)
    known = queries.episode_of(db, article_id)
    if known is not None and known.series_id != series.id:
        raise Invalid(f"That piece is part {known.part} of {known.series.title}. Take it out there first.")
    taken = queries.numbers(db, series.id)
    taken.pop(article_id, None)
    part = rules.next_part(taken.values()) if part is None else part
    rules.check_part(part)
    if known is not None and known.part == part:
        return known
    if known is not None:
        db.delete(known)
        db.flush()
    _renumber(db, series, rules.make_room(taken, part))
    episode = Episode(article_id=article_id, series_id=series.id, part=part)
    db.add(episode)
    db.flush()
    events.record(db, actor, "series.episode_placed", series, article=article_id, part=part)
    return episode


def take_out(db: Session, actor: Actor, series: Series, article_id: int) -> None:
    """Take a piece out of its series; the other parts keep their numbers."""
    require(actor, Can.SERIES_EDIT)
    episode = db.get(Episode, article_id)
    if episode is None or episode.series_id != series.id:
        raise NotFound("That piece is not in this series any more.")
    part = episode.part
    db.delete(episode)
    db.flush()
    events.record(db, actor, "series.episode_removed", series, article=article_id, part=part)


def reorder(db: Session, actor: Actor, series: Series, article_ids: Sequence[int]) -> None:
    """Put the pieces of a series in this order; the numbers that are in use, and their gaps, stay.

    Raises Conflict where it does not name every piece of the series once.
    """
    require(actor, Can.SERIES_EDIT)
    before = queries.numbers(db, series.id)
    if sorted(before) != sorted(article_ids):
        raise Conflict("The series changed while you put it in order. Look again.")
    after = rules.in_order(before, article_ids)
    if after != before:
        _renumber(db, series, {number: part for number, part in after.items() if part != before[number]})
        events.record(db, actor, "series.episode_moved", series, order=list(article_ids))


def _renumber(db: Session, series: Series, parts: Mapping[int, int]) -> None:
    """Give episodes new numbers in two steps, since two of them may never have the same, not even for a moment."""
    if not parts:
        return
    here = select(Episode).where(Episode.series_id == series.id, Episode.article_id.in_(parts))
    episodes = db.scalars(here).all()
    for episode in episodes:
        episode.part = -episode.part
    db.flush()
    for episode in episodes:
        episode.part = parts[episode.article_id]
    db.flush()


def _refuse_taken(db: Session, title: str, *, apart_from: Series | None = None) -> None:
    known = queries.by_title(db, title)
    if known is not None and (apart_from is None or known.id != apart_from.id):
        raise Invalid(f"There is a series called {known.title} already.", field="title")


def _set_faces(db: Session, series: Series, *, host_id: int | None, cover_id: int | None) -> None:
    # The person, not only the number: what refreshes the edition within this transaction reads the relationship.
    series.host = people.get(db, host_id) if host_id is not None else None
    if cover_id is not None:
        media.get(db, cover_id)
    series.cover_id = cover_id
