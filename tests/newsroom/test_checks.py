"""The chiefs' page of checks, the panel beside a text, and what scripts get while somebody types."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core.db import transaction
from cms.review import queries as review
from cms.review import service
from cms.review.comments import service as comments
from cms.review.comments.facts import About
from cms.review.models import LinkCheck
from cms.review.queries import url_hash
from cms.vocabulary import Bench, Kind, Level, State
from cms.workflow import ruling
from cms.workflow.rulebook import Asked, Box, Rules, Stage
from tests.conftest import Client, Frozen, Queries
from tests.factories import BODY, House, act, make_article, make_live
from tests.newsroom.editor import form_of, fresh, save, text

FLAWED = BODY + '<h2 data-id="h1">One</h2><h4 data-id="h2">Two</h4><p data-id="p1">It took TK minutes.</p>'


def typed(client: Client, article: Article, **changed: Any) -> list[dict[str, str]]:
    answer = client.post(f"/newsroom/articles/{article.id}/checks", data=form_of(article, **changed))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found: list[dict[str, str]] = answer.json["findings"]
    return found


def said(found: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["level"], one["place"] or one["field"]) for one in found]


def page(client: Client, path: str) -> str:
    return html.unescape(text(client, path))


# The list and its filters


def test_the_list_has_every_check_with_its_level(chief: Client, db: Session, house: House) -> None:
    shown = page(chief, "/newsroom/checks")
    assert "Eleven checks stop approval everywhere." in shown
    assert "Accessibility of the galley" in shown
    assert 'href="/newsroom/checks/alt_text"' in shown


def test_the_list_shows_the_levels_of_one_place(chief: Client, db: Session, house: House) -> None:
    with transaction(db):
        service.set_level(db, house.chief, "headings", Level.BLOCK, section_id=house.section.id, kind=Kind.INTERVIEW)
    shown = page(chief, f"/newsroom/checks?section={house.section.id}&kind=interview")
    assert "Twelve checks stop approval for interviews in Systems." in shown
    assert "for interviews in Systems: stops approval" in page(chief, "/newsroom/checks")


def test_the_list_is_narrowed_by_words_and_level(chief: Client) -> None:
    shown = page(chief, "/newsroom/checks?q=picture&level=block")
    assert "/newsroom/checks/alt_text" in shown
    assert "/newsroom/checks/picture_rights" not in shown
    empty = page(chief, "/newsroom/checks?q=zebra")
    assert "No check like that" in empty
    assert page(chief, "/newsroom/checks?section=nonsense&kind=poem&level=loud").count("/newsroom/checks/") > 30


@pytest.mark.parametrize("who", ["writer", "editor", "admin"])
def test_only_chiefs_come_in(request: pytest.FixtureRequest, who: str) -> None:
    client = request.getfixturevalue(who)
    assert client.get("/newsroom/checks").status_code == 403
    assert client.post("/newsroom/checks/tk", data={"level": "off"}).status_code == 403


# One check


def _set(client: Client, name: str, **form: Any) -> Any:
    return client.post(f"/newsroom/checks/{name}", data={"level": "", "section_id": "", "kind": "", **form})


def test_a_level_is_set_everywhere_and_in_one_place_and_taken_away(chief: Client, db: Session, house: House) -> None:
    assert _set(chief, "links", level="block").status_code == 302
    assert _set(chief, "links", level="off", section_id=house.section.id, kind="news").status_code == 302
    assert review.levels(fresh(db)) == {
        ("links", None, None): Level.BLOCK, ("links", house.section.id, Kind.NEWS): Level.OFF,
    }  # fmt: skip
    shown = page(chief, "/newsroom/checks/links")
    assert "For news in Systems" in shown
    assert "Take it away" in shown
    assert _set(chief, "links", section_id=house.section.id, kind="news").status_code == 302
    assert review.levels(fresh(db)) == {("links", None, None): Level.BLOCK}
    assert chief.post("/newsroom/checks/links/reset").status_code == 302
    assert review.levels(fresh(db)) == {}
    assert "The same everywhere" in page(chief, "/newsroom/checks/links")


@pytest.mark.parametrize(
    "form", [{"level": "loud"}, {"level": "off", "section_id": "999"}, {"level": "off", "kind": "x"},
             {"level": "off", "section_id": "x"}],
)  # fmt: skip
def test_nonsense_sets_nothing(chief: Client, db: Session, form: dict[str, str]) -> None:
    assert _set(chief, "links", **form).status_code == 422
    assert review.levels(fresh(db)) == {}


def test_a_check_that_always_stops_says_so_and_cannot_be_set(chief: Client, db: Session) -> None:
    assert "This always stops a piece" in page(chief, "/newsroom/checks/body")
    assert _set(chief, "body", level="off").status_code == 422
    assert review.levels(fresh(db)) == {}


def test_a_check_that_is_not_there_is_not_found(chief: Client) -> None:
    assert chief.get("/newsroom/checks/nonsense").status_code == 404
    assert _set(chief, "nonsense", level="off").status_code == 404
    assert chief.post("/newsroom/checks/nonsense/reset").status_code == 404


# Beside the text


def test_the_editor_shows_what_was_found_by_weight_each_with_its_place(
    writer: Client, db: Session, house: House
) -> None:
    article = make_article(db, house, body=FLAWED, dek="", seo_title="t" * 61)
    shown = page(writer, f"/newsroom/articles/{article.id}/edit")
    order = [shown.index(words) for words in ("Stops approval", "Warnings", "Remarks")]
    assert order == sorted(order)
    assert '<a href="#dek">Standfirst</a>:' in shown
    assert 'data-block="h2">Block 4</a>: “Two” skips a level' in shown
    assert 'data-tab-count="2"' in shown


def test_many_remarks_wait_until_they_are_asked_for(writer: Client, db: Session, house: House) -> None:
    listings = "".join(f'<pre data-id="c{i}"><code>ls {i}</code></pre>' for i in range(5))
    article = make_article(db, house, body=BODY + listings)
    shown = page(writer, f"/newsroom/articles/{article.id}/edit")
    assert "<details" in shown[shown.index("Checks") : shown.index("Remarks")]


def test_where_nothing_was_found_the_panel_says_so(writer: Client, editor: Client, db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    assert "Everything an approval asks for is there, and nothing else was found" in page(
        editor, f"/newsroom/articles/{article.id}/review"
    )
    draft = make_article(db, house, kicker="k" * 40)
    shown = page(writer, f"/newsroom/articles/{draft.id}/edit")
    assert "Everything an approval asks for is there" in shown
    assert "nothing else was found" not in shown
    assert "The kicker has 40 characters" in shown


def heard(client: Client, article: Article) -> Any:
    """Return what the editor's script is told of the text as it is stored."""
    return client.post(f"/newsroom/articles/{article.id}/checks", data=form_of(article)).json


