"""Talking beside a text, in two browsers: said in the editor, drawn over the words, answered and settled by another."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import CHIEF, Desk, clean, new_piece, person

PIECE = ("The crystal is the size of a rice grain.", "It rings.")


def threads(page: Page) -> Locator:
    return page.get_by_role("article", name=re.compile("^Thread about"))


def test_words_are_commented_on_in_the_editor_by_keyboard_and_answered_on_the_galley(
    ilse: BrowserContext, hanne: BrowserContext
) -> None:
    piece = new_piece(ilse, "Beside the text", *PIECE)
    hers = Desk(ilse.new_page()).open(piece)
    hers.at_beginning().press("End", "Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft")
    hers.press("Control+Alt+m")
    say = hers.page.get_by_label("What you say")
    expect(say).to_be_focused()
    hers.type("Is it? @han")
    expect(hers.page.get_by_role("option", name="Hanne Ostrowe-Bell")).to_be_visible()
    hers.press("Enter").press("Control+Enter")
    expect(threads(hers.page)).to_contain_text("Is it? @Hanne Ostrowe-Bell")
    expect(hers.page.locator(".ProseMirror .anchor")).to_have_text(re.compile(r"rice grain\.?$"))
    clean(hers.page)

    page = hanne.new_page()
    page.goto(f"{piece}/review")
    drawn = page.locator(".galley mark.anchor")
    expect(drawn).to_contain_text("rice grain")
    drawn.click()
    expect(threads(page)).to_have_attribute("aria-current", "true")
    threads(page).locator("summary", has_text="Reply").click()
    expect(page.get_by_label("Reply about Block 1")).to_be_focused()
    page.keyboard.type("Measured: it is.")
    page.get_by_role("button", name="Send").click()
    expect(threads(page)).to_contain_text("Measured: it is.")
    clean(page)

    # What was said goes along with its words, also those that are typed now.
    hers.at_beginning().type("Before it: ")
    expect(hers.page.locator(".ProseMirror .anchor")).to_have_text(re.compile(r"rice grain\.?$"))
    hers.save()
    expect(threads(hers.page)).to_contain_text("Measured: it is.")
    hers.tab("Comments")
    hers.page.locator("summary", has_text="Reply").click()
    with hers.page.expect_response(re.compile("/comments$")):  # all that is said comes anew under the caret
        hers.page.evaluate("dispatchEvent(new Event('focus'))")
    hers.page.keyboard.type("n")
    expect(hers.page.get_by_label("Reply about Block 1")).to_have_value("n")
    hers.page.keyboard.press("Backspace")
    hers.page.evaluate("() => document.activeElement.blur()")
    hers.page.keyboard.press("n")
    hers.page.get_by_role("button", name="Settle").click()
    expect(hers.page.locator(".ProseMirror .anchor")).to_have_count(0)
    expect(hers.page.get_by_text("1 settled thread")).to_be_visible()
    page.reload()
    expect(page.locator(".galley mark.anchor")).to_have_count(0)


def test_words_are_chosen_on_the_galley(ilse: BrowserContext, hanne: BrowserContext) -> None:
    piece = new_piece(ilse, "Chosen on the galley", *PIECE)
    page = hanne.new_page()
    page.goto(f"{piece}/review")
    page.locator(".galley p", has_text="It rings.").click(click_count=3)
    page.get_by_role("button", name="Comment on this").click()
    expect(page.get_by_label("About", exact=True)).to_have_value(re.compile("^block:"))
    expect(page.get_by_label("The words it is about")).to_have_value("It rings.")
    page.get_by_label("What you say").fill("Which tone?")
    page.get_by_label("Only editors see it").check()
    page.get_by_role("button", name="Say it").click()
    expect(threads(page)).to_contain_text("Only editors see this")
    writers = ilse.new_page()
    writers.goto(f"{piece}/review")
    expect(writers.get_by_text("Nothing said yet")).to_be_visible()


def test_without_a_script_everything_is_said_by_forms(
    ilse: BrowserContext, browser: Browser, live_server: LiveServer
) -> None:
    piece = new_piece(ilse, "Without a script", *PIECE)
    context = person(browser, live_server.url, CHIEF, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{piece}/review")
    page.locator("#say summary").click()
    page.get_by_label("The words it is about").fill("a rice grain")
    page.get_by_label("What you say").fill("Or of a grain of sand?")
    page.get_by_role("button", name="Say it").click()
    expect(threads(page)).to_contain_text("Or of a grain of sand?")
    threads(page).get_by_role("link", name="Block 1").click()
    expect(page).to_have_url(re.compile("#at-thread-"))
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_text("0 open, 1 settled")).to_be_visible()
    context.close()
