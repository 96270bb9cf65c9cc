"""What the questions share: the columns of a card, the navigation, and lists that go on from a place.

The navigation names the sections on every page. They ride along with a page's first query as one text value: a
query of their own would cost every page a round trip, and a copy kept in the process would have to learn of changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    SelectBase,
    String,
    Text,
    cast,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from cms.core.db import Base, FactList, Facts, read_json
from cms.core.paging import Cursor
from cms.publication.bylines import Bylined
from cms.publication.models import MostRead, Published, PublishedPage
from cms.taxonomy.models import Section
from cms.vocabulary import Kind

PER_PAGE = 25  # one large, and eight rows of three
#: What a card shows, and so what every list asks for: never a body. What is JSON comes as it is stored.
CARD = (
    Published.article_id, Published.slug, Published.kind, Published.headline, Published.teaser,
    cast(Published.bylines, Text).label("bylines"), cast(Published.hero, Text).label("hero"),
    Published.section_name, Published.section_slug, Published.series_id, Published.series_part,
    Published.published_at, Published.reading_minutes,
)  # fmt: skip
NEWEST = (Published.published_at.desc(), Published.article_id.desc())
Model = TypeVar("Model", bound=Base)
Row = TypeVarTuple("Row")
FIELD, ROW, GROUP = "\x1f", "\x1e", "\x1d"


@dataclass(frozen=True)
class SectionName:
    """One entry of the navigation."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class PageName:
    """One page of the house, as the foot of every page names it."""

    slug: str
    title: str


class Sections(tuple[SectionName, ...]):
    """The navigation: the sections in their order; `pages` are those of the house."""

    pages: tuple[PageName, ...] = ()


class Card(Bylined):
    """A live piece as lists show it: the columns CARD of one row.

    Cards are equal where all they show is equal, so what was made of one serves for its equals (`web.templating`).
    """

    def __init__(self, row: Sequence[Any]) -> None:
        self._row = tuple(row)
        (
            self.article_id, self.slug, self.kind, self.headline, self.teaser, self._bylines, self._hero,
            self.section_name, self.section_slug, self.series_id, self.series_part,
            self.published_at, self.reading_minutes,
        ) = self._row  # fmt: skip

    article_id: int
    slug: str
    kind: Kind
    headline: str
    teaser: str
    section_name: str
    section_slug: str
    series_id: int | None
    series_part: int | None
    published_at: datetime
    reading_minutes: int

    @cached_property
    def bylines(self) -> FactList:
        """As in `Published`."""
        return read_json(self._bylines)  # type: ignore[no-any-return]

    @cached_property
    def hero(self) -> Facts:
        """As in `Published`."""
        return read_json(self._hero)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and self._row == other._row

    def __hash__(self) -> int:
        return hash(self._row)


@dataclass(frozen=True)
class Listing:
    """A stretch of a list of pieces, newest first, and the place where it goes on ('' at its end)."""

    pieces: Sequence[Card]
    older: str = ""


def sections(db: Session) -> Sections:
    """Return the sections that have something to read, in their order, where no other query brings them."""
    return read_navigation(db.scalar(_navigation_alone()))


@cache
def _navigation_alone() -> Select[str | None]:
    return select(navigation())


def cards(db: Session, query: Select[*tuple[Any, ...]], given: Mapping[str, Any] | None = None) -> list[Card]:
    """Return what a question for the columns CARD finds.

    Asked past the session, which would make ready to build objects of the rows, and take longer than the database.
    """
    return [Card(row) for row in db.connection().execute(query, given).all()]


def unwatched(model: type[Model], columns: Sequence[KeyedColumnElement[Any]], values: Sequence[Any]) -> Model:
    """Return a row as an object that no session watches for changes: pages only read, and this is half of asking."""
    row = model()
    row.__dict__.update(zip((column.key for column in columns), values, strict=False))
    return row


def those(article_ids: SelectBase) -> Select[*tuple[Any, ...]]:
    """Return the question for the cards of pieces, newest first."""
    return select(*CARD).where(Published.article_id.in_(article_ids)).order_by(*NEWEST)


