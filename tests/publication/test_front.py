"""The front page: what was chosen, and how the rest fills itself, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.policy import SYSTEM
from cms.publication import queries, service
from cms.publication.models import Places
from cms.publication.queries import Front
from cms.vocabulary import Kind, State
from cms.wiring import Services
from tests.conftest import Queries
from tests.factories import NOW, House, act, make_article, make_house, make_interview, make_live
from tests.publication.test_translations import linked
from tests.site import scenes


@pytest.fixture
def edition(either: Services) -> Iterator[Session]:
    """A session on each database in turn."""
    with either.sessions() as db:
        yield db


def numbers(page: Front) -> list[int]:
    in_columns = [piece for column in page.columns for piece in column.pieces]
    return [piece.article_id for piece in (page.lead, *page.seconds, page.interview, *in_columns) if piece]


def top(page: Front) -> list[int]:
    return [piece.article_id for piece in (page.lead, *page.seconds) if piece]


def column(page: Front, name: str) -> list[int]:
    return [piece.article_id for one in page.columns if one.section.name == name for piece in one.pieces]


def publish(db: Session, places: Places) -> Front:
    with transaction(db):
        service.arrange_front(db, places, arrangement_id=1)
    return queries.front(db)


def many(db: Session, house: House, number: int, **changed: object) -> list[int]:
    """Make so many live pieces, one a day, the newest first."""
    return [piece.id for piece in reversed(scenes.many(db, house, number, **changed))]


def test_nothing_chosen_is_the_page_that_fills_itself(edition: Session) -> None:
    house = make_house(edition)
    pieces = many(edition, house, 9)
    before = numbers(queries.front(edition))
    assert before[:4] == pieces[:4]
    assert numbers(publish(edition, Places())) == before
    assert numbers(queries.front_as(edition, Places())) == before


def test_what_was_chosen_stands_in_its_place_and_the_rest_closes_up_around_it(edition: Session) -> None:
    house = make_house(edition)
    pieces = many(edition, house, 12)
    page = publish(edition, Places(lead=pieces[9], features=(None, pieces[0], None)))
    assert top(page) == [pieces[9], pieces[1], pieces[0], pieces[2]]
    assert column(page, "Systems") == pieces[3:6]


def test_a_chosen_piece_that_is_not_live_leaves_no_gap(edition: Session) -> None:
    house = make_house(edition)
    pieces = many(edition, house, 8)
    draft = make_article(edition, house, State.APPROVED)
    places = Places(lead=draft.id, features=(99999, pieces[5], None), interview=draft.id, series=77)
    page = publish(edition, places)
    assert top(page) == [pieces[0], pieces[1], pieces[5], pieces[2]]
    assert page.interview is None


def test_nothing_stands_twice_whatever_was_chosen(edition: Session) -> None:
    house = make_house(edition)
    pieces = many(edition, house, 5)
    talks = [make_interview(edition, house, at=NOW - timedelta(days=40 + n)).id for n in range(2)]
    section = house.section.id
    page = publish(
        edition,
        Places(
            lead=talks[0], features=(pieces[0], pieces[0], talks[0]), interview=talks[0],
            rows=((section, (pieces[0], talks[0], pieces[4])), (section, (pieces[4], None, None))),
        ),
    )  # fmt: skip
    assert len(numbers(page)) == len(set(numbers(page)))
    assert top(page)[:2] == [talks[0], pieces[0]]
    assert page.interview
    assert page.interview.article_id == talks[1], "the next interview, since the chosen one leads"


def test_sections_stand_in_the_order_that_was_chosen_with_what_was_chosen_for_them(edition: Session) -> None:
    house = make_house(edition)
    practice = many(edition, house, 4, section_id=house.other_section.id)
    systems = many(edition, house, 9)
    rows = ((house.other_section.id, (None, practice[3], None)), (house.section.id, ()), (4711, (None,)))
    page = publish(edition, Places(rows=rows))
    assert [one.section.name for one in page.columns] == ["Practice", "Systems"]
    left = [number for number in practice[:3] if number not in top(page)]
    assert column(page, "Practice") == [left[0], practice[3], *left[1:2]]
    assert column(page, "Systems") == [number for number in systems if number not in top(page)][:3]
    assert [one.section.name for one in publish(edition, Places(rows=rows[1:2])).columns] == ["Systems"]


def test_a_piece_that_moved_to_another_section_stands_where_it_is_now(edition: Session) -> None:
    house = make_house(edition)
    moved = make_live(edition, house, at=NOW + timedelta(days=1), section_id=house.other_section.id)
    many(edition, house, 9)
    page = publish(edition, Places(rows=((house.section.id, (moved.id, None, None)),)))
    assert moved.id not in column(page, "Systems")
    assert top(page)[0] == moved.id, "it fills a place as any other"


def test_interviews_come_into_a_row_only_if_they_are_chosen(edition: Session) -> None:
    house = make_house(edition)
    talks = [make_interview(edition, house, at=NOW - timedelta(days=n)).id for n in range(5)]
    many(edition, house, 6)
    row = house.section.id
    assert not set(column(publish(edition, Places(rows=((row, ()),))), "Systems")) & set(talks)
    page = publish(edition, Places(rows=((row, (talks[4], None, None)),)))
    assert column(page, "Systems")[0] == talks[4]
    assert page.interview
    assert page.interview.article_id == talks[0]


def series_of(db: Session, house: House, title: str, pieces: list[Article]) -> int:
    with transaction(db):
        series = interviews.add_series(db, SYSTEM, title=title, host_id=house.author.id)
        for piece in pieces:
            interviews.place(db, SYSTEM, series, piece.id)
    return series.id


def test_the_spotlight_is_on_the_newest_interview_or_on_the_series_that_was_chosen(edition: Session) -> None:
    house = make_house(edition)
    many(edition, house, 14)
    old = [make_interview(edition, house, at=NOW - timedelta(days=60 - n)) for n in range(3)]
    newest = make_interview(edition, house, at=NOW - timedelta(days=5))
    chosen = series_of(edition, house, "The Operators", old)
    other = series_of(edition, house, "Second opinions", [newest])

    def spotlight(places: Places) -> tuple[int, str]:
        page = publish(edition, places)
        assert page.interview
        assert page.series
        return page.interview.article_id, page.series.title

    assert spotlight(Places()) == (newest.id, "Second opinions")
    assert spotlight(Places(series=chosen)) == (old[2].id, "The Operators")
    assert spotlight(Places(series=chosen, interview=old[0].id)) == (old[0].id, "The Operators")
    assert spotlight(Places(interview=old[1].id)) == (old[1].id, "The Operators")
    assert spotlight(Places(series=chosen, lead=old[2].id)) == (old[1].id, "The Operators")
    assert spotlight(Places(series=other, interview=old[0].id)) == (newest.id, "Second opinions"), "it is not of it"
    assert spotlight(Places(series=other, lead=newest.id)) == (old[2].id, "The Operators"), "none is left of it"
    act(edition, house.chief, newest, "withdraw")
    assert spotlight(Places(series=other)) == (old[2].id, "The Operators")


def test_a_series_of_articles_may_have_the_spotlight(edition: Session) -> None:
    house = make_house(edition)
    parts = [make_live(edition, house, at=NOW - timedelta(days=n), kind=Kind.ARTICLE) for n in (50, 0)]
    many(edition, house, 9)
    chosen = series_of(edition, house, "Time in machines", parts)
    page = publish(edition, Places(series=chosen))
    assert page.interview
    assert page.interview.article_id == parts[1].id, "although it is the newest piece, it does not lead"
    parts.reverse()
    page = publish(edition, Places(series=chosen, lead=parts[0].id))
    assert page.series
    assert page.interview
    assert (page.interview.article_id, page.series.title) == (parts[1].id, "Time in machines")
    assert len(numbers(page)) == len(set(numbers(page)))
    page = publish(edition, Places(interview=parts[1].id))
    assert page.interview is None, "without its series it is no interview"


def test_a_translation_stands_only_where_it_was_chosen_and_then_alone(edition: Session) -> None:
    house = make_house(edition)
    original = make_live(edition, house, at=NOW - timedelta(days=2))
    translation = make_live(edition, house, at=NOW - timedelta(days=1), language="de")
    asked = make_interview(edition, house, at=NOW - timedelta(days=4))
    said = make_interview(edition, house, at=NOW - timedelta(days=3), language="de")
    linked(edition, house, original, translation)
    linked(edition, house, asked, said)
    pieces = many(edition, house, 2)

    shown = numbers(publish(edition, Places()))
    assert sorted(shown) == sorted([original.id, asked.id, *pieces])
    shown = numbers(publish(edition, Places(lead=translation.id, interview=said.id)))
    assert sorted(shown) == sorted([translation.id, said.id, *pieces]), "what it says stands there once"
    shown = numbers(publish(edition, Places(lead=translation.id, features=(original.id,))))
    assert {translation.id, original.id} <= set(shown), "unless both were chosen"

    parts = series_of(edition, house, "The Operators", [asked, said])
    page = publish(edition, Places(series=parts))
    assert page.interview
    assert page.interview.article_id == asked.id
    assert asked.id not in numbers(publish(edition, Places(series=parts, lead=said.id))), "nor as the newest part"
    act(edition, house.chief, original, "withdraw")
    assert translation.id in numbers(publish(edition, Places())), "it says what nobody else says now"


def test_the_date_is_that_of_the_newest_piece_wherever_it_stands(edition: Session) -> None:
    house = make_house(edition)
    many(edition, house, 6)
    newest = make_live(edition, house, at=NOW + timedelta(days=1))
    page = publish(edition, Places(rows=((house.section.id, (newest.id, None, None)),)))
    assert page.newest_at == NOW + timedelta(days=1)


@pytest.fixture
def budget(services: Services) -> Queries:
    """The recorder of queries, under another name than the questions."""
    return Queries(services.engine)


def test_a_full_page_costs_three_queries_however_much_was_chosen(db: Session, house: House, budget: Queries) -> None:
    systems, practice = (many(db, house, 14, section_id=s.id) for s in (house.section, house.other_section))
    talk = make_interview(db, house)
    series = series_of(db, house, "The Operators", [talk])
    rows = ((house.section.id, tuple(systems[5:8])), (house.other_section.id, tuple(practice[9:12])))
    publish(db, Places(systems[3], tuple(practice[:3]), talk.id, series, rows))
    db.commit()
    with budget.at_most(3):
        page = queries.front(db)
    assert len(numbers(page)) == 11


def test_what_may_be_chosen_is_live_and_found_by_its_words(db: Session, house: House) -> None:
    make_article(db, house, headline="A cache of one's own", slug="draft")
    piece = make_live(db, house, headline="What a cache remembers 100%", slug="cache")
    talk = make_interview(db, house, headline="Who owns the cache?", slug="talk")

    def found(words: str, **narrowed: object) -> set[int]:
        return {one.article_id for one in db.scalars(queries.choosable(words, **narrowed))}  # type: ignore[arg-type]

    assert found("") == found("cache") == {piece.id, talk.id}
    assert found("cache what") == {piece.id}
    assert found("100%") == {piece.id}
    assert found("", kind=Kind.INTERVIEW) == {talk.id}
    assert found("", section_id=house.other_section.id) == set()
    assert found("", series_id=series_of(db, house, "The Operators", [talk])) == {talk.id}
