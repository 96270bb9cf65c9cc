"""A section's page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.publication.queries.cards import PER_PAGE
from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import House
from tests.site import scenes
from tests.site.page import Page

STORIES = "//*[@class='explore']//h2/a"


def test_a_section_lists_its_live_pieces_newest_first(reader: Client, db: Session, house: House) -> None:
    pieces = scenes.many(db, house, 3)
    factories.make_live(db, house, section_id=house.other_section.id)
    factories.make_article(db, house, State.APPROVED)
    page = Page(reader.get("/sections/systems"))
    assert page.h1 == "Systems"
    assert page.links(STORIES) == [f"/articles/{piece.slug}" for piece in reversed(pieces)]
    assert page.one("//nav[@aria-label='Sections']//a[@aria-current='page']").text == "Systems"
    assert (
        page.one("//link[@type='application/rss+xml'][2]").get("href") == "http://localhost/sections/systems/feed.xml"
    )


def test_older_pieces_are_a_page_away_and_none_is_missed(reader: Client, db: Session, house: House) -> None:
    pieces = scenes.many(db, house, PER_PAGE + 3)
    first = Page(reader.get("/sections/systems"))
    older = first.one("//a[@rel='next']").get("href")
    factories.make_live(db, house)  # what appears meanwhile shifts nothing
    second = Page(reader.get(older))
    seen = first.links(STORIES) + second.links(STORIES)
    assert seen == [f"/articles/{piece.slug}" for piece in reversed(pieces)]
    assert second.links("//a[@rel='first']") == ["/sections/systems"]
    assert second.all("//a[@rel='next']") == []
    assert second.one("//meta[@name='robots']").get("content") == "noindex, follow"


def test_pieces_of_the_same_moment_are_all_listed_once(reader: Client, db: Session, house: House) -> None:
    for _ in range(PER_PAGE + 2):
        factories.make_live(db, house, at=factories.NOW)
    first = Page(reader.get("/sections/systems"))
    second = Page(reader.get(first.one("//a[@rel='next']").get("href")))
    seen = first.links(STORIES) + second.links(STORIES)
    assert len(seen) == len(set(seen)) == PER_PAGE + 2


def test_a_section_with_nothing_in_it_says_so(reader: Client, house: House) -> None:
    assert "Nothing here yet" in Page(reader.get("/sections/systems")).text


def test_an_unknown_section_is_not_found(reader: Client) -> None:
    assert reader.get("/sections/nothing").status_code == 404


def test_a_broken_place_means_the_beginning(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    for place in ("x", "-1", "99999999999999999999-1", "1-", "%00"):
        assert len(Page(reader.get(f"/sections/systems?before={place}")).links(STORIES)) == 1


def test_a_section_costs_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    scenes.many(db, house, PER_PAGE + 3)
    with queries.at_most(2):
        reader.get("/sections/systems")
