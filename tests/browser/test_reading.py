"""How a reader likes to read: chosen once, kept in the browser, worn by every page from its first moment."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.desk import comes_true

PIECE = "/articles/the-second-that-nobody-could-agree-on"
INTERVIEW = "/articles/i-sell-doubt-by-the-microsecond"
PAPER = "getComputedStyle(document.body).backgroundColor"
LETTERS = "getComputedStyle(document.querySelector('.prose')).fontSize"
COLUMN = "document.querySelector('.prose').clientWidth"
LIGHT, DARK, BLACK = "rgb(252, 253, 253)", "rgb(18, 23, 27)", "rgb(0, 0, 0)"
#: Every paper that a page is shown on, and every shift of its layout, from its first frame.
WATCH = """
  window.papers = new Set(); window.shifts = 0;
  const look = () => {
    if (document.body && getComputedStyle(document.documentElement).opacity !== "0") papers.add(getComputedStyle(document.body).backgroundColor);
    requestAnimationFrame(look);
  };
  look();
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
"""  # noqa: E501


def _choose(page: Page, group: str, words: str) -> None:
    panel = page.get_by_role("dialog", name="Reading")
    if not panel.is_visible():
        page.get_by_role("button", name="Reading").click()
    panel.get_by_role("group", name=group).get_by_role("radio", name=words).check()


def _chosen(page: Page) -> list[str]:
    page.get_by_role("button", name="Reading").click()
    return [str(one) for one in page.locator(".reading :checked + span").all_inner_texts()]


def test_what_the_system_says_is_worn_until_somebody_chooses(browser_page: Page) -> None:
    for scheme, paper in (("light", LIGHT), ("dark", DARK)):
        browser_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        browser_page.goto(PIECE)
        assert browser_page.evaluate(PAPER) == paper
    assert _chosen(browser_page) == ["System", "Standard", "Standard"]
    assert browser_page.evaluate("localStorage.length") == 0


def test_a_choice_holds_after_a_reload_on_every_page_and_in_other_tabs(
    browser_page: Page, browser_context: BrowserContext
) -> None:
    browser_page.emulate_media(color_scheme="light")
    browser_page.goto(PIECE)
    before = browser_page.evaluate(f"[parseFloat({LETTERS}), {COLUMN}]")
    other = browser_context.new_page()
    other.goto("/people")
    _choose(browser_page, "Colours", "Dark")
    _choose(browser_page, "Text", "Larger")
    _choose(browser_page, "Lines", "Shorter")
    assert browser_page.evaluate(PAPER) == DARK
    comes_true(other, f"{PAPER} === '{DARK}'")
    browser_page.reload()
    assert browser_page.evaluate(PAPER) == DARK
    assert browser_page.evaluate(f"parseFloat({LETTERS})") == pytest.approx(before[0] * 1.2, abs=0.1)
    assert browser_page.evaluate(COLUMN) < before[1]
    for address in ("/", "/archive", "/search", "/nothing"):
        browser_page.goto(address)
        assert browser_page.evaluate(PAPER) == DARK
    assert _chosen(browser_page) == ["Dark", "Larger", "Shorter"]
    assert browser_context.cookies() == []


def test_high_contrast_is_black_and_white_in_either_scheme(browser_page: Page) -> None:
    browser_page.emulate_media(color_scheme="dark")
    browser_page.goto(PIECE)
    _choose(browser_page, "Colours", "High contrast")
    assert browser_page.evaluate(PAPER) == BLACK
    browser_page.emulate_media(color_scheme="light")
    assert browser_page.evaluate(PAPER) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_system_that_asks_for_contrast_is_heard_in_chosen_colours(browser_page: Page, theme: str) -> None:
    browser_page.goto(PIECE)
    _choose(browser_page, "Colours", theme)
    browser_page.emulate_media(contrast="more")
    assert browser_page.evaluate(PAPER) == {"Light": "rgb(255, 255, 255)", "Dark": BLACK}[theme]


def test_choosing_the_standard_again_leaves_nothing_behind(browser_page: Page) -> None:
    browser_page.goto("/")
    _choose(browser_page, "Colours", "Dark")
    _choose(browser_page, "Text", "Smaller")
    assert browser_page.evaluate("localStorage.length") == 1
    _choose(browser_page, "Colours", "System")
    _choose(browser_page, "Text", "Standard")
    assert browser_page.evaluate("localStorage.length") == 0


def test_nothing_flashes_and_nothing_shifts(browser_page: Page) -> None:
    browser_page.emulate_media(color_scheme="light")
    browser_page.goto(PIECE)
    for group, words in (("Colours", "Dark"), ("Text", "Larger"), ("Lines", "Longer")):
        _choose(browser_page, group, words)
    browser_page.add_init_script(WATCH)
    for address in (PIECE, "/", "/archive"):
        browser_page.goto(address, wait_until="networkidle")
        seen: dict[str, Any] = browser_page.evaluate("({ papers: [...papers], shifts })")
        assert seen["papers"] == [DARK], address
        assert seen["shifts"] < 0.01, address


#: What runs by the page's clock: it is unseen for a while, and for another while pictures further down are far off.
CLOCK = "Object.fromEntries(document.getAnimations().map((one) => [one.animationName, one]))"

TWO_FRAMES = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"


def _stop_the_clock(page: Page) -> None:
    """Have nothing move by itself on the pages that are opened from now on."""
    clock = page.context.new_cdp_session(page)
    clock.send("Animation.enable")
    clock.send("Animation.setPlaybackRate", {"playbackRate": 0})


def _hold_the_script(page: Page, address: str = PIECE) -> list[Route]:
    """Open a page while the script that puts on what was chosen does not come, and the clock stands still."""
    held: list[Route] = []
    page.route("**/dress.js*", lambda route: held.append(route))
    _stop_the_clock(page)
    page.goto(address, wait_until="commit")
    comes_true(page, f"{CLOCK}['undressed'] && document.readyState !== 'loading'")
    page.evaluate(f"{CLOCK}['undressed'].currentTime = 249")
    return held


def _pictures(page: Page) -> list[str]:
    """Return the addresses of the pictures that the page asks for from now on, as it does."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/media/renditions/" in one.url else None)
    return asked


