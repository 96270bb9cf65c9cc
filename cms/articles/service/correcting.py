"""What readers are told of a change: written with the revision that makes it, so that an approval signs both."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from cms.articles.models import Article, Content, Correction, Revision
from cms.articles.service.cutting import cut, head_of
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.core.html import clean_text
from cms.policy import Actor, require
from cms.vocabulary import Can, CorrectionKind, Kind

LONGEST = 1_000  # characters, of each of its three texts


def correct(
    db: Session,
    actor: Actor,
    article: Article,
    *,
    kind: CorrectionKind,
    text: str,
    before: str = "",
    after: str = "",
    seen: int,
) -> Revision:
    """Add a correction to a piece that readers know, as a new revision; it becomes visible when that is published.

    `seen` is the id of the revision that the person had before their eyes. Raises Forbidden, Conflict, or Invalid
    naming the field.
    """
    require(actor, Can.ARTICLE_EDIT, article)
    head = _seen(article, seen)
    if article.first_published_at is None or head.kind is Kind.PAGE:
        raise Invalid("Only a piece that readers know can be corrected.")
    texts = {"text": clean_text(text), "before": clean_text(before), "after": clean_text(after)}
    if not texts["text"]:
        raise Invalid("Say to readers what was wrong, or what is new.", field="text")
    for field, words in texts.items():
        if len(words) > LONGEST:
            raise Invalid(f"That is {len(words)} characters long; {LONGEST} is the most.", field=field)
    number, content = head.number + 1, head.content()
    content = replace(content, corrections=(*content.corrections, Correction(number, kind, **texts)))
    return _cut(db, actor, article, head, content, "article.correction_written", texts["text"])


def take_out(db: Session, actor: Actor, article: Article, number: int, *, seen: int) -> Revision:
    """Take a correction out again, as a new revision; the record keeps its words."""
    require(actor, Can.ARTICLE_EDIT, article)
    head = _seen(article, seen)
    content = head.content()
    gone = next((one for one in content.corrections if one.number == number), None)
    if gone is None:
        raise Conflict("That correction is not in the newest text any more.")
    content = replace(content, corrections=tuple(one for one in content.corrections if one is not gone))
    return _cut(db, actor, article, head, content, "article.correction_taken_out", gone.text)


def _seen(article: Article, seen: int) -> Revision:
    head = head_of(article)
    if seen != head.id:
        raise Conflict("The text changed while you were reading it. Look again, then decide.")
    return head


def _cut(
    db: Session, actor: Actor, article: Article, head: Revision, content: Content, name: str, note: str
) -> Revision:
    revision = cut(db, actor, article, content, number=head.number + 1, note="", at=clock.now())
    events.record(
        db, actor, name, article, before=head.content_hash, after=revision.content_hash, revision=revision.number,
        note=note,
    )  # fmt: skip
    return revision
