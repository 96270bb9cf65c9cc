"""The edition: rendered, denormalised copies of what was published, and the addresses that lead to them.

A row is there or it is not, and that is the only meaning of "live". Nothing in these tables is ever compared
with the clock, and nothing here names a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base, FactList, Facts, Hash, Line, PrimaryKey, Prose, Slug, words
from cms.publication.bylines import Bylined
from cms.vocabulary import CreditRole, Kind


class Published(Bylined, Base):
    """One live piece, ready to print.

    Shapes of the JSON columns:
    `bylines`: [{"person_id", "slug", "name", "role", "affiliation", "portrait"}], in print order;
    `topics`: [{"id", "slug", "name"}]; `contents`: [{"id", "title", "level"}];
    `hero` and every `portrait`: {} or {"src", "srcset", "width", "height", "alt", "caption", "credit"};
    `sections`: [{"id", "title", "text"}], plain text, for search excerpts.
    """

    __tablename__ = "published"
    __table_args__ = (
        Index("ix_published_newest", "published_at", "article_id"),
        Index("ix_published_section", "section_id", "published_at", "article_id"),
        Index("ix_published_kind", "kind", "published_at", "article_id"),
        Index("ix_published_series", "series_id", "series_part"),
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    content_hash: Mapped[Hash]
    slug: Mapped[Slug] = mapped_column(unique=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    language: Mapped[str] = mapped_column(String(16))
    headline: Mapped[Line]
    kicker: Mapped[Line]
    dek: Mapped[Prose]
    teaser: Mapped[Prose]
    body_html: Mapped[str] = mapped_column(Text)
    notes_html: Mapped[Prose]
    text: Mapped[str] = mapped_column(Text)
    sections: Mapped[FactList]
    contents: Mapped[FactList]
    bylines: Mapped[FactList]
    topics: Mapped[FactList]
    hero: Mapped[Facts]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    section_name: Mapped[Line]
    section_slug: Mapped[Slug]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    series_part: Mapped[int | None]
    seo_title: Mapped[Line]
    seo_description: Mapped[Prose]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    word_count: Mapped[int]
    reading_minutes: Mapped[int]
    related: Mapped[list[int]]  # article ids for "Explore more", prepared by the worker


class PublishedCredit(Base):
    """Who is in which live piece, so that a person's page is one look-up."""

    __tablename__ = "published_credit"
    __table_args__ = (Index("ix_published_credit_person", "person_id", "published_at"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("published.article_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[CreditRole] = mapped_column(words(CreditRole), primary_key=True)
    affiliation: Mapped[Line]
    published_at: Mapped[datetime]


class PublishedTopic(Base):
    """Which live piece is about what, so that a topic's page is one look-up."""

    __tablename__ = "published_topic"
    __table_args__ = (Index("ix_published_topic_topic", "topic_id", "published_at"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("published.article_id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    published_at: Mapped[datetime]


class PublishedSeries(Base):
    """A series as readers see it: there only while one of its parts is live.

    `host`: {} or {"slug", "name", "headline"}; `cover` like `Published.hero`;
    `parts`: [{"part", "slug", "headline"}] of the live parts, in order. Parts to come are only counted.
    """

    __tablename__ = "published_series"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    title: Mapped[Line]
    description: Mapped[Prose]
    host: Mapped[Facts]
    cover: Mapped[Facts]
    parts: Mapped[FactList]
    planned_parts: Mapped[int]
    is_interviews: Mapped[bool]
    newest_at: Mapped[datetime] = mapped_column(index=True)


class PublishedPerson(Base):
    """Somebody with at least one live piece: counts kept on write, so that lists of people cost nothing."""

    __tablename__ = "published_person"
    __table_args__ = (Index("ix_published_person_returning", "interviews", "newest_at"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[Line]
    headline: Mapped[Line]
    employer: Mapped[Line]
    portrait: Mapped[Facts]
    subject: Mapped[Line]  # what they mostly talk about: "Clocks"
    pieces: Mapped[int]
    interviews: Mapped[int]
    first_at: Mapped[datetime]
    newest_at: Mapped[datetime]


FEATURES = 3  # pieces that follow the lead of the front page
IN_ROW = 3  # pieces of each section on it


@dataclass(frozen=True)
class Places:
    """What chiefs chose for the front page, by number. None, and what is left out, is filled automatically.

    `rows` are sections in their order, each with the pieces in its first few places.
    """

    lead: int | None = None
    features: tuple[int | None, ...] = ()
    interview: int | None = None
    series: int | None = None
    rows: tuple[tuple[int, tuple[int | None, ...]], ...] = ()

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """Read the JSON of a `PublishedFront`."""
        if not stored:
            return cls()
        rows = tuple((section, tuple(pieces)) for section, pieces in stored["rows"])
        return cls(stored["lead"], tuple(stored["features"]), stored["interview"], stored["series"], rows)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The pieces that were chosen for any place, in the order of the page."""
        in_rows = (number for _, pieces in self.rows for number in pieces)
        found = (self.lead, *self.features, self.interview, *in_rows)
        return tuple(number for number in found if number is not None)


class PublishedFront(Base):
    """The one row with the arrangement that readers see, there once chiefs have published one.

    `places`: the fields of `Places`, by name. What it names need not be live: readers get the next best then.
    """

    __tablename__ = "published_front"
    id: Mapped[int] = mapped_column(primary_key=True)
    arrangement_id: Mapped[int]  # no reference: the edition knows nothing of how it is edited
    places: Mapped[Facts]


class Redirect(Base):
    """An address that a live piece had once, here or where it was imported from: path without the leading slash."""

    __tablename__ = "redirect"
    id: Mapped[PrimaryKey]
    path: Mapped[str] = mapped_column(String(500), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)


class Withdrawal(Base):
    """An address whose piece was taken down: readers are told so, and nothing else."""

    __tablename__ = "withdrawal"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    withdrawn_at: Mapped[datetime]
