"""What readers are offered after a piece, as editors see and change it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.events import Event
from cms.publication import explore
from cms.publication.explore import Alike
from cms.publication.models import Published
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House, act, make_article, make_live
from tests.newsroom.editor import fresh, text
from tests.site import scenes
from tests.site.page import Page

ROWS = "//section[@aria-labelledby='{}']//*[@data-row]"


def address(article: Article, verb: str = "") -> str:
    return f"/newsroom/articles/{article.id}/explore{'/' if verb else ''}{verb}"


def decide(client: Client, article: Article, verb: str, other: Article | int, **more: str) -> Any:
    number = other if isinstance(other, int) else other.id
    return client.post(address(article, verb), data={"other": number, **more}, follow_redirects=True)


def offered(client: Client, article: Article) -> list[tuple[str, str]]:
    """Return headline and reason of each piece that the page shows as offered."""
    row = ROWS.format("offered")
    page = Page(client.get(address(article)))
    return list(zip(page.words(f"{row}//h3"), page.words(f"{row}//p"), strict=True))


def read(reader: Client, db: Session, article: Article) -> list[str]:
    """Return the headlines that readers are offered after the piece."""
    slug = fresh(db).get_one(Published, article.id).slug
    return Page(reader.get(f"/articles/{slug}")).words("//*[@class='explore']//h3")


def named(db: Session, house: House, *headlines: str) -> list[Article]:
    return [make_live(db, house, headline=headline) for headline in headlines]


def test_it_shows_what_readers_get_with_each_reason_in_words(
    db: Session, house: House, editor: Client, reader: Client
) -> None:
    piece, close, part = named(db, house, "Here", "Close", "Part two")
    scenes.series(db, house, [piece, part])
    with transaction(db):
        seen = db.get_one(Published, piece.id).content_hash
        found = [Alike(close.id, 0.5, ("clocks", "leap", "NTP"))]
        explore.note_likeness(db, {piece.id: found}, {piece.id: seen})
    scenes.many(db, house, 9)
    shown = offered(editor, piece)
    assert shown[:2] == [("Part two", "Next part of Time in machines"), ("Close", "Close in words: clocks, leap, NTP")]
    assert [headline for headline, _ in shown] == read(reader, db, piece)
    assert len(shown) == 5


def test_an_editor_picks_orders_bars_and_takes_it_back_and_readers_see_it_at_once(
    db: Session, house: House, editor: Client, reader: Client
) -> None:
    piece, one, two = named(db, house, "Here", "One", "Two")
    scenes.many(db, house, 9)
    assert read(reader, db, piece)[:2] != ["One", "Two"]
    for other in (one, two):
        assert "It is offered from now on." in decide(editor, piece, "pick", other).text
    assert read(reader, db, piece)[:2] == ["One", "Two"]
    decide(editor, piece, "move", two, move="up")
    assert read(reader, db, piece)[:2] == ["Two", "One"]
    assert offered(editor, piece)[0] == ("Two", "Picked by an editor")
    decide(editor, piece, "let-be", two)
    decide(editor, piece, "bar", two)
    assert "Two" not in read(reader, db, piece)
    assert Page(editor.get(address(piece))).words(ROWS.format("barred") + "//h3") == ["Two"]
    decide(editor, piece, "let-be", two)
    assert Page(editor.get(address(piece))).words(ROWS.format("barred") + "//h3") == []
    assert len(fresh(db).scalars(select(Event).where(Event.name.like("explore.%"))).all()) == 6
    assert fresh(db).get_one(Article, piece.id).head_id == piece.head_id, "no new revision"


def test_pieces_are_looked_for_among_the_published(
    services: Services, db: Session, house: House, editor: Client
) -> None:
    piece, other = named(db, house, "Here", "The pendulum of Tallinn")
    make_article(db, house, headline="A pendulum in secret")
    services.search.rebuild(db)
    found = Page(editor.get(f"{address(piece)}?q=pendulum")).words(ROWS.format("pick") + "//h3")
    assert found == ["The pendulum of Tallinn"]
    answer = decide(editor, piece, "pick", other, q="pendulum")
    assert answer.request.query_string == b"q=pendulum", "the search stays"
    assert "Picked" in answer.text
    assert "Nothing like that is published" in text(editor, f"{address(piece)}?q=zeppelin")


def test_a_piece_that_is_not_live_shows_what_would_be_offered(db: Session, house: House, editor: Client) -> None:
    [other] = named(db, house, "Other")
    piece = make_article(db, house)
    assert offered(editor, piece) == [("Other", "Newest in Systems")]
    decide(editor, piece, "pick", other)
    assert offered(editor, piece) == [("Other", "Picked by an editor")]
    assert "Once it is live, readers are offered one piece" in text(editor, address(piece))


def test_a_picked_piece_that_was_withdrawn_says_so(db: Session, house: House, editor: Client) -> None:
    piece, other = named(db, house, "Here", "Other")
    decide(editor, piece, "pick", other)
    act(db, house.editor, other, "withdraw")
    assert "is picked, but readers can’t see it at the moment" in text(editor, address(piece))
    decide(editor, piece, "let-be", other)
    assert "is picked" not in text(editor, address(piece))


@pytest.mark.parametrize("verb", ["pick", "bar", "move"])
def test_what_cannot_be_is_refused_in_a_sentence(db: Session, house: House, editor: Client, verb: str) -> None:
    piece = make_article(db, house)
    for other in (piece.id, 10**12, 0):
        answer = decide(editor, piece, verb, other)
        assert answer.status_code == 422
        assert "notice--bad" in answer.text


def test_writers_see_the_reasons_and_change_nothing(db: Session, house: House, writer: Client, client_as: Any) -> None:
    other, piece = named(db, house, "Other", "Here")
    page = Page(writer.get(address(piece)))
    assert page.words(ROWS.format("offered") + "//p") == ["Newest in Systems"]
    assert page.all(ROWS.format("offered") + "//button") == []
    assert decide(writer, piece, "pick", other).status_code == 403
    assert decide(client_as(house.other_editor), piece, "pick", other).status_code in (403, 404)
    assert explore.decisions(fresh(db), piece.id) == {}


def test_the_history_and_every_page_of_the_piece_know_of_it(db: Session, house: House, editor: Client) -> None:
    piece, other = named(db, house, "Here", "Other")
    decide(editor, piece, "pick", other)
    assert "A piece was picked to be offered after it" in text(editor, f"/newsroom/articles/{piece.id}/history")
    assert address(piece) in Page(editor.get(f"/newsroom/articles/{piece.id}/review")).links("//nav//a")
