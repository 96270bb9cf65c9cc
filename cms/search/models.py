"""What chiefs tell the search, what readers ask of it (counted, and never by whom), and what the staff asks often."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base, Line, PrimaryKey

LONGEST_ASKED = 100


class SearchSynonym(Base):
    """Words, or groups of words, that mean the same: whoever looks for one finds all."""

    __tablename__ = "search_synonym"
    id: Mapped[PrimaryKey]
    words: Mapped[list[str]]


class SearchPromotion(Base):
    """A piece that stands first for a question; `meant` are the terms of the question, however it is typed."""

    __tablename__ = "search_promotion"
    __table_args__ = (UniqueConstraint("meant", "article_id"),)
    id: Mapped[PrimaryKey]
    asked: Mapped[Line]
    meant: Mapped[Line]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)


class SearchCount(Base):
    """How often a question was asked on a day (`2026-11-25`, in UTC), and how often nothing was found."""

    __tablename__ = "search_count"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    asked: Mapped[str] = mapped_column(String(LONGEST_ASKED), primary_key=True)
    times: Mapped[int]
    in_vain: Mapped[int]


class SearchOpening(Base):
    """How often a piece was opened from the answer to a question on a day."""

    __tablename__ = "search_opening"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    asked: Mapped[str] = mapped_column(String(LONGEST_ASKED), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, index=True)
    times: Mapped[int]


class SavedSearch(Base):
    """A search of the newsroom that somebody keeps on their desk, or on everybody's where it is shared."""

    __tablename__ = "saved_search"
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[Line]
    asked: Mapped[Line]
    is_shared: Mapped[bool] = mapped_column(default=False)


class SearchWatch(Base):
    """Somebody who is told when a new piece answers a search; `known` are the pieces that are no news to them."""

    __tablename__ = "search_watch"
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    known: Mapped[list[int]]
