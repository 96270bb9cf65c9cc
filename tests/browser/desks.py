"""Somebody at the writing desk: a browser of their own, a piece, and what is seen and pressed there."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.browser.conftest import PASSWORD

WRITER, EDITOR, OTHER = "writer@galley.test", "editor@galley.test", "teodor@galley.test"
expect.set_options(timeout=15_000)  # a busy machine is no failure
#: Milliseconds between keys: faster than anybody types, and slow enough for the editor to see each.
KEYS = 25
RECORDS = """async () => {
  const open = indexedDB.open("galley", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("texts", { keyPath: "key" });
  await new Promise((done) => { open.onsuccess = done; });
  const all = open.result.transaction("texts").objectStore("texts").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  open.result.close();
  return all.result.map((kept) => kept.fields.body);
}"""


class Desk:
    """One page with the editor on it."""

    def __init__(self, page: Page, address: str = "") -> None:
        self.page, self.address = page, address
        self.text = page.locator("[data-desk-body] .ProseMirror")
        self.saved = page.locator(".saved")

    def open(self, address: str) -> Desk:
        """Open a piece's text."""
        self.address = address
        self.page.goto(f"{address}/edit")
        expect(self.page.locator("[data-desk=ready]")).to_be_attached()
        return self

    def write(self, words: str, *, block: int = -1) -> None:
        """Type words at the end of a block, by keys."""
        blocks = self.text.locator("> p, > h2")
        place = blocks.nth(block) if block >= 0 else blocks.last
        place.click()
        self.page.keyboard.press("End")
        self.page.keyboard.type(words, delay=KEYS)
        expect(place).to_contain_text(words.strip())

    def kept(self) -> None:
        """Wait until the server has a copy of everything."""
        expect(self.saved).to_have_text(re.compile(r"^(Saved|Revision \d+,) "), timeout=15_000)

    def save(self) -> None:
        """Press the keys that save, and wait for the revision."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
            self.page.keyboard.press("Control+s")
        expect(self.saved).to_have_text(re.compile(r"^Revision \d+, "))

    def says(self, words: str) -> None:
        """Wait for a text in the editor."""
        expect(self.text).to_contain_text(words)

    def note(self, name: str) -> Locator:
        """Return the sentence of that name, between the tools and the text."""
        return self.page.locator(f"[data-note={name}]")

    def press(self, name: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def in_browser(self, words: str) -> None:
        """Wait until the browser's own memory has a text."""
        self.page.wait_for_function(
            f"async (words) => (await ({RECORDS})()).some((body) => body.includes(words))", arg=words
        )

    def crash(self) -> None:
        """End the page as a fault in the browser does: no script of it runs any more."""
        with self.page.expect_event("crash"), contextlib.suppress(Error):
            self.page.context.new_cdp_session(self.page).send("Page.crash")
        self.page.close()

    def write_on(self) -> None:
        """Write although somebody else does."""
        expect(self.note("courtesy")).to_be_visible()
        if self.page.get_by_role("button", name="Write on as well").count():
            self.press("Write on as well")
        expect(self.text).to_have_attribute("contenteditable", "true")


def person(browser: Browser, url: str, email: str) -> BrowserContext:
    """Return a browser in which somebody is signed in."""
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/newsroom/sign-in")
    sign_in(page, email)
    page.close()
    return context


def sign_in(page: Page, email: str) -> None:
    """Fill in the form that is on the page."""
    page.locator("input[name=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def new_piece(context: BrowserContext, headline: str, *paragraphs: str) -> str:
    """Begin a piece with a text, and return its address; nobody has it open afterwards."""
    page = context.new_page()
    page.goto("/newsroom/articles/new")
    page.get_by_label("Headline").fill(headline)
    page.get_by_label("Section").select_option(label="Systems")
    page.get_by_role("button", name="Begin the piece").click()
    expect(page.locator("[data-desk=ready]")).to_be_attached()
    found = re.search(r"/newsroom/articles/\d+", page.url)
    assert found
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    sent = page.evaluate(
        """async (body) => {
          const form = new FormData(document.getElementById("piece"));
          form.set("body", body);
          const answer = await fetch(document.getElementById("piece").dataset.address + "/save", {
            method: "POST", body: new URLSearchParams(form),
            headers: { "X-CSRFToken": form.get("csrf_token"), Accept: "application/json" },
          });
          return answer.status;
        }""",
        body,
    )
    assert sent == 200
    page.close()
    return found[0]


def stored(context: BrowserContext, address: str) -> str:
    """Return the newest saved text of a piece, as a browser that is new to it sees it."""
    answer = context.request.get(f"{address}/galley")
    assert answer.ok
    return answer.text()
