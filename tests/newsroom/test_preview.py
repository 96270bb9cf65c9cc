"""The galley: what it shows is what is published, of a revision and of what is typed; and who may frame it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, CreditLine, WorkingCopy
from cms.core.db import transaction
from cms.front import service as front
from cms.interviews import service as interviews
from cms.policy import SYSTEM
from cms.vocabulary import CreditRole, Kind, State
from cms.wiring import Services
from cms.worker import turn
from tests.conftest import Client, Frozen
from tests.factories import NOW, House, act, make_article, make_interview, make_live, make_topic
from tests.newsroom.editor import form_of, fresh, save, text
from tests.site import scenes
from tests.site.page import Page

TAB = "window-1"
LISTING = '<pre data-id="c1"><code class="language-python">def late(by): return by &gt; 0</code></pre>'
NOTED = (
    '<p data-id="n1">A claim.<span class="footnote" data-note="Its source."></span> <a href="https://a.test/">A</a></p>'
)
TALK = "".join(
    f'<section class="qa" data-id="q{n}"><p class="qa-question" data-speaker="Ilse Varnholt">Question {n}?</p>'
    f'<div class="qa-answer" data-speaker="Marit Oduya-Lind"><p>{"Because. " * n}</p></div></section>'
    for n in range(1, 9)
)


def main_of(client: Client, path: str) -> str:
    """Return the part of a page that readers come for, to the letter."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    found = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert found
    return found[0]


def galley(article: Article, **asked: Any) -> str:
    query = "".join(f"&{name}={value}" for name, value in asked.items())
    return f"/newsroom/articles/{article.id}/galley?framed=1{query}"


def rich(db: Session, house: House) -> dict[str, Any]:
    """Return fields that make use of all that publishing adds: pictures, colours, notes, contents, topics."""
    asset = scenes.picture(db)
    picture = (
        f'<figure data-id="f1"><img src="/media/{asset.renditions[-1]["key"]}" alt="Rings" width="960" height="640"'
        f' data-asset="{asset.id}"><figcaption>Two wavefronts.</figcaption></figure>'
    )
    titles = "".join(f'<h2 data-id="h{n}">Part {n}</h2><p data-id="p{n}">Words.</p>' for n in range(3))
    return {
        "body": titles + picture + LISTING + NOTED,
        "hero_id": asset.id,
        "hero_alt": "Rings",
        "hero_credit": "A. Nobody",
        "topic_ids": (make_topic(db, "Timekeeping").id,),
        "language": "de",
    }


def settle(services: Services) -> None:
    """Let everything happen that follows from what was done."""
    while turn(services):
        pass


def test_the_galley_is_to_the_letter_what_is_published(
    services: Services, db: Session, house: House, frozen: Frozen, editor: Client, reader: Client
) -> None:
    for day in range(3):
        make_live(db, house, at=NOW - timedelta(days=day + 1))
    piece = make_article(db, house, State.APPROVED, **rich(db, house))
    settle(services)
    before = main_of(editor, galley(piece))
    assert 'class="k"' in before, "the listing has its colours"
    assert "srcset" in before
    assert "Explore more" in before
    act(db, house.editor, piece, "publish")
    settle(services)
    assert before == main_of(reader, f"/articles/{piece.slug}")


def test_so_is_the_galley_of_an_interview_in_a_series(
    services: Services, db: Session, house: House, frozen: Frozen, editor: Client, reader: Client
) -> None:
    earlier = [make_interview(db, house, at=NOW - timedelta(days=9 - n)) for n in range(2)]
    credits = (
        CreditLine(house.author.id, CreditRole.INTERVIEWER),
        CreditLine(house.expert.id, CreditRole.INTERVIEWEE, "Head of time, Northlight Exchange"),
    )
    piece = make_article(db, house, State.APPROVED, kind=Kind.INTERVIEW, credits=credits, body=TALK)
    series = scenes.series(db, house, earlier)
    with transaction(db):
        interviews.place(db, SYSTEM, series, piece.id, 3)
    settle(services)
    before = main_of(editor, galley(piece))
    assert "third conversation with us" in before
    assert "Interview 3 of 7" in before
    act(db, house.editor, piece, "publish")
    settle(services)
    assert before == main_of(reader, f"/articles/{piece.slug}")


