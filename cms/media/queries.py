"""Questions about pictures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cms.core import links
from cms.core.errors import NotFound
from cms.media.models import Asset


def get(db: Session, asset_id: int) -> Asset:
    """Return one picture; raises NotFound where it is gone."""
    asset = db.get(Asset, asset_id)
    if asset is None or asset.deleted_at is not None:
        raise NotFound("There is no such picture.")
    return asset


def library(words: str = "") -> Select[Asset]:
    """Return the pictures whose name, alternative text, caption or credit has these words, newest first."""
    query = select(Asset).where(Asset.deleted_at.is_(None)).order_by(Asset.id.desc())
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(
            Asset.file_name.ilike(pattern)
            | Asset.alt.ilike(pattern)
            | Asset.caption.ilike(pattern)
            | Asset.credit.ilike(pattern)
        )
    return query


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
