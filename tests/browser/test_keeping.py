"""Never losing a word: whatever goes away, the server, the network, the session or the page, the text comes back."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from tests.browser.conftest import FLAGS, LiveServer, _answers, _chromium
from tests.browser.desk import EDITOR, WRITER, Desk, galley, new_piece, person, sign_in

SERVE = (
    "from pathlib import Path; from cms.cli.server import serve; from cms.config import Settings; "
    "serve(Settings.from_environment(port={port}, data=Path({data!r})))"
)


@pytest.fixture(scope="module")
def writer(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Ilse's browser."""
    context = person(browser, live_server.url, WRITER)
    yield context
    context.close()


class Server:
    """A server of one's own, on a copy of the magazine, to be killed."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url, self.data = f"http://127.0.0.1:{self.port}", data
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("CMS_")}
        command = [sys.executable, "-c", SERVE.format(port=self.port, data=str(self.data))]
        self._process = subprocess.Popen(command, env=environment, start_new_session=True)
        until = time.monotonic() + 60
        while not _answers(self.port):
            assert self._process.poll() is None, "the server did not start"
            assert time.monotonic() < until, "the server does not answer"

    def kill(self) -> None:
        """As a power cut does: no goodbye."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None


@pytest.fixture
def own_server(live_server: LiveServer, tmp_path: Path) -> Iterator[Server]:
    """A running server on a copy of the magazine's database."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(live_server.data / "secret-key", data)
    theirs, ours = live_server.data / "galley.db", data / "galley.db"
    with closing(sqlite3.connect(theirs)) as there, closing(sqlite3.connect(ours)) as here:
        there.backup(here)
    server = Server(data)
    server.start()
    yield server
    server.kill()


def test_typing_is_kept_without_being_asked_and_undo_goes_back_across_it(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Kept while typing", "The first.", "The second.")
    desk = Desk(writer.new_page()).open(piece)
    expect(desk.saved).to_have_attribute("role", "status")
    desk.write(" One sentence.", block=0)
    desk.kept()
    desk.write(" Another.", block=0)
    with desk.page.expect_response(lambda answer: answer.url.endswith("/copy")) as kept:
        pass
    assert kept.value.json()["words"] == 7
    assert "One sentence" not in galley(writer, piece), "a working copy is for its writer alone"

    desk.save()
    assert "One sentence. Another." in galley(writer, piece)
    for _ in range(40):
        desk.page.keyboard.press("Control+z")
    expect(desk.text).to_have_text("The first.The second.")
    desk.page.keyboard.press("Control+Shift+z")
    desk.says("The first. One")
    desk.page.close()


def test_a_killed_server_loses_nothing_that_was_typed(browser: Browser, own_server: Server) -> None:
    context = person(browser, own_server.url, WRITER)
    piece = new_piece(context, "The night the lights went out", "Before.")
    desk = Desk(context.new_page()).open(piece)
    desk.write(" Kept.")
    desk.kept()
    own_server.kill()
    desk.write(" Typed into the dark.")
    expect(desk.saved).to_have_text("Offline, kept in this browser", timeout=15_000)
    desk.in_browser("Typed into the dark.")
    own_server.start()
    desk.page.keyboard.press("Control+s")  # who does not want to wait for the next try
    expect(desk.saved).to_have_text(re.compile(r"^Revision \d+, "), timeout=15_000)
    assert "Before. Kept. Typed into the dark." in galley(context, piece)

    # And where the page went with the server: the text is in the browser, and the choice is the writer's.
    own_server.kill()
    desk.write(" And again.")
    desk.in_browser("And again.")
    desk.crash()
    own_server.start()
    again = Desk(context.new_page()).open(piece)
    panel = again.page.get_by_role("region", name=re.compile("This browser has text of yours from"))
    expect(panel).to_contain_text("It has 8 words, the text here 6.")
    expect(panel.locator("ins")).to_have_text("And again.")
    panel.get_by_role("button", name="Take it up").click()
    again.says("Typed into the dark. And again.")
    again.save()
    assert "And again." in galley(context, piece)
    context.close()


def test_without_a_network_writing_goes_on_and_is_kept_when_it_is_back(writer: BrowserContext) -> None:
    piece = new_piece(writer, "In the tunnel", "Light.")
    desk = Desk(writer.new_page()).open(piece)
    desk.write(" Here.")
    desk.kept()
    writer.set_offline(True)
    desk.write(" Dark here.")
    expect(desk.saved).to_have_text("Offline, kept in this browser")
    expect(desk.saved).to_have_attribute("aria-live", "polite")
    desk.in_browser("Dark here.")
    desk.button("Save and submit")
    expect(desk.note("not-gone")).to_contain_text("Nothing you wrote is lost")
    writer.set_offline(False)
    desk.kept()
    assert "Light. Here. Dark here." in galley(writer, piece), "the save that was asked for came through"
    desk.page.close()


def test_signed_out_the_text_waits_and_goes_on_after_signing_in_again(
    writer: BrowserContext, browser: Browser, live_server: LiveServer
) -> None:
    context = person(browser, live_server.url, WRITER)
    piece = new_piece(context, "The cookie that went", "Before.")
    desk = Desk(context.new_page()).open(piece)
    context.clear_cookies()
    desk.write(" After the cookie went.")
    expect(desk.saved).to_have_text("Signed out, kept in this browser")
    expect(desk.note("signed-out")).to_contain_text("You are signed out.")
    desk.in_browser("After the cookie went.")

    # Somebody else signs in in this browser: the text is not theirs, and goes nowhere.
    with context.expect_page() as opened:
        desk.note("signed-out").get_by_role("link", name="Sign in").click()
    other = opened.value
    sign_in(other, EDITOR)
    expect(desk.note("signed-out")).to_contain_text("This text is Ilse Varnholt’s", timeout=15_000)
    theirs = Desk(context.new_page()).open(piece)
    expect(theirs.page.locator("[data-desk=ready]")).to_be_attached()
    expect(theirs.page.locator(".recovery")).to_have_count(0)
    theirs.in_browser("After the cookie went.")  # neither shown nor deleted
    theirs.page.close()
    assert "After the cookie" not in galley(context, piece)

    context.clear_cookies()
    sign_in(other, WRITER)
    desk.kept()
    expect(desk.note("signed-out")).to_have_count(0)
    desk.save()
    assert "After the cookie went." in galley(context, piece)
    context.close()


def test_a_save_whose_answer_got_lost_is_no_conflict_when_it_is_tried_again(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Said twice", "Once.")
    desk = Desk(writer.new_page()).open(piece)
    ids: list[str] = []

    def lose(route: Route) -> None:
        sent = re.search(r"save_id=(\w+)", route.request.post_data or "")
        ids.append(sent[1] if sent else "")
        if len(ids) == 1:
            route.fetch()  # the server has it; the answer goes astray
            route.abort()
        else:
            route.continue_()

    desk.page.route("**/save", lose)
    desk.write(" Twice.")
    desk.page.keyboard.press("Control+s")
    desk.write(" Thrice.")
    expect(desk.saved).to_have_text(re.compile("^(Saved|Revision) "), timeout=15_000)
    desk.page.unroute("**/save")
    assert len(ids) == 2
    assert len(set(ids)) == 1
    desk.save()
    expect(desk.page.locator(".clashes--here")).to_have_count(0)
    assert "Once. Twice. Thrice." in galley(writer, piece)
    history = writer.request.get(f"{piece}/history").text()
    assert "Revision 4" in history
    assert "Revision 5" not in history
    desk.page.close()


def test_text_of_a_crashed_browser_is_there_when_it_opens_again(
    live_server: LiveServer, tmp_path: Path, browser: Browser
) -> None:
    """`browser` is not used, but starts what drives browsers."""
    kind, options = browser.browser_type, {"executable_path": _chromium(), "args": FLAGS, "base_url": live_server.url}
    context = kind.launch_persistent_context(tmp_path / "profile", **options)  # type: ignore[arg-type]
    page = context.pages[0]
    sign_in(page, WRITER)
    piece = new_piece(context, "The browser that fell over", "Before the crash.")
    desk = Desk(page).open(piece)
    page.route("**/copy", lambda route: route.abort())
    desk.write(" Only in this browser.")
    desk.in_browser("Only in this browser.")
    desk.crash()
    context.close()

    context = kind.launch_persistent_context(tmp_path / "profile", **options)  # type: ignore[arg-type]
    page = context.pages[0]
    page.goto(f"{piece}/edit")
    if "sign-in" in page.url:
        sign_in(page, WRITER)
    desk = Desk(page)
    panel = page.get_by_role("region", name=re.compile("This browser has text of yours"))
    expect(panel).to_contain_text("Only in this browser.")
    desk.button("Keep the saved text")
    expect(desk.text).to_have_text("Before the crash.")
    # It stays within reach.
    desk.note("aside").get_by_role("button", name="Look at it again").click()
    desk.button("Take it up")
    desk.says("Only in this browser.")
    desk.kept()
    context.close()


def test_a_page_that_is_reloaded_in_the_middle_of_a_sentence_has_it(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Reloaded", "Before.")
    desk = Desk(writer.new_page()).open(piece)
    desk.write(" Just typed.")
    desk.in_browser("Just typed.")
    desk.page.reload()
    desk.says("Before. Just typed.")
    desk.write(" And on.")
    desk.save()
    expect(desk.page.locator(".clashes--here, .recovery")).to_have_count(0)
    assert "Before. Just typed. And on." in galley(writer, piece)
    desk.page.close()


def test_only_what_is_nowhere_keeps_somebody_from_leaving(writer: BrowserContext) -> None:
    piece = new_piece(writer, "May I go?", "Yes.")
    desk = Desk(writer.new_page()).open(piece)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.page.on("dialog", stay)
    desk.page.route("**/copy", lambda route: route.abort())
    desk.write(" Kept.")
    desk.in_browser("Kept.")
    expect(desk.saved).to_have_text("Offline, kept in this browser")
    desk.page.get_by_role("link", name="People").first.click()
    expect(desk.page).to_have_url(re.compile("/newsroom/people"))
    assert asked == []

    # A browser that keeps nothing, and no server. Another piece: what the page sent as it went may be on its way.
    desk.page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
    desk.open(new_piece(writer, "May I still go?", "Yes."))
    desk.write(" Nowhere.")
    expect(desk.saved).to_have_text("Offline, keep this page open")
    desk.page.get_by_role("link", name="People").first.click()
    expect(desk.page).to_have_url(re.compile("/newsroom/people"))
    assert asked == ["beforeunload"]
    desk.page.close()


def test_the_save_button_stays_on_the_page_and_submitting_saves_first(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Saved and sent", "The text.")
    desk = Desk(writer.new_page()).open(piece)
    desk.page.evaluate("window.isSamePage = true")
    desk.write(" Saved.")
    with desk.page.expect_response(lambda answer: answer.url.endswith("/save")):
        desk.button("Save")
    expect(desk.saved).to_have_text(re.compile(r"^Revision \d+, "))
    assert desk.page.evaluate("window.isSamePage") is True
    desk.page.get_by_role("textbox", name="Headline").fill("")
    desk.button("Save")
    expect(desk.note("refused")).to_contain_text("A piece needs a headline")
    expect(desk.page.get_by_role("textbox", name="Headline")).to_be_focused()
    desk.page.get_by_role("textbox", name="Headline").fill("Saved and sent off")
    desk.write(" Submitted.")
    desk.button("Save and submit")
    expect(desk.page.get_by_text("In review").first).to_be_visible()
    assert "The text. Saved. Submitted." in galley(writer, piece)
    desk.page.close()


def test_no_error_is_swallowed(browser_page: Page) -> None:
    """The desk opens, keeps and saves without a script complaining (the fixture looks)."""
    browser_page.goto("/newsroom/sign-in")
    sign_in(browser_page, WRITER)
    piece = new_piece(browser_page.context, "In silence", "The text.")
    desk = Desk(browser_page).open(piece)
    desk.write(" More.")
    desk.kept()
    desk.save()


def test_a_page_that_is_reloaded_right_after_a_copy_was_kept_quarrels_with_nobody(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Reloaded soon", "Alpha.")
    desk = Desk(writer.new_page()).open(piece)
    desk.write(" Beta.")
    desk.kept()
    desk.write(" Gamma.")
    desk.page.reload()
    desk.ready()
    desk.says("Alpha. Beta. Gamma.")
    expect(desk.saved).to_have_text(re.compile(r"^Revision \d+, "))
    expect(desk.page.locator("[data-took-note], .recovery, .clashes--here, [data-note=clash]")).to_have_count(0)
    desk.write(" Delta.")
    desk.save()
    expect(desk.page.locator("[data-note=came-in], [data-note=clash]")).to_have_count(0)
    assert "Alpha. Beta. Gamma. Delta." in galley(writer, piece)
    desk.page.reload()
    desk.ready()
    expect(desk.page.get_by_text("Text of yours")).to_have_count(0)
    desk.page.close()


def test_the_pages_of_a_piece_wait_for_what_was_just_typed(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Looked at at once", "Alpha.")
    desk = Desk(writer.new_page()).open(piece)
    desk.write(" Beta.")
    desk.page.get_by_role("navigation", name="This piece").get_by_role("link", name="Preview").click()
    expect(desk.page).to_have_url(re.compile("/preview"))
    expect(desk.page.frame_locator("iframe").first.get_by_text("Alpha. Beta.")).to_be_visible()
    desk.page.close()


def test_what_was_typed_before_an_older_text_is_taken_up_is_in_the_history(writer: BrowserContext) -> None:
    piece = new_piece(writer, "Two texts", "Before.")
    desk = Desk(writer.new_page()).open(piece)
    desk.page.route("**/copy", lambda route: route.abort())
    desk.write(" Lost and found.")
    desk.in_browser("Lost and found.")
    desk.crash()
    desk = Desk(writer.new_page()).open(piece)
    expect(desk.page.get_by_role("region", name=re.compile("This browser has text"))).to_be_visible()
    desk.write(" Typed meanwhile.")
    desk.kept()
    desk.button("Take it up")
    desk.says("Before. Lost and found.")
    history = writer.request.get(f"{piece}/galley?revision=3").text()
    assert "Typed meanwhile." in history
    desk.page.close()


def test_doing_again_where_nothing_was_undone_changes_nothing(writer: BrowserContext) -> None:
    desk = Desk(writer.new_page()).begin("Again")
    desk.type("Kept.").press("Control+Shift+z", "Control+Shift+z")
    expect(desk.text).to_have_text("Kept.")
    desk.press("Control+z", "Control+Shift+z")
    expect(desk.text).to_have_text("Kept.")
    desk.page.close()
