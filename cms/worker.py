"""The loop beside the server: hand out deliveries, run what is due, wait for the bell."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
from sqlalchemy.orm import Session

from cms.core import events, trail
from cms.core.events import deliver_due
from cms.core.jobs import run_due
from cms.policy import Actor, require
from cms.search.index import IndexUnavailable
from cms.search.keeping import Follower
from cms.vocabulary import Can
from cms.wiring import Services

log = structlog.get_logger()
TURN = 0.5  # seconds between two looks when nobody rings
GRACE = 5  # seconds that what is done apart gets to end in; what it was about is done again by the next worker


def turn(services: Services) -> int:
    """Do everything that is due now and cannot wait; return how much was done.

    What readers look for comes first: what else follows from a publication may take a second.
    """
    pressing = [job for job in services.jobs if not job.can_wait and not job.is_apart]
    done = run_due(services.sessions, pressing)
    done += sum(_follow(services, follower) for follower in services.followers.values())
    return done + deliver_due(services.sessions, services.reactions)


def spare_time(services: Services) -> int:
    """Do a piece of each of what can wait, with a look at what cannot after it; return how much was done."""
    done = 0
    for job in services.jobs:
        if job.can_wait and run_due(services.sessions, [job]):
            done += 1 + turn(services)
    return done


def apart(services: Services) -> int:
    """Do what waits for other people's machines, a mail server above all; return how much was done."""
    return run_due(services.sessions, [job for job in services.jobs if job.is_apart])


def run(services: Services, stopped: threading.Event | None = None) -> None:
    """Work until told to stop; whatever was begun is finished first."""
    stopped = stopped or _stop_on_signal()
    beside = threading.Thread(target=_run_apart, args=(services, stopped), daemon=True)
    beside.start()
    log.info("worker.started")
    while not stopped.is_set():
        if not _tried(lambda: turn(services) or spare_time(services)):
            services.bell.wait(TURN)
    beside.join(GRACE)
    log.info("worker.stopped")


def _follow(services: Services, follower: Follower) -> int:
    try:
        return follower.catch_up(services.sessions)
    except IndexUnavailable:
        # Somebody else is writing it, a `cms search rebuild` perhaps: the log waits, and `lag` says how long.
        log.exception("index.not_followed")
        return 0


def _run_apart(services: Services, stopped: threading.Event) -> None:
    while not stopped.is_set():
        if not _tried(lambda: apart(services)):
            stopped.wait(TURN)


def _tried(work: Callable[[], int]) -> int:
    try:
        return work()
    except Exception:
        # The database may be away for a while; the worker outlives it and looks again.
        log.exception("worker.turn_failed")
        return 0


def retry_parked(db: Session, actor: Actor) -> int:
    """Give what was given up on its eight tries again; return how many deliveries there were."""
    require(actor, Can.WORKER_WATCH)
    count = trail.retry_parked(db)
    if count:
        events.record(db, actor, "delivery.retried", None, count=count)
    return count


def _stop_on_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped
