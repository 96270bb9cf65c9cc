"""What people do around an interview: plan and send the questions, put the transcript down, tie answers to it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.service import fold_email
from cms.articles import document
from cms.articles.models import Article
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.core.html import clean_text
from cms.interviews.models import AnswerSpan, QuestionPlan, QuestionsSent, Transcript
from cms.interviews.questions import rules
from cms.interviews.questions.rules import Span
from cms.policy import Actor, require
from cms.vocabulary import Can

LONGEST_NAME = 200


def plan(db: Session, actor: Actor, article: Article, questions: str, notes: str, *, seen: int) -> None:
    """Keep what is to be asked, one question a line; `seen` is the version of the plan begun from, 0 for none."""
    require(actor, Can.QUESTIONS_PLAN, article)
    wanted, kept = rules.questions(questions), rules.notes(notes)
    found = db.get(QuestionPlan, article.id)
    if seen != (found.version if found is not None else 0):
        raise Conflict("Somebody changed the plan while you did. Reload it to see what is new.")
    if found is None:
        found = QuestionPlan(article_id=article.id, questions=[], notes="")
        db.add(found)
    if (found.questions, found.notes) != (wanted, kept):
        found.questions, found.notes, found.changed_at = wanted, kept, clock.now()
        db.flush()
        events.record(db, actor, "questions.planned", article, questions=len(wanted))


def send(db: Session, actor: Actor, article: Article, *, to: str, email: str = "") -> QuestionsSent:
    """Keep the planned questions as somebody gets them; with `email`, the worker sends them there.

    Raises Invalid where nothing is planned, or nobody is named.
    """
    require(actor, Can.QUESTIONS_PLAN, article)
    found, name = db.get(QuestionPlan, article.id), clean_text(to)[:LONGEST_NAME]
    if found is None or not found.questions:
        raise Invalid("There is no question to send yet. Write the plan first.")
    if not name:
        raise Invalid("Say to whom they go.", field="to")
    assert actor.id is not None, "whoever plans is signed in"
    sent = QuestionsSent(
        article_id=article.id, questions=list(found.questions), sent_to=name,
        email=fold_email(email) if email else "", sent_by_id=actor.id, sent_at=clock.now(),
    )  # fmt: skip
    db.add(sent)
    db.flush()
    events.record(db, actor, "questions.sent", article, sent=sent.id, questions=len(sent.questions))
    return sent


def put_transcript(db: Session, actor: Actor, article: Article, text: str) -> int:
    """Put down what was said, in the place of what was put down before; return how many ties that loses.

    Answers stay tied to what is in it still, word for word.
    """
    require(actor, Can.TRANSCRIPT_PUT, article)
    wanted = rules.transcript(text)
    assert actor.id is not None, "whoever puts it down is signed in"
    found = db.get(Transcript, article.id)
    if found is not None and found.text == wanted:
        return 0
    before = rules.turns(found.text) if found is not None else []
    if found is None:
        found = Transcript(article_id=article.id)
        db.add(found)
    found.text, found.put_by_id, found.put_at = wanted, actor.id, clock.now()
    lost = _carry(db, article, before, rules.turns(wanted))
    db.flush()
    events.record(db, actor, "transcript.put", article, turns=len(rules.turns(wanted)), ties_lost=lost)
    return lost


def tie(db: Session, actor: Actor, article: Article, spans: Mapping[str, Span | None]) -> None:
    """Say from which turn to which some answers were made of, by their blocks; None unties one."""
    require(actor, Can.TRANSCRIPT_READ, article)
    transcript = db.get(Transcript, article.id)
    if transcript is None or article.head is None:
        raise Invalid("There is no transcript yet that an answer could be tied to.")
    count = len(rules.turns(transcript.text))
    answers = {one.block_id for one in document.passages(article.head.body) if one.is_answer}
    before = {one.block_id: one for one in db.scalars(select(AnswerSpan).where(AnswerSpan.article_id == article.id))}
    changed = 0
    for block_id, wanted in spans.items():
        if block_id not in answers:
            raise Conflict("One of these answers is not in the text any more. Look again.")
        row = before.get(block_id)
        if wanted == ((row.first, row.last) if row is not None else None):
            continue
        changed += 1
        if wanted is None:
            db.delete(row)
            continue
        if row is None:
            row = AnswerSpan(article_id=article.id, block_id=block_id)
            db.add(row)
        row.first, row.last = rules.span(*wanted, count)
    if changed:
        db.flush()
        events.record(db, actor, "transcript.tied", article, answers=changed)


def _carry(db: Session, article: Article, old: list[str], new: list[str]) -> int:
    """Let the ties follow what they are tied to; return how many cannot."""
    lost = 0
    for row in db.scalars(select(AnswerSpan).where(AnswerSpan.article_id == article.id)).all():
        found = rules.carried(old, new, (row.first, row.last))
        if found is None:
            db.delete(row)
            lost += 1
        else:
            row.first, row.last = found
    return lost
