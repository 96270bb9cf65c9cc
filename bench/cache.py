"""How fast a ready page goes out, beside a bare WSGI function that returns the same bytes from the same server.

    .venv/bin/python bench/cache.py [--rounds 5] [--seconds 3] [--server URL]

Needs `wrk` on PATH. Both are asked in turn, with eight connections; printed are requests per second, the median of the
rounds, and the ratio of both. Without --server the demo magazine is loaded first, which takes half a minute.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from served import demo, free_port

BARE = """
import os, signal, urllib.request
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

with urllib.request.urlopen(os.environ["ORIGIN"]) as answer:
    body = [answer.read()]
    headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in ("date", "server", "connection")]

def app(environ, start):
    start("200 OK", headers)
    return body

def load(target):
    return app

if __name__ == "__main__":
    Granian("bare:app", address="127.0.0.1", port=int(os.environ["PORT"]), interface=Interfaces.WSGI, workers=1,
            blocking_threads=8, http=HTTPModes.http1, websockets=False, log_level=LogLevels.error,
            ).serve(target_loader=load)
"""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--server", default="")
    given = arguments.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("This needs wrk: apt-get install wrk.")
    with contextlib.ExitStack() as stack:
        url = given.server or stack.enter_context(demo())
        with urllib.request.urlopen(f"{url}/") as front:
            path = re.search(r'href="(/articles/[a-z0-9-]+)"', front.read().decode())
        assert path
        pages = {"front page": f"{url}/", "article": url + path[1]}
        for name, address in pages.items():
            with _bare(address) as bare:
                ours, theirs = [], []
                for _ in range(given.rounds):
                    ours.append(_rate(address, given.seconds))
                    theirs.append(_rate(bare, given.seconds))
            one, other = statistics.median(ours), statistics.median(theirs)
            print(f"{name:12} ready {one:8,.0f}/s   bare function {other:8,.0f}/s   ratio {one / other:.2f}")


def _rate(address: str, seconds: int) -> float:
    said = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}", address], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    assert "Non-2xx" not in said, said
    return float(found[1])


@contextlib.contextmanager
def _bare(origin: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE)
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "bare.py"], cwd=folder, env=os.environ | {"ORIGIN": origin, "PORT": str(port)}
        )
        address = f"http://127.0.0.1:{port}/"
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(address):
                break
            time.sleep(0.1)
        yield address
        process.send_signal(signal.SIGINT)
        process.wait(20)


if __name__ == "__main__":
    main()