def test_so_is_the_galley_of_a_live_piece_that_was_revised(
    services: Services, db: Session, house: House, frozen: Frozen, writer: Client, editor: Client, reader: Client
) -> None:
    piece = make_live(db, house, at=NOW - timedelta(days=30))
    settle(services)
    assert main_of(editor, galley(piece)) == main_of(reader, f"/articles/{piece.slug}"), "unchanged, it is the same"
    act(db, house.writer, articles.load(db, piece.id), "revise")
    save(writer, articles.load(fresh(db), piece.id), headline=f"{piece.head.headline}, again")
    for who, action in ((house.writer, "submit"), (house.editor, "approve")):
        act(db, who, articles.load(fresh(db), piece.id), action)
    settle(services)
    before = main_of(editor, galley(piece))
    assert "updated <time" in before
    act(db, house.editor, articles.load(fresh(db), piece.id), "publish")
    settle(services)
    assert before == main_of(reader, f"/articles/{piece.slug}")


def test_what_is_typed_is_shown_as_it_would_be_saved(db: Session, house: House, frozen: Frozen, writer: Client) -> None:
    piece = make_article(db, house)
    form = form_of(
        articles.load(fresh(db), piece.id), headline="Typed", dek="One\ttwo  \u202ethree",
        body=LISTING + "<p>New words.</p>", topics="Brand new",
        hero_id=scenes.picture(db).id, **{"credits-1-person": "Nobody Known", "credits-1-role": "author"},
    )  # fmt: skip
    answer = writer.post(f"/newsroom/articles/{piece.id}/galley/now", data=form | {"tab": TAB})
    assert answer.json == {"url": f"/newsroom/articles/{piece.id}/galley?copy={TAB}"}
    assert answer.headers["Cache-Control"] == "no-store"
    typed = main_of(writer, galley(piece, copy=TAB))
    assert "Nobody Known" in typed
    assert "Two wavefronts." in typed, "the picture brings its own words, as with a save"
    assert "Typed" not in main_of(writer, galley(piece)), "nothing is saved yet"
    save(writer, articles.load(fresh(db), piece.id), **form)
    assert typed == main_of(writer, galley(piece))


def test_half_finished_fields_are_shown_as_they_are(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house)
    form = form_of(
        articles.load(fresh(db), piece.id), headline="", kind="poem", section_id="999", hero_id="x", slug="Not one",
        language="", body="<p>Half a sen", **{"credits-0-role": "poet", "credits-0-position": "first"},
    )  # fmt: skip
    writer.post(f"/newsroom/articles/{piece.id}/galley/now", data=form | {"tab": TAB})
    shown = main_of(writer, galley(piece, copy=TAB))
    assert "Half a sen" in shown
    assert "Ilse Varnholt" in shown


def test_what_is_typed_is_for_whoever_typed_it(db: Session, house: House, writer: Client, editor: Client) -> None:
    piece = make_article(db, house)
    form = form_of(articles.load(fresh(db), piece.id), tab=TAB)
    writer.post(f"/newsroom/articles/{piece.id}/galley/now", data=form)
    assert editor.get(galley(piece, copy=TAB)).status_code == 404
    assert writer.get(galley(piece, copy="another")).status_code == 404


def test_a_preview_is_no_autosave_and_counts_as_none(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house)
    with transaction(db):
        db.add(
            WorkingCopy(article_id=piece.id, user_id=house.writer.id, tab=TAB, number=7, content={}, kept_at=NOW)
        )  # fmt: skip
    form = form_of(articles.load(fresh(db), piece.id), headline="Newer", tab=TAB)
    writer.post(f"/newsroom/articles/{piece.id}/galley/now", data=form)
    kept = articles.copy_of_tab(fresh(db), piece, house.writer.id, TAB)
    assert kept is not None
    assert (kept.number, kept.content["headline"]) == (7, "Newer")
    assert "csrf_token" not in kept.content
    assert "tab" not in kept.content


