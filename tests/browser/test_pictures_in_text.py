"""Pictures at the desk, in a real browser: dropped, sent with their progress, refused, chosen, described, cropped."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import Desk, comes_true, person, png


@pytest.fixture(scope="module")
def writer(browser: Browser, live_server: LiveServer) -> Iterator[Desk]:
    context = person(browser, live_server.url)
    yield Desk(context.new_page()).begin("What the pictures show")
    context.close()


@pytest.fixture
def desk(writer: Desk) -> Iterator[Desk]:
    writer.clear()
    writer.type("First.")
    writer.press("Enter")
    writer.type("Second.")
    yield writer
    writer.page.unroute_all()


def held(desk: Desk) -> list[Route]:
    """Hold uploads back, so that what is seen on the way can be seen."""
    waiting: list[Route] = []
    desk.page.route("**/pictures/upload", lambda route: waiting.append(route))
    return waiting


def test_two_dropped_files_keep_their_place_and_store_nothing_half_done(desk: Desk) -> None:
    waiting = held(desk)
    assert desk.drop(png("north.png", 61), png("south.png", 62), where="start"), "no line showed where they would come"
    expect(desk.page.get_by_role("group", name="Picture north.png")).to_be_visible()
    expect(desk.page.get_by_role("group", name="Picture south.png").get_by_role("progressbar")).to_be_visible()
    assert desk.body() == "<p>First.</p><p>Second.</p>"
    desk.press("Control+End")
    desk.type(" Third.")
    comes_true(desk.page, "document.querySelectorAll('.waiting[data-state=goes]').length === 2")
    waiting[0].continue_()
    expect(desk.text.locator("figure")).to_have_count(1)
    order = "(text) => [...text.querySelectorAll('figure, .waiting')].map((each) => each.localName)"
    assert desk.text.evaluate(order)[1] == "div", "the second keeps its place below the first"
    waiting[1].continue_()
    expect(desk.text.locator("figure")).to_have_count(2)
    assert re.fullmatch(r"<figure>.+?</figure><figure>.+?</figure><p>First.</p><p>Second. Third.</p>", desk.body())
    expect(desk.page.get_by_text("Alt text missing").first).to_be_visible()
    # Whoever writes on is not called away.
    assert desk.page.evaluate("() => document.activeElement.classList.contains('ProseMirror')")


def test_what_it_shows_is_asked_for_in_place(desk: Desk) -> None:
    desk.drop(png("east.png", 63))
    expect(desk.text.locator("figure")).to_have_count(1)
    expect(desk.text.locator("figure .figure__alt input")).to_be_focused()
    desk.type("Two rings on a pond")
    assert 'alt="Two rings on a pond"' in desk.body()


def test_a_failure_says_so_in_place_and_can_be_tried_again(desk: Desk) -> None:
    answers = iter(("abort", "refuse", "go"))

    def answer(route: Route) -> None:
        kind = next(answers)
        if kind == "abort":
            route.abort()
        elif kind == "refuse":
            route.fulfill(status=422, json={"error": "west.png is no picture that we can read."})
        else:
            route.continue_()

    desk.page.route("**/pictures/upload", answer)
    desk.drop(png("west.png", 64))
    box = desk.page.get_by_role("group", name="Picture west.png")
    expect(box).to_contain_text("The connection broke before it was there.")
    box.get_by_role("button", name="Try again").click()
    expect(box).to_contain_text("west.png is no picture that we can read.")
    assert desk.body() == "<p>First.</p><p>Second.</p>"
    box.get_by_role("button", name="Try again").click()
    expect(desk.text.locator("figure")).to_have_count(1)
    expect(box).to_have_count(0)


def test_a_picture_on_its_way_can_be_taken_out(desk: Desk) -> None:
    held(desk)
    desk.drop(png("away.png", 65))
    desk.page.get_by_role("button", name="Stop away.png").click()
    expect(desk.page.locator(".waiting")).to_have_count(0)
    assert desk.body() == "<p>First.</p><p>Second.</p>"


def test_the_same_file_is_noticed_and_brings_its_words(desk: Desk) -> None:
    desk.drop(png("once.png", 66))
    expect(desk.text.locator("figure")).to_have_count(1)
    desk.click(desk.text.locator("figure").get_by_role("button", name="Credit and crop"))
    dialog = desk.page.get_by_role("dialog", name="Credit and crop")
    dialog.get_by_label("Alternative text").fill("A pier at low water")
    dialog.get_by_label("Credit line").fill("Marit Oduya")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert 'alt="A pier at low water"' in desk.body()
    desk.clear()
    desk.paste(files=[png("twice.png", 66)])
    expect(desk.text.locator("figure")).to_have_count(1)
    expect(desk.page.get_by_text("In the library already: its words came with it.").first).to_be_visible()
    assert 'alt="A pier at low water"' in desk.body()


def test_what_no_crop_may_lose_is_marked_by_a_click_and_by_keys(desk: Desk) -> None:
    desk.drop(png("point.png", 67))
    desk.click(desk.text.locator("figure").get_by_role("button", name="Credit and crop"))
    dialog = desk.page.get_by_role("dialog", name="Credit and crop")
    shown = dialog.locator(".point img")
    box = shown.bounding_box()
    assert box
    shown.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    mark = dialog.get_by_role("button", name=re.compile("What no crop may lose: 25 percent from the left"))
    expect(mark).to_be_focused()
    desk.press("ArrowRight", "Shift+ArrowUp")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say in a sentence what it shows")
    dialog.get_by_label("Alternative text").fill("A point")
    with desk.page.expect_response("**/words") as answer:
        dialog.get_by_role("button", name="Save").click()
    picture = answer.value.json()["picture"]
    assert (picture["focal_x"], picture["focal_y"]) == (26, 40)


def test_pictures_are_chosen_from_the_library_by_keyboard(desk: Desk) -> None:
    desk.press("Enter")
    desk.type("/picture")
    desk.press("Enter")
    dialog = desk.page.get_by_role("dialog", name="Choose pictures")
    expect(dialog.get_by_role("checkbox").first).to_be_visible()
    expect(dialog.get_by_label("Words")).to_be_focused()
    desk.type("nothing has these words")
    expect(dialog.get_by_text("Nothing like that")).to_be_visible()
    dialog.get_by_label("Words").fill("")
    expect(dialog.get_by_role("checkbox").nth(1)).to_be_visible()
    expect(dialog.get_by_role("button", name="Put it in")).to_be_disabled()
    dialog.get_by_label("Words").focus()
    desk.press("ArrowDown", "Space", "ArrowRight", "Space")
    expect(dialog.get_by_role("button", name="Put 2 in")).to_be_enabled()
    desk.press("Enter")
    expect(dialog).to_have_count(0)
    expect(desk.text.locator("figure")).to_have_count(2)
    assert re.search(r"<p>First.</p><p>Second.</p><figure>.+</figure><figure>", desk.body())
    # Another one in the place of the first; its caption stays.
    before = desk.body()
    desk.click(desk.text.locator("figure").first.get_by_role("button", name="Another picture"))
    dialog = desk.page.get_by_role("dialog", name="Choose another picture")
    # By its number: what another test sent may arrive meanwhile, and move every picture down the list.
    there = re.findall(r'data-asset="(\d+)"', before)
    others = dialog.locator("".join(["input[type=radio]", *(f":not([value='{one}'])" for one in there)]))
    taken = others.first.get_attribute("value")
    dialog.locator(f"input[value='{taken}']").check()
    dialog.get_by_role("button", name="Take this one").click()
    expect(dialog).to_have_count(0)
    assert re.findall(r'data-asset="(\d+)"', desk.body()) == [taken, there[1]]


def test_the_library_pages_and_says_when_it_does_not_answer(desk: Desk) -> None:
    words = {"alt": "", "caption": "", "credit": "", "rights": "", "file_name": "a.png", "media_type": "image/png"}
    shown = {"src": "/static/img/mark.svg", "srcset": "", "width": 8, "height": 8, "focal_x": 50, "focal_y": 50}
    picture = {**words, **shown}
    state = {"broken": True}

    def answer(route: Route) -> None:
        if state["broken"]:
            route.fulfill(status=503, json={"error": "The library is being tidied up."})
            return
        page = int(re.search(r"page=(\d)", route.request.url)[1])  # type: ignore[index]
        route.fulfill(
            json={"results": [{**picture, "id": page, "alt": f"On page {page}"}], "page": page, "pages": 2, "total": 2}
        )

    desk.page.route("**/pictures/choose*", answer)
    desk.press("Control+Alt+p")
    dialog = desk.page.get_by_role("dialog", name="Choose pictures")
    expect(dialog.get_by_text("The library is being tidied up.")).to_be_visible()
    state["broken"] = False
    dialog.get_by_role("button", name="Try again").click()
    dialog.get_by_role("checkbox", name="On page 1").check()
    dialog.get_by_role("button", name="Older").click()
    dialog.get_by_role("checkbox", name="On page 2").check()
    expect(dialog.get_by_role("button", name="Put 2 in")).to_be_enabled()
    desk.press("Escape")
    expect(dialog).to_have_count(0)
    expect(desk.text).to_be_focused()
    assert desk.body() == "<p>First.</p><p>Second.</p>"


def test_files_that_are_no_pictures_are_told_apart(desk: Desk) -> None:
    desk.drop({"name": "notes.pdf", "type": "application/pdf", "content": "JVBERg=="})
    expect(desk.page.get_by_text("notes.pdf is no picture that the library takes.")).to_be_visible()
    desk.page.get_by_role("button", name="Put away").click()
    assert desk.body() == "<p>First.</p><p>Second.</p>"


def test_a_word_file_is_taken_in_with_its_pictures(desk: Desk) -> None:
    namespaces = 'xmlns:w="urn:w" xmlns:r="urn:r" xmlns:a="urn:a"'
    picture = '<w:r><w:drawing><a:blip r:embed="rId1"/></w:drawing></w:r>'
    words = "<w:r><w:rPr><w:b/></w:rPr><w:t>Bold</w:t></w:r><w:r><w:t> words.</w:t></w:r>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        body = f"<w:body><w:p>{words}</w:p><w:p>{picture}</w:p></w:body>"
        archive.writestr("word/document.xml", f"<w:document {namespaces}>{body}</w:document>")
        target = '<Relationship Id="rId1" Target="media/image1.png"/>'
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{target}</Relationships>")
        archive.writestr("word/media/image1.png", base64.b64decode(png("image1.png", 69)["content"]))
    content = base64.b64encode(packed.getvalue()).decode()
    desk.drop({"name": "piece.docx", "type": "", "content": content})
    expect(desk.text.locator("figure img")).to_have_attribute("src", re.compile("^/media/"))
    assert desk.body().startswith("<p>First.</p><p>Second.</p><p><strong>Bold</strong> words.</p><figure>")
    desk.drop({"name": "torn.docx", "type": "", "content": content[:400]})
    expect(desk.page.get_by_text("torn.docx cannot be read as a Word file.")).to_be_visible()
    desk.page.get_by_role("button", name="Put away").click()


def test_the_lead_picture_is_chosen_dropped_and_taken_out(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("tab", name="Picture").click()
    panel = page.locator("#hero_id")
    expect(panel.get_by_text("No picture yet")).to_be_visible()
    panel.get_by_role("button", name="Choose a picture").click()
    dialog = page.get_by_role("dialog", name="Choose the lead picture")
    dialog.get_by_role("radio").nth(2).check()
    dialog.get_by_role("button", name="Take this one").click()
    expect(panel.locator("img.hero")).to_be_visible()
    chosen = page.locator("input[name=hero_id]").input_value()
    assert chosen
    desk.drop(png("lead.png", 68), selector="#hero_id")
    expect(page.locator("input[name=hero_id]")).not_to_have_value(chosen)
    expect(panel.get_by_label("Alternative text")).to_be_focused()
    panel.get_by_label("Alternative text").fill("A lead")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("[data-desk=ready]")).to_be_attached()
    page.get_by_role("tab", name="Picture").click()
    expect(panel.locator("img.hero")).to_be_visible()
    panel.get_by_role("button", name="Take it out").click()
    assert page.locator("input[name=hero_id]").input_value() == ""
    expect(panel.get_by_text("No picture yet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialogs_are_open_to_everybody(desk: Desk, scheme: Any) -> None:
    page = desk.page
    page.emulate_media(color_scheme=scheme)
    desk.drop(png(f"axe-{scheme}.png", 70 if scheme == "dark" else 71))
    expect(desk.text.locator("figure")).to_have_count(1)
    desk.paste('<p>a</p><img src="https://p.example/one.jpg">')
    desk.click(desk.text.locator("figure").get_by_role("button", name="Credit and crop"))
    expect(page.get_by_role("dialog", name="Credit and crop")).to_be_visible()
    found = [Axe().run(page)]
    desk.press("Escape")
    expect(desk.text.get_by_role("button", name="Credit and crop")).to_be_focused()
    desk.text.focus()
    desk.press("Control+Alt+p")
    expect(page.get_by_role("checkbox").first).to_be_visible()
    page.get_by_role("checkbox").first.check()
    found.append(Axe().run(page))
    desk.press("Escape")
    found.append(Axe().run(page))
    page.emulate_media(color_scheme="light")
    assert [each.generate_report() for each in found if each.violations_count] == []
