"""Everything around the text of the editor, by keyboard, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PASSWORD, LiveServer

DELAY = 25
SLOW = 60  # paragraphs: longer than any window
BODY = (
    '<p data-id="bopening">The timetable in the hall was correct when it was printed.</p>'
    '<h2 data-id="bhalf">The half-life of a fact</h2>'
    + "".join(f'<p data-id="bp{n}">Some facts keep, and fact {n} is one of them.</p>' for n in range(SLOW))
    + '<h2 data-id="bthree">Three ways to be late</h2>'
    '<p data-id="btk">A stale answer can be late in TK ways.</p>'
    '<section class="qa" data-id="bqa"><p class="qa-question" data-speaker="Overscan">Who says no?</p>'
    '<div class="qa-answer" data-speaker="Old Name"><p>The owner.</p></div></section>'
)
SAVE = """
    async (body) => {
      const form = document.getElementById("piece");
      const fields = new URLSearchParams(new FormData(form));
      fields.set("body", body);
      return (await fetch(form.action, { method: "POST", body: fields })).status;
    }
"""
WATCH = """
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


class Desk:
    """A writer at a piece of their own, and what the page shows them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = page.get_by_role("textbox", name="Text")

    def sign_in(self) -> None:
        self.page.goto("/newsroom/sign-in")
        self.page.locator("input[name=email]").fill("writer@galley.test")
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).not_to_have_url(re.compile("sign-in"))

    def begin(self, headline: str, body: str = BODY) -> None:
        """Begin a piece with a text, as its form would save it, and open it."""
        self.page.goto("/newsroom/articles/new")
        self.page.get_by_label("Working headline").fill(headline)
        self.page.get_by_label("Section").select_option(label="Systems")
        self.page.get_by_role("button", name="Begin the piece").click()
        self.page.wait_for_url(re.compile(r"/articles/\d+/edit"))
        assert self.page.evaluate(SAVE, body) == 200
        self.open()

    def open(self) -> None:
        self.page.goto(self.page.url.split("#")[0])
        expect(self.page.locator("[data-desk=ready]")).to_be_attached()

    def type(self, words: str) -> None:
        self.page.keyboard.type(words, delay=DELAY)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key, delay=DELAY)

    def write(self) -> None:
        """Go to the beginning of the text."""
        self.text.focus()
        self.press("Control+Home")

    def at_caret(self) -> str:
        """Return the id of the block that the caret is in."""
        script = "() => getSelection().anchorNode?.parentElement.closest('.ProseMirror > *')?.dataset.id ?? ''"
        return str(self.page.evaluate(script))

    def command(self, words: str) -> None:
        self.press("Control+Shift+P")
        expect(self.page.get_by_role("combobox", name="Find a command")).to_be_focused()
        self.type(words)
        self.press("Enter")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()


@pytest.fixture
def desk(browser_page: Page) -> Iterator[Desk]:
    desk = Desk(browser_page)
    desk.sign_in()
    yield desk
    # What was typed is of no use to anybody: leave without being asked.
    browser_page.on("dialog", lambda dialog: dialog.accept())


def answer(findings: list[dict[str, str]]) -> Any:
    def fulfil(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps({"findings": findings}))

    return fulfil


def kept(findings: list[dict[str, str]]) -> Any:
    """Let the copy be kept as it is, and answered with findings of the test's own."""

    def fulfil(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, json={**real.json(), "findings": findings})

    return fulfil


def finding(text: str, *, level: str = "block", place: str = "", field: str = "") -> dict[str, str]:
    return {"rule": text, "level": level, "text": text, "hint": "", "place": place, "field": field}


def test_nothing_jumps_when_the_editor_takes_over(desk: Desk) -> None:
    desk.begin("It stays where it is")
    for width in (390, 820, 1440):
        desk.page.set_viewport_size({"width": width, "height": 900})
        page = desk.page.context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.add_init_script(WATCH)
        page.goto(desk.page.url)
        expect(page.locator("[data-desk=ready]")).to_be_attached()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shift") < 0.01, f"at {width} pixels"
        page.close()


