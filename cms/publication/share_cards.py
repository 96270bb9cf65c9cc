"""The picture that a link to a piece becomes elsewhere: drawn by the worker, anew whenever what it shows has changed.

`Published.card` is the card that there is, `card_look` how cards looked when it was drawn: '' where the piece shows
something else since. A card's file is named by its content and never changes; the one before it is swept later.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, load_only, sessionmaker

from cms.core import clock, generation, links
from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.core.storage import LocalStorage
from cms.media import card
from cms.publication.models import Published
from cms.vocabulary import CreditRole, Kind

FOLDER = "cards/"
#: Until then a page that somebody still has open, or a site that has just read it, may ask for the card before.
KEPT = timedelta(hours=1)
MOST_NAMES = 3
SHOWN = load_only(
    Published.kind, Published.headline, Published.kicker, Published.section_name, Published.bylines, Published.hero,
    Published.card, Published.card_look, raiseload=True,
)  # fmt: skip


def expect(row: Published) -> None:
    """Let the worker draw the card of a piece anew where it shows something else now."""
    if row.card.get("of") != digest(row):
        row.card_look = ""


def shown(row: Published) -> dict[str, Any]:
    """Return what the card of a piece shows: words, and the address of a picture with what no crop may lose."""
    guests = [line for line in row.bylines if line["role"] == CreditRole.INTERVIEWEE]
    is_interview = row.kind is Kind.INTERVIEW and bool(guests)
    people = guests if is_interview else [line for line in row.bylines if CreditRole(line["role"]).makes_author]
    portrait: dict[str, Any] = next((line["portrait"] for line in guests if line["portrait"]), {})
    picture = (portrait or row.hero) if is_interview else (row.hero or portrait)
    return {
        "kicker": Kind.INTERVIEW.label if is_interview else row.kicker or row.section_name,
        "headline": row.headline,
        "names": ", ".join(line["name"] for line in people[:MOST_NAMES]),
        "about": people[0]["affiliation"] if len(people) == 1 else "",
        "picture": picture.get("src", ""),
        "focus": [picture.get("focal_x", 50), picture.get("focal_y", 50)],
    }


def digest(row: Published) -> str:
    """Return what changes with anything that the card of a piece shows."""
    return hashlib.sha256(json.dumps(shown(row), sort_keys=True).encode()).hexdigest()[:32]


def forget_all(db: Session) -> None:
    """Let every card be drawn anew, where the files are gone: a backup holds none of them."""
    db.execute(update(Published).values(card={}, card_look=""))


class ShareCards:
    """Draws the cards of one magazine into its storage."""

    def __init__(self, storage: LocalStorage, site_name: str) -> None:
        self._storage = storage
        self._site = site_name
        self._look = hashlib.sha256(f"{card.LOOK} {site_name}".encode()).hexdigest()[:16]

    def wanted(self, db: Session) -> bool:
        """Tell whether some card is to be drawn."""
        return db.scalar(select(Published.article_id).where(self._is_due()).limit(1)) is not None

    def draw_next(self, sessions: sessionmaker[Session]) -> None:
        """Draw one card, and let the page of its piece name it; nothing is locked meanwhile."""
        with sessions() as db:
            due = select(Published).where(self._is_due()).order_by(Published.article_id.desc()).limit(1)
            row = db.scalar(due.options(SHOWN))
            if row is None:
                return
            article_id, of, facts = row.article_id, digest(row), shown(row)
            made = self._drawn(facts, article_id)
            with transaction(db):
                here = select(Published).where(Published.article_id == article_id).options(SHOWN)
                now = db.scalar(here.execution_options(populate_existing=True))
                if now is None or digest(now) != of:
                    return  # withdrawn, or changed once more: the next turn sees to it, the sweep to the file
                now.card, now.card_look = made | {"of": of}, self._look
                generation.bump(db)

    def sweep(self, sessions: sessionmaker[Session]) -> None:
        """Delete the files that no piece names any more, an hour after they were drawn."""
        with sessions() as db:
            named = {found["key"] for found in db.scalars(select(Published.card)) if found}
        before = (clock.now() - KEPT).timestamp()
        for key in list(self._storage.keys()):
            if key.startswith(FOLDER) and key not in named and self._storage.path(key).stat().st_mtime < before:
                self._storage.delete(key)

    def _is_due(self) -> Any:
        # Two ranges, since an index finds nothing by `!=`.
        return or_(Published.card_look < self._look, Published.card_look > self._look)

    def _drawn(self, facts: dict[str, Any], article_id: int) -> dict[str, Any]:
        words = card.Words(self._site, facts["kicker"], facts["headline"], facts["names"], facts["about"])
        data = card.draw(words, self._picture(facts["picture"]), focus=tuple(facts["focus"]))
        name = hashlib.sha256(data + str(article_id).encode()).hexdigest()[:32]
        key = f"{FOLDER}{name[:2]}/{name}.jpg"
        self._storage.put(key, data)
        by = ". ".join(part for part in (facts["headline"], facts["names"]) if part)
        return {"key": key, "src": links.media(key), "width": card.WIDTH, "height": card.HEIGHT, "alt": by}

    def _picture(self, address: str) -> bytes:
        if not address:
            return b""
        try:
            return self._storage.read(address.removeprefix(links.media("")))
        except (NotFound, Invalid):
            return b""  # deleted a moment ago; its piece is rendered anew, and so is this
