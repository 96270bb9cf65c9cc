"""The picture library: finding, sending in, describing, and seeing where a picture is used."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.media.models import Asset
from cms.web.services import KEY
from cms.wiring import Services
from tests.conftest import Client, Queries
from tests.factories import House, make_article, make_live
from tests.media.drawings import PAGE, SVG, photo, with_secrets

PICTURES = "/newsroom/pictures"


def page(client: Client, path: str = "") -> str:
    answer = client.get(f"{PICTURES}{path}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: Client, *files: tuple[bytes, str], **words: str) -> Any:
    data = {"files": [(io.BytesIO(content), name) for content, name in files], **words}
    return client.post(f"{PICTURES}/new", data=data, content_type="multipart/form-data")


def assets(db: Session) -> list[Asset]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(select(Asset).where(Asset.deleted_at.is_(None)).order_by(Asset.id)))


def test_an_empty_library_says_what_will_be_there(writer: Client) -> None:
    assert "The library is empty" in page(writer)
    assert "Nothing like that" in page(writer, "?q=harbour")


def test_a_picture_is_sent_in_with_its_words_and_found(writer: Client, db: Session) -> None:
    answer = send(writer, (photo(), "harbour.jpg"), alt="The harbour at dawn", credit="Ilse")
    asset = assets(db)[0]
    assert answer.location.endswith(f"/pictures/{asset.id}")
    assert (asset.alt, asset.credit) == ("The harbour at dawn", "Ilse")
    assert "The harbour at dawn" in page(writer, "?q=dawn")
    assert "One picture found." in page(writer, "?show=mine")
    assert "Nothing like that" in page(writer, "?show=alt")
    assert "Nowhere yet." in page(writer, f"/{asset.id}")


def test_several_pictures_are_sent_in_and_described_one_by_one(writer: Client, db: Session) -> None:
    answer = send(writer, (photo(60), "a.jpg"), (photo(61), "b.jpg"), alt="Not for both", credit="Ilse")
    first, second = assets(db)
    assert (first.alt, second.alt, second.credit) == ("", "", "Ilse")
    shown = writer.get(answer.location).get_data(as_text=True)
    assert "Two pictures: say what they show." in shown
    data = {"id": [str(first.id), str(second.id)]}
    for asset, alt in ((first, "A"), (second, "B")):
        data |= {f"p{asset.id}-seen": str(asset.version), f"p{asset.id}-alt": alt, f"p{asset.id}-credit": "Marit"}
    assert writer.post(f"{PICTURES}/describe", data=data).status_code == 302
    assert [(asset.alt, asset.credit) for asset in assets(db)] == [("A", "Marit"), ("B", "Marit")]
    stale = writer.post(f"{PICTURES}/describe", data=data | {f"p{first.id}-alt": "Mine"})
    assert stale.status_code == 422
    assert "Mine" in stale.get_data(as_text=True)
    assert [asset.alt for asset in assets(db)] == ["A", "B"]


def test_a_file_that_is_refused_keeps_none_of_the_others_out(writer: Client, db: Session, services: Services) -> None:
    answer = send(writer, (photo(60), "good.jpg"), (SVG, "bad.svg"), (PAGE, "worse.jpg"))
    assert answer.status_code == 302
    said = writer.get(answer.location).get_data(as_text=True)
    assert "bad.svg: SVG drawings can carry programs" in said
    assert "worse.jpg: That is a web page" in said
    assert [asset.file_name for asset in assets(db)] == ["good.jpg"]
    assert len(list(services.storage.keys())) == 2


def test_where_all_are_refused_the_page_says_why(writer: Client, db: Session, services: Services) -> None:
    answer = send(writer, (SVG, "bad.svg"))
    assert answer.status_code == 422
    assert "Export it as PNG" in answer.get_data(as_text=True)
    assert send(writer).status_code == 422
    assert send(writer, *[(photo(10), f"{n}.jpg") for n in range(21)]).status_code == 422
    assert assets(db) == []
    assert list(services.storage.keys()) == []


def test_the_same_file_again_leads_to_the_one_that_is_there(writer: Client, db: Session, services: Services) -> None:
    send(writer, (photo(), "harbour.jpg"))
    before = sorted(services.storage.keys())
    answer = send(writer, (photo(), "copy.jpg"))
    assert "It was in the library already." in writer.get(answer.location).get_data(as_text=True)
    assert len(assets(db)) == 1
    assert sorted(services.storage.keys()) == before


@pytest.mark.parametrize(
    "name",
    ["../../x.png", "x.php.png", "CON", "a" * 300 + ".png", "exe.\u202egpj.exe", "<img src=x onerror=alert(1)>.jpg",
     '%22onmouseover=alert(1) x=%22.png', "new%0D%0Aline.jpg", "semi;colon.jpg"],
)  # fmt: skip
def test_names_are_shown_as_words_and_used_for_nothing(
    writer: Client, db: Session, services: Services, name: str
) -> None:
    send(writer, (photo(), name))
    asset = assets(db)[0]
    for path in ("", f"/{asset.id}", f"/describe?id={asset.id}"):
        found = page(writer, path)
        assert "<img src=x" not in found
        assert not re.search(r"<[^>]* onmouseover=", found)
    assert all(re.fullmatch(r"(originals|renditions)/\w\w/\w{32}\.\w+", key) for key in list(services.storage.keys()))


def test_readers_get_renditions_and_never_an_original(writer: Client, reader: Client, db: Session) -> None:
    send(writer, (with_secrets(), "gps.jpg"))
    asset = assets(db)[0]
    for rendition in asset.renditions:
        answer = reader.get(f"/media/{rendition['key']}")
        assert answer.status_code == 200
        assert answer.content_type == rendition["type"]
        assert b"SECRET" not in answer.data
    assert reader.get(f"/media/{asset.original_key}").status_code == 404
    assert asset.original_key not in page(writer, f"/{asset.id}")


def test_the_words_are_changed_by_whoever_may(
    writer: Client, editor: Client, client_as: Any, db: Session, house: House
) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    other = client_as(house.other_writer)
    data = {
        "seen": str(asset.version),
        "alt": "A",
        "caption": "B",
        "credit": "C",
        "uploaded_by_id": "99",
        "sha256": "x",
    }
    assert "Save the words" not in page(other, f"/{asset.id}")
    assert other.post(f"{PICTURES}/{asset.id}", data=data).status_code == 403
    assert editor.post(f"{PICTURES}/{asset.id}", data=data).status_code == 302
    found = assets(db)[0]
    assert (found.alt, found.caption, found.credit, found.uploaded_by_id) == ("A", "B", "C", house.writer.id)
    stale = writer.post(f"{PICTURES}/{asset.id}", data=data | {"alt": "My own words"})
    assert stale.status_code == 409
    assert "My own words" in stale.get_data(as_text=True)
    long = writer.post(f"{PICTURES}/{asset.id}", data=data | {"seen": str(found.version), "alt": "x" * 500})
    assert long.status_code == 422
    assert "400 is the most" in long.get_data(as_text=True)


def test_others_describe_nothing_in_bulk(writer: Client, client_as: Any, db: Session, house: House) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    other = client_as(house.other_writer)
    assert "Nothing to describe" in page(other, f"/describe?id={asset.id}&id=999&id=x")
    data = {"id": str(asset.id), f"p{asset.id}-seen": str(asset.version), f"p{asset.id}-alt": "Mine"}
    assert other.post(f"{PICTURES}/describe", data=data).status_code == 302
    assert assets(db)[0].alt == ""


def test_a_picture_in_use_says_where_and_stays(writer: Client, client_as: Any, db: Session, house: House) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    make_live(db, house, headline="A live one", slug="live-one", hero_id=asset.id, hero_alt="A harbour")
    make_article(db, house, headline="A draft of mine", slug="draft", hero_id=asset.id)
    shown = page(writer, f"/{asset.id}")
    assert "A live one" in shown
    assert "A draft of mine" in shown
    others = page(client_as(house.other_writer), f"/{asset.id}")
    assert "A draft of mine" not in others
    assert "In 2 pieces of other desks." in others
    answer = writer.post(f"{PICTURES}/{asset.id}/delete")
    assert answer.status_code == 409
    assert "still in use: in 2 pieces (1 live)" in answer.get_data(as_text=True)


def test_an_unused_picture_is_deleted(writer: Client, client_as: Any, db: Session, house: House) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    assert client_as(house.other_writer).post(f"{PICTURES}/{asset.id}/delete").status_code == 403
    assert writer.post(f"{PICTURES}/{asset.id}/delete").status_code == 302
    assert writer.get(f"{PICTURES}/{asset.id}").status_code == 404
    assert assets(db) == []


def test_administrators_have_no_door_to_it(admin: Client, writer: Client, db: Session) -> None:
    send(writer, (photo(), "harbour.jpg"))
    assert admin.get(PICTURES).status_code == 403
    assert admin.get(f"{PICTURES}/{assets(db)[0].id}").status_code == 403
    assert send(admin, (photo(61), "mine.jpg")).status_code == 403


def test_the_library_costs_the_same_however_large(writer: Client, db: Session, queries: Queries) -> None:
    send(writer, *[(photo(40 + n, 30), f"{n}.jpg") for n in range(8)])
    page(writer)
    with queries.at_most(6):
        page(writer)


def test_a_picture_that_is_too_large_is_refused(app: Flask, writer: Client, services: Services) -> None:
    app.extensions[KEY] = replace(services, settings=replace(services.settings, max_upload=20_000))
    answer = send(writer, (photo(60) + b"\0" * 20_000, "huge.jpg"))
    assert answer.status_code == 422
    assert "larger than 0.02 MB" in answer.get_data(as_text=True)
    app.config["MAX_CONTENT_LENGTH"] = 30_000
    assert send(writer, (photo(60) + b"\0" * 40_000, "huger.jpg")).status_code == 413
    assert list(services.storage.keys()) == []


def describe(asset: Asset, **words: str) -> dict[str, str]:
    return {"seen": str(asset.version), "alt": asset.alt, "caption": "", "credit": "", **words}


def test_a_picture_is_not_described_without_its_alternative_text(writer: Client, db: Session) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    answer = writer.post(f"{PICTURES}/{asset.id}", data=describe(asset, alt=" ", credit="Ilse"))
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "for those who cannot see it" in said
    assert "Ilse" in said
    assert assets(db)[0].credit == ""


def test_rights_and_the_point_that_no_crop_may_lose_are_kept(writer: Client, db: Session) -> None:
    send(writer, (photo(), "harbour.jpg"), rights="Press photo")
    asset = assets(db)[0]
    assert asset.rights == "Press photo"
    words = describe(asset, alt="A quay", rights="Agency", focal_x="12", focal_y="100")
    assert writer.post(f"{PICTURES}/{asset.id}", data=words).status_code == 302
    asset = assets(db)[0]
    assert (asset.rights, asset.focal_x, asset.focal_y) == ("Agency", 12, 100)
    shown = page(writer, f"/{asset.id}")
    assert "focus-x10 focus-y100" in shown
    assert 'value="Agency"' in shown
    wrong = writer.post(f"{PICTURES}/{asset.id}", data=words | {"seen": str(asset.version), "focal_x": "140"})
    assert wrong.status_code == 422
    assert "from 0 to 100" in wrong.get_data(as_text=True)


def test_of_several_pictures_those_may_wait_of_which_nothing_is_said(writer: Client, db: Session) -> None:
    send(writer, (photo(60), "a.jpg"), (photo(61), "b.jpg"))
    first, second = assets(db)
    data: dict[str, Any] = {"id": [str(first.id), str(second.id)]}
    for asset in (first, second):
        data |= {f"p{asset.id}-seen": str(asset.version), f"p{asset.id}-alt": "", f"p{asset.id}-credit": ""}
    refused = writer.post(f"{PICTURES}/describe", data=data | {f"p{first.id}-credit": "Marit"})
    assert refused.status_code == 422
    assert "Marit" in refused.get_data(as_text=True)
    answer = writer.post(f"{PICTURES}/describe", data=data | {f"p{first.id}-alt": "A quay"})
    assert "One picture still without alternative text." in writer.get(answer.location).get_data(as_text=True)
    assert [asset.alt for asset in assets(db)] == ["A quay", ""]


def change_file(client: Client, asset: Asset, content: bytes, **more: str) -> Any:
    data = {"file": (io.BytesIO(content), "new.jpg"), "seen": str(asset.version), **more}
    return client.post(f"{PICTURES}/{asset.id}/replace", data=data, content_type="multipart/form-data")


def test_a_picture_gets_another_file(writer: Client, db: Session, services: Services) -> None:
    send(writer, (photo(), "harbour.jpg"), alt="A quay")
    asset = assets(db)[0]
    old = asset.sha256
    answer = change_file(writer, asset, photo(300, 200))
    assert "The new file is in its place" in writer.get(answer.location).get_data(as_text=True)
    asset = assets(db)[0]
    assert (asset.sha256 != old, asset.file_name, asset.alt) == (True, "new.jpg", "A quay")


def test_what_cannot_replace_a_picture_is_said_beside_the_field_and_leaves_nothing(
    writer: Client, client_as: Any, db: Session, services: Services, house: House
) -> None:
    send(writer, (photo(), "harbour.jpg"))
    asset = assets(db)[0]
    before = sorted(services.storage.keys())
    for content, status, words in (
        (photo(), 422, "very file"),
        (SVG, 422, "Export it as PNG"),
        (b"", 422, "empty"),
    ):
        answer = change_file(writer, asset, content)
        assert answer.status_code == status
        assert words in answer.get_data(as_text=True)
    assert writer.post(f"{PICTURES}/{asset.id}/replace", data={}).status_code == 422
    assert change_file(client_as(house.other_writer), asset, photo(60)).status_code == 403
    assert change_file(writer, asset, photo(60), seen="99").status_code == 409
    assert sorted(services.storage.keys()) == before
    assert "Another file" not in page(client_as(house.other_writer), f"/{asset.id}")


def shown_names(client: Client, query: str) -> list[str]:
    return re.findall(r'class="plate__words"><a [^>]*>([^<]*)</a>', page(client, query))


def test_the_library_is_narrowed_and_sorted(writer: Client, editor: Client, db: Session, house: House) -> None:
    send(writer, (photo(60), "quay.jpg"), rights="Own work")
    send(writer, (photo(80, name="PNG"), "chart.png"), alt="A chart", credit="Ilse")
    send(editor, (photo(70), "crane.jpg"), alt="A crane")
    first, *_ = assets(db)
    make_article(db, house, hero_id=first.id)
    assert shown_names(writer, "") == ["A crane", "A chart", "quay.jpg"]
    assert shown_names(writer, "?order=oldest") == ["quay.jpg", "A chart", "A crane"]
    assert shown_names(writer, "?order=name") == ["A chart", "A crane", "quay.jpg"]
    assert shown_names(writer, "?order=largest") == ["A chart", "A crane", "quay.jpg"]
    assert shown_names(writer, "?kind=drawing") == ["A chart"]
    assert shown_names(writer, "?kind=photo") == ["A crane", "quay.jpg"]
    assert shown_names(writer, f"?by={house.editor.id}") == ["A crane"]
    assert shown_names(writer, "?show=mine") == ["A chart", "quay.jpg"]
    assert shown_names(writer, "?show=rights") == ["A crane", "A chart"]
    assert shown_names(writer, "?show=unused") == ["A crane", "A chart"]
    assert shown_names(writer, "?show=unused&kind=photo&q=crane") == ["A crane"]
    month = f"{first.created_at:%Y-%m}"
    assert len(shown_names(writer, f"?month={month}")) == 3
    assert f'value="{month}" selected' in page(writer, f"?month={month}")
    assert shown_names(writer, "?month=2001-02") == []
    assert len(shown_names(writer, "?kind=x&by=x&month=2026-13&order=x&show=x")) == 3
    assert "Lacks alternative text and credit" in page(writer)
