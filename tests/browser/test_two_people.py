"""Two people, or two tabs of one, on one piece: what each writes stays; what only people can decide is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.browser.desk import Desk, galley, new_piece

PIECE = ("The opening.", "The middle.", "The end.")


@pytest.fixture
def both(ilse: BrowserContext, noor: BrowserContext) -> Iterator[tuple[Desk, Desk]]:
    """Both have one piece open, and both write in it."""
    piece = new_piece(ilse, "Four hands", *PIECE)
    hers = Desk(ilse.new_page()).open(piece)
    hers.write(" Ilse was here.", block=0)
    hers.save()
    theirs = Desk(noor.new_page()).open(piece)
    theirs.write_on()
    yield hers, theirs
    hers.page.close()
    theirs.page.close()


def test_different_places_are_joined_with_a_word_on_what_came_in(both: tuple[Desk, Desk], ilse: BrowserContext) -> None:
    hers, theirs = both
    theirs.write(" Noor closed it.", block=2)
    theirs.save()
    hers.page.route("**/presence", lambda route: route.abort())  # she does not hear of it before she saves
    hers.write(" More of hers.", block=0)
    hers.save()
    hers.says("The end. Noor closed it.")
    expect(hers.note("came-in")).to_contain_text("saved while you wrote, and it is in your text now:")
    # The caret is where she writes, and what came in is not hers to undo.
    hers.page.keyboard.type(" Still here.", delay=25)
    hers.says("More of hers. Still here.")
    for _ in range(40):
        hers.page.keyboard.press("Control+z")
    expect(hers.text).to_have_text("The opening.The middle.The end. Noor closed it.")
    hers.page.keyboard.press("Control+y")
    hers.page.unroute("**/presence")
    assert "Noor closed it." in galley(ilse, hers.address)


def test_the_same_place_is_put_to_the_person(both: tuple[Desk, Desk], ilse: BrowserContext) -> None:
    hers, theirs = both
    theirs.write(" Noor’s words.", block=1)
    theirs.write(" Noor’s end.", block=2)
    theirs.save()
    hers.page.route("**/presence", lambda route: route.abort())
    hers.write(" Ilse’s words.", block=1)
    hers.page.keyboard.press("Control+s")
    panel = hers.page.get_by_role("region", name="Noor Castellane changed the same place that you changed")
    expect(panel.get_by_role("heading")).to_be_focused()
    sides = panel.locator(".clash__side")
    expect(sides.nth(0).locator("del")).to_contain_text("Ilse")
    expect(sides.nth(1).locator("ins")).to_contain_text("Noor")
    hers.says("The end.")
    assert Axe().run(hers.page, context=".clashes--here").violations_count == 0
    # By keys alone: to the choice, the third of it, and on to the button.
    hers.page.keyboard.press("Tab")
    expect(panel.get_by_role("radio", name="Yours", exact=True)).to_be_focused()
    hers.page.keyboard.press("ArrowDown")
    hers.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("radio", name="Both, yours first")).to_be_checked()
    hers.page.keyboard.press("Tab")
    with hers.page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
        hers.page.keyboard.press("Enter")
    expect(panel).to_have_count(0)
    expect(hers.text.locator("> p")).to_have_text([
        "The opening. Ilse was here.", "The middle. Ilse’s words.", "The middle. Noor’s words.", "The end. Noor’s end.",
    ])  # fmt: skip
    hers.page.unroute("**/presence")
    found = galley(ilse, hers.address)
    assert found.index("Ilse’s words") < found.index("Noor’s words")


@pytest.mark.parametrize(("button", "kept"), [("Use mine everywhere", "Ilse’s"), ("Save with these choices", "Noor’s")])
def test_mine_or_theirs_and_the_other_is_in_the_history(
    both: tuple[Desk, Desk], ilse: BrowserContext, button: str, kept: str
) -> None:
    hers, theirs = both
    theirs.write(" Noor’s words.", block=1)
    theirs.page.get_by_role("textbox", name="Standfirst").fill("Noor’s standfirst.")
    theirs.save()
    hers.page.route("**/presence", lambda route: route.abort())
    hers.write(" Ilse’s words.", block=1)
    hers.page.get_by_role("textbox", name="Standfirst").fill("Ilse’s standfirst.")
    hers.page.keyboard.press("Control+s")
    panel = hers.page.get_by_role("region", name="Noor Castellane changed 2 places that you changed")
    expect(panel).to_be_visible()
    if kept == "Noor’s":
        for choice in panel.get_by_role("radio", name="Noor Castellane’s").all():
            choice.check()
    with hers.page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
        panel.get_by_role("button", name=button).click()
    expect(hers.text.locator("> p").nth(1)).to_have_text(f"The middle. {kept} words.")
    expect(hers.page.get_by_role("textbox", name="Standfirst")).to_have_value(f"{kept} standfirst.")
    hers.page.unroute("**/presence")
    assert f"{kept} words." in galley(ilse, hers.address)
    if kept == "Ilse’s":
        before = ilse.request.get(f"{hers.address}/galley?revision=4").text()
        assert "Noor’s words." in before
    else:  # what was refused is within reach, now and when the piece is opened again
        for _ in range(2):
            expect(hers.note("aside")).to_contain_text("Your other text")
            hers.reload()
        hers.button("Look at it again")
        expect(hers.page.get_by_role("region", name=re.compile("This browser has text"))).to_contain_text(
            "Ilse’s words."
        )


def test_one_writes_the_other_waits_takes_over_and_each_sees_it(ilse: BrowserContext, noor: BrowserContext) -> None:
    piece = new_piece(ilse, "Whose turn", *PIECE)
    hers = Desk(ilse.new_page()).open(piece)
    hers.write(" Ilse begins.", block=0)
    hers.kept()
    theirs = Desk(noor.new_page()).open(piece)
    expect(theirs.note("courtesy")).to_contain_text(re.compile(r"Ilse Varnholt is writing here since \d\d:\d\d\."))
    expect(theirs.text).to_have_attribute("contenteditable", "false")
    expect(theirs.page.get_by_role("textbox", name="Headline")).not_to_be_editable()
    avatar = theirs.page.locator(".avatars").get_by_role("img", name="Ilse Varnholt")
    expect(avatar).to_have_text("IV")
    theirs.page.get_by_role("button", name="Take over").click()
    expect(theirs.text).to_have_attribute("contenteditable", "true")
    theirs.write(" Noor goes on.", block=2)
    theirs.kept()

    # She is told who and when; what she had is saved, and she may write on as well.
    hers.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(hers.note("courtesy")).to_contain_text(re.compile(r"Noor Castellane took over at \d\d:\d\d\."))
    expect(hers.saved).to_have_text(re.compile("^Revision"))
    assert "Ilse begins." in galley(ilse, piece)
    expect(hers.text).to_have_attribute("contenteditable", "false")
    hers.button("Write on as well")
    hers.write(" She writes on.", block=0)
    hers.save()
    theirs.save()
    theirs.says("Ilse begins. She writes on.")
    found = galley(noor, piece)
    assert "She writes on." in found
    assert "Noor goes on." in found

    # Whoever leaves is gone at once.
    hers.page.close(run_before_unload=True)
    theirs.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(theirs.page.locator(".avatars")).to_be_hidden()
    theirs.page.close()


def test_two_tabs_of_one_person_do_not_fight(ilse: BrowserContext) -> None:
    piece = new_piece(ilse, "Two tabs", *PIECE)
    first = Desk(ilse.new_page()).open(piece)
    second = Desk(ilse.new_page()).open(piece)
    first.write(" From the first.", block=0)
    first.save()
    second.says("From the first.")  # nothing was typed there: it is simply brought in
    second.write(" From the second.", block=1)
    first.write(" More.", block=2)
    second.save()
    expect(first.note("other-tab")).to_contain_text("You saved this piece in another tab.")
    first.save()
    first.says("The middle. From the second.")
    expect(first.page.locator(".clashes--here")).to_have_count(0)
    found = galley(ilse, piece)
    for words in ("From the first.", "From the second.", "The end. More."):
        assert words in found
    first.page.close()
    second.page.close()


def test_a_doubled_tab_gets_a_name_of_its_own(ilse: BrowserContext) -> None:
    piece = new_piece(ilse, "Doubled", *PIECE)
    first = Desk(ilse.new_page()).open(piece)
    first.write(" One.", block=0)
    first.kept()
    with ilse.expect_page() as opened:  # a window that a page opens has the memory of its tab, as a doubled tab does
        first.page.evaluate("(address) => void window.open(address)", f"{piece}/edit")
    second = Desk(opened.value)
    expect(second.page.locator("[data-desk=ready]")).to_be_attached()
    second.write(" Two.", block=1)
    with second.page.expect_request(lambda sent: sent.url.endswith("/copy")) as sent:
        pass
    name = re.compile(r"tab=(\w+)")
    theirs = name.search(sent.value.post_data or "")
    first.write(" More.", block=0)
    with first.page.expect_request(lambda sent: sent.url.endswith("/copy")) as sent:
        pass
    ours = name.search(sent.value.post_data or "")
    assert ours
    assert theirs
    assert ours[1] != theirs[1]
    second.page.close()
    first.page.close()
