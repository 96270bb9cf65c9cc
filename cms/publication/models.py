"""The edition: rendered, denormalised copies of what was published, and the addresses that lead to them.

A row is there or it is not, and that is the only meaning of "live". Nothing in these tables is ever compared
with the clock, and nothing here names a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base, FactList, Facts, Hash, Line, PrimaryKey, Prose, Slug, words
from cms.publication.bylines import Bylined
from cms.vocabulary import CorrectionKind, CreditRole, Kind


class Published(Bylined, Base):
    """One live piece, ready to print.

    Shapes of the JSON columns:
    `bylines`: [{"person_id", "slug", "name", "role", "affiliation", "portrait"}], in print order;
    `topics`: [{"id", "slug", "name"}]; `contents`: [{"id", "title", "level"}];
    `hero` and every `portrait`: {} or {"src", "srcset", "width", "height", "alt", "caption", "credit"};
    `sections`: [{"id", "title", "text"}], plain text, for search excerpts;
    `related`: [{"article_id", "why", "about"}], what to offer next, the best first (see `explore`);
    `card`: {} or {"key", "src", "width", "height", "alt", "of"}, what a shared link shows (see `share_cards`);
    `corrections`: [{"number", "kind", "text", "before", "after", "published_at"}], oldest first;
    `translations`: [{"language", "slug", "headline", "is_original"}] of the live pieces that say the same, itself among
    them, the original first; [] where there is only one (see `translations`).
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
    corrections: Mapped[FactList] = mapped_column(default=list)
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
    shows_history: Mapped[bool] = mapped_column(default=False)
    translations: Mapped[FactList] = mapped_column(default=list)
    related: Mapped[FactList]
    barred: Mapped[list[int]]  # article ids that an editor keeps away from here
    card: Mapped[Facts]
    card_look: Mapped[str] = mapped_column(String(16), index=True)

    @property
    def also(self) -> FactList:
        """What there is of it in other languages."""
        return [one for one in self.translations if one["slug"] != self.slug]


class PublishedCredit(Base):
    """Who is in which live piece, so that a person's page is one look-up."""

    __tablename__ = "published_credit"
    __table_args__ = (Index("ix_published_credit_person", "person_id", "published_at", "article_id"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("published.article_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[CreditRole] = mapped_column(words(CreditRole), primary_key=True)
    affiliation: Mapped[Line]
    published_at: Mapped[datetime]


class PublishedTopic(Base):
    """Which live piece is about what, so that a topic's page is one look-up."""

    __tablename__ = "published_topic"
    __table_args__ = (Index("ix_published_topic_topic", "topic_id", "published_at", "article_id"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("published.article_id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    published_at: Mapped[datetime]


class PublishedCorrection(Base):
    """What readers were told of a change, and when; kept while the piece is withdrawn, so that its date stays.

    Like `Published.corrections`: `number` names it within its piece.
    """

    __tablename__ = "published_correction"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_published_correction_newest", "published_at", "id"),
    )
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    kind: Mapped[CorrectionKind] = mapped_column(words(CorrectionKind))
    text: Mapped[Prose]
    before: Mapped[Prose]
    after: Mapped[Prose]
    published_at: Mapped[datetime]


class PublishedVersion(Base):
    """A version that readers had from some moment on; kept while the piece is withdrawn.

    `said` are sentences on what it changed, as `language.Said` stores them; before that, they were in English.
    `marked_html` are the changed passages with their words marked.
    """

    __tablename__ = "published_version"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    published_at: Mapped[datetime]
    headline: Mapped[Line]
    said: Mapped[list[Any]] = mapped_column(JSON)
    marked_html: Mapped[Prose]


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


class Likeness(Base):
    """Which live pieces are close to a piece in words, as the search index found; the worker writes it.

    `others`: [{"article_id", "closeness", "words"}], the closest first. `compared_at` is empty while the index has
    yet to be asked about this text. It outlives a withdrawal, to tell whom the piece was close to.
    """

    __tablename__ = "likeness"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    others: Mapped[FactList]
    compared_at: Mapped[datetime | None] = mapped_column(index=True)


class ExploreChoice(Base):
    """What an editor decided about one piece after another: picked, at a `place` from 1, or barred, at none."""

    __tablename__ = "explore_choice"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, index=True)
    place: Mapped[int | None]


class DayViews(Base):
    """How often a piece was opened on a day of the newsroom's calendar, where views are counted."""

    __tablename__ = "day_views"
    __table_args__ = (Index("ix_day_views_day", "day"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    views: Mapped[int]


class MostRead(Base):
    """What readers are shown as most read, in order; the worker writes it."""

    __tablename__ = "most_read"
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("published.article_id", ondelete="CASCADE"), unique=True)


class PublishedPage(Base):
    """One live page of the house; `position` is its place in the foot of every page."""

    __tablename__ = "published_page"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    content_hash: Mapped[Hash]
    slug: Mapped[Slug] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(String(16))
    headline: Mapped[Line]
    dek: Mapped[Prose]
    body_html: Mapped[str] = mapped_column(Text)
    notes_html: Mapped[Prose]
    seo_title: Mapped[Line]
    seo_description: Mapped[Prose]
    position: Mapped[int]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]

    @property
    def kind(self) -> Kind:
        """What it is, as `Published.kind`."""
        return Kind.PAGE


#: What readers have of a piece, or of a page.
Live = Published | PublishedPage


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
    """An address whose piece was taken down: readers are told so, when, and the `reason` that was written for them."""

    __tablename__ = "withdrawal"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    withdrawn_at: Mapped[datetime]
    reason: Mapped[Prose]
