"""Series: their pages, and the order of their parts by buttons alone."""

from __future__ import annotations

import io
from typing import Any

from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.interviews import queries, service
from cms.interviews.models import Series
from cms.policy import SYSTEM
from cms.publication.models import PublishedSeries
from tests.conftest import Client, Queries
from tests.factories import House, make_article, make_live
from tests.media.drawings import photo

SERIES = "/newsroom/series"


def make_series(db: Session, house: House, *article_ids: int, title: str = "Time in machines") -> Series:
    with transaction(db):
        series = service.add_series(db, SYSTEM, title=title, host_id=house.author.id, planned_parts=5)
    for article_id in article_ids:
        with transaction(db):
            service.place(db, SYSTEM, series, article_id)
    return series


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def order(db: Session, series: Series) -> list[int]:
    db.rollback()
    db.expire_all()
    return list(queries.numbers(db, series.id))


def test_a_series_is_begun_and_changed(editor: Client, db: Session, house: House) -> None:
    assert "No series yet" in page(editor, SERIES)
    data = {"title": "The Operators", "description": "Who keeps things running.", "planned_parts": "6",
            "host_id": str(house.author.id), "is_interviews": "y", "slug": ""}  # fmt: skip
    answer = editor.post(f"{SERIES}/new", data=data)
    assert answer.status_code == 302
    series = queries.by_title(db, "the operators")
    assert series
    assert (series.planned_parts, series.is_interviews, series.host_id) == (6, True, house.author.id)
    assert "The Operators" in page(editor, SERIES)
    assert "No parts yet" in page(editor, answer.location)
    assert 'value="The Operators"' in page(editor, f"{SERIES}/{series.id}/edit")
    changed = data | {
        "seen": str(series.version),
        "title": "The Operators, again",
        "is_interviews": "",
        "planned_parts": "",
    }
    changed.pop("is_interviews")
    assert editor.post(f"{SERIES}/{series.id}/edit", data=changed).status_code == 302
    db.rollback()
    assert queries.by_title(db, "The Operators") is None
    stale = editor.post(f"{SERIES}/{series.id}/edit", data=changed | {"title": "Mine"})
    assert stale.status_code == 409
    assert "Somebody changed this series" in stale.get_data(as_text=True)


def test_what_is_wrong_stands_beside_its_field(editor: Client, db: Session, house: House) -> None:
    make_series(db, house)
    for data, sentence in (
        ({"title": ""}, "A series needs a title."),
        ({"title": "time in MACHINES"}, "There is a series called Time in machines already."),
        ({"title": "New", "planned_parts": "9999"}, "Between 0 and 500."),
        ({"title": "New", "slug": "Not A Slug"}, "small letters"),
    ):
        answer = editor.post(f"{SERIES}/new", data={"host_id": "", **data})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)


def test_parts_are_placed_moved_and_taken_out_by_buttons(editor: Client, db: Session, house: House) -> None:
    series = make_series(db, house)
    a, b, c = (make_article(db, house, headline=f"Piece {n}", slug=f"piece-{n}").id for n in "abc")
    path = f"{SERIES}/{series.id}"
    assert "Piece a" in page(editor, path)
    for data in ({"article_id": a}, {"article_id": b, "part": ""}, {"article_id": c, "part": "1"}):
        assert editor.post(f"{path}/place", data={k: str(v) for k, v in data.items()}).status_code == 302
    assert order(db, series) == [c, a, b]
    editor.post(f"{path}/move", data={"article": str(b), "move": "up"})
    assert order(db, series) == [c, b, a]
    editor.post(f"{path}/move", data={"article": str(c), "move": "down"})
    assert order(db, series) == [b, c, a]
    for data in (
        {"article": str(b), "move": "up"},
        {"article": "x", "move": "up"},
        {"article": str(a), "move": "down"},
    ):
        assert editor.post(f"{path}/move", data=data).status_code == 302
    assert order(db, series) == [b, c, a], "the ends hold"
    assert editor.post(f"{path}/take-out", data={"article": str(c)}).status_code == 302
    assert order(db, series) == [b, a]
    assert editor.post(f"{path}/take-out", data={"article": str(c)}).status_code == 404
    assert editor.post(f"{path}/place", data={"article_id": ""}).status_code == 422
    assert editor.post(f"{path}/place", data={"article_id": str(c), "part": "0"}).status_code == 422


