"""Settings: read once from `CMS_...` variables into a frozen value; what is unsafe is refused."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cms.core.errors import CmsError
from cms.language import Unknown, known, speaking

MIN_KEY = 32
SEARCH_BACKENDS = ("whoosh", "tantivy", "postgres")
EXAMPLES = ("change", "secret", "example", "password", "galley")  # long enough never to be there by chance
#: What `security.txt` takes: an address that leads to somebody, on one line, in plain characters.
CONTACT = re.compile(r"mailto:[^\s@,]+@[^\s@,]+|https://[^\s/]+\S*", re.ASCII)

HEADER = re.compile(r"[A-Za-z0-9-]+: ?[\x21-\x7e][\x20-\x7e]*")


class Unsafe(CmsError):
    """A setting that must not go into service; the sentence says how to mend it."""


class Profile(StrEnum):
    """What this installation is for."""

    DEMO = "demo"  # the magazine of the tour, on this machine only
    PRODUCTION = "production"


def _setting(variable: str, about: str, default: Any) -> Any:
    return field(default=default, metadata={"variable": variable, "about": about})


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `cms doctor` and the README list it from here."""

    profile: Profile = _setting("CMS_PROFILE", "`demo` (loopback only, sample magazine) or `production`", Profile.DEMO)
    data: Path = _setting("CMS_DATA", "Folder for the database, pictures and letters", Path("var"))
    database_url: str = _setting("CMS_DATABASE_URL", "SQLite in the data folder, or `postgresql://...`", "")
    search_index: Path = _setting("CMS_SEARCH_INDEX", "Folder of the search index", Path())
    search_backend: str = _setting(
        "CMS_SEARCH_BACKEND", "Engine of the search: `whoosh`, `tantivy` (extra `fast`) or `postgres`", "whoosh"
    )
    secret_key: str = _setting("CMS_SECRET_KEY", "At least 32 random characters; production needs it set", "")
    secret_key_old: str = _setting("CMS_SECRET_KEY_OLD", "The key before this one, while sessions change over", "")
    public_url: str = _setting("CMS_PUBLIC_URL", "Where readers find the site; every absolute link starts so", "")
    host: str = _setting("CMS_HOST", "Address that the server listens on", "127.0.0.1")
    port: int = _setting("CMS_PORT", "Port that the server listens on", 8000)
    workers: int = _setting("CMS_WORKERS", "Server processes", 1)
    threads: int = _setting("CMS_THREADS", "Threads per server process", 8)
    trusted_proxies: int = _setting("CMS_TRUSTED_PROXIES", "How many proxies in front set X-Forwarded-*", 0)
    site_name: str = _setting("CMS_SITE_NAME", "Name of the magazine", "Overscan")
    site_line: str = _setting(
        "CMS_SITE_LINE",
        "What the magazine is, in one sentence",
        "How technology is really made: the tolerances, the trade-offs and the people who sign them off.",
    )
    time_zone: str = _setting("CMS_TIME_ZONE", "Time zone of the newsroom and of printed dates", "UTC")
    language: str = _setting("CMS_LANGUAGE", "Language of the site: `en` or `de`", "en")
    mail_url: str = _setting("CMS_MAIL_URL", "`smtp://user:password@host:587`; empty: files in `<data>/mail`", "")
    mail_from: str = _setting("CMS_MAIL_FROM", "Sender of the newsroom's mail", "newsroom@galley.test")
    corrections_at: str = _setting(
        "CMS_CORRECTIONS_AT",
        "Where corrections stand on a piece: `top` or `foot`; retractions are always on top",
        "foot",
    )
    withdrawal_reason: str = _setting(
        "CMS_WITHDRAWAL_REASON", "What readers are told of a withdrawn piece, where its editor wrote nothing", ""
    )
    self_approval: bool = _setting("CMS_SELF_APPROVAL", "`1` lets a one-person magazine approve its own pieces", False)
    page_cache: int = _setting(
        "CMS_PAGE_CACHE", "Bytes of ready pages that a process keeps; `0` keeps none", 64_000_000
    )
    page_files: str = _setting("CMS_PAGE_FILES", "Folder for ready pages that a web server in front sends itself", "")
    cdn_purge_url: str = _setting("CMS_CDN_PURGE_URL", "Where a CDN takes the order to drop its copies (POST)", "")
    cdn_purge_header: str = _setting("CMS_CDN_PURGE_HEADER", "What lets us in there: `Fastly-Key: ...`", "")
    websub_hub: str = _setting("CMS_WEBSUB_HUB", "WebSub hub that hands on what is new in the magazine's feed", "")
    security_contact: str = _setting(
        "CMS_SECURITY_CONTACT", "Whom to tell of a weakness, for `security.txt`: `mailto:...` or `https://...`", ""
    )
    max_upload: int = _setting("CMS_MAX_UPLOAD", "Largest picture in bytes", 25_000_000)
    link_checks: bool = _setting("CMS_LINK_CHECKS", "`off`: the worker asks for no address that a text links to", True)
    count_views: bool = _setting(
        "CMS_COUNT_VIEWS", "`1` counts how often each piece is opened, and nothing of who opens it", False
    )
    log_format: str = _setting("CMS_LOG_FORMAT", "`json` or `text`", "json")

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo, whose sign-ins everybody knows."""
        return self.profile is Profile.DEMO

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.time_zone)

    @property
    def is_https(self) -> bool:
        """Whether readers come by HTTPS: cookies are then marked Secure."""
        return self.public_url.startswith("https://")

    @property
    def media(self) -> Path:
        """Folder of the pictures."""
        return self.data / "media"

    @property
    def wake_path(self) -> Path:
        """The pipe by which the server wakes the worker."""
        return self.data / "worker.wake"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Read the settings; `overrides` (from the command line) win over variables.

        Raises Unsafe with a sentence that says which variable to mend and how.
        """
        given = {}
        for item in fields(cls):
            text = environment.get(item.metadata["variable"], "").strip()
            if text:
                given[item.name] = _read(item.metadata["variable"], item.default, text)
        given |= {name: value for name, value in overrides.items() if value is not None}
        return cls(**given).completed()

    def for_child(self) -> dict[str, str]:
        """Return the environment in which a child process comes to these very settings."""
        ours = {name: value for name, (_, value) in self.variables().items()}
        if self.is_demo:
            del ours["CMS_SECRET_KEY"]  # it is kept in the data folder; an environment is easier to read than a file
        return dict(os.environ) | {name: str(int(v) if isinstance(v, bool) else v) for name, v in ours.items()}

    def enter(self) -> None:
        """Let whatever this process loads or starts from here on read these very settings."""
        os.environ.update(self.for_child())

    def variables(self) -> dict[str, tuple[str, Any]]:
        """Return for each variable the name and the value of its setting."""
        return {item.metadata["variable"]: (item.name, getattr(self, item.name)) for item in fields(self)}

    def is_derived(self, name: str) -> bool:
        """Tell whether a value that nobody set was worked out from others."""
        default = next(item.default for item in fields(self) if item.name == name)
        return bool(getattr(self, name) != default)

    def completed(self) -> Settings:
        """Return the settings with what follows from others filled in, and refuse what is unsafe."""
        data = self.data.expanduser().absolute()
        # The plain clone keeps its index in the checkout's search_index/; another data folder has its own.
        index = self.search_index if self.search_index != Path() else (
            Path("search_index") if self.data == Path("var") else data / "search_index"
        )  # fmt: skip
        filled: dict[str, Any] = {
            "data": data,
            "search_index": index.expanduser().absolute(),
            "database_url": self.database_url or f"sqlite:///{data / 'galley.db'}",
            "public_url": (self.public_url or f"http://{self.host}:{self.port}").rstrip("/"),
            "secret_key": self.secret_key or (_kept_key(data) if self.is_demo else ""),
        }
        done = type(self)(**({item.name: getattr(self, item.name) for item in fields(self)} | filled))
        done.refuse_unsafe()
        return done

    def refuse_unsafe(self) -> None:
        """Raise Unsafe for the first setting that must not go into service."""
        if self.is_demo and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise Unsafe(
                "The demo's passwords are public, so it only listens on this machine. "
                "Set CMS_PROFILE=production to serve others."
            )
        if not self.is_demo:
            key = self.secret_key
            if len(key) < MIN_KEY or len(set(key)) < 10 or any(word in key.lower() for word in EXAMPLES):
                raise Unsafe(
                    f"CMS_SECRET_KEY is {'missing' if not key else 'too short or an example'}. Set it to "
                    "something random: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
        parts = urlsplit(self.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise Unsafe("CMS_PUBLIC_URL must look like https://magazine.example, with no path.")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise Unsafe(f"CMS_TIME_ZONE: there is no time zone {self.time_zone!r}; try Europe/Berlin.") from exc
        try:
            speaking(self.language)
        except Unknown as exc:
            raise Unsafe(f"CMS_LANGUAGE: the site speaks {' and '.join(known())}, not {self.language!r}.") from exc
        if self.security_contact and not CONTACT.fullmatch(self.security_contact):
            raise Unsafe("CMS_SECURITY_CONTACT must look like mailto:security@magazine.example or https://...")
        if self.corrections_at not in ("top", "foot"):
            raise Unsafe("CMS_CORRECTIONS_AT is top or foot.")
        if self.cdn_purge_url and not self.cdn_purge_url.startswith("https://") and not self.is_demo:
            raise Unsafe("CMS_CDN_PURGE_URL must start with https://, since a key goes with it.")
        if self.cdn_purge_header and not HEADER.fullmatch(self.cdn_purge_header):
            raise Unsafe("CMS_CDN_PURGE_HEADER must look like Fastly-Key: the-key, on one line.")
        if self.websub_hub and not self.websub_hub.startswith("https://") and not self.is_demo:
            raise Unsafe("CMS_WEBSUB_HUB must start with https://, since followers are sent there.")
        if self.search_backend not in SEARCH_BACKENDS:
            raise Unsafe(f"CMS_SEARCH_BACKEND is {' or '.join(SEARCH_BACKENDS)}, not {self.search_backend!r}.")
        if self.search_backend == "postgres" and not self.database_url.startswith("postgresql"):
            raise Unsafe("CMS_SEARCH_BACKEND=postgres needs CMS_DATABASE_URL=postgresql://...")
        if self.log_format not in ("json", "text"):
            raise Unsafe("CMS_LOG_FORMAT is json or text.")


def forget() -> None:
    """Take the settings out of this process's environment, once they are read.

    A server copies its environment into that of each request (PEP 3333), and whatever shows or keeps a request would
    show the secret key with it.
    """
    for name in [name for name in os.environ if name.startswith("CMS_")]:
        del os.environ[name]


def given(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the `CMS_...` variables that are set, also those that mean nothing: `cms doctor` finds the misspelt."""
    return {name: text for name, text in environment.items() if name.startswith("CMS_") and text.strip()}


def _read(variable: str, default: Any, text: str) -> Any:
    if isinstance(default, Profile):
        if text not in tuple(Profile):
            raise Unsafe(f"{variable} is {' or '.join(Profile)}, not {text!r}.")
        return Profile(text)
    if isinstance(default, bool):
        return text.lower() in ("1", "true", "yes", "on")
    if isinstance(default, int):
        if not text.isdigit():
            raise Unsafe(f"{variable} must be a whole number, not {text!r}.")
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return text


def _kept_key(data: Path) -> str:
    """Return the demo's own key, made at the first start and kept beside its data."""
    path = data / "secret-key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
