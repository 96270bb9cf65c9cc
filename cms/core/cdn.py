"""Telling a CDN in front that its copies are old.

Every public answer carries one name (`Surrogate-Key` for Fastly and Varnish, `Cache-Tag` for Cloudflare), and whenever
the generation moves, the worker asks for everything of that name to be dropped: what our own cache does, and like it
never wrong. Only with such a hook may a CDN keep pages without asking (RFC 9213); without, it asks us each time.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import URLError

from sqlalchemy.orm import Session, sessionmaker

from cms.core import generation
from cms.core.errors import Unavailable

NAME = "edition"
SECONDS = 5.0
#: How long a CDN with a hook may keep a page: till it is told otherwise, and a day where it was never told.
KEEP = "max-age=86400"


class _Staying(urllib.request.HTTPRedirectHandler):
    """Goes to no other address: the key is for this one."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Cdn:
    """The hook of a CDN: `url` takes a POST, `header` ("Name: value") carries what lets us in. Without `url` none."""

    def __init__(self, url: str = "", header: str = "") -> None:
        self.url = url
        self._header = {name.strip(): value.strip() for name, _, value in [header.partition(":")] if value}
        self._open = urllib.request.build_opener(_Staying).open
        self._purged = -1

    def is_needed(self, db: Session) -> bool:
        """Tell cheaply whether anything public has changed since the last time; at the start nobody knows."""
        return bool(self.url) and generation.current(db) != self._purged

    def purge(self, sessions: sessionmaker[Session]) -> None:
        """Have every copy dropped; raises Unavailable where the CDN does not take it, and is then asked again."""
        with sessions() as db:
            now = generation.current(db)
        request = urllib.request.Request(  # noqa: S310 - the settings say where, and see to https
            self.url,
            json.dumps({"tags": [NAME]}).encode(),
            {"Content-Type": "application/json", "Surrogate-Key": NAME} | self._header,
            method="POST",
        )
        try:
            with self._open(request, timeout=SECONDS) as answer:
                answer.read(1_000)
        except (URLError, OSError) as exc:
            raise Unavailable(f"The CDN did not drop its copies: {exc}") from exc
        self._purged = now


def headers(*, is_told: bool) -> dict[str, str]:
    """Return what a CDN has to know of a public answer; `is_told` where it has a hook."""
    names = {"Surrogate-Key": NAME, "Cache-Tag": NAME}
    return names | ({"Surrogate-Control": KEEP, "CDN-Cache-Control": KEEP} if is_told else {})
