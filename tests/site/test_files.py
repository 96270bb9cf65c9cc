"""Pictures and style sheets."""

from __future__ import annotations

import pytest

from cms.paths import fingerprint
from cms.web import templating
from cms.wiring import Services
from tests.conftest import Client

KEY = "renditions/3f/3fa9c2d1.webp"


@pytest.fixture
def address(services: Services) -> str:
    """A picture's address."""
    services.storage.put(KEY, b"RIFFwebp")
    services.storage.put("originals/3f/secret.webp", b"camera data")
    services.storage.put("renditions/3f/page.html", b"<script>")
    return f"/media/{KEY}"


def test_a_picture_may_be_kept_for_ever(reader: Client, address: str) -> None:
    answer = reader.get(address)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"RIFFwebp", "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_picture_is_not_sent_twice(reader: Client, address: str) -> None:
    tag = reader.get(address).headers["ETag"]
    again = reader.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    head = reader.head(address)
    assert (head.status_code, head.content_length, head.data) == (200, 8, b"")
    part = reader.get(address, headers={"Range": "bytes=4-"})
    assert (part.status_code, part.data) == (206, b"webp")


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize(
    "path",
    [
        "originals/3f/secret.webp",
        "renditions/../originals/3f/secret.webp",
        "renditions/%2e%2e/originals/3f/secret.webp",
        "renditions/3f/..%2f..%2f..%2foriginals/3f/secret.webp",
        "renditions/3f/page.html",
        "renditions/3f/absent.webp",
        "renditions/3f",
        "renditions/3f/a%00.webp",
        "renditions\\3f\\3fa9c2d1.webp",
        "",
    ],
)
def test_nothing_else_is_sent(reader: Client, path: str) -> None:
    answer = reader.get(f"/media/{path}")
    assert answer.status_code == 404
    assert b"camera data" not in answer.data
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["site", "newsroom"])
def test_a_style_sheet_may_be_kept_for_ever(reader: Client, name: str) -> None:
    digest, content = templating.bundle(name)
    answer = reader.get(f"/static/css/{name}.{digest}.css")
    assert (answer.status_code, answer.data, answer.content_type) == (200, content, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_from_before_an_update_finds_the_present_sheet(reader: Client) -> None:
    answer = reader.get("/static/css/site.000000000000.css")
    assert (answer.status_code, answer.location) == (302, f"/static/css/site.{templating.bundle('site')[0]}.css")


def test_there_are_no_other_bundles(reader: Client) -> None:
    assert reader.get("/static/css/other.000000000000.css").status_code == 404


def test_static_files_are_not_asked_for_again_and_again(reader: Client) -> None:
    with reader.get(f"/static/img/icons.svg?v={fingerprint('img/icons.svg')}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with reader.get("/static/fonts/newsreader-latin-opsz-normal.woff2") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
    with reader.get("/static/img/icons.svg?v=0") as answer:  # of an update before or after this one
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
