"""Somebody at the writing desk: a browser of their own, a piece, and what is seen, pressed, pasted and stored there."""

from __future__ import annotations

import base64
import contextlib
import re
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Self

import lxml.html
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Browser, BrowserContext, Error, Locator, Page, expect

WRITER, EDITOR, CHIEF, OTHER = "writer@galley.test", "editor@galley.test", "chief@galley.test", "teodor@galley.test"
PASSWORD = "galley-demo"
#: Milliseconds between keys: faster than anybody types, and slow enough for the editor to see each.
KEYS = 25
PATIENCE = 20_000  # milliseconds: a busy machine is no failure
expect.set_options(timeout=15_000)

#: A text longer than any window, with titles, and a question and its answer.
LONG = (
    '<p data-id="bopening">The timetable in the hall was correct when it was printed.</p>'
    '<h2 data-id="bhalf">The half-life of a fact</h2>'
    + "".join(f'<p data-id="bp{n}">Some facts keep, and fact {n} is one of them.</p>' for n in range(60))
    + '<h2 data-id="bthree">Three ways to be late</h2>'
    '<p data-id="btk">A stale answer can be late in TK ways.</p>'
    '<section class="qa" data-id="bqa"><p class="qa-question" data-speaker="Overscan">Who says no?</p>'
    '<div class="qa-answer" data-speaker="Old Name"><p>The owner.</p></div></section>'
)

_ID = re.compile(r' data-id="[^"]*"')
_KEPT = """async (words) => {
  const open = indexedDB.open("galley", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("texts", { keyPath: "key" });
  await new Promise((done) => { open.onsuccess = done; });
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    const all = open.result.transaction("texts").objectStore("texts").getAll();
    await new Promise((done) => { all.onsuccess = done; });
    if (!all.result.some((kept) => kept.fields.body.includes(words))) continue;
    open.result.close();
    return true;
  }
  return false;
}"""
_BODY = """() => {
  const form = document.getElementById("piece");
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  form.addEventListener("submit", stop, { capture: true, once: true });
  form.requestSubmit();
  return form.elements.body.value;
}"""
_MADE = """
  const bytes = (coded) => Uint8Array.from(atob(coded), (character) => character.charCodeAt(0));
  const made = (file) => new File([bytes(file.content)], file.name, { type: file.type });
"""
_PASTE = f"""(given) => {{
  {_MADE}
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(given.kinds)) data.setData(kind, text);
  for (const file of given.files) data.items.add(made(file));
  const event = new ClipboardEvent("paste", {{ clipboardData: data, bubbles: true, cancelable: true }});
  document.querySelector(".ProseMirror").dispatchEvent(event);
  return event.defaultPrevented;
}}"""
_DROP = f"""({{ selector, files, where }}) => {{
  {_MADE}
  const place = document.querySelector(selector);
  const box = place.getBoundingClientRect();
  const data = new DataTransfer();
  for (const file of files) data.items.add(made(file));
  const y = where === "end" ? box.bottom - 1 : box.top + 1;
  const at = {{ bubbles: true, cancelable: true, dataTransfer: data, clientX: box.left + box.width / 2, clientY: y }};
  place.dispatchEvent(new DragEvent("dragover", at));
  const line = document.querySelector(".drop-line");
  place.dispatchEvent(new DragEvent("drop", at));
  return line !== null;
}}"""
#: Who signed in before, with the cookie that they got: to type a password a hundred times shows nothing new.
_SESSIONS: dict[str, Any] = {}
# Browsers tell of a caret that a click has set some milliseconds later; nobody presses a key so soon, but tests do.
_SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


