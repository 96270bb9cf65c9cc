"""Pages that were asked for before are answered ahead of Flask, until anything public changes.

A view says that its answer may be kept, and which query arguments it reads (`kept`). The page is then rendered for
nobody: from a request that has the path and those arguments, under the site's own name, and no other word of whoever
asked, so that nothing a visitor sends can become part of what others see. It is kept under the generation
(`core/generation.py`) that was current before it was rendered; when the number moves, every page is old at once, and
nobody purges anything.

A page is rendered by one request at a time. Others get the copy before it, or wait. When the database is away, the
number cannot move, and what is kept goes on being answered.
"""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import structlog
from flask import Flask
from werkzeug.test import run_wsgi_app

from cms.web import encodings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
Headers = list[tuple[str, str]]
#: What a page is kept under: its path, and those of its query arguments that count.
Key = tuple[str, str]
#: A way of asking for it: method, the form that the visitor has, host, path, query and accepted encodings, as sent.
Way = tuple[str, str | None, str | None, str, str | None, str | None]

#: How old the knowledge of the generation may be, in seconds.
PAUSE = 0.1
#: Without any knowledge for so long, nothing kept is trusted.
BLIND = 10.0
#: How often somebody looks whether that is so, in seconds.
ROUND = 1.0
#: How long a request waits for another one that renders the same page.
PATIENCE = 15.0
#: How many ways of asking (host, query, accepted encodings) lead straight to an answer.
MOST_WAYS = 20_000
LONGEST_QUERY = 500
MOST_FIELDS = 20
LONGEST_WAY = 1_000
# Of a single answer, or made anew here for each form of the page.
OWN = frozenset({"content-length", "content-encoding", "etag", "date", "vary", "x-request-id", "last-modified"})
# What Flask's own view of static files reads: the hash of the content, without which nothing is kept for long.
STATIC = frozenset({"v"})
# Of these kinds, packing makes something smaller.
WORDS = re.compile(r"text/|application/(?:[a-z+.-]*(?:json|xml)|javascript)|image/svg")
# What a page may be rendered from besides its address and host: what the server says, not the visitor.
GIVEN = ("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "SCRIPT_NAME", "wsgi.url_scheme", "wsgi.version",
         "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once", "wsgi.errors")  # fmt: skip
#: Marks a request that renders a page to be kept: whatever is of a single answer, the cache adds itself.
RENDERS = "galley.renders"

log = structlog.get_logger(__name__)


def kept(*arguments: str) -> Callable[[View], View]:
    """Let the answers of a view be kept, each under its path and these query arguments, which it may read."""

    def mark(view: View) -> View:
        view.kept = frozenset(arguments)  # type: ignore[attr-defined]
        return view

    return mark


class Watch(threading.Thread):
    """Knows the present generation, so that no request has to ask for it.

    `ask` returns the number; `moved` is told of each new one. `over` is called when what was kept counts no longer: the
    number has moved, or nobody has seen it for too long.
    """

    def __init__(self, ask: Callable[[], int], moved: Callable[[int], None] | None = None) -> None:
        super().__init__(name="generation", daemon=True)
        self.generation = self._told = -1
        self.seen_at = 0.0
        self.over: Callable[[], None] = lambda: None
        self._ask, self._moved = ask, moved
        self._begun = threading.Lock()

    def begin(self) -> None:
        """Look once, then go on looking; called again, it does nothing."""
        if self.ident is None:
            with self._begun:
                if self.ident is None:
                    self.look()
                    self.start()
                    # Of its own: where the database hangs, so does whoever asks it.
                    threading.Thread(target=self._go_round, name="generation seen", daemon=True).start()

    @property
    def is_blind(self) -> bool:
        """Whether the number has not been seen for too long."""
        return time.monotonic() - self.seen_at > BLIND

    def run(self) -> None:
        while True:
            time.sleep(PAUSE)
            self.look()

    def look(self) -> None:
        """Ask for the number now."""
        try:
            present = self._ask()
        except Exception as exc:
            # Whatever keeps the database away: nothing can have been published meanwhile.
            log.debug("pages.blind", why=str(exc))
        else:
            if present != self.generation:
                self.generation = present
                self.over()
        if self._moved and self._told != self.generation:
            try:
                self._moved(self.generation)
                self._told = self.generation
            except OSError as exc:  # told again, until it is heard
                log.error("pages.not_turned", why=str(exc))
        self.seen_at = time.monotonic()

    def check(self) -> None:
        """Say so where the number has not been seen for too long."""
        if self.is_blind:
            self.over()

    def _go_round(self) -> None:
        while True:
            time.sleep(ROUND)
            self.check()