def test_a_slow_line_shows_nothing_rather_than_the_wrong_colours(browser_page: Page) -> None:
    browser_page.emulate_media(color_scheme="light")
    browser_page.goto(PIECE)
    _choose(browser_page, "Colours", "Dark")
    browser_page.add_init_script(WATCH)
    held = _hold_the_script(browser_page)
    assert browser_page.evaluate("[...papers]") == []  # all is there but the choice: nothing may be painted
    held[0].continue_()
    browser_page.wait_for_load_state()
    comes_true(browser_page, "papers.size > 0")
    assert browser_page.evaluate("[...papers]") == [DARK]


def test_a_script_that_never_comes_keeps_nobody_from_reading_for_more_than_a_moment(browser_page: Page) -> None:
    _hold_the_script(browser_page)
    assert browser_page.evaluate("performance.getEntriesByName('first-contentful-paint').length") == 0
    browser_page.evaluate(f"{CLOCK}['undressed'].currentTime = 250")
    comes_true(browser_page, "performance.getEntriesByName('first-contentful-paint').length === 1")
    expect(browser_page.get_by_role("button", name="Reading")).to_be_hidden()
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()


def test_pictures_further_down_leave_the_line_to_what_is_seen_first(browser_page: Page) -> None:
    asked = _pictures(browser_page)
    held = _hold_the_script(browser_page, "/")
    browser_page.evaluate(f"{CLOCK}['undressed'].finish()")
    comes_true(browser_page, "performance.getEntriesByName('first-contentful-paint').length === 1")
    places = "[...document.images].map((one) => [one.offsetLeft, one.offsetTop, one.offsetWidth, one.offsetHeight])"
    before = browser_page.evaluate(places)
    assert len(before) > 4
    browser_page.evaluate(TWO_FRAMES)
    assert len(asked) == 1, "only that of the lead"
    held[0].continue_()
    comes_true(browser_page, "document.documentElement.dataset.dress === 'all'")
    comes_true(browser_page, "[...document.images].filter((one) => one.complete && one.currentSrc).length > 4")
    assert browser_page.evaluate(places) == before, "nothing moves"


