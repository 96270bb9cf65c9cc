"""One piece looked at: its galley, its history, two revisions side by side, its planning, and what the pages cost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.publication.models import Published
from cms.vocabulary import State
from tests.conftest import Client, Queries
from tests.factories import BODY, House, make_article, make_live
from tests.newsroom.editor import fresh, head_of, save, text


def test_the_galley_is_what_readers_would_see(writer: Client, reader: Client, house: House, db: Session) -> None:
    article = make_article(db, house, section_id=None, body=BODY + '<h2 data-id="h1">Why clocks disagree</h2>')
    answer = writer.get(f"/newsroom/articles/{article.id}/galley")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Galley of revision 1" in page
    assert 'id="why-clocks-disagree"' in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert db.scalar(select(func.count(Published.article_id))) == 0
    assert reader.get(f"/newsroom/articles/{article.id}/galley").status_code == 302


def test_an_older_galley_says_that_it_is_not_the_newest(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    save(writer, article, headline="A later headline")
    page = text(writer, f"/newsroom/articles/{article.id}/galley?revision=1")
    assert "Not the newest" in page
    assert "A later headline" not in page
    assert writer.get(f"/newsroom/articles/{article.id}/galley?revision=9").status_code == 404


def test_the_history_tells_everything_in_one_list(editor: Client, writer: Client, house: House, db: Session) -> None:
    article = make_live(db, house)
    page = text(editor, f"/newsroom/articles/{article.id}/history")
    order = [page.index(words) for words in ("Published", "Approved", "Submitted", "Begun")]
    assert order == sorted(order)
    assert "Signed" in page
    assert "stands" in page


def test_two_revisions_are_compared_in_sentences_and_marks(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    save(writer, article, headline="A later headline", body=BODY.replace("ordinary", "very dull"))
    page = text(writer, f"/newsroom/articles/{article.id}/compare?old=2&new=1")
    assert "From revision 1 to 2: two changes." in page
    assert "became “A later headline”" in page
    assert "<del>ordinary</del> <ins>very dull</ins>" in page
    assert '<a href="#b-a1">Block 1</a>' in page
    assert 'id="b-a1"' in page
    assert writer.get(f"/newsroom/articles/{article.id}/compare?old=1&new=99").status_code == 404


def test_restoring_makes_a_new_revision(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    first = article.head.headline if article.head else ""
    save(writer, article, headline="A mistake")
    head = head_of(db, article)
    answer = writer.post(f"/newsroom/articles/{article.id}/history/restore", data={"number": 1, "seen": head.id})
    assert answer.status_code == 302
    now = head_of(db, article)
    assert (now.number, now.headline, now.note) == (3, first, "Restored from revision 1")


def test_restoring_over_something_newer_is_refused(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    save(writer, article, headline="Newer")
    form = {"number": 1, "seen": article.head_id}
    answer = writer.post(f"/newsroom/articles/{article.id}/history/restore", data=form)
    assert "Look again before you restore" in text(writer, answer.location)
    assert head_of(db, article).number == 2


def test_planning_is_stored_in_the_newsrooms_time(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = editor.post(
        f"/newsroom/articles/{article.id}/planning",
        data={"desk_id": house.practice.id, "due_at": "2026-12-24T17:30", "embargo_until": "2026-12-25T06:00"},
    )
    assert answer.status_code == 302
    found = fresh(db).get_one(Article, article.id)
    assert found.desk_id == house.practice.id
    assert found.due_at is not None
    assert found.due_at.isoformat() == "2026-12-24T17:30:00+00:00"


def test_planning_with_a_day_that_is_none_is_said_beside_it(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = editor.post(
        f"/newsroom/articles/{article.id}/planning", data={"desk_id": house.systems.id, "due_at": "2026-02-30T06:00"}
    )
    assert answer.status_code == 422
    assert "That is not a day and a time" in answer.get_data(as_text=True)


def test_writers_do_not_plan(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    assert writer.get(f"/newsroom/articles/{article.id}/planning").status_code == 403


@pytest.mark.parametrize(
    ("path", "budget"), [("edit", 18), ("history", 11), ("galley", 14), ("compare", 12), ("review", 19)]
)
def test_the_pages_of_a_piece_cost_the_same_however_long_its_history(
    editor: Client, house: House, db: Session, queries: Queries, path: str, budget: int
) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{article.id}/{path}"
    editor.get(address)
    for i in range(3):
        save(editor, articles.load(fresh(db), article.id), headline=f"Headline {i}")
    editor.get(address)
    with queries.at_most(budget):
        editor.get(address)
    cost = len(queries.statements)
    for i in range(5):
        save(editor, articles.load(fresh(db), article.id), headline=f"Later headline {i}")
    editor.get(address)  # the first look at a new revision is noted
    with queries.at_most(cost):
        editor.get(address)
