"""Telling people what concerns them: one line in the inbox, from which the letters are made (`letters`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from cms.accounts import queries as accounts
from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import NotFound
from cms.core.events import Event
from cms.notifications import wishes
from cms.notifications.models import Notice
from cms.review.comments import queries as talk
from cms.review.models import Comment, GalleyLink
from cms.vocabulary import Mailing, State
from cms.workflow import reviewers

# fmt: off
#: What each event says, and to whom: the piece's authors, those who decide for its desk, both, those whose approval its
#: review waits for (`bench`: also where it was decided meanwhile), whoever was asked for one, whoever suggested it,
#: those who have part in a thread beside it, or only those whom it calls by name.
TELL = {
    "article.created":         ("pitched",  "{who} pitched “{headline}”"),
    "article.start":           ("authors",  "{who} said yes to “{headline}”"),
    "article.spike":           ("authors",  "{who} dropped “{headline}”"),
    "article.planned":         ("authors",  "{who} changed the plan of “{headline}”"),
    "article.submit":          ("bench",    "{who} submitted “{headline}” for review"),
    "article.request_changes": ("authors",  "{who} asks for changes to “{headline}”"),
    "article.ask_confirmation": ("authors", "{who} edited “{headline}” and asks you to confirm it"),
    "article.confirm":         ("bench",    "{who} confirmed the edits of “{headline}”"),
    "article.sign":            ("reviewers", "{who} approved “{headline}”, and it waits for you now"),
    "review.asked":            ("asked",    "{who} asks you to review “{headline}”"),
    "review.due_soon":         ("reviewers", "The review of “{headline}” is due soon"),
    "review.overdue":          ("reviewers", "The review of “{headline}” is overdue"),
    "article.approve":         ("authors",  "{who} approved “{headline}”"),
    "article.schedule":        ("authors",  "“{headline}” is scheduled"),
    "article.publish":         ("authors",  "“{headline}” is live"),
    "article.withdraw":        ("authors",  "{who} withdrew “{headline}”"),
    "article.publish_failed":  ("deciders", "“{headline}” could not be published on time"),
    "suggestion.made":         ("authors",  "{who} suggests changes to “{headline}”"),
    "suggestion.accepted":     ("suggested", "{who} accepted what you suggest for “{headline}”"),
    "suggestion.all_accepted": ("suggested", "{who} accepted all that you suggest for “{headline}”"),
    "suggestion.rejected":     ("suggested", "{who} rejected what you suggest for “{headline}”"),
    "comment.opened":          ("talk",     "{who} commented on “{headline}”"),
    "comment.replied":         ("talk",     "{who} answered a comment on “{headline}”"),
    "comment.mended":          ("called",   "{who} mended a comment on “{headline}”"),
    "quotes.answered":         ("all",      "{who} answered about their words in “{headline}”"),
    "search.matched":          ("watching", "“{headline}” answers your search “{search}”"),
}
# fmt: on
CALLED = "{who} calls you in a comment on “{headline}”"


@dataclass(frozen=True)
class Notifier:
    """Writes notices; wired to the events above, from the outbox. `zone` is that of the days in them."""

    zone: ZoneInfo

    def tell(self, db: Session, event: Event) -> None:
        """Write one notice per person, with when each is to be mailed; safe to repeat at any point."""
        if event.name not in TELL or event.subject_id is None or not _is_news(event):
            return
        article = articles.load(db, event.subject_id)
        audience, words = TELL[event.name]
        named = {
            "who": _who(db, event),
            "headline": article.head.headline if article.head else "",
            "search": event.details.get("search", ""),
        }
        people = [user for user in self._people(db, article, audience, event) if user.id != event.actor_id]
        called = event.details.get("mentions", [])
        note = self._note(db, article, event)
        wanted = wishes.for_event(db, [user.id for user in people], event.name)
        with transaction(db):
            known = set(db.scalars(select(Notice.user_id).where(Notice.event_id == event.id)))
            for user in people:
                if user.id not in known:
                    said = CALLED if user.id in called else words
                    self._write(db, event, article, user, said.format(**named), note, wanted[user.id])

    def _write(
        self, db: Session, event: Event, article: Article, user: User, text: str, note: str, mailing: Mailing
    ) -> None:
        db.add(
            Notice(
                user_id=user.id, event_id=event.id, article_id=article.id, text=text[:300], note=note, made_at=event.at,
                is_digest=mailing is Mailing.DIGEST, mail_due_at=wishes.due_at(mailing, clock.now(), self.zone),
            )
        )  # fmt: skip

    def _people(self, db: Session, article: Article, audience: str, event: Event) -> list[User]:
        if audience in ("talk", "called"):
            part = talk.concerned(db, article, event.details["thread"]) if audience == "talk" else []
            called = accounts.active(db, event.details.get("mentions", []))
            return list({user.id: user for user in (*part, *called)}.values())
        if audience == "all":
            both = (*self._people(db, article, "deciders", event), *self._people(db, article, "authors", event))
            return list({user.id: user for user in both}.values())
        waiting = reviewers.concerned(db, article) if audience in ("bench", "reviewers") else []
        if waiting or audience == "reviewers":
            return waiting
        if audience == "asked":
            return accounts.active(db, event.details["asked"])
        if audience in ("bench", "deciders", "pitched"):  # or it was decided before anybody could be told
            found = db.scalars(accounts.deciders(article.desk_id)).all()
            return [user for user in found if user.id not in article.ever_author_ids]
        if audience == "suggested":
            return accounts.active(db, [event.details["author"]] if event.details["author"] else [])
        if audience == "watching":
            return accounts.active(db, event.details["users"])
        return accounts.active(db, article.author_ids)

    def _note(self, db: Session, article: Article, event: Event) -> str:
        """Return what was said along with it; the words of a comment stand in its own row alone."""
        if "comment" in event.details:
            comment = db.get(Comment, event.details["comment"])
            return comment.text if comment is not None else ""
        if event.name == "article.planned":
            return self._planned(event.details["after"])
        said = str(event.details.get("note") or event.details.get("reason") or "")
        if event.name == "article.start" and article.due_at is not None:
            said = f"{said} {self._planned({'due_at': article.due_at.isoformat()})} {article.brief}".strip()
        return said

    def _planned(self, after: dict[str, Any]) -> str:
        """Say what of a plan is new."""
        said = []
        for name, words, none in (
            ("due_at", "Due {}.", "It has no due date any more."),
            ("embargo_until", "Not before {}.", "It has no embargo any more."),
        ):
            if name in after:
                said.append(words.format(self._moment(after[name])) if after[name] else none)
        if after.get("brief"):
            said.append(str(after["brief"]))
        return " ".join(said)

    def _moment(self, text: str) -> str:
        at = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{at:%A} {at.day} {at:%B}, {at:%H:%M}"


def _who(db: Session, event: Event) -> str:
    """Return who did it: somebody with a login, somebody outside under a private address, or the machine."""
    if event.actor_id is not None:
        return db.get_one(User, event.actor_id).name
    outside = db.get(GalleyLink, event.details["link"]) if "link" in event.details else None
    return outside.label if outside is not None else "Galley"


def _is_news(event: Event) -> bool:
    """Tell whether it concerns anybody: a piece that is begun does as a pitch only, a plan once it is none any more."""
    is_pitch = event.details.get("state") == State.IDEA
    return {"article.created": is_pitch, "article.planned": not is_pitch}.get(event.name, True)


def unread_count(db: Session, user: User) -> int:
    """Return how many lines of somebody's inbox are unread."""
    return db.scalar(select(func.count(Notice.id)).where(Notice.user_id == user.id, Notice.read_at.is_(None))) or 0


def read_all(db: Session, user: User) -> None:
    """Mark the whole inbox as read."""
    db.execute(update(Notice).where(Notice.user_id == user.id, Notice.read_at.is_(None)).values(read_at=clock.now()))


def read_one(db: Session, user: User, notice_id: int) -> Notice:
    """Mark one line as read and return it."""
    notice = db.get(Notice, notice_id, options=[joinedload(Notice.event)])
    if notice is None or notice.user_id != user.id:
        raise NotFound("There is no such notice.")
    notice.read_at = notice.read_at or clock.now()
    return notice


def inbox(user: User) -> Select[Notice]:
    """Return the query for somebody's inbox, newest first."""
    return select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc())
