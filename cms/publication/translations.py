"""What the live pieces that say the same in several languages tell readers of each other, kept on write."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from cms.articles.models import Article, Revision
from cms.articles.queries import of_group
from cms.core.db import FactList
from cms.core.errors import Invalid
from cms.language import speaking
from cms.publication.models import Published


def hold(db: Session, article: Article) -> None:
    """Wait until nobody else publishes or withdraws a piece of this group: two at once would not see each other."""
    db.execute(select(Article.id).where(Article.id == article.group_id).with_for_update(key_share=True))


def refuse_second(db: Session, article: Article, revision: Revision) -> None:
    """Raise Invalid where another piece of the group is live in the language of this revision."""
    for other in live(db, article.group_id):
        if other.article_id != article.id and other.language.lower() == revision.language.lower():
            name = speaking("en").name_of(revision.language)
            raise Invalid(f"“{other.headline}” is the same piece in {name}, and live already.", field="language")


def refresh(db: Session, group_ids: Collection[int]) -> None:
    """Let every live piece of these groups name the others that are live, and no more."""
    for group_id in group_ids:
        rows = live(db, group_id)
        told = _told(rows, group_id)
        for row in rows:
            if row.translations != told:
                row.translations = told
        db.flush()


def foreseen(group: Sequence[Published], article: Article, row: Published) -> FactList:
    """Return what readers would be told if this row were live beside those of its group; it is in no session."""
    return _told([*(other for other in group if other.article_id != article.id), row], article.group_id)


def others(db: Session, row: Published) -> set[int]:
    """Return the pieces that say the same as a row in other languages, where it names any that are live."""
    if not row.translations:
        return set()
    article = db.get_one(Article, row.article_id)
    return set(db.scalars(select(Article.id).where(of_group(article.group_id), Article.id != article.id)))


def stand_ins(db: Session, article_ids: Collection[int], language: str) -> dict[int, int]:
    """Return which live piece readers of a language are offered in the place of these.

    Those that are not in the map stand for themselves; of what is said in several languages, the one in this language
    is offered, or else the original, or else the first by language.
    """
    if not article_ids:
        return {}
    originals = select(Article.original_id).where(of_group(*article_ids)).distinct()
    if not (groups := {one for one in db.scalars(originals) if one is not None}):
        return {}
    group = func.coalesce(Article.original_id, Article.id)
    query = select(group, Published.article_id, Published.language).join(Article, Article.id == Published.article_id)
    query = query.where(of_group(*groups))
    together: dict[int, list[tuple[bool, bool, str, int]]] = {}
    for group_id, article_id, spoken in db.execute(query):
        is_understood = spoken.lower() == language.lower()
        together.setdefault(group_id, []).append((not is_understood, article_id != group_id, spoken, article_id))
    best = {group_id: min(pieces)[-1] for group_id, pieces in together.items()}
    return {one: best[number] for number, pieces in together.items() for *_, one in pieces if one != best[number]}


def live(db: Session, group_id: int) -> Sequence[Published]:
    """Return the rows of an original and of its translations, with what they tell of each other and since when."""
    shown = load_only(
        Published.language, Published.slug, Published.headline, Published.translations,
        Published.published_at, Published.updated_at, Published.content_hash,
    )  # fmt: skip
    query = select(Published).join(Article, Article.id == Published.article_id).where(of_group(group_id))
    return db.scalars(query.options(shown)).all()


def _told(rows: Sequence[Published], group_id: int) -> FactList:
    """Return the facts of each row, the original first; none where there is only one."""
    if len(rows) < 2:
        return []
    return [
        {
            "language": row.language,
            "slug": row.slug,
            "headline": row.headline,
            "is_original": row.article_id == group_id,
        }
        for row in sorted(rows, key=lambda row: (row.article_id != group_id, row.language))
    ]
