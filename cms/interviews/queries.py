"""Questions about series and their episodes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from cms.articles.models import Article
from cms.articles.queries import LINE, choosable, visible_to
from cms.core.errors import NotFound
from cms.interviews import rules
from cms.interviews.models import Episode, Series
from cms.policy import Actor


@dataclass(frozen=True)
class Part:
    """One episode as a list shows it; `article` is None where whoever asks may not read it."""

    article_id: int
    part: int
    article: Article | None


def every_series(words: str = "") -> Select[Series]:
    """Return the series whose title or description has these words, with their hosts, by title."""
    query = select(Series).options(joinedload(Series.host)).order_by(func.lower(Series.title), Series.id)
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(Series.title.ilike(pattern) | Series.description.ilike(pattern))
    return query


def get(db: Session, series_id: int) -> Series:
    """Return one series with its host; raises NotFound."""
    query = select(Series).where(Series.id == series_id).options(joinedload(Series.host))
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such series.")
    return found


def by_title(db: Session, title: str) -> Series | None:
    """Return the series of that title; case and spaces do not count."""
    wanted = rules.folded(title)
    rows = db.execute(select(Series.id, Series.title).order_by(Series.id))
    number = next((i for i, known in rows if rules.folded(known) == wanted), None)
    return None if number is None else get(db, number)


def slug_taken(db: Session, slug: str, *, apart_from: int | None = None) -> bool:
    """Tell whether another series has that address."""
    query = select(Series.id).where(Series.slug == slug)
    if apart_from is not None:
        query = query.where(Series.id != apart_from)
    return db.scalar(query.limit(1)) is not None


def numbers(db: Session, series_id: int) -> dict[int, int]:
    """Return the part that each piece of a series is, in order."""
    query = select(Episode.article_id, Episode.part).where(Episode.series_id == series_id).order_by(Episode.part)
    return dict(db.execute(query).all())


def parts(db: Session, actor: Actor, series: Series) -> list[Part]:
    """Return the episodes of a series in order; what `actor` may not read has a number and no more."""
    parts_of = numbers(db, series.id)
    readable = visible_to(actor).where(Article.id.in_(parts_of)).options(*LINE)
    found = {article.id: article for article in db.scalars(readable).unique()}
    return [Part(article_id, part, found.get(article_id)) for article_id, part in parts_of.items()]


def counts(db: Session) -> dict[int, int]:
    """Return how many pieces each series has."""
    query = select(Episode.series_id, func.count()).group_by(Episode.series_id)
    return dict(db.execute(query).all())


def episode_of(db: Session, article_id: int) -> Episode | None:
    """Return which part of which series a piece is, if any, with the series."""
    query = select(Episode).where(Episode.article_id == article_id).options(joinedload(Episode.series))
    return db.scalars(query).one_or_none()


def around(db: Session, article_id: int) -> list[tuple[Series, int | None]]:
    """Return every series by title, and which part of it the piece is, if it is one."""
    ours = (Episode.series_id == Series.id) & (Episode.article_id == article_id)
    query = select(Series, Episode.part).outerjoin(Episode, ours).order_by(func.lower(Series.title), Series.id)
    return [(series, part) for series, part in db.execute(query)]


def placeable(actor: Actor, words: str) -> Select[Article]:
    """Return the pieces that `actor` may read and that are in no series yet, by headline, to choose one from."""
    return choosable(actor, words).where(Article.id.not_in(select(Episode.article_id)))
