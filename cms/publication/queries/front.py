"""The front page: what leads, what follows, the newest interview, who returns, and the sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from cms.publication.models import Published, PublishedPerson, PublishedSeries
from cms.publication.queries.cards import Card, SectionName, Sections, cards, ids_of, navigation, read_navigation, those
from cms.vocabulary import Kind

RETURNING = 6
IN_COLUMN = 3
IN_COLUMNS = 12  # sections that are asked for what is new in them


@dataclass(frozen=True)
class Column:
    """One section on the front page."""

    section: SectionName
    pieces: Sequence[Card]


@dataclass(frozen=True)
class Front:
    """The front page: what leads, what follows, the newest interview, who returns, and the sections."""

    sections: Sections
    lead: Card | None = None
    seconds: Sequence[Card] = ()
    interview: Card | None = None
    series: PublishedSeries | None = None
    people: Sequence[PublishedPerson] = ()
    columns: Sequence[Column] = ()

    @property
    def newest_at(self) -> datetime | None:
        """When the newest piece on the page was published: the date of this edition."""
        return max((piece.published_at for piece in (self.lead, *self.seconds, self.interview) if piece), default=None)


def front(db: Session) -> Front:
    """Return the front page (three queries)."""
    rows = db.execute(_newest_of_each_kind()).all()
    if not rows:
        return Front(sections=())
    named = read_navigation(rows[0][-1])
    new = [(Card(row[:-2]), row[-2]) for row in rows]
    lead, seconds = _lead([piece for piece, _ in new if piece.kind != Kind.INTERVIEW])
    interview, its_series = next(((p, s) for p, s in new if p.kind == Kind.INTERVIEW), (None, None))
    return Front(
        sections=named,
        lead=lead,
        seconds=seconds,
        interview=interview,
        series=its_series,
        people=db.scalars(_returning()).all(),
        columns=_columns(db, named, [piece.article_id for piece in (lead, *seconds) if piece]),
    )


@cache
def _newest_of_each_kind() -> Select[*tuple[Any, ...]]:
    # One stretch of an index for each kind: leaving a kind out would mean reading past however many there are of it.
    wanted = [ids_of(Published.kind == kind, limit=1 if kind is Kind.INTERVIEW else 12) for kind in Kind]
    return (
        those(union_all(*wanted))
        .outerjoin(PublishedSeries, PublishedSeries.series_id == Published.series_id)
        .add_columns(PublishedSeries, navigation())
    )


@cache
def _returning() -> Select[PublishedPerson]:
    return (
        select(PublishedPerson)
        .where(PublishedPerson.pieces > 1)
        .order_by(PublishedPerson.interviews.desc(), PublishedPerson.newest_at.desc())
        .limit(RETURNING)
    )


def _lead(pieces: Sequence[Card]) -> tuple[Card | None, Sequence[Card]]:
    """Choose what leads and what follows: the newest few, those with a picture first, since they carry the page."""
    if not pieces:
        return None, ()
    lead = next((piece for piece in pieces[:4] if piece.hero), pieces[0])
    rest = [piece for piece in pieces if piece is not lead]
    chosen = sorted(rest[:8], key=lambda piece: not piece.hero)[:3]
    return lead, [piece for piece in rest if piece in chosen]


def _columns(db: Session, named: Sections, shown: Sequence[int]) -> list[Column]:
    """Return four sections with what else is new in them, the fullest, in the order of the navigation."""
    # Interviews have a place of their own; they are left out afterwards, since a whole section may be of them.
    given = {f"section_{place}": section.id for place, section in enumerate(named[:IN_COLUMNS])}
    query = _newest_of_sections(len(given), IN_COLUMN + len(shown))
    found = [p for p in cards(db, query, given) if p.kind is not Kind.INTERVIEW and p.article_id not in shown]
    columns = [Column(s, [p for p in found if p.section_slug == s.slug][:IN_COLUMN]) for s in named]
    best = sorted(columns, key=lambda column: -len(column.pieces))[:4]
    return [column for column in columns if column in best and column.pieces]


@cache
def _newest_of_sections(sections: int, limit: int) -> Select[*tuple[Any, ...]]:
    wanted = [ids_of(Published.section_id == bindparam(f"section_{place}"), limit=limit) for place in range(sections)]
    return those(union_all(*wanted))
