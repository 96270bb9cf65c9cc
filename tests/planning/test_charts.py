"""The work in numbers: each chart's numbers are those of what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.planning import charts
from cms.vocabulary import Bench, State
from cms.workflow import reviewers, ruling
from cms.workflow.rulebook import Asked, Rules, Stage
from tests.conftest import Client, Frozen, Queries
from tests.factories import NOW, House, act, make_article, make_live

UTC = ZoneInfo("UTC")


def due(db: Session, house: House, article: Article, days: float) -> None:
    with transaction(db):
        wanted = replace(texts.Plan.of(article), due_at=NOW + timedelta(days=days))
        texts.plan(db, house.editor, articles.load(db, article.id), wanted)


def test_pieces_are_counted_in_their_week(db: Session, house: House, frozen: Frozen) -> None:
    mondays = charts.weeks(NOW.date())
    assert (len(mondays), mondays[-1].isoformat()) == (12, "2026-11-23")
    make_live(db, house, at=NOW)
    make_live(db, house, at=NOW - timedelta(days=1, hours=9, seconds=1))  # a second before Monday
    make_live(db, house, at=NOW - timedelta(days=8), section_id=house.other_section.id)
    make_live(db, house, at=NOW - timedelta(days=200))
    found = charts.published(db, mondays, UTC)
    assert list(found) == ["Systems", "Practice"]
    assert found["Systems"][-2:] == [1, 1]
    assert sum(found["Practice"]) == 1


def test_time_in_a_state_is_read_from_the_record(db: Session, house: House, frozen: Frozen) -> None:
    for hours in (2, 10, 4):
        article = make_article(db, house)
        frozen.forward(hours=hours)
        act(db, house.writer, article, "submit")
    frozen.forward(hours=1)
    act(db, house.editor, articles.load(db, article.id), "approve")
    passed = {one.state: one for one in charts.passed(db, NOW - timedelta(days=1))}
    drafts = passed[State.DRAFT]
    assert (drafts.middle, drafts.longest, drafts.count, drafts.now) == (4.0, 10.0, 3, 0)
    assert (passed[State.IN_REVIEW].middle, passed[State.IN_REVIEW].now) == (1.0, 2)
    assert (passed[State.APPROVED].count, passed[State.APPROVED].now) == (0, 1)


def test_the_load_counts_decisions_and_what_waits(db: Session, house: House, frozen: Frozen) -> None:
    make_article(db, house, State.APPROVED)
    sent_back = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, sent_back, "request_changes")
    make_article(db, house, State.IN_REVIEW)
    make_article(db, house, State.IN_REVIEW, by=house.editor)
    loads = {one.name: one for one in charts.loads(db, NOW - timedelta(days=1))}
    assert loads[house.editor.name] == charts.Load(house.editor.name, decided=2, approved=1, waiting=1)
    assert loads[house.chief.name] == charts.Load(house.chief.name, decided=0, approved=0, waiting=2)
    assert house.writer.name not in loads


def test_each_of_two_approvals_counts_and_what_somebody_took_up_waits_for_nobody_else(
    db: Session, house: House, frozen: Frozen
) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules((Stage(), Stage(Asked(Bench.CHIEF)))))
    piece, taken = make_article(db, house, State.IN_REVIEW), make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        reviewers.claim(db, house.chief, articles.load(db, taken.id))
    frozen.forward(hours=2)
    act(db, house.editor, articles.load(db, piece.id), "approve")
    frozen.forward(hours=3)
    act(db, house.chief, articles.load(db, piece.id), "approve")
    loads = {one.name: one for one in charts.loads(db, NOW - timedelta(days=1))}
    assert loads[house.editor.name] == charts.Load(house.editor.name, decided=1, approved=1, waiting=0)
    assert loads[house.chief.name] == charts.Load(house.chief.name, decided=1, approved=1, waiting=1)
    passed = {one.state: one for one in charts.passed(db, NOW - timedelta(days=1))}
    assert (passed[State.IN_REVIEW].longest, passed[State.IN_REVIEW].count) == (5.0, 1)


def test_late_is_what_was_not_approved_by_its_day(db: Session, house: House, frozen: Frozen) -> None:
    in_time, late = make_article(db, house, State.IN_REVIEW), make_article(db, house, State.IN_REVIEW)
    waiting, to_come, idea = make_article(db, house), make_article(db, house), make_article(db, house, State.IDEA)
    for article, days in ((in_time, 2), (late, 1), (waiting, 1), (to_come, 30), (idea, 1)):
        due(db, house, article, days)
    frozen.forward(days=1.5)
    for article in (in_time, late):
        act(db, house.editor, articles.load(db, article.id), "approve")
    frozen.forward(days=1)
    week = charts.punctual(db, charts.weeks(frozen.at.date()), frozen.at, UTC)[-1]
    assert (week.due, week.late) == (3, 2)
    assert sum(one.due for one in charts.punctual(db, charts.weeks(frozen.at.date()), frozen.at, UTC)) == 3


def test_every_chart_has_its_numbers_as_a_table(
    editor: Client, writer: Client, house: House, db: Session, queries: Queries
) -> None:
    assert writer.get("/newsroom/charts").status_code == 403
    assert "Nothing came out" in editor.get("/newsroom/charts").text
    live = make_live(db, house)
    act(db, house.writer, make_article(db, house), "submit")
    assert live.head
    with queries.at_most(12):
        page = " ".join(editor.get("/newsroom/charts").text.split())
    assert page.count('role="img"') == 1
    assert "Systems: 1 piece in twelve weeks, at most 1 a week" in page
    assert page.count("<table") == 3
    assert page.count("chart__bar") >= 12 + 7 + 1
    assert f'<th scope="row">{house.editor.name}</th><td>1</td><td>1</td><td>0</td>' in page
