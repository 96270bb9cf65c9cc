"""The pitches with their votes, and the board: a window on every state of the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from cms.accounts.models import User
from cms.articles.models import Article, Revision
from cms.articles.queries import LINE, WHOLE, visible_to
from cms.core.errors import NotFound
from cms.planning.models import PitchVote
from cms.policy import Actor, require
from cms.vocabulary import Can, Kind, State
from cms.workflow.queries import IN_HAND

SHOWN = 25  # cards of a column; the rest is a link


@dataclass(frozen=True)
class Votes:
    """Who is for a pitch, by name, and whether that includes whoever asks."""

    names: tuple[str, ...] = ()
    is_mine: bool = False


def pitches(section_id: int | None = None) -> Select[Article]:
    """Return the ideas that wait for a yes or a no, those with the most votes first.

    Everybody who may vote sees them: headline, standfirst and who pitched it. The text beneath is not part of a pitch.
    """
    votes = select(func.count()).where(PitchVote.article_id == Article.id).scalar_subquery()
    query = select(Article).join(Revision, Article.head_id == Revision.id).where(Article.state == State.IDEA)
    if section_id is not None:
        query = query.where(Revision.section_id == section_id)
    shown = query.options(*LINE, selectinload(Article.authors))
    return shown.order_by(votes.desc(), Article.created_at.desc(), Article.id.desc())


def pitch(db: Session, actor: Actor, article_id: int) -> Article:
    """Return one pitch, which everybody may read who may vote; raises NotFound where it is none or none any more."""
    require(actor, Can.PITCH_VOTE)
    query = select(Article).where(Article.id == article_id, Article.state == State.IDEA).options(*WHOLE)
    found = db.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such pitch, or it is decided.")
    return found


def pitched_by(db: Session, articles: Sequence[Article]) -> dict[int, str]:
    """Return who pitched each of those pieces."""
    makers = {article.created_by_id for article in articles} - {None}
    names = dict(db.execute(select(User.id, User.name).where(User.id.in_(makers))).all())
    return {article.id: names.get(article.created_by_id or 0, "Galley") for article in articles}


def votes(db: Session, actor: Actor, article_ids: Sequence[int]) -> dict[int, Votes]:
    """Return who is for each of those pitches."""
    query = (
        select(PitchVote.article_id, PitchVote.user_id, User.name)
        .join(User, User.id == PitchVote.user_id)
        .where(PitchVote.article_id.in_(article_ids))
        .order_by(PitchVote.voted_at, PitchVote.user_id)
    )
    found: dict[int, Votes] = {}
    for article_id, user_id, name in db.execute(query):
        before = found.get(article_id, Votes())
        found[article_id] = Votes((*before.names, name), before.is_mine or user_id == actor.id)
    return found


@dataclass(frozen=True)
class Column:
    """One state of the board: the first of its pieces, and how many there are."""

    state: State
    articles: Sequence[Article]
    total: int


def board(db: Session, actor: Actor, *, desk_id: int | None = None, section_id: int | None = None) -> list[Column]:
    """Return what is in hand, by state: in each what is due first, then what has waited longest."""
    first = (Article.due_at.is_(None), Article.due_at, Article.state_since, Article.id)
    ranked = (
        visible_to(actor)
        .join(Revision, Article.head_id == Revision.id)
        .where(Article.state.in_(IN_HAND), Revision.kind != Kind.PAGE)
        .with_only_columns(
            Article.id,
            func.row_number().over(partition_by=Article.state, order_by=first).label("place"),
            func.count().over(partition_by=Article.state).label("total"),
        )
    )
    if desk_id is not None:
        ranked = ranked.where(Article.desk_id == desk_id)
    if section_id is not None:
        ranked = ranked.where(Revision.section_id == section_id)
    window = ranked.subquery()
    query = (
        select(Article, window.c.total)
        .join(window, window.c.id == Article.id)
        .where(window.c.place <= SHOWN)
        .options(*LINE, selectinload(Article.authors))
        .order_by(window.c.place)
    )
    rows = db.execute(query).unique().all()
    return [
        Column(
            state,
            [article for article, _ in rows if article.state is state],
            next((total for article, total in rows if article.state is state), 0),
        )
        for state in IN_HAND
    ]
