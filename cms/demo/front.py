"""How the chief of Overscan arranged its front page: what stood before, what stands now, and what is to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.front import service
from cms.front.models import Arrangement, places_of
from cms.publication.models import Published, PublishedSeries
from cms.taxonomy import queries as sections

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """One arrangement: so many days ago (or ahead), and the addresses of what was chosen.

    `rows` are sections in their order, each with a piece for its first place, or none.
    """

    days: int
    places: Mapping[str, str]
    rows: Mapping[str, str] = field(default_factory=dict)
    series: str = ""
    ends: Mapping[str, int] = field(default_factory=dict)  # in so many days


# fmt: off
ARRANGED = (
    Chosen(days=-12, places={"lead": "deleting-the-last-mainframe-job", "feature-1": "counting-without-a-clock"}),
    Chosen(
        days=-1,
        places={"lead": "the-second-that-nobody-could-agree-on", "feature-1": "the-test-chip-that-refused-to-fail",
                "feature-2": "where-the-packets-wait", "feature-3": "deleting-the-last-mainframe-job"},
        rows={"Systems": "what-a-queue-remembers", "Networks": "",
              "Interfaces": "the-form-that-asks-one-question-fewer",
              "Practice": "post-mortems-for-things-that-went-well"},
        series="the-operators",
        ends={"feature-3": 6},
    ),
)
TO_COME = Chosen(days=4, places={"lead": "the-city-that-runs-on-one-antenna"}, series="time-in-machines")
# fmt: on


def arrange(db: Session, chief: User, chosen: Chosen, now: datetime) -> None:
    """Publish one arrangement, or schedule it where its day is still to come."""
    arrangement = service.begin(db, chief)
    if chosen.rows:
        named = {name: sections.section_by_name(db, name) for name in chosen.rows}
        ids = {name: section.id for name, section in named.items() if section is not None}
        service.show_rows(db, chief, arrangement, list(ids.values()), seen=arrangement.version)
        for name, slug in chosen.rows.items():
            if slug:
                _put(db, chief, arrangement, places_of(ids[name])[0], slug)
    for place, slug in chosen.places.items():
        _put(db, chief, arrangement, place, slug)
    for place, days in chosen.ends.items():
        service.end(db, chief, arrangement, place, now + days * DAY, seen=arrangement.version)
    if chosen.series:
        series_id = db.scalars(select(PublishedSeries.series_id).where(PublishedSeries.slug == chosen.series)).one()
        service.spotlight(db, chief, arrangement, series_id, seen=arrangement.version)
    if chosen.days < 0:
        service.publish(db, chief, arrangement)
        return
    at = (now + chosen.days * DAY).replace(hour=5, minute=0, second=0, microsecond=0)
    service.schedule(db, chief, arrangement, at, seen=arrangement.version)


def _put(db: Session, chief: User, arrangement: Arrangement, place: str, slug: str) -> None:
    article_id = db.scalars(select(Published.article_id).where(Published.slug == slug)).one()
    service.put(db, chief, arrangement, place, article_id, seen=arrangement.version)
