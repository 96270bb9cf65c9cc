"""The demo magazine, being served: what benchmarks visit that measure from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """Load the demo magazine, serve it, and give its address; that takes half a minute."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "cms.cli", "run", "--port", str(port), "--data", str(Path(folder) / "data")]
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=os.environ | {"CMS_LINK_CHECKS": "off"}, stdout=out, stderr=out)
        try:
            while "Ctrl-C stops it." not in log.read_text():
                if process.poll() is not None:
                    raise SystemExit(log.read_text())
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
