"""Leases: a job that is due runs once, on one worker, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from cms.core import clock
from cms.core.db import Base, transaction

log = structlog.get_logger()


class JobLease(Base):
    """When a job is due next, and who holds it."""

    __tablename__ = "job_lease"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Job:
    """Something done again and again; `run` gets the session maker and opens its own transactions.

    `needed(db)` is a cheap look that saves a frequent job from writing its lease when there is nothing to do.
    `can_wait` is for work that takes seconds and that nobody waits for: it is begun only when nothing else is due.
    `is_apart` is for work that waits for other people's machines: it is done beside all else, and holds up nothing.
    """

    name: str
    every: timedelta
    run: Callable[[sessionmaker[Session]], object]
    lease: timedelta = timedelta(minutes=10)
    needed: Callable[[Session], bool] = lambda db: True
    can_wait: bool = False
    is_apart: bool = False


def run_due(sessions: sessionmaker[Session], jobs: Sequence[Job]) -> int:
    """Run every job that is due and that nobody else holds; return how many ran.

    A job that fails is logged, keeps its error for `cms worker status`, and is tried again at its next turn.
    """
    with sessions() as db:
        waiting = {lease.name for lease in db.scalars(select(JobLease)) if not _is_due(lease)}
        due = [job for job in jobs if job.name not in waiting and job.needed(db)]
    return sum(_run(sessions, job) for job in due)


def _is_due(lease: JobLease) -> bool:
    now = clock.now()
    return lease.due_at <= now and (lease.lease_until is None or lease.lease_until < now)


def _run(sessions: sessionmaker[Session], job: Job) -> bool:
    with sessions() as db, transaction(db):
        lease = db.get(JobLease, job.name, with_for_update=True)
        if lease is None:
            lease = JobLease(name=job.name, due_at=clock.now())
            db.add(lease)
        if not _is_due(lease):
            return False
        lease.lease_until = clock.now() + job.lease
    error = None
    try:
        job.run(sessions)
    except Exception as exc:
        log.exception("job.failed", job=job.name)
        error = repr(exc)[:500]
    with sessions() as db, transaction(db):
        lease = db.get_one(JobLease, job.name)
        lease.lease_until, lease.done_at, lease.error = None, clock.now(), error
        lease.due_at = clock.now() + job.every
    return error is None
