"""How Overscan reviews: what its chief asks for where more eyes are needed, and the review that is going on by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.demo.interview import PIECE
from cms.taxonomy import queries as sections
from cms.vocabulary import Bench, Kind
from cms.workflow import reviewers, ruling
from cms.workflow.rulebook import Asked, Box, Rules, Stage

CHIEF, EDITOR = "Hanne Ostrowe-Bell", "Noor Castellane"
DAY = timedelta(days=1)
DESK, CHIEFS = Asked(Bench.OWN_DESK), Asked(Bench.CHIEF)
#: Interviews are read twice, and they wait for whoever was interviewed.
INTERVIEWS = Rules((Stage(DESK), Stage(CHIEFS)), (Box("Quotes compared with the recording", DESK),), hours=240)
SILICON = Rules((Stage(DESK, 2),), (Box("Figures checked", DESK), Box("Trade secrets ruled out", CHIEFS)), hours=96)
NEWS = Rules((Stage(DESK),), (Box("Second source", DESK),), hours=6)

Find = Callable[[Session, str], User]


def steps(who: Find, now: datetime) -> list[tuple[datetime, Callable[[Session], None]]]:
    """Return what was set and taken up, and when; `who` finds somebody of the staff by name.

    The rules hold for what is submitted later, and what the demo has published went out by those before them.
    """

    def claim(db: Session) -> None:
        reviewers.claim(db, who(db, EDITOR), _piece(db))

    return [
        (now - 12 * DAY, partial(_set, who=who, rules=INTERVIEWS, kind=Kind.INTERVIEW)),
        (now - 8 * DAY, claim),
        (now - DAY, partial(_set, who=who, rules=SILICON, section="Silicon")),
        (now - DAY, partial(_set, who=who, rules=NEWS, kind=Kind.NEWS)),
    ]


def _set(db: Session, *, who: Find, rules: Rules, section: str = "", kind: Kind | None = None) -> None:
    found = sections.section_by_name(db, section) if section else None
    ruling.set_rules(db, who(db, CHIEF), rules, section_id=found.id if found else None, kind=kind)


def _piece(db: Session) -> Article:
    return articles.load(db, db.scalars(select(Article.id).where(Article.slug == PIECE)).one())
