"""A piece on paper: its words, where it came from, and nothing to press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

ARTICLE = "/articles/the-second-that-nobody-could-agree-on"
INTERVIEW = "/articles/i-sell-doubt-by-the-microsecond"
FRAMED = ("/", ARTICLE, INTERVIEW, "/people/teodor-akande-mills", "/series/time-in-machines")
CHROME = (
    ".topline",
    ".colophon",
    ".explore",
    ".series",
    ".topics",
    ".margin",
    ".glance",
    "details.contents",
    ".passing__ways",
)


@pytest.fixture
def paper(browser_page: Page) -> Page:
    """A sheet of A4 between its margins, for somebody who reads large letters at night."""
    browser_page.add_init_script('localStorage.setItem(\'reading\', \'{"theme": "dark", "size": "large"}\')')
    browser_page.set_viewport_size({"width": 660, "height": 930})
    browser_page.emulate_media(media="print", color_scheme="dark")
    return browser_page


@pytest.mark.parametrize("address", [ARTICLE, INTERVIEW])
def test_only_the_piece_is_printed_and_where_it_came_from(paper: Page, address: str) -> None:
    paper.goto(address)
    for part in CHROME:
        for one in paper.locator(part).all():
            expect(one).to_be_hidden()
    expect(paper.get_by_role("heading", level=1)).to_be_visible()
    expect(paper.locator(".prose")).to_be_visible()
    assert address in paper.locator(".printed").inner_text()
    paper.emulate_media(media="screen")
    expect(paper.locator(".printed")).to_be_hidden()


def test_ink_is_dark_and_letters_are_of_one_size_whatever_was_chosen(paper: Page) -> None:
    paper.goto(ARTICLE)
    style = "(name) => getComputedStyle(document.querySelector('.prose > p'))[name]"
    assert paper.evaluate(style, "color") == "rgb(0, 0, 0)"
    assert paper.evaluate(style, "fontSize") == "14px"  # 10.5 points
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [660, 794])  # the words of A4, and all of it
def test_answers_stand_below_their_questions_as_wide_as_the_paper(paper: Page, width: int) -> None:
    paper.set_viewport_size({"width": width, "height": 930})
    paper.goto(INTERVIEW)
    for one in (".qa-question", ".qa-answer"):
        box = paper.locator(one).first.bounding_box()
        whole = paper.locator(".prose").bounding_box()
        assert box is not None
        assert whole is not None
        assert box["x"] == whole["x"]
        assert box["width"] > 400


def test_links_that_lead_out_say_where(paper: Page) -> None:
    paper.goto(ARTICLE)
    paper.evaluate("""() => document.querySelector(".prose > p").innerHTML +=
        '<a id="out" href="https://example.org/clocks">out</a> <a id="in" href="/people">in</a>'""")
    after = "(id) => getComputedStyle(document.getElementById(id), '::after').content"
    assert "https://example.org/clocks" in paper.evaluate(after, "out")
    assert paper.evaluate(after, "in") == "none"


def test_nothing_is_cut_off_at_the_edge(paper: Page) -> None:
    paper.goto(ARTICLE)
    cut = (
        "[...document.querySelectorAll('.prose *')].filter((one) => one.scrollWidth > 660).map((one) => one.outerHTML)"
    )
    assert paper.evaluate(cut) == []
    assert paper.evaluate("getComputedStyle(document.querySelector('.prose pre')).whiteSpace") == "pre-wrap"


# Marks and other decorations that lie over something else, and have a background.
MASKS = """() => [...document.querySelectorAll("main, main *")].flatMap((one) =>
    ["::before", "::after"].map((which) => [one, which, getComputedStyle(one, which)])
).filter(([, , style]) => style.position === "absolute" && style.content !== "none" && style.display !== "none" &&
    (style.backgroundImage !== "none" || style.backgroundColor !== "rgba(0, 0, 0, 0)")
).map(([one, which]) => one.className + which)"""


@pytest.mark.parametrize("address", FRAMED)
def test_nothing_white_lies_over_the_words_beside_a_picture(paper: Page, address: str) -> None:
    """Printed without background graphics, a box with a background is painted white, whatever stands below it."""
    paper.goto(address)
    assert paper.locator(".crops").count() > 0
    assert paper.evaluate(MASKS) == []
    paper.emulate_media(media="screen")
    assert "crops::before" in paper.evaluate(MASKS)[0]


# Columns break where pages of their height would: which questions stand in another than the answer's first line?
PARTED = """(high) => {
    const prose = document.querySelector(".prose--qa"), style = prose.style;
    [style.columnWidth, style.columnFill, style.height] = ["600px", "auto", `${high}px`];
    const column = (box) => Math.floor((box.left - prose.getBoundingClientRect().left + 1) / 600);
    const line = (one, which) => { const all = document.createRange(); all.selectNodeContents(one);
        return column([...all.getClientRects()].at(which)); };
    return [...prose.querySelectorAll(".qa-question")].filter((one) => {
        const answer = one.parentElement.querySelector(".qa-answer");
        const who = column(answer.getClientRects()[0]);
        const stands = [line(one, 0), line(one, -1), who, line(answer.querySelector("p"), 0)];
        return new Set(stands).size > 1;
    }).map((one) => one.textContent);
}"""


def test_a_question_stays_with_the_beginning_of_its_answer(paper: Page) -> None:
    paper.goto(INTERVIEW)
    for high in range(400, 900, 9):  # half a line at a time, so that a page ends everywhere once
        assert paper.evaluate(PARTED, high) == [], high


@pytest.mark.parametrize("address", ["/corrections", ARTICLE])
def test_what_was_corrected_is_printed_though_it_was_folded(paper: Page, address: str) -> None:
    paper.goto(address)
    change = paper.locator(".correction__change").first
    seen = "(one) => one.querySelector('ins').checkVisibility({contentVisibilityAuto: true})"
    assert not change.evaluate("(one) => one.open")
    assert change.evaluate(seen)
    paper.emulate_media(media="screen")
    assert not change.evaluate(seen)
