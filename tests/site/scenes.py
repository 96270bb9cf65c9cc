"""Magazines in small, for the tests of readers' pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from cms.articles import service as texts
from cms.articles.models import Article, CreditLine
from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.interviews.models import Series
from cms.media.models import Asset
from cms.policy import SYSTEM
from cms.vocabulary import CreditRole
from tests import factories
from tests.factories import NOW, House


def picture(db: Session, name: str = "a" * 32) -> Asset:
    """Make a picture with two renditions (rows only; no files)."""
    renditions = [
        {"key": f"renditions/{name[:2]}/{name}-{width}.webp", "width": width, "height": width * 2 // 3,
         "type": "image/webp"}
        for width in (480, 960)
    ]  # fmt: skip
    with transaction(db):
        asset = Asset(
            original_key=f"originals/{name}.jpg", file_name="clocks.jpg", media_type="image/jpeg", width=960,
            height=640, size=1, sha256=name * 2, alt="Two families of rings", caption="Two wavefronts.",
            credit="Overscan studio", renditions=renditions, created_at=NOW,
        )  # fmt: skip
        db.add(asset)
    return asset


def many(db: Session, house: House, number: int, **changed: Any) -> list[Article]:
    """Make so many live pieces, one a day, the newest last."""
    start = NOW - timedelta(days=number)
    return [factories.make_live(db, house, at=start + timedelta(days=day), **changed) for day in range(number)]


def furnish(db: Session, house: House, piece: Article, **changed: Any) -> None:
    """Let readers see the versions of a piece, and publish a page of the house."""
    with transaction(db):
        texts.show_history(db, house.editor, piece, is_shown=True)
    factories.make_page(db, house, "imprint", **changed)


def series(db: Session, house: House, pieces: list[Article], *, planned: int = 7, **facts: Any) -> Series:
    """Make a series of live pieces, hosted by the author."""
    with transaction(db):
        made = interviews.add_series(
            db, SYSTEM, title="Time in machines", host_id=house.author.id, planned_parts=planned, **facts
        )
    for part, piece in enumerate(pieces, start=1):
        with transaction(db):
            interviews.place(db, SYSTEM, made, piece.id, part)
    return made


def by(house: House, *more: CreditLine) -> tuple[CreditLine, ...]:
    """Return the author's credit, and others behind it."""
    return (CreditLine(house.author.id, CreditRole.AUTHOR, "Senior writer, Overscan"), *more)
