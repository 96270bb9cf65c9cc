"""A round of review: how it begins, who may give its next approval, what is reopened, and when it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from cms.accounts.models import User
from cms.articles.models import Article, Revision
from cms.core import clock
from cms.core.errors import Reason
from cms.policy import Actor
from cms.vocabulary import Bench, State
from cms.workflow import ruling
from cms.workflow.models import Approval, Round, Seat, Tick
from cms.workflow.rulebook import Box

#: While a piece is in one of these, its round goes on.
RUNNING = frozenset({
    State.IN_REVIEW, State.CHANGES_REQUESTED, State.TO_CONFIRM, State.APPROVED, State.SCHEDULED,
})  # fmt: skip
NAME = load_only(User.name, User.disabled_at)
#: A round with its seats, and with the names of those who have or signed them.
SEATS = joinedload(Round.seats).options(
    joinedload(Seat.holder).options(NAME), joinedload(Seat.signed_by).options(NAME)
)  # fmt: skip


def standing(db: Session, article: Article) -> tuple[Round | None, Approval | None]:
    """Return the round that a piece is in and the receipt that stands, if there are such; one query, with its names."""
    query = (
        select(Round, Approval)
        .select_from(Article)
        .outerjoin(Round, (Round.article_id == Article.id) & Round.ended_at.is_(None))
        .outerjoin(Approval, (Approval.article_id == Article.id) & Approval.voided_at.is_(None))
        .where(Article.id == article.id)
        .options(SEATS, joinedload(Approval.approved_by).options(NAME))
        .order_by(Round.id.desc(), Approval.id.desc())
    )
    found = db.execute(query).unique().first()
    return (found[0], found[1]) if found is not None else (None, None)


def running(db: Session, article: Article) -> Round | None:
    """Return the round that a piece is in, if any, with its seats."""
    return standing(db, article)[0]


def ticks(db: Session, article: Article, round_: Round | None) -> dict[str, Tick]:
    """Return what was ticked for the text that a piece has now, where its round asks for that at all."""
    if round_ is None or not round_.rules.boxes or article.head is None:
        return {}
    this = (Tick.article_id == article.id) & (Tick.content_hash == article.head.content_hash)
    return {one.text: one for one in db.scalars(select(Tick).where(this).options(joinedload(Tick.made_by)))}


def missing(round_: Round | None, ticked: Collection[str]) -> tuple[Box, ...]:
    """Return what is still to be ticked."""
    return () if round_ is None else tuple(box for box in round_.rules.boxes if box.text not in ticked)


def begin(db: Session, article: Article, head: Revision) -> Round:
    """Begin a round under the rules that hold in this place now; they are written into it and stay with it."""
    rules, now = ruling.for_place(db, head.section_id, head.kind), clock.now()
    round_ = Round(
        article_id=article.id,
        desk_id=article.desk_id,
        facts=rules.facts(),
        stage=0,
        last_stage=len(rules.stages) - 1,
        began_at=now,
        due_at=now + timedelta(hours=rules.hours) if rules.hours else None,
        seats=[
            Seat(stage=number, bench=stage.asked.bench, desk_id=stage.asked.desk_id, content_hash="")
            for number, stage in enumerate(rules.stages)
            for _ in range(stage.count)
        ],
    )
    db.add(round_)
    _enter(article, round_)
    db.flush()
    return round_


def seat_for(actor: Actor, article: Article, round_: Round, head: Revision) -> Seat | None:
    """Return the seat that an approval by `actor` would take: their own before a free one, that before a colleague's.

    Nobody has a second vote in a round: whoever signed in an earlier stage, or this very text, has none left.
    """
    waiting = round_.waiting(head.content_hash)
    if any(seat.signed_by_id == actor.id and seat not in waiting for seat in round_.seats):
        return None
    fitting = [seat for seat in waiting if seat.asked.holds(actor, article)]
    return min(fitting, key=lambda seat: _nearness(seat, actor), default=None)


def awaits(actor: Actor, article: Article, round_: Round, head: Revision) -> bool:
    """Tell whether a round wants an approval of `actor`: one that no colleague who is still here has, or was asked for.

    It is `workflow.queries.awaits` for one piece.
    """
    seat = seat_for(actor, article, round_, head)
    return seat is not None and (seat.holder is None or seat.holder_id == actor.id or not seat.holder.is_active)


def barred(actor: Actor, article: Article, round_: Round | None, head: Revision) -> tuple[Reason, ...]:
    """Return why `actor` cannot give an approval now, if so."""
    if round_ is None or seat_for(actor, article, round_, head) is not None:
        return ()
    if any(seat.signed_by_id == actor.id for seat in round_.seats):
        return (Reason("You have approved it in this round; the others have to be somebody else’s."),)
    return (Reason(f"It waits for {waits_for(round_, head)}."),)


def waits_for(round_: Round, head: Revision, *, desk: str = "") -> str:
    """Say whose approvals are missing in the present stage: for the desk of the piece, for two of Legal.

    The desk of the piece is named where `desk` says its name.
    """
    missing, asked = len(round_.waiting(head.content_hash)), round_.rules.stages[round_.stage].asked
    if desk and asked.bench is Bench.OWN_DESK:
        asked = replace(asked, bench=Bench.DESK, desk=desk)
    return asked.words if missing < 2 else f"{missing} of {asked.words}"


def sign(actor: Actor, article: Article, round_: Round, head: Revision, *, note: str) -> bool:
    """Put an approval of `actor` on their seat, and go on to the next stage where it fills this one.

    Returns whether nothing is missing any more.
    """
    seat = seat_for(actor, article, round_, head)
    assert seat is not None, "the checks let nobody through who has no seat"
    seat.signed_by_id, seat.signed_at = actor.id, clock.now()
    seat.number, seat.content_hash, seat.note = head.number, head.content_hash, note
    if round_.waiting(head.content_hash):
        return False
    if round_.is_in_last_stage:
        return True
    round_.stage += 1
    round_.reminded_at = None
    _enter(article, round_)
    return False


def has_signed(actor: Actor, round_: Round, head: Revision) -> bool:
    """Tell whether somebody has approved this very text in this round."""
    return any(seat.signed_by_id == actor.id and seat.content_hash == head.content_hash for seat in round_.seats)


def would_complete(round_: Round, head: Revision) -> bool:
    """Tell whether one more approval is all that is missing."""
    return round_.is_in_last_stage and len(round_.waiting(head.content_hash)) == 1


def reopen(round_: Round) -> None:
    """Take back the approvals of the stage that the round stands in; those before it stay."""
    for seat in round_.seats:
        if seat.stage == round_.stage:
            seat.signed_by_id = seat.signed_at = None
            seat.number, seat.content_hash, seat.note = 0, "", ""


def resume(round_: Round) -> None:
    """Give the reviewers their time again where a piece comes back to them."""
    if round_.rules.hours:
        due = clock.now() + timedelta(hours=round_.rules.hours)
        round_.due_at = max(due, round_.due_at or due)
    round_.reminded_at = None


def leave(article: Article, round_: Round, target: State) -> None:
    """Count the time in review where a piece leaves it, and end the round where it goes on to something else."""
    now = clock.now()
    if article.state is State.IN_REVIEW and target is not State.IN_REVIEW:
        round_.seconds += round((now - article.state_since).total_seconds())
        if target is State.APPROVED:
            round_.decided_at = now
    if target not in RUNNING:
        round_.ended_at, article.asked_desk_id = now, None


def _enter(article: Article, round_: Round) -> None:
    """Let the desk that the present stage asks for read the piece."""
    asked = round_.rules.stages[round_.stage].asked
    if asked.desk_id is not None:
        article.asked_desk_id = asked.desk_id


def _nearness(seat: Seat, actor: Actor) -> tuple[bool, bool, bool, int]:
    is_taken = seat.holder_id is not None or seat.signed_by_id is not None
    return seat.signed_by_id != actor.id, seat.holder_id != actor.id, is_taken, seat.id
