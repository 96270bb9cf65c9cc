"""The life of a piece, as one table. Pure: no database, no web, no clock.

Each row says from which states an action may be taken, where it leads, which right it needs, and which checks
must hold. Checks are functions of facts that the service gathered; all their reasons are given at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cms.core.errors import Conflict, Reason
from cms.vocabulary import Can, State


@dataclass(frozen=True)
class Facts:
    """Everything that the checks look at.

    `receipt_hash` is the hash that a standing approval names, or None. `findings` are what the rules found in the text
    that stops an approval (`review.checks`, with the levels that the chiefs set), and `lacking` those of them without
    which there is nothing to review or to print. `touched` is what the text changed of what readers know, where nobody
    has said yet whether that is a correction. `unplanned` is what its plan lacks for somebody to write it. `barred` says
    why whoever asks has no approval to give now, and `unticked` what the rules of this review want ticked and is not.
    """

    now: datetime
    is_live: bool
    content_hash: str
    receipt_hash: str | None
    note: str = ""
    at: datetime | None = None
    embargo_until: datetime | None = None
    lacking: tuple[Reason, ...] = ()
    findings: tuple[Reason, ...] = ()
    open_threads: int = 0
    open_suggestions: int = 0
    touched: tuple[str, ...] = ()
    barred: tuple[Reason, ...] = ()
    unticked: tuple[str, ...] = ()
    unplanned: tuple[Reason, ...] = ()


Check = Callable[[Facts], list[Reason]]


def has_note(facts: Facts) -> list[Reason]:
    """A sentence for the people concerned is required."""
    return [] if facts.note.strip() else [Reason("Say why, in a sentence: the writers will read it.", "note")]


def has_reason(facts: Facts) -> list[Reason]:
    """A sentence on why readers do not have it any more is required."""
    return [] if facts.note.strip() else [Reason("Say why, in a sentence: readers are told.", "for_readers")]


def is_assigned(facts: Facts) -> list[Reason]:
    """Somebody is to write it, by a day, and knows what is wanted."""
    return list(facts.unplanned)


def has_text(facts: Facts) -> list[Reason]:
    """There is something to review."""
    return list(facts.lacking)


def preflight(facts: Facts) -> list[Reason]:
    """No rule that stops an approval here found anything in the text."""
    return list(facts.findings)


def nothing_open(facts: Facts) -> list[Reason]:
    """Nothing beside the text waits for an answer."""
    found = []
    if facts.open_suggestions:
        waits = "One suggestion waits" if facts.open_suggestions == 1 else f"{facts.open_suggestions} suggestions wait"
        found.append(Reason(f"{waits} to be accepted or rejected.", "suggestions"))
    if facts.open_threads:
        are = "One thread beside the text is" if facts.open_threads == 1 else f"{facts.open_threads} threads are"
        found.append(Reason(f"{are} open.", "threads"))
    return found


def has_seat(facts: Facts) -> list[Reason]:
    """The review waits for an approval that this person can give."""
    return list(facts.barred)


def ticked(facts: Facts) -> list[Reason]:
    """What has to be ticked for this text is."""
    return [Reason(f"“{what}” is not ticked.", "ticks") for what in facts.unticked]


def corrections_told(facts: Facts) -> list[Reason]:
    """Where it changes what readers know, somebody has said whether that is a correction."""
    if not facts.touched:
        return []
    what = " and ".join(f"a {one}" for one in facts.touched)
    return [Reason(f"It changes {what} that readers know. Say whether that is a correction.", "corrections")]


def receipt_holds(facts: Facts) -> list[Reason]:
    """A standing approval names exactly this text."""
    if facts.receipt_hash is None:
        return [Reason("Nobody has approved this piece.")]
    if facts.receipt_hash != facts.content_hash:
        return [Reason("The text changed after it was approved. It needs another look.")]
    return []


def after_embargo(facts: Facts) -> list[Reason]:
    """The piece would not appear before its embargo ends."""
    moment = facts.at or facts.now
    if facts.embargo_until is None or moment >= facts.embargo_until:
        return []
    return [Reason("It would appear before its embargo ends.", "embargo_until")]


def in_the_future(facts: Facts) -> list[Reason]:
    """The time to publish at is still to come."""
    if facts.at is None:
        return [Reason("Choose a day and a time.", "at")]
    return [] if facts.at > facts.now else [Reason("That time is past. Publish it now, or choose a later one.", "at")]


def is_live(facts: Facts) -> list[Reason]:
    """Readers can see the piece."""
    return [] if facts.is_live else [Reason("The piece is not live.")]


def not_live(facts: Facts) -> list[Reason]:
    """Readers cannot see the piece."""
    return [Reason("The piece is live. Withdraw it first, or discard the changes.")] if facts.is_live else []


@dataclass(frozen=True)
class Transition:
    """One row. `label` is what the button says, `done` completes "The piece was ..."."""

    sources: frozenset[State]
    target: State
    needs: Can
    checks: tuple[Check, ...]
    label: str
    done: str

    @property
    def wants_note(self) -> bool:
        """Whether the person has to say why to the writers."""
        return has_note in self.checks

    @property
    def wants_words(self) -> bool:
        """Whether the person has to say why, to whomever."""
        return self.wants_note or has_reason in self.checks


def _row(
    sources: set[State] | frozenset[State], target: State, needs: Can, checks: tuple[Check, ...], label: str, done: str
) -> Transition:
    return Transition(frozenset(sources), target, needs, checks, label, done)


# fmt: off
S = State
IDEA, DRAFT, IN_REVIEW, CHANGES, CONFIRM, APPROVED, SCHEDULED, SETTLED, SPIKED = S
LIVE_POSSIBLE = {DRAFT, IN_REVIEW, CHANGES, CONFIRM, APPROVED, SCHEDULED, SETTLED}
DROPPABLE = {IDEA, DRAFT, IN_REVIEW, CHANGES, CONFIRM, APPROVED, SETTLED}
TRANSITIONS: dict[str, Transition] = {
    #                       from                             to         needs                checks                                  button               done
    "start":           _row({IDEA},                          DRAFT,     Can.ARTICLE_PLAN,    (is_assigned,),                         "Say yes",           "taken up"),
    "submit":          _row({DRAFT, CHANGES, CONFIRM},       IN_REVIEW, Can.ARTICLE_SUBMIT,  (has_text, corrections_told),           "Submit for review", "submitted"),
    "recall":          _row({IN_REVIEW},                     DRAFT,     Can.ARTICLE_RECALL,  (),                                     "Take back",         "taken back"),
    "request_changes": _row({IN_REVIEW, APPROVED},           CHANGES,   Can.ARTICLE_APPROVE, (has_note,),                            "Request changes",   "sent back for changes"),
    "ask_confirmation": _row({IN_REVIEW},                    CONFIRM,   Can.ARTICLE_APPROVE, (),                                     "Ask the writers to confirm", "sent to its writers to confirm"),
    "confirm":         _row({CONFIRM},                       IN_REVIEW, Can.ARTICLE_CONFIRM, (),                                     "Confirm the edits", "confirmed"),
    "sign":            _row({IN_REVIEW},                     IN_REVIEW, Can.ARTICLE_APPROVE, (has_seat, nothing_open, preflight, corrections_told), "Approve",  "approved by one of its reviewers"),
    "approve":         _row({IN_REVIEW},                     APPROVED,  Can.ARTICLE_APPROVE, (has_seat, nothing_open, preflight, ticked, corrections_told), "Approve", "approved"),
    "reopen":          _row({APPROVED, SCHEDULED, CONFIRM},  IN_REVIEW, Can.ARTICLE_PUBLISH, (has_note,),                            "Reopen the review", "taken back into review"),
    "schedule":        _row({APPROVED},                      SCHEDULED, Can.ARTICLE_PUBLISH, (receipt_holds, in_the_future, after_embargo), "Schedule",   "scheduled"),
    "unschedule":      _row({SCHEDULED},                     APPROVED,  Can.ARTICLE_PUBLISH, (),                                     "Unschedule",        "taken off the schedule"),
    "publish":         _row({APPROVED, SCHEDULED},           SETTLED,   Can.ARTICLE_PUBLISH, (receipt_holds, after_embargo),         "Publish now",       "published"),
    "adopt":           _row({DRAFT},                         SETTLED,   Can.ARTICLE_IMPORT,  (not_live, has_text, receipt_holds),    "Publish as it was", "published as it was"),
    "revise":          _row({SETTLED},                       DRAFT,     Can.ARTICLE_REVISE,  (),                                     "Revise",            "opened for revision"),
    "discard":         _row({DRAFT, IN_REVIEW, CHANGES, CONFIRM, APPROVED}, SETTLED, Can.ARTICLE_REVISE, (is_live,),                          "Discard changes",   "put back to the live text"),
    "withdraw":        _row(LIVE_POSSIBLE,                   SETTLED,   Can.ARTICLE_PUBLISH, (is_live, has_reason),                  "Withdraw",          "withdrawn"),
    "spike":           _row(DROPPABLE,                       SPIKED,    Can.ARTICLE_SPIKE,   (not_live,),                            "Spike",             "spiked"),
    "restore":         _row({SPIKED},                        DRAFT,     Can.ARTICLE_SPIKE,   (),                                     "Restore",           "restored"),
}
# fmt: on

#: What a page offers, in its order; `adopt` belongs to imports, and `sign` is what an `approve` is while others are
#: still missing.
OFFERED = tuple(action for action in TRANSITIONS if action not in ("adopt", "sign"))


def step(state: State, action: str) -> Transition:
    """Return the row for `action`; raises Conflict where it cannot be taken from `state`."""
    found = TRANSITIONS[action]
    if state not in found.sources:
        raise Conflict(f"A piece that is {state.label} cannot be {found.done}.")
    return found


def reasons_against(transition: Transition, facts: Facts) -> list[Reason]:
    """Return every reason that stands in the way, in the order of the checks, each once."""
    found = [reason for check in transition.checks for reason in check(facts)]
    return list(dict.fromkeys(found))


def as_text() -> str:
    """Return the table as aligned text, as `cms policy transitions` prints it."""
    grid = [["action", "from", "to", "needs", "checks"]]
    for action, row in TRANSITIONS.items():
        sources = " ".join(state for state in State if state in row.sources)
        grid.append([action, sources, row.target, row.needs, " ".join(c.__name__ for c in row.checks)])
    widths = [max(len(row[i]) for row in grid) + 2 for i in range(5)]
    lines = ("".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in grid)
    return "\n".join(line.rstrip() for line in lines)
