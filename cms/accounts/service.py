"""What happens to logins: made, disabled, reset; signing in and out; changing a password."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cms.accounts import queries, rules
from cms.accounts.models import LoginSession, SignInTry, User
from cms.core import clock, events, passwords
from cms.core.errors import Forbidden, Invalid, NotFound, TooMany
from cms.core.html import clean_text
from cms.core.secrets import keyed, new_token, token_hash
from cms.policy import READER, SYSTEM, Actor, require
from cms.taxonomy.models import Desk
from cms.vocabulary import STAFF, Can, Role

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=2)  # how exactly "last seen" is kept: one write per person and two minutes
TRIES_KEPT = timedelta(days=1)
WORDS = tuple(
    """amber basalt cedar delta ember fathom gravel harbour indigo juniper kelp lantern meadow nickel orchard pewter
    quarry ribbon saddle timber umber velvet willow yarrow zephyr anchor bellows copper drizzle estuary feather
    granite""".split()
)


@dataclass(frozen=True)
class Source:
    """Where a try to sign in comes from: the network prefix, the device cookie, and a label for people."""

    prefix: str
    device: str = ""
    label: str = ""


def fold_email(text: str) -> str:
    """Return an address in the form in which it is stored and compared; raises Invalid where it is none."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(folded) > 254 or not rules.EMAIL.fullmatch(folded):
        raise Invalid("That is not a mail address.", field="email")
    return folded


def add_user(
    db: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    desk_ids: Collection[int] = (),
    check: bool = True,
) -> User:
    """Make a login. `check=False` is for the demo alone, whose password everybody knows anyway."""
    require(actor, Can.USER_MANAGE)
    email, name = fold_email(email), clean_text(name)
    if role not in STAFF:
        raise Invalid(f"A login is one of: {', '.join(STAFF)}.", field="role")
    if not name:
        raise Invalid("A login needs a name.", field="name")
    if queries.by_email(db, email) is not None:
        raise Invalid("There is a login with that address already.", field="email")
    if check:
        rules.check_password(password, context=(email, name, "galley"))
    now = clock.now()
    user = User(
        email=email,
        name=name,
        role=role,
        password_hash=passwords.hash_password(password),
        created_at=now,
        password_changed_at=now,
        desks=list(db.scalars(select(Desk).where(Desk.id.in_(desk_ids)))),
    )
    db.add(user)
    db.flush()
    events.record(db, actor, "user.added", user, role=role, desks=sorted(desk_ids))
    return user


# These look the login up again: a copy that belongs to no session, such as the request's own, takes changes silently.


def disable(db: Session, actor: Actor, user: User) -> None:
    """Close a login: its sessions end with their next request. The last active administrator stays."""
    require(actor, Can.USER_MANAGE)
    user = queries.get(db, user.id)
    if user.disabled_at is not None:
        return
    _refuse_last_admin(db, user)
    user.disabled_at = clock.now()
    _end_all(db, user)
    events.record(db, actor, "user.disabled", user)


def enable(db: Session, actor: Actor, user: User) -> None:
    """Open a closed login again."""
    require(actor, Can.USER_MANAGE)
    user = queries.get(db, user.id)
    if user.disabled_at is not None:
        user.disabled_at = None
        events.record(db, actor, "user.enabled", user)


def change_role(db: Session, actor: Actor, user: User, *, role: Role, desk_ids: Collection[int]) -> None:
    """Give a login another role, or other desks to decide for; its sessions end. `user` has its desks loaded.

    The last active administrator stays one.
    """
    require(actor, Can.USER_MANAGE)
    user = queries.get(db, user.id)
    if role not in STAFF:
        raise Invalid(f"A login is one of: {', '.join(STAFF)}.", field="role")
    desks = list(db.scalars(select(Desk).where(Desk.id.in_(desk_ids)).order_by(Desk.name)))
    after = {"role": role.value, "desks": sorted(desk.id for desk in desks)}
    before = {"role": user.role.value, "desks": sorted(user.desk_ids)}
    if after == before:
        return
    if role is not Role.ADMIN:
        _refuse_last_admin(db, user)
    user.role, user.desks = role, desks
    _end_all(db, user)
    events.record(db, actor, "user.role_changed", user, before=before, after=after)


def set_password(db: Session, actor: Actor, user: User, password: str) -> None:
    """Give a login a new password, as its administrator; all its sessions end."""
    require(actor, Can.USER_MANAGE)
    user = queries.get(db, user.id)
    rules.check_password(password, context=(user.email, user.name, "galley"))
    _store_password(db, user, password)
    events.record(db, actor, "user.password_reset", user)


def change_password(db: Session, user: User, *, old: str, new: str) -> None:
    """Change one's own password; every session ends, this one too, so that the caller begins a new one."""
    user = queries.get(db, user.id)
    if not passwords.verify(user.password_hash, old):
        raise Invalid("That is not your present password.", field="old")
    rules.check_password(new, context=(user.email, user.name, "galley"))
    _store_password(db, user, new)
    events.record(db, user, "user.password_changed", user)


