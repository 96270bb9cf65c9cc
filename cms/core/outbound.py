"""The one door out: web addresses that a text names are asked for here, and nothing that is not public is.

An address is looked at three times: as it is written, as what its name resolves to, and again at every redirect. The
connection then goes to the very address that was looked at, so that a name cannot mean something else a moment later.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from cms.core.errors import CmsError

SECONDS = 10.0  # for everything, name and redirects included
MOST_REDIRECTS = 3
MOST_BYTES = 5_000_000  # decoded
LONGEST = 2_000
PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 65_536

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: What a name leads to: the family of each address, and the address as sockets take it.
Resolved = Sequence[tuple[int, tuple[Any, ...]]]
Resolver = Callable[[str, int], Resolved]
Result = TypeVar("Result")


class NotAllowed(CmsError):
    """The address is not one on the public web: nothing was sent to it."""


class NoSuchSite(CmsError):
    """There is no site of that name."""


class NoConnection(CmsError):
    """This machine has no way out at the moment: nothing can be said about the address."""


class Unreachable(CmsError):
    """The site does not answer, or not in a way that can be read."""


class TooLarge(CmsError):
    """The answer is larger than anything that is wanted here."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the address that it came from in the end, and what was read of it."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes = b""


def resolve(host: str, port: int) -> Resolved:
    """Return what a name leads to, as the machine's own resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
#: What Python's own list calls global, or forgets, and nobody publishes on.
_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in ("192.88.99.0/24", "192.0.0.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20")
)


def is_public(address: IPAddress) -> bool:
    """Tell whether an address is one on the public internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = _hidden(address)
        if hidden is not None:
            return is_public(hidden)
        if address not in _GLOBAL_V6:
            return False
    in_closed = any(address in network for network in _CLOSED if network.version == address.version)
    return address.is_global and not address.is_multicast and not address.is_reserved and not in_closed


