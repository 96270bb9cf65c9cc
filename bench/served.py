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
def demo(data: Path | None = None, **settings: str) -> Iterator[str]:
    """Serve the demo magazine under `settings`, and give its address once its worker has caught up.

    It is loaded into the folder `data`, where it is not there yet, or into one that is gone afterwards.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        where = str(data or Path(folder) / "data")
        command = [sys.executable, "-m", "cms.cli", "run", "--port", str(port), "--data", where]
        environment = os.environ | {"CMS_LINK_CHECKS": "off"} | settings
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            while "Ctrl-C stops it." not in log.read_text():
                if process.poll() is not None:
                    raise SystemExit(log.read_text())
                time.sleep(0.2)
            _rest()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _rest() -> None:
    """Wait until the machine has had nothing to do for three seconds, for at most three minutes."""
    calm, until = 0, time.monotonic() + 180
    while calm < 3 and time.monotonic() < until:
        before = _spent()
        time.sleep(1)
        calm = calm + 1 if _spent() - before < 0.1 * os.sysconf("SC_CLK_TCK") else 0


def _spent() -> int:
    """Return the CPU time that everything on this machine has taken, in ticks (proc(5): all but idle and iowait)."""
    user, nice, system, _, _, *others = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, (user, nice, system, *others)))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
