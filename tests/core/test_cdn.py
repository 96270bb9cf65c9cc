"""A CDN in front is told when its copies are old, until it has heard it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.config import Settings, Unsafe
from cms.core import generation
from cms.core.cdn import Cdn
from cms.core.db import transaction
from cms.core.errors import Unavailable
from cms.wiring import Services, assemble
from cms.worker import turn
from tests.conftest import Client, Frozen
from tests.factories import House, make_live


@dataclass
class Hook:
    """The purge hook of a CDN: what it was sent, and what it answers."""

    url: str = ""
    status: int = 200
    asked: list[tuple[str, dict[str, str], object]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(hook.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_port}/purge"
    yield hook
    server.shutdown()
    thread.join()
    server.server_close()


def _moved(services: Services) -> None:
    with services.sessions() as db, transaction(db):
        generation.bump(db)


def test_a_cdn_is_told_once_of_each_move(services: Services, hook: Hook) -> None:
    cdn = Cdn(hook.url, "Fastly-Key: abc")
    _moved(services)
    for _ in range(2):
        with services.sessions() as db:
            needed = cdn.is_needed(db)
        if needed:
            cdn.purge(services.sessions)
    ((path, headers, body),) = hook.asked
    assert (path, body) == ("/purge", {"tags": ["edition"]})
    assert (headers["Surrogate-Key"], headers["Fastly-Key"]) == ("edition", "abc")
    _moved(services)
    with services.sessions() as db:
        assert cdn.is_needed(db)


@pytest.mark.parametrize("status", [307, 403, 500])
def test_a_cdn_that_did_not_take_it_is_told_again_and_the_key_goes_nowhere_else(
    services: Services, hook: Hook, status: int
) -> None:
    cdn = Cdn(hook.url, "Fastly-Key: abc")
    hook.status = status
    with pytest.raises(Unavailable, match="did not drop"):
        cdn.purge(services.sessions)
    with services.sessions() as db:
        assert cdn.is_needed(db)
    assert [path for path, *_ in hook.asked] == ["/purge"]


def test_without_a_hook_nobody_is_told(services: Services) -> None:
    with services.sessions() as db:
        assert not Cdn().is_needed(db)


def test_publishing_tells_the_cdn(services: Services, db: Session, house: House, hook: Hook, frozen: Frozen) -> None:
    told = assemble(replace(services.settings, cdn_purge_url=hook.url))
    turn(told)
    before = len(hook.asked)
    make_live(db, house)
    frozen.forward(seconds=1)
    turn(told)
    assert len(hook.asked) == before + 1
    told.engine.dispose()


def test_pages_carry_the_name_and_are_kept_only_where_somebody_tells(services: Services, reader: Client) -> None:
    plain = reader.get("/").headers
    assert plain["Surrogate-Key"] == plain["Cache-Tag"] == "edition"
    assert "CDN-Cache-Control" not in plain
    told = replace(services, settings=replace(services.settings, cdn_purge_url="https://cdn.example/purge"))
    client = create_app(told).test_client()
    page = client.get("/")
    assert page.headers["CDN-Cache-Control"] == page.headers["Surrogate-Control"] == "max-age=86400"
    for other in ("/newsroom/sign-in", "/nothing-here", "/articles/nothing-here", "/search?q=a", "/healthz"):
        assert not {"CDN-Cache-Control", "Surrogate-Control", "Surrogate-Key"} & set(client.get(other).headers.keys())


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CMS_CDN_PURGE_URL", "http://cdn.example/purge"), ("CMS_CDN_PURGE_HEADER", "abc"),
     ("CMS_CDN_PURGE_HEADER", "Key: a\nHost: b")],
)  # fmt: skip
def test_a_hook_that_gives_the_key_away_is_refused(tmp_path: Path, variable: str, value: str) -> None:
    given = {"CMS_PROFILE": "production", "CMS_SECRET_KEY": "kJ8-wq2LmZx71_RtUvB35nYcD0eHf94s", variable: value,
             "CMS_DATA": str(tmp_path), "CMS_PUBLIC_URL": "https://magazine.example"}  # fmt: skip
    with pytest.raises(Unsafe, match=variable):
        Settings.from_environment(given)
