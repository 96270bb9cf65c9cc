"""A real server, a real worker and a real Chromium.

Browser tests are marked `browser` by being here, and run on two test processes (tests/conftest.py), each with a copy of
the magazine, which takes half a minute to load. Where no Chromium is found they are skipped, or fail with
REQUIRE_BROWSER=1 (`make test` says so loudly: .ci/browser).
"""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cms.config import Settings
from cms.wiring import assemble
from cms.worker import spare_time, turn
from tests.browser.desk import CHIEF, EDITOR, WRITER, Desk, person, sign_in, visitor
from tests.post import Post

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class LiveServer:
    """The demo magazine, being served: where, from which folder, and by which process."""

    url: str
    data: Path
    process: int

    def __str__(self) -> str:
        return self.url


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium on PATH or in $CHROMIUM.")
    if not found:
        pytest.skip("there is no Chromium on PATH or in $CHROMIUM")
    return found


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    """The mail server to which the magazine's letters go."""
    office = Post()
    with office.open():
        yield office


@pytest.fixture(scope="session")
def magazine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo magazine, which `cms run` loads once for all test processes; nobody writes into it."""
    _chromium()  # without one, the magazine need not be loaded
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "magazine"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            coming = folder.with_name("magazine-coming")
            with _served(coming, mail_url=""):
                pass
            _finish(coming)
            coming.rename(folder)
    return folder


def _finish(folder: Path) -> None:
    """Do what a worker does in its spare time, pictures above all: else each served copy would do it again.

    As it is served: with the folder's own key, nothing of the environment, and nothing that leaves the machine.
    """
    services = assemble(Settings(data=folder, link_checks=False).completed())
    while turn(services) or spare_time(services):
        pass
    services.engine.dispose()


@pytest.fixture(scope="session")
def live_server(magazine: Path, tmp_path_factory: pytest.TempPathFactory, post: Post) -> Iterator[LiveServer]:
    """`cms run` with the demo magazine: server and worker, on a folder of its own."""
    folder = tmp_path_factory.mktemp("live") / "data"
    shutil.copytree(magazine, folder)
    with _served(folder, mail_url=f"smtp+plain://127.0.0.1:{post.port}") as server:
        yield server
        assert _answers(int(server.url.rpartition(":")[2])), folder.with_suffix(".log").read_text()


@contextmanager
def _served(folder: Path, *, mail_url: str) -> Iterator[LiveServer]:
    """Run `cms run` on a folder until it is no longer needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("CMS_")}
    environment["CMS_LINK_CHECKS"] = "off"  # nothing leaves the machine in a test
    environment["CMS_MAIL_URL"] = mail_url
    command = [sys.executable, "-m", "cms.cli", "run", "--port", str(port), "--data", str(folder)]
    log = folder.with_suffix(".log")
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
    try:
        until = time.monotonic() + 300
        while "Ctrl-C stops it." not in log.read_text():
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield LiveServer(f"http://127.0.0.1:{port}", folder, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, log.read_text()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    chromium = _chromium()
    try:
        driver = sync_playwright().start()
    except Exception as exc:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            raise
        pytest.skip(f"what drives the browser does not start here (is libatomic installed?): {exc}")
    opened = driver.chromium.launch(executable_path=chromium, args=FLAGS)
    yield opened
    opened.close()
    driver.stop()


@pytest.fixture
def browser_context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A person's browser: cookies of its own, and addresses that begin at the magazine's front page."""
    context = visitor(browser, live_server.url)
    yield context
    context.close()


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page in which nothing may go wrong unsaid: an exception in a script fails the test."""
    page = browser_context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


@pytest.fixture
def desk(browser_page: Page) -> Iterator[Desk]:
    """A writer who is signed in, before the first piece."""
    yield Desk(sign_in(browser_page))
    # What was typed is of no use to anybody: leave without being asked.
    browser_page.on("dialog", lambda dialog: dialog.accept())


@pytest.fixture
def unscripted(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def ilse(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A writer's browser."""
    context = person(browser, live_server.url, WRITER)
    yield context
    context.close()


@pytest.fixture(scope="module")
def noor(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """An editor's browser."""
    context = person(browser, live_server.url, EDITOR)
    yield context
    context.close()


@pytest.fixture(scope="module")
def hanne(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """The editor in chief's browser."""
    context = person(browser, live_server.url, CHIEF)
    yield context
    context.close()
