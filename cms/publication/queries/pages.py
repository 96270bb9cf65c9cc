"""The pages that show one thing and what stands around it: a piece, a person, a series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Label, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased, defer, selectinload

from cms.core.errors import NotFound
from cms.core.paging import Cursor
from cms.people.models import Person
from cms.publication.models import Published, PublishedCredit, PublishedPerson, PublishedSeries
from cms.publication.queries.cards import (
    CARD,
    PER_PAGE,
    Card,
    Sections,
    cards,
    go_on,
    ids_of,
    navigation,
    read_navigation,
    sections,
    those,
)
from cms.vocabulary import CreditRole

PARTS_PER_PAGE = 100
EXPLORE = 5
IN_SERIES = 6
GLANCE = 6
QUESTION = re.compile(r"q[0-9]+")  # the anchors that the published page gives to questions


@dataclass(frozen=True)
class ArticlePage:
    """One piece and what stands around it; `conversation` counts which one with the interviewee it is."""

    sections: Sections
    piece: Published
    series: PublishedSeries | None
    conversation: int
    explore: Sequence[Card]
    in_series: Sequence[Card]

    @property
    def glance(self) -> list[dict[str, Any]]:
        """The questions that got the longest answers, in order: what a conversation was about."""
        asked = [part for part in self.piece.sections if part["title"] and QUESTION.fullmatch(part["id"])]
        longest = sorted(asked, key=lambda part: -len(part["text"]))[:GLANCE]
        return [part for part in asked if part in longest]

    @property
    def before(self) -> dict[str, Any] | None:
        """The live part before this one."""
        return next((part for part in reversed(self._parts()) if part["part"] < (self.piece.series_part or 0)), None)

    @property
    def after(self) -> dict[str, Any] | None:
        """The live part after this one."""
        return next((part for part in self._parts() if part["part"] > (self.piece.series_part or 0)), None)

    def _parts(self) -> list[dict[str, Any]]:
        return self.series.parts if self.series else []


@dataclass(frozen=True)
class Appearance:
    """A piece somebody is credited in: as what, and where they worked then."""

    piece: Card
    roles: frozenset[CreditRole]
    affiliation: str


@dataclass(frozen=True)
class PersonPage:
    """Somebody, and a stretch of what they are credited in."""

    sections: Sections
    shown: PublishedPerson
    person: Person
    appearances: Sequence[Appearance]
    older: str = ""

    @property
    def conversations(self) -> list[Appearance]:
        """What they answered in."""
        return [a for a in self.appearances if CreditRole.INTERVIEWEE in a.roles]

    @property
    def others(self) -> list[Appearance]:
        """What they made."""
        return [a for a in self.appearances if CreditRole.INTERVIEWEE not in a.roles]


@dataclass(frozen=True)
class SeriesPage:
    """A series, its live parts in order, and its host where readers know them."""

    sections: Sections
    series: PublishedSeries
    host: PublishedPerson | None
    parts: Sequence[Card]
    later: int = 0


def article(db: Session, slug: str) -> ArticlePage:
    """Return a piece and its surroundings (two queries); raises NotFound."""
    found = db.execute(_piece(), {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound("There is nothing at this address.")
    piece, series, conversation, names = found
    return _article_page(db, read_navigation(names), piece, series, conversation)


@cache
def _piece() -> Select[Published, PublishedSeries, int, str | None]:
    """Return the question for a piece and what rides along with it. Asking costs less than putting it into words."""
    return (
        select(Published, PublishedSeries, _conversation(), navigation())
        .outerjoin(PublishedSeries, PublishedSeries.series_id == Published.series_id)
        .options(defer(Published.text, raiseload=True))
        .where(Published.slug == bindparam("slug"))
    )


def galley(db: Session, piece: Published, series: PublishedSeries | None) -> ArticlePage:
    """Return the page that a piece would have if it were published now: of rows that `service.preview` made."""
    guests = {line["person_id"] for line in piece.bylines if line["role"] == CreditRole.INTERVIEWEE}
    earlier = select(func.count()).where(
        PublishedCredit.person_id.in_(guests),
        PublishedCredit.role == CreditRole.INTERVIEWEE,
        PublishedCredit.published_at <= piece.published_at,
        PublishedCredit.article_id != piece.article_id,
    )
    conversation = len(guests) + (db.scalar(earlier) or 0) if guests else 0
    return _article_page(db, sections(db), piece, series, conversation)


def _article_page(
    db: Session, named: Sections, piece: Published, series: PublishedSeries | None, conversation: int
) -> ArticlePage:
    around = _around(db, piece)
    parts = [card for card in around if series is not None and card.series_id == series.series_id]
    parts.sort(key=lambda card: card.series_part or 0, reverse=True)
    return ArticlePage(named, piece, series, conversation, _explore(piece, around), parts[:IN_SERIES])


def _around(db: Session, piece: Published) -> list[Card]:
    """Return the cards of what may stand around a piece, newest first: related, of its series, and the newest."""
    given = {"related": piece.related, "series": piece.series_id, "piece": piece.article_id}
    found = cards(db, _cards_around(is_part=piece.series_id is not None), given)
    return [card for card in found if card.article_id != piece.article_id]


@cache
def _cards_around(*, is_part: bool) -> Select[*tuple[Any, ...]]:
    wanted = [
        ids_of(Published.article_id.in_(bindparam("related", expanding=True)), limit=EXPLORE),
        ids_of(limit=EXPLORE + 1),
    ]
    if is_part:
        here = (Published.series_id == bindparam("series"), Published.article_id != bindparam("piece"))
        wanted.append(ids_of(*here, order=(Published.series_part.desc(),), limit=IN_SERIES))
    return those(union_all(*wanted))


def _explore(piece: Published, around: Sequence[Card]) -> list[Card]:
    """Choose five: the related, and the newest where one of those was withdrawn since the worker last looked."""
    known = {card.article_id: card for card in around}
    related = [known[article_id] for article_id in piece.related if article_id in known]
    chosen = [*related, *(card for card in around if card not in related)][:EXPLORE]
    # The first is shown large and wide, for which a portrait would have to lose its hair.
    wide = next((card for card in chosen if card.hero and card.hero["width"] > card.hero["height"]), None)
    return sorted(chosen, key=lambda card: card is not wide)


def person(db: Session, slug: str, before: Cursor | None = None) -> PersonPage:
    """Return somebody and a stretch of their work (three queries); raises NotFound where nothing of it is live."""
    found = db.execute(
        select(PublishedPerson, Person, navigation())
        .join(Person, Person.id == PublishedPerson.person_id)
        .options(selectinload(Person.affiliations))
        .where(PublishedPerson.slug == slug)
    ).one_or_none()
    if found is None:
        raise NotFound("There is nobody at this address.")
    shown, who, names = found
    credit = PublishedCredit
    credits = (
        select(*CARD, credit.role, credit.affiliation)
        .join(credit, credit.article_id == Published.article_id)
        .where(credit.person_id == who.id)
    )
    rows = db.execute(go_on(credits, credit.published_at, credit.article_id, before).limit(PER_PAGE + 1)).all()
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    older = str(Cursor(last.published_at, last.article_id)) if last else ""
    return PersonPage(read_navigation(names), shown, who, _appearances(rows[:PER_PAGE]), older)


def _appearances(rows: Sequence[Any]) -> list[Appearance]:
    """Return what somebody is in: two credits in one piece are one appearance."""
    roles: dict[int, set[CreditRole]] = {}
    first: dict[int, tuple[Card, str]] = {}
    for *shown, role, affiliation in rows:
        piece = Card(shown)
        roles.setdefault(piece.article_id, set()).add(role)
        first.setdefault(piece.article_id, (piece, affiliation))
    return [Appearance(piece, frozenset(roles[piece.article_id]), line) for piece, line in first.values()]


def series(db: Session, slug: str, after: int = 0) -> SeriesPage:
    """Return a series and its live parts behind part `after` (two queries); raises NotFound where none is live."""
    host_slug = PublishedSeries.host["slug"].as_string()
    found = db.execute(
        select(PublishedSeries, PublishedPerson, navigation())
        .outerjoin(PublishedPerson, PublishedPerson.slug == host_slug)
        .where(PublishedSeries.slug == slug)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such series.")
    shown, host, names = found
    query = select(*CARD).where(Published.series_id == shown.series_id, Published.series_part > after)
    parts = cards(db, query.order_by(Published.series_part).limit(PARTS_PER_PAGE + 1))
    later = parts[PARTS_PER_PAGE - 1].series_part or 0 if len(parts) > PARTS_PER_PAGE else 0
    return SeriesPage(read_navigation(names), shown, host, parts[:PARTS_PER_PAGE], later)


def _conversation() -> Label[int]:
    """Return how many conversations with the interviewee there were up to this one."""
    guest, talk = aliased(PublishedCredit), aliased(PublishedCredit)
    count = (
        select(func.count())
        .select_from(guest)
        .join(talk, talk.person_id == guest.person_id)
        .where(guest.article_id == Published.article_id, guest.role == CreditRole.INTERVIEWEE)
        .where(talk.role == CreditRole.INTERVIEWEE, talk.published_at <= Published.published_at)
    )
    return count.correlate(Published).scalar_subquery().label("conversation")
