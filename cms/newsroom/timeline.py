"""The history of a piece as one list: what was written in one sitting, what was done to it, and the receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cms.articles import document
from cms.articles.models import Revision
from cms.articles.queries import Version
from cms.articles.sittings import Sitting
from cms.newsroom.changes import FIELDS
from cms.newsroom.lines import shortened
from cms.web.templating import counted, listed, moment, thousands
from cms.workflow.models import Approval
from cms.workflow.queries import Note
from cms.workflow.transitions import TRANSITIONS

TOLD = {
    "correction_ruled_out": "Not a correction",
    "correction_taken_out": "A correction was taken out",
    "correction_written": "A correction was written",
    "created": "Begun",
    "history_closed": "Versions closed to readers",
    "history_opened": "Versions opened to readers",
    "named": "A version was named",
    "original_dropped": "Not a translation any more",
    "original_named": "Named as a translation",
    "planned": "Planned anew",
    "pruned": "Autosaves were pruned",
    "voted_for": "Voted for",
    "vote_taken_back": "A vote was taken back",
    "publish_failed": "Could not be published on time",
    "waived": "Waived before an approval",
    "taken_over": "Taken over while somebody else was writing",
    "explore.picked": "A piece was picked to be offered after it",
    "explore.moved": "The picked pieces were put in another order",
    "explore.barred": "A piece was barred from being offered after it",
    "explore.let_be": "What to offer after it was left to the reasons again",
    "galley.shared": "Galley shared with somebody outside",
    "galley.revoked": "Shared galley closed",
    "questions.planned": "Questions planned",
    "questions.sent": "Questions sent",
    "quotes.asked": "An interviewee was asked about their words",
    "quotes.answered": "An interviewee answered about their words",
    "transcript.put": "Transcript handed in",
    "transcript.tied": "Answers tied to the transcript",
    "review.asked": "Somebody was asked to review it",
    "review.claimed": "Taken up for review",
    "review.due_soon": "Reviewers were reminded: it is due soon",
    "review.let_go": "Given back to everybody who may review it",
    "review.overdue": "Reviewers were reminded: it is overdue",
    "review.planned": "Its review was planned anew",
    "review.ticked": "Ticked for an approval",
}
SECTIONS_NAMED = 4  # more are counted
TITLES_NAMED = 3
FIELDS_NAMED = 3
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Save:
    """One revision: what people call it, and what was done to it (submitted, approved ...)."""

    revision: Revision
    name: str
    done: str


@dataclass(frozen=True)
class Entry:
    """One line of the history: the saves of a sitting, newest first, or something that was done.

    `facts` says how long a sitting was and what came of it, `where` names the sections; `receipt` is set where
    something was signed.
    """

    at: datetime
    who: str
    what: str
    text: str = ""
    facts: tuple[str, ...] = ()
    where: str = ""
    saves: tuple[Save, ...] = ()
    receipt: Approval | None = None


def needed(sittings: Sequence[Sitting]) -> tuple[set[int], set[int]]:
    """Return the ids of the revisions that these sittings are shown with, and of those whose texts are compared."""
    shown = {mark.id for sitting in sittings for mark in sitting.marks}
    ends = {mark.id for sitting in sittings for mark in (sitting.base, sitting.last) if mark is not None}
    return shown, ends


def entries(
    sittings: Sequence[Sitting],
    versions: Mapping[int, Version],
    done: Mapping[int, Sequence[str]],
    notes: Sequence[Note],
    receipts: Sequence[Approval],
    *,
    is_first: bool,
    is_last: bool,
) -> list[Entry]:
    """Return one page of the history, newest first: these sittings, and what happened between them.

    `is_first` and `is_last` say whether newer and older sittings stand on other pages, with what happened then.
    """
    if not sittings:
        return []
    newest = max(sitting.last.made_at for sitting in sittings)
    oldest = min(sitting.first.made_at for sitting in sittings)
    told = [
        Entry(note.at, note.who, what(note), _said(note), receipt=_receipt(note, receipts))
        for note in notes
        if (is_first or note.at <= newest) and (is_last or note.at >= oldest)
    ]
    saved = [_entry(sitting, versions, done) for sitting in sittings]
    # Where both bear the same moment, what was done comes after the text that it was done to.
    return sorted([*saved, *told], key=lambda entry: (entry.at, not entry.saves), reverse=True)


def _entry(sitting: Sitting, versions: Mapping[int, Version], done: Mapping[int, Sequence[str]]) -> Entry:
    saves = tuple(
        Save(versions[mark.id].revision, versions[mark.id].name, listed(list(done.get(mark.number, ()))))
        for mark in reversed(sitting.marks)
    )
    last = saves[0].revision
    if sitting.base is None:
        facts, where = [counted(last.word_count, "word")], ""
    else:
        facts, where = _came_of(sitting, versions[sitting.base.id], versions[sitting.last.id])
    who = last.made_by.name if last.made_by else "Galley"
    notes = listed(list(dict.fromkeys(save.revision.note for save in reversed(saves) if save.revision.note)))
    return Entry(sitting.last.made_at, who, _numbers(saves), notes, facts=tuple(facts), where=where, saves=saves)


def _numbers(saves: Sequence[Save]) -> str:
    newest, oldest = saves[0].revision.number, saves[-1].revision.number
    return f"Revision {newest}" if newest == oldest else f"Revisions {oldest} to {newest}"


def _came_of(sitting: Sitting, base: Version, last: Version) -> tuple[list[str], str]:
    """Say how long a sitting was and what it changed, and name the sections that it touched."""
    facts = []
    if sitting.minutes:
        facts.append(counted(sitting.minutes, "minute"))
    if sitting.words:
        sign = "+" if sitting.words > 0 else "\u2212"
        facts.append(f"{sign}{thousands(abs(sitting.words))} {'word' if abs(sitting.words) == 1 else 'words'}")
    sections = _sections(base.body, last.body)
    if 0 < len(sections) <= SECTIONS_NAMED:
        numbers = [str(number) for number, _ in sections]
        facts.append(f"{'section' if len(numbers) == 1 else 'sections'} {listed(numbers)}")
    elif sections:
        facts.append(f"{len(sections)} sections")
    facts += _fields(base.revision, last.revision)
    if not sections and _is_reordered(base.body, last.body):
        facts.append("blocks moved")
    titles = [f"“{shortened(title, LONGEST_TITLE)}”" for _, title in sections if title]
    more = len(titles) - TITLES_NAMED
    shown = titles[:TITLES_NAMED] + ([f"{counted(more, 'other', words=True)}"] if more > 0 else [])
    return facts or ["credits, topics or spacing"], f"In {listed(shown)}" if shown else ""


def _sections(old: str, new: str) -> list[tuple[int, str]]:
    """Return the sections of a text that are not as they were, by number and title."""
    blocks = document.parse(new)
    touched = document.touched(document.parse(old), blocks)
    parts = document.parts(blocks)
    return sorted({parts[block.id] for block in blocks if block.id in touched})


def _is_reordered(old: str, new: str) -> bool:
    """Tell whether the same blocks stand in another order."""
    before, after = ([block.html for block in document.parse(body)] for body in (old, new))
    return before != after and sorted(before) == sorted(after)


def _fields(old: Revision, new: Revision) -> list[str]:
    names = {**FIELDS, "section_id": "section", "hero_id": "picture"}
    changed = [words for name, words in names.items() if getattr(old, name) != getattr(new, name)]
    more = len(changed) - FIELDS_NAMED
    return changed[:FIELDS_NAMED] + ([f"{counted(more, 'other field', words=True)}"] if more > 0 else [])


def happened(notes: Sequence[Note]) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Return what was done with its details, in the order in which it was done."""
    return ((note.action, note.details) for note in reversed(notes))