def test_what_is_open_beside_the_text_stops_it_on_every_page(
    writer: Client, editor: Client, db: Session, house: House
) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        comments.say(db, house.editor, article, "Which fan?", About())
        comments.say(db, house.editor, article, "Is this new?", About(), is_confidential=True)
    act(db, house.editor, article, "request_changes", note="Answer the thread.")
    path = f"/newsroom/articles/{article.id}"
    for client, words in ((writer, "One thread beside the text is open."), (editor, "2 threads are open.")):
        for shown in (page(client, f"{path}/edit"), page(client, f"{path}/review")):
            assert "Everything an approval asks for is there" not in shown
            assert f'#said">Beside the text</a>: {words}' in " ".join(shown.split())
        told = heard(client, article)
        assert told["clear"] == ""
        assert [(one["level"], one["text"], one["name"], one["href"]) for one in told["findings"]] == [
            ("block", words, "Beside the text", f"{path}/review#said")
        ]


def test_what_was_waived_is_told_and_stops_nothing(editor: Client, db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW, body=BODY + '<p data-id="p1">It took TK minutes.</p>')
    with transaction(db):
        thread = comments.say(db, house.editor, article, "Which fan?", About())
    about = [f"thread:{thread.id}", "tk"]
    path = f"/newsroom/articles/{article.id}"
    editor.post(f"{path}/waive", data={"about": about, "reason": "It is a quotation.", "seen": article.head_id})
    for shown in (page(editor, f"{path}/review"), page(editor, f"{path}/edit")):
        assert "Stops approval" not in shown
        assert "Everything an approval asks for is there<" in shown
        assert shown.count("Waived by Noor Castellane.") == 2
    told = heard(editor, article)
    assert {one["level"] for one in told["findings"]} == {"shown"}
    assert told["clear"] == "Everything an approval asks for is there"
    changed = editor.post(f"{path}/checks", data=form_of(article, kicker="Asked anew")).json
    assert {one["level"] for one in changed["findings"]} == {"block"}


