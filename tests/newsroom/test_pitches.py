"""Pitches as people meet them: who sees one, votes, a yes and a no."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.planning import queries as planning
from cms.planning.queries import Votes
from cms.vocabulary import State
from tests.conftest import Client, Queries
from tests.factories import House, make_article

PAGE = "/newsroom/pitches"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def test_a_writer_pitches_and_others_vote(writer: Client, editor: Client, house: House, db: Session) -> None:
    begun = writer.post(
        "/newsroom/articles/new",
        data={"kind": "article", "headline": "Leap second", "dek": "Who keeps it?", "state": "idea",
              "section_id": house.section.id},
    )  # fmt: skip
    number = int(begun.location.rpartition("/")[2])
    assert writer.get(begun.location).location == f"{PAGE}/{number}"
    assert "Your pitch" in text(writer, PAGE)
    assert "I am for it" not in text(writer, f"{PAGE}/{number}")
    own = writer.post(f"{PAGE}/{number}/vote", data={"do": "for"}, follow_redirects=True)
    assert "It is your own pitch: that you are for it is known." in own.text
    page = text(editor, PAGE)
    assert "One pitch waits for a yes or a no." in page
    assert "Who keeps it?" in page
    assert "Ilse Varnholt, just now, for Systems" in page
    assert editor.post(f"{PAGE}/{number}/vote", data={"do": "for"}).location == f"{PAGE}/{number}"
    assert "For it: Noor Castellane" in text(writer, PAGE)
    editor.post(f"{PAGE}/{number}/vote", data={"do": "back"})
    assert planning.votes(db, house.editor, [number]).get(number, Votes()) == Votes()


def test_a_pitch_is_for_everybody_and_its_notes_are_not(client_as: object, house: House, db: Session) -> None:
    pitch = make_article(db, house, State.IDEA, body="<p>My source is the plumber.</p>")
    other = client_as(house.other_writer)  # type: ignore[operator]
    assert "plumber" not in text(other, f"{PAGE}/{pitch.id}")
    assert "An editor of the Systems desk says yes or no." in text(other, f"{PAGE}/{pitch.id}")
    assert "plumber" in text(client_as(house.editor), f"{PAGE}/{pitch.id}")  # type: ignore[operator]
    draft = make_article(db, house, State.DRAFT)
    assert other.get(f"{PAGE}/{draft.id}").status_code == 404
    assert other.post(f"{PAGE}/{draft.id}/vote").status_code == 404


def test_an_editor_says_yes_with_a_day_and_a_brief(editor: Client, writer: Client, house: House, db: Session) -> None:
    pitch = make_article(db, house, State.IDEA)
    address = f"{PAGE}/{pitch.id}/accept"
    incomplete = editor.post(address, data={"assigned_to_id": house.writer.id, "due_at": "soon", "brief": ""})
    assert incomplete.status_code == 422
    assert "Say in a brief what is wanted." in incomplete.text
    assert "That is not a day and a time." in incomplete.text
    given = {"assigned_to_id": house.writer.id, "due_at": "2027-01-15T17:00", "brief": "900 words."}
    assert writer.post(address, data=given).status_code == 403
    assert editor.post(address, data=given).location == PAGE
    db.rollback()
    assert articles.load(db, pitch.id).state is State.DRAFT
    assert "<b>Brief</b> 900 words." in text(writer, f"/newsroom/articles/{pitch.id}/edit")
    assert editor.post(address, data=given).location == PAGE, "a second click does no harm"


def test_an_editor_says_no_and_why(editor: Client, writer: Client, house: House, db: Session) -> None:
    pitch = make_article(db, house, State.IDEA, headline="Twelve laptops")
    address = f"{PAGE}/{pitch.id}/decline"
    assert "Say why not" in editor.post(address, data={"note": ""}).text
    assert editor.post(address, data={"note": "Others do this better."}).location == PAGE
    assert "Others do this better." in text(editor, "/newsroom/trash")
    yes = {"assigned_to_id": house.writer.id, "due_at": "2027-01-15T17:00", "brief": "x"}
    late = editor.post(f"{PAGE}/{pitch.id}/accept", data=yes)
    assert late.location == PAGE, "somebody was faster, and that is said"


def test_pitches_cost_the_same_however_many(editor: Client, house: House, db: Session, queries: Queries) -> None:
    make_article(db, house, State.IDEA)
    editor.get(PAGE)
    with queries.at_most(10):
        editor.get(PAGE)
    cost = len(queries.statements)
    for _ in range(4):
        make_article(db, house, State.IDEA)
    with queries.at_most(cost):
        editor.get(PAGE)
