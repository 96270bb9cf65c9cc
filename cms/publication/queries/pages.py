"""The pages that show one thing and what stands around it: a piece, a person, a series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Label, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased, selectinload

from cms.core.errors import NotFound
from cms.core.paging import Cursor
from cms.people.models import Person
from cms.publication import rules
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
    unwatched,
)
from cms.publication.queries.corrections import Told, told_at
from cms.vocabulary import CreditRole, Why

PARTS_PER_PAGE = 100
EXPLORE, KEPT = rules.SHOWN, rules.KEPT
IN_SERIES = 6
GLANCE = 6
#: What the page of a piece shows of both: all but the plain text, which only the index reads.
PIECE = [column for column in Published.__table__.c if column.key != "text"]
SERIES = list(PublishedSeries.__table__.c)
RELATED = [f"related_{number}" for number in range(KEPT)]
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
    def titles(self) -> list[dict[str, Any]]:
        """The headings of its list of contents: the main ones, unless there are too few to be a list."""
        main = [title for title in self.piece.contents if title["level"] == 2]
        return main if len(main) > 2 else self.piece.contents

    @property
    def kicker_topic(self) -> dict[str, Any] | None:
        """The topic that its kicker names."""
        return next((topic for topic in self.piece.topics if topic["name"] == self.piece.kicker), None)

    def told_at(self, place: str) -> tuple[list[Told], list[Told]]:
        """Return what readers are told of changes, above the piece and below it (see `corrections.told_at`)."""
        return told_at(self.piece, place)

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
    found = db.connection().execute(_piece(), {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound("There is nothing at this address.")
    conversation, names, *values = found
    piece = unwatched(Published, PIECE, values)
    series = unwatched(PublishedSeries, SERIES, values[len(PIECE) :]) if piece.series_id is not None else None
    return _article_page(db, read_navigation(names), piece, series, conversation)


@cache
def _piece() -> Select[*tuple[Any, ...]]:
    """Return the question for a piece and what rides along with it. Asking costs less than putting it into words."""
    return (
        select(_conversation(), navigation(), *PIECE, *SERIES)
        .outerjoin(PublishedSeries, PublishedSeries.series_id == Published.series_id)
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
    related = [slot["article_id"] for slot in piece.related[:KEPT]]
    given: dict[str, Any] = dict.fromkeys(RELATED) | dict(zip(RELATED, related, strict=False))
    given["newest"] = EXPLORE + 1 + len(piece.barred)
    if is_part := piece.series_id is not None:
        given |= {"series": piece.series_id, "piece": piece.article_id}
    found = cards(db, _cards_around(is_part=is_part), given)
    return [card for card in found if card.article_id != piece.article_id]


@cache
def _cards_around(*, is_part: bool) -> Select[*tuple[Any, ...]]:
    wanted = [
        select(Published.article_id).where(Published.article_id.in_([bindparam(name) for name in RELATED])),
        ids_of(limit=bindparam("newest", type_=Integer)),
    ]
    if is_part:
        here = (Published.series_id == bindparam("series"), Published.article_id != bindparam("piece"))
        wanted.append(ids_of(*here, order=(Published.series_part.desc(),), limit=IN_SERIES))
    return those(union_all(*wanted))


def _explore(piece: Published, around: Sequence[Card]) -> list[Card]:
    """Choose five: the related, and the newest where those were withdrawn since the worker last looked."""
    known = {card.article_id: card for card in around if card.article_id not in piece.barred}
    slots = [slot for slot in piece.related if slot["article_id"] in known]
    related = {slot["article_id"]: known[slot["article_id"]] for slot in slots}
    chosen = list((related | known).values())[:EXPLORE]
    if slots and slots[0]["why"] == Why.PICKED:
        return chosen
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
