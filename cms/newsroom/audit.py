"""The record of everything that happened, and the machine that does what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from cms import worker
from cms.core import clock, journal, trail
from cms.core.db import transaction
from cms.core.jobs import JobLease
from cms.newsroom import mentions
from cms.newsroom.forms.audit import NOBODY, Filters
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.lines import shortened
from cms.notifications import letters
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user

bp = Blueprint("audit", __name__)

PER_PAGE = 60
CHECKED = 500  # newest records whose links are looked at with every page; `cms audit verify` walks all
#: A worker that has been silent for so long is probably not there: its shortest regular job comes every minute.
SILENT = timedelta(minutes=5)


@bp.get("/record")
@needs(Can.AUDIT_READ)
def record() -> str:
    """Show what happened, newest first, narrowed by the filters; each page goes on where the last one ended."""
    filters = Filters.read(request.args)
    query = journal.happenings(filters.wanted(services().settings.zone), before=row_number(request.args.get("before")))
    found = db().scalars(query.limit(PER_PAGE + 1)).all()
    shown = found[:PER_PAGE]
    return render_template(
        "newsroom/audit/record.html",
        events=[(event, _said(event.details)) for event in shown],
        older=shown[-1].id if len(found) > PER_PAGE else None,
        is_later_page="before" in request.args,
        filters=filters,
        names=journal.names(db()),
        logins=mentions.logins(db()),
        nobody=NOBODY,
        subjects=mentions.subjects(db(), user(), shown),
        checked=journal.check_newest(db(), CHECKED),
        head=trail.head(db()),
    )


@bp.get("/machine")
@needs(Can.WORKER_WATCH)
def machine() -> str:
    """Show what waits to be handed out, what was given up on, when each job ran, and whether the search answers."""
    leases = {lease.name: lease for lease in db().scalars(select(JobLease))}
    last = max((lease.done_at for lease in leases.values() if lease.done_at), default=None)
    return render_template(
        "newsroom/audit/machine.html",
        outbox=trail.outbox(db()),
        jobs=[(job, leases.get(job.name)) for job in services().jobs],
        last=last,
        is_silent=_is_silent(last),
        is_search_ready=services().search.is_ready(),
        mail=letters.waiting(db()),
    )


@bp.post("/machine/retry")
@needs(Can.WORKER_WATCH)
def retry() -> Response:
    """Give what was given up on another eight tries."""
    with transaction(db()):
        count = worker.retry_parked(db(), user())
    services().bell.ring()
    flash(f"{count} {'delivery gets' if count == 1 else 'deliveries get'} another eight tries.", "good")
    return redirect(url_for("newsroom.audit.machine"))


def _is_silent(last: datetime | None) -> bool:
    return last is None or clock.now() - last > SILENT


def _said(details: dict[str, Any]) -> str:
    """Return an event's details on one line: `revision: 3, note: The table needs a source`."""
    told = (f"{key.replace('_', ' ')}: {_word(value)}" for key, value in details.items() if value not in (None, "", []))
    return shortened(", ".join(told))


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_word(part)}" for key, part in value.items())
    if isinstance(value, list):
        return " ".join(_word(part) for part in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text[:8] if len(text) == 64 and text.isalnum() else text  # a content hash: its beginning tells it apart
