"""The web server: granian, one process, as many threads as the settings say (docs/dependencies.md has the figures)."""

from __future__ import annotations

import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from cms.cli.children import follow_parent
from cms.config import Settings

APP = "cms.app:from_environment"
PATIENCE = 10  # seconds that requests may take to finish when the server stops


def serve(settings: Settings) -> None:
    """Serve the application until told to stop."""
    settings.enter()
    server = Granian(
        APP,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=PATIENCE,
    )
    server.serve(target_loader=load)


def load(target: str) -> Callable[..., Any]:
    """Load the application, inside the process that answers requests.

    By name, as every server does: only there are the surfaces needed, and a command line must not wait for them.
    """
    follow_parent(signal.SIGKILL)  # without its parent, it would go on holding the port
    module, factory = target.split(":")
    # What stands in front of Flask is called at once: by way of Flask, a page that is ready takes some percent longer.
    front: Callable[..., Any] = getattr(import_module(module), factory)().wsgi_app
    return front
