"""Whether a change to a live piece is a correction: asked where it touches what readers know, and the answer kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import queries as articles
from cms.articles.document import Claim
from cms.articles.models import Article, Correction, Revision
from cms.core import events
from cms.core.errors import Conflict
from cms.policy import Actor, require
from cms.publication.models import Live, Published
from cms.vocabulary import Can

RULED_OUT = "article.correction_ruled_out"
#: The fields beside the body in which a number, a name or a quote is as good as in it.
LINES = ("headline", "dek")


@dataclass(frozen=True)
class Question:
    """What the newest text changed of what readers know, and what it tells them about that.

    `written` are the corrections that it brings, `known` those that readers see already.
    """

    claims: tuple[Claim, ...] = ()
    written: tuple[Correction, ...] = ()
    known: tuple[Correction, ...] = ()
    is_ruled_out: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say if this is a correction."""
        return bool(self.claims) and not self.written and not self.is_ruled_out

    @property
    def touched(self) -> tuple[str, ...]:
        """What is different: number, name, quote."""
        return tuple(dict.fromkeys(what for claim in self.claims for what in claim.touched))

    @property
    def mark(self) -> str:
        """A hash of what was changed, so that an answer holds for just that."""
        facts = [asdict(claim) for claim in self.claims]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def question(db: Session, article: Article, live: Live | None) -> Question:
    """Return what is to be asked about the newest text of a piece; at most four queries, none for what is not live."""
    head = article.head
    if head is None or not isinstance(live, Published):
        return Question()
    told = head.content().corrections
    if head.content_hash == live.content_hash:
        return Question(known=told)
    readers = articles.revision_by_id(db, article, live.revision_id)
    assert readers is not None, "a live piece's revision is never deleted"
    before = {one.number for one in readers.content().corrections}
    found = Question(
        claims=tuple(_claims(readers, head)),
        written=tuple(one for one in told if one.number not in before),
        known=tuple(one for one in told if one.number in before),
    )
    if not found.is_open:
        return found
    return Question(found.claims, found.written, found.known, is_ruled_out=_answer(db, article) == found.mark)


def rule_out(db: Session, actor: Actor, article: Article, *, seen: int) -> None:
    """Record that what the newest text changed is no correction; asking twice records nothing."""
    require(actor, Can.ARTICLE_EDIT, article)
    if article.head is None or seen != article.head_id:
        raise Conflict("The text changed while you were reading it. Look again, then decide.")
    asked = question(db, article, db.get(Published, article.id))
    if not asked.is_open:
        return
    events.record(
        db, actor, RULED_OUT, article, revision=article.head.number, hash=article.head.content_hash,
        touched=list(asked.touched), mark=asked.mark,
    )  # fmt: skip


def _claims(old: Revision, new: Revision) -> list[Claim]:
    names = [credit.person.name for revision in (old, new) for credit in revision.credits]
    lines = [(getattr(old, field), getattr(new, field)) for field in LINES]
    return document.claims(old.body, new.body, lines=lines, names=names, language=new.language)


def _answer(db: Session, article: Article) -> str | None:
    said = select(events.Event.details).where(
        events.Event.subject_type == "article", events.Event.subject_id == article.id, events.Event.name == RULED_OUT
    )
    details = db.scalar(said.order_by(events.Event.id.desc()).limit(1))
    return details.get("mark") if details else None
