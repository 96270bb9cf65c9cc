"""A CDN in front is told when its copies are old, until it has heard it."""

from __future__ import annotations

import json
from dataclasses import replace
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
from tests.core.listeners import Listener, listening, plain
from tests.factories import House, make_live

KEY = "Fastly-Key: abc"


def _purge(hook: Listener) -> str:
    return f"http://127.0.0.1:{hook.port}/purge"


def _moved(services: Services) -> None:
    with services.sessions() as db, transaction(db):
        generation.bump(db)


def test_a_cdn_is_told_once_of_each_move(services: Services) -> None:
    _moved(services)
    with listening(plain()) as hook:
        cdn = Cdn(_purge(hook), KEY)
        for _ in range(2):
            with services.sessions() as db:
                needed = cdn.is_needed(db)
            if needed:
                cdn.purge(services.sessions)
    ((head, _, body),) = (asked.partition("\r\n\r\n") for asked in hook.asked)
    line, *headers = head.split("\r\n")
    assert line.startswith("POST /purge ")
    assert {"Surrogate-Key: edition", KEY} <= set(headers)
    assert json.loads(body) == {"tags": ["edition"]}
    _moved(services)
    with services.sessions() as db:
        assert cdn.is_needed(db)


@pytest.mark.parametrize("status", ["307 Temporary Redirect", "403 Forbidden", "500 Internal Server Error"])
def test_a_cdn_that_did_not_take_it_is_told_again_and_the_key_goes_nowhere_else(
    services: Services, status: str
) -> None:
    with listening(plain(status, Location="/elsewhere")) as hook:
        cdn = Cdn(_purge(hook), KEY)
        with pytest.raises(Unavailable, match="did not drop"):
            cdn.purge(services.sessions)
    with services.sessions() as db:
        assert cdn.is_needed(db)
    assert [asked.partition(" HTTP")[0] for asked in hook.asked] == ["POST /purge"]


def test_without_a_hook_nobody_is_told(services: Services) -> None:
    with services.sessions() as db:
        assert not Cdn().is_needed(db)


def test_publishing_tells_the_cdn(services: Services, db: Session, house: House, frozen: Frozen) -> None:
    with listening(plain()) as hook:
        told = assemble(replace(services.settings, cdn_purge_url=_purge(hook)))
        turn(told)
        before = len(hook.asked)
        make_live(db, house)
        frozen.forward(seconds=1)
        turn(told)
        told.engine.dispose()
    assert len(hook.asked) == before + 1


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
