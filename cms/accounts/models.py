"""Users, the desks they sit on, their sessions, and tries to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.core.db import Base, Hash, Name, PrimaryKey, words
from cms.taxonomy.models import Desk
from cms.vocabulary import Role

user_desk = Table(
    "user_desk",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("desk_id", ForeignKey("desk.id"), primary_key=True, index=True),
)


class User(Base):
    """A login; the public face, if there is one, is a Person."""

    __tablename__ = "user"
    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # stored folded: see service.fold_email
    name: Mapped[Name]
    role: Mapped[Role] = mapped_column(words(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)  # moved on: every session that began before is void
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    desks: Mapped[list[Desk]] = relationship(secondary=user_desk, lazy="raise_on_sql", order_by=Desk.name)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def desk_ids(self) -> frozenset[int]:
        """The desks this person decides for."""
        return frozenset(desk.id for desk in self.desks)

    @property
    def is_active(self) -> bool:
        """Whether the login may be used at all."""
        return self.disabled_at is None


class LoginSession(Base):
    """A signed-in browser. The cookie holds a random number, this row its SHA-256."""

    __tablename__ = "login_session"
    id: Mapped[PrimaryKey]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    epoch: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    label: Mapped[str] = mapped_column(String(120), default="")
    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SignInTry(Base):
    """One try to sign in, kept for a day for the limits; names and addresses only as keyed hashes."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_account", "account_key", "at"),
        Index("ix_sign_in_try_source", "source_key", "at"),
        Index("ix_sign_in_try_at", "at"),
    )
    id: Mapped[PrimaryKey]
    at: Mapped[datetime]
    account_key: Mapped[Hash]
    source_key: Mapped[Hash]
    device_key: Mapped[str] = mapped_column(String(64), default="")
    succeeded: Mapped[bool]
