"""What lies beside a text: how much each check weighs, what became of its links, who may look at it from outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.articles.models import Revision
from cms.core.db import Base, Hash, Line, PrimaryKey, words
from cms.vocabulary import Kind, Level

#: What is written down where nothing can be said about an address, because this machine cannot ask.
NO_CONNECTION = "is out of reach: this machine has no way to the internet at the moment"


class CheckLevel(Base):
    """How much one check weighs where it does not weigh what it does by itself; the narrower place wins.

    `scope` is `<rule>|<section id>|<kind>`, with nothing where the level holds for all of them.
    """

    __tablename__ = "check_level"
    id: Mapped[PrimaryKey]
    scope: Mapped[str] = mapped_column(String(120), unique=True)
    rule: Mapped[str] = mapped_column(String(40))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    kind: Mapped[Kind | None] = mapped_column(words(Kind))
    level: Mapped[Level] = mapped_column(words(Level))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime]


class LinkCheck(Base):
    """One address that some text links to, and what the worker found there.

    `status` is the last HTTP status, 0 where none came; `problem` completes "example.org ..."; `failures` counts the
    tries in a row that found nothing, and is 0 beside a problem that only says that nothing could be found out;
    `due_at` is when to look (again).
    """

    __tablename__ = "link_check"
    id: Mapped[PrimaryKey]
    url: Mapped[str] = mapped_column(Text)
    url_hash: Mapped[Hash] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Line]
    milliseconds: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)


class GalleyLink(Base):
    """A private address under which somebody without a login may read one revision's galley, until it expires.

    Only a hash of the token is stored.
    """

    __tablename__ = "galley_link"
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    label: Mapped[Line]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revision: Mapped[Revision] = relationship(lazy="raise_on_sql")
    made_by: Mapped[User] = relationship(lazy="raise_on_sql")


class GalleyOpening(Base):
    """One opening of such a link: when, and with what sort of browser; no address is kept."""

    __tablename__ = "galley_opening"
    id: Mapped[PrimaryKey]
    link_id: Mapped[int] = mapped_column(ForeignKey("galley_link.id"), index=True)
    opened_at: Mapped[datetime]
    browser: Mapped[Line]
