"""What a piece is a translation of: a translation names its original, and an original is no translation itself."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries
from cms.articles.models import Article
from cms.articles.service.cutting import head_of
from cms.articles.service.writing import create
from cms.core import events
from cms.core.errors import Conflict, Invalid
from cms.language import speaking
from cms.policy import Actor, require
from cms.vocabulary import Can, Kind


def name_original(db: Session, actor: Actor, article: Article, other: Article) -> bool:
    """Make a piece a translation of another, or of that one's own original; return whether that is new.

    Raises Forbidden, Conflict where somebody else was faster, or Invalid where the piece has translations itself, or
    where there is one in its language.
    """
    require(actor, Can.ARTICLE_TRANSLATE, article)
    require(actor, Can.ARTICLE_READ, other)
    _hold(db, article, other)
    before, original_id = article.original_id, other.group_id
    if before == original_id:
        return False
    if Kind.PAGE in (head_of(article).kind, head_of(other).kind):
        raise Invalid("A page of the house has no translations.")
    _check_alone(db, article, original_id)
    _check_language(db, article, original_id)
    article.original_id = original_id
    db.flush()
    events.record(db, actor, "article.original_named", article, original=original_id, before=before)
    return True


def drop_original(db: Session, actor: Actor, article: Article) -> bool:
    """Make a piece a translation of nothing any more; return whether it was one."""
    require(actor, Can.ARTICLE_TRANSLATE, article)
    _hold(db, article)
    before = article.original_id
    if before is None:
        return False
    article.original_id = None
    db.flush()
    events.record(db, actor, "article.original_dropped", article, original=before)
    return True


def begin_translation(db: Session, actor: Actor, source: Article, language: str) -> Article:
    """Begin a draft in another language with all that a piece has, its text among it, to be written over.

    Raises Forbidden, or Invalid as `name_original` does.
    """
    require(actor, Can.ARTICLE_READ, source)
    content = replace(head_of(source).content(), language=language, slug="", corrections=())
    article = create(db, actor, content, desk_id=source.desk_id)
    name_original(db, actor, article, source)
    return article


def _check_alone(db: Session, article: Article, original_id: int) -> None:
    """Raise Invalid where a piece would be its own original, or is that of others; put away ones may come back."""
    if db.scalar(select(Article.id).where(Article.original_id == article.id).limit(1)) is not None:
        raise Invalid("This piece has translations itself. Name it as the original of the other one instead.")
    if original_id == article.id:
        raise Invalid("A piece is no translation of itself.")


def _check_language(db: Session, article: Article, original_id: int) -> None:
    """Raise Invalid where the original, or another translation of it, is in the language of this piece."""
    language = head_of(article).language
    others = queries.languages(db, original_id)
    others.pop(article.id, None)
    if language.lower() in {other.lower() for other in others.values()}:
        name = speaking("en").name_of(language)
        raise Invalid(f"One of them is in {name} already: there is one piece for each language.", field="language")


def _hold(db: Session, *pieces: Article) -> None:
    """Wait until nobody else links or publishes these pieces; raises Conflict where they were linked meanwhile."""
    known = {piece.id: piece.original_id for piece in pieces}
    ids = {*known, *known.values()} - {None}
    query = select(Article.id, Article.original_id).where(Article.id.in_(ids)).order_by(Article.id)
    found = dict(db.execute(query.with_for_update(key_share=True)).all())
    if any(found[number] != original_id for number, original_id in known.items()):
        raise Conflict("Somebody changed what is a translation of what while you did. Look again.")
