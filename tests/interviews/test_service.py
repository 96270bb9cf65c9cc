"""Series: their parts, in an order that holds, and what readers see of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound
from cms.core.events import Event
from cms.interviews import queries, service
from cms.interviews.models import Series
from cms.policy import SYSTEM
from cms.publication.models import Published, PublishedSeries
from tests.factories import House, make_article, make_interview, make_live


def make_series(db: Session, title: str = "Time in machines", **facts: Any) -> Series:
    with transaction(db):
        return service.add_series(db, SYSTEM, title=title, **facts)


def place(db: Session, house: House, series: Series, *article_ids: int) -> None:
    for article_id in article_ids:
        with transaction(db):
            service.place(db, house.editor, series, article_id)


def change(db: Session, actor: Any, series: Series, **changed: Any) -> None:
    facts = {
        "seen": series.version, "title": series.title, "slug": series.slug, "description": series.description,
        "host_id": series.host_id, "cover_id": series.cover_id, "planned_parts": series.planned_parts,
        "is_interviews": series.is_interviews, **changed,
    }  # fmt: skip
    with transaction(db):
        service.change_series(db, actor, series, **facts)


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("series.")).order_by(Event.id)))


def test_a_series_is_made_once_per_title(db: Session, house: House) -> None:
    series = make_series(db, " Time  in\nmachines", host_id=house.author.id, planned_parts=5, is_interviews=True)
    assert (series.title, series.slug, series.planned_parts) == ("Time in machines", "time-in-machines", 5)
    with transaction(db):
        assert service.find_or_add_series(db, SYSTEM, "TIME in machines") is series
        other = service.find_or_add_series(db, SYSTEM, "Time, in machines")
    assert other.slug == "time-in-machines-2"
    with pytest.raises(Invalid, match="already"), transaction(db):
        service.add_series(db, SYSTEM, title="time in MACHINES")
    assert names(db) == ["series.added", "series.added"]


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 121}),
        ("description", {"description": "x" * 1001}),
        ("slug", {"slug": "Not A Slug"}),
        ("planned_parts", {"planned_parts": -1}),
        ("planned_parts", {"planned_parts": 501}),
    ],
)
def test_what_is_wrong_is_named(db: Session, field: str, facts: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        make_series(db, **facts)
    assert caught.value.field == field


def test_hosts_and_covers_must_be_there(db: Session) -> None:
    for facts in ({"host_id": 99}, {"cover_id": 99}):
        with pytest.raises(NotFound):
            make_series(db, **facts)


def test_editors_look_after_series_and_writers_do_not(db: Session, house: House) -> None:
    series = make_series(db)
    piece = make_article(db, house)
    for actor in (house.writer, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            service.add_series(db, actor, title="Mine")
        with pytest.raises(Forbidden), transaction(db):
            service.place(db, actor, series, piece.id)
        with pytest.raises(Forbidden), transaction(db):
            service.take_out(db, actor, series, piece.id)
        with pytest.raises(Forbidden), transaction(db):
            service.reorder(db, actor, series, [])
        with pytest.raises(Forbidden):
            change(db, actor, series, title="Mine")


def test_an_editor_places_only_what_they_may_read(db: Session, house: House) -> None:
    series = make_series(db)
    foreign = make_article(db, house, section_id=house.other_section.id)
    with pytest.raises(NotFound), transaction(db):
        service.place(db, house.editor, series, foreign.id)
    with transaction(db):
        service.place(db, house.chief, series, foreign.id)
    assert [(p.part, p.article) for p in queries.parts(db, house.editor, series)] == [(1, None)]
    assert [p.article_id for p in queries.parts(db, house.chief, series)] == [foreign.id]


def test_pieces_get_the_next_part_or_the_one_that_is_wanted(db: Session, house: House) -> None:
    series = make_series(db)
    a, b, c, d = (make_article(db, house).id for _ in range(4))
    place(db, house, series, a, b)
    with transaction(db):
        service.place(db, house.editor, series, c, 5)
        service.place(db, house.editor, series, d, 1)
    assert queries.numbers(db, series.id) == {d: 1, a: 2, b: 3, c: 5}, "those in the way move on, the gap stays"
    with transaction(db):
        service.place(db, house.editor, series, c, 2)
    assert queries.numbers(db, series.id) == {d: 1, c: 2, a: 3, b: 4}
    count = len(names(db))
    with transaction(db):
        service.place(db, house.editor, series, c, 2)
    assert len(names(db)) == count, "placing it where it is changes nothing"
    for part in (0, -1, 501):
        with pytest.raises(Invalid), transaction(db):
            service.place(db, house.editor, series, c, part)


def test_a_piece_is_in_one_series_at_most(db: Session, house: House) -> None:
    first, second = make_series(db), make_series(db, "Another")
    piece = make_article(db, house)
    place(db, house, first, piece.id)
    with pytest.raises(Invalid, match="part 1 of Time in machines"), transaction(db):
        service.place(db, house.editor, second, piece.id)
    with pytest.raises(NotFound), transaction(db):
        service.take_out(db, house.editor, second, piece.id)
    with transaction(db):
        service.take_out(db, house.editor, first, piece.id)
        service.place(db, house.editor, second, piece.id)
    assert queries.numbers(db, second.id) == {piece.id: 1}
    assert names(db)[2:] == ["series.episode_placed", "series.episode_removed", "series.episode_placed"]


def test_the_order_changes_and_the_numbers_stay(db: Session, house: House) -> None:
    series = make_series(db)
    a, b, c = (make_article(db, house).id for _ in range(3))
    place(db, house, series, a, b)
    with transaction(db):
        service.place(db, house.editor, series, c, 7)
    with transaction(db):
        service.reorder(db, house.editor, series, [c, a, b])
    assert queries.numbers(db, series.id) == {c: 1, a: 2, b: 7}
    for wrong in ([a, b], [a, b, b], [a, b, c, 99]):
        with pytest.raises(Conflict), transaction(db):
            service.reorder(db, house.editor, series, wrong)


def test_readers_see_the_live_parts_in_the_new_order_at_once(db: Session, house: House) -> None:
    series = make_series(db, host_id=house.author.id)
    first, second, draft = make_live(db, house), make_interview(db, house), make_article(db, house)
    assert db.get(PublishedSeries, series.id) is None
    place(db, house, series, first.id, second.id, draft.id)
    shown = db.get_one(PublishedSeries, series.id)
    assert [part["part"] for part in shown.parts] == [1, 2], "the draft is not among them"
    with transaction(db):
        service.reorder(db, house.editor, series, [second.id, first.id, draft.id])
    assert [part["slug"] for part in shown.parts] == [second.slug, first.slug]
    with transaction(db):
        service.take_out(db, house.editor, series, second.id)
    assert [part["slug"] for part in shown.parts] == [first.slug]
    assert db.get_one(Published, second.id).series_id is None
    change(db, house.editor, series, title="Time in us", host_id=house.expert.id)
    assert (shown.title, shown.host["name"]) == ("Time in us", "Marit Oduya-Lind")
    change(db, house.editor, series, host_id=None)
    assert shown.host == {}
    with transaction(db):
        service.take_out(db, house.editor, series, first.id)
    assert db.get(PublishedSeries, series.id) is None


def test_a_stale_series_overwrites_nothing(db: Session, house: House) -> None:
    series = make_series(db)
    seen = series.version
    change(db, house.editor, series, title="Theirs")
    with pytest.raises(Conflict):
        change(db, house.chief, series, seen=seen, title="Mine")
    change(db, house.editor, series)
    assert names(db) == ["series.added", "series.changed"], "the same again is no change"


def test_pieces_to_choose_from_are_those_in_no_series(db: Session, house: House) -> None:
    series = make_series(db)
    inside, free = make_article(db, house), make_article(db, house, headline="The free one", slug="free")
    foreign = make_article(db, house, section_id=house.other_section.id)
    place(db, house, series, inside.id)
    assert [a.id for a in db.scalars(queries.placeable(house.editor, ""))] == [free.id]
    assert [a.id for a in db.scalars(queries.placeable(house.chief, ""))] == [foreign.id, free.id]
    assert [a.id for a in db.scalars(queries.placeable(house.chief, "FREE one"))] == [free.id]
    assert queries.counts(db) == {series.id: 1}
    found = queries.episode_of(db, inside.id)
    assert found
    assert (found.series.title, found.part) == ("Time in machines", 1)
    assert [s.id for s in db.scalars(queries.every_series("MACHINES"))] == [series.id]
