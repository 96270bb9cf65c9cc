"""Small servers on this machine that answer as a test wants, and a resolver that leads everybody to them."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Reply = Callable[[socket.socket, str], None]


@dataclass
class Listener:
    """A server; `asked` keeps every request as it came, head and body."""

    port: int
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
        """Lead every name to this server."""
        return [(socket.AF_INET, ("127.0.0.1", self.port))]


def plain(status: str = "200 OK", body: bytes = b"", **headers: str) -> Reply:
    """Return a reply with a status, headers and a body."""
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
    return lambda connection, _: connection.sendall(head + body)


@contextmanager
def listening(reply: Reply) -> Iterator[Listener]:
    """Serve on a free port of this machine until the block ends."""
    server = socket.create_server(("127.0.0.1", 0))
    listener = Listener(server.getsockname()[1])

    def answer(connection: socket.socket) -> None:
        with connection:
            head = b""
            try:
                while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
                    head += part
                length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
                end = head.find(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
                while len(head) < end and (part := connection.recv(4096)):
                    head += part
                if head:
                    listener.asked.append(head.decode("latin-1"))
                    reply(connection, listener.asked[-1])
            except OSError:
                pass  # the other side has heard enough

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
