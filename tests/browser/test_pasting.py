"""Pasting into the editor, in a real browser under the real policy: what each kind of clipboard becomes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LiveServer
from tests.browser.desk import Desk, person, png

SAMPLES = Path(__file__).parents[2] / "frontend" / "test" / "paste"
INTERVIEW = (
    "<p>We met in Lund.</p><p><b>Noor Castellane:</b> What does the gauge hear?</p>"
    "<p><b>Marit Oduya:</b> The harbour.</p>"
    "<p>And the ferry.</p><p><b>Noor Castellane:</b> Is it ever wrong?</p><p><b>Marit Oduya:</b> Twice a year.</p>"
)


@pytest.fixture(scope="module")
def writer(browser: Browser, live_server: LiveServer) -> Iterator[Desk]:
    context = person(browser, live_server.url)
    yield Desk(context.new_page()).begin("What the clipboard holds")
    context.close()


@pytest.fixture
def desk(writer: Desk) -> Iterator[Desk]:
    writer.clear()
    yield writer
    for notice in writer.page.locator(".notice--aside").all():
        notice.get_by_role("button", name="Put away").click()
    assert writer.complaints == []


def sample(name: str) -> str:
    return (SAMPLES / name).read_text()


def expected(name: str) -> str:
    return re.sub(r">\n(?=<)", ">", sample(f"{name}.body.html")).strip()


@pytest.mark.parametrize("name", ["word-article", "word-footnotes", "google-docs", "web-page", "code-places", "sheet"])
def test_a_clipboard_of_html_becomes_clean_blocks_under_the_policy(desk: Desk, name: str) -> None:
    desk.paste(sample(f"{name}.html"), "words")
    assert desk.body() == expected(name)


@pytest.mark.parametrize("name", ["markdown", "letter"])
def test_a_clipboard_of_text_becomes_clean_blocks(desk: Desk, name: str) -> None:
    desk.paste(text=sample(f"{name}.txt"))
    assert desk.body() == expected(name)


def test_what_was_pasted_is_undone_at_once_and_comes_back(desk: Desk) -> None:
    desk.paste("<h1>Title</h1><p>Some <b>bold</b> words.</p>")
    assert desk.body() == "<h2>Title</h2><p>Some <strong>bold</strong> words.</p>"
    desk.press("Control+z")
    assert desk.body() == ""
    desk.press("Control+Shift+z")
    assert desk.body() == "<h2>Title</h2><p>Some <strong>bold</strong> words.</p>"


def test_the_clipboard_itself_pastes_and_with_shift_only_its_words(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = """() => navigator.clipboard.write([new ClipboardItem({
        'text/html': new Blob(['<p style="font-weight:bold">**Loud**</p>'], { type: 'text/html' }),
        'text/plain': new Blob(['**Loud**'], { type: 'text/plain' }) })])"""
    desk.page.evaluate(copy)
    desk.complaints.clear()  # of the style that was copied just now; pasting it may bring no other
    desk.text.click()
    desk.press("Control+v")
    expect(desk.text.locator("strong")).to_have_text("**Loud**")
    desk.clear()
    desk.press("Control+Shift+v")
    expect(desk.text).to_have_text("**Loud**")
    assert desk.body() == "<p>**Loud**</p>"


def test_our_own_blocks_are_copied_whole_and_get_ids_of_their_own(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.paste('<p>Words with a <a href="https://a.example">link</a>.</p><blockquote><p>Said.</p></blockquote>')
    desk.press("Control+a", "Control+c", "Control+End", "Enter", "Control+v")
    expect(desk.text.locator("blockquote")).to_have_count(2)
    ids = desk.text.evaluate("(text) => [...text.querySelectorAll('[data-id]')].map((block) => block.dataset.id)")
    assert len(ids) == len(set(ids))


def test_code_takes_words_as_they_are(desk: Desk) -> None:
    desk.paste(sample("code-places.html").split("\n")[0])
    desk.click(desk.text.locator("pre code"))
    desk.press("Control+End", "ArrowUp", "End")
    desk.click(desk.text.locator("pre code"))
    desk.paste("<p><b># not a title</b></p>", "# not a title")
    assert "# not a title" in desk.body()
    assert "<h2>" not in desk.body()


def test_a_pull_quote_takes_one_line(desk: Desk) -> None:
    desk.type("/pull")
    desk.press("Enter")
    expect(desk.text.locator("aside.pull-quote")).to_be_attached()
    desk.paste("<h1>Two</h1><ul><li>lines <b>of</b></li><li>words</li></ul>")
    assert '<aside class="pull-quote">Two lines <strong>of</strong> words</aside>' in desk.body()


def test_further_paragraphs_of_a_question_are_its_answer(desk: Desk) -> None:
    desk.type("/question")
    desk.press("Enter")
    question = desk.text.locator(".qa-question")
    expect(question).to_be_attached()
    desk.paste("<p>What does it hear?</p><p>The harbour.</p><ul><li>ferries</li></ul>")
    asked = r'qa-question"[^>]*>What does it hear\?</p>'
    answered = r'<div class="qa-answer"[^>]*><p>The harbour.</p><ul><li>ferries</li></ul></div>'
    assert re.search(asked + answered, desk.body())


def test_an_interview_is_offered_as_questions_and_answers(desk: Desk) -> None:
    desk.paste(INTERVIEW)
    assert "<section" not in desk.body(), "nothing is forced"
    notice = desk.page.get_by_text(
        "This reads like an interview: two questions, asked by Noor Castellane, answered by Marit Oduya."
    )
    expect(notice).to_be_visible()
    desk.page.get_by_role("button", name="Make them questions and answers").click()
    expect(desk.text.locator("section.qa")).to_have_count(2)
    body = desk.body()
    assert body.startswith("<p>We met in Lund.</p><section")
    assert '<p class="qa-question" data-speaker="Noor Castellane">What does the gauge hear?</p>' in body
    assert '<div class="qa-answer" data-speaker="Marit Oduya"><p>The harbour.</p><p>And the ferry.</p></div>' in body
    expect(notice).to_have_count(0)


def test_pictures_of_other_sites_are_named_and_left_out(desk: Desk) -> None:
    desk.paste(
        '<p>a</p><img src="https://p.example/one.jpg" alt="A gauge"><img src="https://p.example/two.jpg"><p>b</p>'
    )
    assert desk.body() == "<p>a</p><p>b</p>"
    expect(desk.page.get_by_text("Two pictures were left out.")).to_be_visible()
    expect(desk.page.get_by_role("link", name="A gauge")).to_have_attribute("href", "https://p.example/one.jpg")
    expect(desk.page.get_by_role("link", name="two.jpg")).to_be_visible()


def test_pictures_within_the_words_are_taken_in(desk: Desk) -> None:
    picture = png("x.png", 31)
    desk.paste(
        f'<p>Before.</p><p>In <img src="data:image/png;base64,{picture["content"]}" alt="A blue square"> between.</p>'
    )
    expect(desk.text.locator("figure img")).to_have_attribute("src", re.compile("^/media/"))
    image = r'<img src="/media/[^"]+" alt="A blue square" width="\d+" height="\d+" data-asset="\d+">'
    assert re.fullmatch(f"<p>Before.</p><p>In</p><figure>{image}</figure><p>between.</p>", desk.body())


def test_pictures_of_word_come_out_of_the_other_half_of_the_clipboard(desk: Desk) -> None:
    hexed = base64.b64decode(png("x.png", 47)["content"]).hex()
    html = sample("word-footnotes.html").split("<p class")[0]
    html += (
        '<p class=MsoNormal>See <img width=153 height=153 src="file:///C:/Temp/clip_image001.png"></p></body></html>'
    )
    desk.paste(html, "See", rtf="{\\rtf1{\\*\\shppict{\\pict\\picw26\\pngblip\\bliptag1\n" + hexed + "}}}")
    expect(desk.text.locator("figure img")).to_have_attribute("src", re.compile("^/media/"))
    # Without it, nothing is lost without a word.
    desk.clear()
    desk.paste(html, "See")
    expect(desk.page.get_by_text("One picture was left out.")).to_be_visible()