def suggest_password() -> str:
    """Return five random words: 25 bits of words and 20 of digits, to be read out over the telephone."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(5)), f"{secrets.randbelow(10**6):06d}"])


def check_tries(db: Session, key: str, email: str, source: Source) -> None:
    """Raise TooMany where another try is not looked at yet; costs no hashing."""
    since = clock.now() - rules.WINDOW
    account, prefix, device = _keys(key, email, source)
    recent = select(func.count(SignInTry.id)).where(SignInTry.at > since, SignInTry.succeeded.is_(False))
    known = select(SignInTry.id).where(
        SignInTry.device_key == device, SignInTry.account_key == account, SignInTry.succeeded
    )
    tries = rules.Tries(
        account=db.scalar(recent.where(SignInTry.account_key == account)) or 0,
        source=db.scalar(recent.where(SignInTry.source_key == prefix)) or 0,
        device=db.scalar(recent.where(SignInTry.account_key == account, SignInTry.device_key == device)) or 0,
        is_known_device=bool(source.device) and db.scalar(known.limit(1)) is not None,
    )
    if wait := rules.wait_before_next(tries):
        minutes = int(wait.total_seconds()) // 60
        raise TooMany(f"Too many tries. Wait up to {minutes} minutes, then try again.",
                      retry_after=int(wait.total_seconds()))  # fmt: skip


def known_by(db: Session, email: str, password: str) -> User | None:
    """Return the user whose name and password these are, or None; hashes, so call it outside a transaction.

    The answer takes the same time for known and unknown names. Call `check_tries` first.
    """
    try:
        user = queries.by_email(db, fold_email(email))
    except Invalid:
        user = None
    is_right = passwords.verify(user.password_hash if user else None, password)
    return user if is_right and user is not None and user.is_active else None


def sign_in(db: Session, key: str, email: str, user: User | None, source: Source) -> str | None:
    """Note a try, and begin a session where it was right: returns its token, or None."""
    account, prefix, device = _keys(key, email, source)
    succeeded = user is not None
    db.add(SignInTry(at=clock.now(), account_key=account, source_key=prefix, device_key=device, succeeded=succeeded))
    if user is None:
        events.record(db, READER, "session.refused", None, account=account[:16])
        return None
    token = begin_session(db, user, label=source.label)
    events.record(db, user, "session.begun", user)
    return token


def begin_session(db: Session, user: User, *, label: str = "") -> str:
    """Store a session and return the token that its cookie holds."""
    token, now = new_token(), clock.now()
    db.add(
        LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            epoch=user.session_epoch,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
            label=clean_text(label)[:120],
        )
    )
    return token


def session_for(db: Session, token: str) -> LoginSession | None:
    """Return the session that a cookie's token stands for, or None where it is unknown, over, or void."""
    found = queries.session_by_hash(db, token_hash(token))
    if found is None:
        return None
    now = clock.now()
    is_over = now >= found.expires_at or now >= found.seen_at + IDLE
    if is_over or not found.user.is_active or found.epoch != found.user.session_epoch:
        return None
    return found


def needs_touch(session: LoginSession) -> bool:
    """Tell whether "last seen" is old enough to be written again."""
    return clock.now() - session.seen_at > SEEN_EVERY


def touch(db: Session, session: LoginSession) -> None:
    """Note that the session is in use."""
    db.get_one(LoginSession, session.id).seen_at = clock.now()


def sign_out(db: Session, token: str) -> None:
    """End one session; the token is worthless from then on."""
    session = queries.session_by_hash(db, token_hash(token))
    if session is not None:
        events.record(db, session.user, "session.ended", session.user)
        db.delete(session)


def end_session(db: Session, user: User, session_id: int) -> None:
    """End one of one's own sessions."""
    session = db.get(LoginSession, session_id)
    if session is None or session.user_id != user.id:
        raise NotFound("There is no such session.")
    events.record(db, user, "session.ended", user)
    db.delete(session)


def sweep(db: Session) -> None:
    """Forget sessions that are over and tries that no limit looks at any more."""
    now = clock.now()
    db.execute(delete(LoginSession).where((LoginSession.expires_at < now) | (LoginSession.seen_at < now - IDLE)))
    # Tries that succeeded are what makes a device known; they are kept three months.
    old = (SignInTry.at < now - TRIES_KEPT) & SignInTry.succeeded.is_(False)
    db.execute(delete(SignInTry).where(old | (SignInTry.at < now - timedelta(days=90))))


def void_all_sessions(db: Session) -> None:
    """End every session of everybody, as a restored backup must."""
    db.execute(delete(LoginSession))
    for user in db.scalars(select(User)):
        user.session_epoch += 1
    events.record(db, SYSTEM, "session.all_ended", None)


def _store_password(db: Session, user: User, password: str) -> None:
    user.password_hash = passwords.hash_password(password)
    user.password_changed_at = clock.now()
    _end_all(db, user)


def _refuse_last_admin(db: Session, user: User) -> None:
    # Locked, so that two administrators who take each other's role at once do so one after the other.
    admins = select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None)).with_for_update()
    if set(db.scalars(admins)) == {user.id}:
        raise Forbidden("This is the last administrator. Add another one first.")


def _end_all(db: Session, user: User) -> None:
    user.session_epoch += 1
    db.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def _keys(key: str, email: str, source: Source) -> tuple[str, str, str]:
    name = unicodedata.normalize("NFKC", email).strip().casefold()[:254]
    device = keyed(key, "device", source.device) if source.device else ""
    return keyed(key, "sign-in account", name), keyed(key, "sign-in source", source.prefix), device
