"""The lists of work: what they show, to whom, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cms.articles.models import Article, CreditLine
from cms.core import clock
from cms.core.db import transaction
from cms.core.events import deliver_due
from cms.vocabulary import CreditRole, State
from cms.wiring import Services
from tests.conftest import Client, Queries
from tests.factories import House, act, make_article, make_live, make_person

LISTS = ["/newsroom/", *(f"/newsroom/{name}" for name in ("waiting", "pieces", "scheduled", "live", "inbox"))]


def _page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _due(db: Session, article: Article, days: float) -> None:
    with transaction(db):
        db.get_one(Article, article.id).due_at = clock.now() + timedelta(days=days)


def test_the_desk_says_in_a_sentence_what_waits(editor: Client, house: House, db: Session) -> None:
    make_article(db, house, State.IN_REVIEW)
    make_article(db, house, State.IN_REVIEW)
    assert "Two pieces wait for you, all since today." in _page(editor, "/newsroom/")


def test_what_is_late_stands_on_top_and_nowhere_else(editor: Client, house: House, db: Session) -> None:
    late = make_article(db, house, State.IN_REVIEW, headline="The island with two cables")
    make_article(db, house, State.IN_REVIEW, headline="Post-mortems for things that went well")
    _due(db, late, -3)
    page = _page(editor, "/newsroom/")
    assert page.index("Overdue") < page.index("The island with two cables") < page.index("Waiting for me <span")
    assert "3 days late" in page
    assert page.count('">The island with two cables</a></h3>') == 1


def test_what_came_back_waits_for_its_writer_with_the_reason(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, article, "request_changes", note="The second table needs a source.")
    page = _page(writer, "/newsroom/")
    assert "One piece waits for you, since today." in page
    assert "Noor Castellane: The second table needs a source." in page


def test_the_day_shows_what_goes_out_and_what_is_due(editor: Client, house: House, db: Session) -> None:
    make_live(db, house, headline="Out this morning")
    due = make_article(db, house, State.IN_REVIEW, headline="Due tonight")
    _due(db, due, 0.0001)
    page = _page(editor, "/newsroom/")
    today = page[page.index('<ol class="day"') :]
    assert today.index("Out this morning") < today.index("Now") < today.index("Due tonight")


def test_an_empty_desk_says_what_will_be_there(writer: Client) -> None:
    page = _page(writer, "/newsroom/")
    assert "Nothing waits for you." in page
    assert "Begin a piece" in page


def test_administrators_have_no_pieces_and_are_told_why(admin: Client, house: House, db: Session) -> None:
    make_live(db, house, headline="Not for the machine room")
    page = _page(admin, "/newsroom/")
    assert "You run the machine" in page
    assert "Not for the machine room" not in page
    assert admin.get("/newsroom/pieces").status_code == 403


def test_writers_see_their_own_pieces_only(writer: Client, house: House, db: Session) -> None:
    make_article(db, house, headline="Mine to see")
    make_article(db, house, headline="Of somebody else", by=house.other_writer, credits=())
    page = _page(writer, "/newsroom/pieces")
    assert "Mine to see" in page
    assert "Of somebody else" not in page


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("state=in_review", {"Reviewed"}),
        ("state=live", {"Out"}),
        ("q=revi", {"Reviewed"}),
        ("q=reviewed+nothing", set()),
        ("section={other_section}", {"Practised"}),
        ("desk={practice}", {"Practised"}),
        ("person={expert}", {"Credited"}),
        ("state=nonsense&section=x&person=x&page=0&order=;drop", {"Reviewed", "Out", "Practised", "Credited", "Begun"}),
        ("page=99", set()),
    ],
)
def test_the_desk_is_narrowed(chief: Client, house: House, db: Session, narrowed: str, found: set[str]) -> None:
    from_expert = make_person(db, "Somebody Else")
    make_article(db, house, headline="Begun")
    make_article(db, house, State.IN_REVIEW, headline="Reviewed")
    make_live(db, house, headline="Out")
    make_article(db, house, headline="Practised", section_id=house.other_section.id)
    make_article(db, house, headline="Credited", credits=(CreditLine(from_expert.id, CreditRole.INTERVIEWEE),))
    query = narrowed.format(other_section=house.other_section.id, practice=house.practice.id, expert=from_expert.id)
    page = _page(chief, f"/newsroom/pieces?{query}")
    listed = set(re.findall(r'<h2 class="row__title"><a [^>]+>([^<]+)</a>', page))
    assert listed == found


def test_a_list_that_finds_nothing_helps_on(chief: Client, house: House, db: Session) -> None:
    make_article(db, house)
    page = _page(chief, "/newsroom/pieces?q=zebra")
    assert "Nothing like that" in page
    assert "Show all pieces" in page


def test_scheduled_pieces_come_soonest_first(editor: Client, house: House, db: Session) -> None:
    make_article(db, house, State.SCHEDULED, headline="Later", at=clock.now() + timedelta(days=5))
    make_article(db, house, State.SCHEDULED, headline="Sooner", at=clock.now() + timedelta(days=2))
    page = _page(editor, "/newsroom/scheduled")
    assert page.index("Sooner") < page.index("Later")


@pytest.mark.parametrize("path", LISTS)
def test_lists_cost_the_same_however_long_they_are(
    editor: Client, house: House, db: Session, queries: Queries, path: str
) -> None:
    def fill() -> None:
        for state in (State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.SCHEDULED, State.SETTLED):
            make_article(db, house, state)
        make_article(db, house, by=house.editor)

    fill()
    editor.get(path)
    with queries.at_most(12):
        editor.get(path)
    cost = len(queries.statements)
    for _ in range(3):
        fill()
    with queries.at_most(cost):
        editor.get(path)


def test_long_lists_have_pages(chief: Client, house: House, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.newsroom.desk.PER_PAGE", 2)
    for _ in range(5):
        make_article(db, house)
    page = _page(chief, "/newsroom/pieces?order=headline&page=2")
    assert page.count('class="row__title"') == 2
    assert "page=3&amp;order=headline" in page or "order=headline&amp;page=3" in page


def test_notices_are_opened_and_read(writer: Client, house: House, db: Session, services: Services) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, article, "approve")
    while deliver_due(services.sessions, services.reactions):
        pass
    page = _page(writer, "/newsroom/inbox")
    assert "One notice is new." in page
    opened = re.search(r'action="(/newsroom/inbox/\d+/open)"', page)
    assert opened
    assert writer.post(opened[1]).location == f"/newsroom/articles/{article.id}"
    assert "Everything is read." in _page(writer, "/newsroom/inbox")


def test_nobody_reads_the_notices_of_others(writer: Client, editor: Client, house: House, db: Session) -> None:
    assert writer.post("/newsroom/inbox/1/open").status_code == 404
    assert writer.post("/newsroom/inbox/read").location == "/newsroom/inbox"
