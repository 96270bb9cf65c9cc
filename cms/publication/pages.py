"""Pages of the house (about, imprint, contact, privacy): published as pieces are, into a table of their own.

No list, feed or count reads that table, so that a page can only be found under its address, in the foot of every page
and in the sitemap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import queries as articles
from cms.articles.models import Article, Revision
from cms.core import events
from cms.core.errors import Conflict
from cms.media.models import Asset
from cms.media.queries import picture
from cms.policy import Actor, require
from cms.publication.models import PublishedPage, Redirect, Withdrawal
from cms.vocabulary import Can


def publish(db: Session, article: Article, revision: Revision, *, at: datetime) -> PublishedPage:
    """Write one revision of a page into the edition; a new page comes last in the foot, an old address leads on."""
    row = db.get(PublishedPage, article.id)
    before = row.slug if row is not None else None
    if row is None:
        row = PublishedPage(article_id=article.id, published_at=article.first_published_at or at)
        row.position = (db.scalar(select(func.max(PublishedPage.position))) or 0) + 1
        article.first_published_at = row.published_at
    elif row.content_hash != revision.content_hash:
        row.updated_at = at
    _fill(db, row, revision)
    db.add(row)
    gone = db.get(Withdrawal, article.id)
    if gone is not None:
        before = gone.slug
        db.delete(gone)
    db.execute(delete(Redirect).where(Redirect.path == f"pages/{row.slug}"))
    known = select(Redirect.id).where(Redirect.path == f"pages/{before}")
    if before not in (None, row.slug) and db.scalar(known) is None:
        db.add(Redirect(path=f"pages/{before}", article_id=article.id))
    db.flush()
    return row


def preview(db: Session, revision: Revision) -> PublishedPage:
    """Return a revision as readers would see it: a row like those of the edition, but never stored."""
    row = PublishedPage(article_id=revision.article_id, published_at=revision.made_at)
    live = db.get(PublishedPage, revision.article_id)
    if live is not None:
        row.published_at, row.updated_at = live.published_at, revision.made_at
    _fill(db, row, revision)
    return row


def withdraw(db: Session, row: PublishedPage, *, at: datetime, reason: str) -> None:
    """Take a page out of the edition, leaving a mark that says so."""
    db.merge(Withdrawal(article_id=row.article_id, slug=row.slug, withdrawn_at=at, reason=reason))
    db.delete(row)
    db.flush()


def refresh(db: Session, article_ids: Collection[int]) -> None:
    """Render live pages again from the same revisions, after one of their pictures changed."""
    for row in db.scalars(select(PublishedPage).where(PublishedPage.article_id.in_(article_ids))):
        revision = articles.revision_by_id(db, articles.load(db, row.article_id), row.revision_id)
        assert revision is not None, "a live page's revision is never deleted"
        _fill(db, row, revision)


def arrange(db: Session, actor: Actor, article_ids: Sequence[int]) -> None:
    """Set the order in which the foot of every page names the pages of the house; it has to name each once."""
    require(actor, Can.PAGE_ARRANGE)
    rows = {row.article_id: row for row in db.scalars(select(PublishedPage))}
    if sorted(article_ids) != sorted(rows):
        raise Conflict("A page was published or withdrawn meanwhile. Look at the list again.")
    before = [row.article_id for row in sorted(rows.values(), key=lambda row: row.position)]
    for position, article_id in enumerate(article_ids, start=1):
        rows[article_id].position = position
    if before != list(article_ids):
        events.record(db, actor, "edition.pages_arranged", None, before=before, after=list(article_ids))


def _fill(db: Session, row: PublishedPage, revision: Revision) -> None:
    figures = document.figures(revision.body)
    there = select(Asset).where(Asset.id.in_(figures), Asset.deleted_at.is_(None))
    shown = {asset.id: picture(asset) for asset in db.scalars(there)} if figures else {}
    rendered = document.render_prose(revision.body, speakers={}, pictures=shown)
    row.revision_id, row.content_hash = revision.id, revision.content_hash
    row.slug, row.language = revision.slug, revision.language
    row.headline, row.dek = revision.headline, revision.dek
    row.body_html, row.notes_html = rendered.html, rendered.notes
    row.seo_title, row.seo_description = revision.seo_title, revision.seo_description
