"""The front page in miniature: for each place what stands there, why, since when, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article, Revision
from cms.front import queries
from cms.front.models import INTERVIEW, LEAD, TOP, Arrangement, Layout, Pin, places_of
from cms.newsroom.forms.numbers import row_number
from cms.publication.models import PublishedSeries
from cms.publication.queries import Card, Front


@dataclass(frozen=True)
class Spot:
    """One place: its piece (None where there is none to fill it), and what was chosen for it.

    `missing` is the headline of a chosen piece that is not live, so that another one stands here. `since` is when
    readers first saw the piece here by choice. `before` and `after` are the places to which it may be moved by a step.
    """

    place: str
    name: str
    piece: Card | None
    pin: Pin | None = None
    missing: str = ""
    since: datetime | None = None
    before: str = ""
    after: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether the piece stands here because somebody chose it."""
        return self.pin is not None and not self.missing


@dataclass(frozen=True)
class Row:
    """One section of the page and its places."""

    section_id: int
    name: str
    spots: Sequence[Spot]


@dataclass(frozen=True)
class Miniature:
    """The whole page."""

    top: Sequence[Spot]
    interview: Spot
    series: PublishedSeries | None
    rows: Sequence[Row]


def name_of(place: str, sections: Mapping[int, str]) -> str:
    """Return what people call a place; `sections` are all sections by number."""
    if place in (LEAD, INTERVIEW):
        return {LEAD: "Lead", INTERVIEW: "Spotlight"}[place]
    section, number = section_of(place), place.rpartition("-")[2]
    return f"Feature {number}" if section is None else f"{sections.get(section, 'Section')} {number}"


def section_of(place: str) -> int | None:
    """Return the section in whose row a place is, None where it is in no row."""
    return row_number(place.split("-")[1]) if place.startswith("row-") else None


def miniature(db: Session, arrangement: Arrangement, page: Front, sections: Mapping[int, str]) -> Miniature:
    """Return the page that an arrangement makes, place by place; `sections` are all sections by number."""
    layout, standing = queries.held(arrangement), queries.standing(db)
    stood = queries.held(standing) if standing is not None else Layout()
    missing = _missing(db, layout, page)
    columns = {column.section.id: column.pieces for column in page.columns}

    def spots(places: Sequence[str], shown: Sequence[Card]) -> list[Spot]:
        return list(_spots(places, shown, layout=layout, stood=stood, missing=missing, sections=sections))

    rows = layout.rows or tuple(columns)
    return Miniature(
        top=spots(TOP, [piece for piece in (page.lead, *page.seconds) if piece]),
        interview=spots([INTERVIEW], [page.interview] if page.interview else [])[0],
        series=page.series,
        rows=[Row(i, sections.get(i, "A section that is gone"), spots(places_of(i), columns.get(i, ()))) for i in rows],
    )


def _spots(
    places: Sequence[str],
    shown: Sequence[Card],
    *,
    layout: Layout,
    stood: Layout,
    missing: Mapping[int, str],
    sections: Mapping[int, str],
) -> Iterator[Spot]:
    by_id = {piece.article_id: piece for piece in shown}
    pins = {place: pin for place in places if (pin := layout.pins.get(place))}
    chosen = {place: by_id[pin.article_id] for place, pin in pins.items() if pin.article_id in by_id}
    others = iter([piece for piece in shown if piece not in chosen.values()])
    for number, place in enumerate(places):
        pin, before = pins.get(place), stood.pins.get(place)
        is_the_same = pin is not None and before is not None and pin.article_id == before.article_id
        yield Spot(
            place,
            name_of(place, sections),
            chosen.get(place) or next(others, None),
            pin,
            missing=missing.get(pin.article_id, "") if pin else "",
            since=before.since if is_the_same and before else None,
            before=places[number - 1] if number else "",
            after=places[number + 1] if number + 1 < len(places) else "",
        )


def _missing(db: Session, layout: Layout, page: Front) -> dict[int, str]:
    """Return the chosen pieces that the page does not show, since they are not live or do not belong there now."""
    in_columns = (piece for column in page.columns for piece in column.pieces)
    shown = {piece.article_id for piece in (page.lead, *page.seconds, page.interview, *in_columns) if piece}
    gone = {pin.article_id for pin in layout.pins.values()} - shown
    if not gone:
        return {}
    heads = select(Article.id, Revision.headline).join(Revision, Revision.id == Article.head_id)
    return dict(db.execute(heads.where(Article.id.in_(gone))).all())
