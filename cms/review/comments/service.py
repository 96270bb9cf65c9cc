"""What people do beside a text: say something about it, answer, mend it, take it back, settle it, open it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.document import Anchor, Place
from cms.articles.models import Article, Revision
from cms.core import clock, events
from cms.core.errors import Forbidden, Invalid, NotFound
from cms.policy import READER, Actor, require
from cms.review.comments import queries, rules
from cms.review.comments.facts import FIELDS, PIECE, About
from cms.review.models import Comment, GalleyLink, Thread
from cms.vocabulary import Can


def say(
    db: Session, actor: Actor, article: Article, text: str, about: About, *, is_confidential: bool = False,
    suggestion_id: int | None = None,
) -> Thread:  # fmt: skip
    """Open a thread about a piece, one of its fields, a block, or some words.

    `is_confidential` hides it from the people who wrote the piece; `suggestion_id` lays it with a suggestion. Raises
    Forbidden, or Invalid naming the field, also where the words that are quoted are not in the text.
    """
    require(actor, Can.ARTICLE_CONFER if is_confidential else Can.ARTICLE_DISCUSS, article)
    text = rules.worded(text)
    rules.check(about)
    if article.head is None or actor.id is None:
        raise Invalid("There is no text yet to say something about.")
    place = _place(article.head.body, about) if about.block_id or about.quote else None
    thread = _thread(article, article.head, about, place)
    thread.opened_by_id, thread.is_confidential, thread.suggestion_id = actor.id, is_confidential, suggestion_id
    db.add(thread)
    db.flush()
    _add(db, actor, article, thread, text, "comment.opened")
    return thread


def say_from_outside(db: Session, link: GalleyLink, article: Article, text: str, about: About) -> Thread:
    """Open a thread about the revision that somebody outside reads; that their link opens is all their right.

    Where their words are in the newest text follows from where they were. Raises Invalid naming the field.
    """
    text = rules.worded(text)
    rules.check(about)
    place = _place(link.revision.body, about) if about.block_id or about.quote else None
    thread = _thread(article, link.revision, about, place)
    thread.link_id = link.id
    if place is not None and article.head is not None and article.head.id != link.revision_id:
        old, new = (document.parse(revision.body) for revision in (link.revision, article.head))
        thread.anchor = document.follow(thread.anchor, old, new) or thread.anchor
    db.add(thread)
    db.flush()
    _add(db, READER, article, thread, text, "comment.opened", link=link)
    return thread


def reply_from_outside(db: Session, link: GalleyLink, article: Article, thread: Thread, text: str) -> Comment:
    """Answer in a thread that one began from outside; one that was settled opens again by that."""
    if thread.link_id != link.id:
        raise NotFound("There is no such comment of yours.")
    text = rules.worded(text)
    thread.settled_at, thread.settled_by_id = None, None
    return _add(db, READER, article, thread, text, "comment.replied", link=link)


def _thread(article: Article, revision: Revision, about: About, place: Place | None) -> Thread:
    now = clock.now()
    thread = Thread(
        article_id=article.id,
        revision_id=revision.id,
        field=about.field if place is None else "",
        label=f"Block {place.number}" if place else FIELDS.get(about.field, PIECE),
        is_confidential=False,
        opened_at=now,
        said_at=now,
    )
    if place is not None:
        thread.anchor = document.at_place(place) if about.quote else Anchor(place.block.id)
        thread.quote = thread.anchor_quote or document.teaser(place.block.text, limit=120)
    return thread


def reply(db: Session, actor: Actor, article: Article, thread: Thread, text: str) -> Comment:
    """Answer in a thread; one that was settled opens again by that."""
    _enter(actor, article, thread)
    text = rules.worded(text)
    if thread.settled_at is not None:
        reopen(db, actor, article, thread)
    return _add(db, actor, article, thread, text, "comment.replied")


def mend(db: Session, actor: Actor, article: Article, thread: Thread, comment: Comment, text: str) -> None:
    """Say it better; what it said before is kept with it. Only one's own words can be mended."""
    _enter(actor, article, thread)
    _own(actor, thread, comment)
    text = rules.worded(text)
    if text == comment.text:
        return
    told = _called(db, actor, article, thread, comment.text)
    _keep_former(comment)
    comment.text, comment.mended_at = text, clock.now()
    newly = [user_id for user_id in _called(db, actor, article, thread, text) if user_id not in told]
    _record(db, actor, article, thread, comment, "comment.mended", mentions=newly)


