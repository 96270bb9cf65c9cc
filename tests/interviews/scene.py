"""An interview with two experts in it, and what tests ask of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, CreditLine
from cms.core.db import transaction
from cms.interviews.models import QuoteCheck
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.rules import Mark, Statement
from cms.people.models import Person
from cms.review import queries as links
from cms.review.models import GalleyLink
from cms.review.service import Shared
from cms.vocabulary import CreditRole, Kind, State, Verdict
from tests.factories import House, make_article, make_person

STATED = Statement(True, "Head of time", "Northlight Exchange", "None")


def answer(block_id: str, question: str, said: str, speaker: str = "Oduya-Lind") -> str:
    """Return the HTML of a question with its answer."""
    return (
        f'<section class="qa" data-id="{block_id}"><p class="qa-question" data-speaker="Overscan">{question}</p>'
        f'<div class="qa-answer" data-speaker="{speaker}"><p>{said}</p></div></section>'
    )


BODY = (
    '<p data-id="i1">We met in the control room, where it hummed.</p>'
    + answer("q1", "What is a second?", "A promise with an <em>error</em> bar.")
    + answer("q2", "Whose second is it?", "Whoever pays for it owns it.")
    + answer("q3", "And you?", "I only keep the books of it.", speaker="Quispe-Hart")
    + '<p data-id="p1">“Nobody had ever asked me that,” says Oduya-Lind on the stairs. It rained.</p>'
)


class Scene:
    """The piece, its two experts, and everything that is done to it."""

    def __init__(self, db: Session, house: House, state: State = State.DRAFT, **changed: Any) -> None:
        self.db, self.house = db, house
        self.other = make_person(db, "Ravel Quispe-Hart")
        credits = (
            CreditLine(house.author.id, CreditRole.INTERVIEWER),
            CreditLine(house.expert.id, CreditRole.INTERVIEWEE, "Head of time, Northlight Exchange"),
            CreditLine(self.other.id, CreditRole.INTERVIEWEE),
        )
        fields = {"kind": Kind.INTERVIEW, "credits": credits, "body": BODY} | changed
        self.id = make_article(db, house, state, **fields).id

    @property
    def article(self) -> Article:
        """The piece as it is now."""
        self.db.expire_all()
        return articles.load(self.db, self.id)

    @property
    def expert(self) -> Person:
        """Who is asked, if nobody else is named."""
        return self.house.expert

    def ask(self, *keys: str, email: str = "", days: int = 7, person: Person | None = None) -> Shared:
        """Ask the expert about some passages, or about all that seem to be theirs."""
        article, person = self.article, person or self.expert
        picks = list(keys) or [one.passage.key for one in quotes.offers(article, person) if one.is_theirs]
        with transaction(self.db):
            return checking.ask(
                self.db, self.house.editor, article, person.id, picks, seen=article.head_id, days=days, email=email
            )

    def link(self, shared: Shared) -> GalleyLink:
        """Return the link as somebody has it who opened it."""
        return links.link_for(self.db, shared.token)

    def checks(self, shared: Shared) -> list[QuoteCheck]:
        """Return what is asked under a link."""
        return quotes.checks_of(self.db, shared.link)

    def answer(self, shared: Shared, *marks: Mark, stated: Statement | None = STATED) -> int:
        """Answer about all that is asked, in order; what is not named is correct."""
        checks = self.checks(shared)
        by_id = {check.id: marks[n] if n < len(marks) else Mark(Verdict.CORRECT) for n, check in enumerate(checks)}
        article = self.article
        link = self.link(shared)
        with transaction(self.db):
            return checking.answer(self.db, link, article, by_id, stated)
