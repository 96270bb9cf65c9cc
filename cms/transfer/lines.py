"""Pieces as lines of JSON, `{"id", "title", "body"}` each: how collections for judging a search are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from cms.articles import queries
from cms.core import slugs
from cms.core.db import transaction
from cms.core.errors import CmsError, Invalid
from cms.core.html import clean_body, clean_text, escape
from cms.policy import SYSTEM, require
from cms.transfer.piece import Piece
from cms.transfer.service import Outcome, Status, bring_in
from cms.vocabulary import Can
from cms.workflow import service as workflow

#: Longer than any piece; a line is read whole.
LONGEST_LINE = 5_000_000


class LinesImport:
    """One run over a file. The id becomes the slug, and what has that address already is left alone."""

    def __init__(self, sessions: sessionmaker[Session], path: Path, *, publish: bool, section: str | None) -> None:
        self._sessions, self._path, self._publish, self._section = sessions, path, publish, section
        require(SYSTEM, Can.ARTICLE_IMPORT)
        try:
            with path.open("rb") as file:
                self.count = sum(1 for line in file if line.strip())
        except OSError as exc:
            raise Invalid(f"{path} can't be read: {exc.strerror}.") from exc

    def run(self) -> Iterator[Outcome]:
        """Import line by line, each in a transaction of its own."""
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield self._one(number, line)
                    except CmsError as exc:
                        yield Outcome(f"Line {number}", Status.REFUSED, (workflow.reason_of(exc),))

    def _one(self, number: int, line: bytes) -> Outcome:
        piece = read(line, f"{self._path.name}:{number}")
        with self._sessions() as db, transaction(db):
            if queries.slug_taken(db, piece.slug):
                return Outcome(piece.slug, Status.KNOWN, ("It is here already.",))
            article, cut = bring_in(
                db, SYSTEM, piece, {}, origin=f"#{piece.source}"[:500], section=self._section, publish=self._publish
            )
            return Outcome(piece.slug, Status.NEW, tuple(cut), article.id)


def read(line: bytes, source: str) -> Piece:
    """Return the piece that a line holds; raises Invalid with a sentence where it holds none."""
    if len(line) > LONGEST_LINE:
        raise Invalid("The line is too long for a piece.")
    try:
        facts: Any = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise Invalid("The line is not JSON.") from exc
    if not isinstance(facts, dict) or not all(isinstance(facts.get(key), str) for key in ("id", "title", "body")):
        raise Invalid('The line must be an object with "id", "title" and "body", each a text.')
    slug = slugs.make(facts["id"], fallback="")
    if not slug:
        raise Invalid("The id makes no address.")
    title = clean_text(facts["title"]) or facts["id"]
    paragraphs = (f"<p>{escape(' '.join(part.split()))}</p>" for part in facts["body"].split("\n\n") if part.strip())
    language = facts.get("language")
    return Piece(
        source=source,
        title=title,
        # Collections have articles of which only the title was ever known, and no piece is without a text.
        body_html=clean_body("".join(paragraphs) or f"<p>{escape(title)}</p>"),
        slug=slug,
        language=language if isinstance(language, str) and len(language) <= 16 else "en",
    )
