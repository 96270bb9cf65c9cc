"""How each person wants to be told by mail, event by event; the inbox has it in any case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cms.core.errors import Invalid
from cms.notifications.models import MailWish
from cms.policy import Actor, require
from cms.vocabulary import Can, Mailing

#: When the letter with all that can wait is sent, in the newsroom's time.
DIGEST_AT = time(7)
# fmt: off
#: What one is told of, in the words of the page on which one chooses how.
ABOUT = {
    "article.created":         "Somebody pitches an idea to my desk",
    "article.start":           "An idea is said yes to, and is mine to write",
    "article.spike":           "A piece or an idea of mine is dropped",
    "article.planned":         "The plan of a piece of mine is changed",
    "article.submit":          "A piece is submitted to my desk",
    "article.request_changes": "Changes to a piece of mine are asked for",
    "article.ask_confirmation": "I am asked to confirm what was edited",
    "article.confirm":         "Edits are confirmed by their writers",
    "article.sign":            "A piece was approved by others, and waits for me",
    "review.asked":            "I am asked to review a piece",
    "review.due_soon":         "A review that waits for me is due soon",
    "review.overdue":          "A review that waits for me is overdue",
    "article.approve":         "A piece of mine is approved",
    "article.schedule":        "A piece of mine is scheduled",
    "article.publish":         "A piece of mine goes live",
    "article.withdraw":        "A piece of mine is withdrawn",
    "article.publish_failed":  "A piece of my desk cannot go out on time",
    "suggestion.made":         "Changes to a piece of mine are suggested",
    "suggestion.accepted":     "Something that I suggested is accepted",
    "suggestion.all_accepted": "All that I suggested is accepted",
    "suggestion.rejected":     "Something that I suggested is rejected",
    "comment.opened":          "Somebody comments on a piece of mine, or calls me in a comment",
    "comment.replied":         "Somebody answers where I have part, or calls me in an answer",
    "comment.mended":          "I am called in a comment after it was mended",
    "quotes.answered":         "Somebody outside answers about their words in a piece of mine or of my desk",
    "search.matched":          "A piece answers a search that I watch",
}
# fmt: on
#: What becomes of one's suggestions, many of them in an hour.
DECIDED = frozenset({"suggestion.accepted", "suggestion.all_accepted", "suggestion.rejected"})
#: What can wait until the morning, unless somebody says otherwise.
CAN_WAIT = frozenset({"article.created", "article.planned", "search.matched"}) | DECIDED


def usual(event: str) -> Mailing:
    """Return how everybody is told who did not say otherwise."""
    return Mailing.DIGEST if event in CAN_WAIT else Mailing.AT_ONCE


def of(db: Session, actor: Actor) -> dict[str, Mailing]:
    """Return how somebody wants to be told of each kind of event."""
    said = dict(db.execute(select(MailWish.event, MailWish.mailing).where(MailWish.user_id == actor.id)).all())
    return {event: said.get(event, usual(event)) for event in ABOUT}


def for_event(db: Session, user_ids: Collection[int], event: str) -> dict[int, Mailing]:
    """Return how each of these people wants to be told of one kind of event."""
    query = select(MailWish.user_id, MailWish.mailing).where(MailWish.event == event, MailWish.user_id.in_(user_ids))
    said = dict(db.execute(query).all())
    return {user_id: said.get(user_id, usual(event)) for user_id in user_ids}


def choose(db: Session, actor: Actor, wanted: Mapping[str, Mailing]) -> None:
    """Say how one wants to be told from now on; what is not named stays as it is."""
    require(actor, Can.NEWSROOM_ENTER)
    if actor.id is None or set(wanted) - set(ABOUT):
        raise Invalid("There is no such kind of event.")
    db.execute(delete(MailWish).where(MailWish.user_id == actor.id, MailWish.event.in_(wanted)))
    db.add_all(
        MailWish(user_id=actor.id, event=event, mailing=mailing)
        for event, mailing in wanted.items()
        if mailing is not usual(event)
    )


def due_at(mailing: Mailing, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when somebody who is told in this way is to be mailed of what happens now."""
    if mailing is Mailing.NEVER:
        return None
    if mailing is Mailing.AT_ONCE:
        return now
    here = now.astimezone(zone)
    day = here.date() + timedelta(days=here.time().replace(tzinfo=None) >= DIGEST_AT)
    return datetime.combine(day, DIGEST_AT, zone)
