"""What is offered after a piece, picked and barred by keyboard in the newsroom, and read a moment later."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import CHIEF, sign_in, visitor

PIECE = "/articles/how-a-crystal-learns-its-number"


def _read(reader: Page) -> list[str]:
    reader.goto(PIECE)
    return [words.strip() for words in reader.locator(".explore h3").all_inner_texts()]


def test_an_editor_picks_and_bars_by_keyboard_and_readers_see_it(
    browser_page: Page, browser: Browser, live_server: LiveServer
) -> None:
    reader = visitor(browser, live_server.url).new_page()
    assert len(_read(reader)) == 5
    sign_in(browser_page, CHIEF)
    browser_page.goto("/newsroom/live")
    browser_page.get_by_role("link", name="How a crystal learns its number").click()
    browser_page.get_by_role("link", name="Explore more").click()
    unwanted = browser_page.locator("#offered ~ ol h3").nth(1).inner_text()
    browser_page.get_by_role("button", name=f"Bar {unwanted}").first.press("Enter")
    expect(browser_page.get_by_text("It is not offered here any more.")).to_be_visible()
    browser_page.get_by_label("Words").fill("queue remembers")
    browser_page.keyboard.press("Enter")
    browser_page.get_by_role("button", name="Pick What a queue remembers").press("Enter")
    expect(browser_page.locator("#offered ~ ol h3").first).to_have_text("What a queue remembers")
    assert Axe().run(browser_page).response["violations"] == []
    expect(reader.locator(".explore h3").first).not_to_have_text("What a queue remembers")
    shown = _read(reader)
    assert shown[0] == "What a queue remembers"
    assert unwanted not in shown
    assert len(shown) == 5
    reader.context.close()
    browser_page.get_by_role("button", name="Let go What a queue remembers").press("Enter")
    browser_page.get_by_role("button", name=f"Let in again {unwanted}").press("Enter")
    expect(browser_page.get_by_role("heading", name="Barred")).to_have_count(0)
