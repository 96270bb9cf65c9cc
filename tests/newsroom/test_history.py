"""The history's page: sittings, names, comparing, pruning; and the edit page that opens with what was not saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, Revision, WorkingCopy
from cms.vocabulary import State
from tests.conftest import Client, Frozen
from tests.factories import BODY, House, make_article, make_live, make_topic
from tests.newsroom.editor import form_of, fresh, head_of, save, text

SECTIONS = (
    '<p data-id="o">Opening.</p><h2 data-id="h">Why clocks disagree</h2><p data-id="p">One.</p>'
    '<h2 data-id="i">What drift costs</h2><p data-id="q">Two.</p>'
)


def again(client: Client, article: Article, db: Session, **changed: Any) -> Any:
    return save(client, articles.load(fresh(db), article.id), **changed)


def history(client: Client, article: Article, **query: Any) -> str:
    tail = "&".join(f"{name}={value}" for name, value in query.items())
    return text(client, f"/newsroom/articles/{article.id}/history?{tail}")


def test_saves_of_one_sitting_are_one_entry(
    writer: Client, editor: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house, body=SECTIONS)
    frozen.forward(minutes=40)
    again(writer, article, db, body=SECTIONS.replace("One.", "One two three four."), headline="Said better")
    frozen.forward(minutes=12)
    again(writer, article, db, body=SECTIONS.replace("One.", "One two three four.").replace("Two.", "Two five."))
    page = history(writer, article)
    assert "<b>Ilse Varnholt</b>, 12 minutes, +4 words, sections 2 and 3, headline" in page
    assert "In “Why clocks disagree” and “What drift costs”" in page
    assert "Revisions 2 to 3, 2 saves" in page
    assert page.count('name="old"') == page.count('name="new"') == 3
    assert re.search(r'name="old" value="1" checked', page)
    assert re.search(r'name="new" value="3" checked', page)


def test_blocks_that_only_moved_are_told_as_moved(writer: Client, house: House, db: Session, frozen: Frozen) -> None:
    article = make_article(db, house, body=SECTIONS)
    frozen.forward(minutes=40)
    first = '<p data-id="o">Opening.</p>'
    again(writer, article, db, body=SECTIONS.replace(first, "") + first)
    assert "<b>Ilse Varnholt</b>, blocks moved" in history(writer, article)


def test_milestones_end_a_sitting_and_are_named(editor: Client, house: House, db: Session) -> None:
    page = history(editor, make_live(db, house))
    assert "Submitted, approved and published" in page


def test_a_version_is_named_and_found_by_its_name(writer: Client, editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    again(writer, article, db, headline="Later")
    address = f"/newsroom/articles/{article.id}/history/name"
    assert writer.post(address, data={"number": 1, "name": "Before <the> lawyers"}).status_code == 302
    page = history(writer, article)
    assert '<b class="past__called">Before &lt;the&gt; lawyers</b>' in page
    assert "Revision 1 is called “Before &lt;the&gt; lawyers”." in page
    assert "Before &lt;the&gt; lawyers, revision" in text(
        writer, f"/newsroom/articles/{article.id}/compare?old=1&new=2"
    )
    assert writer.post(address, data={"number": 9, "name": "X"}).status_code == 404
    assert writer.post(address, data={"number": 1, "name": "x" * 81}).status_code == 422


def test_the_history_is_paged_by_sittings(writer: Client, house: House, db: Session, frozen: Frozen) -> None:
    article = make_article(db, house)
    for i in range(26):
        frozen.forward(minutes=31)
        again(writer, article, db, headline=f"Headline {i}")
    page = history(writer, article)
    assert page.count('class="past__one"') == 25
    assert "page=2" in page
    second = history(writer, article, page=2)
    assert "Begun" in second
    assert "Begun" not in page
    assert second.count('class="past__one"') == 2
    assert "shorter than that" in history(writer, article, page=9)


def test_what_surrounds_the_text_is_compared_in_sentences(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, topic_ids=(make_topic(db, "Clocks").id, make_topic(db, "Drift").id))
    again(
        writer, article, db, topics="Drift, Tides", slug="another", section_id=house.other_section.id,
        **{"credits-0-role": "interviewer", "credits-1-person": "Marit Oduya-Lind", "credits-1-role": "interviewee"},
    )  # fmt: skip
    page = text(writer, f"/newsroom/articles/{article.id}/compare")
    for said in (
        "Added: “Tides”.", "Taken out: “Clocks”.", "“Systems” became “Practice”.", "became “another”.",
        "Added: “Marit Oduya-Lind”.", "Ilse Varnholt: “author, Senior writer, Overscan” became",
    ):  # fmt: skip
        assert said in page, said


def test_moved_and_split_blocks_are_shown_as_such(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, body=SECTIONS)
    moved = re.sub(r'(<h2 data-id="h">.*?)(<h2 data-id="i">.*)', r"\2\1", SECTIONS)
    again(writer, article, db, body=moved)
    page = text(writer, f"/newsroom/articles/{article.id}/compare?old=1&new=2")
    assert "was moved" in page
    assert "The section “" in page
    assert 'data-change="moved"' in page


def test_a_chief_prunes_what_was_shown(
    chief: Client, editor: Client, writer: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house, body="<p data-id='a'>One.</p>")
    for words in ("One. Two", "One. Two three", "One. Two three four."):
        frozen.forward(minutes=1)
        current = articles.load(fresh(db), article.id)
        form = form_of(current, body=f"<p data-id='a'>{words}</p>", quiet=1, tab="t")
        assert writer.post(f"/newsroom/articles/{article.id}/save", data=form).status_code == 200
    assert "Prune autosaves" in history(chief, article)
    assert "Prune autosaves" not in history(editor, article)
    address = f"/newsroom/articles/{article.id}/history/prune"
    assert editor.get(address).status_code == 403
    page = text(chief, address)
    assert "Two autosaves can go without a word being lost." in page
    shown = re.findall(r'name="number" value="(\d+)"', page)
    answer = chief.post(address, data={"number": shown})
    assert "2 autosaves are gone; every word of them stays." in text(chief, answer.location)
    assert fresh(db).scalar(select(func.count(Revision.id)).where(Revision.article_id == article.id)) == 2
    assert "2 revisions went" in history(chief, article)
    assert "No autosave can go" in text(chief, address)
    assert "look again" in text(chief, chief.post(address, data={"number": shown}).location)


def keep(client: Client, article: Article, *, tab: str = "t1", number: int = 1, **changed: Any) -> None:
    form = form_of(article, tab=tab, number=number, **changed)
    assert client.post(f"/newsroom/articles/{article.id}/copy", data=form).status_code == 200


def test_text_that_was_not_saved_opens_by_itself(
    writer: Client, chief: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house)
    frozen.forward(minutes=1)
    keep(writer, article, headline="Typed before the crash", **{"credits-1-person": "Marit Odu"})
    edit = f"/newsroom/articles/{article.id}/edit"
    page = text(writer, edit)
    assert "Text of yours from Tue 24 Nov 09:01 that was not saved yet is open below." in page
    assert "Typed before the crash" in page
    assert 'value="Marit Odu"' in page
    assert "not saved yet is open below" not in text(chief, edit)
    saved = text(writer, f"{edit}?saved=1")
    assert "Typed before the crash</textarea>" not in saved
    assert "Take it up again" in saved
    took = re.search(r'name="took" value="(\d+-\d+)"', page)
    assert took
    assert save(writer, article, headline="Typed before the crash", took=took[1]).status_code == 302
    assert fresh(db).scalars(select(WorkingCopy)).all() == []


def test_a_copy_that_says_nothing_new_is_not_opened(writer: Client, house: House, db: Session, frozen: Frozen) -> None:
    article = make_article(db, house)
    frozen.forward(minutes=1)
    keep(writer, article, headline=f" {article.head.headline if article.head else ''}")
    assert "not saved yet is open below" not in text(writer, f"/newsroom/articles/{article.id}/edit")


def test_older_text_than_ones_last_save_waits_beside_the_piece(
    writer: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house)
    frozen.forward(minutes=1)
    keep(writer, article, tab="train", headline="From the train")
    frozen.forward(minutes=1)
    keep(writer, article, tab="desk", headline="From the desk")
    page = text(writer, f"/newsroom/articles/{article.id}/edit")
    assert "From the desk</textarea>" in page
    assert "More text of yours is kept beside this piece" in page
    frozen.forward(minutes=1)
    save(writer, article, headline="Saved at last")
    page = text(writer, f"/newsroom/articles/{article.id}/edit")
    assert "Saved at last</textarea>" in page
    assert "“From the train”" in page
    answer = writer.post(f"/newsroom/articles/{article.id}/copy/drop", data={"tab": "train"})
    assert "given up" in text(writer, answer.location)
    assert [kept.tab for kept in fresh(db).scalars(select(WorkingCopy))] == ["desk"]


def test_saving_what_lay_beside_joins_it_with_what_came_since(
    writer: Client, chief: Client, house: House, db: Session, frozen: Frozen
) -> None:
    article = make_article(db, house)
    frozen.forward(minutes=1)
    keep(writer, article, body=BODY.replace("ordinary", "plain"))
    again(chief, article, db, body=BODY.replace("east hall", "west hall"))
    page = text(writer, f"/newsroom/articles/{article.id}/edit")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert int(seen[1]) == article.head_id
    save(writer, article, seen=seen[1], body=BODY.replace("ordinary", "plain"))
    body = head_of(db, article).body
    assert "plain" in body
    assert "west hall" in body


@pytest.mark.parametrize(
    ("choice", "kept"), [("keep", ["west"]), ("theirs", ["north"]), ("both", ["west", "north"]), ("nonsense", ["west"])]
)
def test_without_a_script_each_clash_is_decided_by_a_choice(
    writer: Client, editor: Client, house: House, db: Session, choice: str, kept: list[str]
) -> None:
    article = make_article(db, house)
    theirs = form_of(article, body=BODY.replace("east", "north"), kicker="Theirs")
    editor.post(f"/newsroom/articles/{article.id}/edit", data=theirs)
    mine = form_of(article, body=BODY.replace("east", "west"), kicker="Mine")
    page = writer.post(f"/newsroom/articles/{article.id}/edit", data=mine).get_data(as_text=True)
    assert 'name="block:a2" value="both"' in page
    assert 'name="field:kicker" value="theirs"' in page
    assert "<del>west</del> <ins>north</ins>" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    decided = {**mine, "seen": seen[1], "block:a2": choice, "field:kicker": "theirs"}
    assert writer.post(f"/newsroom/articles/{article.id}/edit", data=decided).status_code == 302
    head = head_of(db, article)
    assert [word for word in ("west", "north") if f"{word} hall" in head.body] == kept
    assert head.kicker == "Theirs"


def test_what_cleaning_took_out_is_told(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = save(writer, article, body=BODY + '<img src="https://x.example/a.png"><script>1</script>')
    page = text(writer, answer.location)
    assert "One picture from other sites was left out. One script was removed." in page


def test_the_trash_says_who_when_and_why_and_gives_back(
    writer: Client, editor: Client, house: House, db: Session
) -> None:
    assert "The trash is empty" in text(editor, "/newsroom/trash")
    gone = make_article(db, house, State.SPIKED, headline="The city that runs on one antenna")
    make_article(db, house, headline="Still alive")
    page = text(editor, "/newsroom/trash")
    assert "One piece was dropped." in page
    assert "Dropped by Ilse Varnholt: “Because.”" in page
    assert "Still alive" not in page
    assert "Nothing like that" in text(editor, "/newsroom/trash?q=cables")
    assert "one antenna" in text(editor, "/newsroom/trash?q=antenna&state=draft")
    assert writer.post(f"/newsroom/articles/{gone.id}/restore", data={}).status_code == 302
    assert articles.load(fresh(db), gone.id).state is State.DRAFT
    assert "The trash is empty" in text(editor, "/newsroom/trash")
