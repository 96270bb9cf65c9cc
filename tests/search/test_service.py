from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.publication.models import Published, PublishedCredit, PublishedTopic
from cms.search.index import Document, IndexUnavailable
from cms.search.keeping import Difference
from cms.search.service import NO_WORDS, RESTING, TOO_LONG, Search, open_search
from cms.taxonomy.models import Topic
from cms.vocabulary import CreditRole, Kind
from tests.conftest import Queries
from tests.search.edition import edition, happened, publish, show_person, show_series, withdraw
from tests.search.naughty import NAUGHTY

ILSE, TEODOR = "Ilse Varnholt", "Teodor Akande"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    with edition(tmp_path) as session:
        publish(session, 1, "Clock drift", "A clock wanders. Its drift costs money.", people=[ILSE])
        both = {"section": "networks", "people": [ILSE, TEODOR], "kind": Kind.NEWS}
        publish(session, 2, "The wall clock", "A clock on a wall.", **both)
        publish(session, 3, "Bread", "Flour and water.", people=[TEODOR])
        yield session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def search(db: Session, folder: Path) -> Iterator[Search]:
    made = open_search(folder, key="a key for tests")
    made.ensure(db)
    yield made
    made.index.close()


def published(year: int) -> datetime:
    return datetime(year, 6, 1, tzinfo=UTC)


def found(search: Search, db: Session, text: str, **narrowed: object) -> list[int]:
    return [card.article_id for card in search.find(db, text, **narrowed).cards]  # type: ignore[arg-type]


# --- what a reader sees


def test_a_search_shows_cards_best_first(search: Search, db: Session) -> None:
    page = search.find(db, "clock drift")
    assert [card.headline for card in page.cards] == ["Clock drift", "The wall clock"]
    assert (page.total, page.unfiltered, page.pages, page.notice) == (2, 2, 1, "")
    card = page.cards[0]
    assert card.marked_headline.html == "<mark>Clock</mark> <mark>drift</mark>"
    assert card.excerpt.passage.html == "A <mark>clock</mark> wanders. Its <mark>drift</mark> costs money."
    assert (card.section_slug, card.kind, card.bylines[0]["name"]) == ("systems", Kind.ARTICLE, ILSE)


def test_no_words_show_the_newest(search: Search, db: Session) -> None:
    page = search.find(db, "")
    assert [card.article_id for card in page.cards] == [3, 2, 1]
    assert page.total == 3


def test_words_that_say_nothing_are_told_so(search: Search, db: Session) -> None:
    for text in ("to be or not to be", "!!!", "der die das", "über", "FÜR the", '"der die"', "sur les"):
        page = search.find(db, text)
        assert (page.cards, page.notice) == ((), NO_WORDS), text
    for text in ("", "section:nowhere", "über clocks", "kafkaesque", "der section:networks"):
        assert search.find(db, text).notice == "", text


def test_filters_come_from_the_page_and_from_the_text(search: Search, db: Session) -> None:
    assert found(search, db, "clock", section="networks") == [2]
    assert found(search, db, "clock", section=["networks", "systems"]) in ([1, 2], [2, 1])
    assert found(search, db, "clock", kind="news") == [2]
    assert found(search, db, "clock person:teodor") == [2]
    assert found(search, db, "", person="teodor-akande") == [3, 2]
    assert found(search, db, "clock", year=2024) in ([1, 2], [2, 1])
    assert found(search, db, "clock", year="2019") == []
    assert found(search, db, "clock", section="nowhere") == []


def test_a_series_and_a_topic_narrow(search: Search, db: Session) -> None:
    show_series(db, "Time in machines")
    publish(db, 4, "Crystals", series_id=1, series_part=2, topics=[{"id": 7, "slug": "quartz", "name": "Quartz"}])
    search.refresh(db, happened(4))
    page = search.find(db, "", series="time-in-machines")
    assert [(card.series_title, card.series_part) for card in page.cards] == [("Time in machines", 2)]
    assert found(search, db, "series:time-in-machines") == [4]
    assert found(search, db, "", topic="quartz") == [4]
    assert found(search, db, "", series="unknown") == []


