"""The picture library in a real browser: several files at once with what becomes of each, and the focal point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import EDITOR, sign_in, visitor
from tests.media.drawings import SVG, photo


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def page(browser_page: Page) -> Page:
    return sign_in(browser_page, EDITOR)


@pytest.fixture
def plain_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = visitor(browser, live_server.url, java_script_enabled=False)
    yield sign_in(context.new_page(), EDITOR)
    context.close()


def test_several_are_sent_at_once_and_each_says_what_became_of_it(page: Page) -> None:
    page.goto("/newsroom/pictures/new")
    page.get_by_label("Pictures", exact=True).set_input_files(
        [file("crane.jpg", photo(210)), file("drawing.svg", SVG), file("tug.jpg", photo(211))]
    )
    page.get_by_label("Credit line").fill("Ilse Varnholt")
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_text("2 taken in, 1 not taken.")).to_be_visible()
    expect(page.get_by_text("Export it as PNG")).to_be_visible()
    page.get_by_role("link", name="Say what they show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two pictures: say what they show.")
    for number, words in enumerate(("A crane at the quay", "A tug under steam")):
        page.get_by_label("Alternative text").nth(number).fill(words)
        expect(page.get_by_label("Credit line").nth(number)).to_have_value("Ilse Varnholt")
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_role("link", name="A crane at the quay")).to_be_visible()


def test_a_file_that_is_there_already_leads_to_where_it_is(page: Page) -> None:
    page.goto("/newsroom/pictures/new")
    for _ in range(2):
        page.goto("/newsroom/pictures/new")
        page.get_by_label("Pictures", exact=True).set_input_files([file("buoy.jpg", photo(220))])
        page.get_by_label("Alternative text").fill("A buoy")
        page.get_by_role("button", name="Send in").click()
        expect(
            page.get_by_role("heading", level=1, name="A buoy").or_(page.get_by_text("1 here already."))
        ).to_be_visible()
    page.get_by_role("link", name="A buoy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A buoy")


def test_files_are_dropped_onto_the_library(page: Page) -> None:
    page.goto("/newsroom/pictures")
    dropped = page.evaluate_handle(
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "pilot.jpg", { type: "image/jpeg" }));
            return files;
        }""",
        list(photo(230)),
    )
    page.dispatch_event("main", "drop", {"dataTransfer": dropped})
    expect(page.get_by_role("heading", level=1)).to_have_text("A picture that nobody described yet")
    expect(page.get_by_text("pilot.jpg").first).to_be_visible()


def test_a_lost_connection_loses_no_file(page: Page) -> None:
    page.goto("/newsroom/pictures/new")
    page.get_by_label("Pictures", exact=True).set_input_files([file("lost.jpg", photo(240))])
    page.get_by_label("Alternative text").fill("A lost thing")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_text("The connection broke")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lost thing")


def test_the_focal_point_is_clicked_and_moved_by_keyboard(page: Page) -> None:
    page.goto("/newsroom/pictures/1")
    picture = page.locator(".point img")
    box = picture.bounding_box()
    assert box
    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    left, top = page.get_by_label("Percent from the left"), page.get_by_label("Percent from the top")
    expect(left).to_have_value("25")
    expect(top).to_have_value("75")
    mark = page.get_by_role("button", name="What no crop may lose: 25 percent from the left")
    expect(mark).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(left).to_have_value("35")
    expect(top).to_have_value("74")
    crop = page.locator(".crop--card img")
    expect(crop).to_have_css("object-position", "35% 74%")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Live pieces show it within a minute")).to_be_visible()
    expect(page.get_by_label("Percent from the left")).to_have_value("35")
    expect(page.locator(".crop--card img")).to_have_class("focus-x35 focus-y75")


def test_without_a_script_the_forms_do_the_same(plain_page: Page) -> None:
    plain_page.goto("/newsroom/pictures/new")
    expect(plain_page.get_by_text("Or drop them")).to_be_hidden()
    plain_page.get_by_label("Pictures", exact=True).set_input_files([file("plain.jpg", photo(250))])
    plain_page.get_by_label("Alternative text").fill("A plain thing")
    plain_page.get_by_role("button", name="Send in").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("A plain thing")
    plain_page.get_by_label("Percent from the left").fill("10")
    plain_page.get_by_role("button", name="Save", exact=True).click()
    expect(plain_page.get_by_label("Percent from the left")).to_have_value("10")
