"""Counts how often pieces are opened, where that is switched on: in memory, and a batch at a time into the database.

A page may come from this process, from a file that a web server sends, or from the reader's own browser, so the page
itself says that it is being read (`static/js/views.js`): `POST /views` with the number of its piece. It is answered
here, ahead of Flask: no session, no cookie, no query. Of whoever reads nothing is kept; the network that a request
comes from is held in memory for a minute, so that nobody can count themselves up (`limits`).
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import structlog

from cms.core.errors import TooMany
from cms.web import visitor
from cms.web.headers import ALWAYS
from cms.web.limits import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/views"
EVERY = 10.0  # seconds between two batches
#: Numbers held at once; in a flood of invented ones the rest of a batch goes uncounted.
MOST_PIECES = 5_000
MOST_A_MINUTE = 30  # from one network
LONGEST = 9  # digits
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|headless|python|curl|wget|monitor|lighthouse", re.IGNORECASE)

log = structlog.get_logger(__name__)


class Tally:
    """What was counted since the last batch; `keep` stores one."""

    def __init__(self, keep: Callable[[Mapping[int, int]], None]) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._counts: Counter[int] = Counter()
        self._thread: threading.Thread | None = None

    def add(self, article_id: int, times: int = 1) -> None:
        """Count, unless too many different numbers are held already."""
        with self._lock:
            if article_id in self._counts or len(self._counts) < MOST_PIECES:
                self._counts[article_id] += times
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="views", daemon=True)
                self._thread.start()

    def store(self) -> None:
        """Store what was counted; where that fails it is tried again with the next batch."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            self._keep(counts)
        except Exception as exc:
            # Whatever keeps the database away: readers go on reading, and are counted later.
            log.warning("views.not_stored", pieces=len(counts), why=str(exc))
            for article_id, times in counts.items():
                self.add(article_id, times)

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            self.store()


class Counting:
    """A WSGI application around another one, which takes the views and hands on everything else."""

    def __init__(self, app: WSGIApplication, tally: Tally, *, origin: str) -> None:
        self.app, self.tally, self.origin = app, tally, origin
        self._limits = Limits()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return self.app(environ, start)
        start(self._answer(environ), [*ALWAYS.items(), ("Cache-Control", "no-store")])
        return []

    def _answer(self, environ: WSGIEnvironment) -> str:
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed"
        if environ.get("HTTP_SEC_FETCH_SITE", "none") != "same-origin" and environ.get("HTTP_ORIGIN") != self.origin:
            return "403 Forbidden"
        if not 0 < len(said := _body(environ)) <= LONGEST or not said.isdigit():
            return "400 Bad Request"
        if _is_wanted(environ):
            try:
                self._limits.check("views", visitor.network_of(environ.get("REMOTE_ADDR", "")), most=MOST_A_MINUTE)
            except TooMany:
                return "429 Too Many Requests"
            self.tally.add(int(said))
        return "204 No Content"


def _body(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    wanted = int(length) if length.isdigit() and len(length) < 4 else LONGEST + 1
    return environ["wsgi.input"].read(wanted) if wanted <= LONGEST else b""


def _is_wanted(environ: WSGIEnvironment) -> bool:
    """Tell whether a view is a person's who did not ask to be left alone."""
    if environ.get("HTTP_DNT") == "1" or environ.get("HTTP_SEC_GPC") == "1":
        return False
    agent = environ.get("HTTP_USER_AGENT", "")
    return bool(agent) and not ROBOTS.search(agent)