def test_facets_name_count_and_select(search: Search, db: Session) -> None:
    page = search.find(db, "clock", section="networks")
    facets = {facet.name: [(c.value, c.name, c.count, c.is_selected) for c in facet.choices] for facet in page.facets}
    assert facets["section"] == [("networks", "Networks", 1, True), ("systems", "Systems", 1, False)]
    assert facets["kind"] == [("news", "News", 1, False)]
    assert facets["author"] == [("ilse-varnholt", ILSE, 1, False), ("teodor-akande", TEODOR, 1, False)]
    assert (page.total, page.unfiltered) == (1, 2)
    page = search.find(db, "flour", section="networks")
    assert [(c.value, c.count, c.is_selected) for c in page.facets[0].choices] == [
        ("systems", 1, False), ("networks", 0, True),
    ]  # fmt: skip


def test_older_years_are_one_choice(search: Search, db: Session) -> None:
    for number, year in enumerate(range(2018, 2027), 10):
        publish(db, number, "Pendulum", published_at=published(year))
    search.refresh(db, happened(*range(10, 20)))
    (facet,) = [facet for facet in search.find(db, "pendulum").facets if facet.name == "year"]
    assert [(c.value, c.name, c.count) for c in facet.choices] == [
        ("2026", "2026", 1), ("2025", "2025", 1), ("2024", "2024", 1), ("-2023", "2023", 6),
    ]  # fmt: skip
    assert search.find(db, "pendulum", year="-2023").total == 6


def test_newest_first_on_request(search: Search, db: Session) -> None:
    assert found(search, db, "clock drift", sort="newest") == [2, 1]
    assert found(search, db, "clock drift", sort="nonsense") == [1, 2]


def test_pages(search: Search, db: Session) -> None:
    for number in range(10, 35):
        publish(db, number, f"Pendulum {number}")
    search.refresh(db, happened(*range(10, 35)))
    pages = [search.find(db, "pendulum", page=page) for page in (1, 2, 3, 4)]
    assert [len(page.cards) for page in pages] == [10, 10, 5, 0]
    assert {page.pages for page in pages} == {3}
    assert len({card.article_id for page in pages for card in page.cards}) == 25
    assert search.find(db, "pendulum", page=-5).page == 1
    assert search.find(db, "pendulum", page=10**9).page <= 100
    assert len(search.find(db, "pendulum", per_page=10**9).cards) == 25


def test_a_word_that_no_piece_has_is_looked_for_in_its_nearest_spelling(search: Search, db: Session) -> None:
    page = search.find(db, "clok drift section:systems")
    assert ([card.article_id for card in page.cards], page.instead) == ([1], "clock drift section:systems")
    assert page.query == "clok drift section:systems"
    assert page.cards[0].marked_headline.html == "<mark>Clock</mark> <mark>drift</mark>"
    typed = search.find(db, "clok", is_exact=True)
    assert (typed.cards, typed.instead, typed.maybe) == ((), "", "clock")
    assert search.find(db, "clock drift").instead == ""


def test_nothing_found_leads_elsewhere(search: Search, db: Session) -> None:
    quartz = {"id": 7, "slug": "quartz", "name": "Quartz"}
    with transaction(db):
        db.add(Topic(id=7, slug="quartz", name="Quartz", description=""))
        db.flush()
        db.add(PublishedTopic(article_id=3, topic_id=7, published_at=published(2024)))
    publish(db, 3, "Bread", topics=[quartz])
    page = search.find(db, "clocktower zzz")
    assert page.cards == ()
    assert page.elsewhere.words == ("clock",)
    assert [label.slug for label in page.elsewhere.topics] == ["quartz"]
    assert [card.article_id for card in page.elsewhere.newest] == [3, 2, 1]
    assert search.find(db, "clock", year=1999).elsewhere.newest == ()


def test_days_come_from_the_page_and_from_the_text(search: Search, db: Session) -> None:
    assert found(search, db, "", first=date(2024, 3, 3)) == [3, 2]
    assert found(search, db, "", first=date(2024, 3, 3), last=date(2024, 3, 3)) == [2]
    assert found(search, db, "before:2024-03-04", first=date(2024, 3, 3)) == [2]
    assert found(search, db, "", last=date.max, first=date.min) == [3, 2, 1]


