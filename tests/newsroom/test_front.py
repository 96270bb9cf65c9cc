"""The front page in the newsroom: places, sections and spotlight by buttons alone, versions, clashes, the preview."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.front import queries, schedule
from cms.front.models import Arrangement
from cms.interviews.models import Series
from cms.vocabulary import ArrangementState
from cms.wiring import Services
from tests.conftest import Client, Frozen, Queries
from tests.factories import NOW, House, act, make_article, make_interview, make_live
from tests.newsroom.editor import fresh
from tests.site import scenes
from tests.site.page import Page

FRONT = "/newsroom/front"


def begin(client: Client, of: int | str = "") -> str:
    """Begin an arrangement, and return its address."""
    answer = client.post(f"{FRONT}/begin", data={"of": of})
    assert answer.status_code == 302
    return str(answer.location)


def seen(client: Client, address: str) -> str:
    return str(Page(client.get(address)).all("//input[@name='seen']")[0].get("value"))


def send(client: Client, address: str, what: str, **fields: Any) -> Any:
    """Send a form of the page as it is now."""
    return client.post(f"{address}/{what}", data={"seen": seen(client, address)} | fields)


def arrangement(db: Session, address: str) -> Arrangement:
    return queries.get(fresh(db), int(address.rpartition("/")[2]))


def titles(page: Page, part: str) -> list[str]:
    return page.words(f"//*[contains(@class, '{part}')]//*[contains(@class, 'spot__title')]")


def state(page: Page, place: str) -> str:
    return " ".join(page.words(f"//*[@id='{place}']/p[contains(@class, 'spot__name')]/span"))


@pytest.fixture
def pieces(db: Session, house: House) -> list[int]:
    """Nine live pieces, the newest first."""
    made = [make_live(db, house, at=NOW - timedelta(days=n), headline=f"Piece {n}", slug=f"p-{n}") for n in range(9)]
    return [piece.id for piece in made]


def test_a_page_that_nobody_arranged_says_how_it_fills_itself(chief: Client, db: Session, house: House) -> None:
    page = Page(chief.get(FRONT))
    assert page.h1 == "Nothing is live yet."
    assert "Nobody has arranged the page" in page.text
    make_live(db, house, headline="The only one")
    assert Page(chief.get(FRONT)).h1 == "“The only one” leads."
    assert Page(chief.get(FRONT)).words("//nav[@aria-label='Newsroom']//summary[@aria-current]") == ["Front page"]


def test_it_is_for_chiefs(writer: Client, editor: Client, admin: Client) -> None:
    for client in (writer, editor, admin):
        assert client.get(FRONT).status_code == 403
        assert "Front page" not in client.get("/newsroom/").text


def test_pieces_are_chosen_and_let_go_by_buttons(
    chief: Client, reader: Client, db: Session, house: House, pieces: list[int]
) -> None:
    address = begin(chief)
    page = Page(chief.get(address))
    assert titles(page, "forme__top") == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    assert state(page, "lead") == "Automatic"
    chooser = page.one("//*[@id='lead']//a[starts-with(., 'Choose')]").get("href")
    found = Page(chief.get(f"{chooser}?q=piece+7"))
    assert found.words("//h2[@class='row__title']") == ["Piece 7"]
    button = found.one("//button[@name='article']")
    answer = send(chief, address, "places/lead", article=button.get("value"))
    assert answer.location == f"{address}#lead"
    page = Page(chief.get(address))
    assert titles(page, "forme__top") == ["Piece 7", "Piece 0", "Piece 1", "Piece 2"]
    assert state(page, "lead") == "Chosen"
    assert "New in this place" in page.text
    assert "stands at Lead" in Page(chief.get(chooser)).text
    assert Page(reader.get("/")).words("//h2[@class='story__headline']") == ["Piece 0"], "a draft is nothing to readers"
    send(chief, address, "places/lead", article="")
    assert titles(Page(chief.get(address)), "forme__top") == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]


def press(client: Client, address: str, button_id: str) -> None:
    button = Page(client.get(address)).one(f"//button[@id='{button_id}']")
    where = button.get("formaction") or f"{address}/rows"
    data = {"seen": seen(client, address), button.get("name"): button.get("value")}
    assert client.post(where, data=data).status_code == 302


def test_the_arrows_move_a_piece_by_a_step_and_change_places(
    chief: Client, db: Session, house: House, pieces: list[int]
) -> None:
    address = begin(chief)
    press(chief, address, f"up-{pieces[1]}")
    assert titles(Page(chief.get(address)), "forme__top") == ["Piece 1", "Piece 0", "Piece 2", "Piece 3"]
    press(chief, address, f"keep-{pieces[0]}")
    press(chief, address, f"down-{pieces[1]}")
    page = Page(chief.get(address))
    assert titles(page, "forme__top") == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    assert [state(page, place) for place in ("lead", "feature-1", "feature-2")] == ["Chosen", "Chosen", "Automatic"]
    assert page.all(f"//button[@id='up-{pieces[0]}']") == [], "it is at the top"


def test_sections_are_chosen_ordered_and_filled(chief: Client, db: Session, house: House, pieces: list[int]) -> None:
    for n in range(3):
        make_live(db, house, at=NOW - timedelta(days=50 + n), headline=f"How {n}", slug=f"how-{n}",
                  section_id=house.other_section.id)  # fmt: skip
    address = begin(chief)
    page = Page(chief.get(address))
    assert page.words("//h3[@class='forme__section']") == ["Practice", "Systems"]
    order = page.one("//button[starts-with(., 'Choose the sections')]").get("value")
    assert order == f"{house.other_section.id},{house.section.id}"
    send(chief, address, "rows", rows=order)
    press(chief, address, f"right-{house.other_section.id}")
    assert Page(chief.get(address)).words("//h3[@class='forme__section']") == ["Systems", "Practice"]
    press(chief, address, f"left-{house.other_section.id}")
    assert Page(chief.get(address)).words("//h3[@class='forme__section']") == ["Practice", "Systems"]
    press(chief, address, f"left-{house.section.id}")
    assert Page(chief.get(address)).words("//h3[@class='forme__section']") == ["Systems", "Practice"]
    place = f"row-{house.section.id}-1"
    chooser = Page(chief.get(f"{address}/places/{place}"))
    assert set(chooser.words("//h2[@class='row__title']")) == {f"Piece {n}" for n in range(9)}, "only of the section"
    send(chief, address, f"places/{place}", article=pieces[8])
    assert titles(Page(chief.get(address)), "forme__row")[0] == "Piece 8"
    taken_out = Page(chief.get(address)).all("//button[starts-with(., 'Take out')]")[0].get("value")
    send(chief, address, "rows", rows=taken_out)
    page = Page(chief.get(address))
    assert page.words("//h3[@class='forme__section']") == ["Practice"]
    added = page.one("//button[@name='rows'][.='Systems']").get("value")
    send(chief, address, "rows", rows=added)
    page = Page(chief.get(address))
    assert page.words("//h3[@class='forme__section']") == ["Practice", "Systems"]
    assert "Chosen" not in state(page, place), "what was chosen for it went with it"
    send(chief, address, "rows", rows="")
    assert "Automatic: those with the most that is new" in Page(chief.get(address)).text


def test_a_series_is_put_into_the_spotlight(chief: Client, db: Session, house: House, pieces: list[int]) -> None:
    old = make_interview(db, house, at=NOW - timedelta(days=40), headline="The old talk", slug="old")
    make_interview(db, house, at=NOW - timedelta(days=2), headline="The new talk", slug="new")
    series: Series = scenes.series(db, house, [old], is_interviews=True)
    address = begin(chief)
    assert titles(Page(chief.get(address)), "forme__band") == ["The new talk"]
    assert Page(chief.get(f"{address}/places/interview")).words("//h2[@class='row__title']") == [
        "The new talk", "The old talk"
    ]  # fmt: skip
    assert send(chief, address, "spotlight", series=series.id).status_code == 302
    page = Page(chief.get(address))
    assert titles(page, "forme__band") == ["The old talk"]
    assert page.words("//select[@id='series']/option[@selected]") == ["Time in machines"]
    assert Page(chief.get(f"{address}/places/interview")).words("//h2[@class='row__title']") == ["The old talk"]
    assert send(chief, address, "spotlight", series=999).status_code == 422
    send(chief, address, "spotlight", series="")
    assert titles(Page(chief.get(address)), "forme__band") == ["The new talk"]


def test_publishing_shows_it_to_readers_and_says_since_when(
    chief: Client, reader: Client, db: Session, house: House, pieces: list[int], frozen: Frozen
) -> None:
    address = begin(chief)
    send(chief, address, "places/lead", article=pieces[7])
    assert send(chief, address, "publish").location == FRONT
    assert Page(reader.get("/")).words("//h2[@class='story__headline']")[0] == "Piece 7"
    page = Page(chief.get(FRONT))
    assert page.h1 == "“Piece 7” leads."
    assert "Hanne Ostrowe published it Tue 24 Nov 09:00. It stands now." in page.text
    assert "Here since Tue 24 Nov 09:00" in Page(chief.get(address)).text
    assert Page(chief.get(address)).all("//button[@form='arrange']") == [], "what was published is not changed"
    frozen.forward(hours=3)
    again = begin(chief, int(address.rpartition("/")[2]))
    assert "Here since Tue 24 Nov 09:00" in Page(chief.get(again)).text


def test_it_is_scheduled_taken_back_and_dropped(
    chief: Client, reader: Client, services: Services, db: Session, house: House, pieces: list[int], frozen: Frozen
) -> None:
    address = begin(chief)
    send(chief, address, "places/lead", article=pieces[6])
    refused = send(chief, address, "schedule", at="2026-11-24T08:00")
    assert refused.status_code == 422
    assert "That time has passed" in refused.text
    assert send(chief, address, "schedule", at="").status_code == 422
    assert send(chief, address, "schedule", at="2026-11-25T06:00").status_code == 302
    assert "Goes out Wed 25 Nov 06:00." in Page(chief.get(address)).h1
    assert "Goes out Wed 25 Nov 06:00." in Page(chief.get(FRONT)).text
    assert send(chief, address, "take_back").status_code == 302
    assert arrangement(db, address).state is ArrangementState.DRAFT
    send(chief, address, "schedule", at="2026-11-25T06:00")
    frozen.forward(days=1)
    schedule.keep(services.sessions)
    assert Page(reader.get("/")).words("//h2[@class='story__headline']")[0] == "Piece 6"
    assert "Went out by itself Wed 25 Nov 09:00, as Hanne Ostrowe had set it" in Page(chief.get(FRONT)).text
    other = begin(chief)
    assert send(chief, other, "discard").location == FRONT
    assert "No draft" in Page(chief.get(FRONT)).text
    assert chief.get(other).status_code == 200


def test_an_end_is_set_and_taken_off(
    chief: Client, db: Session, house: House, pieces: list[int], frozen: Frozen
) -> None:
    address = begin(chief)
    send(chief, address, "places/lead", article=pieces[5])
    send(chief, address, "places/lead/until", until="2026-11-27T18:00")
    assert "until Fri 27 Nov 18:00" in Page(chief.get(address)).text
    refused = send(chief, address, "places/lead/until", until="2026-11-20T18:00")
    assert refused.status_code == 422
    assert "in the past" in refused.text
    send(chief, address, "places/lead/until", until="")
    assert "until" not in state(Page(chief.get(address)), "lead")
    assert arrangement(db, address).layout.pins["lead"].until is None


def test_two_chiefs_at_once_hear_of_each_other_and_lose_nothing(
    chief: Client, client_as: Any, db: Session, house: House, pieces: list[int]
) -> None:
    address = begin(chief)
    before = seen(chief, address)
    send(chief, address, "places/lead", article=pieces[4])
    other = client_as(house.chief)
    answer = other.post(f"{address}/places/feature-1", data={"seen": before, "article": pieces[5]})
    page = Page(answer, status=409)
    assert "Hanne Ostrowe changed this arrangement after you had opened it." in page.text
    assert "You wanted to put “Piece 5” at Feature 1." in page.text
    assert titles(page, "forme__top")[0] == "Piece 4", "it is shown as it is now"
    form = page.one("//form[@class='forme__again']")
    data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert other.post(form.get("action"), data=data).status_code == 302
    assert titles(Page(chief.get(address)), "forme__top")[:2] == ["Piece 4", "Piece 5"]
    stale = Page(chief.post(f"{address}/publish", data={"seen": before}), status=409)
    assert "You wanted to publish it." in stale.text
    send(chief, address, "publish")
    late = Page(other.post(f"{address}/places/lead", data={"seen": before, "article": pieces[1]}), status=409)
    assert "Hanne Ostrowe changed this arrangement" in late.text
    assert late.all("//form[@class='forme__again']") == [], "what is published is not changed, however often one asks"


def test_a_withdrawn_piece_is_named_and_its_place_filled(
    chief: Client, reader: Client, db: Session, house: House, pieces: list[int]
) -> None:
    address = begin(chief)
    withdrawn = make_live(db, house, at=NOW - timedelta(days=70), headline="Taken down", slug="taken-down")
    send(chief, address, "places/feature-2", article=withdrawn.id)
    send(chief, address, "publish")
    act(db, house.chief, withdrawn, "withdraw")
    shown = Page(reader.get("/")).words("//h2[@class='story__headline'] | //h3[@class='story__headline']")
    assert "Taken down" not in shown
    assert shown[:4] == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    assert len(shown) == len(set(shown)) == 7
    page = Page(chief.get(address))
    assert "“Taken down” was chosen, and cannot stand here now" in page.text
    assert state(page, "feature-2") == "Automatic"


def main_of(client: Client, path: str) -> str:
    found = re.search(r"<main.*</main>", client.get(path).text, re.DOTALL)
    assert found
    return found[0]


def test_the_preview_is_to_the_letter_what_is_published(
    chief: Client, reader: Client, db: Session, house: House, pieces: list[int], frozen: Frozen
) -> None:
    talk = make_interview(db, house, at=NOW - timedelta(days=40))
    address = begin(chief)
    section = house.section.id
    send(chief, address, "rows", rows=str(section))
    for place, number in (("lead", pieces[8]), ("feature-3", talk.id), (f"row-{section}-2", pieces[0])):
        send(chief, address, f"places/{place}", article=number)
    send(chief, address, "places/lead/until", until="2026-11-27T18:00")
    frame = Page(chief.get(f"{address}/preview?width=820&theme=dark"))
    assert frame.one("//iframe").get("src") == f"{address}/galley?framed=1&theme=dark"
    assert frame.one("//*[@data-width]").get("data-width") == "820"
    assert frame.words("//nav[@aria-label='Width']/a[@aria-current]") == ["Tablet 820"]
    before = main_of(chief, f"{address}/galley?framed=1")
    assert before != main_of(reader, "/")
    send(chief, address, "publish")
    assert main_of(reader, "/") == before
    assert Page(chief.get(f"{address}/galley")).one("//aside[@aria-label='Galley']") is not None


def test_a_scheduled_one_is_previewed_as_it_will_go_out(
    chief: Client, db: Session, house: House, pieces: list[int], frozen: Frozen
) -> None:
    address = begin(chief)
    send(chief, address, "places/lead", article=pieces[8])
    send(chief, address, "places/lead/until", until="2026-11-27T18:00")
    send(chief, address, "schedule", at="2026-11-28T06:00")
    assert Page(chief.get(f"{address}/galley")).words("//h2[@class='story__headline']")[0] == "Piece 0"


@pytest.mark.parametrize("place", ["feature-4", "row-1-1", "row-x-1", "row-", "lead-1"])
def test_places_that_the_page_does_not_have(chief: Client, db: Session, pieces: list[int], place: str) -> None:
    address = begin(chief)
    assert chief.get(f"{address}/places/{place}").status_code == 404
    assert send(chief, address, f"places/{place}", article=pieces[0]).status_code == 422


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("places/lead", {"article": "9" * 30}), ("places/lead", {"article": "x"}), ("rows", {"rows": "1" * 500}),
        ("spotlight", {"series": "x"}), ("schedule", {"at": "soon"}), ("publish", {"seen": "-1"}),
        ("places/lead", {"article": "99999"}), ("rows", {"rows": "99999"}),
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(
    chief: Client, db: Session, pieces: list[int], what: str, fields: dict[str, str]
) -> None:
    address = begin(chief)
    assert send(chief, address, what, **fields).status_code in (409, 422)
    assert arrangement(db, address).version == 1


def test_it_begins_only_with_what_there_is(chief: Client, db: Session) -> None:
    assert chief.post(f"{FRONT}/begin", data={"of": "99"}).status_code == 404
    assert chief.post(f"{FRONT}/begin", data={"of": "x"}).status_code == 404
    assert db.scalars(select(Arrangement)).all() == []


def test_the_record_names_what_was_done(chief: Client, db: Session, house: House, pieces: list[int]) -> None:
    address = begin(chief)
    send(chief, address, "places/lead", article=pieces[3])
    send(chief, address, "publish")
    page = Page(chief.get("/newsroom/record?name=front"))
    for name in ("front.published", "front.arranged", "front.begun"):
        assert name in page.text
    assert set(page.links("//table//a[starts-with(., 'Arrangement')]")) == {address}


def test_a_draft_may_be_offered_only_what_is_live(chief: Client, db: Session, house: House, pieces: list[int]) -> None:
    hidden = make_article(db, house, headline="Not out yet", slug="not-out")
    address = begin(chief)
    assert "Not out yet" not in Page(chief.get(f"{address}/places/lead")).text
    assert send(chief, address, "places/lead", article=hidden.id).status_code == 422


def test_the_page_costs_the_same_however_much_was_chosen(
    chief: Client, db: Session, house: House, pieces: list[int], queries: Queries
) -> None:
    address = begin(chief)
    for n, place in enumerate(("lead", "feature-1", "feature-2", "feature-3")):
        send(chief, address, f"places/{place}", article=pieces[8 - n])
    with queries.at_most(16):
        chief.get(address)