def test_without_the_editor_the_form_comes_to_light(desk: Desk) -> None:
    desk.begin("No editor came", "<p>Words.</p>")
    page = desk.page.context.new_page()
    page.route("**/editor.js*", lambda route: route.abort())
    page.goto(desk.page.url)
    field = page.locator("textarea#body")
    expect(field).to_be_visible(timeout=15_000)
    expect(field).to_have_value(re.compile("Words."))
    expect(page.locator("[data-desk-still]")).not_to_be_visible()
    page.close()


def test_the_outline_follows_the_text_and_leads_into_it(desk: Desk) -> None:
    desk.begin("An outline")
    outline = desk.page.get_by_role("navigation", name="Outline")
    titles = ["Opening", "The half-life of a fact", "Three ways to be late", "Who says no?"]
    expect(outline.get_by_role("link")).to_have_text(titles)
    current = outline.locator("[aria-current=location]")
    expect(current).to_have_text("Opening")

    # To a section by its link, with the caret.
    outline.get_by_role("link", name="Three ways to be late").focus()
    desk.press("Enter")
    expect(desk.text).to_be_focused()
    assert desk.at_caret() == "bthree"
    expect(current).to_have_text("Three ways to be late")
    expect(desk.page.locator(".ProseMirror > [data-id=bthree]")).to_be_in_viewport()

    # A title that is typed is there, and named as it is now.
    desk.press("Home")
    desk.type("All ")
    expect(outline.get_by_role("link").nth(2)).to_have_text("All Three ways to be late")

    # Scrolling moves the mark, and nothing else.
    desk.page.mouse.move(640, 500)
    desk.page.mouse.wheel(0, -100_000)
    expect(current).to_have_text("Opening")
    assert desk.at_caret() == "bthree"


def test_words_and_minutes_are_counted_while_writing(desk: Desk) -> None:
    desk.begin("Counting", "<p>One two three</p>")
    words = desk.page.locator("dd[data-count=words]")
    expect(words).to_have_text("3")
    expect(desk.page.locator("dd[data-count=minutes]")).to_have_text("1 minute")
    desk.text.focus()
    desk.press("Control+End")
    desk.type(" four five")
    expect(words).to_have_text("5")
    desk.press("Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft")
    expect(words).to_have_text("2 of 5 selected")
    desk.press("ArrowRight")
    expect(words).to_have_text("5")


def test_the_palette_finds_and_does(desk: Desk) -> None:
    desk.begin("A palette")
    desk.write()
    desk.command("three ways")
    assert desk.at_caret() == "bthree"
    expect(desk.text).to_be_focused()

    desk.command("insert quote")
    expect(desk.text.locator("blockquote")).to_have_count(1)
    desk.type("Said so.")
    expect(desk.text.locator("blockquote")).to_have_text("Said so.")

    # What was asked for last stands first; Escape changes nothing and leads back.
    desk.press("Control+Shift+P")
    palette = desk.page.get_by_role("listbox", name="Commands")
    expect(palette.get_by_role("option").first).to_contain_text("Quote")
    desk.type("no such thing")
    expect(desk.page.get_by_text("Nothing called “no such thing”.")).to_be_visible()
    desk.press("Escape")
    expect(palette).to_have_count(0)
    expect(desk.text).to_be_focused()

    desk.command("open credits")
    expect(desk.page.get_by_role("tab", name="Credits")).to_be_focused()
    expect(desk.page.get_by_label("Name 1")).to_be_visible()


