"""Questions about suggestions: what waits beside a piece, and whether the text still allows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from cms.articles import document
from cms.articles.document import Block, Change, Stale, Swap
from cms.articles.models import Article, Content
from cms.core.errors import NotFound
from cms.core.html import escape
from cms.policy import Actor, can
from cms.review.comments.facts import About
from cms.review.models import Proposal, Suggestion
from cms.review.suggestions import rules
from cms.vocabulary import Can, Fate

WHOLE = (joinedload(Suggestion.proposal).options(joinedload(Proposal.author), joinedload(Proposal.link)),)
DECIDED = 20
#: What a comment on these fields is about: what belongs to the picture is said of the picture.
COMMENTED = {"hero_alt": "hero_id", "hero_caption": "hero_id"}


@dataclass(frozen=True)
class Offered:
    """One suggestion as pages show it: what it would change now, or why it cannot.

    `alternatives` are the numbers of others' suggestions for the same place, of which accepting one decides about all.
    """

    suggestion: Suggestion
    number: int
    anchor: str
    changes: tuple[Change, ...]
    swaps: tuple[Swap, ...]
    singles: tuple[tuple[str, str], ...]
    stale: str = ""
    alternatives: tuple[Suggestion, ...] = ()

    @property
    def label(self) -> str:
        """What it is about, in a word or two."""
        field = rules.FIELDS.get(self.suggestion.field, "")
        if field:
            return field[:1].upper() + field[1:]
        return f"Block {self.number}" if self.number else "The beginning"


def waiting(db: Session, article: Article) -> list[Suggestion]:
    """Return everything that is suggested for a piece and not decided, in the order in which it was made."""
    query = select(Suggestion).where(Suggestion.article_id == article.id, Suggestion.fate == Fate.OPEN)
    return list(db.scalars(query.order_by(Suggestion.id).options(*WHOLE)))


def suggestion_of(db: Session, actor: Actor, article: Article, suggestion_id: int) -> Suggestion:
    """Return one suggestion for this piece."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.article_id == article.id)
    found = db.scalars(query.options(*WHOLE)).one_or_none()
    if found is None or not can(actor, Can.ARTICLE_READ, article):
        raise NotFound("There is no such suggestion for this piece.")
    return found


def beside(db: Session, article: Article) -> tuple[list[Offered], list[Offered]]:
    """Return what is suggested for a piece, in the order of the text, each as it would change it now.

    And what was accepted and rejected last, as it was suggested. One query for both.
    """
    if article.head is None:
        return [], []
    own = Suggestion.article_id == article.id
    decided = select(Suggestion.id).where(own, Suggestion.fate.in_([Fate.ACCEPTED, Fate.REJECTED]))
    newest = decided.order_by(Suggestion.decided_at.desc(), Suggestion.id.desc()).limit(DECIDED)
    query = select(Suggestion).where(own, or_(Suggestion.fate == Fate.OPEN, Suggestion.id.in_(newest)))
    query = query.order_by(Suggestion.id).options(*WHOLE, joinedload(Suggestion.decided_by))
    # What was decided in this very session has yet to learn by whom.
    found = list(db.scalars(query.execution_options(populate_existing=True)))
    content = article.head.content()
    now = document.parse(content.body)
    open_ones = [one for one in found if one.fate is Fate.OPEN]
    offered = [_offered(content, one, open_ones) for one in open_ones]
    offered.sort(key=lambda one: (not one.suggestion.field, one.number, one.suggestion.id))
    kept = sorted((one for one in found if one.decided_at), key=lambda one: (one.decided_at, one.id), reverse=True)
    return offered, [_as_it_was(one, now) for one in kept]


def own_copy(db: Session, actor: Actor, article: Article) -> Content:
    """Return the piece with everything that somebody suggests for it: the copy on which they go on suggesting."""
    assert article.head is not None
    open_ones = waiting(db, article)
    own = [one for one in open_ones if one.proposal.author_id == actor.id]
    return rules.all_in(article.head.content(), own, open_ones)[0]


def _offered(content: Content, suggestion: Suggestion, open_ones: list[Suggestion]) -> Offered:
    alternatives = tuple(other for other in open_ones if rules.meet(suggestion, other, open_ones))
    singles = document.singles(suggestion.operation) if not suggestion.field else ()
    now = document.parse(content.body)
    number, anchor = _place(suggestion, now)
    try:
        made = rules.applied(content, suggestion, open_ones)
    except Stale as stale:
        changes = _as_suggested(suggestion)
        return Offered(suggestion, number, anchor, changes, _swaps(changes), (), str(stale), alternatives)
    changes = _changes(suggestion, content, made)
    return Offered(suggestion, number, anchor, changes, _swaps(changes), singles, "", alternatives)


def place(suggestion: Suggestion, now: tuple[Block, ...]) -> About:
    """Return what a comment on a suggestion is about: its field, or the block at which it is shown."""
    if suggestion.field:
        return About(COMMENTED.get(suggestion.field, suggestion.field))
    return About(block_id=_place(suggestion, now)[1].removeprefix("b-"))


def _as_it_was(suggestion: Suggestion, now: tuple[Block, ...]) -> Offered:
    changes = _as_suggested(suggestion)
    return Offered(suggestion, *_place(suggestion, now), changes, _swaps(changes), ())


def _place(suggestion: Suggestion, now: tuple[Block, ...]) -> tuple[int, str]:
    """Return the block at which a suggestion is shown: its own, or the one behind which it puts something."""
    if suggestion.field:
        return 0, f"f-{suggestion.field}"
    places = {block.id: number for number, block in enumerate(now, 1)}
    order, operation = suggestion.proposal.blocks, suggestion.operation
    wanted = list(operation.old_ids)
    for block_id in operation.places:
        before = order[: order.index(block_id)] if block_id in order else []
        wanted += reversed(before)
    found = next((block_id for block_id in wanted if block_id in places), "")
    return places.get(found, 0), f"b-{found}" if found else ""


def _changes(suggestion: Suggestion, content: Content, made: Content) -> tuple[Change, ...]:
    """Return what a suggestion changes, of the blocks that it is about alone."""
    if suggestion.field:
        return _as_suggested(suggestion)
    touched = {*suggestion.operation.old_ids, *suggestion.operation.new_ids}
    before = [block for block in document.parse(content.body) if block.id in touched]
    after = [block for block in document.parse(made.body) if block.id in touched]
    return tuple(document.compare_blocks(before, after))


def _swaps(changes: tuple[Change, ...]) -> tuple[Swap, ...]:
    """Return the changed words, where nothing but words of one block changed."""
    if len(changes) != 1 or len(changes[0].old) != 1 or len(changes[0].new) != 1:
        return ()
    return document.swaps(changes[0].old[0].html, changes[0].new[0].html)


def _as_suggested(suggestion: Suggestion) -> tuple[Change, ...]:
    old, new = suggestion.old, suggestion.new
    if suggestion.field:
        old, new = ([_line(text) for text in side] for side in (old, new))
    return tuple(document.compare("".join(old), "".join(new)))


def _line(text: str) -> str:
    return f'<p data-id="field">{escape(text)}</p>' if text else ""
