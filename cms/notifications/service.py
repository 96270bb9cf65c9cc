"""Telling people what concerns them: one line in the inbox, and a letter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from cms.accounts import queries as accounts
from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core import clock, links
from cms.core.db import transaction
from cms.core.errors import NotFound
from cms.core.events import Event
from cms.core.mail import Letter, Mailer
from cms.notifications.models import Notice
from cms.review.comments import queries as talk
from cms.review.models import Comment
from cms.workflow import reviewers

# fmt: off
#: What each event says, and to whom: the piece's authors, those who decide for its desk, those whose approval its
#: review waits for, whoever was asked for one, those who have part in a thread beside it, or only those whom it calls.
TELL = {
    "article.submit":          ("reviewers", "{who} submitted “{headline}” for review"),
    "article.request_changes": ("authors",  "{who} asks for changes to “{headline}”"),
    "article.ask_confirmation": ("authors", "{who} edited “{headline}” and asks you to confirm it"),
    "article.confirm":         ("reviewers", "{who} confirmed the edits of “{headline}”"),
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
    "comment.opened":          ("talk",     "{who} commented on “{headline}”"),
    "comment.replied":         ("talk",     "{who} answered a comment on “{headline}”"),
    "comment.mended":          ("called",   "{who} mended a comment on “{headline}”"),
}
# fmt: on
CALLED = "{who} calls you in a comment on “{headline}”"


@dataclass(frozen=True)
class Notifier:
    """Writes notices and sends them by mail; wired to the events above, from the outbox."""

    mailer: Mailer
    site_name: str
    public_url: str

    def tell(self, db: Session, event: Event) -> None:
        """Write one notice per person, then mail what has not been mailed; safe to repeat at any point.

        The notices are committed first, so that a mail server that is down delays only the mail.
        """
        if event.name not in TELL or event.subject_id is None:
            return
        article = articles.load(db, event.subject_id)
        audience, words = TELL[event.name]
        who = db.get(User, event.actor_id) if event.actor_id else None
        headline = article.head.headline if article.head else ""
        people = [user for user in self._people(db, article, audience, event) if user.id != event.actor_id]
        called = event.details.get("mentions", [])
        note = _note(db, event)
        with transaction(db):
            known = set(db.scalars(select(Notice.user_id).where(Notice.event_id == event.id)))
            for user in people:
                if user.id not in known:
                    said = CALLED if user.id in called else words
                    text = said.format(who=who.name if who else "Galley", headline=headline)
                    db.add(_notice(event, article, user, text, note))
        for user in people:
            self._mail(db, event, user)

    def _people(self, db: Session, article: Article, audience: str, event: Event) -> list[User]:
        if audience in ("talk", "called"):
            part = talk.concerned(db, article, event.details["thread"]) if audience == "talk" else []
            called = accounts.active(db, event.details.get("mentions", []))
            return list({user.id: user for user in (*part, *called)}.values())
        if audience == "reviewers":
            return reviewers.concerned(db, article)
        if audience == "asked":
            return accounts.active(db, event.details["asked"])
        if audience == "deciders":
            found = db.scalars(accounts.deciders(article.desk_id)).all()
            return [user for user in found if user.id not in article.ever_author_ids]
        return list(db.scalars(select(User).where(User.id.in_(article.author_ids), User.disabled_at.is_(None))))

    def _mail(self, db: Session, event: Event, user: User) -> None:
        notice = db.scalar(select(Notice).where(Notice.event_id == event.id, Notice.user_id == user.id))
        if notice is None or notice.mailed_at is not None or notice.article_id is None:
            return
        address = self.public_url + links.newsroom_article(notice.article_id)
        note = [notice.note, ""] if notice.note else []
        lines = [f"{notice.text}.", "", *note, address, "", f"-- {self.site_name}"]
        letter = Letter(
            key=f"event-{event.id}-user-{user.id}",
            to=user.email,
            subject=notice.text.replace("\n", " ")[:180],
            text="\n".join(lines),
        )
        self.mailer.send(letter)
        with transaction(db):
            notice.mailed_at = clock.now()


def _note(db: Session, event: Event) -> str:
    """Return what was said along with it; the words of a comment stand in its own row alone."""
    if "comment" in event.details:
        comment = db.get(Comment, event.details["comment"])
        return comment.text if comment is not None else ""
    return str(event.details.get("note") or event.details.get("reason") or "")


def _notice(event: Event, article: Article, user: User, text: str, note: str) -> Notice:
    return Notice(
        user_id=user.id, event_id=event.id, article_id=article.id, text=text[:300], note=note, made_at=event.at
    )


def unread_count(db: Session, user: User) -> int:
    """Return how many lines of somebody's inbox are unread."""
    return db.scalar(select(func.count(Notice.id)).where(Notice.user_id == user.id, Notice.read_at.is_(None))) or 0


def read_all(db: Session, user: User) -> None:
    """Mark the whole inbox as read."""
    db.execute(update(Notice).where(Notice.user_id == user.id, Notice.read_at.is_(None)).values(read_at=clock.now()))


def read_one(db: Session, user: User, notice_id: int) -> Notice:
    """Mark one line as read and return it."""
    notice = db.get(Notice, notice_id)
    if notice is None or notice.user_id != user.id:
        raise NotFound("There is no such notice.")
    notice.read_at = notice.read_at or clock.now()
    return notice


def inbox(user: User) -> Select[Notice]:
    """Return the query for somebody's inbox, newest first."""
    return select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc())
