"""The pages of the house, and what of a piece is live, whichever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from cms.articles.models import Article
from cms.core.errors import NotFound
from cms.publication.models import Live, Published, PublishedPage
from cms.publication.queries.cards import Sections, navigation, read_navigation, sections
from cms.vocabulary import Kind

#: What a list of pages tells of each.
LINE = load_only(
    PublishedPage.slug, PublishedPage.headline, PublishedPage.position, PublishedPage.published_at,
    PublishedPage.updated_at, raiseload=True,
)  # fmt: skip


@dataclass(frozen=True)
class HousePage:
    """A page of the house, and the navigation."""

    sections: Sections
    piece: PublishedPage


def live(db: Session, article: Article) -> Live | None:
    """Return what readers have of a piece or a page, None where they have nothing; what is live keeps to its table."""
    if article.head is not None and article.head.kind is Kind.PAGE:
        return db.get(PublishedPage, article.id)
    return db.get(Published, article.id)


def house_page(db: Session, slug: str) -> HousePage:
    """Return a page of the house (one query); raises NotFound."""
    found = db.execute(select(PublishedPage, navigation()).where(PublishedPage.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("There is nothing at this address.")
    return HousePage(read_navigation(found[1]), found[0])


def house_galley(db: Session, row: PublishedPage) -> HousePage:
    """Return the page that a previewed row would have."""
    return HousePage(sections(db), row)


def house_pages(db: Session) -> Sequence[PublishedPage]:
    """Return the published pages in the order of the foot, without their texts."""
    return db.scalars(select(PublishedPage).options(LINE).order_by(PublishedPage.position)).all()
