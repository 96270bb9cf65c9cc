"""Letters: one address, one subject line, and a real server at the other end."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from cms.core.errors import Invalid
from cms.core.mail import FolderMailer, Letter, SmtpMailer, compose, make_mailer

LETTER = Letter(key="event-1-user-2", to="ilse@galley.test", subject="“Ünïcode” is live", text="It is live.\n")


class Postbox:
    """Keeps what a server receives."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


def test_a_letter_reaches_a_real_server(postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    SmtpMailer(f"smtp+plain://127.0.0.1:{port}", sender="room@galley.test", sender_name="Overscan").send(LETTER)
    (envelope,) = box.received
    assert envelope.rcpt_tos == ["ilse@galley.test"]
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["Subject"] == "“Ünïcode” is live"
    assert message["Message-ID"] == "<event-1-user-2@galley.test>"
    assert message.get_body().get_content().strip() == "It is live."  # type: ignore[union-attr]


def test_without_a_server_letters_become_files(tmp_path: Path) -> None:
    mailer = make_mailer("", tmp_path / "mail", sender="room@galley.test", sender_name="Overscan")
    assert isinstance(mailer, FolderMailer)
    mailer.send(LETTER)
    mailer.send(LETTER)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == "event-1-user-2.eml"


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ilse@galley.test\r\nBcc: evil@evil.test", "Hello"),
        ("ilse@galley.test,evil@evil.test", "Hello"),
        ("ilse@galley.test", "Hello\r\nBcc: evil@evil.test"),
        ("nobody", "Hello"),
        ("", "Hello"),
    ],
)
def test_nothing_is_smuggled_into_a_header(to: str, subject: str) -> None:
    with pytest.raises(Invalid):
        compose(Letter(key="k", to=to, subject=subject, text=""), sender="room@galley.test", sender_name="O")


def test_a_server_that_is_not_there_is_an_error_that_the_outbox_retries() -> None:
    with pytest.raises(OSError, match="refused"):
        SmtpMailer("smtp+plain://127.0.0.1:9", sender="room@galley.test", sender_name="O").send(LETTER)
