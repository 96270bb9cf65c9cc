"""Lists: a section, a topic, all people, all series; feeds and the sitemap; and what became of an old address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, defer, load_only

from cms.core import links
from cms.core.errors import NotFound
from cms.core.paging import Cursor
from cms.publication.models import (
    Published,
    PublishedCredit,
    PublishedPage,
    PublishedPerson,
    PublishedSeries,
    PublishedTopic,
    Redirect,
    Withdrawal,
)
from cms.publication.queries.cards import (
    CARD,
    NEWEST,
    PER_PAGE,
    Listing,
    Sections,
    go_on,
    navigation,
    read_navigation,
    sections,
    stretch,
)
from cms.publication.queries.house import house_pages
from cms.taxonomy.models import Section, Topic
from cms.vocabulary import CreditRole

WROTE = (CreditRole.AUTHOR, CreditRole.INTERVIEWER)
PEOPLE_PER_PAGE = 60
IN_FEED = 20


@dataclass(frozen=True)
class Writer:
    """Somebody of the masthead: how much they wrote or asked, and since when. What others asked them does not count."""

    slug: str
    name: str
    headline: str
    pieces: int
    first_at: datetime


Row = TypeVarTuple("Row")
Listed = TypeVar("Listed", PublishedPerson, Writer)


@dataclass(frozen=True)
class Elsewhere:
    """What became of an address where nothing is: the address of what is live, or when it was withdrawn, and why."""

    address: str | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sitemap:
    """The addresses that are not pieces."""

    sections: Sequence[str]
    topics: Sequence[str]
    people: Sequence[PublishedPerson]
    series: Sequence[PublishedSeries]
    pages: Sequence[PublishedPage]


def section(db: Session, slug: str) -> tuple[Section, Sections]:
    """Return a section, which may be empty, and the navigation; raises NotFound."""
    found = db.execute(select(Section, navigation()).where(Section.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("There is no such section.")
    return found[0], read_navigation(found[1])


def in_section(db: Session, section_id: int, before: Cursor | None = None) -> Listing:
    """Return a stretch of a section."""
    query = select(*CARD).where(Published.section_id == section_id)
    return stretch(db, query, Published.published_at, Published.article_id, before)


def topic(db: Session, slug: str) -> tuple[Topic, Sections]:
    """Return a topic that some live piece is about, and the navigation; raises NotFound for any other."""
    is_read = exists().where(PublishedTopic.topic_id == Topic.id)
    found = db.execute(select(Topic, navigation()).where(Topic.slug == slug, is_read)).one_or_none()
    if found is None:
        raise NotFound("There is no such topic.")
    return found[0], read_navigation(found[1])


def about_topic(db: Session, topic_id: int, before: Cursor | None = None) -> Listing:
    """Return a stretch of what is about a topic."""
    query = (
        select(*CARD)
        .join(PublishedTopic, PublishedTopic.article_id == Published.article_id)
        .where(PublishedTopic.topic_id == topic_id)
    )
    return stretch(db, query, PublishedTopic.published_at, PublishedTopic.article_id, before)


def people(db: Session, after: str = "") -> tuple[Sequence[PublishedPerson], str]:
    """Return some of the people readers know, by address, and the address after which the list goes on."""
    return _page_of(db.scalars(_on_from(select(PublishedPerson), after)).all())


def writers(db: Session, after: str = "") -> tuple[Sequence[Writer], str]:
    """Return some of the people who wrote or asked, by address, and the address after which the list goes on."""
    person, credit = PublishedPerson, PublishedCredit
    wrote = credit.person_id == person.person_id, credit.role.in_(WROTE)
    # Counted for the people of this page alone, by their index: `pieces` of a person has those with them as well.
    pieces = select(func.count(credit.article_id.distinct())).where(*wrote).correlate(person).scalar_subquery()
    first_at = select(func.min(credit.published_at)).where(*wrote).correlate(person).scalar_subquery()
    query = select(person.slug, person.name, person.headline, pieces, first_at).where(exists().where(*wrote))
    return _page_of([Writer(*row) for row in db.execute(_on_from(query, after))])


def _on_from(query: Select[*Row], after: str) -> Select[*Row]:
    return query.where(PublishedPerson.slug > after).order_by(PublishedPerson.slug).limit(PEOPLE_PER_PAGE + 1)


def _page_of(found: Sequence[Listed]) -> tuple[Sequence[Listed], str]:
    return found[:PEOPLE_PER_PAGE], found[PEOPLE_PER_PAGE - 1].slug if len(found) > PEOPLE_PER_PAGE else ""


def known_person(db: Session, slug: str) -> PublishedPerson:
    """Return what lists show of somebody; raises NotFound where nothing of theirs is live."""
    found = db.scalar(select(PublishedPerson).where(PublishedPerson.slug == slug))
    if found is None:
        raise NotFound("There is nobody at this address.")
    return found


def known_series(db: Session, slug: str) -> PublishedSeries:
    """Return what lists show of a series; raises NotFound where no part is live."""
    found = db.scalar(select(PublishedSeries).where(PublishedSeries.slug == slug))
    if found is None:
        raise NotFound("There is no such series.")
    return found


def all_series(db: Session, before: Cursor | None = None) -> tuple[Sequence[PublishedSeries], str]:
    """Return some of the series, the one with the newest part first, and the place where the list goes on."""
    query = go_on(select(PublishedSeries), PublishedSeries.newest_at, PublishedSeries.series_id, before)
    found = db.scalars(query.limit(PER_PAGE + 1)).all()
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    return found[:PER_PAGE], str(Cursor(last.newest_at, last.series_id)) if last else ""


def elsewhere(db: Session, path: str) -> Elsewhere:
    """Return what became of an address (without its leading slash): one query, the same whatever the answer is.

    An old address of a piece that is not live, and never was, is as if it had never been written down.
    """
    is_old = Redirect.path == path
    family, _, rest = path.partition("/")
    kept = rest if family in ("articles", "pages") else ""
    moved, page = (
        select(one.slug).join(Redirect, Redirect.article_id == one.article_id).where(is_old).limit(1).scalar_subquery()
        for one in (Published, PublishedPage)
    )
    at, why = (
        select(column)
        .outerjoin(Redirect, Redirect.article_id == Withdrawal.article_id)
        .where((Withdrawal.slug == kept) | is_old)
        .order_by(Withdrawal.article_id)
        .limit(1)
        .scalar_subquery()
        for column in (Withdrawal.withdrawn_at, Withdrawal.reason)
    )
    slug, page_slug, withdrawn_at, reason = db.execute(select(moved, page, at, why)).one()
    if slug is not None or page_slug is not None:
        return Elsewhere(links.article(slug) if slug is not None else links.page(page_slug))
    return Elsewhere(None, withdrawn_at, reason or "")


def feed(db: Session, *where: ColumnElement[bool]) -> Sequence[Published]:
    """Return the newest pieces whole, for a feed, narrowed by `where`."""
    query = select(Published).where(*where).order_by(*NEWEST).limit(IN_FEED)
    unused = defer(Published.text, raiseload=True), defer(Published.sections, raiseload=True)
    return db.scalars(query.options(*unused)).all()


def of_topic(topic_id: int) -> ColumnElement[bool]:
    """Return the condition that a piece is one of the newest about a topic."""
    return _newest_of(PublishedTopic, PublishedTopic.topic_id == topic_id)


def of_person(person_id: int) -> ColumnElement[bool]:
    """Return the condition that a piece is one of the newest that somebody is credited in."""
    return _newest_of(PublishedCredit, PublishedCredit.person_id == person_id)


def _newest_of(join: type[PublishedTopic | PublishedCredit], where: ColumnElement[bool]) -> ColumnElement[bool]:
    # Distinct, because a person may be credited twice in one piece.
    ids = select(join.article_id, join.published_at).where(where).distinct()
    newest = ids.order_by(join.published_at.desc(), join.article_id.desc()).limit(IN_FEED)
    return Published.article_id.in_(select(newest.subquery().c.article_id))


def highest_id(db: Session) -> int:
    """Return the highest id of a live piece, by which a sitemap is cut into parts that never shift; 0 for none."""
    return db.scalar(select(func.max(Published.article_id))) or 0


def addresses(db: Session, first: int, last: int) -> Sequence[Any]:
    """Return slug, moment of the last change, picture and translations of live pieces by their ids, for a sitemap."""
    changed = func.coalesce(Published.updated_at, Published.published_at).label("changed_at")
    image = Published.hero["src"].as_string().label("image")  # None where there is no picture
    query = select(Published.slug, changed, image, Published.translations).where(
        Published.article_id.between(first, last)
    )
    return db.execute(query.order_by(Published.article_id)).all()


def news(db: Session, since: datetime, limit: int) -> Sequence[Any]:
    """Return slug, headline, language and moment of the newest pieces, back to `since`."""
    columns = Published.slug, Published.headline, Published.language, Published.published_at
    return db.execute(select(*columns).where(Published.published_at >= since).order_by(*NEWEST).limit(limit)).all()


def read_sections(db: Session) -> Sequence[Section]:
    """Return the sections that have something to read, with what they say of themselves, in their order."""
    is_read = exists().where(Published.section_id == Section.id)
    return db.scalars(select(Section).where(is_read).order_by(Section.position, Section.name)).all()


def sitemap(db: Session) -> Sitemap:
    """Return every address that is not a piece, as far as it has something to read."""
    is_read = exists().where(PublishedTopic.topic_id == Topic.id)
    who = load_only(PublishedPerson.slug, PublishedPerson.newest_at)
    return Sitemap(
        sections=[name.slug for name in sections(db)],
        topics=db.scalars(select(Topic.slug).where(is_read).order_by(Topic.slug)).all(),
        people=db.scalars(select(PublishedPerson).options(who).order_by(PublishedPerson.slug)).all(),
        series=db.scalars(select(PublishedSeries).order_by(PublishedSeries.slug)).all(),
        pages=house_pages(db),
    )
