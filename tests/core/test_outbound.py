"""The one door out: what is not public is never spoken to, however it is written, and no answer costs too much."""

from __future__ import annotations

import gzip
import ipaddress
import socket
from typing import Any

import pytest

from cms.core.outbound import (
    NoConnection,
    NoSuchSite,
    NotAllowed,
    Outbound,
    TooLarge,
    Unreachable,
    is_public,
    readable,
)
from tests.core.listeners import Listener, Reply, listening, plain


def door(listener: Listener, **more: Any) -> Outbound:
    """Return the door with a resolver that leads to the listener, which counts as public."""
    return Outbound(**{"agent": "Test", "resolve": listener.resolve, "is_public": lambda _: True, **more})


def refuse_to_resolve(host: str, port: int) -> list[Any]:
    pytest.fail(f"{host} was looked up")


WRITTEN = [
    # not of the web
    "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "data:text/html,x",
    "//example.org/", "example.org", "http:///x", "http://", "https://?x", "mailto:a@example.org", "http:example.org",
    # with a name before the name, or what is read differently elsewhere
    "http://user@example.org/", "http://127.0.0.1@example.org/", "http://example.org\\@127.0.0.1/",
    "http://example.org%2f@127.0.0.1/", "http://[::1%25lo]/", "http://exa mple.org/", "http://example.org/\r\nX: y",
    "http://example.org\t.evil.org/", "http://ex\x00ample.org/",
    # numbers that some read as addresses
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
    "http://0/", "http://017700000001/", "http://127.0.0.0x1/", "http://127.000.000.001/", "http://08.8.8.8/",
    "http://1.2.3.4.5/", "http://0x7f.0x0.0x0.0x1/", "http://example.123/", "http://3232235777/", "http://192.168.257/",
    # the same in other digits and with other dots
    "http://127。0。0。1.5/", "http://①②⑦.1/", "http://１２７.１/", "http://０ｘ７ｆ.１/",
    # names of this machine and this network
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://a.localhost/", "http://intranet/",
    "http://printer.local/", "http://metadata.google.internal/", "http://db.home.arpa/", "http://nas.lan/",
    "http://x.test/", "http://x.invalid/", "http://x.example/", "http://secret.onion/",
    # names that cannot be
    "http://-a.org/", "http://a..org/", "http://.org/", f"http://{'a' * 64}.org/", "http://exa$mple.org/", "http://[::g]/",
    # ports where other things answer
    "http://example.org:22/", "http://example.org:6379/", "https://example.org:80/", "http://example.org:99999/",
    f"http://example.org/{'a' * 2_000}",
]  # fmt: skip


@pytest.mark.parametrize("url", WRITTEN)
def test_what_is_written_strangely_is_refused_before_anybody_is_asked(url: str) -> None:
    with pytest.raises(NotAllowed):
        Outbound(resolve=refuse_to_resolve).fetch(url)


