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


def test_a_copy_survives_the_network_and_the_page(ilse: BrowserContext, hanne: BrowserContext) -> None:
    piece = new_piece(ilse, "Kept copies", *PIECE)
    copy = suggest(hanne, piece)
    copy.at_beginning().type("First: ")
    expect(copy.saved).to_contain_text("Saved")
    copy.reload()
    copy.says("First: The crystal")
    Desk(ilse.new_page()).open(piece)
    expect(Desk(ilse.new_page()).open(piece).text).not_to_contain_text("First:")
