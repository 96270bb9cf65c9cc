"""Live pieces as documents: the edition is all that the index ever sees."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from cms.publication.models import Published, PublishedSeries
from cms.search import languages
from cms.search.index import Document, Label
from cms.vocabulary import CreditRole

BATCH = 200
# The rendered body is the widest column, and of no use here.
_COLUMNS = (
    Published.article_id,
    Published.headline,
    Published.kicker,
    Published.dek,
    Published.text,
    Published.kind,
    Published.contents,
    Published.bylines,
    Published.topics,
    Published.section_slug,
    Published.section_name,
    Published.language,
    Published.published_at,
    PublishedSeries.slug.label("series_slug"),
    PublishedSeries.title.label("series_title"),
)
_LIVE = select(*_COLUMNS).outerjoin(PublishedSeries, PublishedSeries.series_id == Published.series_id)


def document(row: Row[*tuple[Any, ...]]) -> Document:
    """Return what the index should know about one live piece."""
    authors = [line for line in row.bylines if CreditRole(line["role"]).makes_author]
    experts = [line for line in row.bylines if line["role"] == CreditRole.INTERVIEWEE]
    return Document(
        article_id=row.article_id,
        title=row.headline,
        body="\n".join(part for part in (row.kicker, row.dek, row.text) if part),
        kind=Label(row.kind.value, row.kind.label),
        section=Label(row.section_slug, row.section_name),
        published_at=row.published_at,
        headings=tuple(heading["title"] for heading in row.contents),
        authors=_labels(authors),
        experts=_labels(experts),
        people=_labels(row.bylines),
        topics=_labels(row.topics),
        series=Label(row.series_slug, row.series_title) if row.series_slug else None,
        language=languages.named(row.language).code,
    )


def documents(db: Session, article_ids: Collection[int]) -> list[Document]:
    """Return those of these pieces that are live."""
    return [document(row) for row in db.execute(_LIVE.where(Published.article_id.in_(article_ids)))]


def all_documents(db: Session) -> Iterator[Document]:
    """Yield every live piece, a batch at a time, whatever the size of the archive.

    Each batch is read in a session of its own, for a rebuild takes minutes: PostgreSQL ends a transaction that
    idles so long, SQLite keeps its log growing, and the caller's own objects must not be disturbed.
    """
    last = 0
    while True:
        batch = _LIVE.where(Published.article_id > last).order_by(Published.article_id).limit(BATCH)
        with Session(db.get_bind()) as reading:
            rows = reading.execute(batch).all()
        if not rows:
            return
        yield from (document(row) for row in rows)
        last = rows[-1].article_id


def live_ids(db: Session) -> set[int]:
    """Return the ids of all live pieces, read like `all_documents`."""
    with Session(db.get_bind()) as reading:
        return set(reading.scalars(select(Published.article_id)))


def _labels(things: list[dict[str, Any]]) -> tuple[Label, ...]:
    """Return each thing once, in its order: one person may be author and photographer."""
    return tuple(dict.fromkeys(Label(thing["slug"], thing["name"]) for thing in things))
