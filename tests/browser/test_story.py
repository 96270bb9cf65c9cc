"""The whole story, in a real browser, as a new writer, a new editor and a reader would take it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.core import clock
from tests.browser.conftest import LiveServer
from tests.browser.desk import EDITOR, WRITER, Desk, sign_in, visitor

HEADLINE = "The tide gauge that kept two diaries"
SLUG = "the-tide-gauge-that-kept-two-diaries"
FIRST = (
    "The gauge at Skerrow harbour has written down the height of the sea every six minutes since 1931.",
    "For eleven years it wrote it down twice, and the two accounts quarrel.",
)
PATIENCE = 80  # seconds: a schedule has whole minutes, and the next one may be a minute away


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self.context = visitor(browser, server.url)
        self.page: Page = self.context.new_page()
        self.desk = Desk(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


@pytest.fixture
def people(browser: Browser, live_server: LiveServer) -> Iterator[tuple[Person, Person, Person]]:
    found = tuple(Person(browser, live_server) for _ in range(3))
    yield found  # type: ignore[misc]
    for person in found:
        person.context.close()


def answers(reader: Person, path: str, *, status: int = 200, holding: str = "") -> None:
    """Wait until an address answers with a status, and its page holds certain words."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = reader.page.goto(path)
        assert answer
        if answer.status == status and holding in reader.page.content():
            return
        assert time.monotonic() < until, f"{path} still answers {answer.status}"


def test_from_the_first_word_to_the_reader(people: tuple[Person, Person, Person]) -> None:
    writer, editor, reader = people

    # The writer drafts, and submits.
    sign_in(writer.page, WRITER)
    writer.page.get_by_role("link", name="New piece").click()
    writer.page.get_by_label("Headline").fill(HEADLINE)
    writer.page.get_by_label("Section").select_option(label="Systems")
    writer.press("Begin the piece")
    expect(writer.page).to_have_url(re.compile(r"/articles/\d+"))
    expect(writer.page.get_by_role("textbox", name="Headline")).to_have_value(HEADLINE)
    piece = re.search(r"/articles/(\d+)", writer.page.url)
    assert piece
    address = f"/newsroom/articles/{piece[1]}"
    writer.desk.rewrite(*FIRST)
    writer.press("Save")
    expect(writer.page.locator("#body")).to_have_value(re.compile("quarrel.</p>"))
    writer.press("Save and submit")
    writer.sees("In review")

    # Readers know nothing of it.
    answers(reader, f"/articles/{SLUG}", status=404)

    # The editor finds it waiting, sees what stands in the way, and asks for changes.
    sign_in(editor.page, EDITOR)
    editor.page.get_by_role("link", name=HEADLINE).first.click()
    editor.page.goto(f"{address}/review")
    editor.sees("The standfirst is missing.")
    expect(editor.page.get_by_role("button", name=re.compile("^Approve"))).to_be_disabled()
    editor.page.get_by_label("Note to the writers").fill("Which of the two is right? And it wants a standfirst.")
    editor.press("Request changes")
    editor.sees("was sent back for changes.")

    # The writer reads why, mends it, and submits again.
    writer.page.goto("/newsroom/")
    writer.sees("Which of the two is right?")
    writer.page.goto(f"{address}/edit")
    writer.page.get_by_role("textbox", name="Standfirst").fill("Two diaries of one sea differ by a hand's breadth.")
    writer.desk.ready().click(writer.desk.text.locator("> p").last).press("End", "Enter")
    writer.page.keyboard.insert_text("The one in pencil is right.")
    writer.press("Save and submit")
    writer.sees("In review")

    # The editor reads what changed, approves that very text, and schedules it.
    editor.page.goto(f"{address}/review")
    editor.sees("The one in pencil is right.")
    editor.page.get_by_role("button", name=re.compile("^Approve revision")).click()
    editor.sees("Approved")
    at = (clock.now() + timedelta(seconds=65)).replace(second=0, microsecond=0)
    editor.page.goto(f"{address}/review")
    editor.page.get_by_label("Publish at").fill(f"{at - timedelta(days=2):%Y-%m-%dT%H:%M}")
    editor.press("Schedule")
    editor.sees("That time is past.")
    editor.page.get_by_label("Publish at").fill(f"{at:%Y-%m-%dT%H:%M}")
    editor.press("Schedule")
    editor.sees("Scheduled")

    # At its minute, the piece appears: on its page, on the front page, in the feed, and in the search.
    answers(reader, f"/articles/{SLUG}", holding="The one in pencil is right.")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(reader.page.get_by_role("heading", name="Explore more")).to_be_visible()
    answers(reader, "/", holding=HEADLINE)
    answers(reader, "/search?q=tide+diaries", holding=SLUG)
    reader.page.get_by_role("combobox", name="Search the archive").fill("quarrelling diaries")
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("link", name=HEADLINE).first.click()
    expect(reader.page).to_have_url(re.compile(f"/articles/{SLUG}"))

    # The writer revises the live piece; the old text stays up until the new one is approved and out.
    writer.page.goto(f"{address}/review")
    writer.press("Revise")
    writer.page.goto(f"{address}/edit")
    writer.desk.ready().click(writer.desk.text.get_by_text("The one in pencil is right.")).press("Home", "Shift+End")
    writer.page.keyboard.insert_text("Both are right; the harbour sank.")
    writer.press("Save and submit")
    writer.sees("In review")
    answers(reader, f"/articles/{SLUG}", holding="The one in pencil is right.")
    assert "the harbour sank" not in reader.page.content()
    editor.page.goto(f"{address}/review")
    editor.page.get_by_role("button", name=re.compile("^Approve revision")).click()
    editor.press("Publish now")
    answers(reader, f"/articles/{SLUG}", holding="the harbour sank")

    # And the history tells all of it.
    editor.page.goto(f"{address}/history")
    for deed in ("Ilse Varnholt", "Noor Castellane", "Which of the two is right?"):
        editor.sees(deed)


