"""Arranging the front page in a real browser: by the mouse, by the keyboard, in place, and what readers get of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import CHIEF, person, sign_in


@pytest.fixture
def draft(browser_page: Page) -> Iterator[Page]:
    """A draft of the front page that a chief has just begun; it is dropped afterwards."""
    sign_in(browser_page, CHIEF)
    browser_page.goto("/newsroom/front")
    browser_page.get_by_role("button", name="Arrange the page").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("What stands where?")
    browser_page.evaluate("() => { window.isTheSame = true; }")
    yield browser_page
    browser_page.get_by_role("button", name="Discard the draft").click()
    expect(browser_page).to_have_url(re.compile("/front$"))


def titles(page: Page, part: str) -> list[str]:
    return [text.strip() for text in page.locator(f"{part} .spot__title").all_inner_texts()]


def drag(source: Locator, target: Locator) -> None:
    """Take something by the mouse, and let go of it over something else, wherever on the page that is."""
    mouse = source.page.mouse
    source.hover()
    box = source.bounding_box()
    assert box
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2 + 8, box["y"] + box["height"] / 2 + 8)  # so much makes it a drag
    target.hover()
    target.hover()  # the first one enters it, as browsers tell of a drag
    mouse.up()


def test_pieces_are_dragged_to_their_places(draft: Page) -> None:
    lead, first, second, third = titles(draft, ".forme__top")
    drag(draft.locator("#feature-2"), draft.locator("#lead"))
    expect(draft.locator("#lead .spot__title")).to_have_text(second)
    assert titles(draft, ".forme__top") == [second, first, lead, third], "two that were chosen change places"
    expect(draft.get_by_role("status")).to_contain_text(f"“{second}” stands at Lead now.")
    automatic = draft.locator(".forme__row .spot:not(.spot--chosen) .spot__title").first.inner_text()
    drag(draft.locator(".spot:not(.spot--chosen)", has_text=automatic), draft.locator("#feature-3"))
    expect(draft.locator("#feature-3 .spot__title")).to_have_text(automatic)
    assert draft.evaluate("() => window.isTheSame"), "nothing was loaded anew"
    everything = titles(draft, ".forme")
    assert len(everything) == len(set(everything))


def test_sections_are_dragged_into_another_order(draft: Page) -> None:
    sections = draft.locator(".forme__section")
    before = sections.all_inner_texts()
    drag(sections.nth(2), sections.nth(0))
    expect(sections).to_have_text([before[2], *before[:2], *before[3:]])
    assert draft.evaluate("() => window.isTheSame")


def test_what_does_not_fit_says_so_and_changes_nothing(draft: Page) -> None:
    before = titles(draft, ".forme")
    drag(draft.locator("#lead"), draft.locator("#interview"))
    expect(draft.get_by_role("alert")).to_contain_text("Only parts of the series in the spotlight stand there.")
    assert titles(draft, ".forme") == before


def test_the_keyboard_does_all_of_it_and_stays_where_it_was(draft: Page) -> None:
    lead, first, second, third = titles(draft, ".forme__top")
    draft.get_by_role("button", name=f"Up, {third}", exact=True).focus()
    for expected in ([lead, first, third, second], [lead, third, first, second], [third, lead, first, second]):
        draft.keyboard.press("Enter")
        expect(draft.locator(".forme__top .spot__title")).to_have_text(expected)
    expect(draft.get_by_role("button", name=f"Down, {third}", exact=True)).to_be_focused()
    draft.keyboard.press("Enter")
    expect(draft.locator(".forme__top .spot__title")).to_have_text([lead, third, first, second])
    expect(draft.get_by_role("button", name=f"Down, {third}", exact=True)).to_be_focused()
    section = draft.locator(".forme__section").first.inner_text()
    draft.get_by_role("button", name=f"Later, {section}").focus()
    draft.keyboard.press("Space")
    expect(draft.locator(".forme__section").nth(1)).to_have_text(section)
    expect(draft.get_by_role("button", name=f"Later, {section}")).to_be_focused()
    assert draft.evaluate("() => window.isTheSame")


def test_somebody_who_was_faster_is_heard_of_in_place(draft: Page, browser: Browser, live_server: LiveServer) -> None:
    lead, first, second, _ = titles(draft, ".forme__top")
    other = person(browser, live_server.url, CHIEF)
    theirs = other.new_page()
    theirs.goto(draft.url)
    theirs.get_by_role("button", name=f"Up, {first}", exact=True).click()
    expect(theirs.locator("#lead .spot__title")).to_have_text(first)
    other.close()
    draft.get_by_role("button", name=f"Up, {second}", exact=True).click()
    expect(draft.get_by_role("alert")).to_contain_text("changed this arrangement after you had opened it")
    expect(draft.locator(".forme__top .spot__title").first).to_have_text(first)
    draft.get_by_role("button", name="Do it now").click()
    expect(draft.locator("#feature-1 .spot__title")).to_have_text(second)
    expect(draft.locator("#feature-2 .spot__title")).to_have_text(lead)


def test_the_preview_shows_the_page_at_each_width(draft: Page) -> None:
    drag(draft.locator("#feature-1"), draft.locator("#lead"))
    expect(draft.get_by_role("status")).to_contain_text("stands at Lead now.")
    lead = titles(draft, ".forme__top")[0]
    draft.get_by_role("link", name="Preview").click()
    for name, width in (("Tablet", 820), ("Desktop", 1280), ("Phone", 390)):
        draft.get_by_role("navigation", name="Width").get_by_role("link", name=name).click()
        expect(draft).to_have_url(re.compile(f"width={width}"))
        inside = draft.frame_locator("iframe:not(.preview__frame--coming)")
        expect(inside.locator(".front__lead .story__headline")).to_have_text(lead)
        assert draft.evaluate("() => document.querySelector('iframe').contentWindow.innerWidth") == width
    draft.get_by_role("link", name="Places").click()


def test_without_a_script_the_same_buttons_do_it(browser: Browser, live_server: LiveServer) -> None:
    context = person(browser, live_server.url, CHIEF, java_script_enabled=False)
    page = context.new_page()
    page.goto("/newsroom/front")
    page.get_by_role("button", name="Arrange the page").click()
    chosen = page.locator(".forme__top .spot__title")
    expect(chosen).to_have_count(4)
    lead, first, second, third = titles(page, ".forme__top")
    page.get_by_role("button", name=f"Up, {first}", exact=True).click()
    expect(page).to_have_url(re.compile("#lead$"))
    expect(chosen).to_have_text([first, lead, second, third])
    page.get_by_role("link", name="Another for Feature 3").click()
    page.get_by_label("Words").fill("leap second")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("listitem").filter(has_text="A leap second rehearsal").get_by_role("button").click()
    expect(chosen).to_have_text([first, lead, second, "A leap second rehearsal"])
    page.get_by_role("button", name="Discard the draft").click()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_everybody_can_use_it(browser: Browser, live_server: LiveServer, width: int, scheme: str) -> None:
    context = person(browser, live_server.url, CHIEF, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto("/newsroom/front")
    page.get_by_role("button", name="Arrange the page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What stands where?")
    draft = page.url
    for address in ("/newsroom/front", f"{draft}/places/lead", f"{draft}/preview", draft):
        page.goto(address)
        assert Axe().run(page).response["violations"] == [], address
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), address
    page.get_by_role("button", name="Discard the draft").click()
    context.close()
