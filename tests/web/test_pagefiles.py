"""Ready pages as files: the right ones, one generation at a time, and a real nginx in front that sends them."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from cms import paths
from cms.app import keep_pages
from cms.cli import main
from cms.config import Settings
from cms.core import generation
from cms.core.db import transaction
from cms.web.pagecache import PageCache
from cms.web.pagefiles import PageFiles, build_of
from cms.wiring import Services
from tests.factories import House, act, make_live


@pytest.fixture
def files(tmp_path: Path) -> PageFiles:
    return PageFiles(tmp_path / "pages", "abc")


def test_a_page_lies_where_its_address_says_and_packed_beside_it(files: PageFiles) -> None:
    files.turn(7)
    assert files.put(7, "/", b"front")
    assert files.put(7, "/articles/the-tide", b"tide")
    current = files.folder / "current"
    assert (current / "index.html").read_bytes() == b"front"
    assert (current / "articles/the-tide/index.html").read_bytes() == b"tide"
    assert gzip.decompress((current / "articles/the-tide/index.html.gz").read_bytes()) == b"tide"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret",
        "/articles/..",
        "/.hidden",
        "/a//b",
        "/A",
        "/a%2f",
        "/a.html",
        "/a/",
        "//",
        "/ü",
        "/" + "a" * 300,
        "",
    ],
)
def test_an_address_that_is_no_safe_name_is_no_file(files: PageFiles, path: str) -> None:
    assert not files.put(1, path, b"x")
    assert not files.folder.exists()


def test_a_new_generation_begins_empty_and_the_old_one_is_gone(files: PageFiles) -> None:
    files.turn(1)
    files.put(1, "/", b"old")
    files.turn(2)
    assert os.listdir(files.folder / "current") == []
    assert sorted(os.listdir(files.folder)) == ["2-abc", "current"]
    files.put(1, "/", b"late")  # rendered before the change, stored after it: nobody finds it
    assert os.listdir(files.folder / "current") == []


def test_a_restored_backups_lower_number_begins_empty_too(files: PageFiles) -> None:
    files.turn(1)
    files.put(1, "/", b"before")
    files.turn(2)
    files.put(2, "/", b"after")
    files.turn(1)
    assert os.readlink(files.folder / "current") == "1-abc"
    assert os.listdir(files.folder / "current") == []
    assert sorted(os.listdir(files.folder)) == ["1-abc", "current"]


def test_another_build_begins_empty(files: PageFiles) -> None:
    files.turn(1)
    files.put(1, "/", b"as it was")
    PageFiles(files.folder, "xyz").turn(1)
    assert os.listdir(files.folder / "current") == []


def test_the_build_names_templates_and_what_the_magazine_is_called(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("one")
    first = build_of(settings, tmp_path)
    assert build_of(settings, tmp_path) == first
    assert build_of(replace(settings, site_name="Another"), tmp_path) != first
    (tmp_path / "page.html").write_text("two")
    assert build_of(settings, tmp_path) != first


@pytest.fixture
def baking(services: Services, tmp_path: Path) -> Services:
    return replace(services, settings=replace(services.settings, page_files=str(tmp_path / "pages")))


def test_pages_that_name_a_script_as_it_was_are_not_sent_after_an_update(
    app: Flask, baking: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def current() -> str:
        keep_pages(app, baking).watch.look()
        return os.readlink(Path(baking.settings.page_files) / "current")

    static = shutil.copytree(paths.STATIC, tmp_path / "static")
    monkeypatch.setattr(paths, "STATIC", static)
    before = current()
    assert current() == before
    with (static / "js/dress.js").open("a") as script:
        script.write("// once more\n")
    assert current() != before


@pytest.fixture
def cache(app: Flask, baking: Services) -> PageCache:
    cache = keep_pages(app, baking)
    cache.watch.begin = lambda: cache.watch.seen_at or cache.watch.look()  # type: ignore[method-assign]
    return cache


class Front:
    """nginx with the configuration that we print, before the application."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.port, self.asked = port, asked

    def get(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, headers={"Host": "localhost"} | headers
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, {n.lower(): v for n, v in answer.headers.items()}, answer.read()


@pytest.fixture
def nginx(cache: PageCache, baking: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("there is no nginx on PATH")
    asked: list[str] = []

    def noted(environ: dict[str, object], start: object) -> object:
        asked.append(str(environ["PATH_INFO"]))
        return cache(environ, start)  # type: ignore[arg-type]

    server = make_server("127.0.0.1", 0, noted, threaded=True)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    monkeypatch.setenv("CMS_DATA", str(baking.settings.data))
    monkeypatch.setenv("CMS_PAGE_FILES", baking.settings.page_files)
    monkeypatch.setenv("CMS_PORT", str(server.port))
    printed = CliRunner().invoke(main, ["pages", "nginx", "--server-name", "localhost"], catch_exceptions=False)
    assert printed.exit_code == 0, printed.output
    conf = tmp_path / "nginx.conf"
    user = "user root;" if os.getuid() == 0 else ""
    listening = printed.output.replace("listen 80;", f"listen 127.0.0.1:{port};")
    conf.write_text(f"""{user} daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {tmp_path}/body;
    proxy_temp_path {tmp_path}/proxy;
    {listening}
}}
""")
    process = subprocess.Popen([program, "-c", str(conf), "-p", str(tmp_path)], stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < until
    yield Front(port, asked)
    process.terminate()
    process.communicate(timeout=20)
    server.shutdown()
    server.server_close()


def test_nginx_sends_what_is_there_asks_for_the_rest_and_shows_nothing_that_was_withdrawn(
    nginx: Front, cache: PageCache, db: Session, house: House
) -> None:
    article = make_live(db, house, slug="the-tide", headline="The tide is out")
    status, ours, first = nginx.get("/articles/the-tide")
    assert (status, nginx.asked) == (200, ["/articles/the-tide"])
    status, sent, second = nginx.get("/articles/the-tide")
    assert (status, second, nginx.asked) == (200, first, ["/articles/the-tide"])
    for name in ("content-type", "content-security-policy", "cache-control", "x-content-type-options", "vary",
                 "referrer-policy", "permissions-policy", "cross-origin-opener-policy"):  # fmt: skip
        assert sent[name] == ours[name], name
    _, packed, body = nginx.get("/articles/the-tide", **{"Accept-Encoding": "gzip"})
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(body) == first
    assert nginx.get("/articles/the-tide", **{"If-None-Match": sent["etag"]})[0] == 304
    assert nginx.asked == ["/articles/the-tide"]

    # Whatever is no page is ours to answer: arguments, other methods, the files' own names, the newsroom.
    assert nginx.get("/articles/the-tide?before=1")[0] == 200
    assert nginx.get("/articles/the-tide", method="POST")[0] in (403, 405)
    for path in ("/articles/the-tide/index.html", "/index.html.gz", "/current/", "/../secret-key", "/.none"):
        assert nginx.get(path)[0] in (400, 404), path
    assert nginx.get("/newsroom/sign-in")[1]["cache-control"] == "no-store"

    act(db, house.editor, article, "withdraw")
    cache.watch.look()
    withdrawn_at = time.monotonic()
    while nginx.get("/articles/the-tide")[0] == 200:  # it looks at its files once a second
        assert time.monotonic() < withdrawn_at + 2
    status, gone, body = nginx.get("/articles/the-tide")
    assert status in (404, 410)
    assert b"The tide is out" not in body
    assert gone["cache-control"] == "no-store"


def test_pages_are_files_only_while_the_disk_takes_them(
    cache: PageCache, db: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_live(db, house, slug="the-tide", headline="The tide is out")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cms.web.pagefiles._write", full)
    parts: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/articles/the-tide", "QUERY_STRING": "", "HTTP_HOST": "localhost",
               "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}  # fmt: skip
    body = b"".join(cache(environ, lambda status, *_: parts.append(status)))  # type: ignore[arg-type, func-returns-value]
    assert parts == ["200 OK"]
    assert b"The tide is out" in body


def test_a_turn_that_fails_is_tried_again(
    cache: PageCache, db: Session, baking: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.watch.look()
    link = Path(baking.settings.page_files) / "current"
    before = os.readlink(link)
    with transaction(db):
        generation.bump(db)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "symlink_to", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        cache.watch.look()
        assert os.readlink(link) == before
    cache.watch.look()
    assert os.readlink(link) != before
    assert re.match(r"\d+-", os.readlink(link))
