"""Telling a CDN in front that its copies are old.

Every public answer carries one name (`Surrogate-Key` for Fastly and Varnish, `Cache-Tag` for Cloudflare), and whenever
the generation moves, the worker asks for everything of that name to be dropped: what our own cache does, and like it
never wrong. Only with such a hook may a CDN keep pages without asking (RFC 9213); without, it asks us each time.
"""

from __future__ import annotations

import json

from sqlalchemy.orm import Session, sessionmaker

from cms.core.hooks import Hook

NAME = "edition"
#: How long a CDN with a hook may keep a page: till it is told otherwise, and a day where it was never told.
KEEP = "max-age=86400"


class Cdn(Hook):
    """The hook of a CDN: `url` takes a POST, `header` ("Name: value") carries what lets us in. Without `url` none."""

    def __init__(self, url: str = "", header: str = "") -> None:
        super().__init__(url)
        self._header = {name.strip(): value.strip() for name, _, value in [header.partition(":")] if value}

    def purge(self, sessions: sessionmaker[Session]) -> None:
        """Have every copy dropped; raises Unavailable where the CDN does not take it, and is then asked again."""
        body = json.dumps({"tags": [NAME]}).encode()
        headers = {"Content-Type": "application/json", "Surrogate-Key": NAME} | self._header
        self.tell(sessions, body, headers, failing="The CDN did not drop its copies")


def headers(*, is_told: bool) -> dict[str, str]:
    """Return what a CDN has to know of a public answer; `is_told` where it has a hook."""
    names = {"Surrogate-Key": NAME, "Cache-Tag": NAME}
    return names | ({"Surrogate-Control": KEEP, "CDN-Cache-Control": KEEP} if is_told else {})
