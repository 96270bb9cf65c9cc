"""Deciding, and answering from outside, by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import Desk, new_piece, visitor
from tests.browser.test_checking_quotes import ADDRESS, interview, newest

HEADLINE = "A tide table in braille"


def press(target: Locator, *keys: str) -> None:
    """Go to something by the Tab key, as far as it takes, and press `keys` there."""
    keyboard = target.page.keyboard
    expect(target).to_be_visible()
    for _ in range(200):
        if target.evaluate("(it) => it === document.activeElement"):
            break
        keyboard.press("Tab")
    else:
        pytest.fail(f"the Tab key does not lead to {target}")
    for key in keys:
        keyboard.press(key)


def test_a_suggestion_is_answered_and_a_piece_is_approved_and_withdrawn(
    ilse: BrowserContext, noor: BrowserContext, hanne: BrowserContext
) -> None:
    writing = Desk(ilse.new_page()).open(new_piece(ilse, HEADLINE, "The table is read by hand.", "It is never late."))
    writing.page.get_by_role("textbox", name="Standfirst").fill("What the harbour master reads by night.")
    writing.tab("Details")
    writing.page.get_by_label("Section", exact=True).select_option(label="Practice")
    writing.button("Save and submit")
    expect(writing.page.get_by_text("It is with the editors now.")).to_be_visible()
    chief = hanne.new_page()
    chief.goto(f"{writing.address}/suggest")
    copy = Desk(chief).ready()
    copy.write(" Hardly ever.", block=1)
    copy.button("Suggest")
    expect(copy.saved).to_contain_text("Suggested")

    chief.goto("/newsroom/")
    press(chief.get_by_role("link", name=HEADLINE).first, "Enter")
    card = chief.get_by_role("article", name=re.compile("^Suggestion for"))
    press(card.locator("summary", has_text="Reply"), "Enter")
    chief.keyboard.type("Or never, then?")
    press(card.get_by_role("button", name="Send"), "Enter")
    expect(card).to_contain_text("Or never, then?")
    press(card.get_by_role("button", name="Withdraw"), "Enter")
    expect(card).to_have_count(0)
    press(chief.get_by_label("Note to the writers"))
    chief.keyboard.type("Read, and liked.")
    press(chief.get_by_role("button", name="Comment only"), "Enter")
    expect(chief.get_by_role("article", name="Thread about The whole piece")).to_contain_text("Read, and liked.")
    press(chief.get_by_role("button", name=re.compile("^Settle")), "Enter")
    press(chief.get_by_role("button", name=re.compile("^Approve revision")), "Enter")
    expect(chief.get_by_role("status")).to_contain_text("was approved")
    chief.goto(f"{writing.address}/review")
    press(chief.get_by_role("button", name="Publish now"), "Enter")
    expect(chief.get_by_text("Live").first).to_be_visible()
    chief.goto(f"{writing.address}/review")
    press(chief.locator("summary", has_text="Withdraw this piece"), "Enter")
    chief.keyboard.type("The table was last year’s.")
    press(chief.get_by_role("button", name="Withdraw", exact=True), "Enter")
    expect(chief.get_by_role("status")).to_contain_text("was withdrawn")
    assert ilse.request.get("/articles/a-tide-table-in-braille").status == 410


def test_somebody_outside_checks_their_words(noor: BrowserContext, browser: Browser, live_server: LiveServer) -> None:
    page = newest(noor.new_page(), interview(noor))
    press(page.get_by_role("button", name="Send the check"), "Enter")
    link = ADDRESS.search(page.locator(".secret__words").inner_text())
    assert link
    hers = visitor(browser, live_server.url).new_page()
    hers.goto(link[0])
    first, second, third = (hers.locator(".guest__quote").nth(number) for number in range(3))
    press(first.get_by_label("Correct"), "Space")
    press(second.get_by_label("Correct"), "ArrowDown")
    press(second.get_by_label("How you want it to say"), "ControlOrMeta+a")
    hers.keyboard.type("Whoever is late for it.")
    press(third.get_by_label("Correct"), "ArrowDown", "ArrowDown")
    press(third.get_by_label("What is wrong"))
    hers.keyboard.type("Nobody’s.")
    press(hers.get_by_label("Yes, I agree"), "Space")
    press(hers.get_by_label("Conflicts of interest"))
    hers.keyboard.type("None")
    press(hers.get_by_role("button", name="Send my answers"), "Enter")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers have reached us.")
    hers.context.close()
