"""Articles, their revisions, credits and working copies; a revision is never changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.core.db import Base, FactList, Facts, Hash, Line, Name, PrimaryKey, Prose, Slug, words
from cms.people.models import Person
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import CorrectionKind, CreditRole, Kind, State


@dataclass(frozen=True)
class CreditLine:
    """Who did what for a piece, and where they worked at the time."""

    person_id: int
    role: CreditRole
    affiliation: str = ""


@dataclass(frozen=True)
class Correction:
    """What readers are told of a change; `number` is that of the revision that brought it, and stays its name."""

    number: int
    kind: CorrectionKind
    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Content:
    """Everything of a piece that readers would see: what a revision holds and an approval signs.

    `body` is normalised HTML (EDITOR's table, `document.normalise`); the order of `credits` is the order in print, that
    of `corrections` the order of time.
    """

    kind: Kind = Kind.ARTICLE
    headline: str = ""
    kicker: str = ""
    dek: str = ""
    body: str = ""
    slug: str = ""
    section_id: int | None = None
    topic_ids: tuple[int, ...] = ()
    credits: tuple[CreditLine, ...] = ()
    hero_id: int | None = None
    hero_alt: str = ""
    hero_caption: str = ""
    hero_credit: str = ""
    seo_title: str = ""
    seo_description: str = ""
    language: str = "en"
    corrections: tuple[Correction, ...] = ()

    def hash(self) -> str:
        """Return the SHA-256 of the canonical JSON of all fields: what an approval receipt is bound to."""
        facts = asdict(self)
        if not self.corrections:  # as it was before there were any, so that the receipts of that time hold
            del facts["corrections"]
        canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def columns(self) -> dict[str, Any]:
        """Return what a revision keeps in columns of its own: everything but its credits and topics."""
        plain = {name: value for name, value in vars(self).items() if name not in ("credits", "topic_ids")}
        return plain | {"corrections": [asdict(one) for one in self.corrections]}


class Article(Base):
    """A piece and its place in the work; `slug` is the address that it has, or will have.

    `asked_desk_id` is the desk besides its own that was asked last to approve it, until that review ends. `original_id`
    is what it is a translation of; an original is no translation itself (`service.translating`).
    """

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("(state = 'scheduled') = (publish_at IS NOT NULL)", name="scheduled_has_time"),
        CheckConstraint("state != 'settled' OR first_published_at IS NOT NULL", name="settled_was_published"),
        CheckConstraint("original_id != id", name="not_its_own_original"),
        Index("ix_article_state", "state", "state_since"),
        Index("ix_article_publish_at", "publish_at"),
        Index("ix_article_desk", "desk_id", "state"),
    )
    id: Mapped[PrimaryKey]
    slug: Mapped[Slug] = mapped_column(unique=True)
    state: Mapped[State] = mapped_column(words(State))
    state_since: Mapped[datetime]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    asked_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    head_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True), index=True)
    publish_at: Mapped[datetime | None]
    embargo_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    brief: Mapped[Prose]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    first_published_at: Mapped[datetime | None]
    shows_history: Mapped[bool] = mapped_column(default=False)
    original_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    imported_from: Mapped[str | None] = mapped_column(String(500), unique=True)
    version: Mapped[int] = mapped_column()
    head: Mapped[Revision | None] = relationship(lazy="raise_on_sql", foreign_keys=head_id)
    desk: Mapped[Desk] = relationship(lazy="raise_on_sql", foreign_keys=desk_id)
    authors: Mapped[list[ArticleAuthor]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def group_id(self) -> int:
        """The id of the original: what a piece and its translations have in common."""
        return self.original_id or self.id

    @property
    def author_ids(self) -> frozenset[int]:
        """The users to whom the piece belongs now."""
        return frozenset(author.user_id for author in self.authors if author.is_current)

    @property
    def ever_author_ids(self) -> frozenset[int]:
        """The users to whom it belongs or ever belonged: none of them may approve it."""
        return frozenset(author.user_id for author in self.authors)


class ArticleAuthor(Base):
    """A user to whom a piece belongs: its creator, whoever it is assigned to or credits; kept when that ends."""

    __tablename__ = "article_author"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    is_current: Mapped[bool] = mapped_column(default=True)


class Revision(Base):
    """An immutable snapshot of everything that readers would see.

    `save_id` is made by the browser, so that a save that is sent twice is known; `is_quiet` marks those that were
    cut while somebody wrote, without being asked for.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("article_id", "number"), UniqueConstraint("article_id", "save_id"))
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    note: Mapped[Line]
    save_id: Mapped[str | None] = mapped_column(String(40))
    is_quiet: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[Hash]
    word_count: Mapped[int]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    headline: Mapped[str] = mapped_column(String(300), index=True)
    kicker: Mapped[Line]
    dek: Mapped[Prose]
    body: Mapped[str] = mapped_column(Text)
    slug: Mapped[Slug]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    hero_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    hero_alt: Mapped[Prose]
    hero_caption: Mapped[Prose]
    hero_credit: Mapped[Line]
    seo_title: Mapped[Line]
    seo_description: Mapped[Prose]
    language: Mapped[str] = mapped_column(String(16), default="en")
    corrections: Mapped[FactList] = mapped_column(default=list)  # like `Correction`
    made_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    section: Mapped[Section | None] = relationship(lazy="raise_on_sql")
    credits: Mapped[list[Credit]] = relationship(lazy="raise_on_sql", order_by="Credit.position")
    topics: Mapped[list[RevisionTopic]] = relationship(lazy="raise_on_sql", order_by="RevisionTopic.position")

    def content(self) -> Content:
        """Return the snapshot as a value; needs `credits` and `topics` loaded."""
        return Content(
            kind=self.kind,
            headline=self.headline,
            kicker=self.kicker,
            dek=self.dek,
            body=self.body,
            slug=self.slug,
            section_id=self.section_id,
            topic_ids=tuple(topic.topic_id for topic in self.topics),
            credits=tuple(CreditLine(c.person_id, c.role, c.affiliation) for c in self.credits),
            hero_id=self.hero_id,
            hero_alt=self.hero_alt,
            hero_caption=self.hero_caption,
            hero_credit=self.hero_credit,
            seo_title=self.seo_title,
            seo_description=self.seo_description,
            language=self.language,
            corrections=tuple(Correction(**{**one, "kind": CorrectionKind(one["kind"])}) for one in self.corrections),
        )


