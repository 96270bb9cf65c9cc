"""The endpoints of pages' scripts: choosing from the library, sending one file, and saying what it shows."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.media import service
from cms.media.models import Asset
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House
from tests.media.drawings import SVG, photo

PICTURES = "/newsroom/pictures"
JSON = {"Accept": "application/json"}


def send(client: Client, content: bytes, name: str = "harbour.jpg", **words: str) -> Any:
    data = {"file": (io.BytesIO(content), name), **words}
    return client.post(f"{PICTURES}/upload", data=data, content_type="multipart/form-data", headers=JSON)


def say(client: Client, asset_id: int, **words: str) -> Any:
    return client.post(f"{PICTURES}/{asset_id}/words", data=words, headers=JSON)


def asset(db: Session) -> Asset:
    db.rollback()
    db.expire_all()
    return db.scalars(select(Asset).order_by(Asset.id.desc())).first() or pytest.fail("no picture")


def test_a_file_is_taken_in_with_its_words(writer: Client, db: Session) -> None:
    answer = send(writer, photo(600, 300), alt="The quay", caption="At dawn", credit="Ilse", rights="Own work")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown, found = answer.json["picture"], asset(db)
    assert answer.json["known"] is False
    assert answer.json["href"] == f"{PICTURES}/{found.id}"
    assert shown == {
        "id": found.id, "src": f"/media/{found.renditions[-1]['key']}",
        "srcset": ", ".join(f"/media/{one['key']} {one['width']}w" for one in found.renditions),
        "width": 600, "height": 300, "alt": "The quay", "caption": "At dawn", "credit": "Ilse", "rights": "Own work",
        "focal_x": 50, "focal_y": 50, "file_name": "harbour.jpg", "media_type": "image/jpeg",
    }  # fmt: skip
    assert writer.get(shown["src"]).status_code == 200


def test_the_same_file_is_noticed(writer: Client, services: Services, db: Session) -> None:
    first = send(writer, photo(), alt="The quay").json["picture"]
    before = sorted(services.storage.keys())
    again = send(writer, photo(), "copy.jpg", alt="Other words").json
    assert (again["known"], again["picture"]) == (True, first)
    assert again["notes"] == ["It was in the library already."]
    assert sorted(services.storage.keys()) == before


@pytest.mark.parametrize(
    ("content", "status", "field", "words"),
    [
        (SVG, 422, "file", "Export it as PNG"),
        (photo()[:900], 422, "file", "damaged"),
        (b"", 422, "file", "empty"),
    ],
)
def test_what_is_refused_is_refused_in_a_sentence(
    writer: Client, services: Services, content: bytes, status: int, field: str, words: str
) -> None:
    answer = send(writer, content)
    assert (answer.status_code, answer.json["field"]) == (status, field)
    assert words in answer.json["error"]
    assert list(services.storage.keys()) == []


def test_words_that_are_too_long_keep_the_file_out(writer: Client, services: Services) -> None:
    answer = send(writer, photo(), credit="x" * 250)
    assert (answer.status_code, answer.json["field"]) == (422, "credit")
    assert list(services.storage.keys()) == []


def test_nothing_sent_is_no_picture(writer: Client) -> None:
    answer = writer.post(f"{PICTURES}/upload", data={"alt": "A"}, headers=JSON)
    assert (answer.status_code, answer.json["field"]) == (422, "file")
    assert answer.json["error"] == "Choose a picture to send."


def test_errors_are_json_for_everybody(
    app: Flask, stranger: Client, admin: Client, writer: Client, client_as: Any, house: House, db: Session
) -> None:
    assert send(stranger, photo()).status_code == 401
    assert stranger.get(f"{PICTURES}/choose", headers=JSON).status_code == 401
    assert "error" in send(stranger, photo()).json
    assert send(admin, photo()).json["error"]
    assert send(admin, photo()).status_code == 403
    number = send(writer, photo()).json["picture"]["id"]
    other = say(client_as(house.other_writer), number, alt="Mine")
    assert (other.status_code, asset(db).alt) == (403, "")
    assert say(writer, 999, alt="A").status_code == 404
    assert say(writer, 999, alt="A").json["error"] == "There is no such picture."
    app.config["MAX_CONTENT_LENGTH"] = 5_000
    assert send(writer, photo() + b"\0" * 9_000).status_code == 413
    assert send(writer, photo() + b"\0" * 9_000).json["error"]


def test_words_are_kept_and_what_is_not_sent_stays(writer: Client, db: Session) -> None:
    number = send(writer, photo(), credit="Ilse", rights="Own work").json["picture"]["id"]
    answer = say(writer, number, alt="The quay", caption="At dawn", focal_x="20", focal_y="80")
    found = asset(db)
    assert (found.alt, found.caption, found.credit, found.rights) == ("The quay", "At dawn", "Ilse", "Own work")
    assert (found.focal_x, found.focal_y) == (20, 80)
    assert answer.json["picture"]["focal_x"] == 20
    assert say(writer, number, credit="Marit").status_code == 200
    assert (asset(db).alt, asset(db).credit, asset(db).focal_y) == ("The quay", "Marit", 80)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"alt": " "}, "alt"),
        ({}, "alt"),
        ({"alt": "x" * 500}, "alt"),
        ({"alt": "A", "rights": "x" * 250}, "rights"),
        ({"alt": "A", "focal_x": "101"}, "focal_x"),
        ({"alt": "A", "focal_y": "-1"}, "focal_y"),
        ({"alt": "A", "focal_y": "the middle"}, "focal_y"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    writer: Client, db: Session, words: dict[str, str], field: str
) -> None:
    number = send(writer, photo()).json["picture"]["id"]
    answer = say(writer, number, **words)
    assert (answer.status_code, answer.json["field"]) == (422, field)
    assert answer.json["error"]
    assert asset(db).alt == ""


def test_the_library_is_offered_by_words_and_pages(
    writer: Client, services: Services, db: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.newsroom.choosing.PER_PAGE", 2)
    for number in range(3):
        send(writer, photo(60 + number), alt=f"Quay {number}")
    first = writer.get(f"{PICTURES}/choose?q=quay", headers=JSON).json
    assert [one["alt"] for one in first["results"]] == ["Quay 2", "Quay 1"]
    assert (first["page"], first["pages"], first["total"]) == (1, 2, 3)
    assert [one["alt"] for one in writer.get(f"{PICTURES}/choose?page=2").json["results"]] == ["Quay 0"]
    assert writer.get(f"{PICTURES}/choose?q=crane&page=x").json["total"] == 0
    service.develop_next(services.storage, services.sessions)
    shown = writer.get(f"{PICTURES}/choose?q=quay").json["results"][0]
    assert shown["src"].endswith(".jpg")
    assert ".avif" not in shown["srcset"], "an <img> alone must be readable everywhere"


def test_the_library_is_narrowed_to_a_kind_and_to_ones_own(writer: Client, editor: Client) -> None:
    mine = send(writer, photo(600, 300), "mine.jpg").json["picture"]["id"]
    other = send(editor, photo(500, 300), "other.jpg").json["picture"]["id"]

    def found(**wanted: str) -> set[int]:
        return {one["id"] for one in writer.get(f"{PICTURES}/choose", query_string=wanted).json["results"]}

    assert {mine, other} <= found()
    assert mine in found(show="mine")
    assert other not in found(show="mine")
    assert {mine, other} <= found(show="unused")
    assert {mine, other} <= found(kind="photo")
    assert not {mine, other} & found(kind="drawing")


def test_what_is_said_about_one_picture_can_be_read(writer: Client) -> None:
    picture = send(writer, photo(), alt="The quay", credit="Ilse").json["picture"]
    answer = writer.get(f"{PICTURES}/{picture['id']}/words", headers=JSON)
    assert answer.json["picture"] == picture
    assert writer.get(f"{PICTURES}/99999/words", headers=JSON).status_code == 404
