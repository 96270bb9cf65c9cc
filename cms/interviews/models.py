"""Series of pieces (interview series above all), and which piece is which part."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.core.db import Base, Name, PrimaryKey, Prose, Slug
from cms.people.models import Person


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