def test_pieces_in_other_languages_are_found_and_marked(search: Search, db: Session) -> None:
    publish(db, 4, "Die Häuser", "Auf der Straße stehen Häuser.", language="de")
    search.refresh(db, happened(4))
    (card,) = search.find(db, "haus strasse").cards
    assert card.marked_headline.html == "Die <mark>Häuser</mark>"
    assert card.excerpt.passage.html == "Auf der <mark>Straße</mark> stehen <mark>Häuser</mark>."


def test_more_than_anybody_looks_for_is_refused_unread(search: Search, db: Session, queries: Queries) -> None:
    with queries.at_most(0):
        page = search.find(db, "drift " * 2_000)
    assert (page.cards, page.notice) == ((), TOO_LONG)


def test_suggestions_are_live_and_lead_there(search: Search, db: Session) -> None:
    show_person(db, ILSE)
    show_series(db, "Clockwork")
    publish(db, 1, "Clock drift", people=[ILSE], series_id=1, series_part=1)
    search.refresh(db, happened(1))
    assert [(one.sort, one.name, one.address) for one in search.suggest(db, "cloc")] == [
        ("piece", "The wall clock", "/articles/piece-2"),
        ("piece", "Clock drift", "/articles/piece-1"),
        ("series", "Clockwork", "/series/clockwork"),
    ]
    assert [one.address for one in search.suggest(db, "ilse v")] == ["/people/ilse-varnholt"]
    assert search.suggest(db, "teodor") == ()  # readers do not know him
    withdraw(db, 2)
    assert "The wall clock" not in [one.name for one in search.suggest(db, "clock")]
    for text in NAUGHTY:
        search.suggest(db, text)


def test_people_are_shown_when_looked_for_by_name(search: Search, db: Session) -> None:
    show_person(db, ILSE)
    (person,) = search.find(db, "Varnholt").people
    assert (person.name, person.employer) == (ILSE, "Overscan")
    assert search.find(db, "clock").people == ()


def test_nothing_that_a_reader_sends_is_an_error(search: Search, db: Session) -> None:
    publish(db, 4, "<b>Bold</b> drift", "<script>alert('drift')</script> & <mark>")
    search.refresh(db, happened(4))
    for text in NAUGHTY:
        search.find(db, text, section=text, kind=text, person=[text], year=text, topic=text, series=text, sort=text)
        page = search.find(db, f"{text[:200]} drift mark b")
        shown = "".join(card.excerpt.passage.html + card.marked_headline.html for card in page.cards)
        assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")


def test_a_search_costs_two_queries(search: Search, db: Session) -> None:
    queries: list[str] = []
    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    search.find(db, "clock drift", section="networks", kind="news", year=2024)
    queries = [query for query in queries if query.startswith("SELECT")]
    assert len(queries) == 2  # what must be heeded, and the cards
    assert not any("body_html" in query or "published.text" in query for query in queries)


# --- withdrawn pieces


def test_a_withdrawn_piece_is_gone_before_the_index_knows(search: Search, db: Session) -> None:
    withdraw(db, 2)
    page = search.find(db, "clock")
    assert [card.article_id for card in page.cards] == [1]
    assert page.total == page.unfiltered == 1
    assert not {choice.name for facet in page.facets for choice in facet.choices} & {TEODOR, "Networks", "News"}
    assert found(search, db, "") == [3, 1]


def test_a_phrase_of_which_one_word_is_left_is_told(search: Search, db: Session) -> None:
    """Common words are in no index: with two others their places between count, with one nothing is left of them."""
    assert search.find(db, '"on the wall"').thinned == (("on the wall", "wall"),)
    assert search.find(db, '"a clock on the wall" "wall"').thinned == ()
    assert search.find(db, '"for the xyzzy"').thinned == (), "nothing is found: there is more to say"


