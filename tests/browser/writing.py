"""Somebody at the writing desk: a new piece, keys pressed one after the other, and the body that was stored."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import PASSWORD

DELAY = 25  # milliseconds between keys: faster than anybody types, slow enough for the editor to answer each

_ID = re.compile(r' data-id="[^"]*"')
_FORM = re.compile(r"/newsroom/articles/\d+/(edit|save)$")


def sign_in(page: Page, email: str = "writer@galley.test") -> None:
    """Sign in."""
    page.goto("/newsroom/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[type=password]", PASSWORD)
    page.press("input[type=password]", "Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))


def text_of(page: Page) -> Locator:
    """Return the place where the text is written, once the editor is there."""
    expect(page.locator("[data-desk=ready]")).to_be_attached()
    return page.get_by_role("textbox", name="Text", exact=True)


def rewrite(page: Page, words: str) -> None:
    """Put words in the place of the whole text, as somebody would who selects it and types."""
    text_of(page).click()
    page.keyboard.press("ControlOrMeta+a")
    for number, paragraph in enumerate(words.split("\n\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(paragraph)


class Sheet:
    """A piece that is being written."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def begin(cls, page: Page, headline: str = "Written to be tried") -> Sheet:
        """Sign in, begin a piece, and set the caret into its text."""
        sign_in(page)
        page.goto("/newsroom/articles/new")
        page.get_by_label("Headline").fill(headline)
        page.get_by_label("Section").select_option(label="Systems")
        page.get_by_role("button", name="Begin the piece").click()
        sheet = cls(page)
        sheet.text.click()
        return sheet

    @property
    def text(self) -> Locator:
        """The place where the text is written."""
        return text_of(self.page)

    def type(self, *lines: str) -> Sheet:
        """Type lines, with Enter between them."""
        for number, line in enumerate(lines):
            if number:
                self.press("Enter")
            self.page.keyboard.type(line, delay=DELAY)
        return self

    def press(self, *keys: str) -> Sheet:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key, delay=DELAY)
        return self

    def choose(self, words: str) -> Sheet:
        """Choose a block from the list that a slash opens."""
        self.type("/" + words)
        expect(self.page.get_by_role("listbox", name="Blocks").get_by_role("option", selected=True)).to_be_visible()
        return self.press("Enter")

    def saved(self) -> str:
        """Save, load the page anew, and return the body that is stored, without its ids."""
        return _ID.sub("", self.saved_with_ids())

    def saved_with_ids(self) -> str:
        """Save, load the page anew, and return the body that is stored."""

        def is_save(answer: Response) -> bool:
            return answer.request.method == "POST" and bool(_FORM.search(answer.url))

        with self.page.expect_response(is_save):
            self.page.get_by_role("button", name="Save", exact=True).click()
        self.page.wait_for_load_state("networkidle")
        self.page.reload()
        stored = self.page.locator("#body").input_value()
        # The form has an empty line between blocks, for whoever reads it as HTML.
        return re.sub(r"\n\n(?=<[^>]* data-id=)", "", stored)
