"""What planning asks is answered alike by both databases."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.service import Plan
from cms.core.db import transaction
from cms.core.events import deliver_due
from cms.interviews import service as interviews
from cms.notifications import letters
from cms.planning import calendar, charts, queries, service
from cms.search import saved
from cms.vocabulary import State
from cms.wiring import Services
from cms.worker import apart
from tests.conftest import Frozen
from tests.factories import NOW, make_article, make_house, make_live

UTC = ZoneInfo("UTC")


def test_the_same_is_answered_by_both(either: Services, frozen: Frozen) -> None:
    with either.sessions() as db:
        house = make_house(db)
        pitch, other = make_article(db, house, State.IDEA), make_article(db, house, State.IDEA)
        draft = make_article(db, house)
        approved = make_article(db, house, State.APPROVED)
        scheduled = make_article(db, house, State.SCHEDULED, at=NOW + timedelta(days=2))
        live = make_live(db, house, at=NOW - timedelta(days=1))
        with transaction(db):
            service.vote(db, house.chief, other, is_for=True)
            texts.plan(db, house.editor, articles.load(db, draft.id), Plan(draft.desk_id, NOW + timedelta(days=1)))
            series = interviews.add_series(
                db, house.chief, title="Clocks", slug="clocks", description="", host_id=None, cover_id=None,
                planned_parts=3, is_interviews=False,
            )  # fmt: skip
            interviews.place(db, house.chief, series, live.id, part=1)
            interviews.place(db, house.chief, series, scheduled.id, part=2)
            search = saved.save(db, house.chief, "Ideas", "state:idea")
            db.flush()
            saved.share(db, house.chief, search.id, is_shared=True)
            saved.watch(db, house.chief, either.staff_search, search.id, is_wanted=True)
        assert [one.id for one in db.scalars(queries.pitches(house.section.id))] == [other.id, pitch.id]
        board = {column.state: column.total for column in queries.board(db, house.editor)}
        assert (board[State.IDEA], board[State.DRAFT], board[State.IN_REVIEW]) == (2, 1, 0)
        days = calendar.days(db, house.editor, NOW.date() - timedelta(days=1), 4, UTC)
        assert [[entry.article_id for entry in one.entries] for one in days] == [
            [live.id], [], [draft.id], [scheduled.id]
        ]  # fmt: skip
        assert [one.article_id for one in calendar.loose(db, house.editor)] == [approved.id]
        (run,) = calendar.runs(db, house.editor)
        assert (run.out, [part for part, *_ in run.dated], run.undated, run.missing) == (1, [2], (), (3,))
        mondays = charts.weeks(NOW.date())
        assert sum(sum(counts) for counts in charts.published(db, mondays, UTC).values()) == 1
        assert sum(one.count for one in charts.passed(db, NOW - timedelta(days=9))) > 0
        assert {one.name for one in charts.loads(db, NOW - timedelta(days=9))} == {house.editor.name}
        assert charts.punctual(db, mondays, NOW + timedelta(days=2), UTC)[-1].late == 1
        assert [one.count for one in saved.on_desk(db, house.editor, either.staff_search)] == [2]
        newer = make_article(db, house, State.IDEA)
        assert saved.tell_watching(either.staff_search, either.sessions) == 1
        assert saved.tell_watching(either.staff_search, either.sessions) == 0
        while deliver_due(either.sessions, either.reactions):
            pass
        assert apart(either) == 1
        frozen.forward(days=1)
        db.rollback()
        assert letters.waiting(db).count > 0
        assert apart(either) == 1
        db.rollback()
        assert letters.waiting(db).count == 0
        assert newer.id > pitch.id
