"""Letters to people outside: the private address under which they read, comment or check, and the questions to come.

They are written in the language of the piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cms.articles.models import Article
from cms.core import clock, links
from cms.core.db import transaction
from cms.core.events import Event
from cms.core.mail import Letter, Mailer
from cms.interviews.models import QuestionsSent
from cms.language import Language, nearest
from cms.review import queries as review
from cms.review import service as sharing
from cms.review.models import GalleyLink
from cms.vocabulary import Purpose


@dataclass(frozen=True)
class Courier:
    """Sends letters to people without a login; wired to the events that ask for one, from the outbox."""

    mailer: Mailer
    site_name: str
    public_url: str
    zone: ZoneInfo

    def send_link(self, db: Session, event: Event) -> None:
        """Send a private address to whoever it is for, once, as long as it opens anything.

        The token is made here and stands in the letter alone. Where the letter fails, the next try makes another one.
        """
        query = select(GalleyLink).where(GalleyLink.id == event.details["link"])
        link = db.scalars(query.options(*review.GALLEY)).unique().one()
        if not link.email or link.sent_at is not None or not review.is_open(link):
            return
        with transaction(db):
            token = sharing.give_token(db, link)
        self.mailer.send(self._invitation(link, self.public_url + links.private(token)))
        with transaction(db):
            link.sent_at = clock.now()

    def send_questions(self, db: Session, event: Event) -> None:
        """Send the questions of an interview to whoever is asked, once."""
        query = select(QuestionsSent).where(QuestionsSent.id == event.details["sent"])
        sent = db.scalars(query.options(joinedload(QuestionsSent.sent_by))).one()
        if not sent.email or sent.mailed_at is not None:
            return
        article = db.get_one(Article, sent.article_id, options=[joinedload(Article.head)])
        language = nearest(article.head.language if article.head else "en")
        _ = language.text
        numbered = [f"{number}. {question}" for number, question in enumerate(sent.questions, 1)]
        self.mailer.send(Letter(
            key=f"questions-{sent.id}", to=sent.email, subject=_("%(site)s: our questions to you", site=self.site_name),
            text="\n\n".join([_("These are the questions that we would like to ask you."), *numbered,
                              f"{sent.sent_by.name}\n{self.site_name}"]),
        ))  # fmt: skip
        with transaction(db):
            sent.mailed_at = clock.now()

    def _invitation(self, link: GalleyLink, address: str) -> Letter:
        """Return the letter with a private address; it says nothing of the piece, not even what it is called."""
        language = nearest(link.revision.language)
        _ = language.text
        if link.purpose is Purpose.CHECK:
            subject = _("%(site)s: please check your words", site=self.site_name)
            what = _("We would like to be sure that we quote you as you want to be quoted. Under this address you see "
                     "your own words, and nothing else of the text. You can send us your answer once.")  # fmt: skip
        elif link.purpose is Purpose.COMMENT:
            subject = _("%(site)s: a private proof for your comments", site=self.site_name)
            what = _("Under this address you read a text before it is published, and can comment on it.")
        else:
            subject = _("%(site)s: a private proof", site=self.site_name)
            what = _("Under this address you read a text before it is published.")
        until = _("It opens for you until %(moment)s, without a login. Please do not pass it on.",
                  moment=self._moment(language, link.expires_at))  # fmt: skip
        # A key of its own for each try: mail programs drop what they take for the same letter.
        key = f"private-{link.id}-{link.token_hash[:12]}"
        signed = f"{link.made_by.name}\n{self.site_name}"
        return Letter(key=key, to=link.email, subject=subject, text="\n\n".join([what, address, until, signed]))

    def _moment(self, language: Language, at: datetime) -> str:
        here = at.astimezone(self.zone)
        return f"{language.long_date(here)}, {here:%H:%M}"
