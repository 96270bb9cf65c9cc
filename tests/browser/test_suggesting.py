"""Suggesting in the editor, seen live, and taken up by somebody else in theirs."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.desk import Desk, clean, new_piece

PIECE = ("The crystal is the size of a rice grain.", "It rings.", "Nobody hears it.")


def cards(page: Page) -> Locator:
    return page.get_by_role("article", name=re.compile("^Suggestion for"))


def suggest(context: BrowserContext, piece: str) -> Desk:
    page = context.new_page()
    page.goto(f"{piece}/suggest")
    return Desk(page).ready()


def test_a_copy_shows_its_changes_and_its_cards_are_accepted_in_the_editor(
    ilse: BrowserContext, hanne: BrowserContext
) -> None:
    piece = new_piece(ilse, "Suggested for", *PIECE)
    copy = suggest(hanne, piece)
    copy.at_beginning().press("End").type(" Nearly.")
    copy.click(copy.text.locator("> p").nth(2)).press("ControlOrMeta+End", "Enter").type("One listens.")
    copy.page.get_by_label("Headline").fill("Suggested anew")
    expect(copy.text.locator(".ins")).to_contain_text("Nearly")
    expect(copy.text.locator(".is-suggested")).to_have_text("One listens.")
    clean(copy.page)
    copy.button("Suggest")
    expect(copy.saved).to_contain_text("Suggested")

    hers = Desk(ilse.new_page()).open(piece)
    expect(hers.text).not_to_contain_text("Nearly")
    hers.tab("Comments")
    expect(cards(hers.page)).to_have_count(3)
    clean(hers.page)
    cards(hers.page).filter(has_text="Nearly").get_by_role("button", name="Accept").click()
    hers.says("rice grain. Nearly.")
    expect(cards(hers.page)).to_have_count(2)
    cards(hers.page).filter(has_text="One listens.").get_by_role("button", name="Reject").click()
    expect(cards(hers.page)).to_have_count(1)
    cards(hers.page).get_by_role("button", name="Accept").click()
    expect(hers.page.get_by_role("textbox", name="Headline")).to_have_value("Suggested anew")
    expect(cards(hers.page)).to_have_count(0)
    assert "One listens." not in hers.stored()
    # The copy goes on from what was accepted.
    copy.reload()
    expect(copy.text.locator(".ins")).to_have_count(0)


def test_blocks_are_moved_cut_and_taken_all_at_once_on_the_review_page(
    ilse: BrowserContext, hanne: BrowserContext
) -> None:
    piece = new_piece(ilse, "Moved about", *PIECE)
    copy = suggest(hanne, piece)
    copy.click(copy.text.locator("> p", has_text="Nobody hears it.")).press("Alt+Shift+ArrowUp")
    copy.click(copy.text.locator("> p", has_text="It rings.")).press("Home", "Shift+End", "Delete", "Delete")
    copy.button("Suggest")
    expect(copy.saved).to_contain_text("Suggested")
    page = hanne.new_page()
    page.goto(f"{piece}/review")
    expect(cards(page).first).to_be_visible()
    clean(page)
    many = cards(page).count()
    assert many >= 1
    all_at_once = page.get_by_role("button", name="Accept all from Hanne Ostrowe-Bell")
    (all_at_once if many > 1 else cards(page).get_by_role("button", name="Accept")).click()
    expect(cards(page)).to_have_count(0)
    page.goto(f"{piece}/review?against=0")
    expect(page.locator(".galley .prose")).not_to_contain_text("It rings.")


def test_two_suggest_for_one_place_and_the_writer_stands_by_what_an_editor_wrote(
    ilse: BrowserContext, noor: BrowserContext, hanne: BrowserContext
) -> None:
    piece = new_piece(ilse, "Suggested twice", *PIECE)
    for context, who, block, words in ((hanne, "a chief", 1, " Softly."), (noor, "an editor", 2, " At night.")):
        copy = suggest(context, piece)
        copy.page.get_by_role("textbox", name="Headline").fill(f"Suggested by {who}")
        copy.write(words, block=block)
        copy.button("Suggest")
        expect(copy.saved).to_contain_text("Suggested")
        copy.page.close()

    # The writer takes one of the two headlines: the other says why it cannot be had any more.
    hers = Desk(ilse.new_page()).open(piece)
    hers.tab("Comments")
    expect(cards(hers.page)).to_have_count(4)
    other = cards(hers.page).filter(has_text="by an editor")
    expect(other).to_contain_text("Hanne Ostrowe-Bell suggests something else here; accept one of them.")
    cards(hers.page).filter(has_text="by a chief").get_by_role("button", name="Accept").click()
    expect(hers.page.get_by_role("textbox", name="Headline")).to_have_value("Suggested by a chief")
    expect(other).to_contain_text("Cannot be accepted any more: The headline was changed since.")
    other.get_by_role("button", name="Reject").click()
    expect(cards(hers.page)).to_have_count(2)
    asked = cards(hers.page).filter(has_text="At night")
    asked.locator("summary", has_text="Reply").click()
    hers.page.keyboard.type("Whose night?")
    asked.get_by_role("button", name="Send").click()
    expect(asked).to_contain_text("Whose night?")
    cards(hers.page).filter(has_text="Softly").get_by_role("button", name="Accept").click()
    hers.says("It rings. Softly.")
    hers.page.get_by_role("textbox", name="Standfirst").fill("What a crystal does all day.")
    hers.button("Save and submit")
    expect(hers.page.get_by_text("It is with the editors now.")).to_be_visible()

    # One that is open stops the approval, until whoever made it writes the words directly and asks for a yes.
    page = noor.new_page()
    page.goto(f"{piece}/review")
    approve = page.get_by_role("button", name=re.compile("^Approve revision"))
    expect(approve).to_be_disabled()
    expect(page.locator(".decide")).to_contain_text("One suggestion waits to be accepted or rejected.")
    expect(cards(page)).to_contain_text("Whose night?")
    cards(page).locator("summary", has_text="Reply").click()
    page.keyboard.type("The reader’s.")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(cards(page)).to_contain_text("The reader’s.")
    clean(page)
    cards(page).get_by_role("button", name="Withdraw").click()
    expect(approve).to_be_enabled()
    writing = Desk(page).open(piece)
    writing.write(" By night.", block=2)
    writing.save()
    page.goto(f"{piece}/review")
    page.get_by_role("button", name="Ask the writers to confirm").click()
    expect(page.get_by_role("status")).to_contain_text("asked whether they stand by it")

    hers.page.goto("/newsroom/")
    hers.page.get_by_role("link", name="Suggested by a chief").first.click()
    expect(hers.page.get_by_role("heading", name="One change since you submitted it")).to_be_visible()
    expect(hers.page.locator(".galley ins")).to_have_text(re.compile("By night"))
    clean(hers.page)
    hers.page.get_by_role("button", name=re.compile("^Confirm the edits")).click()
    expect(hers.page.get_by_role("status")).to_contain_text("was confirmed")
    page.goto(f"{piece}/review")
    expect(page.get_by_text("Confirmed by Ilse Varnholt")).to_be_visible()
    approve.click()
    expect(page.get_by_role("status")).to_contain_text("was approved")


def test_a_copy_survives_the_network_and_the_page(ilse: BrowserContext, hanne: BrowserContext) -> None:
    piece = new_piece(ilse, "Kept copies", *PIECE)
    copy = suggest(hanne, piece)
    copy.at_beginning().type("First: ")
    expect(copy.saved).to_contain_text("Saved")
    copy.reload()
    copy.says("First: The crystal")
    Desk(ilse.new_page()).open(piece)
    expect(Desk(ilse.new_page()).open(piece).text).not_to_contain_text("First:")