def test_what_only_the_last_approval_waits_for_is_told_so(
    editor: Client, chief: Client, db: Session, house: House
) -> None:
    with transaction(db):
        ruling.set_rules(db, house.chief, Rules((Stage(), Stage(Asked(Bench.CHIEF))), boxes=(Box("Facts checked"),)))
    article = make_article(db, house, State.IN_REVIEW)
    path = f"/newsroom/articles/{article.id}"
    shown = page(editor, f"{path}/review")
    assert "Stops the last approval" in shown
    assert "Stops approval" not in shown
    assert "Everything the next approval asks for is there" in shown
    assert [one["level"] for one in heard(editor, article)["findings"]] == ["last"]
    editor.post(f"{path}/approve", data={"seen": article.head_id})
    assert "Stops approval" in page(chief, f"{path}/review")


def test_an_unsaved_copy_is_judged_by_its_own_words(writer: Client, db: Session, house: House) -> None:
    article = make_article(db, house, body="")
    path = f"/newsroom/articles/{article.id}"
    assert "Submitting waits for" in page(writer, f"{path}/edit")
    writer.post(f"{path}/copy", data=form_of(article, body=BODY) | {"tab": "tab1", "number": 1})
    shown = page(writer, f"{path}/edit")
    assert "Everything an approval asks for is there" in shown
    assert "Submitting waits for" not in shown


def test_the_review_shows_the_same_with_its_own_places(editor: Client, db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW, body=FLAWED, kicker="k" * 40)
    shown = page(editor, f"/newsroom/articles/{article.id}/review")
    assert f'<a href="/newsroom/articles/{article.id}/edit#kicker">Kicker</a>: The kicker has 40' in shown
    assert '<a href="#b-p1">Block 5</a>: A TK is left in the text.' in shown


def test_a_dead_link_says_when_it_was_asked_for(frozen: Frozen, writer: Client, db: Session, house: House) -> None:
    url = "https://example.org/x"
    body = BODY + f'<p data-id="l1">See <a href="{url}#part">the report</a>.</p>'
    article = make_article(db, house, body=body)
    with transaction(db):
        db.add(LinkCheck(url=url, url_hash=url_hash(url), asked_at=frozen.at, due_at=frozen.at))
    assert ("links_waiting", "shown", "l1") in said(typed(writer, article))
    with transaction(db):
        row = db.scalars(select(LinkCheck)).one()
        row.status, row.problem, row.failures = 404, "answers 404", 1
        row.checked_at = frozen.at - timedelta(days=2)
    [found] = [one for one in typed(writer, article) if one["rule"] == "links"]
    assert found["text"] == "example.org/x#part answers 404."
    assert found["hint"] == "Checked Sunday 09:00."
    assert "Checked Sunday 09:00." in page(writer, f"/newsroom/articles/{article.id}/edit")


# While it is typed


def test_what_is_typed_is_looked_at_and_nothing_is_stored(writer: Client, db: Session, house: House) -> None:
    article = make_article(db, house)
    assert typed(writer, article) == []
    found = typed(writer, article, headline="", dek="TK", body=FLAWED, slug="free", section_id="", kind="interview")
    assert said(found) == [
        ("headline", "block", "headline"), ("section", "block", "section_id"), ("interviewee", "block", "credits"),
        ("tk", "block", "dek"), ("tk", "block", "p1"), ("dek_length", "warn", "dek"), ("headings", "warn", "h2"),
    ]  # fmt: skip
    assert found[-1]["hint"] == ""
    head = fresh(db).get(Article, article.id)
    assert head is not None
    assert head.head_id == article.head_id


def test_a_block_that_has_no_id_yet_still_gets_a_place(writer: Client, db: Session, house: House) -> None:
    [found] = typed(writer, make_article(db, house), body="<p>At the the end.</p>")
    assert found["place"].startswith("b")


