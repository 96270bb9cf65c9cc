"""The calendar: what stands on which day, what may be moved, the gaps, and what it costs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.vocabulary import State
from tests.conftest import Client, Frozen, Queries
from tests.factories import NOW, House, make_article, make_live

PAGE = "/newsroom/calendar"


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.get_data(as_text=True).split())


def day(page: str, on: date) -> str:
    found = re.search(rf'<li class="calendar__day[^>]*data-drop="{on}".*?(?=<li class="calendar__day|</ol> )', page)
    assert found, on
    return found[0]


def plan(db: Session, house: House, article: Article, **changed: object) -> None:
    with transaction(db):
        wanted = replace(texts.Plan.of(article), **changed)  # type: ignore[arg-type]
        texts.plan(db, house.editor, articles.load(db, article.id), wanted)


def test_a_month_shows_what_is_due_what_goes_out_and_what_is_held(
    editor: Client, house: House, db: Session, frozen: Frozen
) -> None:
    plan(db, house, make_article(db, house, headline="Due soon"), due_at=NOW + timedelta(days=2))
    make_article(db, house, State.SCHEDULED, headline="To come", at=NOW + timedelta(days=3))
    make_live(db, house, headline="Gone out", at=NOW - timedelta(days=3))
    held = make_article(db, house, State.APPROVED, headline="Held back")
    plan(db, house, held, embargo_until=NOW + timedelta(days=4))
    page = text(editor)
    assert "November 2026" in page
    assert "One piece went out, one piece goes out, one piece is due and nothing goes out on six days to come." in page
    for number, words in ((2, "Due soon"), (3, "To come"), (-3, "Gone out"), (4, "Held back")):
        assert words in day(page, (NOW + timedelta(days=number)).date()), words
    assert "Embargo ends" in day(page, date(2026, 11, 28))
    assert "Nothing goes out" in day(page, date(2026, 11, 28)), "an embargo that ends is nothing that goes out"
    assert "Nothing goes out" not in day(page, date(2026, 11, 27))
    assert "No slot" in page.split("Without a day")[1]
    assert "Due soon" not in text(editor, f"{PAGE}?view=week&on=2026-12-02")
    assert "Due soon" in text(editor, f"{PAGE}?view=week")


def test_a_series_says_what_is_missing(editor: Client, house: House, db: Session, frozen: Frozen) -> None:
    with transaction(db):
        series = interviews.add_series(
            db, house.chief, title="The Operators", slug="the-operators", description="", host_id=None, cover_id=None,
            planned_parts=4, is_interviews=True,
        )  # fmt: skip
    parts = [make_live(db, house, at=NOW - timedelta(days=9)), make_article(db, house), make_article(db, house)]
    with transaction(db):
        for number, article in enumerate(parts, start=1):
            interviews.place(db, house.chief, series, article.id, part=number)
    plan(db, house, parts[1], due_at=NOW + timedelta(days=1))
    page = text(editor)
    assert "1 of 4 out" in page
    assert "Part 2 (draft) Wed 25 Nov 09:00." in page
    assert "No date: part 3." in page
    assert "No piece yet: part 4." in page
    assert "The Operators, part 2" in day(page, date(2026, 11, 25))


def test_dates_are_moved_and_refusals_say_why(
    editor: Client, writer: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house, headline="Due soon")
    plan(db, house, article, due_at=NOW)
    address = f"{PAGE}/{article.id}/due"
    moved = editor.post(f"{address}?view=week", data={"day": "2026-12-01"})
    assert moved.location == f"{PAGE}?view=week"
    db.rollback()
    db.expire_all()
    assert articles.load(db, article.id).due_at == datetime(2026, 12, 1, 9, tzinfo=NOW.tzinfo)
    assert "“Due soon” is due on Tuesday 1 December now." in text(editor)
    refused = writer.post(address, data={"day": "2026-12-02"})
    assert refused.status_code == 403
    assert "“Due soon” stays on its day. You may not do that here." in " ".join(refused.text.split())
    assert "data-card" not in day(text(writer, f"{PAGE}?on=2026-12-01"), date(2026, 12, 1))
    assert "data-card" in day(text(editor, f"{PAGE}?on=2026-12-01"), date(2026, 12, 1))
    scheduled = make_article(db, house, State.SCHEDULED, at=NOW + timedelta(days=3))
    past = editor.post(f"{PAGE}/{scheduled.id}/scheduled", data={"day": "2026-11-01"})
    assert "That time is past." in past.text
    assert editor.post(address, data={"day": "tomorrow"}).status_code == 422
    assert editor.post(f"{PAGE}/{article.id}/nonsense", data={"day": "2026-12-01"}).status_code == 404
    assert editor.post(f"{PAGE}/999/due", data={"day": "2026-12-01"}).status_code == 404


def test_one_leafs_from_month_to_month_and_nothing_typed_is_an_error(editor: Client, frozen: Frozen) -> None:
    page = text(editor, f"{PAGE}?on=2026-12-31")
    assert "December 2026" in page
    assert "on=2026-11-01" in page
    assert "on=2027-01-01" in page
    assert "on=2027-01-07" in text(editor, f"{PAGE}?view=week&on=2026-12-31")
    for on in ("2026-02-30", "0001-01-01", "9999-12-31", "x", "2100-12-31", "1990-01-01"):
        assert editor.get(PAGE, query_string={"on": on, "view": "week"}).status_code == 200
        assert editor.get(PAGE, query_string={"on": on}).status_code == 200


def test_the_calendar_costs_the_same_however_full_it_is(
    editor: Client, house: House, db: Session, queries: Queries, frozen: Frozen
) -> None:
    def fill() -> None:
        plan(db, house, make_article(db, house), due_at=NOW + timedelta(days=1), embargo_until=NOW + timedelta(days=2))
        make_article(db, house, State.SCHEDULED, at=NOW + timedelta(days=3))
        make_live(db, house)

    fill()
    editor.get(PAGE)
    with queries.at_most(10):
        editor.get(PAGE)
    cost = len(queries.statements)
    fill()
    with queries.at_most(cost):
        editor.get(PAGE)
