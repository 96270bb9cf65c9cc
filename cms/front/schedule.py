"""What the worker does about the front page: publishing what is due, and letting go of what came to its end."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker

from cms.core import clock
from cms.core.db import transaction
from cms.front import queries, service
from cms.policy import SYSTEM


def is_needed(db: Session) -> bool:
    """Tell cheaply whether anything is due."""
    now = clock.now()
    return bool(queries.due(db, now)) or queries.has_ended(db, now)


def keep(sessions: sessionmaker[Session]) -> None:
    """Publish every arrangement whose time has come, each in its own transaction, then let go of what has ended."""
    with sessions() as db:
        due = queries.due(db, clock.now())
    for arrangement_id in due:
        with sessions() as db, transaction(db):
            # Looked at again inside the transaction: another worker, or a chief, may have been faster.
            if arrangement_id in queries.due(db, clock.now()):
                service.publish(db, SYSTEM, queries.get(db, arrangement_id))
    with sessions() as db, transaction(db):
        service.let_go(db, SYSTEM)