def test_pictures_come_by_themselves_where_the_script_never_does(browser_page: Page) -> None:
    asked = _pictures(browser_page)
    _hold_the_script(browser_page, "/")
    browser_page.evaluate(f"{CLOCK}['far-off'].currentTime = 999")
    browser_page.evaluate(TWO_FRAMES)
    assert len(asked) == 1
    browser_page.evaluate(f"{CLOCK}['far-off'].currentTime = 1000")
    comes_true(browser_page, "[...document.images].filter((one) => one.currentSrc).length > 4")


def test_whoever_has_no_scripts_waits_for_no_picture(unscripted: Page) -> None:
    _stop_the_clock(unscripted)
    unscripted.goto("/", wait_until="load")
    expect(unscripted.get_by_role("heading", level=1)).to_be_visible()
    tops = unscripted.evaluate("[...document.images].map((one) => one.getBoundingClientRect().top)")
    assert len(tops) > 4
    assert min(tops) > 0, "each stands in its place"


def test_our_letters_wait_for_what_is_seen_first_and_no_later_page_waits_for_them(browser_page: Page) -> None:
    fetched: list[str] = []
    held: list[Route] = []
    browser_page.on("request", lambda request: fetched.append(request.url) if "/static/" in request.url else None)
    browser_page.route("**/media/renditions/**", lambda route: held.append(route))
    with browser_page.expect_request("**/media/renditions/**"):
        browser_page.goto(PIECE, wait_until="domcontentloaded")
    expect(browser_page.locator("html")).to_have_attribute("data-dress", "done")
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()
    comes_true(browser_page, "performance.getEntriesByName('first-contentful-paint').length === 1")
    assert sorted(re.sub(r"\W\w{12}\b|\?.*", "", one.rpartition("/")[2]) for one in fetched) == ["dress.js", "site.css"]
    while held:
        held.pop().continue_()
    sheet = browser_page.locator("link[href*='/letters.']")
    expect(sheet).to_have_count(1)
    for family in ("Newsreader", "Instrument Sans"):
        comes_true(
            browser_page,
            f"[...document.fonts].some((face) => face.status === 'loaded' && /^.?{family}.?$/.test(face.family))",
        )
    browser_page.get_by_role("link", name="Front page").click()
    expect(browser_page).to_have_url(re.compile("/$"))
    expect(sheet).to_have_count(1)
    assert browser_page.evaluate("document.readyState") == "interactive", "its pictures are still held"
    assert held
    browser_page.unroute_all()


def test_without_scripts_our_letters_are_there_at_once(unscripted: Page) -> None:
    with unscripted.expect_request("**/*.woff2"):
        unscripted.goto(PIECE)


def test_the_rules_for_what_is_fetched_ahead_come_after_the_first_view_and_the_policy_lets_them_in(
    browser_page: Page,
) -> None:
    refused: list[str] = []
    browser_page.on("console", lambda message: refused.append(message.text))
    browser_page.goto(PIECE)
    rules = browser_page.locator("script[type=speculationrules]")
    expect(rules).to_have_count(1)
    assert '"prefetch"' in (rules.text_content() or "")
    assert refused == []
    paint, fetched = browser_page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0],"
        " performance.getEntriesByType('resource').find((one) => one.name.endsWith('/speculation.json'))]"
        ".map((one) => one.startTime)"
    )
    assert paint < fetched


def test_the_keyboard_is_enough(browser_page: Page) -> None:
    browser_page.goto("/archive")
    browser_page.get_by_role("button", name="Reading").focus()
    browser_page.keyboard.press("Enter")
    panel = browser_page.get_by_role("dialog", name="Reading")
    expect(panel).to_be_visible()
    browser_page.keyboard.press("Tab")
    expect(panel.get_by_role("radio", name="System")).to_be_focused()
    browser_page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("radio", name="Light")).to_be_checked()
    browser_page.keyboard.press("ArrowRight")
    comes_true(browser_page, "document.documentElement.dataset.theme === 'dark'")
    browser_page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(browser_page.get_by_role("button", name="Reading")).to_be_focused()


