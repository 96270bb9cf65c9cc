"""The inbox: one line for each thing that somebody should know, and how each wants to be told of it by mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.core import links
from cms.core.db import Base, Line, PrimaryKey, Prose, words
from cms.core.events import Event
from cms.vocabulary import Mailing


class Notice(Base):
    """One line in somebody's inbox; unique per event and person, so that a repeated delivery adds nothing.

    It is an entry of the outbox of mail as well: `mail_due_at` says when it is to be mailed, and is empty where it
    was, is not to be, or was given up (`mail_error` then says why). `is_digest` puts it into a letter with others.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        Index("ix_notice_inbox", "user_id", "read_at", "id"),
        Index("ix_notice_mail", "mail_due_at"),
    )
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    text: Mapped[Line]
    note: Mapped[Prose]
    made_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    is_digest: Mapped[bool] = mapped_column(default=False)
    mail_due_at: Mapped[datetime | None]
    mail_tries: Mapped[int] = mapped_column(default=0)
    mail_error: Mapped[Line]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")

    @property
    def address(self) -> str:
        """Where it leads: to its piece, and to the very thread where it is about one; empty where it is about none."""
        if self.article_id is None:
            return ""
        if "thread" in self.event.details:
            return links.newsroom_beside(self.article_id, f"thread-{self.event.details['thread']}")
        if self.event.name.startswith("suggestion."):
            return links.newsroom_beside(self.article_id, "suggested")
        return links.newsroom_article(self.article_id)


class MailWish(Base):
    """How somebody wants to be told of one kind of event by mail; without one, as `wishes.usual` says."""

    __tablename__ = "mail_wish"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    event: Mapped[str] = mapped_column(String(80), primary_key=True)
    mailing: Mapped[Mailing] = mapped_column(words(Mailing))
