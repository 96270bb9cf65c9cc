"""Who would like to see a pitch written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base


class PitchVote(Base):
    """One vote for a pitch; everybody has one, and may take it back while the piece is an idea."""

    __tablename__ = "pitch_vote"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    voted_at: Mapped[datetime]
