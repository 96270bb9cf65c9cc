"""Structured logs: one line per event, named fields, never bodies, addresses or secrets."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from cms.config import Settings

SECRET_NAMES = re.compile(r"passw|secret|token|cookie|authorization|csrf|email|body", re.IGNORECASE)
# A long run of address-safe characters is a token, whatever its field is called.
TOKEN_SHAPE = re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])")


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Blank out what has a secret's name or a token's shape."""
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = "[redacted]"
        elif isinstance(value, str) and name not in ("exception", "hash"):
            event[name] = TOKEN_SHAPE.sub("[redacted]", value)
    return event


def escape(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Write out what would move a terminal's cursor or turn its text around; JSON does so by itself."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and not value.isprintable():
            event[name] = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value)
    return event


def configure_logging(settings: Settings, *, level: int = logging.INFO) -> None:
    """Send everything, the libraries' words too, to standard error in the chosen format."""
    last: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=True)]
    if settings.log_format == "text":
        # Plain traces: the pretty ones print local variables, and with them passwords and drafts.
        plain = structlog.dev.plain_traceback
        last = [escape, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]))  # fmt: skip
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
