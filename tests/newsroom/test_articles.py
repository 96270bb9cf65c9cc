"""One piece: begun, written, clashed over, and never lost."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import WorkingCopy
from cms.core import clock
from cms.core.db import transaction
from cms.media.models import Asset
from cms.people.models import Person
from cms.taxonomy.models import Topic
from cms.vocabulary import CreditRole, Kind, State
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import BODY, House, content, make_article, make_topic, typed
from tests.newsroom.editor import form_of, fresh, head_of, save, text


def _asset(db: Session) -> Asset:
    with transaction(db):
        asset = Asset(
            original_key="o", file_name="clock.png", media_type="image/png", width=9, height=9, size=9, sha256="0" * 64,
            alt="A clock without hands", caption="In the east hall", credit="Overscan studio", created_at=clock.now(),
            renditions=[{"key": "r", "width": 9, "height": 9, "type": "image/png"}],
        )  # fmt: skip
        db.add(asset)
    return asset


def test_a_piece_begins_with_its_writer_credited(writer: Client, house: House, db: Session) -> None:
    answer = writer.post(
        "/newsroom/articles/new",
        data={"kind": "interview", "headline": "Who owns the second?", "dek": "Somebody has to.", "state": "draft",
              "section_id": house.section.id, "credit_me": "y"},
    )  # fmt: skip
    assert answer.status_code == 302
    article = articles.load(db, int(answer.location.rpartition("/")[2]))
    assert article.head is not None
    assert (article.state, article.desk_id, article.slug) == (State.DRAFT, house.systems.id, "who-owns-the-second")
    assert (article.head.kind, article.head.dek) == (Kind.INTERVIEW, "Somebody has to.")
    assert [(c.person_id, c.role) for c in article.head.credits] == [(house.author.id, CreditRole.INTERVIEWER)]
    assert article.head.credits[0].affiliation == "Senior writer, Overscan"


def test_an_idea_needs_no_more_than_a_headline(writer: Client, db: Session, house: House) -> None:
    answer = writer.post("/newsroom/articles/new", data={"kind": "news", "headline": "Leap second", "state": "idea"})
    assert articles.load(db, int(answer.location.rpartition("/")[2])).state is State.IDEA


def test_a_piece_without_a_headline_is_not_begun_and_nothing_is_lost(writer: Client, house: House) -> None:
    answer = writer.post(
        "/newsroom/articles/new",
        data={"kind": "news", "headline": "", "dek": "Half an hour of thought", "state": "idea"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "if only a working one" in page
    assert 'aria-invalid="true"' in page
    assert "Half an hour of thought" in page


def test_the_piece_leads_to_where_it_is_worked_on(writer: Client, editor: Client, house: House, db: Session) -> None:
    draft, waiting = make_article(db, house), make_article(db, house, State.IN_REVIEW)
    assert writer.get(f"/newsroom/articles/{draft.id}").location.endswith("/edit")
    assert writer.get(f"/newsroom/articles/{waiting.id}").location.endswith("/review")
    assert editor.get(f"/newsroom/articles/{waiting.id}").location.endswith("/review")


def test_saving_makes_a_revision(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    longer = BODY + "<p>And a third paragraph.</p>"
    answer = save(writer, article, headline="A better headline", body=longer, note="Longer")
    assert answer.status_code == 302
    head = head_of(db, article)
    assert (head.number, head.headline, head.note) == (2, "A better headline", "Longer")
    assert "a third paragraph" in head.body
    assert "Saved as revision 2." in text(writer, answer.location)


def test_the_form_gives_back_what_it_was_given(writer: Client, house: House, db: Session) -> None:
    topics = tuple(make_topic(db, name).id for name in ("Clocks", "Drift, slow"))
    code = '<pre data-id="a2"><code>a  b\n\n\nc</code></pre>'
    body = f'<p data-id="a1">One &lt;b&gt; &amp; two</p>{code}<p data-id="a3">x</p>'
    article = make_article(db, house, kicker="“Quoted” & <marked>", topic_ids=topics, body=body)
    page = text(writer, f"/newsroom/articles/{article.id}/edit")
    sent = {
        name: value
        for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page)
        if name not in ("csrf_token", "q", "hero_id")
    }
    sent |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL))
    sent |= dict(re.findall(r'<select[^>]* name="([^"]+)"[^>]*>.*?<option selected value="([^"]*)"', page, re.DOTALL))
    data = {name: html.unescape(value).replace("\n", "\r\n") for name, value in sent.items()}
    answer = writer.post(f"/newsroom/articles/{article.id}/edit", data={**data, "do": "save"})
    assert answer.status_code == 302
    assert head_of(db, article).number == 1, "saving what was there cuts no revision"


def test_every_field_arrives(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    picture = _asset(db)
    save(
        writer, article, kind="interview", kicker="K", dek="D", slug="another", section_id=house.other_section.id,
        topics="Clocks, Drift", hero_id=picture.id, hero_alt="Alt", hero_caption="Caption", hero_credit="Credit",
        seo_title="T", seo_description="S", language="de",
        **{"credits-1-person": "Marit Oduya-Lind", "credits-1-role": "interviewee", "credits-1-position": 1},
        **{"credits-0-position": 2},
    )  # fmt: skip
    now = head_of(db, article).content()
    assert (now.kind, now.kicker, now.dek, now.slug, now.language) == (Kind.INTERVIEW, "K", "D", "another", "de")
    assert (now.hero_id, now.hero_alt, now.hero_caption, now.hero_credit) == (picture.id, "Alt", "Caption", "Credit")
    assert (now.seo_title, now.seo_description, now.section_id) == ("T", "S", house.other_section.id)
    assert [c.person_id for c in now.credits] == [house.expert.id, house.author.id]
    assert [c.affiliation for c in now.credits] == ["Head of time, Northlight Exchange", "Senior writer, Overscan"]
    assert [db.get_one(Topic, i).name for i in now.topic_ids] == ["Clocks", "Drift"]


def test_new_names_become_people_and_topics(writer: Client, house: House, db: Session) -> None:
    make_topic(db, "Privacy, data and law")
    article = make_article(db, house)
    answer = save(
        writer, article, topics="privacy, data and law, Tides",
        **{"credits-1-person": "Bram Ellingsworth-Ito", "credits-1-role": "interviewee"},
    )  # fmt: skip
    page = text(writer, answer.location)
    assert "“Bram Ellingsworth-Ito” was new here" in page
    assert "“Tides” was new here" in page
    assert fresh(db).scalars(select(Topic.name).order_by(Topic.name)).all() == ["Privacy, data and law", "Tides"]
    assert db.scalar(select(func.count(Person.id)).where(Person.name == "Bram Ellingsworth-Ito")) == 1


def test_a_name_that_cannot_be_one_is_said_and_nothing_is_lost(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    long = {"credits-1-person": "x" * 150, "credits-1-role": "author"}
    answer = save(writer, article, headline="My new words", **long)
    assert answer.status_code == 422
    assert "My new words" in answer.get_data(as_text=True)
    assert head_of(db, article).number == 1


def test_taking_a_name_out_takes_the_credit_out(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    save(editor, article, **{"credits-0-person": ""})
    assert head_of(db, article).credits == []


def test_a_new_picture_brings_its_words(writer: Client, house: House, db: Session) -> None:
    article, picture = make_article(db, house), _asset(db)
    found = save(writer, article, do="find", find="clock", headline="Typed meanwhile")
    page = found.get_data(as_text=True)
    assert found.status_code == 200
    assert f'value="{picture.id}"' in page
    assert "Typed meanwhile" in page
    assert head_of(db, article).number == 1
    save(writer, article, hero_id=picture.id)
    now = head_of(db, article)
    assert (now.hero_alt, now.hero_caption, now.hero_credit) == (
        "A clock without hands", "In the east hall", "Overscan studio",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("headline", "", "if only a working one"),
        ("headline", "x" * 201, "200 is the most"),
        ("slug", "Not An Address", "small letters"),
        ("dek", "x" * 401, "400 is the most"),
        ("section_id", "999", "Not a valid choice"),
        ("hero_id", "999", "not there any more"),
        ("language", "en; drop", "Write the language"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    writer: Client, house: House, db: Session, field: str, value: str, said: str
) -> None:
    article = make_article(db, house)
    answer = save(writer, article, **{"body": BODY + "<p>Kept words</p>", field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert "Kept words" in page
    assert field == "hero_id" or f'aria-describedby="{field}' in page or f'{field}-error"' in page
    assert head_of(db, article).number == 1


def test_two_people_in_different_places_both_get_their_way(
    writer: Client, editor: Client, house: House, db: Session
) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    before = articles.load(db, article.id)
    form = form_of(before, body=BODY.replace("east hall", "west hall"))
    assert save(editor, before, headline="The editor's headline").status_code == 302
    answer = editor.post(f"/newsroom/articles/{article.id}/edit", data=form)
    assert answer.status_code == 302
    now = head_of(db, article)
    assert now.headline == "The editor's headline"
    assert "west hall" in now.body
    assert "Now in your text too: The headline was changed." in text(editor, answer.location)


def test_two_people_in_one_place_get_both_texts_and_lose_none(
    writer: Client, editor: Client, house: House, db: Session
) -> None:
    article = make_article(db, house, topic_ids=(make_topic(db, "Clocks").id,))
    mine = form_of(article, headline="Mine", body=BODY.replace("east hall", "west hall"), note="My note")
    theirs = form_of(article, body=BODY.replace("east hall", "north hall"), dek="A new standfirst from the desk.")
    assert editor.post(f"/newsroom/articles/{article.id}/edit", data=theirs).status_code == 302
    answer = writer.post(f"/newsroom/articles/{article.id}/edit", data=mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Noor Castellane saved this piece while you were writing" in page
    for words in ("west hall", "north hall", "One place differs", "Save mine over it", 'value="My note"'):
        assert words in page
    body = re.search(r'<textarea[^>]* name="body"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert body
    assert "west hall" in body[1]
    assert "A new standfirst from the desk." in page, "what did not clash is in the form already"
    kept = fresh(db).scalars(select(WorkingCopy)).one()
    assert (kept.user_id, "west hall" in kept.content["body"]) == (house.writer.id, True)
    # Having looked, the writer decides for their own.
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    decided = {**mine, "seen": seen[1], "dek": "A new standfirst from the desk."}
    assert writer.post(f"/newsroom/articles/{article.id}/edit", data=decided).status_code == 302
    now = head_of(db, article)
    assert (now.number, now.headline, "west hall" in now.body) == (3, "Mine", True)
    assert fresh(db).scalars(select(WorkingCopy)).all() == []


def test_text_that_was_kept_aside_can_be_taken_up_again(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    with transaction(db):
        kept = typed(content(house, headline="From the train"))
        texts.keep_aside(db, house.writer, article, kept, base=article.head_id)
    address = f"/newsroom/articles/{article.id}/edit"
    assert "From the train" in text(writer, address)
    saved = text(writer, f"{address}?saved=1")
    assert "kept beside this piece" in saved
    assert "From the train" in text(writer, f"{address}?aside=1")


def test_a_save_after_the_door_closed_keeps_the_text(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    form = form_of(article, body=BODY + "<p>Written while they approved it.</p>")
    assert writer.post(f"/newsroom/articles/{article.id}/submit", data={"seen": article.head_id}).status_code == 302
    answer = writer.post(f"/newsroom/articles/{article.id}/edit", data=form)
    assert answer.status_code == 403
    assert "Written while they approved it." in answer.get_data(as_text=True)
    assert "Its text cannot be changed while the piece is in review." in answer.get_data(as_text=True)
    assert "Written while they approved it." in fresh(db).scalars(select(WorkingCopy)).one().content["body"]


def test_an_expired_session_never_loses_text(app: Flask, stranger: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    form = form_of(article, body="<p>An hour of <b>work</b></p>", topics='"Clocks"')
    answer = stranger.post(f"/newsroom/articles/{article.id}/edit", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert f'action="/newsroom/articles/{article.id}/edit"' in page
    assert "&lt;p&gt;An hour of &lt;b&gt;work&lt;/b&gt;&lt;/p&gt;</textarea>" in page
    assert 'name="topics" value="&#34;Clocks&#34;"' in page
    assert 'name="csrf_token"' in page
    assert "Sign in in another tab" in page


def test_an_old_token_never_loses_text(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = writer.post(
        f"/newsroom/articles/{article.id}/edit", data=form_of(article, body="<p>An hour of work</p>"),
        headers={"X-CSRFToken": "old"},
    )  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "An hour of work" in page
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    again = {**form_of(article, body="<p>An hour of work</p>"), "csrf_token": kept["csrf_token"]}
    assert writer.post(f"/newsroom/articles/{article.id}/edit", data=again).status_code == 302


def test_saving_and_submitting_is_one_step(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = save(writer, article, headline="Ready", do="submit", note="The table may be too wide.")
    assert answer.location.endswith("/review")
    found = articles.load(fresh(db), article.id)
    assert (found.state, found.head and found.head.headline) == (State.IN_REVIEW, "Ready")


def test_what_cannot_be_submitted_is_saved_all_the_same(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = save(writer, article, headline="Not ready", body="", section_id="", do="submit")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The body is empty." in page
    assert "No section is chosen." in page
    assert 'href="#section_id"' in page
    assert head_of(db, article).headline == "Not ready"


def test_checks_lead_to_their_place(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, dek="", credits=(), body=BODY.replace("recorded", "TK"))
    page = text(writer, f"/newsroom/articles/{article.id}/edit")
    assert 'href="#dek">Standfirst</a>' in page
    assert 'href="#credits">Credits</a>: ' in page
    assert 'data-block="a1">Block 1</a>' in page


def test_nobody_edits_what_they_may_not(
    writer: Client, editor: Client, admin: Client, house: House, db: Session
) -> None:
    other = make_article(db, house, by=house.other_writer, credits=())
    waiting = make_article(db, house, State.IN_REVIEW)
    for client, article, status in ((writer, other, 404), (writer, waiting, 403), (admin, waiting, 403)):
        assert client.get(f"/newsroom/articles/{article.id}/edit").status_code == status
        assert save(client, article).status_code == status
    closed = writer.get(f"/newsroom/articles/{waiting.id}/edit").get_data(as_text=True)
    assert "while the piece is in review. Its review page says what can be done." in closed
    assert editor.get(f"/newsroom/articles/{waiting.id}/edit").status_code == 200


def test_hostile_fields_stay_text(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    hostile = '"><script>alert(1)</script>'
    answer = save(
        writer, article, headline=hostile, kicker=hostile, dek=hostile, note=hostile,
        body=f"<p>x</p><script>alert(1)</script>{hostile}", topics=hostile,
        **{"credits-1-person": hostile, "credits-1-role": "author"},
    )  # fmt: skip
    assert answer.status_code in (302, 422)
    for path in ("edit", "review", "history", "galley"):
        assert "<script>alert" not in text(writer, f"/newsroom/articles/{article.id}/{path}")


def test_saves_are_dated_by_the_clock(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    save(writer, article, headline="Later")
    assert head_of(db, article).made_at > clock.now() - timedelta(minutes=1)


def test_a_database_that_takes_nothing_never_loses_text(
    writer: Client, house: House, db: Session, services: Services
) -> None:
    article = make_article(db, house)
    form = form_of(article, body="<p>An hour of work</p>")
    db.close()
    services.engine.dispose()
    event.listen(services.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    answer = writer.post(f"/newsroom/articles/{article.id}/edit", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "An hour of work" in page
    assert "Send it again" in page
