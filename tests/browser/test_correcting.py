"""Is this a correction? Asked when a number that readers know is changed, and answered from a filled-in form."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.desk import sign_in

HEADLINE = "Where the packets wait, and who pays for it"


def test_a_changed_number_is_asked_about_and_the_answer_goes_out_with_the_text(browser_page: Page) -> None:
    page = browser_page
    sign_in(page)
    page.goto("/newsroom/pieces?q=packets+wait")
    page.get_by_role("link", name=HEADLINE).first.click()
    page.get_by_role("link", name="Text", exact=True).click()
    page.get_by_role("textbox", name="Headline").fill("Where 7 packets wait, and who pays for it")
    page.get_by_role("button", name="Save and submit", exact=True).click()

    expect(page.get_by_role("heading", name="Is this a correction?")).to_be_visible()
    expect(page.locator(".claims ins")).to_have_text("Where 7 packets wait, and who pays for it")
    expect(page.get_by_role("textbox", name="What it says now")).to_have_value(re.compile("Where 7 packets"))
    page.get_by_role("combobox", name="What is it?").select_option(label="Clarification")
    page.get_by_role("button", name="Add it and submit").click()  # without words for readers nothing is sent
    expect(page.get_by_role("textbox", name="Words to readers")).to_be_focused()
    page.get_by_role("textbox", name="Words to readers").fill("There were seven of them.")
    page.get_by_role("button", name="Add it and submit").click()

    expect(page.get_by_text("It is with the editors now.")).to_be_visible()
    expect(page.get_by_text("Clarification: “There were seven of them.”")).to_be_visible()
    page.get_by_role("link", name="Preview", exact=True).click()
    galley = page.frame_locator("iframe").first
    expect(galley.get_by_role("complementary", name="Clarification")).to_contain_text("There were seven of them.")