def take_back(db: Session, actor: Actor, article: Article, thread: Thread, comment: Comment) -> None:
    """Take back what one said; that it was there, and what it said, is kept. A second time changes nothing."""
    _enter(actor, article, thread)
    _own(actor, thread, comment)
    if comment.removed_at is not None:
        return
    _keep_former(comment)
    comment.text, comment.removed_at = "", clock.now()
    _record(db, actor, article, thread, comment, "comment.removed")


def settle(db: Session, actor: Actor, article: Article, thread: Thread) -> None:
    """Close a thread: what it asked for is done, or needs not be."""
    _enter(actor, article, thread)
    if thread.settled_at is not None:
        return
    thread.settled_at, thread.settled_by_id = clock.now(), actor.id
    _record(db, actor, article, thread, None, "thread.settled")


def settle_answers(db: Session, actor: Actor, article: Article, suggestion_ids: Collection[int]) -> None:
    """Close what is said about suggestions that were decided: deciding is the answer, and all the right it takes."""
    for thread in queries.about_suggestions(db, suggestion_ids):
        thread.settled_at, thread.settled_by_id = clock.now(), actor.id
        _record(db, actor, article, thread, None, "thread.settled")


def reopen(db: Session, actor: Actor, article: Article, thread: Thread) -> None:
    """Open a thread again that was settled."""
    _enter(actor, article, thread)
    if thread.settled_at is None:
        return
    thread.settled_at, thread.settled_by_id = None, None
    _record(db, actor, article, thread, None, "thread.reopened")


def _enter(actor: Actor, article: Article, thread: Thread) -> None:
    """Raise Forbidden where somebody has no part in a thread of this piece."""
    if thread.article_id != article.id:
        raise Forbidden("That is said about another piece.")
    require(actor, Can.ARTICLE_CONFER if thread.is_confidential else Can.ARTICLE_DISCUSS, article)


def _own(actor: Actor, thread: Thread, comment: Comment) -> None:
    if comment.thread_id != thread.id or comment.author_id != actor.id:
        raise Forbidden("Only whoever said it can change that. Answer it instead.")
    if comment.removed_at is not None:
        raise Invalid("That was taken back already.")


def _place(body: str, about: About) -> Place:
    """Return where in the text something is said; raises Invalid where there is no such place."""
    blocks = document.parse(body)
    anchor = Anchor(about.block_id, about.quote, document.letters(about.before), document.letters(about.after))
    if (place := document.find(anchor, blocks)) is not None:
        return place
    if not about.quote:
        raise Invalid("That block is not in the text any more. Choose another one.", field="about")
    elsewhere = None if about.block_id else document.quoted_in(about.quote, body)
    if elsewhere is None or (place := document.find(elsewhere, blocks)) is None:
        raise Invalid("Those words are not in that place of the text. Copy them from there.", field="quote")
    return place


def _add(
    db: Session, actor: Actor, article: Article, thread: Thread, text: str, name: str, link: GalleyLink | None = None
) -> Comment:  # fmt: skip
    assert (actor.id is None) is (link is not None), "whoever may discuss a piece is signed in, or has a link to it"
    comment = Comment(
        thread_id=thread.id, author_id=actor.id, link_id=link.id if link else None, text=text, made_at=clock.now(),
        former=[],
    )  # fmt: skip
    db.add(comment)
    db.flush()
    thread.said_at = comment.made_at
    # Nobody outside knows the house's names.
    called = _called(db, actor, article, thread, text) if link is None else []
    more = {"link": link.id} if link else {}
    _record(db, actor, article, thread, comment, name, mentions=called, **more)
    return comment


def _called(db: Session, actor: Actor, article: Article, thread: Thread, text: str) -> list[int]:
    """Return whom a text calls, of those who may read it."""
    names = queries.callable_in(db, article, is_confidential=thread.is_confidential) if "@" in text else []
    found = {user_id for name in rules.mentions(text, names) for user_id in name.user_ids}
    return sorted(found - {actor.id})


def _keep_former(comment: Comment) -> None:
    said_at = comment.mended_at or comment.made_at
    comment.former = [*comment.former, {"text": comment.text, "at": said_at.isoformat()}]


def _record(
    db: Session, actor: Actor, article: Article, thread: Thread, comment: Comment | None, name: str, **more: Any
) -> None:
    """Write down who did what, without a word of what was said."""
    if comment is not None:
        more["comment"] = comment.id
    events.record(db, actor, name, article, thread=thread.id, confidential=thread.is_confidential, **more)
