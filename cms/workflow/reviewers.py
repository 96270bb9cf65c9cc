"""Who reviews what: taking it up, asking somebody, handing it over, by when it is due, and ticking what was done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cms.accounts.models import User
from cms.articles.models import Article, Revision
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.policy import Actor, require
from cms.vocabulary import Can, Priority, State
from cms.workflow import rounds
from cms.workflow.models import Round, Seat, Tick


def claim(db: Session, actor: Actor, article: Article) -> None:
    """Take up an approval that is waited for, so that others see that somebody is at it; twice changes nothing.

    A claim is a courtesy: others of the bench may still approve.
    """
    round_, head = _in_review(db, actor, article)
    seat = rounds.seat_for(actor, article, round_, head)
    if seat is None:
        raise Invalid(_sentence(actor, article, round_, head))
    if seat.holder_id == actor.id and seat.claimed_at is not None:
        return
    if seat.holder is not None and seat.holder.is_active and seat.holder_id != actor.id:
        raise Conflict("Somebody else has taken it up, or was asked. Ask them to hand it over.")
    _seat(db, seat, actor.id, asked_at=seat.asked_at, claimed_at=clock.now())
    events.record(db, actor, "review.claimed", article, stage=seat.stage)


def let_go(db: Session, actor: Actor, article: Article) -> None:
    """Give back what one took up or was asked for, so that it waits for everybody on the bench again."""
    round_, head = _in_review(db, actor, article)
    seat = next((one for one in round_.waiting(head.content_hash) if one.holder_id == actor.id), None)
    if seat is None:
        return
    _seat(db, seat, None)
    events.record(db, actor, "review.let_go", article, stage=seat.stage)


def ask(db: Session, actor: Actor, article: Article, user_id: int) -> None:
    """Ask one person of the bench for an approval, or hand one's own over to them; they are told.

    Raises Forbidden, Conflict where the piece is not in review, or Invalid where that person could not give it.
    """
    round_, head = _in_review(db, actor, article)
    person = next((user for user in could_be_asked(db, article, round_) if user.id == user_id), None)
    if person is None:
        raise Invalid("They cannot approve this piece in this stage. Choose somebody else.", field="user_id")
    waiting = round_.waiting(head.content_hash)
    if any(seat.holder_id == person.id for seat in waiting):
        return
    seat = min(waiting, key=lambda one: (one.holder_id != actor.id, one.holder_id is not None, one.id))
    before = seat.holder_id
    _seat(db, seat, person.id, asked_at=clock.now())
    events.record(db, actor, "review.asked", article, stage=seat.stage, before=before, asked=[person.id])


def plan(db: Session, actor: Actor, article: Article, *, due_at: datetime | None, priority: Priority) -> None:
    """Say by when the review is due and how much it presses; what is so already is not recorded again.

    Raises Forbidden, Conflict where the piece is not in review, or Invalid where that time is past.
    """
    round_, _ = _in_review(db, actor, article)
    if (round_.due_at, round_.priority) == (due_at, priority):
        return
    if due_at is not None and due_at != round_.due_at and due_at <= clock.now():
        raise Invalid("That time is past. Say by when it is to be done from now on.", field="due_at")
    before = [round_.due_at.isoformat() if round_.due_at else None, round_.priority]
    if round_.due_at != due_at:
        round_.reminded_at = None
    round_.due_at, round_.priority = due_at, priority
    after = [due_at.isoformat() if due_at else None, priority]
    events.record(db, actor, "review.planned", article, before=before, after=after)


def tick(db: Session, actor: Actor, article: Article, texts: Collection[str], *, seen: int | None) -> None:
    """Say which of the things that are to be ticked by `actor` are done for this text; the others are not.

    Raises Forbidden, or Conflict where the piece is not in review or its text moved on.
    """
    round_, head = _in_review(db, actor, article)
    if seen != head.id:
        raise Conflict("The text changed while you were reading it. Read the newest revision, then tick.")
    known = rounds.ticks(db, article, round_)
    mine = {box.text for box in round_.rules.boxes if box.asked.holds(actor, article)}
    done = sorted((mine & set(texts)) - set(known))
    taken_back = sorted((mine - set(texts)) & set(known))
    if actor.id is None or not (done or taken_back):
        return
    for text in done:
        db.add(Tick(article_id=article.id, content_hash=head.content_hash, text=text, made_by_id=actor.id,
                    made_at=clock.now()))  # fmt: skip
    for text in taken_back:
        db.delete(known[text])
    events.record(
        db, actor, "review.ticked", article, done=done, taken_back=taken_back, revision=head.number,
        hash=head.content_hash,
    )  # fmt: skip


def could_be_asked(db: Session, article: Article, round_: Round) -> list[User]:
    """Return who could give an approval that is waited for, by name."""
    assert article.head is not None
    query = select(User).where(User.disabled_at.is_(None)).options(selectinload(User.desks)).order_by(User.name)
    return [user for user in db.scalars(query) if rounds.seat_for(user, article, round_, article.head) is not None]


def concerned(db: Session, article: Article) -> list[User]:
    """Return who is told that a review waits: those who were asked or took it up, or where nobody did, the bench."""
    round_ = rounds.running(db, article)
    if round_ is None or article.head is None or article.state is not State.IN_REVIEW:
        return []
    could = could_be_asked(db, article, round_)
    holders = {seat.holder_id for seat in round_.waiting(article.head.content_hash)}
    is_all_held = holders <= {user.id for user in could}
    return [user for user in could if user.id in holders] if is_all_held else could


def _in_review(db: Session, actor: Actor, article: Article) -> tuple[Round, Revision]:
    """Return the round and the text of a piece that waits for approvals; whoever may approve may do all this."""
    require(actor, Can.ARTICLE_APPROVE, article)
    round_ = rounds.running(db, article)
    if article.state is not State.IN_REVIEW or round_ is None or article.head is None:
        raise Conflict(f"A piece that is {article.state.label} waits for no approval.")
    return round_, article.head


def _seat(
    db: Session, seat: Seat, holder_id: int | None, *, asked_at: datetime | None = None,
    claimed_at: datetime | None = None,
) -> None:  # fmt: skip
    """Give a seat to somebody, or to nobody; whoever reads it again in this session sees who has it."""
    seat.holder_id, seat.asked_at, seat.claimed_at = holder_id, asked_at, claimed_at
    db.expire(seat, ["holder"])


def _sentence(actor: Actor, article: Article, round_: Round, head: Revision) -> str:
    return " ".join(reason.text for reason in rounds.barred(actor, article, round_, head))