class Desk:
    """A page with a piece in the editor."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text: Locator = page.get_by_role("textbox", name="Text", exact=True)
        #: What is said of saving, beside the button.
        self.saved: Locator = page.locator(".saved")
        #: What scripts threw, and what the browser complained of.
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    # Opening

    def begin(
        self, headline: str = "Written to be tried", body: str | None = None, *, section: str = "Systems"
    ) -> Self:
        """Begin a piece, with a text that is saved where one is given, and set the caret to its beginning."""
        self.open(drafted(self.page.context, headline, body, section=section))
        return self.at_beginning()

    def open(self, address: str) -> Self:
        """Open the text of the piece at `/newsroom/articles/<id>`."""
        self.page.goto(f"{address}/edit")
        return self.ready()

    def reload(self) -> Self:
        """Load the page anew."""
        self.page.goto(self.page.url.split("#")[0])
        return self.ready()

    def ready(self) -> Self:
        """Wait until the editor is there."""
        expect(self.page.locator("[data-desk=ready]")).to_be_attached()
        return self

    @property
    def address(self) -> str:
        """Where the piece is: `/newsroom/articles/<id>`."""
        found = re.search(r"/newsroom/articles/\d+", self.page.url)
        assert found
        return found[0]

    # Keys

    def type(self, *lines: str) -> Self:
        """Type lines where the focus is, with Enter between them."""
        for number, line in enumerate(lines):
            if number:
                self.press("Enter")
            self.page.keyboard.type(line, delay=KEYS)
        return self

    def press(self, *keys: str) -> Self:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key, delay=KEYS)
        return self

    def click(self, place: Locator) -> Self:
        """Click into the text, and wait until the caret is there."""
        place.click()
        self.page.evaluate(_SETTLED)
        return self

    def at_beginning(self) -> Self:
        """Set the caret to the beginning of the text."""
        self.text.focus()
        self.page.evaluate(_SETTLED)
        self.press("ControlOrMeta+Home")
        self.page.evaluate(_SETTLED)
        return self

    def write(self, words: str, *, block: int = -1) -> None:
        """Type words at the end of a block that has words, counted from 0."""
        place = self.text.locator("> p, > h2").nth(block)
        self.click(place).press("End").type(words)
        expect(place).to_contain_text(words.strip())

    def clear(self) -> Self:
        """Take the whole text out."""
        self.click(self.text).press("ControlOrMeta+a", "Delete")
        expect(self.text).to_have_text("")
        return self

    def rewrite(self, *paragraphs: str) -> None:
        """Put paragraphs in the place of the whole text, as somebody would who selects it and pastes them."""
        self.clear()
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.press("Enter")
            self.page.keyboard.insert_text(paragraph)

    def choose(self, words: str) -> Self:
        """Choose a block from the list that a slash opens."""
        self.type("/" + words)
        expect(self.page.get_by_role("listbox", name="Blocks").get_by_role("option", selected=True)).to_be_visible()
        return self.press("Enter")

    def command(self, words: str) -> None:
        """Do what the palette finds first."""
        self.press("Control+Shift+P")
        expect(self.page.get_by_role("combobox", name="Find a command")).to_be_focused()
        self.type(words).press("Enter")

    def button(self, name: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def tab(self, name: str) -> None:
        """Open a panel beside the text."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()

    # The clipboard, and files

    def paste(self, html: str = "", text: str = "", *, rtf: str = "", files: Sequence[dict[str, str]] = ()) -> None:
        """Paste as the browser tells of it, with the forms in which a clipboard has words, and its files."""
        kinds = {"text/html": html, "text/plain": text, "text/rtf": rtf}
        given = {"kinds": {kind: words for kind, words in kinds.items() if words}, "files": list(files)}
        assert self.page.evaluate(_PASTE, given), "the paste was left to the browser"

    def drop(self, *files: dict[str, str], selector: str = ".ProseMirror", where: str = "end") -> bool:
        """Drop files; tells whether a line showed where they would come."""
        return bool(self.page.evaluate(_DROP, {"selector": selector, "files": list(files), "where": where}))

    # What is seen

    def says(self, words: str) -> None:
        """Wait for words in the text."""
        expect(self.text).to_contain_text(words)

    def note(self, name: str) -> Locator:
        """Return the sentence of that name, between the tools and the text."""
        return self.page.locator(f"[data-note={name}]")

    def caret(self) -> str:
        """Return the id of the block that the caret is in."""
        script = "() => getSelection().anchorNode?.parentElement.closest('.ProseMirror > *')?.dataset.id ?? ''"
        return str(self.page.evaluate(script))

    def body(self) -> str:
        """Return the body as the form would send it now, without the ids of blocks."""
        return _ID.sub("", str(self.page.evaluate(_BODY)))

    # What is kept

    def kept(self) -> None:
        """Wait until the server has a copy of everything."""
        expect(self.saved).to_have_text(re.compile(r"^(Saved|Revision \d+,) "))

    def save(self) -> None:
        """Press the keys that save, and wait for the revision."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
            self.page.keyboard.press("Control+s")
        expect(self.saved).to_have_text(re.compile(r"^Revision \d+, "))

    def stored(self) -> str:
        """Save, load the page anew, and return the body that is stored, without its ids."""
        return _ID.sub("", self.stored_with_ids())

    def stored_with_ids(self) -> str:
        """Save, load the page anew, and return the body that is stored."""
        self.save()
        stored = self.reload().page.locator("#body").input_value()
        # The form has an empty line between blocks, for whoever reads it as HTML.
        return re.sub(r"\n\n(?=<[^>]* data-id=)", "", stored)

    def in_browser(self, words: str) -> None:
        """Wait until the browser's own memory has a text."""
        assert self.page.evaluate(_KEPT, words)

    def crash(self) -> None:
        """End the page as a fault in the browser does: no script of it runs any more."""
        with self.page.expect_event("crash"), contextlib.suppress(Error):
            self.page.goto("chrome://crash")
        self.page.close()

    def write_on(self) -> None:
        """Write although somebody else does."""
        expect(self.note("courtesy")).to_be_visible()
        if self.page.get_by_role("button", name="Write on as well").count():
            self.button("Write on as well")
        expect(self.text).to_have_attribute("contenteditable", "true")


