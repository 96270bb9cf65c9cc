"""What readers were told of changes: on one piece, and all of it by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, load_only

from cms.core.paging import Cursor
from cms.publication.models import Published, PublishedCorrection
from cms.publication.queries.cards import PER_PAGE, Sections, go_on, navigation, read_navigation
from cms.vocabulary import CorrectionKind

IN_FEED = 20
#: What a list tells of the piece that was corrected.
PIECE = load_only(
    Published.slug, Published.headline, Published.language, Published.section_name, Published.published_at,
    raiseload=True,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One correction, clarification, update, editor's note or retraction, as it stands on its piece."""

    number: int
    kind: CorrectionKind
    text: str
    before: str
    after: str
    published_at: datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Read one as `Published.corrections` has it."""
        at = datetime.fromisoformat(facts["published_at"])
        return cls(**{**facts, "kind": CorrectionKind(facts["kind"]), "published_at": at})

    @property
    def is_grave(self) -> bool:
        """Whether the piece does not stand any more, so that nobody should read it without knowing that."""
        return self.kind is CorrectionKind.RETRACTION


@dataclass(frozen=True)
class Corrected:
    """A correction and the piece that it is about."""

    told: PublishedCorrection
    piece: Published


@dataclass(frozen=True)
class CorrectionsPage:
    """A stretch of all corrections, newest first, and the place where it goes on ('' at its end)."""

    sections: Sections
    corrected: Sequence[Corrected]
    older: str = ""


def told(piece: Published) -> list[Told]:
    """Return what readers are told of changes to a piece, the newest first."""
    return [Told.of(one) for one in reversed(piece.corrections)]


def told_at(piece: Published, place: str) -> tuple[list[Told], list[Told]]:
    """Return it as it stands above the piece and below it, where the house has corrections at this `place`.

    A retraction is always above.
    """
    every = told(piece)
    above = [one for one in every if one.is_grave or place == "top"]
    return above, [one for one in every if one not in above]


def corrections(db: Session, before: Cursor | None = None) -> CorrectionsPage:
    """Return a stretch of everything that readers were told of changes (one or two queries)."""
    query = _all(before).add_columns(navigation()).limit(PER_PAGE + 1)
    rows = db.execute(query).all()
    names = rows[0][2] if rows else db.scalar(select(navigation()))
    last = rows[PER_PAGE - 1][0] if len(rows) > PER_PAGE else None
    older = str(Cursor(last.published_at, last.id)) if last else ""
    return CorrectionsPage(read_navigation(names), [Corrected(row[0], row[1]) for row in rows[:PER_PAGE]], older)


def newest_corrections(db: Session) -> list[Corrected]:
    """Return the newest corrections, for a feed."""
    return [Corrected(row[0], row[1]) for row in db.execute(_all(None).limit(IN_FEED))]


def _all(before: Cursor | None) -> Select[PublishedCorrection, Published]:
    """Return the question for all corrections of what is live: those of withdrawn pieces went with them."""
    query = select(PublishedCorrection, Published).join(
        Published, Published.article_id == PublishedCorrection.article_id
    )
    return go_on(query.options(PIECE), PublishedCorrection.published_at, PublishedCorrection.id, before)
