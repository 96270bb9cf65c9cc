"""A mail server of the tests' own: a real one, which keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE = 20  # seconds until a letter that does not come is given up


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Post:
    """What a mail server has received: to whom, the subject, the text. It knows nobody of `unknown`."""

    port: int = field(default_factory=free_port)
    received: list[tuple[str, str, str]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    came: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unknown:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body().get_content()  # type: ignore[union-attr]
        with self.came:
            self.received.append((envelope.rcpt_tos[0], message["Subject"], text))
            self.came.notify_all()
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[None]:
        """Be there, as a server on its port, until the block ends."""
        server = Controller(self, hostname="127.0.0.1", port=self.port)
        server.start()
        yield
        server.stop()

    def letter(self, to: str, subject: str) -> str:
        """Wait for a letter to somebody whose subject has these words, and return its text."""

        def found() -> str:
            return next((text for who, said, text in self.received if who == to and subject in said), "")

        with self.came:
            assert self.came.wait_for(found, PATIENCE), f"no letter “{subject}” to {to} among {self.received}"
            return found()
