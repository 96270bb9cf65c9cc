"""Mail: the only place that knows SMTP. Without a server configured, letters become files in a folder."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from cms.core import clock
from cms.core.errors import CmsError, Invalid

TIMEOUT = 20  # seconds; a slow server holds up the worker's delivery, never a request


class Undeliverable(CmsError):
    """The server is there and takes other letters, but not this one."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person; `key` makes its Message-ID, so that a repeated sending is seen as the same mail."""

    key: str
    to: str
    subject: str
    text: str
    html: str = ""


class Mailer(Protocol):
    """Whatever can send a letter."""

    def send(self, letter: Letter) -> None: ...


def compose(letter: Letter, *, sender: str, sender_name: str) -> EmailMessage:
    """Return the message; raises Invalid where an address or header would smuggle in more than one line."""
    if any(c in letter.to + letter.subject for c in "\r\n\0") or "," in letter.to:
        raise Invalid("A mail goes to one address, and its subject is one line.")
    try:
        to = Address(addr_spec=letter.to)
    except (ValueError, IndexError) as exc:
        raise Invalid(f"{letter.to!r} is not a mail address.") from exc
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


class FolderMailer:
    """Write letters into a folder, for machines without a mail server and for the demo."""

    def __init__(self, folder: Path, *, sender: str, sender_name: str) -> None:
        self.folder, self.sender, self.sender_name = folder, sender, sender_name

    def send(self, letter: Letter) -> None:
        """Write one `.eml` file; the same letter again overwrites it."""
        message = compose(letter, sender=self.sender, sender_name=self.sender_name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / f"{letter.key}.eml").write_bytes(message.as_bytes())


class SmtpMailer:
    """Send by SMTP: `smtp://user:password@host:587` (STARTTLS), `smtps://...:465`, `smtp+plain://host:25`."""

    def __init__(self, url: str, *, sender: str, sender_name: str) -> None:
        self.url, self.sender, self.sender_name = urlsplit(url), sender, sender_name

    def send(self, letter: Letter) -> None:
        """Hand one letter to the server.

        Raises Undeliverable where it refuses this one, and OSError (smtplib's errors are some) where it takes none.
        """
        message = compose(letter, sender=self.sender, sender_name=self.sender_name)
        secure = self.url.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        host, port = self.url.hostname or "localhost", self.url.port or (465 if secure else 587)
        with kind(host, port, timeout=TIMEOUT) as server:
            if self.url.scheme == "smtp":
                server.starttls()
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            try:
                server.send_message(message)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError) as exc:
                raise Undeliverable(f"The mail server refused a letter: {exc}") from exc


def make_mailer(url: str, folder: Path, *, sender: str, sender_name: str) -> Mailer:
    """Return the mailer that the settings ask for: the folder where `url` is empty."""
    if url:
        return SmtpMailer(url, sender=sender, sender_name=sender_name)
    return FolderMailer(folder, sender=sender, sender_name=sender_name)