def test_readers_see_live_parts_only(editor: Client, reader: Client, db: Session, house: House) -> None:
    live = make_live(db, house)
    draft = make_article(db, house, headline="Not yet for readers", slug="not-yet")
    series = make_series(db, house, live.id, draft.id)
    shown = db.get_one(PublishedSeries, series.id)
    assert [part["slug"] for part in shown.parts] == [live.slug]
    assert "See 1 live part." in page(editor, f"{SERIES}/{series.id}")


def test_what_another_desk_writes_stays_its_own(editor: Client, chief: Client, db: Session, house: House) -> None:
    foreign = make_article(db, house, headline="Secret of Practice", slug="secret", section_id=house.other_section.id)
    series = make_series(db, house, foreign.id)
    found = page(editor, f"{SERIES}/{series.id}")
    assert "Secret of Practice" not in found
    assert "A piece of another desk" in found
    assert "Secret of Practice" in page(chief, f"{SERIES}/{series.id}")
    other = make_article(db, house, headline="Another secret", slug="another", section_id=house.other_section.id)
    assert "Another secret" not in page(editor, f"{SERIES}/{series.id}?q=secret")
    assert editor.post(f"{SERIES}/{series.id}/place", data={"article_id": str(other.id)}).status_code == 404


def test_writers_look_and_do_not_touch(writer: Client, admin: Client, db: Session, house: House) -> None:
    series = make_series(db, house)
    found = page(writer, f"{SERIES}/{series.id}")
    assert "Place a piece" not in found
    assert "Take out" not in found
    for path in ("/new", f"/{series.id}/edit", f"/{series.id}/cover"):
        assert writer.get(f"{SERIES}{path}").status_code == 403
    for path in ("/new", f"/{series.id}/edit", f"/{series.id}/place", f"/{series.id}/move", f"/{series.id}/cover"):
        assert writer.post(f"{SERIES}{path}", data={"title": "Mine"}).status_code == 403
    assert admin.get(SERIES).status_code == 403


def test_a_cover_is_sent_in_and_taken_off(editor: Client, db: Session, house: House) -> None:
    series = make_series(db, house)
    path = f"{SERIES}/{series.id}/cover"
    assert "The library is empty" in page(editor, path)
    file: dict[str, Any] = {"file": (io.BytesIO(photo()), "cover.jpg"), "alt": "A clock"}
    assert editor.post(path, data=file, content_type="multipart/form-data").status_code == 302
    assert 'alt="A clock"' in page(editor, f"{SERIES}/{series.id}")
    assert editor.post(path, data={}).status_code == 302
    assert 'alt="A clock"' not in page(editor, f"{SERIES}/{series.id}")


def test_the_page_costs_the_same_however_many_parts(
    editor: Client, db: Session, house: House, queries: Queries
) -> None:
    series = make_series(db, house, *(make_live(db, house).id for _ in range(8)))
    page(editor, f"{SERIES}/{series.id}")
    with queries.at_most(22):
        page(editor, f"{SERIES}/{series.id}")


def test_a_piece_is_put_into_a_series_from_its_own_page(
    editor: Client, writer: Client, house: House, db: Session
) -> None:
    one, other = make_series(db, house), make_series(db, house, title="Before it ships")
    article = make_article(db, house)
    address, edit = f"{SERIES}/of-piece/{article.id}", f"/newsroom/articles/{article.id}/edit"
    assert "In no series." in writer.get(edit).get_data(as_text=True)
    assert "place-piece" in editor.get(edit).get_data(as_text=True)
    for series, said in ((one, "part 1 of Time in machines"), (one, "stays where it is"),
                         (other, "part 1 of Before it ships"), (None, "out of the series")):  # fmt: skip
        answer = editor.post(address, data={"series_id": str(series.id if series else "")}, follow_redirects=True)
        assert said in answer.get_data(as_text=True)
    editor.post(address, data={"series_id": str(one.id)})
    assert "Part 1 of" in writer.get(edit).get_data(as_text=True)
    assert writer.post(address, data={"series_id": ""}).status_code == 403
    assert editor.post(address, data={"series_id": "x"}).status_code == 422
    assert editor.post(address, data={"series_id": "99999"}).status_code == 404