CLOSED = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.0.9", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.7",
    "198.18.0.1", "198.51.100.4", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "ff0e::1", "100::1",
    "2001:db8::1", "2001::1", "3fff::1", "5f00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::1",
    "2002:c0a8:1::1",
]  # fmt: skip
OPEN = [
    "93.184.215.14",
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "2606:2800:21f::1",
    "2a00:1450:4001::1",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_to_a_closed_address_is_refused_before_any_packet(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a packet was sent"))
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(socket.AF_INET, ("93.184.215.14", 80)), (family, (address, 80))]
    with pytest.raises(NotAllowed, match="not on the public internet"):
        Outbound(resolve=lambda *_: found).fetch("http://example.org/")


def test_enough_spellings_are_tried() -> None:
    assert len(WRITTEN) + len(CLOSED) >= 110


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_a_closed_address_written_out_is_refused_too(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(NotAllowed):
        Outbound().fetch(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.ORG/x#part", "example.org"),
        ("https://example.org./", "example.org"),
        ("https://bücher.de/", "xn--bcher-kva.de"),
        ("https://例え.jp/", "xn--r8jz45g.jp"),
        ("http://93.184.215.14/", "93.184.215.14"),
        ("http://example.org:80/", "example.org"),
    ],
)
def test_ordinary_names_are_read_as_they_are_looked_up(url: str, host: str) -> None:
    parts, found = readable(url)
    assert found == host
    assert parts.fragment == ""


def test_it_says_who_asks_and_nothing_else() -> None:
    with listening(plain(body=b"hello", Set_Cookie="a=b")) as listener:
        answer = door(listener).fetch("http://example.org/a b/ü?q=ä#part".replace(" ", "%20"))
    assert (answer.status, answer.body) == (200, b"hello")
    [asked] = listener.asked
    assert asked.startswith("GET /a%20b/%C3%BC?q=%C3%A4 HTTP/1.1\r\n")
    assert "Host: example.org\r\n" in asked
    assert "User-Agent: Test\r\n" in asked
    assert not {"cookie", "referer", "authorization"} & {line.partition(":")[0].lower() for line in asked.splitlines()}


def test_cookies_are_not_carried_from_one_redirect_to_the_next() -> None:
    def reply(connection: socket.socket, asked: str) -> None:
        first = asked.startswith("GET /a")
        (plain("302 Found", Location="/b", Set_Cookie="a=b") if first else plain())(connection, asked)

    with listening(reply) as listener:
        assert door(listener).fetch("http://example.org/a").url == "http://example.org/b"
    assert len(listener.asked) == 2
    assert "ookie" not in listener.asked[1]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://localhost/", "file:///etc/passwd", "http://0x7f.1/"]
)
def test_a_redirect_to_a_closed_place_is_refused(status: str, target: str) -> None:
    with listening(plain(status, Location=target)) as listener, pytest.raises(NotAllowed):
        door(listener, is_public=lambda a: str(a) == "127.0.0.1", resolve=_literally(listener)).fetch("http://a.org/")
    assert len(listener.asked) == 1


def _literally(listener: Listener) -> Any:
    def resolve(host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, (host, port))] if host[0].isdigit() else listener.resolve(host, port)

    return resolve


def test_a_name_that_changes_its_mind_is_asked_again_at_each_redirect() -> None:
    with listening(plain("302 Found", Location="http://example.org/again")) as listener:
        answers = iter([listener.resolve("", 0), [(socket.AF_INET, ("10.0.0.1", 80))]])
        outbound = Outbound(resolve=lambda *_: next(answers), is_public=lambda a: str(a) == "127.0.0.1")
        with pytest.raises(NotAllowed):
            outbound.fetch("http://example.org/")


def test_the_address_that_was_looked_at_is_the_one_that_is_spoken_to() -> None:
    """Rebinding: the name is resolved once for each request, so there is no second answer to be fooled by."""
    lookups: list[str] = []
    with listening(plain()) as listener:

        def resolve(host: str, port: int) -> Any:
            lookups.append(host)
            return listener.resolve(host, port)

        door(listener, resolve=resolve).fetch("http://example.org/")
    assert lookups == ["example.org"]


def test_three_redirects_are_followed_and_no_more() -> None:
    def reply(connection: socket.socket, asked: str) -> None:
        number = int(asked.split()[1].strip("/"))
        plain("302 Found", Location=f"/{number - 1}")(connection, asked) if number else plain()(connection, asked)

    with listening(reply) as listener:
        assert door(listener).fetch("http://example.org/3").status == 200
        with pytest.raises(Unreachable, match="redirects"):
            door(listener).fetch("http://example.org/4")
    assert len(listener.asked) == 4 + 4


def test_a_question_for_the_head_stays_one() -> None:
    def reply(connection: socket.socket, asked: str) -> None:
        (plain("303 See Other", Location="/b") if "/a" in asked else plain())(connection, asked)

    with listening(reply) as listener:
        door(listener).fetch("http://example.org/a", method="HEAD")
    assert [line.split()[0] for line in listener.asked] == ["HEAD", "HEAD"]


BOMB = gzip.compress(b"0" * 3_000_000)