@pytest.mark.parametrize("tab", ["", "a b", "x" * 41, "../x"])
def test_an_editor_that_does_not_say_which_it_is_keeps_nothing(
    db: Session, house: House, writer: Client, tab: str
) -> None:
    piece = make_article(db, house)
    answer = writer.post(f"/newsroom/articles/{piece.id}/galley/now", data=form_of(piece, tab=tab))
    assert answer.status_code == 422


def test_a_piece_that_one_may_not_read_keeps_and_shows_nothing(db: Session, house: House, client_as: Any) -> None:
    piece = make_article(db, house)
    other = client_as(house.other_writer)
    assert other.post(f"/newsroom/articles/{piece.id}/galley/now", data={"tab": TAB}).status_code == 404
    assert other.get(f"/newsroom/articles/{piece.id}/preview").status_code == 404


def test_the_preview_page_is_made_of_links(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house)
    page = Page(writer.get(f"/newsroom/articles/{piece.id}/preview?width=820&theme=dark&revision=1"))
    frame = page.one("//iframe")
    assert frame.get("src") == f"/newsroom/articles/{piece.id}/galley?framed=1&theme=dark&revision=1"
    assert page.one("//*[@data-width]").get("data-width") == "820"
    assert page.words("//nav[@aria-label='Width']/a[@aria-current]") == ["Tablet 820"]
    assert page.words("//nav[@aria-label='Colours']/a[@aria-current]") == ["Dark"]
    wider = page.one("//nav[@aria-label='Width']/a[3]").get("href")
    assert Page(writer.get(wider)).one("//*[@data-width]").get("data-width") == "1280"
    assert "theme=dark" in wider
    assert "revision=1" in wider
    assert Page(writer.get(frame.get("src"))).tree.get("data-theme") == "dark"


@pytest.mark.parametrize("query", ["width=391", "width=x", "theme=<b>", "revision=x"])
def test_nonsense_in_its_address_is_left_out(db: Session, house: House, writer: Client, query: str) -> None:
    piece = make_article(db, house)
    page = Page(writer.get(f"/newsroom/articles/{piece.id}/preview?{query}"))
    assert page.one("//*[@data-width]").get("data-width") == "390"


def test_a_live_piece_is_compared_with_what_readers_have(db: Session, house: House, writer: Client) -> None:
    piece = make_live(db, house)
    page = Page(writer.get(f"/newsroom/articles/{piece.id}/preview"))
    assert "As readers see it now" in page.text
    assert "Compare with what is live" not in page.text, "it is the same"
    act(db, house.writer, articles.load(db, piece.id), "revise")
    save(writer, articles.load(fresh(db), piece.id), headline="New words")
    page = Page(writer.get(f"/newsroom/articles/{piece.id}/preview"))
    compare = page.one("//a[text()='Compare with what is live']").get("href")
    assert compare == f"/newsroom/articles/{piece.id}/compare?old=1&new=2"
    assert "New words" in text(writer, compare)


def _frame_ancestors(policy: str) -> str:
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors"))


def test_the_galley_alone_may_be_framed_and_by_us_alone(
    app: Flask, db: Session, house: House, chief: Client, stranger: Client
) -> None:
    piece = make_live(db, house)
    with transaction(db):
        front.begin(db, house.chief)
    framed = set()
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
        paths = [
            (rule.endpoint, str(app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, piece.id))))
            for rule in rules
            if rule.endpoint != "static"
        ]
    for endpoint, path in paths:
        for client in (chief, stranger):
            policy = client.get(path).headers["Content-Security-Policy"]
            if policy == "default-src 'none'; sandbox":
                continue  # a file, which no frame shows as a page
            allowed = _frame_ancestors(policy)
            if allowed != "frame-ancestors 'none'":
                assert allowed == "frame-ancestors 'self'"
                framed.add(endpoint)
    assert framed == {"newsroom.articles.galley", "newsroom.front.galley"}


def test_pages_of_the_newsroom_frame_only_our_own(db: Session, house: House, writer: Client, reader: Client) -> None:
    piece = make_live(db, house)
    policy = writer.get(f"/newsroom/articles/{piece.id}/preview").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy.split("; ")
    for path in (f"/articles/{piece.slug}", "/"):
        assert "frame-src" not in reader.get(path).headers["Content-Security-Policy"]
    answer = writer.get(galley(piece))
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
