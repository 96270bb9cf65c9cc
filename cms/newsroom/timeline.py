"""The history of a piece as one list: its revisions, what was done to it, and the receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cms.articles.models import Revision
from cms.web.templating import moment
from cms.workflow.models import Approval
from cms.workflow.queries import Note
from cms.workflow.transitions import TRANSITIONS

TOLD = {
    "created": "Begun",
    "planned": "Planned anew",
    "publish_failed": "Could not be published on time",
    "galley.shared": "Galley shared with somebody outside",
    "galley.revoked": "Shared galley closed",
}


@dataclass(frozen=True)
class Entry:
    """One line of the history: a revision, or something that was done. `receipt` is set where it was signed."""

    at: datetime
    who: str
    what: str
    text: str = ""
    revision: Revision | None = None
    receipt: Approval | None = None


def entries(
    revisions: Sequence[Revision], notes: Sequence[Note], receipts: Sequence[Approval], *, is_first: bool, is_last: bool
) -> list[Entry]:
    """Return one page of the history, newest first: these revisions, and what happened between them.

    `is_first` and `is_last` say whether newer and older revisions stand on other pages, with what happened then.
    """
    newest = max((r.made_at for r in revisions), default=None)
    oldest = min((r.made_at for r in revisions), default=None)
    told = [
        Entry(note.at, note.who, what(note), _said(note), receipt=_receipt(note, receipts))
        for note in notes
        if (is_first or newest is None or note.at <= newest) and (is_last or oldest is None or note.at >= oldest)
    ]
    saved = [
        Entry(r.made_at, r.made_by.name if r.made_by else "Galley", f"Revision {r.number}", r.note, revision=r)
        for r in revisions
    ]
    # Where both bear the same moment, what was done comes after the text that it was done to.
    return sorted([*saved, *told], key=lambda entry: (entry.at, entry.revision is None), reverse=True)


def what(note: Note) -> str:
    """Return in a word what was done: Approved, Sent back for changes."""
    if note.action in TRANSITIONS:
        done = TRANSITIONS[note.action].done
        return done[:1].upper() + done[1:]
    return TOLD.get(note.action, note.action.replace("_", " ").capitalize())


def _said(note: Note) -> str:
    at = note.details.get("at")
    if note.action == "schedule" and isinstance(at, str):
        return f"For {moment(datetime.fromisoformat(at))}"
    return note.text


def _receipt(note: Note, receipts: Sequence[Approval]) -> Approval | None:
    """Return the receipt that this approval left: the one of its text that is nearest in time."""
    if note.action not in ("approve", "adopt"):
        return None
    same = [receipt for receipt in receipts if receipt.content_hash == note.details.get("hash")]
    return min(same, key=lambda receipt: abs((receipt.approved_at - note.at).total_seconds()), default=None)
