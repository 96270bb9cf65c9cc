"""Questions about logins."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cms import policy
from cms.accounts.models import LoginSession, User, user_desk
from cms.core.errors import NotFound
from cms.vocabulary import Can, Role

WITH_DESKS = (selectinload(User.desks),)


def get(db: Session, user_id: int) -> User:
    """Return one user with desks; raises NotFound."""
    found = db.scalars(select(User).where(User.id == user_id).options(*WITH_DESKS)).one_or_none()
    if found is None:
        raise NotFound("There is no such user.")
    return found


def by_email(db: Session, email: str) -> User | None:
    """Return the user with that (folded) address, with desks."""
    return db.scalars(select(User).where(User.email == email).options(*WITH_DESKS)).one_or_none()


def everyone() -> Select[User]:
    """Return all users, active ones first, by name."""
    return select(User).options(*WITH_DESKS).order_by(User.disabled_at.is_not(None), User.name)


def session_by_hash(db: Session, token_hash: str) -> LoginSession | None:
    """Return a signed-in browser with its user and the user's desks, in one round."""
    query = select(LoginSession).where(LoginSession.token_hash == token_hash)
    loaded = query.options(joinedload(LoginSession.user).joinedload(User.desks))
    return db.scalars(loaded).unique().one_or_none()


def sessions_of(user_id: int) -> Select[LoginSession]:
    """Return the signed-in browsers of a user, newest first."""
    return select(LoginSession).where(LoginSession.user_id == user_id).order_by(LoginSession.seen_at.desc())


def active(db: Session, user_ids: Collection[int]) -> list[User]:
    """Return those of the users who may sign in."""
    return list(db.scalars(select(User).where(User.id.in_(user_ids), User.disabled_at.is_(None))))


def writing(db: Session) -> list[tuple[int, str]]:
    """Return the number and the name of everybody who may write pieces, by name: whom one can be assigned to."""
    roles = [role for role in Role if policy.cell(role, Can.ARTICLE_CREATE) is not policy.no]
    query = select(User.id, User.name).where(User.disabled_at.is_(None), User.role.in_(roles))
    return [(number, name) for number, name in db.execute(query.order_by(User.name, User.id))]


def deciders(desk_id: int) -> Select[User]:
    """Return the active editors of a desk and the chiefs: who is told that something waits."""
    on_desk = select(user_desk.c.user_id).where(user_desk.c.desk_id == desk_id)
    return select(User).where(
        User.disabled_at.is_(None),
        ((User.role == Role.EDITOR) & User.id.in_(on_desk)) | (User.role == Role.CHIEF),
    )
