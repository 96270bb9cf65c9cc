"""What whoever types `make run` sees first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import PASSWORD


def test_the_front_page_is_a_magazine(browser_page: Page) -> None:
    answer = browser_page.goto("/")
    assert answer is not None
    assert answer.status == 200
    expect(browser_page.get_by_role("link", name="Overscan").first).to_be_visible()
    assert browser_page.locator("article").count() >= 5


@pytest.mark.parametrize(
    "email", ["writer@galley.test", "editor@galley.test", "chief@galley.test", "admin@galley.test"]
)
def test_each_of_the_four_can_sign_in(browser_page: Page, email: str) -> None:
    browser_page.goto("/newsroom/")
    expect(browser_page).to_have_url(re.compile("/newsroom/sign-in"))
    browser_page.fill("input[name=email]", email)
    browser_page.fill("input[type=password]", PASSWORD)
    browser_page.press("input[type=password]", "Enter")
    browser_page.wait_for_url(lambda url: "/newsroom/" in url and "sign-in" not in url)
