"""People as readers know them, and where they worked when."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.core.db import Base, FactList, Line, Name, PrimaryKey, Prose, Slug


class Person(Base):
    """A public face: author, expert, photographer; with no login behind it, or one.

    `links` is a list of {"label", "url"}; `expertise` a list of words.
    """

    __tablename__ = "person"
    id: Mapped[PrimaryKey]
    name: Mapped[Name]
    slug: Mapped[Slug] = mapped_column(unique=True)
    headline: Mapped[Line]
    employer: Mapped[Line]
    bio: Mapped[Prose]
    portrait_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    links: Mapped[FactList]
    expertise: Mapped[list[str]]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    version: Mapped[int] = mapped_column()
    affiliations: Mapped[list[Affiliation]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Affiliation.position"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def standing(self) -> str:
        """What to print beside the name in a new credit: `Senior writer, Overscan`."""
        return ", ".join(part for part in (self.headline, self.employer) if part)


class Affiliation(Base):
    """A place somebody worked at; years as printed, `until` empty while it lasts."""

    __tablename__ = "affiliation"
    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Line]
    organisation: Mapped[Line]
    since: Mapped[str] = mapped_column(String(20), default="")
    until: Mapped[str] = mapped_column(String(20), default="")
