"""Beside the text of the editor, by keyboard, in a real browser: checks, galley, details, topics, credits."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Browser, Route, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import LONG, WRITER, Desk, comes_true, person


def told(findings: list[dict[str, str]]) -> dict[str, Any]:
    return {"findings": findings, "clear": "" if findings else "All is well"}


def answer(findings: list[dict[str, str]]) -> Any:
    def fulfil(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told(findings)))

    return fulfil


def kept(findings: list[dict[str, str]]) -> Any:
    """Let the copy be kept as it is, and answered with findings of the test's own."""

    def fulfil(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, json={**real.json(), **told(findings)})

    return fulfil


def finding(text: str, *, level: str = "block", place: str = "", field: str = "") -> dict[str, str]:
    return {"rule": text, "level": level, "text": text, "hint": "", "place": place, "field": field}


def test_checks_are_live_and_lead_to_their_places(desk: Desk) -> None:
    found = [
        finding("A remark.", level="shown"),
        finding("One TK is left.", place="btk"),
        finding("Nobody is credited.", field="credits"),
        finding("The standfirst is short.", level="warn", field="dek"),
    ]
    desk.page.route("**/checks", answer(found))
    desk.page.route("**/copy", kept(found))
    desk.begin("Checked while typing", LONG)
    tab = desk.page.get_by_role("tab", name=re.compile("^Checks"))
    expect(tab).to_contain_text("2")
    panel = desk.page.get_by_role("tabpanel", name=re.compile("^Checks"))
    expect(panel.get_by_role("heading", level=3)).to_have_text(
        [re.compile("Stops approval"), re.compile("Warnings"), re.compile("Remarks")]
    )

    # To a block, with the caret; to a field, whatever panel it is in.
    desk.at_beginning()
    panel.get_by_role("link", name=re.compile(r"^Block \d+")).focus()
    desk.press("Enter")
    assert desk.caret() == "btk"
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
    desk.at_beginning()
    desk.type("x")
    expect(desk.page.get_by_text("All is well")).to_be_attached()
    expect(desk.page.locator("[role=status]", has_text="Nothing stands in the way")).to_be_attached()
    expect(tab.locator(".count")).to_have_count(0)
    expect(desk.text).to_be_focused()
    desk.type("y")
    expect(desk.text).to_contain_text("xyThe timetable")


@pytest.mark.parametrize("is_overtaken", [False, True], ids=["before-the-save", "after-the-next"])
def test_a_late_answer_hides_nothing_that_was_found_since(desk: Desk, is_overtaken: bool) -> None:
    held: list[tuple[Route, APIResponse]] = []
    desk.page.route("**/checks", lambda route: held.append((route, route.fetch())), times=1)
    desk.begin("Checked while it loads", "<p>The crystal rings.</p>")
    desk.write(" It rings TK times.", block=0)

    def arrive() -> None:
        ((route, response),) = held
        with desk.page.expect_response("**/checks"):
            route.fulfill(response=response)

    found = desk.page.get_by_role("tabpanel", name=re.compile("^Checks")).get_by_text("A TK is left")
    if not is_overtaken:
        arrive()
    desk.save()
    expect(found).to_have_count(1)
    if is_overtaken:
        arrive()
        desk.page.evaluate("() => new Promise(requestAnimationFrame)")
        expect(found).to_have_count(1)


def test_the_galley_beside_the_text_shows_what_is_typed(desk: Desk) -> None:
    desk.begin("Beside the text", LONG)
    desk.at_beginning()
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
    desk.at_beginning()
    desk.type("More of them. ")
    expect(frame.get_by_text("More of them.")).to_be_visible()
    expect(desk.text).to_be_focused()

    # A block of it leads to where it is written.
    frame.locator("[data-id=bp3]").first.evaluate(
        "block => block.click()"
    )  # the frame is scaled: its places are not ours
    expect(desk.text).to_be_focused()
    assert desk.caret() == "bp3"
    desk.press("Control+Alt+g")
    expect(galley).not_to_be_visible()
    expect(desk.page.get_by_role("complementary", name="About this piece")).to_be_visible()


def test_a_galley_that_is_just_coming_is_waited_for(desk: Desk) -> None:
    desk.begin("Coming", LONG)
    desk.press("Control+Alt+g")
    frame = desk.page.frame_locator("[data-beside] iframe").first
    expect(frame.get_by_text("The timetable")).to_be_visible()
    held: list[Route] = []
    desk.page.route(re.compile("framed=1"), lambda route: held.append(route), times=1)
    desk.at_beginning()
    desk.type("Words on their way. ")
    comes_true(desk.page, "document.querySelector('.preview__frame--coming')")
    # What a browser shows of a page whose first byte is not here; asked for again meanwhile.
    desk.page.evaluate("document.querySelector('.preview__frame--coming').contentDocument.documentElement.remove()")
    desk.press("Control+Alt+g", "Control+Alt+g")
    held[0].continue_()
    expect(frame.get_by_text("Words on their way.")).to_be_visible()


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
    desk.begin("Credited", LONG)
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
    axe = Axe()
    look = {"viewport": {"width": 1440, "height": 900}, "color_scheme": scheme}
    context = person(browser, live_server.url, WRITER, **look)
    desk = Desk(context.new_page())
    found = [finding("One TK is left.", place="btk"), finding("A remark.", level="shown", field="dek")]
    desk.page.route("**/checks", answer(found))
    desk.begin(f"Looked over in the {scheme}", LONG)

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
    desk.at_beginning()
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