def test_a_session_that_ended_eats_no_text(people: tuple[Person, Person, Person]) -> None:
    writer, *_ = people
    sign_in(writer.page, WRITER)
    writer.page.goto("/newsroom/articles/new")
    writer.page.get_by_label("Headline").fill("Written before the cookie went")
    writer.page.get_by_label("Section").select_option(label="Systems")
    writer.press("Begin the piece")
    writer.desk.rewrite("An hour's work that nobody wants to type again.")
    cookies = [cookie for cookie in writer.context.cookies() if cookie["name"] != "sid"]
    writer.context.clear_cookies()
    writer.context.add_cookies(cookies)  # type: ignore[arg-type]
    writer.press("Save")
    writer.sees("An hour's work that nobody wants to type again.")
    sign_in(writer.context.new_page(), WRITER)
    for _ in range(2):  # the first sends the old token, which is refused in the same friendly way
        if writer.page.get_by_role("textbox", name="Headline").count():
            break
        writer.page.locator("main form button[type=submit]").first.click()
    expect(writer.page.locator("#body")).to_have_value(re.compile("nobody wants to type again"))


def test_without_a_script_to_look_for_a_picture_saves_nothing(browser: Browser, live_server: LiveServer) -> None:
    context = visitor(browser, live_server.url, java_script_enabled=False)
    page = sign_in(context.new_page(), WRITER)
    page.goto("/newsroom/articles/new")
    page.get_by_label("Headline").fill("Looked for a picture in the middle of a sentence")
    page.get_by_role("button", name="Begin the piece").click()
    page.locator("#body").fill("<p>Half a sentence</p>")
    page.locator("[name=find]").fill("zzzz")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("No picture has these words.")).to_be_visible()
    expect(page.get_by_text("Not saved yet").first).to_be_visible()
    expect(page.locator("#body")).to_have_value("<p>Half a sentence</p>")
    context.close()
