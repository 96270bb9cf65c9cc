"""Questions about pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Text, and_, cast, column, or_, select, table
from sqlalchemy.orm import Session

from cms.core import links
from cms.core.errors import NotFound
from cms.media.models import Asset

# Whoever shows pictures lives above this package; the tables are named here, not imported. A test walks all foreign
# keys to `asset` and fails where one is missing.
REVISION = table("revision", column("id"), column("article_id"), column("hero_id"), column("body", Text))
PUBLISHED = table("published", column("article_id"), column("revision_id"))
WORKING_COPY = table("working_copy", column("article_id"), column("content", Text))
PERSON = table("person", column("id"), column("portrait_id"))
SERIES = table("series", column("id"), column("cover_id"))


def get(db: Session, asset_id: int) -> Asset:
    """Return one picture; raises NotFound where it is gone."""
    asset = db.get(Asset, asset_id)
    if asset is None or asset.deleted_at is not None:
        raise NotFound("There is no such picture.")
    return asset


def library(words: str = "", *, uploaded_by_id: int | None = None, lacks: str = "") -> Select[Asset]:
    """Return the pictures whose name, alternative text, caption or credit has these words, newest first.

    `lacks` narrows them to those without an `alt` or a `credit`.
    """
    query = select(Asset).where(Asset.deleted_at.is_(None)).order_by(Asset.id.desc())
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(
            Asset.file_name.ilike(pattern)
            | Asset.alt.ilike(pattern)
            | Asset.caption.ilike(pattern)
            | Asset.credit.ilike(pattern)
        )
    if uploaded_by_id is not None:
        query = query.where(Asset.uploaded_by_id == uploaded_by_id)
    missing = {"alt": Asset.alt, "credit": Asset.credit}.get(lacks)
    return query if missing is None else query.where(missing == "")


@dataclass(frozen=True)
class Uses:
    """What shows a picture, by number. `article_ids` are pieces any of whose revisions or kept texts has it."""

    article_ids: frozenset[int] = frozenset()
    live_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    series_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.article_ids or self.person_ids or self.series_ids)

    def as_text(self) -> str:
        """Return the numbers as a part of a sentence: in 2 pieces (1 live), as a portrait."""
        live = f" ({len(self.live_ids)} live)" if self.live_ids else ""
        parts = [
            f"in {len(self.article_ids)} {'piece' if len(self.article_ids) == 1 else 'pieces'}{live}",
            f"as a portrait of {len(self.person_ids)} {'person' if len(self.person_ids) == 1 else 'people'}",
            f"as the cover of {len(self.series_ids)} series",
        ]
        named = (self.article_ids, self.person_ids, self.series_ids)
        return ", ".join(part for part, ids in zip(parts, named, strict=True) if ids)


def where_used(db: Session, asset: Asset) -> Uses:
    """Return everything that shows a picture, older revisions and texts kept beside a piece among it."""
    shown_in = or_(REVISION.c.hero_id == asset.id, _mentions(REVISION.c.body, asset, '"'))
    live = PUBLISHED.c.revision_id == REVISION.c.id
    found = db.execute(
        select(REVISION.c.article_id, PUBLISHED.c.article_id)
        .select_from(REVISION.outerjoin(PUBLISHED, live))
        .where(shown_in)
    ).all()
    # Inside JSON the quotation marks of the body stand behind backslashes: `_` lets one character pass.
    content = cast(WORKING_COPY.c.content, Text)
    kept = or_(
        content.like(f'%"hero_id": "{asset.id}"%'),
        content.like(f'%"hero_id":"{asset.id}"%'),
        _mentions(content, asset, '_"'),
    )
    beside = db.scalars(select(WORKING_COPY.c.article_id).where(kept))
    return Uses(
        article_ids=frozenset(article_id for article_id, _ in found) | frozenset(beside),
        live_ids=frozenset(live_id for _, live_id in found if live_id is not None),
        person_ids=frozenset(db.scalars(select(PERSON.c.id).where(PERSON.c.portrait_id == asset.id))),
        series_ids=frozenset(db.scalars(select(SERIES.c.id).where(SERIES.c.cover_id == asset.id))),
    )


def _mentions(text: ColumnElement[Any], asset: Asset, quote: str) -> ColumnElement[bool]:
    """Return the condition under which a text has the picture in it: by its number, or by its widest rendition.

    Looking for any picture at all comes first: it lets a database pass over most bodies with one search instead of two.
    """
    words = cast(text, String)
    by_number = words.like(f"%data-asset={quote}{asset.id}{quote}%")
    by_address = [words.contains(rendition["key"], autoescape=True) for rendition in asset.renditions[-1:]]
    return and_(words.contains("<img"), or_(by_number, *by_address))


def picture(asset: Asset | None, **words: str) -> dict[str, Any]:
    """Return what a page needs to show a picture, or {} where there is none.

    `words` (alt, caption, credit) override what the asset itself says where they are not empty.
    """
    if asset is None or not asset.renditions:
        return {}
    widest = asset.renditions[-1]
    return {
        "asset_id": asset.id,
        "src": links.media(widest["key"]),
        "srcset": ", ".join(f"{links.media(r['key'])} {r['width']}w" for r in asset.renditions),
        "width": widest["width"],
        "height": widest["height"],
        "alt": words.get("alt") or asset.alt,
        "caption": words.get("caption") or asset.caption,
        "credit": words.get("credit") or asset.credit,
    }