@dataclass(slots=True)
class Ready:
    """One form of a page, as it goes out."""

    etag: str
    headers: Headers
    unchanged: Headers
    body: list[bytes]


@dataclass(slots=True)
class Page:
    """A rendered page, the forms in which it was asked for, and the ways that lead to them."""

    generation: int
    headers: Headers
    body: bytes
    digest: str
    forms: dict[str, Ready] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)

    def packed(self, encoding: str) -> Ready:
        """Make the form of an encoding."""
        body = encodings.compress(self.body, encoding)
        etag = f'"{self.digest}-{encoding}"' if encoding else f'"{self.digest}"'
        unchanged = [*((n, v) for n, v in self.headers if n.lower() != "content-type"), ("ETag", etag)]
        headers = [*self.headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return Ready(etag, headers, unchanged, [body])

    @property
    def is_worth_packing(self) -> bool:
        """Whether it is of words, and of many."""
        kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return len(self.body) >= encodings.WORTH and WORDS.match(kind) is not None

    @property
    def size(self) -> int:
        """What it takes of the memory, in bytes, the smaller things aside."""
        return len(self.body) + sum(len(form.body[0]) for name, form in self.forms.items() if name)


@dataclass(frozen=True)
class Passed:
    """An answer that is not kept: handed on to whoever asked."""

    status: str
    headers: Headers
    body: bytes


class PageCache:
    """A WSGI application around another one, which answers the pages that it has.

    `paths` are the kept pages: the pattern of their path, and the query arguments that count. `hosts` are the names
    under which the site answers, and `host` is the one that pages are rendered for. `most_bytes` is what all pages
    together may take. `store` is given each page of HTML that has no query, with its generation and path.
    """

    def __init__(
        self,
        app: WSGIApplication,
        watch: Watch,
        paths: Mapping[str, frozenset[str]],
        *,
        hosts: Iterable[str],
        host: str,
        most_bytes: int,
        store: Callable[[int, str, bytes], object] | None = None,
    ) -> None:
        self.app, self.watch, self.host, self.most_bytes = app, watch, host, most_bytes
        self._store = store
        self._paths = [(re.compile(pattern), arguments) for pattern, arguments in paths.items()]
        self._hosts = frozenset(hosts)
        self._ready: dict[Way, Ready] = {}
        self._pages: dict[Key, Page] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._rendering: dict[Key, threading.Event] = {}
        watch.over = self._close_ways

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        ready = self._ready.get(_way(environ))
        if ready is None:
            return self._slowly(environ, start)
        start("200 OK", ready.headers)
        return ready.body

    def _slowly(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        self.watch.begin()
        found = self._page(key, environ)
        if found is None:
            return self.app(environ, start)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if isinstance(found, Passed):
            start(found.status, found.headers)
            return [] if is_head else [found.body]
        ready = self._formed(key, found, environ)
        if "HTTP_IF_NONE_MATCH" in environ and _is_known(environ["HTTP_IF_NONE_MATCH"], ready.etag):
            start("304 Not Modified", ready.unchanged)
            return []
        start("200 OK", ready.headers)
        return [] if is_head else ready.body

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Return the path and the query that a page is kept under; None for what is not kept."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY or environ.get("SCRIPT_NAME") or _name(environ) not in self._hosts:
            return None
        for pattern, arguments in self._paths:
            if pattern.fullmatch(path):
                try:
                    given = dict(reversed(parse_qsl(query, max_num_fields=MOST_FIELDS)))
                except ValueError:  # more than that
                    return None
                return path, urlencode({name: given[name] for name in sorted(arguments) if name in given})
        return None

    def _page(self, key: Key, environ: WSGIEnvironment) -> Page | Passed | None:
        """Return the page of now; that of before, while somebody else renders it; or what is not kept."""
        watch = self.watch
        page = self._pages.get(key)
        is_blind = watch.is_blind
        if page and page.generation == watch.generation and not is_blind:
            return page
        with self._lock:
            busy = self._rendering.get(key)
            if busy is None:
                self._rendering[key] = mine = threading.Event()
        if busy is None:
            try:
                return self._render(key, environ)
            finally:
                with self._lock:
                    del self._rendering[key]
                mine.set()
        if page and not is_blind:
            return page
        busy.wait(PATIENCE)
        page = self._pages.get(key)
        return page if page and page.generation == watch.generation else None

    def _render(self, key: Key, environ: WSGIEnvironment) -> Page | Passed:
        generation = self.watch.generation
        path, query = key
        asked = {name: environ[name] for name in GIVEN if name in environ}
        asked |= {
            "wsgi.input": io.BytesIO(),
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": self.host,
            RENDERS: True,
        }
        parts, status, said = run_wsgi_app(self.app, asked, buffered=True)
        headers, body = list(said), b"".join(parts)
        shared = {name.lower(): value for name, value in headers}
        if (
            status != "200 OK"
            or "set-cookie" in shared
            or "no-store" in shared.get("cache-control", "")
            or generation < 0
        ):
            if not status.startswith("5"):  # withdrawn, or moved: nobody gets the copy before it any more
                with self._lock:
                    self._forget(key)
            return Passed(status, headers, body)
        lasting = [(name, value) for name, value in headers if name.lower() not in OWN]
        page = Page(
            generation, [*lasting, ("Vary", "Accept-Encoding")], body, blake2b(body, digest_size=12).hexdigest()
        )
        if self._store and not query and shared.get("content-type", "").startswith("text/html"):
            try:
                self._store(generation, path, body)
            except OSError as exc:  # a full disk keeps nobody from reading
                log.warning("pages.not_stored", path=path, why=str(exc))
        with self._lock:
            self._forget(key)
            self._pages[key] = page
            self._bytes += page.size
            self._shrink()
        return page

    def _formed(self, key: Key, page: Page, environ: WSGIEnvironment) -> Ready:
        """Return the form of a page that the visitor takes, and remember the way that led to it."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        encoding = encodings.choose(accepted) if page.is_worth_packing else ""
        packed = page.forms.get(encoding) or page.packed(encoding)
        way = _way(environ)
        with self._lock:
            before = page.size
            ready = page.forms.setdefault(encoding, packed)
            if self._pages.get(key) is page:
                self._bytes += page.size - before
                if self._is_open(page, way):
                    if len(self._ready) >= MOST_WAYS:
                        self._ready.clear()
                    if way not in self._ready:
                        page.ways.append(way)
                    self._ready[way] = ready
                self._shrink()
        return ready

    def _is_open(self, page: Page, way: Way) -> bool:
        """Tell whether a way may lead straight to an answer: to read the whole page, as long as it is that of now."""
        method, known, *words = way
        is_whole = method == "GET" and known is None and sum(len(word or "") for word in words) <= LONGEST_WAY
        return is_whole and page.generation == self.watch.generation and not self.watch.is_blind

    def _close_ways(self) -> None:
        with self._lock:
            self._ready.clear()

    def _shrink(self) -> None:
        """Let the oldest pages go until the rest has room."""
        while self._bytes > self.most_bytes and self._pages:
            self._forget(next(iter(self._pages)))

    def _forget(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self._bytes -= page.size
        for way in page.ways:
            self._ready.pop(way, None)


def kept_paths(app: Flask) -> dict[str, frozenset[str]]:
    """Return a pattern for each address whose view is `kept`, with the query arguments that it reads."""
    found = {}
    for rule in app.url_map.iter_rules():
        arguments = STATIC if rule.endpoint == "static" else getattr(app.view_functions[rule.endpoint], "kept", None)
        if arguments is not None:
            parts = re.split(r"<([^>]+)>", rule.rule)  # every second one is a variable
            found["".join(_pattern(part) if n % 2 else re.escape(part) for n, part in enumerate(parts))] = arguments
    return found


def _pattern(variable: str) -> str:
    """Return what may stand for a variable; `/sitemap-<int:number>.xml` must not take in `/sitemap-news.xml`."""
    if variable.startswith("path:"):
        return "[A-Za-z0-9_~-][A-Za-z0-9_./~-]{0,200}"
    return "[0-9]{1,20}" if variable.startswith("int:") else "[A-Za-z0-9_.~-]{1,200}"


def _way(environ: WSGIEnvironment) -> Way:
    get = environ.get
    return (
        environ["REQUEST_METHOD"], get("HTTP_IF_NONE_MATCH"), get("HTTP_HOST"), environ["PATH_INFO"],
        get("QUERY_STRING"), get("HTTP_ACCEPT_ENCODING"),
    )  # fmt: skip


def _name(environ: WSGIEnvironment) -> str:
    """Return the host that was asked, without its port."""
    host: str = environ.get("HTTP_HOST", "")
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def _is_known(tags: str, etag: str) -> bool:
    """Tell whether the visitor has this very form already (RFC 9110, section 13.1.2: weak comparison)."""
    if tags == etag:
        return True
    return tags.strip() == "*" or any(tag.strip().removeprefix("W/") == etag for tag in tags[:2_000].split(","))
