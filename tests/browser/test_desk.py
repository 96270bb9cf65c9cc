"""Around the text of the editor, by keyboard, in a real browser: outline, counts, palette, keys, search."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desk import LONG, Desk

WATCH = """
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def test_nothing_jumps_when_the_editor_takes_over(desk: Desk) -> None:
    desk.begin("It stays where it is", LONG)
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
    desk.begin("An outline", LONG)
    outline = desk.page.get_by_role("navigation", name="Outline")
    titles = ["Opening", "The half-life of a fact", "Three ways to be late", "Who says no?"]
    expect(outline.get_by_role("link")).to_have_text(titles)
    current = outline.locator("[aria-current=location]")
    expect(current).to_have_text("Opening")

    # To a section by its link, with the caret.
    outline.get_by_role("link", name="Three ways to be late").focus()
    desk.press("Enter")
    expect(desk.text).to_be_focused()
    assert desk.caret() == "bthree"
    expect(current).to_have_text("Three ways to be late")
    expect(desk.page.locator(".ProseMirror > [data-id=bthree]")).to_be_in_viewport()

    # A title that is typed is there, and named as it is now.
    desk.press("Home")
    desk.type("All ")
    expect(outline.get_by_role("link").nth(2)).to_have_text("All Three ways to be late")

    # Scrolling moves the mark, and nothing else.
    desk.page.mouse.move(640, 500)
    desk.page.mouse.wheel(0, -100)
    desk.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")  # a wheel may be cut short on a busy machine
    expect(current).to_have_text("Opening")
    assert desk.caret() == "bthree"


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
    desk.begin("A palette", LONG)
    desk.at_beginning()
    desk.command("three ways")
    assert desk.caret() == "bthree"
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
    desk.at_beginning()
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
    desk.at_beginning()
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
    desk.kept()
    expect(count).to_have_text("2 replaced")  # and not how many there are now, as soon as the text has settled
    find.focus()
    desk.press("Escape", "Control+z")
    expect(desk.text).to_contain_text("Costs 5 and 7.")


def test_replacing_one_by_one_goes_on_to_the_next(desk: Desk) -> None:
    desk.begin("Replacing", "<p>one one one</p>")
    desk.at_beginning()
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
    desk.begin("Alone with the words", LONG)
    desk.at_beginning()
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
    desk.reload()
    expect(desk.page.locator(".bar")).not_to_be_visible()
    desk.text.focus()
    desk.press("Escape")
    expect(desk.page.locator(".bar")).to_be_visible()
    expect(desk.page.get_by_role("complementary", name="Outline")).to_be_visible()
