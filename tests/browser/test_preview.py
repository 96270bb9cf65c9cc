"""The preview in a real browser: its widths, its scroll position, what is typed; and the looks beside the fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import CHIEF, sign_in

LONG = "/newsroom/articles/{}"


def draft(page: Page) -> str:
    """Return the address of a long piece that is being written."""
    page.goto("/newsroom/pieces?q=backups")
    href = page.locator(".row__title a", has_text="Backups nobody").first.get_attribute("href")
    assert href
    return href


@pytest.fixture
def desk(browser_page: Page) -> tuple[Page, str]:
    """A page of somebody who is signed in, and a piece to look at."""
    sign_in(browser_page, CHIEF)
    return browser_page, draft(browser_page)


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:not(.preview__frame--coming)")


def frame_says(page: Page, script: str) -> Any:
    """Ask the document in the frame."""
    return page.evaluate(f"() => {{ const w = document.querySelector('iframe').contentWindow; return {script}; }}")


def first_in_sight(page: Page) -> str:
    seen = "[...w.document.querySelectorAll('[data-id]')].find((b) => b.getBoundingClientRect().bottom > 0).dataset.id"
    return str(frame_says(page, seen))


def drawn(page: Page) -> None:
    """Wait until the browser has drawn what was asked for."""
    page.evaluate(
        "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(r))))"
    )


def test_each_width_is_that_screens_and_fits_the_room(desk: tuple[Page, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    page.evaluate("() => { window.isTheSame = true; }")
    for name, width in (("Tablet", 820), ("Desktop", 1280), ("Phone", 390)):
        page.get_by_role("navigation", name="Width").get_by_role("link", name=name).click()
        drawn(page)
        assert frame_says(page, "w.innerWidth") == width
        box = page.locator("iframe").bounding_box()
        sheet = page.locator(".preview__sheet").bounding_box()
        assert box
        assert sheet
        assert box["width"] == pytest.approx(sheet["width"], abs=1), "drawn as wide as its sheet"
        assert box["height"] == pytest.approx(sheet["height"], abs=1)
        assert box["width"] <= width + 0.5
        expect(page).to_have_url(re.compile(f"width={width}"))
    assert page.evaluate("() => window.isTheSame"), "nothing was loaded anew"
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_one_stays_in_the_same_place(desk: tuple[Page, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    frame_says(page, "w.scrollTo({ top: 1500, behavior: 'instant' })")
    before = first_in_sight(page)
    page.get_by_role("link", name="Desktop").click()
    drawn(page)
    assert first_in_sight(page) == before
    assert frame_says(page, "w.scrollY") > 0


def test_what_is_typed_appears_without_a_jump(desk: tuple[Page, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    frame_says(page, "w.scrollTo({ top: 1200, behavior: 'instant' })")
    before = first_in_sight(page)
    shown = page.evaluate(
        """async (address) => {
          const source = await (await fetch(address)).text();
          const form = new DOMParser().parseFromString(source, "text/html").getElementById("piece");
          form.elements.headline.value = "Typed a moment ago";
          const body = form.elements.body;
          body.value = "<p>A new beginning.</p>\\n\\n".repeat(3) + body.value;
          const { preview } = await import(document.querySelector("script[src*=preview]").src);
          const shown = await preview(document.querySelector("[data-module~=preview]"))
            .refresh(new FormData(form), "tab-of-a-test");
          // Given up again, or the next one who opens the editor is offered it.
          const tab = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, tab: "tab-of-a-test" });
          const given = await fetch(address.replace("/edit", "/copy/drop"), { method: "POST", body: tab });
          return shown && given.ok;
        }""",
        f"{piece}/edit",
    )
    assert shown
    expect(page.locator("iframe")).to_have_count(1)
    assert inside(page).locator("h1").inner_text() == "Typed a moment ago"
    assert inside(page).locator("text=A new beginning.").count() == 3
    assert first_in_sight(page) == before, "three paragraphs more above, and still at the same one"


def test_colours_are_the_readers(desk: tuple[Page, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    paper = "w.getComputedStyle(w.document.body).backgroundColor"
    found = {}
    for name in ("Light", "Dark"):
        page.get_by_role("link", name=name).click()
        found[name] = frame_says(page, paper)
    assert found["Light"] != found["Dark"]
    page.reload()
    expect(inside(page).locator("h1")).to_be_visible()
    assert frame_says(page, paper) == found["Dark"], "the address keeps it"


def test_links_in_the_galley_open_beside_it(desk: tuple[Page, str], browser_context: BrowserContext) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview?width=1280")
    expect(inside(page).locator("h1")).to_be_visible()
    with browser_context.expect_page() as opened:
        inside(page).get_by_role("link", name="Silicon").first.click()
    expect(opened.value).to_have_url(re.compile("/sections/silicon"))
    expect(inside(page).locator("h1")).to_be_visible()


def test_without_a_script_it_is_made_of_links(
    desk: tuple[Page, str], browser: Browser, browser_context: BrowserContext, live_server: LiveServer
) -> None:
    _, piece = desk
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=browser_context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    page.get_by_role("link", name="Tablet").click()
    expect(page).to_have_url(re.compile("width=820"))
    box = page.locator("iframe").bounding_box()
    assert box
    assert box["width"] == pytest.approx(820, abs=1)
    context.close()


def test_somebody_who_was_signed_out_is_told_and_loses_nothing(desk: tuple[Page, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/preview")
    expect(inside(page).locator("h1")).to_be_visible()
    page.context.clear_cookies()
    shown = page.evaluate(
        """async () => {
          const { preview } = await import(document.querySelector("script[src*=preview]").src);
          return preview(document.querySelector("[data-module~=preview]")).refresh(new URLSearchParams(), "tab");
        }"""
    )
    assert not shown
    expect(page.get_by_role("status").filter(has_text="cannot be shown")).to_be_visible()
    expect(inside(page).locator("h1")).to_be_visible()


def looks(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[data-seo]')]"
        ".map((one) => [one.dataset.seo, one.textContent.trim().replace(/\\s+/g, ' ')]))"
    )
    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"seo_title": "", "seo_description": ""},
        {"seo_title": "Seventy characters and a few more, so that somebody will have to cut it", "slug": "short"},
        {"seo_title": "Grüße 🕰 an alle, die noch wach sind, und alle, die es nicht sind", "seo_description": "🕰" * 90},
        {"seo_description": "Word, " * 40},
        {"seo_description": "x" * 300, "seo_title": "y" * 100},
        {"seo_description": "One."},
        {"kicker": "Harbours", "headline": "Two ships that share one berth, and why nobody minds it"},
    ],
)  # fmt: skip
def test_the_script_says_what_the_server_says(desk: tuple[Page, str], fields: dict[str, str]) -> None:
    page, piece = desk
    page.goto(f"{piece}/edit")
    page.get_by_role("tab", name="Details").click()
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    typed = looks(page)
    assert typed["card-headline"] == page.locator("#headline").input_value()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".saved")).to_have_text(re.compile(r"^Revision \d+, "))
    page.goto(f"{piece}/edit")
    assert looks(page) == typed
