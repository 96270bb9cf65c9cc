"""Questions about what was said: beside one piece, and on all that somebody has to do with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cms.accounts.models import User
from cms.articles import document
from cms.articles.document import Mark, Place
from cms.articles.models import Article, ArticleAuthor, Revision
from cms.articles.queries import permitted, visible_to
from cms.core.errors import NotFound
from cms.policy import Actor, can
from cms.review.comments import rules
from cms.review.comments.facts import FIELDS, PIECE, Name, Unheard
from cms.review.models import Comment, GalleyLink, Proposal, Suggestion, Thread
from cms.vocabulary import Can, State

WITH_COMMENTS = (
    selectinload(Thread.comments).options(joinedload(Comment.author), joinedload(Comment.link)),
    joinedload(Thread.settled_by),
)
HEADLINE = joinedload(Thread.article).joinedload(Article.head).load_only(Revision.headline, raiseload=True)


@dataclass(frozen=True)
class Said:
    """One thread as pages show it: with the place that it has in the text now, or none."""

    thread: Thread
    place: Place | None = None

    @property
    def is_suggestion(self) -> bool:
        """Tells it from a suggestion, beside which it stands."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.thread.settled_at is None

    @property
    def is_detached(self) -> bool:
        """Whether what it was about is not in the text any more."""
        return bool(self.thread.block_id) and self.place is None

    @property
    def label(self) -> str:
        """What it is about, in a word or two."""
        if self.place is not None:
            return f"Block {self.place.number}"
        return self.thread.label if self.thread.block_id else FIELDS.get(self.thread.field, PIECE)

    @property
    def mark(self) -> Mark | None:
        """What is drawn over the text for it."""
        if self.place is None or not self.is_open:
            return None
        words = bool(self.thread.anchor_quote)
        start, end = (self.place.start, self.place.end) if words else (0, 0)
        return Mark(self.place.block.id, start, end, f"thread-{self.thread.id}")


def beside(db: Session, actor: Actor, article: Article) -> list[Said]:
    """Return every thread about a piece that `actor` may read: the open ones in the order of the text, then the others.

    Three queries, however many there are.
    """
    if not can(actor, Can.ARTICLE_DISCUSS, article):
        return []
    query = select(Thread).where(Thread.article_id == article.id).options(*WITH_COMMENTS)
    if not can(actor, Can.ARTICLE_CONFER, article):
        query = query.where(~Thread.is_confidential)
    blocks = document.parse(article.head.body) if article.head else ()
    found = [
        Said(thread, document.find(thread.anchor, blocks) if thread.block_id else None)
        for thread in db.scalars(query.order_by(Thread.id))
    ]
    return sorted(found, key=_order)


def of_link(db: Session, link: GalleyLink) -> list[Said]:
    """Return the threads that somebody outside began under a link, each where it is in the revision that they read."""
    query = select(Thread).where(Thread.link_id == link.id).options(*WITH_COMMENTS)
    blocks = document.parse(link.revision.body)
    found = [
        Said(thread, document.find(thread.anchor, blocks) if thread.block_id else None)
        for thread in db.scalars(query.order_by(Thread.id))
    ]
    return sorted(found, key=_order)


def marks(beside: Sequence[object]) -> list[Mark]:
    """Return what is drawn over the text for the threads among these."""
    return [mark for one in beside if isinstance(one, Said) and (mark := one.mark) is not None]


def thread_of(db: Session, actor: Actor, article: Article, thread_id: int) -> Thread:
    """Return one thread of this piece that `actor` may read, with all that was said in it."""
    query = select(Thread).where(Thread.id == thread_id, Thread.article_id == article.id).options(*WITH_COMMENTS)
    found = db.scalars(query).one_or_none()
    if found is None or not can(actor, Can.ARTICLE_CONFER if found.is_confidential else Can.ARTICLE_DISCUSS, article):
        raise NotFound("There is no such thread about this piece.")
    return found


def about_suggestions(db: Session, suggestion_ids: Collection[int]) -> list[Thread]:
    """Return the open threads that lie with these suggestions: at most one with each."""
    return list(db.scalars(select(Thread).where(Thread.suggestion_id.in_(suggestion_ids), Thread.settled_at.is_(None))))


