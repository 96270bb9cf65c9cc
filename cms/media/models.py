"""Pictures and what is known about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cms.core.db import Base, FactList, Hash, Line, PrimaryKey, Prose


class Asset(Base):
    """One picture: a private original, and the renditions that readers get.

    `renditions` is a list of {"key", "width", "height", "type"}, narrowest first, and at one width what every
    program can show last; keys are random, so an address tells nothing and outlives no withdrawal. WebP or PNG is made
    with the upload, the others by the worker (`rendered_at`). `focal_x` and `focal_y` say in percent of width and
    height what no crop may lose; `rights` by what right it is printed; `former_keys` are the files for readers before
    it was replaced, which older revisions still show.
    """

    __tablename__ = "asset"
    __table_args__ = (Index("ix_asset_rendered_at", "rendered_at"),)
    id: Mapped[PrimaryKey]
    original_key: Mapped[str] = mapped_column(String(80), unique=True)
    file_name: Mapped[Line]
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[Hash] = mapped_column(index=True)
    alt: Mapped[Prose]
    caption: Mapped[Prose]
    credit: Mapped[Line]
    rights: Mapped[Line]
    focal_x: Mapped[int] = mapped_column(default=50)
    focal_y: Mapped[int] = mapped_column(default=50)
    renditions: Mapped[FactList]
    rendered_at: Mapped[datetime | None]
    former_keys: Mapped[list[str]] = mapped_column(default=list)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
