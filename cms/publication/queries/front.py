"""The front page: what leads, what follows, the spotlight, who returns, and the sections.

Chiefs choose what stands in some places; the others fill themselves. Both happen here and nowhere else, in the same
way for readers and for whoever arranges the page: no piece stands in two places, a translation only where it was
chosen, a chosen piece that is not live leaves its place to the next best, and nothing is asked of the archive but the
newest few of each kind and section.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, cast, or_, select, union_all
from sqlalchemy.orm import Session, load_only

from cms.core.db import read_json
from cms.publication.models import (
    FEATURES,
    IN_ROW,
    Places,
    Published,
    PublishedFront,
    PublishedPerson,
    PublishedSeries,
)
from cms.publication.queries.cards import (
    NEWEST,
    Card,
    SectionName,
    Sections,
    ids_of,
    navigation,
    read_navigation,
    sections,
    those,
)
from cms.vocabulary import Kind

RETURNING = 6
COLUMNS = 4  # sections that are shown where nobody chose any
IN_COLUMNS = 12  # of how many sections those are chosen
FRESH = 12  # newest pieces of a kind, among which the lead and what follows it are found
SPOTLIT = 4  # newest interviews, or parts of a series, of which the first may be translations of one piece
ABOVE = 1 + FEATURES + 1  # pieces that stand above the sections, any of which may be of one of them
#: What one reads of a piece before one chooses it.
CHOICE = load_only(Published.headline, Published.kind, Published.section_name, Published.published_at, raiseload=True)
#: A piece that may stand on the page, its series where that may be shown, and its `translations` as they are stored.
Candidate = tuple[Card, PublishedSeries | None, str]
#: Sections to show, with the pieces that were chosen for the places of each.
Rows = Sequence[tuple[SectionName, tuple[int | None, ...]]]


@dataclass(frozen=True)
class Column:
    """One section on the front page."""

    section: SectionName
    pieces: Sequence[Card]


@dataclass(frozen=True)
class Front:
    """The front page: what leads, what follows, the spotlight (a piece and its series), who returns, the sections."""

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
        in_columns = (piece for column in self.columns for piece in column.pieces)
        pieces = (self.lead, *self.seconds, self.interview, *in_columns)
        return max((piece.published_at for piece in pieces if piece), default=None)


def front(db: Session) -> Front:
    """Return the front page as chiefs published it (three queries)."""
    names, places = db.execute(_named_and_stored()).one()
    return _filled(db, read_navigation(names), Places.read(places))


def front_as(db: Session, places: Places) -> Front:
    """Return the front page that readers would get of an arrangement that is not published."""
    return _filled(db, sections(db), places)


def standing(db: Session) -> PublishedFront | None:
    """Return the arrangement that readers see, if one was ever published."""
    return db.get(PublishedFront, 1)


def choosable(
    words: str, *, kind: Kind | None = None, section_id: int | None = None, series_id: int | None = None
) -> Select[Published]:
    """Return the live pieces that may be chosen for a place, newest first, narrowed by words of their headline."""
    query = select(Published).options(CHOICE).order_by(*NEWEST)
    narrowed = {Published.kind: kind, Published.section_id: section_id, Published.series_id: series_id}
    for column, wanted in narrowed.items():
        if wanted is not None:
            query = query.where(column == wanted)
    for word in words.split():
        query = query.where(Published.headline.icontains(word, autoescape=True))
    return query


@cache
def _named_and_stored() -> Select[str | None, dict[str, Any]]:
    """Return the question for the sections and for what chiefs chose. Asking costs less than putting it into words."""
    stored = select(PublishedFront.places).where(PublishedFront.id == 1).scalar_subquery()
    return select(navigation(), stored)


def headlines(db: Session, article_ids: Collection[int]) -> dict[int, str]:
    """Return what these pieces are called, as far as they are live."""
    named = select(Published.article_id, Published.headline).where(Published.article_id.in_(article_ids))
    return dict(db.execute(named).all()) if article_ids else {}


def series_by_title(db: Session) -> Sequence[tuple[int, str]]:
    """Return every series that has a live part, by title."""
    named = select(PublishedSeries.series_id, PublishedSeries.title)
    return [(number, title) for number, title in db.execute(named.order_by(PublishedSeries.title))]


def _filled(db: Session, named: Sections, places: Places) -> Front:
    if not named:
        return Front(sections=named)  # a live piece has a section, so nothing is live
    rows = _rows(named, places)
    found = _candidates(db, rows, places)
    page = _Page(found, rows, places)
    lead, seconds = page.top()
    interview, series = page.spotlight()
    columns = [Column(section, page.column(section)) for section, _ in rows]
    if not places.rows:
        best = sorted(columns, key=lambda column: -len(column.pieces))[:COLUMNS]
        columns = [column for column in columns if column in best]
    return Front(
        sections=named,
        lead=lead,
        seconds=seconds,
        interview=interview,
        series=series,
        people=db.scalars(_returning()).all(),
        columns=[column for column in columns if column.pieces],
    )


def _rows(named: Sections, places: Places) -> Rows:
    """Return the sections to show that have something to read, with what was chosen for each."""
    if not places.rows:
        return [(section, ()) for section in named[:IN_COLUMNS]]
    by_id = {section.id: section for section in named}
    return [(by_id[number], chosen) for number, chosen in places.rows if number in by_id]


class _Page:
    """Fills one page: what was chosen first, then the newest of what stands nowhere on it yet."""

    def __init__(self, found: Sequence[Candidate], rows: Rows, places: Places) -> None:
        self._by_id = {piece.article_id: piece for piece, *_ in found}
        self._series = {series.series_id: series for _, series, _ in found if series is not None}
        #: The addresses of a piece and of its live translations, the original's first.
        self._told = {piece.article_id: _slugs(told) or [piece.slug] for piece, _, told in found}
        self._spotlit = self._series.get(places.series or 0)
        self._shown: set[int] = set()
        self._said: set[str] = set()
        self._top = [self._take(number) for number in (places.lead, *_padded(places.features, FEATURES))]
        self._interview = self._take(places.interview, self._suits_spotlight)
        self._rows = {
            section.id: [self._take(number, _is_of(section)) for number in _padded(chosen, IN_ROW)]
            for section, chosen in rows
        }
        self._interview = self._interview or self._newest_part()

    def top(self) -> tuple[Card | None, Sequence[Card]]:
        """Return what leads and what follows it, those with a picture first, since they carry the page."""
        lead, *following = self._top
        fresh = [piece for piece in self._left() if piece.kind is not Kind.INTERVIEW]
        lead = lead or next((piece for piece in fresh[:4] if piece.hero), None) or next(iter(fresh), None)
        rest = [piece for piece in fresh if piece is not lead]
        pictured = sorted(rest[:8], key=lambda piece: not piece.hero)[: following.count(None)]
        seconds = _slotted(following, (piece for piece in rest if piece in pictured))
        self._show(lead, *seconds)
        return lead, seconds

    def spotlight(self) -> tuple[Card | None, PublishedSeries | None]:
        """Return the piece in the spotlight and its series: of the chosen series, or else the newest interview."""
        piece = self._interview or next((piece for piece in self._left() if piece.kind is Kind.INTERVIEW), None)
        self._show(piece)
        return piece, self._series.get(piece.series_id or 0) if piece else None

    def column(self, section: SectionName) -> Sequence[Card]:
        """Return what stands under a section. Interviews have a place of their own, and come here only if chosen."""
        is_here = _is_of(section)
        free = (piece for piece in self._left() if is_here(piece) and piece.kind is not Kind.INTERVIEW)
        pieces = _slotted(self._rows[section.id], free)
        self._show(*pieces)
        return pieces

    def _take(self, number: int | None, suits: Callable[[Card], bool] = lambda _: True) -> Card | None:
        """Return a chosen piece if it is live, belongs to its place, and stands nowhere else."""
        piece = self._by_id.get(number or 0)
        if piece is None or piece.article_id in self._shown or not suits(piece):
            return None
        self._show(piece)
        return piece

    def _newest_part(self) -> Card | None:
        """Return the newest part of the chosen series that was put nowhere: it is kept from filling another place."""
        parts = [piece for piece in self._by_id.values() if self._spotlit and self._suits_spotlight(piece)]
        newest = max(filter(self._is_free, parts), key=lambda part: part.series_part or 0, default=None)
        self._show(newest)
        return newest

    def _is_free(self, piece: Card) -> bool:
        """Tell whether nothing on the page says what it says, and it is no translation of a live piece."""
        return piece.slug not in self._said and piece.slug == self._told[piece.article_id][0]

    def _suits_spotlight(self, piece: Card) -> bool:
        series = self._spotlit
        return piece.kind is Kind.INTERVIEW if series is None else piece.series_id == series.series_id

    def _show(self, *pieces: Card | None) -> None:
        for piece in filter(None, pieces):
            self._shown.add(piece.article_id)
            self._said.update(self._told[piece.article_id])

    def _left(self) -> Iterator[Card]:
        return filter(self._is_free, self._by_id.values())


def _is_of(section: SectionName) -> Callable[[Card], bool]:
    return lambda piece: piece.section_slug == section.slug


def _slugs(translations: str) -> list[str]:
    return [one["slug"] for one in read_json(translations)]


def _padded(numbers: Iterable[int | None], length: int) -> list[int | None]:
    return [*numbers, *[None] * length][:length]


def _slotted(chosen: Iterable[Card | None], free: Iterable[Card]) -> list[Card]:
    """Return the chosen pieces in their places, with free ones in the places between, as far as there are any."""
    following = iter(free)
    pieces = [piece or next(following, None) for piece in chosen]
    return [piece for piece in pieces if piece is not None]


def _candidates(db: Session, rows: Rows, places: Places) -> Sequence[Candidate]:
    """Return every piece that may stand on the page, newest first."""
    given: dict[str, Any] = {f"section_{place}": section.id for place, (section, _) in enumerate(rows)}
    given |= {"chosen": places.chosen, "series": places.series or 0}
    query = _newest(len(rows), has_chosen=bool(places.chosen), has_series=places.series is not None)
    return [(Card(row[:-2]), row[-2], row[-1]) for row in db.execute(query, given)]


@cache
def _newest(sections: int, *, has_chosen: bool, has_series: bool) -> Select[*tuple[Any, ...]]:
    # One stretch of an index for each kind: leaving a kind out would mean reading past however many there are of it.
    is_chosen = Published.article_id.in_(bindparam("chosen", expanding=True))
    free = (~is_chosen,) if has_chosen else ()
    wanted = [
        ids_of(Published.kind == kind, *free, limit=SPOTLIT if kind is Kind.INTERVIEW else FRESH) for kind in Kind
    ]
    wanted += [
        ids_of(Published.section_id == bindparam(f"section_{place}"), *free, limit=IN_ROW + ABOVE)
        for place in range(sections)
    ]
    if has_chosen:
        wanted.append(select(Published.article_id).where(is_chosen))
    of_series = Published.series_id == bindparam("series")
    if has_series:
        wanted.append(ids_of(of_series, *free, order=(Published.series_part.desc(),), limit=SPOTLIT))
    shows_series = or_(Published.kind == Kind.INTERVIEW, of_series)
    return (
        those(union_all(*wanted))
        .outerjoin(PublishedSeries, and_(PublishedSeries.series_id == Published.series_id, shows_series))
        .add_columns(PublishedSeries, cast(Published.translations, Text))
    )


@cache
def _returning() -> Select[PublishedPerson]:
    return (
        select(PublishedPerson)
        .where(PublishedPerson.pieces > 1)
        .order_by(PublishedPerson.interviews.desc(), PublishedPerson.newest_at.desc())
        .limit(RETURNING)
    )
