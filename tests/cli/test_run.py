"""`cms run` as a process of its own: it starts, says so, and leaves nobody behind, however it ends."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cms.cli.children import SIGNALS, Stop, stop_on_signals
from cms.cli.run import refuse_taken_port
from cms.core.errors import Unavailable
from tests.conftest import SECRET

PATIENCE = 60.0
Start = Callable[..., "Running"]


class Running:
    """A `cms run` and what it said."""

    def __init__(self, folder: Path, port: int, **variables: str) -> None:
        self.port, self.log = port, folder.with_name(f"{folder.name}-{port}.log")
        environment = {name: text for name, text in os.environ.items() if not name.startswith("CMS_")}
        environment |= {
            "CMS_PROFILE": "production", "CMS_SECRET_KEY": SECRET, "CMS_PUBLIC_URL": "http://localhost", **variables
        }  # fmt: skip
        command = [sys.executable, "-m", "cms.cli", "run", "--port", str(port), "--data", str(folder)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < until, self.said
            assert self.process.poll() is None or is_so(), self.said
            time.sleep(0.05)

    def ready(self) -> Running:
        self.wait_until(lambda: "Ctrl-C stops it." in self.said)
        return self

    def end(self) -> int:
        return self.process.wait(PATIENCE)

    def children(self) -> dict[str, int]:
        """Return the processes below: the server, the worker, and the process that answers requests."""
        server, worker = sorted(below(self.process.pid))
        return {"server": server, "worker": worker, "answering": below(server)[0]}

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        finally:
            connection.close()


def below(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_end(processes: list[int]) -> list[int]:
    """Give them two seconds to go; return those that are left."""
    until = time.monotonic() + 5
    while time.monotonic() < until and any(map(is_alive, processes)):
        time.sleep(0.05)
    return [each for each in processes if is_alive(each)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a `cms run` on the test's folder; whatever is left at the end is killed."""
    started: list[Running] = []

    def begin(**variables: str) -> Running:
        started.append(Running(tmp_path / "data", free_port(), **variables))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


@pytest.fixture
def settled(folder: Path, migrated: Path) -> None:
    """Have been started before: the tables are there."""
    folder.mkdir(mode=0o700)
    shutil.copy(migrated, folder / "galley.db")


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_it_starts_serves_and_stops_cleanly(start: Start, number: signal.Signals) -> None:
    running = start().ready()
    children = running.children()
    assert (running.get("/healthz"), running.get("/readyz"), running.get("/")) == (200, 200, 200)
    running.process.send_signal(number)
    assert running.end() == 0, running.said
    assert running.said.rstrip().endswith("Stopped.")
    assert "Traceback" not in running.said
    assert wait_for_end(list(children.values())) == []


def test_no_demo_in_production_and_nobody_else_looks_into_its_folder(start: Start, folder: Path) -> None:
    running = start().ready()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert running.get("/") == 200
    assert "galley-demo" not in running.said
    assert "Sign in as" not in running.said


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("which", ["server", "worker", "answering"])
def test_if_one_dies_the_others_are_stopped_and_the_reason_said(start: Start, which: str) -> None:
    running = start().ready()
    children = running.children()
    os.kill(children[which], signal.SIGKILL)
    assert running.end() == 1
    name = "worker" if which == "worker" else "server"
    assert f"Error: The {name} " in running.said
    assert "Everything else was stopped, too" in running.said
    assert wait_for_end(list(children.values())) == []


@pytest.mark.usefixtures("settled")
def test_killed_itself_it_leaves_nobody_behind(start: Start) -> None:
    running = start().ready()
    children = running.children()
    running.process.kill()
    running.end()
    assert wait_for_end(list(children.values())) == []


def test_stopped_while_it_prepares_it_says_so(start: Start) -> None:
    running = start()
    running.wait_until(lambda: "Making the tables" in running.said)
    running.process.send_signal(signal.SIGINT)
    assert running.end() == 1
    assert "Traceback" not in running.said
    assert start().ready().get("/readyz") == 200


def test_a_taken_port_is_one_sentence(cms: Callable[..., object], folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = cms("run", "--port", port)
        said = f"Error: Port {port} is taken by another program. Choose another one: make run PORT={port + 1} "
        assert (done.exit_code, done.output) == (1, said + f"(or cms run --port {port + 1}).\n")  # type: ignore[attr-defined]
    refuse_taken_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(Unavailable, match=r"Nobody can listen on 192\.0\.2\.1 port 8000 here"):
        refuse_taken_port("192.0.2.1", 8000)


def test_the_demo_listens_on_this_machine_only(cms: Callable[..., object]) -> None:
    done = cms("run", "--host", "0.0.0.0", "--port", free_port())
    assert "The demo's passwords are public, so it only listens on this machine." in done.output  # type: ignore[attr-defined]


def test_whatever_answers_requests_has_no_setting_left_in_its_environment(folder: Path) -> None:
    code = (
        "import os; from cms.app import from_environment; from_environment();"
        "print([name for name in os.environ if name.startswith('CMS_')])"
    )
    environment = os.environ | {"CMS_SECRET_KEY": SECRET, "CMS_DATA": str(folder), "CMS_SECRET_KEY_OLD": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Clearing:
    """Something that is told to stop while it is cleared up, at which Python drops what is raised."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


@pytest.fixture
def _own_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, how in before.items():
        signal.signal(number, how)


@pytest.mark.usefixtures("_own_signals")
def test_a_stop_that_python_dropped_comes_again_and_only_once(capsys: pytest.CaptureFixture[str]) -> None:
    stop_on_signals()
    with pytest.raises(Stop):
        Clearing()
        signal.pause()
    signal.raise_signal(signal.SIGTERM)
    assert capsys.readouterr().err == ""