def _hidden(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, translated (NAT64) or tunnelled (6to4)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour if address in _6TO4 else None


@dataclass(frozen=True)
class Outbound:
    """Asks for public web addresses. `agent` tells who asks; the others are there to be exchanged in tests."""

    agent: str = "Galley"
    resolve: Resolver = resolve
    is_public: Callable[[IPAddress], bool] = is_public
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Whom to believe: read when it is first needed, because it takes longer than starting does."""
        return ssl.create_default_context()

    def fetch(self, url: str, *, method: str = "GET", is_read: bool = True) -> Answer:
        """Ask for an address, and for what it leads to, at most three redirects on; read the answer if wanted.

        Sends no cookie and no word on where the question comes from.

        Raises NotAllowed before anything was sent, NoSuchSite, NoConnection, Unreachable, or TooLarge.
        """
        until = time.monotonic() + self.seconds
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(url, method, until, is_read=is_read)
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or not target:
                return answer
            url = urljoin(url, target)
            method = "GET" if answer.status == 303 and method != "HEAD" else method
        raise Unreachable(f"leads on and on: more than {MOST_REDIRECTS} redirects")

    def can_resolve(self, host: str) -> bool:
        """Tell whether a name leads anywhere: to know whether this machine can resolve names at all."""
        try:
            return bool(_within(self.seconds, lambda: self.resolve(host, 443)))
        except (OSError, TimeoutError, UnicodeError):
            return False

    def _once(self, url: str, method: str, until: float, *, is_read: bool) -> Answer:
        parts, host = readable(url)
        port = PORTS[parts.scheme]
        addresses = self._looked_up(host, port, until)
        for _, address in addresses:
            if not self.is_public(ipaddress.ip_address(str(address[0]).partition("%")[0])):
                raise NotAllowed("leads to a machine that is not on the public internet")
        try:
            with (
                self._connected(addresses, until) as bare,
                self._wrapped(bare, parts.scheme, host, until) as connection,
            ):
                return self._asked(_Timed(connection, until), parts, host, method, is_read=is_read)
        except TimeoutError as exc:
            raise Unreachable(f"did not answer within {self.seconds:g} seconds") from exc
        except ssl.SSLCertVerificationError as exc:
            raise Unreachable("has a certificate that browsers refuse") from exc
        except ssl.SSLError as exc:
            raise Unreachable("could not agree on encryption") from exc
        except ConnectionRefusedError as exc:
            raise Unreachable("refuses the connection") from exc
        except (OSError, EOFError) as exc:
            raise Unreachable("broke the connection off") from exc
        except (http.client.HTTPException, ValueError, zlib.error) as exc:
            raise Unreachable("answers in a way that cannot be read") from exc

    def _looked_up(self, host: str, port: int, until: float) -> Resolved:
        try:
            found = _within(_left(until), lambda: self.resolve(host, port))
        except socket.gaierror as exc:
            if exc.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise NoSuchSite("is on a site that does not exist") from exc
            raise NoConnection("no name can be resolved here at the moment") from exc
        except TimeoutError as exc:
            raise NoConnection("no name can be resolved here at the moment") from exc
        except (OSError, UnicodeError) as exc:
            raise NoSuchSite("is on a site that does not exist") from exc
        if not found:
            raise NoSuchSite("is on a site that does not exist")
        return found

    def _connected(self, addresses: Resolved, until: float) -> socket.socket:
        """Connect to the first of the addresses that answers; each was looked at before."""
        problem: OSError = TimeoutError()
        for family, address in addresses[:4]:
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(_left(until))
                connection.connect(address)
            except OSError as exc:
                connection.close()
                problem = exc
            else:
                return connection
        if problem.errno in _NO_WAY_OUT:
            raise NoConnection("this machine has no way to the internet at the moment") from problem
        raise problem

    def _wrapped(self, connection: socket.socket, scheme: str, host: str, until: float) -> socket.socket:
        if scheme == "http":
            return connection
        connection.settimeout(_left(until))
        return self.context.wrap_socket(connection, server_hostname=host)

    def _asked(self, timed: _Timed, parts: SplitResult, host: str, method: str, *, is_read: bool) -> Answer:
        connection = http.client.HTTPConnection(host)
        connection.sock = timed  # already connected, to the address that was looked at
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        headers = {
            "Host": f"[{host}]" if ":" in host else host, "User-Agent": self.agent, "Accept": "*/*",
            "Accept-Encoding": "gzip", "Connection": "close",
        }  # fmt: skip
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        body = b"" if not is_read or method == "HEAD" or response.status in REDIRECTS else self._body(response, found)
        return Answer(response.status, parts.geturl(), found, body)

    def _body(self, response: http.client.HTTPResponse, headers: dict[str, str]) -> bytes:
        """Read the answer, unpacking it as it comes, and stop where it is more than is wanted."""
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip"):
            raise Unreachable("answers in a way that cannot be read")
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
        parts: list[bytes] = []
        left = self.most_bytes
        while chunk := response.read1(CHUNK):
            piece = unpack.decompress(chunk, left + 1) if unpack else chunk
            left -= len(piece)
            if left < 0:
                raise TooLarge(f"is larger than {self.most_bytes:,} bytes")
            parts.append(piece)
            if unpack and unpack.eof:
                break
        return b"".join(parts)


_NO_WAY_OUT = frozenset({101, 113, 51, 65, 10051, 10065})  # ENETUNREACH, EHOSTUNREACH, here and elsewhere
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
#: Browsers and resolvers read a name whose last part looks like this as a number: 0x7f.1, 2130706433, 0177.0.0.1.
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTTED = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
#: Names that mean this machine, this network, or nothing in public (RFC 6761, 6762, 8375, 9476).
_PRIVATE_NAMES = (
    "localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "test",
    "invalid", "example", "onion", "alt",
)  # fmt: skip


def readable(url: str) -> tuple[SplitResult, str]:
    """Return an address in its parts, and its host as it is looked up: small ASCII letters, or a plain number.

    Raises NotAllowed where the address is not one of the public web, judged by how it is written.
    """
    if len(url) > LONGEST or any(ord(character) < 33 or ord(character) == 127 for character in url):
        raise NotAllowed("is not an address of the web")
    try:
        parts = urlsplit(url)
        given, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise NotAllowed("is not an address of the web") from exc
    if parts.scheme not in PORTS or "\\" in parts.netloc or "@" in parts.netloc or "%" in parts.netloc:
        raise NotAllowed("is not an address of the web")
    if port not in (None, PORTS[parts.scheme]):
        raise NotAllowed(f"asks for the unusual port {port}, which is not looked at")
    return parts._replace(fragment=""), _host(given)


def _host(given: str) -> str:
    if ":" in given:
        try:
            return str(ipaddress.IPv6Address(given))
        except ValueError as exc:
            raise NotAllowed("is not an address of the web") from exc
    try:
        host = given.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as exc:
        raise NotAllowed("has a name that no site can have") from exc
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        if not _DOTTED.fullmatch(host):
            raise NotAllowed("writes a number where a site has its name")
        return host
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotAllowed("has a name that no public site can have")
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        raise NotAllowed("has a name that means nothing on the public internet")
    return host


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what `work` returns; the resolver knows no time limit of its own.

    Raises TimeoutError where it takes longer, and whatever `work` raises.
    """
    done: queue.SimpleQueue[tuple[Result | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as exc:
            done.put((None, exc))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = done.get(timeout=seconds)
    except queue.Empty as exc:
        raise TimeoutError from exc
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


class _Timed:
    """A socket for `http.client` on which every step shares one deadline, however slowly the bytes drip."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection, self._until = connection, until

    def sendall(self, data: bytes) -> None:
        """Send everything in what time is left."""
        self._connection.settimeout(_left(self._until))
        self._connection.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is read from."""
        return io.BufferedReader(_Dripping(self._connection, self._until))

    def close(self) -> None:
        """Do nothing: `http.client` lets go of it before the answer is read; whoever opened it closes it."""


class _Dripping(io.RawIOBase):
    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection, self._until = connection, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._until))
        return self._connection.recv_into(buffer)