def newest(db: Session, limit: int) -> list[Card]:
    """Return the newest pieces."""
    return cards(db, select(*CARD).order_by(*NEWEST).limit(limit))


def by_id(db: Session, article_ids: Collection[int]) -> dict[int, Card]:
    """Return those of these pieces that are live, by id."""
    if not article_ids:
        return {}
    return {card.article_id: card for card in cards(db, select(*CARD).where(Published.article_id.in_(article_ids)))}


def most_read(db: Session) -> list[Card]:
    """Return what readers opened most lately, as the worker found it."""
    query = select(*CARD).join(MostRead, MostRead.article_id == Published.article_id)
    return cards(db, query.order_by(MostRead.place))


def titled(db: Session, words: str, limit: int) -> list[Card]:
    """Return the newest pieces whose headline has these words, one after the other as they stand."""
    query = select(*CARD).where(Published.headline.icontains(words, autoescape=True))
    return cards(db, query.order_by(*NEWEST).limit(limit))


@cache
def navigation() -> Label[str | None]:
    """Return the navigation as one value; names of its own, so that it never mixes with the query it rides in."""
    named, live = aliased(Section), aliased(Published)
    cells = (cast(named.position, String), cast(named.id, String), named.slug, named.name)
    field, group, nothing = (_constant(mark) for mark in (FIELD, GROUP, ""))
    row: Any = _constant(ROW)
    line: ColumnElement[str] = cells[0]
    for cell in cells[1:]:
        line = line + field + cell
    is_read = exists().where(live.section_id == named.id)
    joined = select(func.aggregate_strings(line, row)).where(is_read).correlate(None)
    page = aliased(PublishedPage)
    written = cast(page.position, String) + field + page.slug + field + page.headline
    pages = select(func.aggregate_strings(written, row)).correlate(None)
    both = (func.coalesce(part.scalar_subquery(), nothing) for part in (joined, pages))
    return (next(both) + group + next(both)).label("sections")


def _constant(text: str) -> ColumnElement[str]:
    """Return a text as part of the question: a bound value is made ready again each time that it is asked."""
    return literal_column(f"'{text}'", String)


def read_navigation(text: str | None) -> Sections:
    named, _, written = (text or "").partition(GROUP)
    rows = sorted(_rows(named), key=lambda cells: (int(cells[0]), cells[3]))
    found = Sections(SectionName(int(cells[1]), cells[2], cells[3]) for cells in rows)
    pages = sorted(_rows(written), key=lambda cells: int(cells[0]))
    found.pages = tuple(PageName(cells[1], cells[2]) for cells in pages)
    return found


def _rows(text: str) -> list[list[str]]:
    return [row.split(FIELD) for row in text.split(ROW)] if text else []


def ids_of(*where: ColumnElement[bool], order: Sequence[Any] = NEWEST, limit: int | ColumnElement[int]) -> Select[int]:
    """Return the ids of the first few pieces, as a query that may stand in a union on every database."""
    inner = select(Published.article_id).where(*where).order_by(*order).limit(limit).subquery()
    return select(inner.c.article_id)


def go_on(query: Select[*Row], at: Any, key: Any, before: Cursor | None) -> Select[*Row]:
    """Order a query newest first, and let it go on after a place."""
    if before is not None:
        query = query.where(tuple_(at, key) < (before.at, before.id))
    return query.order_by(at.desc(), key.desc())


def stretch(db: Session, query: Select[*tuple[Any, ...]], at: Any, key: Any, before: Cursor | None) -> Listing:
    found = cards(db, go_on(query, at, key, before).limit(PER_PAGE + 1))
    return Listing(found[:PER_PAGE], place_after(found))


def place_after(found: Sequence[Card]) -> str:
    if len(found) <= PER_PAGE:
        return ""
    last = found[PER_PAGE - 1]
    return str(Cursor(last.published_at, last.article_id))