def what(note: Note) -> str:
    """Return in a word what was done: Approved, Sent back for changes."""
    if note.action in TRANSITIONS:
        done = TRANSITIONS[note.action].done
        return done[:1].upper() + done[1:]
    return TOLD.get(note.action, note.action.replace("_", " ").capitalize())


def _said(note: Note) -> str:
    at, details = note.details.get("at"), note.details
    if note.action == "schedule" and isinstance(at, str):
        return f"For {moment(datetime.fromisoformat(at))}"
    if note.action == "named":
        called = f"is called “{details.get('after')}”" if details.get("after") else "has no name any more"
        return f"Revision {details.get('number')} {called}."
    if note.action == "sign" and details.get("waits_for"):
        return f"{note.text} It waits for {details.get('waits_for')}.".strip()
    if note.action == "review.ticked":
        parts = {"Done": details.get("done"), "Not done any more": details.get("taken_back")}
        return " ".join(f"{said}: {listed(texts)}." for said, texts in parts.items() if texts)
    if note.action == "correction_ruled_out":
        what = listed([f"a {one}" for one in details.get("touched", [])])
        return f"Revision {details.get('revision')} changes {what}."
    if note.action == "pruned":
        gone = [str(one.get("number")) for one in details.get("revisions", [])]
        return f"{counted(len(gone), 'revision')} went, each with all its words in one that stays: {listed(gone)}."
    if note.action == "withdraw" and details.get("told"):
        return f"{note.text} Readers are told: “{details.get('told')}”"
    return note.text


def _receipt(note: Note, receipts: Sequence[Approval]) -> Approval | None:
    """Return the receipt that this approval left: the one of its text that is nearest in time."""
    if note.action not in ("approve", "adopt"):
        return None
    same = [receipt for receipt in receipts if receipt.content_hash == note.details.get("hash")]
    return min(same, key=lambda receipt: abs((receipt.approved_at - note.at).total_seconds()), default=None)
