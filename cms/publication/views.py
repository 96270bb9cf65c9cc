"""How often pieces are opened: one number for each piece and day, and nothing of whoever opened it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from cms.core import clock, generation
from cms.core.db import transaction
from cms.publication.models import DayViews, MostRead, Published

SHOWN = 5
WEEK, MONTH = 7, 30  # days, today among them
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Read:
    """A piece and how often it was opened in the last week, and in the last month."""

    article_id: int
    headline: str
    week: int
    month: int


class CountedViews:
    """The counts of one magazine, by the days of its newsroom's calendar."""

    def __init__(self, *, zone: ZoneInfo, is_wanted: bool) -> None:
        self._zone = zone
        self._is_wanted = is_wanted

    def is_on(self, db: Session) -> bool:
        """Tell whether views are counted."""
        return self._is_wanted

    def add(self, sessions: sessionmaker[Session], counts: Mapping[int, int]) -> None:
        """Add to today's numbers; what is not live is not counted."""
        today = self.today()
        with sessions() as db, transaction(db):
            live = set(db.scalars(select(Published.article_id).where(Published.article_id.in_(counts))))
            here = DayViews.day == today, DayViews.article_id.in_(live)
            there = {row.article_id: row for row in db.scalars(select(DayViews).where(*here).with_for_update())}
            for article_id in sorted(live):
                row = there.get(article_id)
                if row is None:
                    db.add(DayViews(article_id=article_id, day=today, views=counts[article_id]))
                else:
                    row.views += counts[article_id]

    def rank(self, sessions: sessionmaker[Session]) -> None:
        """Write anew what was read most within a week; readers see it where that is anything new."""
        with sessions() as db, transaction(db):
            views = func.sum(DayViews.views)
            query = select(DayViews.article_id).join(Published, Published.article_id == DayViews.article_id)
            query = query.where(DayViews.day > self.today() - timedelta(days=WEEK)).group_by(DayViews.article_id)
            best = db.scalars(query.order_by(views.desc(), DayViews.article_id.desc()).limit(SHOWN)).all()
            if list(best) == list(db.scalars(select(MostRead.article_id).order_by(MostRead.place))):
                return
            db.execute(delete(MostRead))
            db.add_all(MostRead(place=place, article_id=one) for place, one in enumerate(best, start=1))
            generation.bump(db)

    def sweep(self, sessions: sessionmaker[Session]) -> None:
        """Forget the numbers of days long past."""
        with sessions() as db, transaction(db):
            db.execute(delete(DayViews).where(DayViews.day < self.today() - KEPT))

    def by_day(self, db: Session, article_id: int | None = None) -> list[tuple[date, int]]:
        """Return the views of each day of the last month, of one piece or of all, days without any among them."""
        today = self.today()
        days = [today - timedelta(days=ago) for ago in reversed(range(MONTH))]
        query = select(DayViews.day, func.sum(DayViews.views)).where(DayViews.day >= days[0]).group_by(DayViews.day)
        if article_id is not None:
            query = query.where(DayViews.article_id == article_id)
        found = dict(db.execute(query).all())
        return [(day, found.get(day, 0)) for day in days]

    def most_read(self, db: Session, limit: int) -> list[Read]:
        """Return the pieces that were opened most in the last month, live ones only."""
        today = self.today()
        week = func.coalesce(
            func.sum(DayViews.views).filter(DayViews.day > today - timedelta(days=WEEK)), 0
        )  # fmt: skip
        month = func.sum(DayViews.views)
        query = (
            select(DayViews.article_id, Published.headline, week, month)
            .join(Published, Published.article_id == DayViews.article_id)
            .where(DayViews.day > today - timedelta(days=MONTH))
            .group_by(DayViews.article_id, Published.headline)
            .order_by(month.desc(), DayViews.article_id.desc())
        )
        return [Read(*row) for row in db.execute(query.limit(limit))]

    def today(self) -> date:
        """Return the present day of the newsroom's calendar."""
        return clock.now().astimezone(self._zone).date()
