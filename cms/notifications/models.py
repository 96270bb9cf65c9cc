"""The inbox: one line for each thing that somebody should know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base, Line, PrimaryKey, Prose


class Notice(Base):
    """One line in somebody's inbox; unique per event and person, so that a repeated delivery adds nothing."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("event_id", "user_id"), Index("ix_notice_inbox", "user_id", "read_at", "id"))
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    text: Mapped[Line]
    note: Mapped[Prose]
    made_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
