"""A bell between server and worker on one machine: a pipe that nobody has to listen to."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from pathlib import Path


class Bell:
    """Ring after a commit, and the worker looks at once instead of at its next turn.

    Losing a ring costs only that turn, so every failure is ignored.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: int | None = None

    def ring(self) -> None:
        """Wake whoever listens; returns at once, also where nobody does."""
        with suppress(OSError):
            pipe = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(pipe, b"!")
            finally:
                os.close(pipe)

    def wait(self, seconds: float) -> None:
        """Return when it rings, at the latest after `seconds`."""
        ready, _, _ = select.select([self._open()], [], [], seconds)
        if ready:
            with suppress(BlockingIOError):
                os.read(ready[0], 4096)

    def _open(self) -> int:
        if self._reader is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.mkfifo(self.path, 0o600)
            # Opened for both, so that it never reads as ended while no server is there.
            self._reader = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        return self._reader
