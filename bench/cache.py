"""How fast a ready page goes out, beside a bare WSGI function that returns the same bytes from the same server.

    .venv/bin/python bench/cache.py [--starts 5] [--rounds 4] [--seconds 1]

Needs `wrk` on PATH. The demo magazine is loaded first, which takes a minute or two. Both servers are then started five
times, since one that is started again is some percent faster or slower than before, and each time asked in turn, with
eight connections, in short rounds, as one machine is seldom as fast as a moment before. Printed are requests per second
and the ratio of both, medians of all rounds. Where there is an nginx, a page that Galley keeps as a file is then sent
by the configuration that it prints, beside a bare server of the same file.
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
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
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
    arguments.add_argument("--starts", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--seconds", type=int, default=1)
    given = arguments.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("This needs wrk: apt-get install wrk.")
    ask = partial(_ask, rounds=given.rounds, seconds=given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        files, found = Path(folder) / "pages", defaultdict[str, list[tuple[float, float]]](list)
        for _ in range(given.starts):
            with demo(Path(folder) / "data", CMS_PAGE_FILES=str(files)) as url:
                with urllib.request.urlopen(f"{url}/") as front:
                    path = re.search(r'href="(/articles/[a-z0-9-]+)"', front.read().decode())
                assert path
                for name, address in (("front page", f"{url}/"), ("article", url + path[1])):
                    with _bare(address) as bare:
                        found[f"{name}: ready, bare function"] += ask(address, bare)
        if shutil.which("nginx"):
            Path(folder).chmod(0o755)  # nginx reads as somebody else
            for _ in range(given.starts):
                with _nginx(files, path[1]) as (baked, static):
                    found["article: baked, bare nginx"] += ask(baked, static)
        for what, rates in found.items():
            ours, theirs = (statistics.median(each) for each in zip(*rates, strict=True))
            ratio = statistics.median(our / their for our, their in rates)
            print(f"{what:32}{ours:9,.0f}/s{theirs:9,.0f}/s   ratio {ratio:.2f}")


def _ask(ours: str, theirs: str, *, rounds: int, seconds: int) -> list[tuple[float, float]]:
    """Return how often each of two addresses answered in a second, round by round."""
    rates = []
    for number in range(rounds):
        rate = {address: _rate(address, seconds) for address in ((ours, theirs) if number % 2 else (theirs, ours))}
        rates.append((rate[ours], rate[theirs]))
    return rates


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
        # In a session of its own, as ours is: Linux shares the processors among sessions first (sched(7), autogroup),
        # and a server in wrk's own session was a tenth faster for it.
        process = subprocess.Popen(
            [sys.executable, "bare.py"],
            cwd=folder, env=os.environ | {"ORIGIN": origin, "PORT": str(port)}, start_new_session=True,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}/"
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(address):
                break
            time.sleep(0.1)
        yield address
        process.send_signal(signal.SIGINT)
        process.wait(20)


@contextlib.contextmanager
def _nginx(files: Path, path: str) -> Iterator[tuple[str, str]]:
    """Serve a page by the configuration that Galley prints, and the same file by one that says nothing else."""
    ports = free_port(), free_port()
    printed = subprocess.run(
        [sys.executable, "-m", "cms.cli", "pages", "nginx", "--server-name", "127.0.0.1"],
        env=os.environ | {"CMS_PAGE_FILES": str(files), "CMS_DATA": str(files.parent / "none")},
        capture_output=True, text=True, check=True,
    ).stdout.replace("listen 80;", f"listen {ports[0]};")  # fmt: skip
    page = (files / "current" / path.strip("/") / "index.html").read_bytes()
    folder = files.parent
    (folder / "same").mkdir(exist_ok=True)
    (folder / "same" / "page.html").write_bytes(page)
    (folder / "nginx.conf").write_text(f"""
        {"user root;" if os.getuid() == 0 else ""} worker_processes 2; daemon off; pid {folder}/pid;
        error_log {folder}/error.log;
        events {{}}
        http {{
            types {{ text/html html; }} sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000000;
            server {{ listen {ports[1]}; root {folder}/same; }}
            {printed}
        }}""")
    process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-p", str(folder)])
    addresses = f"http://127.0.0.1:{ports[0]}{path}", f"http://127.0.0.1:{ports[1]}/page.html"
    try:
        for address in addresses:
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:
                    assert answer.read() == page, address
                    break
                time.sleep(0.1)
        yield addresses
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
