"""What people do with suggestions: make them by writing a copy of their own, accept, reject and withdraw them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import document
from cms.articles import service as texts
from cms.articles.document import Stale
from cms.articles.models import Article, Content
from cms.core import clock, events
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.html import clean_text
from cms.policy import Actor, can, require
from cms.review.comments import queries as comments
from cms.review.comments import service as talk
from cms.review.models import GalleyLink, Proposal, Suggestion, Thread
from cms.review.suggestions import queries, rules
from cms.review.suggestions.rules import FIELDS, Wish
from cms.vocabulary import Can, Fate

LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Taken:
    """What came of accepting several suggestions at once: how many are in the text, and why the others are not."""

    accepted: int
    stale: tuple[str, ...] = ()


def suggest(
    db: Session, actor: Actor, article: Article, wanted: Content, *, seen: int, is_quiet: bool = False
) -> list[Suggestion]:
    """Make of a proposed copy what it changes in the piece, in the place of what this person suggested before.

    `seen` is the id of the revision that the copy was made of; what was saved meanwhile is in it too. Whose suggestions
    they are, and what they change, follows from the session and from the stored text, not from what was sent. Returns
    what waits of this person's now. Nothing of the piece is changed. `is_quiet` marks what is kept while somebody
    writes: half a word that was suggested for a second leaves no trace.
    """
    require(actor, Can.ARTICLE_SUGGEST, article)
    if article.head is None or actor.id is None:
        raise Invalid("There is no text yet to suggest something for.")
    base = article.head.content()
    copy = replace(base, body=wanted.body, **{field: getattr(wanted, field) for field in FIELDS})
    copy = texts.carried(db, article, copy, seen=seen)
    found, order = rules.wishes(base, copy)
    proposal = _proposal(db, article, actor.id)
    proposal.revision_id, proposal.blocks, proposal.made_at = article.head.id, list(order), clock.now()
    db.flush()
    before = {rules.key(one): one for one in _open(db, proposal)}
    new = [wish for wish in found if wish.key not in before]
    db.add_all(_suggestion(proposal, wish, is_draft=True) for wish in new)
    gone = [one for key, one in before.items() if key not in {wish.key for wish in found}]
    for one in gone:
        if one.is_draft:
            db.delete(one)
        else:
            _decide(one, actor, Fate.WITHDRAWN)
    db.flush()
    left = _open(db, proposal)
    if not is_quiet and (gone or any(one.is_draft for one in left)):
        for one in left:
            one.is_draft = False
        events.record(db, actor, "suggestion.made", article, waiting=len(left))
    return left


def suggest_from_outside(db: Session, link: GalleyLink, article: Article, blocks: Mapping[str, str]) -> int:
    """Suggest other blocks in the place of some, for somebody outside; return how many there are.

    That their link opens is all their right; what may be touched has been looked at by whoever calls this.
    """
    base = _content(article)
    body = "".join(blocks.get(block.id, block.html) for block in document.parse(base.body))
    found, order = rules.wishes(base, replace(base, body=document.normalise(body)))
    assert article.head is not None
    proposal = Proposal(
        article_id=article.id, link_id=link.id, revision_id=article.head.id, blocks=list(order), made_at=clock.now()
    )  # fmt: skip
    db.add(proposal)
    db.flush()
    db.add_all(_suggestion(proposal, wish, is_draft=False) for wish in found)
    db.flush()
    return len(found)


def accept(
    db: Session, actor: Actor, article: Article, suggestion: Suggestion, picks: Collection[int] | None = None
) -> None:  # fmt: skip
    """Make a suggestion in the text, as a new revision; `picks` are those of its single changes that are wanted.

    Raises Forbidden, Invalid, or Conflict with the reason where the text does not allow it any more.
    """
    _decidable(actor, article, suggestion)
    waiting = queries.waiting(db, article)
    own = next((one for one in waiting if one.id == suggestion.id), None)
    if own is None:
        raise Conflict("That suggestion was decided already.")
    whole = picks is None or set(picks) >= set(range(len(document.singles(own.operation)) if not own.field else 0))
    try:
        content = rules.applied(_content(article), own, waiting, None if whole else picks)
    except Stale as stale:
        raise Conflict(f"{stale} Reject it, or ask for a new one.") from stale
    _save(db, actor, article, content, [own])
    if whole:
        _decide(own, actor, Fate.ACCEPTED)
        talk.settle_answers(db, actor, article, [own.id])
    elif picks is not None:
        own.old = list(document.without(own.operation, picks).old)
    events.record(
        db, actor, "suggestion.accepted", article, suggestion=own.id, author=own.proposal.author_id, whole=whole
    )  # fmt: skip


def accept_all(db: Session, actor: Actor, article: Article, proposal_id: int) -> Taken:
    """Make all that one person suggests in the text, as one revision; what the text does not allow stays open."""
    require(actor, Can.ARTICLE_EDIT, article)
    waiting = queries.waiting(db, article)
    own = [one for one in waiting if one.proposal_id == proposal_id]
    content, made, stale = rules.all_in(_content(article), own, waiting)
    if made:
        _save(db, actor, article, content, made)
    for one in made:
        _decide(one, actor, Fate.ACCEPTED)
    if made:
        ids = [one.id for one in made]
        talk.settle_answers(db, actor, article, ids)
        events.record(db, actor, "suggestion.all_accepted", article, suggestions=ids, author=made[0].proposal.author_id)
    return Taken(len(made), tuple(stale))


def reject(db: Session, actor: Actor, article: Article, suggestion: Suggestion, reason: str = "") -> None:
    """Leave the text as it is; whoever suggested it withdraws it by that. A second time changes nothing.

    Raises Forbidden, or Conflict where it is in the text already.
    """
    is_own = suggestion.proposal.author_id == actor.id and can(actor, Can.ARTICLE_READ, article)
    if not is_own or suggestion.article_id != article.id:
        _decidable(actor, article, suggestion)
    if suggestion.fate is Fate.ACCEPTED:
        who = db.get(User, suggestion.decided_by_id)
        raise Conflict(f"{who.name if who else 'Somebody'} has accepted that already: it is in the text.")
    if suggestion.fate is not Fate.OPEN:
        return
    suggestion.reason = clean_text(reason)[:LONGEST_REASON]
    _decide(suggestion, actor, Fate.WITHDRAWN if is_own else Fate.REJECTED)
    talk.settle_answers(db, actor, article, [suggestion.id])
    events.record(
        db, actor, f"suggestion.{suggestion.fate.value}", article, suggestion=suggestion.id,
        author=suggestion.proposal.author_id,
    )  # fmt: skip


def answer(db: Session, actor: Actor, article: Article, suggestion: Suggestion, text: str) -> Thread:
    """Say something about a suggestion instead of deciding about it; deciding settles what was said.

    Raises Forbidden, Conflict where it was decided already, or Invalid naming the field.
    """
    if suggestion.article_id != article.id:
        raise Forbidden("That is suggested for another piece.")
    if suggestion.fate is not Fate.OPEN:
        raise Conflict("That suggestion was decided already.")
    for thread in comments.about_suggestions(db, [suggestion.id]):
        talk.reply(db, actor, article, thread, text)
        return thread
    about = queries.place(suggestion, document.parse(_content(article).body))
    return talk.say(db, actor, article, text, about, suggestion_id=suggestion.id)


def _suggestion(proposal: Proposal, wish: Wish, *, is_draft: bool) -> Suggestion:
    return Suggestion(
        article_id=proposal.article_id, proposal_id=proposal.id, kind=wish.kind, field=wish.field, old=list(wish.old),
        new=list(wish.new), is_draft=is_draft, made_at=clock.now(),
    )  # fmt: skip


def _decidable(actor: Actor, article: Article, suggestion: Suggestion) -> None:
    if suggestion.article_id != article.id:
        raise Forbidden("That is suggested for another piece.")
    require(actor, Can.ARTICLE_EDIT, article)


def _content(article: Article) -> Content:
    if article.head is None:
        raise Invalid("This piece has no text yet.")
    return article.head.content()


def _save(db: Session, actor: Actor, article: Article, content: Content, made: Sequence[Suggestion]) -> None:
    names = list(dict.fromkeys(one.proposal.who for one in made))
    assert article.head is not None
    texts.save_draft(db, actor, article, content, seen=article.head.id, note=f"Suggested by {names[0]}")


def _decide(suggestion: Suggestion, actor: Actor, fate: Fate) -> None:
    suggestion.fate, suggestion.decided_by_id, suggestion.decided_at = fate, actor.id, clock.now()


def _proposal(db: Session, article: Article, author_id: int) -> Proposal:
    """Return the one proposal that somebody has beside a piece, held, so that two tabs of theirs never cross."""
    query = select(Proposal).where(Proposal.article_id == article.id, Proposal.author_id == author_id)
    found = db.scalars(query.with_for_update()).one_or_none()
    if found is None:
        found = Proposal(article_id=article.id, author_id=author_id, blocks=[])
        db.add(found)
    return found


def _open(db: Session, proposal: Proposal) -> list[Suggestion]:
    query = select(Suggestion).where(Suggestion.proposal_id == proposal.id, Suggestion.fate == Fate.OPEN)
    return list(db.scalars(query.order_by(Suggestion.id).options(*queries.WHOLE)))
