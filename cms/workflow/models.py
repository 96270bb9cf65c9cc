"""Approval receipts: who signed which text, when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.core.db import Base, FactList, Hash, PrimaryKey, Prose


class Approval(Base):
    """A receipt. It holds only for the text whose hash it names; `voided_at` says when it stopped holding.

    `waivers` are copies of what was waived for it: what stood in the way, why it need not, and who said so.
    """

    __tablename__ = "approval"
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    content_hash: Mapped[Hash]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime]
    note: Mapped[Prose]
    waivers: Mapped[FactList] = mapped_column(default=list)
    voided_at: Mapped[datetime | None]
    approved_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