def comes_true(page: Page, script: str) -> None:
    """Wait until a script's expression is true.

    Playwright's `wait_for_function` evaluates words later on, which our Content-Security-Policy does not let it do.
    """
    waiting = "for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((go) => setTimeout(go, 50)))"
    assert page.evaluate(f"async () => {{ {waiting} if ({script}) return true; return false; }}"), script


def visitor(browser: Browser, url: str, **options: Any) -> BrowserContext:
    """Return a browser of somebody's own, as `Browser.new_context` makes it, with addresses that begin at `url`."""
    # What fades in would be looked at half-way: with too little contrast, or not yet in its place.
    usual = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    context = browser.new_context(base_url=url, **{**usual, **options})
    context.set_default_timeout(PATIENCE)
    return context


def person(browser: Browser, url: str, email: str = WRITER, **options: Any) -> BrowserContext:
    """Return a browser in which somebody is signed in."""
    context = visitor(browser, url, **options)
    page = context.new_page()
    sign_in(page, email)
    page.close()
    return context


def sign_in(page: Page, email: str = WRITER) -> Page:
    """Sign in, by the form where it is shown or nobody did so before, and otherwise by the session of that time."""
    if "/sign-in" not in page.url:
        page.context.add_cookies(_SESSIONS.get(email, []))
        page.goto("/newsroom/")
    if "/sign-in" in page.url:
        page.locator("input[name=email]").fill(email)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(re.compile("sign-in"))
        _SESSIONS[email] = [cookie for cookie in page.context.cookies() if cookie["name"] == "sid"]
    return page


def drafted(context: BrowserContext, headline: str, body: str | None, *, section: str = "Systems") -> str:
    """Begin a piece, with a text that is saved where one is given; return its address.

    Its forms are sent without being shown, which half of all tests would wait for (test_story.py begins one by hand).
    """
    page = _shown(context, "/newsroom/articles/new")
    (form,) = page.xpath("//form[.//input[@name='headline']]")
    (chosen,) = form.xpath(f".//option[normalize-space()='{section}']/@value")
    made = _sent(context, form, form.get("action"), headline=headline, section_id=chosen)
    found = re.search(r"/newsroom/articles/\d+", made.url)
    assert found, made.url
    if body is not None:
        form = _shown(context, f"{found[0]}/edit").get_element_by_id("piece")
        _sent(context, form, f"{found[0]}/save", body=body)
    return found[0]


def _shown(context: BrowserContext, address: str) -> lxml.html.HtmlElement:
    answer = context.request.get(address)
    assert answer.ok, answer.text()
    return lxml.html.fromstring(answer.body())


def _sent(context: BrowserContext, form: lxml.html.HtmlElement, address: str, **changed: str) -> APIResponse:
    """Send a form as a browser would, with some of its fields filled in."""
    fields = dict(form.form_values()) | changed
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": fields["csrf_token"]}
    answer = context.request.post(address, form=fields, headers=headers)
    assert answer.ok, answer.text()
    return answer


def new_piece(context: BrowserContext, headline: str, *paragraphs: str) -> str:
    """Begin a piece with a text, and return its address; nobody has it open."""
    return drafted(context, headline, "".join(f"<p>{words}</p>" for words in paragraphs))


def galley(context: BrowserContext, address: str) -> str:
    """Return the newest saved text of a piece, as a browser that is new to it sees it."""
    answer = context.request.get(f"{address}/galley")
    assert answer.ok
    return answer.text()


def png(name: str, shade: int, *, side: int = 400) -> dict[str, str]:
    """Return a picture that no other test sends, as a page's script can make a file of it."""
    row = b"\0" + bytes((shade, 90, 160)) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(row * side)), _chunk(b"IEND", b""))
    content = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()
    return {"name": name, "type": "image/png", "content": content}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def clean(page: Page) -> None:
    """Find nothing that keeps anybody out."""
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
