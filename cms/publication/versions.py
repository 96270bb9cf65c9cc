"""The versions of a piece that were published, and what changed from each to the next, for readers.

Only what stood in the edition is compared: what was written and thrown away in between never shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.document import BlockKind, Change, ChangeKind
from cms.articles.models import Revision
from cms.language import N_, Said
from cms.publication.models import Published, PublishedVersion

#: Told in a sentence; to show what was there before would take a file that may be gone.
UNSHOWN = frozenset({BlockKind.FIGURE, BlockKind.EMBED, BlockKind.RULE})
#: What is said of a field that became another, came, or went.
FIELDS = {
    "headline": (
        N_("The headline %(old)s became %(new)s."), N_("The headline is new: %(new)s."),
        N_("The headline %(old)s was cut."),
    ),
    "dek": (
        N_("The standfirst %(old)s became %(new)s."), N_("The standfirst is new: %(new)s."),
        N_("The standfirst %(old)s was cut."),
    ),
}  # fmt: skip


def keep(db: Session, row: Published, revision: Revision, *, at: datetime) -> None:
    """Write down which version readers have from now on, unless they have it already."""
    query = select(PublishedVersion).where(PublishedVersion.article_id == row.article_id)
    last = db.scalars(query.order_by(PublishedVersion.number.desc()).limit(1)).one_or_none()
    before = None
    if last is not None:
        columns = (Revision.content_hash, Revision.body, *(getattr(Revision, name) for name in FIELDS))
        before = db.execute(select(*columns).where(Revision.id == last.revision_id)).one()
        if before.content_hash == revision.content_hash:
            return
    changes = document.compare(before.body, revision.body) if before is not None else []
    told = [*_fields(before, revision), *document.for_readers(changes)] if before is not None else []
    db.add(
        PublishedVersion(
            article_id=row.article_id,
            number=last.number + 1 if last else 1,
            revision_id=revision.id,
            published_at=at,
            headline=revision.headline,
            said=[one.stored() for one in told],
            marked_html=document.render_changes([change for change in changes if _is_shown(change)]),
        )
    )
    db.flush()


def _fields(before: Any, revision: Revision) -> Iterator[Said]:
    for name, (became, came, went) in FIELDS.items():
        old, new = getattr(before, name), getattr(revision, name)
        if old != new:
            facts = {part: document.quoted(words) for part, words in (("old", old), ("new", new)) if words}
            yield Said(became if old and new else came if new else went, facts)


def _is_shown(change: Change) -> bool:
    kinds = {block.kind for block in (*change.old, *change.new)}
    return change.kind is not ChangeKind.SAME and not kinds & UNSHOWN
