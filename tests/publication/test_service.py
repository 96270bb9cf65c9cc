"""The edition: what it shows, what it counts, and what it offers next."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.policy import SYSTEM
from cms.publication import service
from cms.publication.models import Published, PublishedCredit, PublishedPerson, PublishedSeries
from cms.vocabulary import CreditRole
from tests.factories import NOW, House, act, make_interview, make_live, make_person, make_topic


def test_a_row_holds_everything_that_readers_see(db: Session, house: House) -> None:
    topic = make_topic(db, "Clocks")
    article = make_live(db, house, topic_ids=(topic.id,), body="<h2>One</h2><p>First.</p><h2>Two</h2><p>Second.</p>")
    row = db.get_one(Published, article.id)
    assert [line["name"] for line in row.bylines] == ["Ilse Varnholt"]
    assert row.bylines[0]["affiliation"] == "Senior writer, Overscan"
    assert row.topics == [{"id": topic.id, "slug": "clocks", "name": "Clocks"}]
    assert [heading["title"] for heading in row.contents] == ["One", "Two"]
    assert (row.section_name, row.section_slug) == ("Systems", "systems")
    assert "First." in row.text
    assert row.content_hash == (article.head and article.head.content_hash)


def test_a_piece_keeps_the_date_it_was_imported_with(db: Session, house: House) -> None:
    at = NOW - timedelta(days=2000)
    assert db.get_one(Published, make_live(db, house, at=at).id).published_at == at


def test_people_are_public_only_while_a_piece_with_them_is_live(db: Session, house: House) -> None:
    article = make_interview(db, house)
    shown = db.get_one(PublishedPerson, house.expert.id)
    assert (shown.pieces, shown.interviews) == (1, 1)
    act(db, house.editor, article, "withdraw")
    assert db.get(PublishedPerson, house.expert.id) is None
    assert db.scalars(select(PublishedCredit)).all() == []


def test_a_series_shows_its_live_parts_only(db: Session, house: House) -> None:
    parts = [make_live(db, house, headline=f"Part {n}") for n in (1, 2)]
    hidden = make_live(db, house, headline="Hidden part")
    act(db, house.editor, hidden, "withdraw")
    with transaction(db):
        series = interviews.add_series(db, SYSTEM, title="Time in machines", planned_parts=7)
        for number, article in enumerate([*parts, hidden], start=1):
            interviews.place(db, SYSTEM, series, article.id, part=number)
        service.refresh_series(db, series.id)
    shown = db.get_one(PublishedSeries, series.id)
    assert [(part["part"], part["headline"]) for part in shown.parts] == [(1, "Part 1"), (2, "Part 2")]
    assert shown.planned_parts == 7
    for article in parts:
        act(db, house.editor, article, "withdraw")
    assert db.get(PublishedSeries, series.id) is None


def test_a_changed_name_reaches_what_is_live(db: Session, house: House) -> None:
    article = make_live(db, house)
    with transaction(db):
        house.author.name = "Ilse Varnholt-Grey"
        db.merge(house.author)
        db.flush()
        service.refresh(db, [article.id])
    row = db.get_one(Published, article.id)
    assert row.bylines[0]["name"] == "Ilse Varnholt-Grey"
    assert row.updated_at is None, "a changed name is no new version of the text"


def test_one_person_in_two_roles_is_counted_once(db: Session, house: House) -> None:
    both = (CreditLine(house.author.id, CreditRole.AUTHOR), CreditLine(house.author.id, CreditRole.PHOTOGRAPHER))
    make_live(db, house, credits=both)
    assert db.get_one(PublishedPerson, house.author.id).pieces == 1
    assert make_person(db, "Nobody yet").id not in set(db.scalars(select(PublishedPerson.person_id)))
