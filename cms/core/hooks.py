"""Addresses elsewhere that are told, each time anything public has changed, until they have heard it."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError

from sqlalchemy.orm import Session, sessionmaker

from cms.core import generation
from cms.core.errors import Unavailable

SECONDS = 5.0


class _Staying(urllib.request.HTTPRedirectHandler):
    """Goes to no other address: what is sent is for this one."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Hook:
    """One such address, which takes a POST; without a `url` there is none."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open = urllib.request.build_opener(_Staying).open
        self._told = -1

    def is_needed(self, db: Session) -> bool:
        """Tell cheaply whether anything public has changed since the last time; at the start nobody knows."""
        return bool(self.url) and generation.current(db) != self._told

    def tell(self, sessions: sessionmaker[Session], body: bytes, headers: Mapping[str, str], *, failing: str) -> None:
        """Send `body`; raises Unavailable, whose sentence begins with `failing`, where it is not taken."""
        with sessions() as db:
            now = generation.current(db)
        request = urllib.request.Request(self.url, body, dict(headers), method="POST")  # noqa: S310 - settings see to https
        try:
            with self._open(request, timeout=SECONDS) as answer:
                answer.read(1_000)
        except OSError as exc:
            if isinstance(exc, HTTPError):
                exc.close()
            raise Unavailable(f"{failing}: {exc}") from exc
        self._told = now
