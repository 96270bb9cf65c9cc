"""Being told: a writer, a chief and the editor whom both call, in the bar, in the inbox, and by a real mail server."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import CHIEF, Desk, clean, person
from tests.post import Post

PIET = "piet@galley.test"
HEADLINE = "The stopwatch that came back"
CALL = f"Hanne Ostrowe-Bell calls you in a comment on “{HEADLINE}”"
ASKED = f"Hanne Ostrowe-Bell asks you to review “{HEADLINE}”"
SUBMITTED = f"Ilse Varnholt submitted “{HEADLINE}” for review"
WISHES = {
    "Somebody comments on a piece of mine, or calls me in a comment": "At once",
    "A piece is submitted to my desk": "In the morning’s letter",
    "I am asked to review a piece": "Not by mail",
}


@pytest.fixture
def piet(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """The browser of the Practice desk's editor, whom no other test tells of anything."""
    context = person(browser, live_server.url, PIET)
    yield context
    context.close()


def unread(page: Page) -> Locator:
    return page.locator(".bar__inbox .count")


def choose(page: Page) -> None:
    """Say what comes by mail at once, what in the morning, and what not at all."""
    page.goto("/newsroom/inbox")
    page.get_by_role("link", name="What comes by mail").click()
    for about, how in WISHES.items():
        page.get_by_label(about).select_option(label=how)
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_role("status")).to_contain_text("That is how you are told from now on.")
    clean(page)


def submitted(context: BrowserContext) -> str:
    """Write a piece for the Practice desk and hand it in; return its address."""
    body = "<p>It was lent for a weekend. It ran for nine years.</p>"
    desk = Desk(context.new_page()).begin(HEADLINE, body, section="Practice")
    desk.button("Save and submit")
    expect(desk.page.get_by_text("It is with the editors now.")).to_be_visible()
    address = desk.address
    desk.page.close()
    return address


def asked_and_called(page: Page, piece: str) -> None:
    """Ask the editor for a review, and call him about some words."""
    page.goto(f"{piece}/reviewers")
    page.get_by_label("Whom").select_option(label="Piet Halvorsen-Adeyemi")
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("Piet Halvorsen-Adeyemi was asked")).to_be_visible()
    page.goto(f"{piece}/review")
    page.locator(".galley .prose p").click(click_count=3)
    page.get_by_role("button", name="Comment on this").click()
    page.get_by_label("What you say").press_sequentially("Nine years? @pie")
    page.get_by_role("option", name="Piet Halvorsen-Adeyemi").click()
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_role("article", name=re.compile("^Thread about"))).to_contain_text("@Piet Halvorsen-Adeyemi")


def morning(server: LiveServer) -> None:
    """Let it be time for all his mail that could wait."""
    with closing(sqlite3.connect(server.data / "galley.db", timeout=30)) as db:
        his = "mail_due_at IS NOT NULL AND user_id = (SELECT id FROM user WHERE email = ?)"
        db.execute(f"UPDATE notice SET mail_due_at = made_at WHERE {his}", [PIET])
        db.commit()


def test_whoever_is_called_is_told_where_they_wish_and_led_to_the_very_words(
    ilse: BrowserContext, hanne: BrowserContext, piet: BrowserContext, post: Post, live_server: LiveServer
) -> None:
    his, hers = piet.new_page(), hanne.new_page()
    choose(his)
    before = int(unread(his).inner_text())
    piece = submitted(ilse)
    asked_and_called(hers, piece)

    # The call is mailed at once; what was there before it stands in the inbox alone.
    called = re.search(r"http\S+", post.letter(PIET, CALL))
    assert called
    assert called[0].startswith(f"{live_server.url}{piece}/review#thread-")
    his.goto("/newsroom/")
    expect(unread(his)).to_have_text(str(before + 3))
    unread(his).click()
    for words in (CALL, ASKED, SUBMITTED):
        expect(his.get_by_role("listitem").filter(has_text=words)).to_contain_text("New")
    clean(his)

    # It leads to the very words, and counts as read.
    thread = his.get_by_role("article", name=re.compile("^Thread about"))
    his.get_by_role("button", name=CALL).click()
    expect(his).to_have_url(called[0])
    expect(thread).to_be_focused()
    expect(his.locator(".galley mark[aria-current]")).to_contain_text("It ran for nine years.")
    expect(unread(his)).to_have_text(str(before + 2))
    unread(his).click()
    expect(his.get_by_role("listitem").filter(has_text=CALL)).to_contain_text("Read")
    his.get_by_role("button", name=ASKED).click()
    expect(his.get_by_role("button", name="Take it up")).to_be_visible()
    expect(unread(his)).to_have_text(str(before + 1))

    # So does the letter; and an answer comes to the one who called.
    mailed = piet.new_page()
    mailed.goto(called[0])
    thread = mailed.get_by_role("article", name=re.compile("^Thread about"))
    expect(thread).to_be_focused()
    thread.locator("summary", has_text="Reply").click()
    mailed.keyboard.type("Nine, by the log.")
    mailed.get_by_role("button", name="Send").click()
    answered = post.letter(CHIEF, f"Piet Halvorsen-Adeyemi answered a comment on “{HEADLINE}”")
    assert called[0] in answered
    assert "Nine, by the log." in answered

    # In the morning comes what could wait, and nothing of what he did not want by mail.
    morning(live_server)
    digest = post.letter(PIET, "since yesterday")
    assert SUBMITTED in digest
    assert [subject for to, subject, _ in post.received if to == PIET] == [CALL, "Overscan: one thing since yesterday"]
    his.goto(re.findall(r"http\S+", digest)[-1])
    for about, how in WISHES.items():
        expect(his.get_by_label(about).locator("option:checked")).to_have_text(how)
    his.get_by_role("link", name="Notices", exact=True).click()
    his.get_by_role("button", name="Mark all as read").click()
    expect(his.get_by_role("heading", level=1)).to_have_text("Everything is read.")
    expect(unread(his)).to_have_text("0")
    hers.close()
