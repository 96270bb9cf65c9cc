"""Series and which piece is which part; what an interview was prepared with, and what was said of its words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.core.db import Base, Hash, Line, Name, PrimaryKey, Prose, Slug
from cms.core.db import words as word_of
from cms.people.models import Person
from cms.review.models import GalleyLink
from cms.vocabulary import Verdict


class Series(Base):
    """A run of pieces in an order, with a host and a cover."""

    __tablename__ = "series"
    id: Mapped[PrimaryKey]
    title: Mapped[Name] = mapped_column(unique=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    description: Mapped[Prose]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    planned_parts: Mapped[int] = mapped_column(default=0)  # 0 where nobody knows
    is_interviews: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    host: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class Episode(Base):
    """One piece as part of a series; a piece belongs to one series at most."""

    __tablename__ = "episode"
    __table_args__ = (UniqueConstraint("series_id", "part"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    part: Mapped[int]
    series: Mapped[Series] = relationship(lazy="raise_on_sql")


class QuestionPlan(Base):
    """What is to be asked in an interview, in order, and what the interviewer keeps in mind."""

    __tablename__ = "question_plan"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    questions: Mapped[list[str]]
    notes: Mapped[Prose]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class QuestionsSent(Base):
    """The questions as somebody got them; never changed afterwards. Mailed by the worker where there is an address."""

    __tablename__ = "questions_sent"
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    questions: Mapped[list[str]]
    sent_to: Mapped[Line]
    email: Mapped[Line]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    sent_by: Mapped[User] = relationship(lazy="raise_on_sql")


class Transcript(Base):
    """What was said in the room, word for word, a paragraph a turn; it never leaves the newsroom."""

    __tablename__ = "transcript"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    put_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    put_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    put_by: Mapped[User] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class AnswerSpan(Base):
    """From which paragraph of the transcript to which an answer was made of, counted from 1."""

    __tablename__ = "answer_span"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    first: Mapped[int]
    last: Mapped[int]


class QuoteCheck(Base):
    """Words that somebody was shown under a link to check, by their hash too, and what they said of them.

    `context` is the question or the sentence that they were shown with, `place` tells the quotes of one block apart.
    """

    __tablename__ = "quote_check"
    __table_args__ = (UniqueConstraint("link_id", "block_id", "place"),)
    id: Mapped[PrimaryKey]
    link_id: Mapped[int] = mapped_column(ForeignKey("galley_link.id"))
    block_id: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]
    context: Mapped[Prose]
    words: Mapped[str] = mapped_column(Text)
    words_hash: Mapped[Hash]
    verdict: Mapped[Verdict] = mapped_column(word_of(Verdict), default=Verdict.OPEN)
    wording: Mapped[Prose]
    reason: Mapped[Prose]
    marked_at: Mapped[datetime | None]
    link: Mapped[GalleyLink] = relationship(lazy="raise_on_sql")


class Statement(Base):
    """What somebody said once about an interview with them: consent, title and affiliation then, conflicts."""

    __tablename__ = "statement"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("galley_link.id"))
    is_agreed: Mapped[bool]
    title: Mapped[Line]
    affiliation: Mapped[Line]
    conflicts: Mapped[Prose]
    stated_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class StatementBegun(Base):
    """What somebody kept of their statement, to go on with it later; nobody else reads it, and sending removes it."""

    __tablename__ = "statement_begun"
    link_id: Mapped[int] = mapped_column(ForeignKey("galley_link.id"), primary_key=True)
    is_agreed: Mapped[bool | None]
    title: Mapped[Line]
    affiliation: Mapped[Line]
    conflicts: Mapped[Prose]
