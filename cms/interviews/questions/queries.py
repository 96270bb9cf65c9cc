"""Questions about plans, what was sent, transcripts, and how much of what was said is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cms.articles import document
from cms.articles.document import Passage
from cms.articles.models import Article
from cms.interviews.models import AnswerSpan, QuestionPlan, QuestionsSent, Transcript
from cms.interviews.questions import rules
from cms.policy import Actor, can, require
from cms.vocabulary import Can


@dataclass(frozen=True)
class Condensed:
    """An answer, the part of the transcript that it was made of, and how many words each has.

    `is_tied` tells what somebody said from what only seems so.
    """

    answer: Passage
    span: tuple[int, int] | None
    is_tied: bool
    words: int
    said: int

    @property
    def percent(self) -> int:
        """How much is left of what was said."""
        return round(100 * self.words / self.said) if self.said else 0


def plan_of(db: Session, actor: Actor, article: Article) -> QuestionPlan | None:
    """Return what is to be asked, if anything was planned; raises Forbidden."""
    require(actor, Can.QUESTIONS_PLAN, article)
    return db.get(QuestionPlan, article.id)


def sent_of(db: Session, actor: Actor, article: Article) -> list[QuestionsSent]:
    """Return the questions as they were sent, what went last first; raises Forbidden."""
    require(actor, Can.QUESTIONS_PLAN, article)
    query = select(QuestionsSent).where(QuestionsSent.article_id == article.id).order_by(QuestionsSent.id.desc())
    return list(db.scalars(query.options(joinedload(QuestionsSent.sent_by))))


@dataclass(frozen=True)
class HandedIn:
    """That a transcript is there: since when, from whom, and how long it is; nothing of what it says."""

    at: datetime
    by: str
    words: int


def handed_in(db: Session, actor: Actor, article: Article) -> HandedIn | None:
    """Return that there is a transcript, to whoever may put one there; raises Forbidden."""
    require(actor, Can.TRANSCRIPT_PUT, article)
    found = _transcript(db, article)
    return HandedIn(found.put_at, found.put_by.name, document.words_in(found.text)) if found is not None else None


def transcript_of(db: Session, actor: Actor, article: Article) -> Transcript | None:
    """Return what was said, if anybody put it here; raises Forbidden."""
    require(actor, Can.TRANSCRIPT_READ, article)
    return _transcript(db, article)


def turns(transcript: Transcript | None) -> list[str]:
    """Return what was said, turn by turn."""
    return rules.turns(transcript.text) if transcript is not None else []


def condensed(db: Session, article: Article, said: Sequence[str]) -> list[Condensed]:
    """Return every answer of the newest text with the turns that it was made of; one query."""
    answers = [one for one in document.passages(article.head.body) if one.is_answer] if article.head else []
    query = select(AnswerSpan.block_id, AnswerSpan.first, AnswerSpan.last).where(AnswerSpan.article_id == article.id)
    tied = {block_id: (first, last) for block_id, first, last in db.execute(query)}
    proposed = rules.matched(said, {one.block_id: one.words for one in answers if one.block_id not in tied})
    return [
        _condensed(one, tied.get(one.block_id) or proposed.get(one.block_id), one.block_id in tied, said)
        for one in answers
    ]


def overall(rows: Sequence[Condensed]) -> Condensed | None:
    """Return the tied answers as if they were one, None where none is."""
    tied = [row for row in rows if row.is_tied]
    if not tied:
        return None
    return Condensed(tied[0].answer, None, True, sum(row.words for row in tied), sum(row.said for row in tied))


def may_read(actor: Actor, article: Article) -> bool:
    """Tell whether somebody may read what was said in the room."""
    return can(actor, Can.TRANSCRIPT_READ, article)


def _transcript(db: Session, article: Article) -> Transcript | None:
    query = select(Transcript).where(Transcript.article_id == article.id).options(joinedload(Transcript.put_by))
    return db.scalars(query).one_or_none()


def _condensed(answer: Passage, span: tuple[int, int] | None, is_tied: bool, turns: Sequence[str]) -> Condensed:
    part = turns[span[0] - 1 : span[1]] if span else ()
    return Condensed(answer, span, is_tied, document.words_in(answer.words), sum(map(document.words_in, part)))
