"""Moving a piece on: the one verb by which its state changes, for people, programs and the schedule alike."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Revision
from cms.core import clock, events
from cms.core.errors import CmsError, Conflict, Invalid, Reason, Refused
from cms.core.html import clean_text
from cms.policy import Actor, can, require
from cms.publication import pages
from cms.publication import queries as edition
from cms.publication import service as publication
from cms.publication.models import Live, PublishedPage
from cms.review import queries as review
from cms.review.checks import Weighed
from cms.review.models import Waiver
from cms.vocabulary import Can, Kind, Level, State
from cms.workflow import corrections, receipts, rounds
from cms.workflow.corrections import Question
from cms.workflow.models import Approval, Round, Tick
from cms.workflow.preflight import Preflight, of_piece
from cms.workflow.rulebook import Box
from cms.workflow.transitions import (
    OFFERED,
    TRANSITIONS,
    Facts,
    Transition,
    corrections_told,
    has_seat,
    has_text,
    nothing_open,
    preflight,
    reasons_against,
    step,
    ticked,
)

NOTE_LIMIT = 2_000
#: The checks for which more has to be read than the piece.
EXPENSIVE = (has_text, preflight, ticked, corrections_told)
#: Those that look beside the text, and not at its words.
BESIDE = (nothing_open, ticked, corrections_told)


@dataclass(frozen=True)
class Moved:
    """What a move did; `is_new` is False where the piece was there already and nothing was changed."""

    transition: Transition
    is_new: bool


@dataclass(frozen=True)
class Offer:
    """One action that somebody may take now, and the reasons that still stand in its way."""

    action: str
    transition: Transition
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Outlook:
    """What stands beside a text: what may be done now, what stops an approval, who signed, what readers see.

    `findings` are all that the checks found, with how much each weighs; `checks` what of it, and of the notes beside
    the text, would stop an approval. `asked` is what there is to say to readers about the change, `round` the review
    that the piece is in, and `ticks` what of its things to tick is ticked for this text.
    """

    offers: tuple[Offer, ...]
    checks: tuple[Reason, ...]
    findings: tuple[Weighed, ...]
    receipt: Approval | None
    live: Live | None
    asked: Question
    waivable: tuple[Waivable, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    round: Round | None = None
    ticks: Mapping[str, Tick] = field(default_factory=dict)


@dataclass(frozen=True)
class Waivable:
    """One thing that stops an approval and could be waived: by what name, and in which words."""

    about: str
    text: str


def move(
    db: Session,
    actor: Actor,
    article: Article,
    action: str,
    *,
    seen: int | None = None,
    note: str = "",
    for_readers: str = "",
    at: datetime | None = None,
) -> Moved:
    """Take one action of the transition table, wholly or not at all.

    `seen` is the id of the revision that the person had before their eyes: approving needs it, and whatever
    comes with it refuses a text that moved on meanwhile. `note` is for the staff alone; `for_readers` is what they are
    told in place of a piece that is withdrawn, and the note as well where there is no other. `at` is the time for
    `schedule`, and for `adopt` the date that the piece had where it came from. Asking twice changes and records
    nothing. An approval after which others are still missing is a `sign`: whoever asks for either gets what the rules
    of the review make of it.

    Raises Forbidden, Conflict (wrong state, or the text moved), or Refused with every reason at once.
    """
    if action not in TRANSITIONS:
        raise Invalid("There is no such action.")
    require(actor, TRANSITIONS[action].needs, article)
    head, round_ = _head(article), rounds.running(db, article)
    if action in ("approve", "sign"):
        action = "approve"
        if article.state is State.IN_REVIEW:
            round_ = round_ or rounds.begin(db, article, head)
            if rounds.has_signed(actor, round_, head) and seen in (None, head.id):
                return Moved(TRANSITIONS["sign"], is_new=False)
            action = "approve" if rounds.would_complete(round_, head) else "sign"
    if _is_done(db, article, action, seen, at):
        return Moved(TRANSITIONS[action], is_new=False)
    transition = step(article.state, action)
    if action in ("approve", "sign", "confirm") and seen is None:
        raise Invalid(f"Say which revision you {transition.label.partition(' ')[0].lower()}.")
    if seen is not None and seen != head.id:
        raise Conflict("The text changed while you were reading it. Read the newest revision, then decide.")
    note = clean_text(note or for_readers)[:NOTE_LIMIT]
    barred = rounds.barred(actor, article, round_, head) if has_seat in transition.checks else ()
    facts = replace(_facts(db, article, note=note, at=at, asked=transition.checks), barred=barred)
    if reasons := reasons_against(transition, facts):
        raise Refused(reasons)
    before = article.state
    details: dict[str, Any] = {"revision": head.number, "hash": head.content_hash}
    told = clean_text(for_readers)[:NOTE_LIMIT]
    details |= _review(db, actor, article, action, head, round_, note=note)
    _effect(db, actor, article, action, head, round_, note=note, told=told, at=at, details=details)
    article.changed_at = clock.now()
    if action != "sign":  # it waits on, for others, since when it did
        article.state, article.publish_at = transition.target, at if action == "schedule" else None
        article.state_since = article.changed_at
    events.record(db, actor, f"article.{action}", article, before=before, after=article.state, note=note, **details)
    return Moved(transition, is_new=True)


def adopt(db: Session, actor: Actor, article: Article, *, at: datetime | None) -> Moved:
    """Publish an imported piece as it was published elsewhere, under a receipt that says so."""
    require(actor, TRANSITIONS["adopt"].needs, article)
    head = _head(article)
    _void(db, article)
    receipts.write(db, actor, article, head, None, note="Imported: published elsewhere before.")
    db.flush()
    return move(db, actor, article, "adopt", seen=head.id, at=at)


def outlook(db: Session, actor: Actor, article: Article) -> Outlook:
    """Return everything that stands beside a text, for whoever is looking at it."""
    (round_, standing), live = rounds.standing(db, article), edition.live(db, article)
    flown, beside = of_piece(db, article), _open_to(db, actor, article)
    ticks = rounds.ticks(db, article, round_)
    missing = rounds.missing(round_, ticks)
    given = _given(db, article, flown, beside, missing)
    asked = corrections.question(db, article, live)
    facts = _gather(article, standing, flown, asked, beside, missing, given, is_live=live is not None)
    return Outlook(
        tuple(_offers(actor, article, facts, round_)), tuple(_checks(facts)), flown.found, standing, live, asked,
        tuple(_waivable(flown, beside, missing, given)), tuple(given), round_, ticks,
    )  # fmt: skip


def waive(
    db: Session, actor: Actor, article: Article, about: Collection[str], reason: str, *, seen: int | None
) -> None:
    """Say that some things need not stop the approval of this text, and why; nothing else is waived by it.

    Raises Forbidden, Conflict where the piece is not in review or its text moved on, or Invalid naming the field.
    """
    require(actor, Can.ARTICLE_APPROVE, article)
    head, reason = _head(article), clean_text(reason)[:NOTE_LIMIT]
    if article.state is not State.IN_REVIEW:
        raise Conflict(f"A piece that is {article.state.label} waits for no approval.")
    if seen != head.id:
        raise Conflict("The text changed while you were reading it. Read the newest revision, then decide.")
    if not reason:
        raise Invalid("Say why it need not stop the approval: it will stand on the receipt.", field="reason")
    given, round_ = review.waivers(db, article), rounds.running(db, article)
    missing = rounds.missing(round_, rounds.ticks(db, article, round_))
    waivable = _waivable(of_piece(db, article), review.open_beside(db, article), missing, given)
    possible = {one.about: one for one in waivable}
    chosen = [possible[name] for name in dict.fromkeys(about) if name in possible]
    if not chosen or actor.id is None:
        raise Invalid("Choose what need not stop the approval.", field="about")
    for one in chosen:
        db.add(Waiver(
            article_id=article.id, content_hash=head.content_hash, about=one.about, text=one.text, reason=reason,
            made_by_id=actor.id, made_at=clock.now(),
        ))  # fmt: skip
    events.record(
        db, actor, "article.waived", article, about=[one.about for one in chosen], hash=head.content_hash,
        reason=reason,
    )  # fmt: skip


def beside(db: Session, actor: Actor, article: Article, waivers: Sequence[Waiver] = ()) -> list[Reason]:
    """Return what stops an approval besides the words of the text, for whoever is looking at it."""
    round_, live = rounds.running(db, article), edition.live(db, article)
    asked, missing = corrections.question(db, article, live), rounds.missing(round_, rounds.ticks(db, article, round_))
    waiting = _open_to(db, actor, article)
    facts = _gather(article, None, Preflight(), asked, waiting, missing, waivers, is_live=live is not None)
    return [reason for check in BESIDE for reason in check(facts)]


def _open_to(db: Session, actor: Actor, article: Article) -> review.Open:
    """Return what waits beside a text, as far as somebody may know of it."""
    waiting = review.open_beside(db, article)
    return waiting if can(actor, Can.ARTICLE_CONFER, article) else waiting.to_writers()


def _waivable(
    flown: Preflight, beside: review.Open, missing: Sequence[Box], given: Sequence[Waiver]
) -> Iterator[Waivable]:
    """Yield what stops an approval and may be waived: not what no piece can be printed without."""
    waived = {waiver.about for waiver in given}
    texts_by_rule: dict[str, list[str]] = {}
    for one in flown.found:
        if one.level is Level.BLOCK and not one.rule.is_fixed:
            texts_by_rule.setdefault(one.rule.name, []).append(one.finding.text)
    found = [Waivable(name, " ".join(said)) for name, said in texts_by_rule.items()]
    found += [Waivable(f"suggestion:{number}", f"Suggestion {number} waits.") for number in beside.suggestions]
    found += [Waivable(f"thread:{number}", f"Thread {number} is open.") for number in beside.all_threads]
    found += [Waivable(f"tick:{box.text}", f"“{box.text}” is not ticked.") for box in missing]
    yield from (one for one in found if one.about not in waived)


def offers(db: Session, actor: Actor, article: Article) -> list[Offer]:
    """Return what `actor` may do to the piece now, each with the reasons that still stand in the way.

    Reasons that the person answers in the form itself (a note, a time) are left out.
    """
    return _offers(actor, article, _facts(db, article, note="", at=None), rounds.running(db, article))


def _offers(actor: Actor, article: Article, facts: Facts, round_: Round | None) -> list[Offer]:
    head = _head(article)
    is_last = round_ is None or article.state is not State.IN_REVIEW or rounds.would_complete(round_, head)
    facts = replace(
        facts,
        note="to be written",
        barred=rounds.barred(actor, article, round_, head) if article.state is State.IN_REVIEW else (),
        unticked=facts.unticked if is_last else (),  # it is the last approval that waits for them
    )
    found = []
    for action in OFFERED:
        transition = TRANSITIONS[action]
        if article.state not in transition.sources or not can(actor, transition.needs, article):
            continue
        if (action == "withdraw" and not facts.is_live) or (action == "discard" and not facts.is_live):
            continue
        if action == "spike" and facts.is_live:
            continue
        # An embargo is kept by choosing a later time, so it does not stop the choosing.
        answered = ("at", "embargo_until") if action == "schedule" else ("at",)
        reasons = tuple(r for r in reasons_against(transition, facts) if r.place not in answered)
        found.append(Offer(action, transition, reasons))
    return found


def receipt(db: Session, article: Article) -> Approval | None:
    """Return the receipt that stands, if any, with whoever signed it last."""
    return rounds.standing(db, article)[1]


def checks(db: Session, article: Article) -> list[Reason]:
    """Return what would still stop an approval, for the panel beside the text."""
    return _checks(_facts(db, article, note="", at=None))


def _checks(facts: Facts) -> list[Reason]:
    return reasons_against(TRANSITIONS["approve"], facts)


def _head(article: Article) -> Revision:
    if article.head is None:
        raise Invalid("This piece has no text yet.")
    return article.head


def _is_done(db: Session, article: Article, action: str, seen: int | None, at: datetime | None) -> bool:
    """Tell whether this very action has been taken already, so that a second click does no harm."""
    transition = TRANSITIONS[action]
    if article.state is not transition.target or article.state in transition.sources:
        return False
    if action == "schedule" and at != article.publish_at:
        return False
    last = db.scalar(
        select(events.Event.name)
        .where(events.Event.subject_type == "article", events.Event.subject_id == article.id)
        .where(events.Event.name.in_([f"article.{name}" for name in TRANSITIONS]))
        .order_by(events.Event.id.desc())
        .limit(1)
    )
    return last == f"article.{action}" and seen in (None, article.head_id)


def _review(
    db: Session, actor: Actor, article: Article, action: str, head: Revision, round_: Round | None, *, note: str
) -> dict[str, Any]:  # fmt: skip
    """Take the round of a piece along with an action, and return what the record says of that."""
    if round_ is None:
        if action == "submit":
            rounds.begin(db, article, head)
        return {}
    if action in ("request_changes", "reopen"):
        rounds.reopen(round_)
    if action in ("submit", "confirm"):
        rounds.resume(round_)
    rounds.leave(article, round_, TRANSITIONS[action].target)
    if action not in ("sign", "approve"):
        return {}
    stage = round_.stage
    rounds.sign(actor, article, round_, head, note=note)
    return {"stage": stage} | ({"waits_for": rounds.waits_for(round_, head)} if action == "sign" else {})


def _effect(
    db: Session,
    actor: Actor,
    article: Article,
    action: str,
    head: Revision,
    round_: Round | None,
    *,
    note: str,
    told: str,
    at: datetime | None,
    details: dict[str, Any],
) -> None:
    """Do what an action does besides changing the state."""
    match action:
        case "approve":
            _void(db, article)
            receipts.write(db, actor, article, head, round_, note=note)
        case "request_changes" | "reopen" | "revise" | "spike":
            _void(db, article)
            if action == "revise":  # what was due is out
                article.due_at = None
        case "schedule":
            details["at"] = at.isoformat() if at else None
        case "publish" | "adopt":
            moment = at if action == "adopt" and at is not None else clock.now()
            details |= _publish(db, article, head, at=moment)
        case "withdraw":
            live = edition.live(db, article)
            if isinstance(live, PublishedPage):
                pages.withdraw(db, live, at=clock.now(), reason=told)
            else:
                publication.withdraw(db, article, at=clock.now(), reason=told)
            details["told"] = told
            _void(db, article)
        case "discard":
            _void(db, article)
            live = edition.live(db, article)
            revision = articles.revision_by_id(db, article, live.revision_id) if live else None
            assert revision is not None, "a live piece's revision is never deleted"
            texts.roll_back(db, actor, article, revision)


def _publish(db: Session, article: Article, head: Revision, *, at: datetime) -> dict[str, Any]:
    """Write a text into the edition, and return what the record says of that."""
    if head.kind is Kind.PAGE:
        page = pages.publish(db, article, head, at=at)
        return {"slug": page.slug, "was_live": page.updated_at is not None}
    row = publication.publish(db, article, head, at=at)
    new = [one["number"] for one in row.corrections if one["published_at"] == at.isoformat()]
    return {"slug": row.slug, "was_live": row.updated_at is not None} | ({"corrections": new} if new else {})


def _void(db: Session, article: Article) -> None:
    standing = update(Approval).where(Approval.article_id == article.id, Approval.voided_at.is_(None))
    db.execute(standing.values(voided_at=clock.now()))


def _facts(
    db: Session, article: Article, *, note: str, at: datetime | None, asked: Container[object] = EXPENSIVE
) -> Facts:
    """Gather what the checks that are `asked` look at; the text is only read again where one of them does."""
    (round_, standing), live = rounds.standing(db, article), edition.live(db, article)
    flown = of_piece(db, article) if has_text in asked or preflight in asked else Preflight()
    beside = review.open_beside(db, article) if nothing_open in asked else review.NOTHING
    missing = rounds.missing(round_, rounds.ticks(db, article, round_)) if ticked in asked else ()
    given = _given(db, article, flown, beside, missing)
    open_ = corrections.question(db, article, live) if corrections_told in asked else Question()
    gathered = _gather(article, standing, flown, open_, beside, missing, given, is_live=live is not None)
    return replace(gathered, note=note, at=at)


def _given(
    db: Session, article: Article, flown: Preflight, beside: review.Open, missing: Sequence[Box]
) -> list[Waiver]:  # fmt: skip
    """Return what was waived, where there is anything to waive."""
    return review.waivers(db, article) if flown.blocking() or beside != review.NOTHING or missing else []


def _gather(
    article: Article,
    standing: Approval | None,
    flown: Preflight,
    asked: Question,
    beside: review.Open,
    missing: Sequence[Box],
    given: Sequence[Waiver],
    *,
    is_live: bool,
) -> Facts:
    waived = {waiver.about for waiver in given}
    return Facts(
        now=clock.now(),
        is_live=is_live,
        content_hash=_head(article).content_hash,
        receipt_hash=standing.content_hash if standing else None,
        embargo_until=article.embargo_until,
        lacking=flown.lacking,
        findings=flown.blocking(waived),
        open_threads=sum(f"thread:{number}" not in waived for number in beside.all_threads),
        open_suggestions=sum(f"suggestion:{number}" not in waived for number in beside.suggestions),
        touched=asked.touched if asked.is_open else (),
        unticked=tuple(box.text for box in missing if f"tick:{box.text}" not in waived),
        unplanned=_unplanned(article),
    )


def _unplanned(article: Article) -> tuple[Reason, ...]:
    """Return what the plan of a piece lacks for somebody to begin writing it."""
    lacking = (
        (article.assigned_to_id is None, Reason("Say who writes it.", "assigned_to_id")),
        (article.due_at is None, Reason("Say by when it is wanted.", "due_at")),
        (not article.brief, Reason("Say in a brief what is wanted.", "brief")),
    )
    return tuple(reason for is_lacking, reason in lacking if is_lacking)


def reason_of(error: CmsError) -> str:
    """Return a refusal as one line, for lists and logs."""
    return " ".join(r.text for r in error.reasons) if isinstance(error, Refused) else str(error)


def is_waiting(article: Article) -> bool:
    """Tell whether the piece waits for an editor."""
    return article.state is State.IN_REVIEW