def test_the_sheet_of_keys_lists_all_and_gives_the_focus_back(desk: Desk) -> None:
    desk.begin("Keys", "<p>Words.</p>")
    desk.write()
    desk.press("Control+Shift+?")
    sheet = desk.page.get_by_role("dialog", name="All keys")
    for words in ("Find a command", "Bold", "New piece", "Move the block up"):
        expect(sheet.get_by_text(words, exact=True)).to_be_visible()
    desk.press("Escape")
    expect(sheet).to_have_count(0)
    expect(desk.text).to_be_focused()
    desk.type("? ")
    expect(desk.text).to_contain_text("? Words.")

    # Outside of fields the sign alone is enough, and one sheet opens.
    link = desk.page.get_by_role("link", name="History", exact=True).first
    link.focus()
    desk.press("?")
    expect(sheet).to_have_count(1)
    desk.press("Escape")
    expect(link).to_be_focused()


def test_find_and_replace(desk: Desk) -> None:
    desk.begin("Finding", "<p>A cache, a Cache and caches.</p><p>Costs 5 and 7.</p>")
    desk.write()
    desk.press("Control+f")
    bar = desk.page.get_by_role("search", name="Find and replace")
    find = bar.get_by_role("textbox", name="Find")
    count = bar.get_by_role("status")
    expect(find).to_be_focused()
    desk.type("cache")
    expect(count).to_have_text("1 of 3")
    expect(desk.page.locator(".is-match")).to_have_count(3)
    desk.press("Enter")
    expect(count).to_have_text("2 of 3")
    desk.press("Shift+Enter", "Shift+Enter")
    expect(count).to_have_text("3 of 3")
    for name, found in (("Match case", "2 of 2"), ("Whole words", "1 of 1")):
        bar.get_by_role("button", name=name).focus()
        desk.press("Space")
        expect(count).to_have_text(found)
    for name in ("Match case", "Whole words"):
        bar.get_by_role("button", name=name).click()

    # Esc leaves with the caret at the match.
    find.fill("costs")
    expect(count).to_have_text("1 of 1")
    find.focus()
    desk.press("Escape")
    expect(desk.text).to_be_focused()
    assert desk.page.evaluate("getSelection().toString()") == "Costs"
    expect(desk.page.locator(".is-match")).to_have_count(0)

    # A pattern that is none says why; one that is replaces everything in one step.
    desk.press("Control+f")
    bar.get_by_role("button", name="Regular expression").click()
    find.fill("(\\d")
    expect(bar.get_by_role("alert")).to_contain_text("This is no regular expression: unterminated group.")
    find.fill("(\\d)")
    expect(bar.get_by_role("alert")).to_have_count(0)
    expect(count).to_have_text(re.compile("of 2"))
    bar.get_by_role("textbox", name="Replace with").fill("$1 %")
    bar.get_by_role("button", name="Replace all").focus()
    desk.press("Enter")
    expect(desk.text).to_contain_text("Costs 5 % and 7 %.")
    expect(count).to_have_text("2 replaced")
    find.focus()
    desk.press("Escape", "Control+z")
    expect(desk.text).to_contain_text("Costs 5 and 7.")


def test_replacing_one_by_one_goes_on_to_the_next(desk: Desk) -> None:
    desk.begin("Replacing", "<p>one one one</p>")
    desk.write()
    desk.press("Control+Shift+H")
    bar = desk.page.get_by_role("search", name="Find and replace")
    bar.get_by_role("textbox", name="Find").fill("one")
    bar.get_by_role("textbox", name="Replace with").focus()
    desk.type("$1")
    desk.press("Enter")
    expect(desk.text).to_have_text("$1 one one")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")
    desk.press("Enter")
    expect(desk.text).to_have_text("$1 $1 one")


def test_nothing_but_the_text(desk: Desk) -> None:
    desk.begin("Alone with the words")
    desk.write()
    desk.press("Control+Shift+F")
    for name in ("Outline", "About this piece"):
        expect(desk.page.get_by_role("complementary", name=name)).to_have_count(0)
    expect(desk.page.locator(".bar")).not_to_be_visible()
    expect(desk.page.locator(".saved")).to_be_visible()
    expect(desk.text).to_be_focused()
    desk.type("Still ")
    expect(desk.text).to_contain_text("Still The timetable")
    # Esc that closes the search leaves this as it is; the next one leads out.
    desk.press("Control+f")
    desk.press("Escape")
    expect(desk.page.locator(".bar")).not_to_be_visible()
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.open()
    expect(desk.page.locator(".bar")).not_to_be_visible()
    desk.text.focus()
    desk.press("Escape")
    expect(desk.page.locator(".bar")).to_be_visible()
    expect(desk.page.get_by_role("complementary", name="Outline")).to_be_visible()


