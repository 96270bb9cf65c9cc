"""The board: cards, the ways they may go, refusals that say why, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.core import clock
from cms.vocabulary import State
from tests.conftest import Client, Queries
from tests.factories import House, act, make_article

PAGE = "/newsroom/board"


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def column(page: str, state: State) -> str:
    found = re.search(rf'<section[^>]*data-drop="{state.value}".*?</section>', page)
    assert found
    return found[0]


def test_every_piece_stands_in_its_column_with_the_ways_that_are_open(
    editor: Client, writer: Client, house: House, db: Session
) -> None:
    article = make_article(db, house, State.IN_REVIEW, headline="The island")
    sent_back = make_article(db, house, State.IN_REVIEW, headline="The bus")
    act(db, house.editor, sent_back, "request_changes", note="A source, please.")
    page = text(editor)
    card = column(page, State.IN_REVIEW)
    assert "The island" in card
    assert re.findall(r'name="to" value="(\w+)"', card) == ["draft", "changes_requested", "to_confirm", "approved"]
    assert "Noor Castellane: A source, please." in column(page, State.CHANGES_REQUESTED)
    assert re.findall(r'name="to" value="(\w+)"', column(text(writer), State.IN_REVIEW)) == ["draft"]
    assert f'href="/newsroom/articles/{article.id}"' in card


def test_a_card_is_moved_and_what_is_refused_says_why(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW, headline="The island")
    address, seen = f"{PAGE}/{article.id}", article.head_id
    refused = editor.post(address, data={"to": "changes_requested", "seen": seen})
    assert refused.status_code == 409
    said = " ".join(refused.text.split())
    assert "Say why, in a sentence: the writers will read it. Then “The island” becomes “changes requested”." in said
    assert 'role="alert"' not in said, "nothing went wrong: something is asked for"
    assert 'name="note"' in said
    assert editor.post(f"{address}?desk=1", data={"to": "approved", "seen": seen}).location == f"{PAGE}?desk=1"
    again = editor.post(address, data={"to": "scheduled", "seen": seen})
    assert "Choose a day and a time. Then “The island” becomes “scheduled”." in again.text
    past = editor.post(address, data={"to": "scheduled", "seen": seen, "at": "2001-01-01T06:00"}).text
    assert "“The island” stays where it is, and does not become “scheduled”." in past
    at = (clock.now() + timedelta(days=30)).strftime("%Y-%m-%dT06:00")
    assert "That is not a day" in editor.post(address, data={"to": "scheduled", "seen": seen, "at": "soon"}).text
    assert editor.post(address, data={"to": "scheduled", "seen": seen, "at": at}).status_code == 302
    db.rollback()
    assert articles.load(db, article.id).state is State.SCHEDULED
    assert "Nothing goes straight from" in editor.post(address, data={"to": "draft"}).text
    nonsense = editor.post(address, data={"to": "nonsense"})
    assert nonsense.status_code == 422
    assert "Say to which column of the board the card goes." in nonsense.text


def test_a_card_of_somebody_else_is_not_there(client_as: object, house: House, db: Session) -> None:
    article = make_article(db, house)
    other = client_as(house.other_writer)  # type: ignore[operator]
    assert other.post(f"{PAGE}/{article.id}", data={"to": "in_review"}).status_code == 404
    assert article.head
    assert article.head.headline not in text(other)


def test_an_idea_that_is_dragged_on_leads_to_its_pitch(editor: Client, house: House, db: Session) -> None:
    pitch = make_article(db, house, State.IDEA)
    refused = editor.post(f"{PAGE}/{pitch.id}", data={"to": "draft", "seen": pitch.head_id})
    assert f'<a href="/newsroom/pitches/{pitch.id}">Planning</a>' in refused.text
    assert "Say by when it is wanted." in refused.text


def test_the_board_costs_the_same_however_full_it_is(
    editor: Client, house: House, db: Session, queries: Queries
) -> None:
    states = (State.IDEA, State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.SCHEDULED)

    def fill() -> None:
        for state in states:
            make_article(db, house, state)

    fill()
    editor.get(PAGE)
    with queries.at_most(15):
        editor.get(PAGE)
    cost = len(queries.statements)
    fill()
    with queries.at_most(cost):
        editor.get(PAGE)
