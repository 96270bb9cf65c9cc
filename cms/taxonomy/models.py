"""Desks (teams), sections (where readers find a piece) and topics (what it is about)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.core.db import Base, Name, PrimaryKey, Prose, Slug


class Desk(Base):
    """The team that owns a piece."""

    __tablename__ = "desk"
    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)


class Section(Base):
    """Where readers find a piece; its pieces belong to its desk unless somebody says otherwise."""

    __tablename__ = "section"
    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    description: Mapped[Prose]
    position: Mapped[int] = mapped_column(default=0)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    desk: Mapped[Desk] = relationship(lazy="raise_on_sql")


class Topic(Base):
    """What a piece is about."""

    __tablename__ = "topic"
    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    description: Mapped[Prose]