def test_checks_are_live_and_lead_to_their_places(desk: Desk) -> None:
    found = [
        finding("A remark.", level="shown"),
        finding("One TK is left.", place="btk"),
        finding("Nobody is credited.", field="credits"),
        finding("The standfirst is short.", level="warn", field="dek"),
    ]
    desk.page.route("**/checks", answer(found))
    desk.page.route("**/copy", kept(found))
    desk.begin("Checked while typing")
    tab = desk.page.get_by_role("tab", name=re.compile("^Checks"))
    expect(tab).to_contain_text("2")
    panel = desk.page.get_by_role("tabpanel", name=re.compile("^Checks"))
    expect(panel.get_by_role("heading", level=3)).to_have_text(
        [re.compile("Stops approval"), re.compile("Warnings"), re.compile("Remarks")]
    )

    # To a block, with the caret; to a field, whatever panel it is in.
    desk.write()
    panel.get_by_role("link", name=re.compile(r"^Block \d+")).focus()
    desk.press("Enter")
    assert desk.at_caret() == "btk"
    expect(desk.text).to_be_focused()
    panel.get_by_role("link", name="Standfirst").focus()
    desk.press("Enter")
    expect(desk.page.get_by_role("textbox", name="Standfirst")).to_be_focused()
    panel.get_by_role("link", name="Credits").focus()
    desk.press("Enter")
    expect(desk.page.get_by_label("Name 1")).to_be_visible()

    # The next answer changes the lines, says so, and takes the focus from nobody.
    desk.page.route("**/checks", answer([]))
    desk.page.route("**/copy", kept([]))
    desk.write()
    desk.type("x")
    expect(
        desk.page.get_by_text("Everything an approval asks for is there, and nothing else was found")
    ).to_be_attached()
    expect(desk.page.locator("[role=status]", has_text="Nothing stands in the way")).to_be_attached()
    expect(tab.locator(".count")).to_have_count(0)
    expect(desk.text).to_be_focused()
    desk.type("y")
    expect(desk.text).to_contain_text("xyThe timetable")


def test_the_galley_beside_the_text_shows_what_is_typed(desk: Desk) -> None:
    desk.begin("Beside the text")
    desk.write()
    desk.type("Unsaved words. ")
    desk.press("Control+Alt+g")
    galley = desk.page.get_by_role("region", name="Galley")
    expect(galley).to_be_visible()
    frame = desk.page.frame_locator("[data-beside] iframe").first
    expect(frame.get_by_text("Unsaved words.")).to_be_visible()
    galley.get_by_role("link", name=re.compile("^Tablet")).focus()
    desk.press("Enter")
    expect(galley.locator(".preview__stage")).to_have_attribute("data-width", "820")

    # It is refreshed while somebody writes, and takes the focus from nobody.
    desk.write()
    desk.type("More of them. ")
    expect(frame.get_by_text("More of them.")).to_be_visible()
    expect(desk.text).to_be_focused()

    # A block of it leads to where it is written.
    frame.locator("[data-id=bp3]").first.evaluate(
        "block => block.click()"
    )  # the frame is scaled: its places are not ours
    expect(desk.text).to_be_focused()
    assert desk.at_caret() == "bp3"
    desk.press("Control+Alt+g")
    expect(galley).not_to_be_visible()
    expect(desk.page.get_by_role("complementary", name="About this piece")).to_be_visible()


