"""Old addresses, withdrawn ones, and those where nothing ever was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.articles.models import Article
from cms.core.db import transaction
from cms.publication import service as publication
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow import service as workflow
from tests import factories
from tests.conftest import Client, Frozen, Queries
from tests.factories import House
from tests.site.page import Page


def _was_at(db: Session, article_id: int, path: str) -> None:
    with transaction(db):
        publication.set_redirect(db, article_id, path)


@pytest.mark.parametrize("old", ["/articles/first-address", "/2019/05/a-post/", "/2019/05/a-post", "/a%20post.html"])
def test_an_old_address_leads_to_the_piece(reader: Client, db: Session, house: House, old: str) -> None:
    piece = factories.make_live(db, house, slug="now-here")
    _was_at(db, piece.id, old.replace("%20", " ").strip("/"))
    answer = reader.get(old)
    assert (answer.status_code, answer.location) == (301, "/articles/now-here")


def test_a_withdrawn_piece_says_so_and_nothing_else(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, slug="gone", headline="Canary")
    _was_at(db, piece.id, "2019/gone")
    factories.act(db, house.chief, piece, "withdraw", note="The source was wrong.")
    for address in ("/articles/gone", "/2019/gone"):
        page = Page(reader.get(address), status=410)
        assert page.h1 == "This piece was withdrawn"
        assert "It is no longer available." in page.text
        assert "Canary" not in page.answer.text
        assert "source" not in page.text


def test_readers_are_told_why_in_words_written_for_them_and_where_to_go_on(
    reader: Client, db: Session, house: House, frozen: Frozen, queries: Queries
) -> None:
    other, piece = factories.make_live(db, house, headline="Still here"), factories.make_live(db, house, slug="gone")
    _withdraw(db, house, piece, "<b>Two</b> of its sources & quotes were invented.")
    page = Page(reader.get("/articles/gone"), status=410)
    assert page.one("//p[@class='article__dek']").text_content() == "<b>Two</b> of its sources & quotes were invented."
    assert page.words("//main//time")[0] == "24 November 2026"
    assert page.one("//form[@role='search']") is not None
    assert page.words("//section[@aria-labelledby='newest']//h3") == ["Still here"]
    assert f"/articles/{other.slug}" in page.links()
    assert page.one("//meta[@name='robots']").get("content") == "noindex"
    for address in ("/sitemap.xml", "/feed.xml", "/feed.atom", "/feed.json", "/sections/systems", "/"):
        assert b"/articles/gone" not in reader.get(address).data
    told = reader.get("/articles/gone", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["error"]) == (410, "<b>Two</b> of its sources & quotes were invented.")
    with queries.at_most(4):
        reader.get("/articles/gone")


def test_a_house_may_say_the_same_of_all(services: Services, db: Session, house: House) -> None:
    settings = replace(services.settings, withdrawal_reason="It did not meet our standards.")
    app = create_app(replace(services, settings=settings))
    one, two = factories.make_live(db, house, slug="gone"), factories.make_live(db, house, slug="also")
    _withdraw(db, house, one, "")
    _withdraw(db, house, two, "Its numbers were wrong.")
    assert "It did not meet our standards." in Page(app.test_client().get("/articles/gone"), status=410).text
    assert "It did not meet our standards." not in Page(app.test_client().get("/articles/also"), status=410).text


def _withdraw(db: Session, house: House, piece: Article, reason: str) -> None:
    with transaction(db):
        workflow.move(
            db, house.chief, piece, "withdraw", seen=piece.head_id, note="Canary for the staff.", for_readers=reason
        )  # fmt: skip


def test_a_piece_that_comes_back_is_read_again(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, slug="back")
    factories.act(db, house.chief, piece, "withdraw")
    with transaction(db):
        revision = piece.head
        assert revision is not None
        publication.publish(db, piece, revision, at=factories.NOW)
    assert reader.get("/articles/back").status_code == 200


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.SPIKED])
def test_the_old_address_of_a_piece_that_is_not_live_was_never_there(
    reader: Client, db: Session, house: House, queries: Queries, state: State
) -> None:
    hidden = factories.make_article(db, house, state, slug="hidden")
    _was_at(db, hidden.id, "2019/hidden")
    answers, costs = [], []
    for address in ("/2019/hidden", "/articles/hidden", "/2019/never", "/articles/never"):
        queries.statements.clear()
        answers.append(reader.get(address))
        costs.append([s for s in queries.statements if "redirect" in s])
    assert {(a.status_code, a.data) for a in answers} == {(404, answers[2].data)}
    assert costs[0] == costs[1] == costs[2] == costs[3]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/people/", "/people"), ("/sections/systems/", "/sections/systems"), ("/archive/2026/11//", "/archive/2026/11"),
     ("/articles/a%0d%0ab%3F/", "/articles/a%0D%0Ab%3F")],
)  # fmt: skip
def test_a_slash_too_many_is_taken_off(reader: Client, house: House, typed: str, meant: str) -> None:
    answer = reader.get(typed)
    assert (answer.status_code, answer.location) == (301, meant)


@pytest.mark.parametrize("typed", ["/no/page/has/this/", "/evil.test//x/", "/newsroom/nothing/"])
def test_where_there_is_no_page_no_slash_is_taken_off(reader: Client, house: House, typed: str) -> None:
    assert reader.get(typed).status_code == 404


def test_a_lost_reader_is_helped(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    page = Page(reader.get("/no/such/page"), status=404)
    assert page.h1 == "There is nothing at this address"
    for answer in (page, Page(reader.get("/articles/none"), status=404)):
        assert answer.words("//header[@class='shelf']/p")[1:] == ["It may have moved or never have been here."]
    assert page.one("//form[@role='search']") is not None
    assert {"/", "/series", "/people"} <= set(page.links())
    assert "Systems" in page.words("//nav[@aria-label='Sections']//a")
    assert "no/such/page" not in page.answer.text


def test_other_parts_of_the_site_are_left_alone(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house)
    _was_at(db, piece.id, "api/v1/old")
    assert reader.get("/api/v1/old").status_code == 404
    assert reader.get("/api/v1/old").is_json


def test_an_address_without_end_is_not_looked_up(reader: Client, queries: Queries) -> None:
    reader.get("/" + "a" * 600)
    assert not [s for s in queries.statements if "redirect" in s]


def test_a_redirect_never_leaves_the_site(reader: Client) -> None:
    for address in ("//evil.test", "/\\evil.test", "/%2F%2Fevil.test", "/.//evil.test/"):
        answer = reader.get(address)
        assert not (answer.location or "").startswith(("//", "http://evil", "/\\"))


def test_a_host_that_is_not_ours_gets_no_page(reader: Client) -> None:
    answer = reader.get("/", headers={"Host": "evil.test"})
    assert (answer.status_code, answer.content_type) == (400, "text/plain; charset=utf-8")
    assert "evil" not in answer.text
    assert "Content-Security-Policy" in answer.headers
