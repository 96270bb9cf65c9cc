"""The versions of a piece that were published, and what changed from each to the next, for readers.

Only what stood in the edition is compared: what was written and thrown away in between never shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.document import BlockKind, Change, ChangeKind
from cms.articles.models import Revision
from cms.publication.models import Published, PublishedVersion

#: Told in a sentence; to show what was there before would take a file that may be gone.
UNSHOWN = frozenset({BlockKind.FIGURE, BlockKind.EMBED, BlockKind.RULE})
FIELDS = (("headline", "headline"), ("dek", "standfirst"))
#: Editors count blocks; readers do not.
_PLAIN = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^Block \d+: ", ""),
        (r"^Block \d+ was moved (up|down); .*", r"A passage was moved \1."),
        (r"(“.*”), \d+ blocks, was moved (up|down); .*", r"\1 was moved \2."),
        (r"^Block \d+ was split in (\w+), .*", r"A passage was split in \1."),
        (r" blocks were joined as block \d+", " passages were joined"),
        (r" (?:after block \d+|at the start)(?=[.:])", ""),
        (r"^(An?|\d+) block(s?) ", r"\1 passage\2 "),
    )
)


def keep(db: Session, row: Published, revision: Revision, *, at: datetime) -> None:
    """Write down which version readers have from now on, unless they have it already."""
    query = select(PublishedVersion).where(PublishedVersion.article_id == row.article_id)
    last = db.scalars(query.order_by(PublishedVersion.number.desc()).limit(1)).one_or_none()
    before = None
    if last is not None:
        columns = (Revision.content_hash, Revision.body, *(getattr(Revision, name) for name, _ in FIELDS))
        before = db.execute(select(*columns).where(Revision.id == last.revision_id)).one()
        if before.content_hash == revision.content_hash:
            return
    changes = document.compare(before.body, revision.body) if before is not None else []
    db.add(
        PublishedVersion(
            article_id=row.article_id,
            number=last.number + 1 if last else 1,
            revision_id=revision.id,
            published_at=at,
            headline=revision.headline,
            said=[*_fields(before, revision), *map(plain, document.sentences(changes))] if before is not None else [],
            marked_html=document.render_changes([change for change in changes if _is_shown(change)]),
        )
    )
    db.flush()


def plain(sentence: str) -> str:
    """Return what an editor would say of a change as one says it to readers."""
    for pattern, words in _PLAIN:
        sentence = pattern.sub(words, sentence)
    return sentence[:1].upper() + sentence[1:]


def _fields(before: Any, revision: Revision) -> Iterator[str]:
    for name, words in FIELDS:
        old, new = getattr(before, name), getattr(revision, name)
        if old and new and old != new:
            yield f"The {words} “{old}” became “{new}”."
        elif old != new:
            yield f"The {words} is new: “{new}”." if new else f"The {words} “{old}” was cut."


def _is_shown(change: Change) -> bool:
    kinds = {block.kind for block in (*change.old, *change.new)}
    return change.kind is not ChangeKind.SAME and not kinds & UNSHOWN
