"""Planning, by two and three: a pitch becomes a draft, cards and dates are carried, searches shared, numbers read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cms.core import clock
from cms.vocabulary import State
from tests.browser.conftest import LiveServer
from tests.browser.desk import EDITOR, Desk, clean, person
from tests.browser.test_front import drag

#: A month of its own, so that nothing of the demo stands in it.
MONTH = (clock.now().replace(day=15) + timedelta(days=95)).replace(day=1)
BOARD, CALENDAR = "/newsroom/board", f"/newsroom/calendar?on={MONTH:%Y-%m}-01"


@pytest.fixture
def both(ilse: BrowserContext, noor: BrowserContext) -> Iterator[tuple[Page, Page]]:
    """A writer's page and an editor's, in which no script may fail."""
    pages, errors = (ilse.new_page(), noor.new_page()), list[str]()
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
    yield pages
    for page in pages:
        page.close()
    assert errors == []


def pitch(hers: Page, headline: str) -> str:
    """Pitch an idea; return the address of the piece."""
    hers.goto("/newsroom/pitches")
    hers.get_by_role("link", name="Pitch an idea").first.click()
    hers.get_by_label("Headline").fill(headline)
    hers.get_by_label("Section").select_option(label="Systems")
    hers.get_by_role("button", name="Begin the piece").click()
    expect(hers.get_by_text("Your pitch")).to_be_visible()
    return f"/newsroom/articles/{hers.url.rpartition('/')[2]}"


def vote(page: Page, headline: str) -> None:
    page.goto("/newsroom/pitches")
    page.get_by_role("link", name=headline).click()
    page.get_by_role("button", name="I am for it").click()
    expect(page.get_by_role("status")).to_contain_text("Your vote counts.")


def say_yes(theirs: Page, headline: str, *, voted: str) -> None:
    """Make a draft of a pitch for which somebody has voted."""
    theirs.goto("/newsroom/pitches")
    theirs.get_by_role("link", name=headline).click()
    expect(theirs.get_by_role("region", name="For it")).to_contain_text(f"{voted}.")
    expect(theirs.locator("main")).to_contain_text("1 vote")
    theirs.get_by_label("Due").fill(f"{MONTH:%Y-%m}-10T17:00")
    theirs.get_by_label("Brief").fill("900 words and one table.")
    theirs.get_by_role("button", name="Yes, write it").click()
    expect(theirs.get_by_role("status")).to_contain_text("It is a draft now.")


def pitched(hers: Page, theirs: Page, headline: str) -> None:
    """Let the writer pitch, and the editor vote and say yes."""
    pitch(hers, headline)
    vote(theirs, headline)
    say_yes(theirs, headline, voted="Noor Castellane")


def number(page: Page, table: str, row: str, column: str) -> int:
    """Read a number below one of the charts."""
    page.goto("/newsroom/charts")
    page.locator("summary", has_text=table).click()
    numbers = page.get_by_role("region", name=table)
    names = numbers.get_by_role("columnheader").all_inner_texts()
    cells = numbers.get_by_role("row", name=re.compile(f"^{row}")).locator("th, td")
    return int(cells.nth(names.index(column)).inner_text())


def column(page: Page, state: State) -> Locator:
    return page.locator(f"[data-drop={state}]")


def take_up(page: Page, headline: str) -> None:
    """Take a card or a date up with the keyboard."""
    page.get_by_role("button", name=f"Carry {headline}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-planner-says]")).to_contain_text("is taken up")


def test_a_pitch_becomes_a_draft_and_goes_over_the_board(both: tuple[Page, Page], hanne: BrowserContext) -> None:
    hers, theirs = both
    headline = "The clock that Skerrow shares"
    piece = pitch(hers, headline)
    chief = hanne.new_page()
    vote(chief, headline)
    say_yes(theirs, headline, voted="Hanne Ostrowe-Bell")
    in_review = ("The numbers, state by state", "In review", "There now")
    sent_back = ("The numbers, editor by editor", "Noor Castellane", "Sent back")
    before = number(chief, *in_review), number(chief, *sent_back)

    hers.goto(BOARD)
    hers.evaluate("() => { window.isTheSame = true; }")
    expect(column(hers, State.DRAFT)).to_contain_text(headline)
    take_up(hers, headline)
    hers.keyboard.press("ArrowRight")
    expect(hers.locator("[data-planner-says]")).to_have_text("Over In review: Enter drops it here")
    hers.keyboard.press("Enter")
    expect(hers.get_by_role("alert")).to_contain_text("stays where it is, and does not become “in review”.")
    expect(hers.get_by_role("alert").get_by_role("link").first).to_have_attribute("href", re.compile(f"{piece}/edit"))
    expect(column(hers, State.DRAFT)).to_contain_text(headline)
    take_up(hers, headline)
    hers.keyboard.press("ArrowRight")
    hers.keyboard.press("Escape")
    expect(hers.locator("[data-over]")).to_have_count(0)
    assert hers.evaluate("() => window.isTheSame"), "nothing was loaded anew"

    desk = Desk(hers).open(piece)
    desk.rewrite("It hangs in the hall, and forty houses set their kitchens by it.")
    desk.save()
    hers.goto(BOARD)
    drag(column(hers, State.DRAFT).locator(".slip", has_text=headline), column(hers, State.IN_REVIEW))
    expect(column(hers, State.IN_REVIEW)).to_contain_text(headline)
    expect(hers.get_by_role("status").first).to_contain_text("was submitted")
    assert number(chief, *in_review) == before[0] + 1

    theirs.goto(BOARD)
    take_up(theirs, headline)
    theirs.keyboard.press("ArrowRight")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("status").filter(has_text="Say why, in a sentence")).to_be_visible()
    expect(theirs.get_by_label("Note")).to_be_focused()
    theirs.keyboard.type("Who winds it?")
    theirs.get_by_role("button", name="Move it now").click()
    expect(column(theirs, State.CHANGES_REQUESTED)).to_contain_text("Noor Castellane: Who winds it?")
    expect(theirs.get_by_role("button", name=f"Carry {headline}")).to_be_attached()
    assert (number(chief, *in_review), number(chief, *sent_back)) == (before[0], before[1] + 1)
    chief.close()


def test_dates_go_to_other_days_by_mouse_and_by_keyboard(both: tuple[Page, Page]) -> None:
    hers, theirs = both
    headline = "The tower without hands"
    pitched(hers, theirs, headline)

    def on(number: int) -> Locator:
        return theirs.locator(f"[data-drop='{MONTH:%Y-%m}-{number:02}']")

    theirs.goto(CALENDAR)
    theirs.evaluate("() => { window.isTheSame = true; }")
    expect(on(10)).to_contain_text(headline)
    drag(on(10).locator("[data-card]", has_text=headline), on(12))
    expect(on(12)).to_contain_text(headline)
    expect(on(12)).to_contain_text("17:00")
    take_up(theirs, headline)
    theirs.keyboard.press("ArrowDown")
    theirs.keyboard.press("ArrowRight")
    theirs.keyboard.press("Enter")
    expect(on(20)).to_contain_text(headline)
    expect(theirs.get_by_role("status").first).to_contain_text(f"is due on {MONTH.replace(day=20):%A} 20")
    expect(theirs.get_by_role("button", name=f"Carry {headline}")).to_be_focused()
    assert theirs.evaluate("() => window.isTheSame"), "nothing was loaded anew"
    hers.goto(CALENDAR)
    expect(hers.locator(f"[data-drop='{MONTH:%Y-%m}-20']")).to_contain_text(headline)
    assert hers.locator("[data-card]", has_text=headline).count() == 0, "writers look, and move nothing"


def test_a_search_is_on_everybodys_desk_as_long_as_it_is_shared(both: tuple[Page, Page]) -> None:
    hers, theirs = both
    name, asked = "Clocks in hand", "clock state:draft"
    theirs.goto("/newsroom/find")
    theirs.get_by_label("Words").fill(asked)
    theirs.get_by_role("button", name="Show", exact=True).click()
    theirs.get_by_label("Name").fill(name)
    theirs.get_by_role("button", name="Keep it on my desk").click()
    expect(theirs.get_by_role("link", name=name)).to_be_visible()
    hers.goto("/newsroom/")
    expect(hers.get_by_role("link", name=name)).to_have_count(0)

    theirs.get_by_role("button", name=f"Share ({name})").click()
    expect(theirs.get_by_text("Shared with the newsroom")).to_be_visible()
    hers.reload()
    hers.get_by_role("link", name=name).click()
    expect(hers.get_by_label("Words")).to_have_value(asked)
    shared = hers.get_by_role("listitem").filter(has=hers.get_by_role("link", name=name))
    expect(shared).to_contain_text("From Noor Castellane")
    clean(hers)
    shared.get_by_role("button", name="Tell me of new ones").click()
    expect(hers.get_by_role("button", name=f"Stop telling me ({name})")).to_be_visible()

    theirs.get_by_role("button", name=f"Keep it to myself ({name})").click()
    expect(theirs.get_by_text("Nobody else has it any more.")).to_be_visible()
    hers.reload()
    expect(hers.get_by_role("link", name=name)).to_have_count(0)


def test_without_a_script_the_same_forms_do_it(
    both: tuple[Page, Page], browser: Browser, live_server: LiveServer
) -> None:
    headline = "The bell that is late"
    pitched(*both, headline)
    context = person(browser, live_server.url, EDITOR, java_script_enabled=False)
    page = context.new_page()
    page.goto(CALENDAR)
    entry = page.locator(".date", has_text=headline)
    entry.locator("summary").click()
    entry.get_by_label("To which day").fill(f"{MONTH:%Y-%m}-21")
    entry.get_by_role("button", name="Move").click()
    expect(page.locator(f"[data-drop='{MONTH:%Y-%m}-21']")).to_contain_text(headline)
    page.goto(BOARD)
    card = page.locator(".slip", has_text=headline)
    card.locator("summary").click()
    card.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("does not become “in review”")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark"), (1440, "light")])
def test_everybody_can_use_it(browser: Browser, live_server: LiveServer, width: int, scheme: str) -> None:
    context = person(browser, live_server.url, EDITOR, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for address in (BOARD, "/newsroom/calendar", "/newsroom/calendar?view=week", "/newsroom/pitches",
                    "/newsroom/charts", "/newsroom/inbox/mail"):  # fmt: skip
        page.goto(address)
        for summary in page.locator("details > summary").all()[:3]:
            summary.click()
        assert Axe().run(page).response["violations"] == [], address
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), address
    page.goto("/newsroom/pitches")
    page.locator(".row__title a").first.click()
    assert Axe().run(page).response["violations"] == []
    context.close()
