"""Pages that were asked for before: the same bytes without Flask, and never a stale or a poisoned one."""

from __future__ import annotations

import gzip
import inspect
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest
import zstandard
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from cms.app import keep_pages
from cms.core import generation
from cms.core.db import transaction
from cms.core.errors import Unavailable
from cms.paths import STATIC, fingerprint
from cms.web import encodings
from cms.web.pagecache import PageCache, Watch, kept_paths
from cms.wiring import Services
from tests.factories import House, make_live

HOST = "magazine.test"
PATHS = {"/": frozenset[str](), "/lists/[a-z]+": frozenset({"before"}), "/missing": frozenset[str]()}
LONG = "A page that is worth packing. " * 100


class Origin:
    """What stands behind the cache: remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.status = "200 OK"
        self.gate: Callable[[], object] = lambda: None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        number = len(self.asked)
        self.gate()
        status = "404 NOT FOUND" if environ["PATH_INFO"] == "/missing" else self.status
        kind = {"Content-Type": "text/html; charset=utf-8", "X-Request-Id": f"request-{number}"}
        start(status, list((kind | self.headers).items()))
        return [f"{number} {environ['PATH_INFO']} {environ.get('QUERY_STRING', '')} {LONG}".encode()]


@pytest.fixture
def origin() -> Origin:
    return Origin()


class Number:
    """The generation, as a test sets it."""

    def __init__(self) -> None:
        self.now = 1
        self.problem: Exception | None = None

    def __call__(self) -> int:
        if self.problem:
            raise self.problem
        return self.now


@pytest.fixture
def number() -> Number:
    return Number()


@pytest.fixture
def cache(origin: Origin, number: Number) -> PageCache:
    return make(origin, number)


def make(origin: Origin, number: Number, *, most_bytes: int = 10_000_000) -> PageCache:
    """A cache that looks at the number when a test says so, not by itself."""
    watch = Watch(number)
    watch.begin = lambda: watch.seen_at or watch.look()  # type: ignore[method-assign]
    return PageCache(origin, watch, PATHS, hosts=[HOST], host=HOST, most_bytes=most_bytes)


def get(cache: PageCache, path: str = "/", *, method: str = "GET", **headers: str) -> Response:
    named = {"Host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    return sent(cache, EnvironBuilder(path, method=method, headers=named).get_environ())


def sent(cache: PageCache, environ: dict[str, Any]) -> Response:
    """Send a request as it is: a client would mend its host, and keep its cookies."""
    parts, status, headers = run_wsgi_app(cache, environ, buffered=True)
    return Response(parts, status, headers)


def test_what_was_asked_for_before_is_answered_without_asking_again(cache: PageCache, origin: Origin) -> None:
    first, second = get(cache), get(cache)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "X-Request-Id" not in second.headers
    assert len(origin.asked) == 1


def test_when_anything_public_changes_every_page_is_old_at_once(
    cache: PageCache, origin: Origin, number: Number
) -> None:
    before = [get(cache, path).data for path in ("/", "/lists/a")]
    number.now = 2
    cache.watch.look()
    after = [get(cache, path).data for path in ("/", "/lists/a")]
    assert not set(before) & set(after)
    assert len(origin.asked) == 4


UNPACKED: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "zstd": lambda packed: zstandard.ZstdDecompressor().decompress(packed, max_output_size=100_000),
    "gzip": gzip.decompress,
    "": lambda plain: plain,
}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", ""),
        ("", ""),
        ("br;q=0.000, gzip ; q=0.5", "gzip"),
        ("\x7f,;;q=,=", ""),
    ],
)
def test_each_gets_the_form_that_it_takes(cache: PageCache, origin: Origin, accepted: str, encoding: str) -> None:
    plain = get(cache).data
    for _ in range(2):
        page = get(cache, Accept_Encoding=accepted)
        assert page.headers.get("Content-Encoding", "") == encoding
        assert UNPACKED[encoding](page.data) == plain
        assert page.headers["Content-Length"] == str(len(page.data))
        assert page.headers["Vary"] == "Accept-Encoding"
    assert len(origin.asked) == 1


def test_what_is_short_is_not_packed(origin: Origin, number: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "WORTH", 100_000)
    assert "Content-Encoding" not in get(make(origin, number), Accept_Encoding="br").headers


def test_whoever_has_the_page_is_told_so_and_each_form_has_a_tag_of_its_own(cache: PageCache, origin: Origin) -> None:
    tags = {encoding: get(cache, Accept_Encoding=encoding).headers["ETag"] for encoding in ("", "gzip", "br")}
    assert len(set(tags.values())) == 3
    for encoding, tag in tags.items():
        for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            page = get(cache, Accept_Encoding=encoding, If_None_Match=sent)
            assert (page.status_code, page.data) == (304, b"")
            assert page.headers["ETag"] == tag
            assert "Content-Length" not in page.headers
    assert get(cache, If_None_Match=tags["br"]).status_code == 200
    assert get(cache, If_None_Match='"' + "x" * 10_000).status_code == 200
    assert len(origin.asked) == 1


def test_a_head_request_gets_the_same_without_the_page(cache: PageCache) -> None:
    for _ in range(2):
        page = get(cache, method="HEAD")
        assert page.data == b""
        assert page.headers["Content-Length"] == str(len(get(cache).data))


def test_nothing_that_a_visitor_sends_is_part_of_a_page(cache: PageCache, origin: Origin) -> None:
    hostile = {
        "Cookie": "sid=stolen", "Authorization": "Bearer x", "Origin": "https://evil.test", "Forwarded": "host=e",
        "X-Forwarded-Host": "evil.test", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher",
        "X-Original-URL": "/newsroom/", "X-Rewrite-URL": "/newsroom/", "X-HTTP-Method-Override": "DELETE",
        "Range": "bytes=0-3", "If-Range": '"x"', "If-Modified-Since": "Thu, 26 Nov 2099 00:00:00 GMT",
        "Accept": "application/json", "Accept-Language": "tlh", "User-Agent": "<x>", "X-Request-Id": "evil-evil",
        "Transfer-Encoding": "gzip", "Referer": "https://evil.test/", "Cache-Control": "no-cache",
    }  # fmt: skip
    environ = EnvironBuilder("/", headers={"Host": HOST} | hostile).get_environ()
    first = sent(cache, environ)
    assert first.status_code == 200
    assert first.data == get(cache).data
    assert {name for name in origin.asked[0] if name.startswith("HTTP_")} == {"HTTP_HOST"}
    assert len(origin.asked) == 1


@pytest.mark.parametrize("headers", [{"Set-Cookie": "a=b"}, {"Cache-Control": "private, no-store"}])
def test_an_answer_for_one_is_kept_for_nobody(cache: PageCache, origin: Origin, headers: dict[str, str]) -> None:
    origin.headers = headers
    assert get(cache).data != get(cache).data


def test_what_is_not_there_is_asked_for_each_time(cache: PageCache, origin: Origin) -> None:
    assert [get(cache, "/missing").status_code for _ in range(2)] == [404, 404]
    assert len(origin.asked) == 2


@pytest.mark.parametrize("path", ["/search?q=x", "/newsroom/", "/lists/A", "/lists/a/b", "//", "/lists/a%00"])
def test_other_addresses_go_straight_through(cache: PageCache, origin: Origin, path: str) -> None:
    get(cache, path, Cookie="sid=mine")
    get(cache, path)
    assert [environ.get("HTTP_COOKIE") for environ in origin.asked] == ["sid=mine", None]


def test_only_reading_is_answered_from_memory(cache: PageCache, origin: Origin) -> None:
    get(cache)
    get(cache, method="POST")
    assert [environ["REQUEST_METHOD"] for environ in origin.asked] == ["GET", "POST"]


def test_of_a_query_counts_what_the_view_reads(cache: PageCache, origin: Origin) -> None:
    same = ("before=3", "before=3&utm_source=letter", "x=1&before=3", "before=3&before=4", "before=3&&;")
    assert len({get(cache, f"/lists/a?{query}").data for query in same}) == 1
    assert [environ["QUERY_STRING"] for environ in origin.asked] == ["before=3"]
    assert len({get(cache, f"/lists/a{query}").data for query in ("", "?", "?before=", "?fbclid=1")}) == 1
    assert len({get(cache, f"/lists/a?before={n}").data for n in (4, 5)}) == 2


@pytest.mark.parametrize("query", ["&".join(f"a{n}=1" for n in range(30)), "before=" + "x" * 600])
def test_a_query_beyond_all_measure_is_the_applications_to_refuse(cache: PageCache, origin: Origin, query: str) -> None:
    assert get(cache, f"/lists/a?{query}").data != get(cache, f"/lists/a?{query}").data
    assert origin.asked[0]["QUERY_STRING"] == query


@pytest.mark.parametrize("host", ["evil.test", f"{HOST}.evil.test", f"{HOST}:80@evil.test", "", f"{HOST}:x"])
def test_under_a_name_that_is_not_ours_nothing_is_kept(cache: PageCache, origin: Origin, host: str) -> None:
    for _ in range(2):
        environ = EnvironBuilder("/").get_environ() | {"HTTP_HOST": host}
        sent(cache, environ)
    assert [environ["HTTP_HOST"] for environ in origin.asked] == [host, host]


def test_the_port_that_was_asked_is_not_part_of_a_page(cache: PageCache, origin: Origin) -> None:
    get(cache, Host=f"{HOST}:6666")
    assert origin.asked[0]["HTTP_HOST"] == HOST
    get(cache)
    assert len(origin.asked) == 1


def test_one_request_renders_and_the_others_wait_for_it(cache: PageCache, origin: Origin) -> None:
    all_there = threading.Barrier(8)

    def ask(_: int) -> bytes:
        all_there.wait(10)
        return get(cache).data

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert len(origin.asked) == 1


def test_while_a_page_is_made_anew_others_get_the_one_before(cache: PageCache, origin: Origin, number: Number) -> None:
    before = get(cache).data
    number.now = 2
    cache.watch.look()
    inside, go_on = threading.Event(), threading.Event()

    def gate() -> None:
        inside.set()
        assert go_on.wait(10)

    origin.gate = gate
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(get, cache)
        assert inside.wait(10)
        assert get(cache).data == before
        go_on.set()
        assert coming.result(10).data != before
    assert len(origin.asked) == 2


def test_what_is_gone_is_shown_to_nobody_while_others_ask_for_it(
    cache: PageCache, origin: Origin, number: Number
) -> None:
    get(cache)
    origin.status = "410 GONE"
    number.now = 2
    cache.watch.look()
    assert get(cache).status_code == 410
    inside, go_on = threading.Event(), threading.Event()

    def gate() -> None:
        if len(origin.asked) == 3:  # the second who hears that it is gone; somebody else asks meanwhile
            inside.set()
            assert go_on.wait(10)

    origin.gate = gate
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, cache)
        assert inside.wait(10)
        second = pool.submit(get, cache)
        go_on.set()
        assert [first.result(20).status_code, second.result(20).status_code] == [410, 410]


def test_a_fault_takes_no_copy_away(cache: PageCache, origin: Origin, number: Number) -> None:
    before = get(cache).data
    origin.status = "503 SERVICE UNAVAILABLE"
    number.now = 2
    cache.watch.look()
    assert get(cache).status_code == 503
    inside, go_on = threading.Event(), threading.Event()

    def gate() -> None:
        inside.set()
        assert go_on.wait(10)

    origin.gate = gate
    with ThreadPoolExecutor(1) as pool:
        tried = pool.submit(get, cache)
        assert inside.wait(10)
        assert get(cache).data == before
        go_on.set()
        assert tried.result(20).status_code == 503


def test_a_page_that_was_being_made_when_something_changed_is_old(
    cache: PageCache, origin: Origin, number: Number
) -> None:
    def changes_meanwhile() -> None:
        number.now += 1
        cache.watch.look()

    origin.gate = changes_meanwhile
    first = get(cache).data
    origin.gate = lambda: None
    assert get(cache).data != first


def test_who_waits_for_a_page_that_fails_asks_for_it_themselves(cache: PageCache, origin: Origin) -> None:
    inside = threading.Event()

    def fails_once() -> None:
        if len(origin.asked) == 1:
            inside.set()
            raise RuntimeError("the first one fails")

    origin.gate = fails_once
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(get, cache)
        assert inside.wait(10)
        assert get(cache).status_code == 200
        with pytest.raises(RuntimeError, match="the first one fails"):
            coming.result(10)


def test_memory_is_bounded_and_the_oldest_go_first(origin: Origin, number: Number) -> None:
    cache = make(origin, number, most_bytes=5 * len(LONG))
    for n in range(20):
        get(cache, f"/lists/a?before={n}", Accept_Encoding="gzip")
        assert cache._bytes <= cache.most_bytes
    assert cache._bytes == sum(page.size for page in cache._pages.values())
    assert set(cache._ready) == {way for page in cache._pages.values() for way in page.ways}
    asked = len(origin.asked)
    get(cache, "/lists/a?before=19")
    assert len(origin.asked) == asked
    get(cache, "/lists/a?before=0")
    assert len(origin.asked) == asked + 1


def test_without_the_database_what_is_kept_goes_on(cache: PageCache, origin: Origin, number: Number) -> None:
    page = get(cache).data
    number.problem = Unavailable("The database is away.")
    cache.watch.look()
    assert get(cache).data == page
    assert len(origin.asked) == 1


def test_where_nobody_looks_any_more_nothing_kept_is_trusted(cache: PageCache, origin: Origin) -> None:
    page = get(cache).data
    cache.watch.seen_at -= 60
    cache.watch.check()
    assert get(cache).data != get(cache).data != page
    cache.watch.look()
    assert get(cache).data == get(cache).data


def test_while_the_number_is_not_known_nothing_is_kept(origin: Origin, number: Number) -> None:
    number.problem = Unavailable("The database is away.")
    cache = make(origin, number)
    assert get(cache).data != get(cache).data


def test_a_live_change_is_seen_and_staff_see_what_readers_see(
    app: Flask, db: Session, services: Services, house: House
) -> None:
    cache = keep_pages(app, services)
    cache.watch.begin = lambda: cache.watch.seen_at or cache.watch.look()  # type: ignore[method-assign]
    assert get(cache, "/articles/the-tide", Host="localhost").status_code == 404
    make_live(db, house, slug="the-tide", headline="The tide is out")
    cache.watch.look()
    first = get(cache, "/articles/the-tide", Host="localhost")
    assert "The tide is out" in first.get_data(as_text=True)
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert get(cache, "/articles/the-tide", Host="localhost").headers["ETag"] == first.headers["ETag"]
    with transaction(db):
        generation.bump(db)
    cache.watch.look()
    assert get(cache, "/articles/the-tide", Host="localhost").data == first.data


def test_each_view_says_which_arguments_it_reads(app: Flask) -> None:
    kept = {rule.endpoint for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], "kept")}
    assert len(kept) >= 18
    assert not {name for name in kept if not name.startswith("site.")}
    for name in kept:
        view = app.view_functions[name]
        read = set(re.findall(r"request\.args\.get\(\"(\w+)\"", inspect.getsource(view)))
        assert read == view.kept, name  # type: ignore[attr-defined]
        assert "request.args" not in inspect.getsource(view).replace("request.args.get(", ""), name
    assert all(re.compile(pattern) for pattern in kept_paths(app))


def test_what_pages_are_made_with_is_kept_as_well(app: Flask, services: Services) -> None:
    cache = keep_pages(app, services)
    cache.watch.begin = lambda: cache.watch.seen_at or cache.watch.look()  # type: ignore[method-assign]
    with services.sessions() as db, transaction(db):
        generation.bump(db)
    address = f"/static/js/site.js?v={fingerprint('js/site.js')}"
    packed = get(cache, address, Host="localhost", Accept_Encoding="br")
    assert brotli.decompress(packed.data) == (STATIC / "js/site.js").read_bytes()
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    sheet = re.search(r"/static/css/site\.\w+\.css", get(cache, "/about", Host="localhost").get_data(as_text=True))
    assert sheet
    assert get(cache, sheet[0], Host="localhost", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    font = next((STATIC / "fonts").glob("*.woff2")).name
    plain = get(cache, f"/static/fonts/{font}", Host="localhost", Accept_Encoding="br")
    assert plain.status_code == 200
    assert "Content-Encoding" not in plain.headers
    kept = len(cache._pages)
    for path in ("/static/js/site.js?v=anything", "/static/../pyproject.toml", "/static/nothing.js"):
        assert get(cache, path, Host="localhost").headers["Cache-Control"] == "no-store"
    assert len(cache._pages) == kept
