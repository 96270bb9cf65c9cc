"""The check of quotes as it goes: sent from the newsroom, answered on a phone, taken up, and asked again."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import Desk, clean, new_piece, visitor
from tests.post import Post

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "java_script_enabled": False}
MARIT = "marit@observatory.test"
#: What was said in the room, turn by turn.
SAID = (
    "Overscan: What is a second?",
    "Marit: Well, if you ask me, a second is a promise with an error bar, and has never been more than that.",
    "Overscan: Whose is it, then?",
    "Marit: I always tell my students that whoever pays for it owns it.",
)
ADDRESS = re.compile(r"/newsroom/shared/[\w-]{43}")


def answers(*said: tuple[str, str]) -> str:
    return "".join(
        f'<section class="qa"><p class="qa-question" data-speaker="Overscan">{question}</p>'
        f'<div class="qa-answer" data-speaker="Oduya-Lind"><p>{answer}</p></div></section>'
        for question, answer in said
    )


def interview(context: BrowserContext) -> str:
    """Begin an interview with somebody whom the demo knows, and return its address."""
    page = context.new_page()
    body = answers(
        ("What is a second?", "A promise with an error bar."),
        ("Whose is it?", "Whoever pays for it owns it."),
        ("And at night?", "At night it is mine."),
    )
    desk = Desk(page).begin("The keeper of the second", body)
    desk.tab("Details")
    page.get_by_label("Kind").select_option("interview")
    desk.tab("Credits")
    page.locator("[name='credits-1-person']").fill("Marit Oduya-Lind")
    page.locator("[name='credits-1-role']").select_option("interviewee")
    desk.save()
    address = desk.address
    page.close()
    return address


def newest(page: Page, address: str) -> Page:
    page.goto(f"{address}/interview")
    return page


def test_quotes_are_checked_on_a_phone_taken_up_and_asked_for_again(
    noor: BrowserContext, browser: Browser, live_server: LiveServer
) -> None:
    piece = interview(noor)
    page = newest(noor.new_page(), piece)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody was asked yet whether these are their words.")
    clean(page)
    page.get_by_role("button", name="Send the check").click()
    link = ADDRESS.search(page.locator(".secret__words").inner_text())
    assert link

    outside = visitor(browser, live_server.url, **PHONE)
    hers = outside.new_page()
    hers.goto(link[0])
    assert re.search(r"/newsroom/guest/\d+$", hers.url), "the secret is out of the address"
    expect(hers.get_by_text("The keeper of the second")).to_have_count(0)
    first, second, third = (hers.locator(".guest__quote").nth(number) for number in range(3))
    first.get_by_label("Correct").check()
    expect(second.get_by_label("How you want it to say")).to_be_hidden()
    second.get_by_label("Please fix it").check()
    second.get_by_label("How you want it to say").fill("Whoever is late for it owns it.")
    third.get_by_label("This is wrong").check()
    third.get_by_label("What is wrong").fill("At night it is nobody’s.")
    hers.get_by_role("button", name="Send my answers").click()
    expect(hers.get_by_text("Say yes or no.")).to_be_visible()
    expect(second.get_by_label("How you want it to say")).to_have_value(re.compile("late for it"))
    assert hers.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hers.get_by_label("Yes, I agree").check()
    expect(hers.get_by_text("Say yes or no.")).to_be_hidden()
    hers.get_by_label("Your title or position at present").fill("Head of time")
    hers.get_by_label("Conflicts of interest").fill("None")
    hers.get_by_role("button", name="Send my answers").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers have reached us.")
    assert hers.goto(link[0]).status == 404  # type: ignore[union-attr]
    outside.close()

    newest(page, piece)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 3 quotes confirmed.")
    expect(page.get_by_text("Says: At night it is nobody’s.")).to_be_visible()
    page.goto(f"{piece}/review")
    card = page.get_by_role("article", name=re.compile("^Suggestion for"))
    expect(card).to_contain_text("Marit Oduya-Lind, outside")
    card.get_by_role("button", name="Accept").click()
    newest(page, piece)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 of 3 quotes confirmed.")

    writing = Desk(noor.new_page()).open(piece)
    writing.click(writing.text.locator(".qa-answer p").first).press("End").type(" And a margin.")
    writing.save()
    expect(
        writing.page.get_by_text("Changed after Marit Oduya-Lind confirmed the wording. Ask again.")
    ).to_be_attached()
    newest(page, piece)
    stands = "1 of 3 quotes confirmed. One other was confirmed, and changed since."
    expect(page.get_by_role("heading", level=1)).to_have_text(stands)
    expect(page.get_by_text("Confirmed wording changed")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Ask again about 2 quotes")).click()
    again = ADDRESS.search(page.locator(".secret__words").inner_text())
    assert again
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.reload()  # it asks nobody again, and the address that was copied still opens
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 1 quote confirmed.")
    hers = visitor(browser, live_server.url).new_page()
    hers.goto(again[0])
    expect(hers.locator(".guest__quote")).to_have_count(2)
    expect(hers.locator(".guest__words").first).to_contain_text("And a margin.")
    clean(hers)
    hers.context.close()


def test_an_outside_reviewer_comments_on_words_that_they_choose(
    noor: BrowserContext, browser: Browser, live_server: LiveServer, post: Post
) -> None:
    piece = new_piece(noor, "Read by somebody outside", "The crystal is the size of a rice grain.", "It rings.")
    page = noor.new_page()
    page.goto(f"{piece}/share")
    page.get_by_label("For whom").fill("Dr. Osei")
    page.get_by_label("What they can do").select_option("comment")
    page.get_by_label("E-mail").fill("osei@institute.test")
    page.get_by_role("button", name="Make the link").click()
    link = ADDRESS.search(post.letter("osei@institute.test", "a private proof for your comments"))
    assert link
    expect(page.locator(".secret__words")).to_have_count(0)
    theirs = visitor(browser, live_server.url).new_page()
    theirs.goto(link[0])
    theirs.locator(".prose p", has_text="It rings.").click(click_count=3)
    theirs.get_by_role("button", name="Comment on this").click()
    expect(theirs.get_by_label("The words it is about")).to_have_value("It rings.")
    theirs.get_by_label("What you say").fill("At which pitch?")
    theirs.get_by_role("button", name="Send the comment").click()
    expect(theirs.locator(".prose mark.anchor")).to_have_text("It rings.")
    clean(theirs)
    theirs.context.close()
    page.goto(f"{piece}/review")
    thread = page.get_by_role("article", name=re.compile("^Thread about"))
    expect(thread).to_contain_text("Dr. Osei, outside")
    expect(page.locator(".galley mark.anchor")).to_have_text("It rings.")


def test_questions_go_out_by_mail_and_only_an_editor_reads_what_was_said(
    ilse: BrowserContext, noor: BrowserContext, post: Post
) -> None:
    piece = interview(ilse)
    hers, theirs = ilse.new_page(), noor.new_page()
    hers.goto(f"{piece}/interview/questions")
    hers.get_by_role("textbox", name="Questions").fill("What is a second?\nWhose is it?")
    hers.get_by_role("button", name="Keep the plan").click()
    hers.get_by_label("To whom").fill("Marit Oduya-Lind")
    hers.get_by_label("E-mail").fill(MARIT)
    hers.get_by_role("button", name="Send", exact=True).click()
    sent = hers.get_by_role("region", name=re.compile("^As sent to Marit Oduya-Lind"))
    expect(sent.get_by_role("listitem")).to_have_text(["What is a second?", "Whose is it?"])
    assert "1. What is a second?\n\n2. Whose is it?" in post.letter(MARIT, "our questions to you").replace("\r", "")

    hers.get_by_role("link", name="Transcript").click()
    hers.get_by_role("textbox", name="Transcript").fill("\n".join(SAID))
    hers.get_by_role("button", name="Keep it").click()
    expect(hers.get_by_text("The transcript is here since")).to_be_visible()
    expect(hers.locator("main")).not_to_contain_text("students")

    theirs.goto(f"{piece}/interview/transcript")
    expect(theirs.locator("#turn-4")).to_contain_text("I always tell my students")
    expect(theirs.get_by_label("From turn, block 2")).to_have_value("4")
    clean(theirs)
    theirs.get_by_role("button", name="Keep the ties").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Answers have \d+% of the words"))
    theirs.locator("#turn-4").get_by_role("link", name="Block 2").click()
    expect(theirs).to_have_url(re.compile(r"/review#b-\w+$"))