def test_a_choice_made_before_the_script_came_holds(browser_page: Page) -> None:
    held: list[Route] = []
    browser_page.route("**/reading.js*", lambda route: held.append(route), times=1)
    with browser_page.expect_request("**/reading.js*"):
        browser_page.goto("/archive")
    _choose(browser_page, "Colours", "Dark")
    held[0].continue_()
    comes_true(browser_page, "document.documentElement.dataset.theme === 'dark'")
    assert browser_page.evaluate("localStorage.getItem('reading')") == '{"theme":"dark"}'


def test_what_was_kept_and_makes_no_sense_changes_nothing(browser_page: Page) -> None:
    for kept in ("{", "null", "7", '{"theme": "plaid", "size": ["large"], "measure": "constructor"}'):
        browser_page.goto("/")
        browser_page.evaluate("(kept) => localStorage.setItem('reading', kept)", kept)
        browser_page.reload()
        assert _chosen(browser_page) == ["System", "Standard", "Standard"]


def test_a_browser_that_keeps_nothing_still_obeys_on_the_page(browser_page: Page) -> None:
    refuse = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    browser_page.add_init_script(refuse)
    browser_page.goto("/")
    _choose(browser_page, "Colours", "Dark")
    assert browser_page.evaluate(PAPER) == DARK


def test_without_scripts_there_is_nothing_to_press(unscripted: Page) -> None:
    for address in ("/", PIECE):
        unscripted.goto(address)
        expect(unscripted.locator(".reading__open")).to_be_hidden()
        expect(unscripted.locator("#reading-panel")).to_be_hidden()


def test_lines_of_code_are_as_far_apart_as_their_letters_ask_for(browser_page: Page) -> None:
    browser_page.goto(PIECE)
    lines = browser_page.evaluate("""() => {
      const prose = document.querySelector(".prose");
      const apart = (text) => {
        prose.insertAdjacentHTML("beforeend", `<pre><code>${text}</code></pre>`);
        return prose.lastElementChild.offsetHeight;
      };
      const height = apart("one\\ntwo\\nthree") - apart("one\\ntwo");
      return height / parseFloat(getComputedStyle(prose.lastElementChild.firstElementChild).fontSize);
    }""")
    assert 1.6 < lines < 1.75


def test_a_second_voice_answers_where_answers_stand(browser_page: Page) -> None:
    browser_page.goto(INTERVIEW)
    first, second, questions = browser_page.evaluate("""() => {
      const asked = document.querySelector(".qa");
      const answer = '<div class="qa-answer" data-speaker="Another"><p>So do I.</p></div>';
      asked.insertAdjacentHTML("afterend", `<section class="qa">${answer}</section>`);
      const left = (element) => element.getBoundingClientRect().left;
      return [left(asked.querySelector(".qa-answer")), left(asked.nextElementSibling.firstElementChild), left(asked)];
    }""")
    assert first == second > questions


def test_a_table_scrolls_sooner_than_it_cuts_a_word(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 900})
    browser_page.goto(PIECE)
    lines = browser_page.evaluate("""() => {
      const words = "Temperature compensated oscillators wander unattended nevertheless".split(" ");
      const row = words.map((word) => `<td>${word}</td>`).join("");
      document.querySelector(".prose .scroll").innerHTML = `<table><tbody><tr>${row}</tr></tbody></table>`;
      return [...document.querySelectorAll(".prose td")].map((cell) => {
        const word = document.createRange();
        word.selectNodeContents(cell);
        return word.getClientRects().length;
      });
    }""")
    assert set(lines) == {1}
    assert browser_page.evaluate("document.documentElement.scrollWidth") == 390


HIDDEN = "[...document.querySelectorAll('[hidden]')].filter((one) => one.checkVisibility()).map((one) => one.outerHTML)"


@pytest.mark.parametrize("address", [PIECE, INTERVIEW])
def test_what_needs_a_script_is_not_offered_without_one(unscripted: Page, address: str) -> None:
    """Every part that says `hidden` is, whatever it is dressed as: a button that copies nothing was shown."""
    unscripted.goto(address)
    assert unscripted.locator("[hidden]").count() > 0
    assert unscripted.evaluate(HIDDEN) == []
