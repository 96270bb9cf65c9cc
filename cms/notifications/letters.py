"""The outbox of mail: what is to be sent stands in the notices, and stays there until a server has taken it.

A server that is away takes nothing from anybody: the letters wait for it, however long, and nothing else waits for
them, because the worker does this apart. One that refuses a single letter holds up that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from cms.accounts.models import User
from cms.core import clock, links
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.mail import Letter, Mailer, Undeliverable
from cms.notifications.models import Notice

log = structlog.get_logger()

AT_A_TIME = 10  # letters of one run: none of them may take longer than the lease of the job together
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)  # while no server answers
LONGEST_PAUSE = timedelta(hours=1)  # for a letter that was refused
GIVEN_UP_AFTER = timedelta(days=3)
MOST_IN_DIGEST = 100


@dataclass(frozen=True)
class Waiting:
    """How many notices wait to be mailed although they are due, since when, and how many were given up on."""

    count: int
    oldest: datetime | None
    given_up: int


class Postman:
    """Sends what is due. Where no server answers, it rests for a while, and longer each time."""

    def __init__(self, mailer: Mailer, site_name: str, public_url: str) -> None:
        self.mailer, self._site_name, self._public_url = mailer, site_name, public_url
        self._failures = 0
        self._rests_until: datetime | None = None

    def is_needed(self, db: Session) -> bool:
        """Tell cheaply whether there is something to send, and a server worth asking."""
        if self._rests_until is not None and clock.now() < self._rests_until:
            return False
        return db.scalar(_due().with_only_columns(Notice.id).limit(1)) is not None

    def send_due(self, sessions: sessionmaker[Session]) -> int:
        """Send what is due, one letter after the other; return how many were taken."""
        with sessions() as db:
            batches = _batches(db)
        sent = 0
        for user, notices in batches:
            if not user.is_active:
                _settle(sessions, notices, mail_due_at=None)
                continue
            try:
                self.mailer.send(self._letter(user, notices))
            except (Undeliverable, Invalid) as error:
                _put_off(sessions, notices, str(error))
            except OSError as error:
                self._rest(error)
                _settle(sessions, notices, mail_tries=_tries(notices) + 1)  # should it be its fault, others come first
                break
            else:
                _settle(sessions, notices, mailed_at=clock.now(), mail_due_at=None, mail_error="")
                sent, self._failures, self._rests_until = sent + 1, 0, None
        return sent

    def _letter(self, user: User, notices: Sequence[Notice]) -> Letter:
        first = notices[0]
        if not first.is_digest:
            lines = [*self._said(first), "", f"-- {self._site_name}"]
            subject = " ".join(first.text.split())[:180]
            return Letter(f"event-{first.event_id}-user-{user.id}", user.email, subject, "\n".join(lines))
        many = len(notices)
        subject = f"{self._site_name}: {'one thing' if many == 1 else f'{many} things'} since yesterday"
        lines = [line for notice in notices for line in (*self._said(notice), "")]
        wishes = f"{self._public_url}{links.newsroom_mail()}"
        text = "\n".join([*lines, f"-- {self._site_name}", f"What comes at once, and what in this letter: {wishes}"])
        return Letter(f"digest-{notices[-1].id}-user-{user.id}", user.email, subject, text)

    def _said(self, notice: Notice) -> list[str]:
        address = f"{self._public_url}{notice.address}" if notice.address else ""
        note = [notice.note, ""] if notice.note else []
        return [f"{notice.text}.", "", *note, address]

    def _rest(self, error: OSError) -> None:
        pause = min(FIRST_REST * 2**self._failures, LONGEST_REST)
        self._failures = min(self._failures + 1, 10)
        self._rests_until = clock.now() + pause
        log.warning("mail.no_server", error=repr(error)[:300], again_in=pause.total_seconds())


def waiting(db: Session) -> Waiting:
    """Return what waits to be mailed, and what was given up on."""
    count, oldest = db.execute(_due().with_only_columns(func.count(Notice.id), func.min(Notice.mail_due_at))).one()
    lost = (Notice.mail_due_at.is_(None), Notice.mailed_at.is_(None), Notice.mail_error != "")
    return Waiting(count, oldest, db.scalar(select(func.count(Notice.id)).where(*lost)) or 0)


def _due() -> Select[Notice]:
    return select(Notice).where(Notice.mail_due_at <= clock.now())


def _batches(db: Session) -> list[tuple[User, list[Notice]]]:
    """Return what is due, letter by letter: what is told at once has one of its own, a digest is one for each person.

    Those that no server took when they were tried come last.
    """
    first = (Notice.mail_tries, Notice.mail_due_at, Notice.id)
    due = _due().options(joinedload(Notice.event))
    at_once = due.where(Notice.is_digest.is_(False)).order_by(*first).limit(AT_A_TIME)
    notices = [[notice] for notice in db.scalars(at_once)]
    people = db.scalars(_due().where(Notice.is_digest).with_only_columns(Notice.user_id).distinct().limit(AT_A_TIME))
    for user_id in people.all():
        own = due.where(Notice.is_digest, Notice.user_id == user_id).order_by(Notice.id).limit(MOST_IN_DIGEST)
        notices.append(list(db.scalars(own)))
    users = {user.id: user for user in db.scalars(select(User).where(User.id.in_({n[0].user_id for n in notices})))}
    return [(users[group[0].user_id], group) for group in notices]


def _put_off(sessions: sessionmaker[Session], notices: Sequence[Notice], error: str) -> None:
    now, tries = clock.now(), _tries(notices)
    is_over = now - min(notice.made_at for notice in notices) > GIVEN_UP_AFTER
    again = None if is_over else now + min(timedelta(minutes=2 ** min(tries, 6)), LONGEST_PAUSE)
    log.warning("mail.refused", notices=[notice.id for notice in notices][:20], tries=tries + 1, given_up=is_over)
    _settle(sessions, notices, mail_due_at=again, mail_tries=tries + 1, mail_error=error[:300])


def _tries(notices: Sequence[Notice]) -> int:
    return max(notice.mail_tries for notice in notices)


def _settle(sessions: sessionmaker[Session], notices: Sequence[Notice], **values: object) -> None:
    with sessions() as db, transaction(db):
        db.execute(update(Notice).where(Notice.id.in_([notice.id for notice in notices])).values(**values))
