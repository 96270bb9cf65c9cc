"""A piece says that it is being read, once, and to nobody who asks not to be counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Request

VIEWS = Path(__file__).parents[2] / "static" / "js" / "views.js"
PAGE = (
    '<!doctype html><title>A piece</title><main data-views="12"></main><script type="module" src="/views.js"></script>'
)
A_PERSON = "Object.defineProperty(navigator, 'webdriver', { get: () => false });"


def sent(browser: Browser, script: str, page_text: str = PAGE) -> list[Request]:
    """Open a page that counts, and return what it sends; nothing here needs the magazine's server."""
    context = browser.new_context(base_url="http://magazine.test")
    page = context.new_page()
    found: list[Request] = []

    def answer(route: Any) -> None:
        request = route.request
        if request.method == "POST":
            found.append(request)
            route.fulfill(status=204)
        elif request.url.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=VIEWS.read_text())
        else:
            route.fulfill(content_type="text/html", body=page_text)

    page.route("**/*", answer)
    page.add_init_script(script)
    page.goto("/articles/piece")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_load_state("networkidle")
    context.close()
    return found


def test_a_piece_in_sight_sends_its_number_once_and_nothing_else(browser: Browser) -> None:
    [view] = sent(browser, A_PERSON)
    assert (view.url, view.method, view.post_data) == ("http://magazine.test/views", "POST", "12")
    assert "cookie" not in view.headers


@pytest.mark.parametrize(
    "declined",
    [
        "Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' });",
        "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true });",
        "Object.defineProperty(navigator, 'webdriver', { get: () => true });",
        "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });",
    ],
)
def test_whoever_does_not_want_it_or_does_not_look_sends_nothing(browser: Browser, declined: str) -> None:
    assert sent(browser, A_PERSON.replace("=> false", "=> false, configurable: true") + declined) == []