class Credit(Base):
    """Joins a revision and a person: role, order, and the affiliation as it was then."""

    __tablename__ = "credit"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[CreditRole] = mapped_column(words(CreditRole))
    affiliation: Mapped[Line]
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class RevisionTopic(Base):
    """Joins a revision and a topic, in the order chosen."""

    __tablename__ = "revision_topic"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    topic: Mapped[Topic] = relationship(lazy="raise_on_sql")


class RevisionName(Base):
    """What people call a version, beside the revision, which is never changed itself."""

    __tablename__ = "revision_name"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    name: Mapped[Line]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    named_at: Mapped[datetime]


class WorkingCopy(Base):
    """What somebody has in one open editor and did not save yet: private, overwritten by every autosave, never lost.

    `content` holds the fields as they were typed (`forms.articles.EditForm`), `tab` names the editor that writes it,
    and `number` grows with each autosave, so that one that arrives late overwrites nothing.
    """

    __tablename__ = "working_copy"
    __table_args__ = (UniqueConstraint("article_id", "user_id", "tab"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    tab: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[int] = mapped_column(default=0)
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    content: Mapped[Facts]
    kept_at: Mapped[datetime]


class Presence(Base):
    """Who has a piece open, where in it they write, and since when they hold it; forgotten after a minute of silence.

    Holding is a courtesy that keeps two people from starting in the same place: whoever takes over is named to the
    other, and both texts meet at the next save.
    """

    __tablename__ = "presence"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    place: Mapped[str] = mapped_column(String(40), default="")
    place_label: Mapped[Line]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    holding_since: Mapped[datetime | None]


class DraftTemplate(Base):
    """What a new piece of some kind begins with, everywhere or in one section."""

    __tablename__ = "draft_template"
    id: Mapped[PrimaryKey]
    name: Mapped[Name]
    about: Mapped[Line]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    headline: Mapped[Line]
    kicker: Mapped[Line]
    dek: Mapped[Prose]
    body: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
