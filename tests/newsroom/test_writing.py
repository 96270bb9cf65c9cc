"""What the editor's script asks for: copies, saves, clashes, presence. Every answer is JSON, and no text is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, Revision, WorkingCopy
from cms.people.models import Person
from cms.vocabulary import State
from tests.conftest import Client, Queries
from tests.factories import BODY, House, act, make_article, make_topic
from tests.newsroom.editor import form_of, fresh, head_of

JSON = {"Accept": "application/json"}


def post(client: Client, article: Article, call: str, **fields: Any) -> Any:
    return client.post(f"/newsroom/articles/{article.id}/{call}", data=fields, headers=JSON)


def send(client: Client, article: Article, call: str, **changed: Any) -> Any:
    """Send the whole form, as the script does."""
    return post(client, article, call, **form_of(article, **{"tab": "t1", **changed}))


def copies(db: Session) -> list[WorkingCopy]:
    return list(fresh(db).scalars(select(WorkingCopy).order_by(WorkingCopy.id)))


def test_a_fresh_token_for_a_page_that_stood_open(writer: Client) -> None:
    answer = writer.get("/newsroom/account/token", headers=JSON)
    assert answer.json["name"] == "Ilse Varnholt"
    assert len(answer.json["csrf_token"]) > 20


def test_an_autosave_is_kept_with_whatever_is_in_it(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    half = {"credits-1-person": "Marit Odu", "credits-1-role": "interviewee", "topics": "Clo", "section_id": "nonsense"}
    answer = send(writer, article, "copy", number=1, headline="", body="<p>One two three</p>", **half)
    assert answer.status_code == 200
    assert answer.json.keys() == {"kept_at", "number", "findings", "clear", "words", "minutes"}
    assert (answer.json["number"], answer.json["words"]) == (1, 3)
    assert "headline" in {finding["field"] for finding in answer.json["findings"]}
    (kept,) = copies(db)
    assert (kept.content["headline"], kept.content["topics"]) == ("", "Clo")
    assert kept.content["credits-1-person"] == "Marit Odu"
    assert head_of(db, article).number == 1
    assert fresh(db).scalar(select(func.count(Person.id)).where(Person.name.startswith("Marit Odu "))) == 0


def test_a_late_autosave_is_answered_with_the_number_that_is_kept(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    send(writer, article, "copy", number=4, headline="Newer")
    answer = send(writer, article, "copy", number=3, headline="Older")
    assert (answer.status_code, answer.json["number"]) == (200, 4)
    assert [kept.content["headline"] for kept in copies(db)] == ["Newer"]


@pytest.mark.parametrize("fields", [{"tab": "", "number": 1}, {"tab": "x" * 41, "number": 1}, {"tab": "../a"}, {}])
def test_an_editor_without_a_name_is_refused_in_a_sentence(
    writer: Client, house: House, db: Session, fields: dict[str, Any]
) -> None:
    answer = post(writer, make_article(db, house), "copy", **fields)
    assert answer.status_code == 422
    assert answer.json["error"]
    assert answer.json["field"] in ("tab", "number")


def test_a_copy_of_a_piece_that_is_closed_is_kept_all_the_same(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    act(db, house.writer, article, "submit")
    answer = send(writer, article, "copy", number=1, headline="Too late")
    assert (answer.status_code, answer.json["kept"]) == (403, True)
    assert "while the piece is in review" in answer.json["error"]
    assert [kept.content["headline"] for kept in copies(db)] == ["Too late"]


def test_strangers_to_a_piece_keep_nothing_there(client_as: Any, house: House, db: Session) -> None:
    article = make_article(db, house)
    for call in ("copy", "save", "presence", "copy/drop"):
        answer = send(client_as(house.other_writer), article, call, number=1)
        assert (answer.status_code, answer.is_json) == (404, True)
    assert copies(db) == []


def test_ones_own_copies_are_listed_and_dropped(writer: Client, chief: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    send(writer, article, "copy", number=1, tab="one", headline="From the desk")
    send(writer, article, "copy", number=1, tab="two", headline="From the train", seen=article.head_id)
    listed = writer.get(f"/newsroom/articles/{article.id}/copies", headers=JSON).json["copies"]
    assert {(one["tab"], one["fields"]["headline"], one["base"]) for one in listed} == {
        ("one", "From the desk", article.head_id), ("two", "From the train", article.head_id),
    }  # fmt: skip
    assert chief.get(f"/newsroom/articles/{article.id}/copies", headers=JSON).json == {"copies": []}
    assert post(writer, article, "copy/drop", tab="one").json == {}
    assert [kept.tab for kept in copies(db)] == ["two"]


def test_a_save_answers_with_the_form_as_it_is_now(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, topic_ids=(make_topic(db, "Clocks").id,))
    send(writer, article, "copy", number=1, headline="Half")
    new = {"credits-1-person": "Bram Ellingsworth-Ito", "credits-1-role": "interviewee"}
    answer = send(
        writer, article, "save", save_id="s1", headline="  Whole ", note="Longer", topics="Clocks, Tides",
        body='<p data-id="a1">New</p><img src="https://x.example/a.png">', **new,
    )  # fmt: skip
    said, head = answer.json, head_of(db, article)
    assert said["revision"] == {
        "id": head.id, "number": 2, "hash": head.content_hash, "made_at": said["revision"]["made_at"],
    }  # fmt: skip
    assert (said["is_new"], said["body"], head.note, head.is_quiet) == (
        True,
        '<p data-id="a1">New</p>',
        "Longer",
        False,
    )
    assert (said["fields"]["headline"], said["fields"]["topics"]) == ("Whole", "Clocks, Tides")
    assert said["fields"]["credits-1-person"] == "Bram Ellingsworth-Ito"
    assert said["added"] == ["Bram Ellingsworth-Ito", "Tides"]
    assert said["dropped"] == ["One picture from other sites was left out."]
    assert copies(db) == []


def test_a_save_that_comes_twice_is_no_conflict(writer: Client, chief: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    first = send(writer, article, "save", save_id="s1", body=BODY.replace("ordinary", "plain"))
    later = articles.load(fresh(db), article.id)
    send(chief, later, "save", save_id="s2", body=BODY.replace("ordinary", "dull"))
    again = send(writer, article, "save", save_id="s1", body=BODY.replace("ordinary", "plain"))
    assert (again.status_code, again.json["is_new"]) == (200, False)
    assert again.json["revision"] == first.json["revision"]
    assert not again.json["is_newest"]
    assert "dull" in head_of(db, article).body


def test_a_save_tells_what_came_in_and_from_whom(writer: Client, editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    send(editor, article, "save", dek="The desk's standfirst.")
    answer = send(writer, article, "save", save_id="s1", body=BODY.replace("east hall", "west hall"))
    assert (answer.status_code, answer.json["who"]) == (200, "Noor Castellane")
    assert any("standfirst" in sentence for sentence in answer.json["brought_in"])
    assert send(writer, articles.load(fresh(db), article.id), "save", save_id="s2", kicker="New").json["who"] == ""


def test_a_quiet_save_makes_nobody_of_half_a_name_and_keeps_it(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    half = {"credits-1-person": "Mar", "credits-1-role": "interviewee", "topics": "Clo"}
    send(writer, article, "copy", number=1, headline="Typed", **half)
    answer = send(writer, article, "save", quiet=1, save_id="s1", headline="Typed", **half)
    head = head_of(db, article)
    assert (answer.status_code, head.headline, head.is_quiet) == (200, "Typed", True)
    assert [credit.person.name for credit in head.credits] == ["Ilse Varnholt"]
    assert answer.json["fields"]["credits-1-person"] == "Mar"
    assert answer.json["fields"]["topics"] == "Clo"
    assert answer.json["added"] == []
    (kept,) = copies(db)
    assert kept.content["credits-1-person"] == "Mar"
    assert fresh(db).scalar(select(func.count(Person.id)).where(Person.name == "Mar")) == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"headline": ""}, "headline"), ({"section_id": "999"}, "section_id"), ({"slug": "No Address"}, "slug"),
     ({"seen": "x"}, "seen"), ({"credits-1-person": "x" * 201}, "credits"), ({"save_id": "a b"}, "save_id")],
)  # fmt: skip
def test_what_cannot_be_saved_is_said_with_its_field(
    writer: Client, house: House, db: Session, changed: dict[str, Any], field: str
) -> None:
    article = make_article(db, house)
    answer = send(writer, article, "save", **changed)
    assert (answer.status_code, answer.json["field"]) == (422, field)
    assert head_of(db, article).number == 1


def test_a_clash_gives_both_texts_and_loses_none(writer: Client, editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, topic_ids=(make_topic(db, "Clocks").id,))
    theirs = BODY.replace("east hall", "north hall")
    send(editor, article, "save", body=theirs, dek="The desk's standfirst.", topics="Clocks, Tides")
    mine = BODY.replace("east hall", "west hall")
    answer = send(writer, article, "save", save_id="s1", body=mine, topics="Clocks, Drift", kicker="Mine")
    said = answer.json
    assert answer.status_code == 409
    assert said["who"] == "Noor Castellane"
    assert said["revision"] == {"id": head_of(db, article).id, "number": 2}
    assert ("west hall" in said["fields"]["body"], said["fields"]["dek"]) == (True, "The desk's standfirst.")
    assert (said["fields"]["kicker"], said["fields"]["topics"]) == ("Mine", "Clocks, Drift")
    by_field = {clash["field"]: clash for clash in said["clashes"]}
    block = by_field["body"]
    assert (block["block"], block["label"]) == ("a2", "Text")
    assert ("east" in block["base"], "west" in block["mine"], "north" in block["theirs"]) == (True, True, True)
    assert "<del>west</del> <ins>north</ins>" in block["marks"]
    topics = by_field["topics"]
    assert (topics["mine"], topics["theirs"]) == ("Clocks, Drift", "Clocks, Tides")
    assert topics["values"]["theirs"] == {"topics": "Clocks, Tides"}
    (kept,) = copies(db)
    assert ("west hall" in kept.content["body"], kept.tab, kept.content["topics"]) == (True, "t1", "Clocks, Drift")


def test_a_save_of_a_piece_that_is_closed_keeps_the_text(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    act(db, house.writer, article, "submit")
    answer = send(writer, article, "save", headline="Too late")
    assert (answer.status_code, answer.json["kept"]) == (403, True)
    assert [kept.content["headline"] for kept in copies(db)] == ["Too late"]


def test_presence_says_who_else_is_here_and_what_is_newest(
    writer: Client, editor: Client, house: House, db: Session
) -> None:
    article = make_article(db, house)
    first = post(writer, article, "presence", tab="t1", place="a1", label="The opening", writing=1).json
    assert first == {
        "others": [], "holder": {"name": "Ilse Varnholt", "since": first["holder"]["since"], "me": True},
        "taken_by": None, "state": "draft", "is_open": True,
        "head": {"id": article.head_id, "number": 1, "by": "Ilse Varnholt", "at": first["head"]["at"]},
    }  # fmt: skip
    second = post(editor, article, "presence", tab="t2", place="a2", writing=1).json
    (other,) = second["others"]
    assert (other["name"], other["initials"], other["place"], other["label"], other["holds"]) == (
        "Ilse Varnholt", "IV", "a1", "The opening", True,
    )  # fmt: skip
    assert second["holder"]["me"] is False
    assert post(editor, article, "presence", tab="t2", take=1).json["holder"]["me"] is True
    told = post(writer, article, "presence", tab="t1", writing=1, take=0).json
    assert told["taken_by"]["name"] == "Noor Castellane"
    assert post(editor, article, "presence", tab="t2", leave=1).json == {}
    assert post(writer, article, "presence", tab="t1").json["others"] == []


def test_presence_of_a_reader_of_the_desk_is_only_looking(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    said = post(writer, article, "presence", tab="t1", writing=1).json
    assert (said["holder"], said["is_open"], said["state"]) == (None, False, "in_review")
    assert post(writer, article, "presence", tab="t1", take=1).status_code == 403


@pytest.mark.parametrize(("call", "budget"), [("presence", 8), ("copy", 24)])
def test_what_is_asked_every_few_seconds_is_cheap(
    writer: Client, chief: Client, house: House, db: Session, queries: Queries, call: str, budget: int
) -> None:
    article = make_article(db, house)
    post(chief, article, "presence", tab="t2", writing=1)
    for number in (1, 2):
        send(writer, article, call, number=number, writing=1)
    with queries.at_most(budget):
        send(writer, article, call, number=3, writing=1)


def test_no_call_breaks_on_nonsense(chief: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    for call in ("copy", "copy/drop", "save", "presence"):
        for fields in ({}, {"tab": "\x00", "number": "9" * 30, "seen": "-1", "place": "<b>", "quiet": "maybe"}):
            answer = post(chief, article, call, **fields)
            assert answer.is_json
            assert answer.status_code in (200, 422), (call, fields)
    assert fresh(db).scalar(select(func.count(Revision.id))) == 1
