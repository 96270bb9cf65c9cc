"""A review under rules, with three people at once: a chief who sets them, an editor, and the writer of the piece."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import EDITOR, Desk, clean, person

HEADLINE = "The ferry that brings the packets"
SLUG = "the-ferry-that-brings-the-packets"
QUEUES = ("/newsroom/reviews", "/newsroom/comments", "/newsroom/inbox")
FACTS = re.compile("^Facts checked")
#: Counts what is clicked in a tab, whatever pages it goes through.
COUNT = """addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
}, true);"""


def in_both_lights(page: Page) -> None:
    """Find nothing on the page that keeps anybody out, by day; by night it is the colours alone that are others."""
    clean(page)
    page.emulate_media(color_scheme="dark")
    report = Axe().run(page, options={"runOnly": ["color-contrast"]})
    assert report.violations_count == 0, report.generate_report()
    page.emulate_media(color_scheme="light")


def set_rules(page: Page) -> None:
    """Ask for two approvals and two things to tick, for news about networks alone: no other test writes such."""
    page.goto("/newsroom/rules")
    page.get_by_label("In", exact=True).select_option(label="Networks")
    page.get_by_label("For", exact=True).select_option(label="News")
    page.get_by_role("button", name="Set rules there").click()
    first = page.get_by_role("group", name="Stage 1")
    first.get_by_label("First").fill("2")
    first.get_by_label("of").select_option(label="The desk of the piece")
    for number, (text, who) in enumerate((("Facts checked", "The desk of the piece"), ("Legal read", "A chief")), 1):
        row = page.get_by_role("group", name=f"Thing to tick {number}")
        row.get_by_label("What").fill(text)
        row.get_by_label("by").select_option(label=who)
    page.get_by_label("Hours").fill("48")
    in_both_lights(page)
    page.get_by_role("button", name="Set these rules").click()
    place = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="For news in Networks"))
    expect(place).to_contain_text("Approved by two of the desk of the piece.")
    in_both_lights(page)


def submitted(context: BrowserContext) -> str:
    """Write a piece of news about networks and hand it in; return its address."""
    desk = Desk(context.new_page()).begin(HEADLINE, "<p>The ferry takes nine hours. The packets take none.</p>")
    desk.page.get_by_role("textbox", name="Standfirst").fill("What an island learns from a cable.")
    desk.tab("Details")
    desk.page.get_by_label("Kind").select_option("news")
    desk.page.get_by_label("Section", exact=True).select_option(label="Networks")
    desk.page.get_by_role("button", name="Save and submit", exact=True).click()
    expect(desk.page.get_by_text("It is with the editors now.")).to_be_visible()
    address = desk.address
    desk.page.close()
    return address


def approval(page: Page, number: int) -> None:
    page.get_by_role("button", name=f"Approve revision {number}").click()


def test_two_approve_what_they_read_and_a_changed_text_is_read_again(
    ilse: BrowserContext, noor: BrowserContext, hanne: BrowserContext
) -> None:
    chief, editor = hanne.new_page(), noor.new_page()
    editor.add_init_script(COUNT)
    set_rules(chief)
    piece = submitted(ilse)

    # The chief takes one of the two approvals up, and hands it over to the editor.
    chief.goto("/newsroom/reviews")
    in_both_lights(chief)
    chief.get_by_role("link", name=HEADLINE).click()
    chief.get_by_role("button", name="Take it up").click()
    expect(chief.get_by_text("Hanne Ostrowe-Bell took it up")).to_be_visible()
    chief.get_by_role("link", name="Ask somebody, or say when").click()
    in_both_lights(chief)
    chief.get_by_label("Whom").select_option(label="Noor Castellane")
    chief.get_by_role("button", name="Ask them").click()
    expect(chief.get_by_text("Noor Castellane was asked")).to_be_visible()
    expect(chief.get_by_text("took it up")).to_have_count(0)

    # The editor takes it up, ticks what she checked, and gives the first approval.
    editor.goto("/newsroom/")
    editor.get_by_role("link", name=HEADLINE).first.click()
    editor.get_by_role("button", name="Take it up").click()
    editor.get_by_label(FACTS).check()
    editor.get_by_role("button", name="Keep what is ticked").click()
    expect(editor.get_by_label(FACTS)).to_be_checked()
    expect(editor.get_by_label(re.compile("^Legal read"))).to_be_disabled()
    in_both_lights(editor)
    approval(editor, 3)
    expect(editor.get_by_text("Approved revision 3")).to_be_visible()

    # The chief changes the text: what was approved and ticked was another one, and the editor is asked again.
    writing = Desk(chief).open(piece)
    writing.write(" The answers take a week.", block=0)
    writing.save()
    editor.goto("/newsroom/")
    editor.evaluate("sessionStorage.clicks = 0")
    editor.get_by_role("link", name=HEADLINE).first.click()
    expect(editor.get_by_role("heading", name=re.compile("^One change since"))).to_be_visible()
    expect(editor.locator(".galley ins")).to_have_text(re.compile("The answers take a week."))
    expect(editor.get_by_text("Noor Castellane approved revision 3; the text changed since.")).to_be_visible()
    expect(editor.get_by_label(FACTS)).not_to_be_checked()
    approval(editor, 4)
    expect(editor.get_by_text("Approved revision 4")).to_be_visible()
    assert 1 <= editor.evaluate("Number(sessionStorage.clicks)") <= 3, "from the dashboard to an informed approval"

    # The last approval waits for what is to be ticked: one thing is, the other is waived with a reason.
    chief.goto(f"{piece}/review")
    expect(chief.get_by_role("button", name="Approve revision 4")).to_be_disabled()
    chief.get_by_label(FACTS).check()
    chief.get_by_role("button", name="Keep what is ticked").click()
    chief.locator("summary", has_text="Waive what stops it").click()
    chief.get_by_label("“Legal read” is not ticked.").check()
    chief.get_by_label("Why it may").fill("Nobody is named in it.")
    in_both_lights(chief)
    chief.get_by_role("button", name="Waive", exact=True).click()
    approval(chief, 4)
    receipt = chief.locator(".receipt")
    for words in ("Noor Castellane", "Hanne Ostrowe-Bell", "Facts checked", "Nobody is named in it."):
        expect(receipt).to_contain_text(words)
    in_both_lights(chief)
    chief.get_by_role("button", name="Publish now").click()
    expect(chief.get_by_text("Live").first).to_be_visible()
    assert "The answers take a week." in ilse.request.get(f"/articles/{SLUG}").text()
    chief.close()
    editor.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light")])
def test_everybody_can_review(browser: Browser, live_server: LiveServer, width: int, scheme: Any) -> None:
    context = person(browser, live_server.url, EDITOR, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto("/newsroom/reviews")
    page.locator(".row__title a").first.click()
    expect(page).to_have_url(re.compile("/review"))
    piece = page.url.rpartition("/")[0]
    places = ["review", "reviewers", "history", "share"]
    for address in [*(f"{piece}/{place}" for place in places), *QUEUES]:
        answer = page.goto(address)
        assert answer
        assert answer.ok, address
        clean(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), address
    context.close()
