"""What somebody sends stands in the log as one record, and as nothing but text."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
import structlog

from cms.config import Settings
from cms.logs import configure_logging

HOSTILE = ("/a\x1b[31mred", "/a\u202egnp", '/a\n{"event": "forged"}', "/a\r\nforged")


@pytest.mark.parametrize("format_", ["json", "text"])
@pytest.mark.parametrize("sent", HOSTILE)
def test_one_record(settings: Settings, capsys: pytest.CaptureFixture[str], format_: str, sent: str) -> None:
    before, handlers, level = structlog.get_config(), list(logging.root.handlers), logging.root.level
    logging.root.handlers.clear()  # else they would be closed
    try:
        configure_logging(replace(settings, log_format=format_))
        structlog.get_logger().warning("request.seen", path=sent)
    finally:
        structlog.configure(**before)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    written = capsys.readouterr().err
    assert written.endswith("\n")
    assert written.strip("\n").isprintable()