def test_the_address_follows_the_headline_until_it_is_touched(desk: Desk) -> None:
    desk.begin("A first headline", "<p>Words.</p>")
    desk.tab("Details")
    slug = desk.page.get_by_label("Address")
    expect(slug).to_have_value("a-first-headline")
    headline = desk.page.get_by_role("textbox", name="Headline")
    headline.fill("Über caches & C++")
    expect(slug).to_have_value("uber-caches-and-c-plus-plus")
    slug.fill("my-own")
    headline.fill("Another one")
    expect(slug).to_have_value("my-own")
    expect(desk.page.locator("#headline-meter")).to_have_text("11 characters, fits every card")


def test_topics_are_tokens_and_say_who_is_new(desk: Desk) -> None:
    desk.begin("Tokens", "<p>Words.</p>")
    desk.tab("Details")
    add = desk.page.get_by_role("combobox", name="Topics")
    add.focus()
    desk.type("laten")
    desk.press("ArrowDown", "Enter")
    desk.type("Nobody wrote of this")
    desk.press("Enter")
    tokens = desk.page.get_by_role("list", name="Topics of this piece").get_by_role("button")
    expect(tokens).to_have_text([re.compile("^Latency$"), re.compile("Nobody wrote of this.*new")])
    sent = desk.page.locator("input[name=topics]")
    expect(sent).to_have_value("Latency, Nobody wrote of this")
    desk.press("Backspace", "Alt+ArrowLeft")
    expect(sent).to_have_value("Nobody wrote of this, Latency")
    desk.press("Delete")
    expect(sent).to_have_value("Latency")


def test_credits_are_moved_taken_out_and_never_made_unseen(desk: Desk) -> None:
    desk.begin("Credited")
    desk.tab("Credits")
    first = desk.page.get_by_label("Name 1")
    before = first.input_value()
    desk.page.get_by_role("button", name="Somebody else").focus()
    desk.press("Enter")
    desk.type("Ravel")
    desk.press("ArrowDown", "Enter")
    second = desk.page.get_by_label("Name 2")
    expect(second).to_have_value("Ravel Quispe-Hart")
    desk.press("Alt+ArrowUp")
    expect(second).to_be_focused()
    places = desk.page.locator(".credit-row:not([hidden]) [name$=-position]")
    expect(desk.page.locator("[name=credits-1-position]")).to_have_value("1")
    expect(desk.page.locator("[name=credits-0-position]")).to_have_value("2")
    expect(places).to_have_count(2)

    second.fill("Old Name")
    expect(desk.page.get_by_text("New here: saving makes a profile of this name.")).to_be_visible()
    desk.press("Tab")
    second.fill("New Name")
    desk.press("Tab")
    desk.page.get_by_role("button", name="Say “New Name” there").click()
    expect(desk.text.locator("option:checked", has_text="New Name")).to_have_count(1)

    desk.page.get_by_role("button", name="Take New Name out").click()
    expect(first).to_be_focused()
    expect(first).to_have_value(before)
    expect(desk.page.locator("[name=credits-1-person]")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_hard_to_reach(browser: Browser, live_server: LiveServer, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    desk = Desk(context.new_page())
    desk.sign_in()
    found = [finding("One TK is left.", place="btk"), finding("A remark.", level="shown", field="dek")]
    desk.page.route("**/checks", answer(found))
    desk.begin(f"Looked over in the {scheme}")

    def clean(where: str) -> None:
        response = axe.run(desk.page).response
        said = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in response["violations"]]
        assert said == [], f"{where}: {said}"

    for name in ("Checks", "Details", "Credits", "Picture", "Plan", "History"):
        desk.tab(name)
        clean(name)
    desk.tab("Details")
    desk.page.get_by_role("combobox", name="Topics").fill("la")
    clean("choosing a topic")
    desk.write()
    for keys, where in (("Control+f", "find"), ("Control+Shift+P", "palette"), ("Control+Shift+?", "keys")):
        desk.press(keys)
        clean(where)
        desk.press("Escape")
    desk.press("Control+Shift+F")
    clean("nothing but the text")
    desk.press("Escape", "Control+Alt+g")
    expect(desk.page.frame_locator("[data-beside] iframe").first.locator("h1")).to_be_visible()
    clean("galley beside")
    context.close()
