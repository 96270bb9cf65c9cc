"""Searching as readers do: suggestions while typing, by keyboard and by ear, and a form that needs no script."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

FIELD = "Search the archive"


def test_what_is_typed_is_completed_and_led_to_by_keyboard(browser_page: Page) -> None:
    browser_page.goto("/search")
    field = browser_page.get_by_role("combobox", name=FIELD)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("clo")
    options = browser_page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_text(["Counting without a clock", re.compile("^Clocks *Topic$")])
    expect(browser_page.get_by_role("status").filter(has_text="Suggestions: 2.")).to_be_attached()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press("ArrowDown")
    field.press("ArrowUp")
    field.press("ArrowUp")
    field.press("Enter")
    expect(browser_page).to_have_url(re.compile("/topics/clocks$"))


def test_enter_without_a_choice_searches(browser_page: Page) -> None:
    browser_page.goto("/search")
    field = browser_page.get_by_role("combobox", name=FIELD)
    field.press_sequentially("clock")
    expect(browser_page.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    expect(browser_page).to_have_url(re.compile(r"/search\?q=clock$"))


def test_a_suggestion_can_be_clicked_and_is_text(browser_page: Page) -> None:
    browser_page.route(
        "**/search/suggest?*",
        lambda route: route.fulfill(json=["x", ["<img src=x onerror=document.title='bad'>"], ["piece"], [
            browser_page.url.replace("/search", "/people")
        ]]),
    )  # fmt: skip
    browser_page.goto("/search")
    browser_page.get_by_role("combobox", name=FIELD).press_sequentially("xx")
    browser_page.get_by_role("option", name="<img src=x").click()
    expect(browser_page).to_have_url(re.compile("/people$"))


def test_the_form_works_without_a_script(unscripted: Page) -> None:
    unscripted.goto("/search")
    unscripted.get_by_role("searchbox", name=FIELD).fill("clok drift")
    unscripted.get_by_role("button", name="Search", exact=True).click()
    expect(unscripted.get_by_text("Showing results for")).to_be_visible()
    unscripted.get_by_role("form", name="Narrow the results").get_by_role(
        "checkbox", name=re.compile("^Systems")
    ).check()
    unscripted.get_by_role("button", name="Narrow").click()
    expect(unscripted.get_by_role("list", name="Narrowed to").get_by_role("link")).to_have_text(["Without Systems"])
    unscripted.get_by_role("link", name="Without Systems").click()
    expect(unscripted.get_by_role("list", name="Narrowed to")).to_have_count(0)


def test_a_choice_narrows_at_once_and_keeps_the_focus(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 800})
    browser_page.goto("/search?q=clock")
    form = browser_page.get_by_role("form", name="Narrow the results")
    form.get_by_text("Narrow the results").click()
    choice = form.get_by_role("checkbox", name=re.compile("^Systems"))
    choice.focus()
    choice.press("Space")
    taken = browser_page.get_by_role("list", name="Narrowed to").get_by_role("link")
    expect(taken).to_have_text(["Without Systems"])
    expect(browser_page).to_have_url(re.compile(r"/search\?q=clock&section=systems$"))  # and no days that are empty
    expect(choice).to_be_focused()
    expect(choice).to_be_in_viewport()
    expect(form.get_by_role("status")).to_contain_text("piece")
    choice.press("Space")
    expect(taken).to_have_count(0)
    browser_page.go_back()
    expect(taken).to_have_text(["Without Systems"])
    expect(browser_page.get_by_role("checkbox", name=re.compile("^Systems"), include_hidden=True).first).to_be_checked()


def test_nobody_is_left_out(browser_page: Page) -> None:
    for address in ("/search?q=clock&section=systems&from=2024-01-01", "/search?q=zeppelinx"):
        browser_page.goto(address)
        assert Axe().run(browser_page).violations_count == 0
    browser_page.goto("/search")
    browser_page.get_by_role("combobox", name=FIELD).press_sequentially("clo")
    expect(browser_page.get_by_role("option").first).to_be_visible()
    assert Axe().run(browser_page).violations_count == 0
