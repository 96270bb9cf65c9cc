"""After publication, by a writer, an editor and a reader: what was wrong is mended and told, what is taken down too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import Desk, clean, visitor

HEADLINE = "The lamp that the harbour counts on"
PIECE = "/articles/the-lamp-that-the-harbour-counts-on"
WRONG, RIGHT = "It turns 12 times a minute.", "It turns 10 times a minute."
TOLD, WHY = "The lamp turns ten times a minute.", "There is no such lamp."


@pytest.fixture
def reader(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The page of somebody whom nobody here knows."""
    context = visitor(browser, live_server.url)
    yield context.new_page()
    context.close()


def publish(page: Page, piece: str) -> None:
    """Approve the newest text, and put it live."""
    page.goto(f"{piece}/review")
    page.get_by_role("button", name=re.compile("^Approve revision")).click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status")).to_contain_text("was published")


def live(writer: BrowserContext, editor: Page) -> str:
    """Let a piece go live; return its address in the newsroom."""
    desk = Desk(writer.new_page()).begin(HEADLINE, f"<p>{WRONG}</p><p>Nobody has seen it dark.</p>")
    desk.page.get_by_role("textbox", name="Standfirst").fill("What a lamp is for.")
    desk.button("Save and submit")
    expect(desk.page.get_by_text("It is with the editors now.")).to_be_visible()
    piece = desk.address
    desk.page.close()
    publish(editor, piece)
    return piece


def corrected(page: Page, piece: str) -> None:
    """Change a number that readers know, and answer what is asked about it."""
    page.goto(f"{piece}/review")
    page.get_by_role("button", name="Revise").click()
    desk = Desk(page).open(piece)
    desk.click(desk.text.get_by_text(WRONG)).press("Home", "Shift+End")
    page.keyboard.insert_text(RIGHT)
    desk.button("Save and submit")
    expect(page.get_by_role("heading", name="Is this a correction?")).to_be_visible()
    expect(page.locator(".claims del")).to_have_text(WRONG)
    expect(page.locator(".claims ins")).to_have_text(RIGHT)
    expect(page.get_by_role("textbox", name="What it says now")).to_have_value(RIGHT)
    clean(page)
    page.get_by_role("button", name="Add it and submit").click()  # without words for readers nothing is sent
    expect(page.get_by_role("textbox", name="Words to readers")).to_be_focused()
    page.get_by_role("textbox", name="Words to readers").fill(TOLD)
    page.get_by_role("button", name="Add it and submit").click()
    expect(page.get_by_text("It is with the editors now.")).to_be_visible()
    expect(page.get_by_text(f"Correction: “{TOLD}”")).to_be_visible()


def test_readers_are_told_what_was_corrected_what_changed_and_why_a_piece_is_gone(
    ilse: BrowserContext, noor: BrowserContext, reader: Page
) -> None:
    hers, theirs = ilse.new_page(), noor.new_page()
    piece = live(ilse, theirs)
    corrected(hers, piece)
    hers.get_by_role("link", name="Preview", exact=True).click()
    notice = hers.frame_locator("iframe").first.get_by_role("complementary", name="Correction")
    expect(notice).to_contain_text(TOLD)
    reader.goto(PIECE)
    expect(reader.locator("article.article")).to_contain_text(WRONG)
    expect(reader.get_by_role("complementary", name="Correction")).to_have_count(0)

    # Once it is approved and out, readers find it on the piece, among all corrections, in the feed, and in the facts.
    publish(theirs, piece)
    reader.goto("/corrections")
    told = reader.get_by_role("listitem").filter(has_text=TOLD)
    told.locator("summary", has_text="What changed").click()
    expect(told.locator("del")).to_have_text(WRONG)
    expect(told.locator("ins")).to_have_text(RIGHT)
    told.get_by_role("link", name=HEADLINE).click()
    expect(reader).to_have_url(re.compile(rf"{PIECE}#correction-\d+$"))
    expect(reader.locator("aside:target")).to_contain_text(TOLD)
    expect(reader.locator("article.article")).to_contain_text(RIGHT)
    clean(reader)
    facts = json.loads(reader.locator("script[type='application/ld+json']").first.inner_text())
    assert TOLD in json.dumps(facts, ensure_ascii=False)
    assert TOLD in reader.request.get("/corrections/feed.xml").text()

    # The versions are the editor's to open.
    answer = reader.goto(f"{PIECE}/history")
    assert answer
    assert answer.status == 404
    theirs.goto(f"{piece}/history")
    theirs.get_by_role("button", name="Open the versions to readers").click()
    expect(theirs.get_by_role("status")).to_contain_text("Readers can see the published versions now.")
    reader.goto(f"{PIECE}/history")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Two versions")
    expect(reader.locator("#version-2 del")).to_contain_text("12")
    expect(reader.locator("#version-2 ins")).to_contain_text("10")
    clean(reader)

    # What is taken down says so, and why; nothing leads there any more.
    theirs.goto(f"{piece}/review")
    theirs.locator("summary", has_text="Withdraw this piece").click()
    theirs.get_by_label("Why, as readers are told").fill(WHY)
    theirs.get_by_role("button", name="Withdraw", exact=True).click()
    expect(theirs.get_by_role("status")).to_contain_text("was withdrawn")
    answer = reader.goto(PIECE)
    assert answer
    assert answer.status == 410
    expect(reader.get_by_role("heading", level=1)).to_have_text("This piece was withdrawn")
    expect(reader.locator("main")).to_contain_text(WHY)
    clean(reader)
    answer = reader.goto(f"{PIECE}/history")
    assert answer
    assert answer.status == 404
    reader.goto("/corrections")
    expect(reader.get_by_text(TOLD)).to_have_count(0)
    hers.goto(f"{piece}/review")
    expect(hers.get_by_text(WHY).first).to_be_visible()
