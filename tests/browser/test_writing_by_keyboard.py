"""An interview, written, formatted and submitted without a mouse; and what axe says of the page."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desk import KEYS, Desk, sign_in

# The name of what has the focus, as far as these pages need it.
FOCUSED = """() => {
    const here = document.activeElement;
    return (here.getAttribute('aria-label') || here.labels?.[0]?.innerText || here.innerText || '').trim();
}"""


def test_an_interview_without_a_mouse(browser_page: Page) -> None:
    page, keys = browser_page, browser_page.keyboard
    sign_in(page)
    page.goto("/newsroom/")

    def tab_to(name: str, *, backwards: bool = False) -> None:
        for _ in range(80):
            if page.evaluate(FOCUSED).startswith(name):
                return
            keys.press("Shift+Tab" if backwards else "Tab")
        pytest.fail(f"the Tab key does not lead to {name}")

    def type_(*lines: str) -> None:
        for number, line in enumerate(lines):
            if number:
                keys.press("Enter", delay=KEYS)
            keys.type(line, delay=KEYS)

    tab_to("New piece")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/articles/new"))
    tab_to("Working headline")
    type_("A talk with a tide gauge")
    tab_to("Section")
    keys.type("Systems")
    tab_to("Begin the piece")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/edit"))

    tab_to("Standfirst")
    type_("Eleven years of two diaries, told by the one that was right.")
    tab_to("Text")
    if page.evaluate("document.activeElement.getAttribute('role')") == "toolbar":
        keys.press("Tab")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_focused()
    type_("The gauge is older than the harbour.", "## What it saw", "/interview")
    expect(page.get_by_role("listbox", name="Blocks").get_by_role("option", selected=True)).to_be_visible()
    keys.press("Enter")
    type_("What do you write down?", "The height of the sea.")
    for _ in "sea.":
        keys.press("Shift+ArrowLeft", delay=KEYS)
    keys.press("ControlOrMeta+i", delay=KEYS)
    keys.press("End", delay=KEYS)
    type_("", "Every six minutes.", "", "And for whom?", "For nobody.")
    keys.press("Shift+Tab", delay=KEYS)  # back to the question, and from there to who answers
    keys.press("ControlOrMeta+Enter", delay=KEYS)
    type_("That was all.")
    keys.press("Alt+Shift+ArrowUp", delay=KEYS)
    keys.press("Alt+Shift+ArrowDown", delay=KEYS)

    tab_to("Save and submit", backwards=True)
    keys.press("Enter")
    expect(page.get_by_text("In review").first).to_be_visible()
    piece = re.search(r"/newsroom/articles/\d+", page.url)
    assert piece
    page.goto(f"{piece[0]}/galley")
    for words in (
        "The gauge is older than the harbour.",
        "What it saw",
        "What do you write down?",
        "Every six minutes.",
        "And for whom?",
        "That was all.",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator("em", has_text="sea.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_a_page_of_blocks(browser_page: Page, scheme: str) -> None:
    browser_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    desk = Desk(sign_in(browser_page)).begin()
    desk.type("Words with a note").press("ControlOrMeta+Alt+f").type("Noted.").press("Enter", "Enter")
    for name in ("section", "callout", "interview", "code"):
        desk.choose(name).type("x").press("ControlOrMeta+Enter")
    desk.choose("table").type("One").press("Tab").type("Two").press("Tab").type("Three").press("ControlOrMeta+Enter")
    assert violations(browser_page) == []
    desk.type("/")
    expect(browser_page.get_by_role("listbox", name="Blocks")).to_be_visible()
    assert violations(browser_page) == []
    desk.press("Escape", "Backspace").type("end").press("Shift+ArrowLeft")
    expect(browser_page.get_by_role("toolbar", name="Selection")).to_be_visible()
    assert violations(browser_page) == []
    desk.press("ControlOrMeta+k")
    expect(browser_page.get_by_role("dialog", name="Link")).to_be_visible()
    assert violations(browser_page) == []
    desk.press("Escape", "ControlOrMeta+/")
    expect(browser_page.get_by_role("menu")).to_be_visible()
    assert violations(browser_page) == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
