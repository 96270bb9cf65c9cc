"""What the questions share: the columns of a card, the navigation, and lists that go on from a place.

The navigation names the sections on every page. They ride along with a page's first query as one text value: a
query of their own would cost every page a round trip, and a copy kept in the process would have to learn of changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Label, Select, String, cast, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased, load_only

from cms.core.paging import Cursor
from cms.publication.models import Published
from cms.taxonomy.models import Section

PER_PAGE = 25  # one large, and eight rows of three
#: What a card shows. Reading anything else of it is an error, so that no list ever loads bodies.
CARD = load_only(
    Published.slug, Published.kind, Published.headline, Published.teaser, Published.bylines, Published.hero,
    Published.section_name, Published.section_slug, Published.series_id, Published.series_part,
    Published.published_at, Published.reading_minutes, raiseload=True,
)  # fmt: skip
NEWEST = (Published.published_at.desc(), Published.article_id.desc())
Row = TypeVarTuple("Row")
FIELD, ROW = "\x1f", "\x1e"


@dataclass(frozen=True)
class SectionName:
    """One entry of the navigation."""

    id: int
    slug: str
    name: str


Sections = tuple[SectionName, ...]


@dataclass(frozen=True)
class Listing:
    """A stretch of a list of pieces, newest first, and the place where it goes on ('' at its end)."""

    pieces: Sequence[Published]
    older: str = ""


def sections(db: Session) -> Sections:
    """Return the sections that have something to read, in their order, where no other query brings them."""
    return read_navigation(db.scalar(_navigation_alone()))


@cache
def _navigation_alone() -> Select[str | None]:
    return select(navigation())


def newest(db: Session, limit: int) -> Sequence[Published]:
    """Return the newest pieces."""
    return db.scalars(select(Published).options(CARD).order_by(*NEWEST).limit(limit)).all()


def titled(db: Session, words: str, limit: int) -> Sequence[Published]:
    """Return the newest pieces whose headline has these words, one after the other as they stand."""
    query = select(Published).options(CARD).where(Published.headline.icontains(words, autoescape=True))
    return db.scalars(query.order_by(*NEWEST).limit(limit)).all()


def navigation() -> Label[str | None]:
    """Return the navigation as one value; names of its own, so that it never mixes with the query it rides in."""
    named, live = aliased(Section), aliased(Published)
    cells = (cast(named.position, String), cast(named.id, String), named.slug, named.name)
    line: ColumnElement[str] = cells[0]
    for cell in cells[1:]:
        line = line + FIELD + cell
    is_read = exists().where(live.section_id == named.id)
    joined = select(func.aggregate_strings(line, ROW)).where(is_read).correlate(None)
    return joined.scalar_subquery().label("sections")


def read_navigation(text: str | None) -> Sections:
    rows = [row.split(FIELD) for row in text.split(ROW)] if text else []
    rows.sort(key=lambda cells: (int(cells[0]), cells[3]))
    return tuple(SectionName(int(cells[1]), cells[2], cells[3]) for cells in rows)


def ids_of(*where: ColumnElement[bool], order: Sequence[Any] = NEWEST, limit: int) -> Select[int]:
    """Return the ids of the first few pieces, as a query that may stand in a union on every database."""
    inner = select(Published.article_id).where(*where).order_by(*order).limit(limit).subquery()
    return select(inner.c.article_id)


def go_on(query: Select[*Row], at: Any, key: Any, before: Cursor | None) -> Select[*Row]:
    """Order a query newest first, and let it go on after a place."""
    if before is not None:
        query = query.where(tuple_(at, key) < (before.at, before.id))
    return query.order_by(at.desc(), key.desc())


def stretch(db: Session, query: Select[Published], at: Any, key: Any, before: Cursor | None) -> Listing:
    found = db.scalars(go_on(query, at, key, before).limit(PER_PAGE + 1)).all()
    return Listing(found[:PER_PAGE], place_after(found))


def place_after(found: Sequence[Published]) -> str:
    if len(found) <= PER_PAGE:
        return ""
    last = found[PER_PAGE - 1]
    return str(Cursor(last.published_at, last.article_id))