def test_names_are_text_and_new_ones_are_said(writer: Client, db: Session, house: House) -> None:
    article = make_article(db, house)
    more = {"credits-1-person": " Ilse  Varnhold ", "credits-1-role": "photographer"}
    [found] = typed(writer, article, **more)
    assert found["text"] == "“Ilse Varnhold” is nobody here yet; saving adds them."
    assert found["field"] == "credits"
    assert said(typed(writer, article, **{"credits-0-person": ""})) == [("author", "block", "credits")]


def test_an_address_of_another_piece_is_said_while_it_is_typed(writer: Client, db: Session, house: House) -> None:
    make_live(db, house, slug="taken")
    assert said(typed(writer, make_article(db, house), slug="taken")) == [("slug_taken", "warn", "slug")]


def test_links_of_our_own_are_looked_up_at_once(writer: Client, db: Session, house: House) -> None:
    live = make_live(db, house)
    links = f'<p data-id="l1"><a href="http://localhost/articles/{live.slug}">this one</a> and '
    links += '<a href="/articles/nowhere">that one</a>.</p>'
    [found] = typed(writer, make_article(db, house), body=BODY + links)
    assert found["text"] == "/articles/nowhere leads to no page of ours."


def test_levels_hold_while_it_is_typed_for_the_kind_and_section_that_are_chosen(
    writer: Client, db: Session, house: House
) -> None:
    article = make_article(db, house)
    with transaction(db):
        service.set_level(db, house.chief, "kicker_length", Level.BLOCK, section_id=house.other_section.id)
        service.set_level(db, house.chief, "kicker_length", Level.OFF, kind=Kind.NEWS)
    long = {"kicker": "k" * 40}
    assert said(typed(writer, article, **long)) == [("kicker_length", "warn", "kicker")]
    assert said(typed(writer, article, kind="news", **long)) == []
    other = typed(writer, article, section_id=house.other_section.id, kind="news", **long)
    assert said(other) == [("kicker_length", "block", "kicker")]


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "poem", "section_id": "x", "hero_id": "\u0661", "language": "\x00", "credits-0-role": "king"},
        {"body": "<" * 5_000}, {"body": "<p>" * 4_000},
        {"body": "<section class='qa'><p class='qa-question'></section>"},
        {"body": "\x00\ud7ff<table><tr></table><aside class='pull-quote' data-from='\"'>x"}, {"slug": "\x00" * 300},
        {"section_id": "9" * 30, "hero_id": "9" * 30},
        {"body": '<p><a href="//[::g]/">x</a><a href="http://[x">y</a></p>'},
        {"body": '<figure><img src="/media/x.jpg" alt="" data-asset="999999999999999999"></figure>'},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_sent_is_answered(writer: Client, db: Session, house: House, form: dict[str, str]) -> None:
    article = make_article(db, house)
    assert isinstance(typed(writer, article, **form), list)
    answer = writer.post(f"/newsroom/articles/{article.id}/checks", data={})
    assert answer.status_code == 200


def test_a_text_that_is_too_long_is_said_to_be(writer: Client, db: Session, house: House) -> None:
    [found] = typed(writer, make_article(db, house), body="x" * 1_000_001)
    assert (found["rule"], found["level"], found["field"]) == ("body", "block", "body")
    assert "1,000,000" in found["text"]


def test_only_who_may_read_a_piece_may_ask(client_as: Any, db: Session, house: House) -> None:
    article = make_article(db, house)
    stranger = client_as(house.other_writer)
    assert stranger.post(f"/newsroom/articles/{article.id}/checks", data=form_of(article)).status_code == 404


def test_typing_costs_as_many_queries_as_there_are_kinds_of_things(
    writer: Client, db: Session, house: House, queries: Queries
) -> None:
    article = make_article(db, house)
    typed(writer, article)
    cost = _cost(writer, article, queries)
    for i in range(10):
        save(writer, article, body=BODY + f"<p>Version {i}</p>")
    assert _cost(writer, article, queries) <= cost <= 14


def _cost(client: Client, article: Article, queries: Queries) -> int:
    form = form_of(article)
    with queries.at_most(100):
        client.post(f"/newsroom/articles/{article.id}/checks", data=form)
    return len(queries.statements)