def comment_of(thread: Thread, comment_id: int) -> Comment:
    """Return one thing that was said in a thread."""
    found = next((comment for comment in thread.comments if comment.id == comment_id), None)
    if found is None:
        raise NotFound("There is no such comment in this thread.")
    return found


def open_to(actor: Actor) -> Select[Thread]:
    """Return the open threads that are `actor`'s business, what was said last first.

    Those about pieces or suggestions of one's own, those about pieces in review that one decides about, and those that
    one is part of.
    """
    mine = Article.authors.any((ArticleAuthor.user_id == actor.id) & ArticleAuthor.is_current)
    to_decide = and_(Article.state == State.IN_REVIEW, permitted(actor, Can.ARTICLE_APPROVE))
    taken_part = Thread.comments.any(Comment.author_id == actor.id)
    return (
        select(Thread)
        .join(Thread.article)
        .where(Thread.settled_at.is_(None), Article.state != State.SPIKED, readable(actor))
        .where(or_(mine, to_decide, taken_part, _suggested_by(actor)))
        .options(*WITH_COMMENTS, HEADLINE)
        .order_by(Thread.said_at.desc(), Thread.id.desc())
    )


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which `actor` may read a thread; its piece is joined."""
    discussed = and_(permitted(actor, Can.ARTICLE_DISCUSS), ~Thread.is_confidential)
    conferred = and_(permitted(actor, Can.ARTICLE_CONFER), Thread.is_confidential)
    return and_(Article.id.in_(visible_to(actor).with_only_columns(Article.id)), or_(discussed, conferred))


def callable_in(db: Session, article: Article, *, is_confidential: bool) -> list[Name]:
    """Return who can be called by name in a thread of this piece: whoever may read it, and the desks they sit on."""
    right = Can.ARTICLE_CONFER if is_confidential else Can.ARTICLE_DISCUSS
    query = select(User).where(User.disabled_at.is_(None)).options(joinedload(User.desks)).order_by(User.name)
    people = [user for user in db.scalars(query).unique() if can(user, right, article)]
    sitting: dict[str, set[int]] = {}
    for user in people:
        for desk in user.desks:
            sitting.setdefault(desk.name, set()).add(user.id)
    desks = [Name(name, frozenset(ids), is_desk=True) for name, ids in sorted(sitting.items())]
    return [*(Name(user.name, frozenset({user.id})) for user in people), *desks]


def unheard(said: Iterable[Said], names: Sequence[Name], by: int) -> dict[int, list[Unheard]]:
    """Return, by comment, whom somebody tried to call and did not: by a part of a name, or one that nobody has."""
    own = [one for each in said for one in each.thread.comments if one.author_id == by and "@" in one.text]
    return {one.id: found for one in own if (found := rules.unheard(one.text, names))}


def concerned(db: Session, article: Article, thread_id: int) -> list[User]:
    """Return who is told of something said in a thread, if they may read it.

    The piece's people, who took part, and whose suggestion it is about.
    """
    thread = db.get_one(Thread, thread_id)
    right = Can.ARTICLE_CONFER if thread.is_confidential else Can.ARTICLE_DISCUSS
    part = select(Comment.author_id).where(Comment.thread_id == thread_id)
    own = User.id.in_(article.author_ids) if not thread.is_confidential else false()
    theirs = select(Proposal.author_id).join(Suggestion).where(Suggestion.id == thread.suggestion_id)
    query = select(User).where(User.disabled_at.is_(None), or_(User.id.in_(part), User.id.in_(theirs), own))
    return [user for user in db.scalars(query.options(selectinload(User.desks))) if can(user, right, article)]


def _suggested_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a thread is about what somebody suggested."""
    return Thread.suggestion.has(Suggestion.proposal.has(Proposal.author_id == actor.id))


def _order(said: Said) -> tuple[bool, int, int, int]:
    """Open ones first: about the piece, about its fields, then down the text; what is detached comes last of them."""
    if said.place is not None:
        return not said.is_open, said.place.number, said.place.start, said.thread.id
    first = -1 if not said.thread.block_id and not said.thread.field else 0
    return not said.is_open, 1_000_000 if said.is_detached else first, 0, said.thread.id
