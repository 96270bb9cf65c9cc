"""For the machine that watches: does the process answer, and can it do its work?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import structlog
from flask import Blueprint, Response, jsonify
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cms.core import clock
from cms.migrations import standing
from cms.publication.models import Published
from cms.web.access import public
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("health", __name__)
log = structlog.get_logger()


@bp.get("/healthz")
@public
def alive() -> Response:
    """Say that the process answers; asks nobody else."""
    return _told(200, {"status": "ok"})


@bp.get("/readyz")
@public
def ready() -> Response:
    """Say whether readers can be served: 503 where the database is gone, or its tables are of another version.

    The search is told of but does not count: without it every page still works, and taking the site away would
    make a small outage a large one.
    """
    database = _database(db())
    if database != "ok":
        search = "ok" if services().search.is_ready() else "being rebuilt"
        return _told(503, {"status": "not ready", "database": database, "search": search})
    lag = services().followers["edition"].lag(db())
    behind = int((clock.now() - lag.since).total_seconds()) if lag and lag.since else 0
    search = "being rebuilt" if lag is None else f"{behind} seconds behind" if behind else "ok"
    return _told(200, {"status": "ok", "database": database, "search": search, "search_lag": behind})


def _database(session: Session) -> str:
    """Return "ok", or what is wrong."""
    try:
        session.execute(select(Published.article_id).limit(1))
        versioned = inspect(session.connection()).has_table("alembic_version")
        at = session.scalar(text("SELECT version_num FROM alembic_version")) if versioned else None
    except SQLAlchemyError:
        log.exception("database.failed")
        session.rollback()
        return "gone"
    return "ok" if at in (None, _head()) else "of another version"


@cache
def _head() -> str:
    return standing.head()  # it reads files, and they change with an update only


def _told(status: int, facts: Mapping[str, str | int]) -> Response:
    answer = jsonify(facts)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