@pytest.mark.parametrize(
    "reply",
    [
        plain(body=b"x" * 40_000),
        plain(body=BOMB, Content_Encoding="gzip"),
        plain(body=b"4e20\r\n" + b"y" * 20_000 + b"\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
    ],
    ids=["large", "gzip bomb", "chunked"],
)
def test_what_is_larger_than_wanted_is_cut(reply: Reply) -> None:
    with listening(reply) as listener, pytest.raises(TooLarge):
        door(listener, most_bytes=10_000).fetch("http://example.org/")


def test_what_is_packed_is_unpacked_up_to_the_limit() -> None:
    with listening(plain(body=gzip.compress(b"a" * 10_000), Content_Encoding="gzip")) as listener:
        assert door(listener, most_bytes=10_000).fetch("http://example.org/").body == b"a" * 10_000


def test_an_endless_answer_is_not_read_where_nobody_wants_it() -> None:
    with listening(plain(body=b"x" * 200_000)) as listener:
        assert door(listener, most_bytes=1).fetch("http://example.org/", is_read=False).body == b""


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_whoever_drips_is_left(begun: bytes) -> None:
    """Each byte comes in time, the whole never does: the deadline is one for all of it."""

    def drip(connection: socket.socket, _: str) -> None:
        connection.sendall(begun)
        for _number in range(200):
            connection.sendall(b"x")
            _pause(connection)

    with listening(drip) as listener, pytest.raises(Unreachable, match="did not answer within"):
        door(listener, seconds=0.3).fetch("http://example.org/")


def _pause(connection: socket.socket) -> None:
    """Wait a little for the other side to go away."""
    connection.settimeout(0.05)
    try:
        if not connection.recv(1):
            raise OSError("gone")
    except TimeoutError:
        pass


@pytest.mark.parametrize(
    "reply",
    [
        lambda connection, _: connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n"),
        lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n"),
        lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000),
        lambda connection, _: None,
        plain(body=b"no gzip at all", Content_Encoding="gzip"),
        plain(body=b"x", Content_Encoding="br"),
        plain(body=b"zz\r\nx\r\n", Transfer_Encoding="chunked"),
    ],
    ids=["ssh", "many headers", "long header", "silence", "broken gzip", "unknown coding", "broken chunks"],
)
def test_an_answer_that_makes_no_sense_is_said_to_make_none(reply: Reply) -> None:
    with listening(reply) as listener, pytest.raises(Unreachable):
        door(listener).fetch("http://example.org/")


def test_a_site_without_a_certificate_for_its_name_is_not_believed() -> None:
    with listening(plain()) as listener, pytest.raises(Unreachable):
        door(listener, seconds=0.3).fetch("https://example.org/")
    assert listener.asked == [] or "HTTP" not in listener.asked[0]


def test_a_closed_port_is_said_to_be_closed() -> None:
    with listening(plain()) as listener:
        pass
    with pytest.raises(Unreachable, match="refuses"):
        door(listener).fetch("http://example.org/")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), NoSuchSite),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), NoConnection),
        (socket.gaierror(socket.EAI_FAIL, "failed"), NoConnection),
    ],
)
def test_a_name_that_is_nobodys_is_told_from_names_that_cannot_be_looked_up(error: Exception, expected: type) -> None:
    def resolve(*_: Any) -> Any:
        raise error

    with pytest.raises(expected):
        Outbound(resolve=resolve).fetch("http://example.org/")
    assert not Outbound(resolve=resolve).can_resolve("example.org")


def test_a_resolver_that_hangs_is_left() -> None:
    def resolve(*_: Any) -> Any:
        one, other = socket.socketpair()
        one.settimeout(5)
        try:
            one.recv(1)
        finally:
            one.close()
            other.close()

    with pytest.raises(NoConnection):
        Outbound(resolve=resolve, seconds=0.05).fetch("http://example.org/")


def test_no_way_out_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NoConnection):
        Outbound(resolve=lambda *_: [(socket.AF_INET, ("93.184.215.14", 80))]).fetch("http://example.org/")
