"""A writer at the desk: what the browser tests of pasting and of pictures share."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD, LiveServer

KEY = 25  # milliseconds between keys: the editor reads them as a browser tells of them
_MADE = """
    const bytes = (coded) => Uint8Array.from(atob(coded), (character) => character.charCodeAt(0));
    const made = (file) => new File([bytes(file.content)], file.name, { type: file.type });
"""
_PASTE = (
    """(given) => {"""
    + _MADE
    + """
    const data = new DataTransfer();
    for (const [kind, text] of Object.entries(given.kinds)) data.setData(kind, text);
    for (const file of given.files) data.items.add(made(file));
    const place = document.querySelector(".ProseMirror");
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    place.dispatchEvent(event);
    return event.defaultPrevented;
}"""
)
_DROP = (
    """({ selector, files, where }) => {"""
    + _MADE
    + """
    const place = document.querySelector(selector);
    const box = place.getBoundingClientRect();
    const data = new DataTransfer();
    for (const file of files) data.items.add(made(file));
    const y = where === "end" ? box.bottom - 1 : box.top + 1;
    const at = { bubbles: true, cancelable: true, dataTransfer: data, clientX: box.left + box.width / 2, clientY: y };
    place.dispatchEvent(new DragEvent("dragover", at));
    const line = document.querySelector(".drop-line");
    place.dispatchEvent(new DragEvent("drop", at));
    return line !== null;
}"""
)


class Desk:
    """The editor of one new piece, in a browser that keeps to the real policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.text: Locator = page.locator(".ProseMirror")

    def begin(self, headline: str) -> None:
        """Begin a piece, and stand in its text."""
        self.page.goto("/newsroom/")
        self.page.get_by_role("link", name="New piece").click()
        self.page.get_by_label("Headline").fill(headline)
        self.page.get_by_label("Section").select_option(label="Systems")
        self.page.get_by_role("button", name="Begin the piece").click()
        expect(self.page.locator("[data-desk=ready]")).to_be_attached()
        self.text.click()

    def type(self, words: str) -> None:
        self.page.keyboard.type(words, delay=KEY)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(KEY)

    def clear(self) -> None:
        self.text.click()
        self.press("Control+a", "Delete")
        expect(self.text).to_have_text("")

    def paste(self, html: str = "", text: str = "", *, rtf: str = "", files: Sequence[dict[str, str]] = ()) -> None:
        """Paste as the browser tells of it, with the forms in which a clipboard has words, and its files."""
        kinds = {"text/html": html, "text/plain": text, "text/rtf": rtf}
        given = {"kinds": {kind: words for kind, words in kinds.items() if words}, "files": list(files)}
        assert self.page.evaluate(_PASTE, given), "the paste was left to the browser"

    def drop(self, *files: dict[str, str], selector: str = ".ProseMirror", where: str = "end") -> bool:
        """Drop files; tells whether a line showed where they would come."""
        return bool(self.page.evaluate(_DROP, {"selector": selector, "files": list(files), "where": where}))

    def body(self) -> str:
        """Return the body as the form would send it now, without the ids of blocks."""
        script = """() => {
            const form = document.getElementById("piece");
            const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
            form.addEventListener("submit", stop, { capture: true, once: true });
            form.requestSubmit();
            return form.elements.body.value;
        }"""
        return re.sub(r' data-id="[^"]*"', "", self.page.evaluate(script))


@contextmanager
def desk_of(browser: Browser, server: LiveServer) -> Iterator[Desk]:
    """Sign somebody in, in a browser of their own."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/newsroom/sign-in")
    page.locator("input[name=email]").fill("writer@galley.test")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("sign-in"))
    yield Desk(page)
    context.close()


def png(name: str, shade: int, *, side: int = 400) -> dict[str, str]:
    """Return a picture that no other test sends, as a page's script can make a file of it."""
    row = b"\0" + bytes((shade, 90, 160)) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(row * side)), _chunk(b"IEND", b""))
    return {
        "name": name,
        "type": "image/png",
        "content": base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode(),
    }


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