def test_a_piece_that_the_edition_lost_without_a_trace_is_not_shown_either(search: Search, db: Session) -> None:
    with transaction(db):
        db.delete(db.get_one(Published, 2))
    page = search.find(db, "clock")
    assert [card.article_id for card in page.cards] == [1]
    assert page.total == 1


# --- following the edition


def test_events_bring_the_index_up_to_date(search: Search, db: Session) -> None:
    publish(db, 1, "Pendulum", people=[ILSE])
    publish(db, 9, "Pendulum too")
    withdraw(db, 3)
    for _ in range(2):
        search.refresh(db, happened(1, 9, 3, 1, 777))
        assert sorted(found(search, db, "pendulum")) == [1, 9]
        assert not search.check(db)
    publish(db, 3, "Returned")
    search.refresh(db, happened(3))
    assert found(search, db, "returned") == [3]


def test_events_about_people_and_places_reach_their_pieces(search: Search, db: Session) -> None:
    show_person(db, ILSE)
    with transaction(db):
        credit = {"person_id": 1, "role": CreditRole.AUTHOR, "affiliation": ""}
        db.add(PublishedCredit(article_id=1, published_at=published(2024), **credit))
    publish(db, 1, "Clock drift", people=["Ilse Renamed"])
    publish(db, 2, "The wall clock", "Renamed.", section="networks")
    search.refresh(db, happened(1, to="person"))
    assert found(search, db, "renamed") == [1]
    for kind in ("section", "topic", "series", "user"):
        search.refresh(db, happened(2, to=kind))
    assert sorted(found(search, db, "renamed")) == [1, 2]


def test_differences_are_found_and_mended(search: Search, db: Session) -> None:
    publish(db, 1, "Pendulum")
    publish(db, 9, "Pendulum")
    withdraw(db, 3)
    assert search.check(db) == Difference(missing=(9,), surplus=(3,), stale=(1,))
    assert search.ensure(db)
    assert search.check(db) == Difference(stale=(1,))
    assert search.mend(db) == Difference(stale=(1,))
    assert not search.check(db)
    assert not search.ensure(db)


def test_a_rebuild_tells_how_far_it_is(search: Search, db: Session) -> None:
    for number in range(10, 260):
        publish(db, number, "Pendulum")
    heard: list[int] = []
    search.rebuild(db, heard.append)
    assert heard == [100, 200, 253]
    assert not search.check(db)


# --- when the index is lost


def test_without_an_index_headlines_are_looked_through(search: Search, db: Session, folder: Path) -> None:
    shutil.rmtree(folder)
    page = search.find(db, "drift -x")
    assert ([card.article_id for card in page.cards], page.notice) == ([1], RESTING)
    assert found(search, db, "") == [3, 2, 1]
    assert found(search, db, "", section="networks", kind="news") == [2]
    assert found(search, db, "nothing that is there %_") == [3, 2, 1]


def test_a_lost_or_emptied_index_comes_back_by_itself(search: Search, db: Session, folder: Path) -> None:
    shutil.rmtree(folder)
    assert search.ensure(db)
    assert found(search, db, "flour") == [3]
    search.index.rebuild([], lambda _: None)
    assert found(search, db, "flour") == []
    assert search.ensure(db)
    assert found(search, db, "flour") == [3]
    assert not search.ensure(db)


def test_an_event_brings_a_lost_index_back_too(search: Search, db: Session, folder: Path) -> None:
    shutil.rmtree(folder)
    publish(db, 9, "Pendulum")
    search.refresh(db, happened(9))
    assert found(search, db, "pendulum") == [9]
    assert found(search, db, "flour") == [3]


def test_without_an_index_nothing_is_suggested(search: Search, db: Session, folder: Path) -> None:
    shutil.rmtree(folder)
    assert search.suggest(db, "clock") == ()


def test_an_event_comes_again_while_somebody_else_writes(db: Session) -> None:
    class Busy:
        def apply(self, upserts: list[Document], removals: list[int]) -> None:
            raise IndexUnavailable("busy")

        def is_ready(self) -> bool:
            return True

    with pytest.raises(IndexUnavailable):
        Search(Busy()).refresh(db, happened(1))  # type: ignore[arg-type]
