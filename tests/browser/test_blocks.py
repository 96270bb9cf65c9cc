"""Each block, by keyboard: put in, written, moved, doubled, turned into another, taken out; and stored as it should."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, sign_in

UP, DOWN, DOUBLE, DELETE = (
    "Alt+Shift+ArrowUp",
    "Alt+Shift+ArrowDown",
    "ControlOrMeta+Shift+d",
    "ControlOrMeta+Shift+Backspace",
)


@pytest.fixture
def desk(browser_page: Page) -> Desk:
    return Desk(sign_in(browser_page)).begin()


EMPTY_ROW = f"<tr>{'<td></td>' * 3}</tr>"

# What is looked for, what is typed into it, how that is stored, and what it is once it was turned into a paragraph.
BLOCKS = {
    "section title": ("section", "Why", "<h2>Why</h2>", "<p>Why</p>"),
    "smaller title": ("smaller", "Why", "<h3>Why</h3>", "<p>Why</p>"),
    "smallest title": ("smallest", "Why", "<h4>Why</h4>", "<p>Why</p>"),
    "list": ("bullets", "One\nTwo", "<ul><li>One</li><li>Two</li></ul>", "<p>One</p><p>Two</p>"),
    "numbered list": ("steps", "One\nTwo", "<ol><li>One</li><li>Two</li></ol>", "<p>One</p><p>Two</p>"),
    "quote": ("quo", "So it is", "<blockquote><p>So it is</p></blockquote>", "<p>So it is</p>"),
    "pull quote": ("pull", "Far", '<aside class="pull-quote">Far</aside>', "<p>Far</p>"),
    "callout": ("tip", "Mind it", '<aside class="callout" data-kind="note"><p>Mind it</p></aside>', "<p>Mind it</p>"),
    "code": ("listing", "a = 1\nb", "<pre><code>a = 1\nb</code></pre>", "<p>a = 1</p><p>b</p>"),
    "question and answer": (
        "interview",
        "Why?\nSo.",
        '<section class="qa"><p class="qa-question" data-speaker="Ilse Varnholt">Why?</p>'
        '<div class="qa-answer"><p>So.</p></div></section>',
        "<p>Why?</p><p>So.</p>",
    ),
    "dividing line": ("hr", "", "<hr>", ""),
    "table": (
        "grid",
        "Drift",
        f"<table><tbody><tr><th>Drift</th>{'<th></th>' * 2}</tr>{EMPTY_ROW * 2}</tbody></table>",
        "",
    ),
}


def into(desk: Desk, block: str) -> None:
    """Click into the words of a block, or on it where it has none."""
    found = desk.text.locator(f'[data-id="{block}"]')
    words = found.locator("p, li, code, th, .pull-quote__words")
    desk.click(words.first if words.count() else found)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_put_in_moved_doubled_turned_and_taken_out(desk: Desk, name: str) -> None:
    looked_for, typed, stored, as_paragraph = BLOCKS[name]
    desk.type("Before", "").choose(looked_for).type(*typed.split("\n"))
    if name == "dividing line":
        # The caret went on below it; what follows is done to the line itself.
        desk.press("ArrowUp")
    first = desk.stored_with_ids()
    assert re.sub(' data-id="[^"]*"', "", first) == f"<p>Before</p>{stored}"
    block = re.findall('data-id="([^"]*)"', first)[1]

    into(desk, block)
    desk.press(UP)
    moved = desk.stored_with_ids()
    assert re.sub(' data-id="[^"]*"', "", moved) == f"{stored}<p>Before</p>"
    assert re.findall('data-id="([^"]*)"', moved)[0] == block

    into(desk, block)
    desk.press(DOUBLE)
    doubled = desk.stored_with_ids()
    assert re.sub(' data-id="[^"]*"', "", doubled) == f"{stored}{stored}<p>Before</p>"
    ids = re.findall('data-id="([^"]*)"', doubled)
    assert ids[0] == block
    assert len(set(ids)) == 3

    into(desk, ids[1])
    desk.press(DELETE)
    assert desk.stored() == f"{stored}<p>Before</p>"

    if not as_paragraph:
        return
    into(desk, block)
    desk.press("ControlOrMeta+/")
    desk.page.get_by_role("menuitem", name="Paragraph").press("Enter")
    turned = desk.stored_with_ids()
    assert re.sub(' data-id="[^"]*"', "", turned) == f"{as_paragraph}<p>Before</p>"
    assert re.findall('data-id="([^"]*)"', turned)[0] == block


def test_the_list_of_blocks_is_looked_through_and_left(desk: Desk) -> None:
    desk.type("/ca")
    options = desk.page.get_by_role("listbox", name="Blocks").get_by_role("option")
    expect(options.first).to_contain_text("Callout")
    expect(options.filter(has_text="Picture with caption")).to_be_visible()
    active = desk.text.get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    desk.press("ArrowDown")
    assert desk.text.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    desk.type("zz")
    expect(desk.page.get_by_text("Nothing called cazz")).to_be_visible()
    desk.press("Escape")
    expect(desk.page.get_by_text("Nothing called cazz")).to_have_count(0)
    desk.type(" stays")
    assert desk.stored() == "<p>/cazz stays</p>"


def test_markdown_is_taken_as_it_is_typed(desk: Desk) -> None:
    desk.type(
        "## Title",
        "### Smaller",
        "**bold** *lean* `code` ~~gone~~ and [a link](example.org/x) end",
        "- One",
        "Two",
        "",
        "1. First",
        "",
        "",
    )
    desk.type("> Said", "", "---", "```python x = 1")
    assert desk.stored() == (
        "<h2>Title</h2><h3>Smaller</h3><p><strong>bold</strong> <em>lean</em> <code>code</code> <s>gone</s> and "
        '<a href="https://example.org/x">a link</a> end</p><ul><li>One</li><li>Two</li></ul><ol><li>First</li></ol>'
        '<blockquote><p>Said</p></blockquote><hr><pre><code class="language-python">x = 1</code></pre>'
    )


def test_words_are_formatted_by_keys_and_by_the_toolbars(desk: Desk) -> None:
    desk.type("a b c d e").press("Shift+ArrowLeft")
    bubble = desk.page.get_by_role("toolbar", name="Selection")
    expect(bubble).to_be_visible()
    bubble.get_by_role("button", name="Above the line").click()
    expect(bubble.get_by_role("button", name="Above the line")).to_have_attribute("aria-pressed", "true")
    desk.press("Home", "Shift+ArrowRight", "ControlOrMeta+b", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Alt+F10")
    expect(bubble.get_by_role("button", name="Bold")).to_be_focused()
    desk.press("ArrowRight", "Enter", "End", "ControlOrMeta+a", "Alt+F10", "Escape")
    expect(desk.text).to_be_focused()
    assert desk.stored() == "<p><strong>a</strong> <em>b</em> c d <sup>e</sup></p>"


def test_the_toolbar_is_one_stop_and_says_what_is_on(desk: Desk) -> None:
    desk.type("A title")
    desk.press("Alt+F10")
    bar = desk.page.get_by_role("toolbar", name="Text")
    expect(bar.get_by_role("button", name="Undo")).to_be_focused()
    assert bar.locator("button[tabindex='0']").count() == 1
    heading = bar.get_by_role("button", name="Section title")
    desk.press("ArrowRight", "ArrowRight")
    expect(heading).to_be_focused()
    expect(heading).to_have_attribute("aria-pressed", "false")
    desk.press("Enter")
    expect(desk.text).to_be_focused()
    expect(heading).to_have_attribute("aria-pressed", "true")
    bar.get_by_role("button", name="Undo").click()
    expect(heading).to_have_attribute("aria-pressed", "false")
    bar.get_by_role("button", name="Redo").click()
    desk.type(", kept")
    assert desk.stored() == "<h2>A title, kept</h2>"


def test_links_are_set_opened_anew_and_taken_off(desk: Desk) -> None:
    desk.type("one two").press("ControlOrMeta+Shift+ArrowLeft", "ControlOrMeta+k")
    field = desk.page.get_by_role("combobox", name="Address")
    expect(field).to_be_focused()
    desk.type("javascript:alert(1)").press("Enter")
    expect(desk.page.get_by_text("That is no address.")).to_be_visible()
    desk.press("ControlOrMeta+a").type("example.org/a").press("Enter")
    expect(desk.text).to_be_focused()
    desk.type(" end")
    assert desk.stored() == '<p>one <a href="https://example.org/a">two</a> end</p>'
    desk.click(desk.text.get_by_role("link"))
    desk.press("ControlOrMeta+k")
    expect(field).to_have_value("https://example.org/a")
    desk.page.get_by_role("dialog", name="Link").get_by_role("button", name="Unlink").click()
    assert desk.stored() == "<p>one two end</p>"


def test_our_own_pieces_are_found_for_a_link(desk: Desk) -> None:
    found = {
        "title": "Where the packets wait",
        "url": "/articles/where-the-packets-wait",
        "kind": "article",
        "section": "Systems",
        "published_at": "",
    }
    desk.page.route(
        "**/newsroom/links?q=*",
        lambda route: route.fulfill(json={"results": [found] if "packets" in route.request.url else []}),
    )
    desk.type("See ").press("ControlOrMeta+k").type("packets")
    expect(desk.page.get_by_role("option", name="Where the packets wait")).to_be_visible()
    desk.press("ArrowDown", "Enter")
    desk.type(" for more")
    assert desk.stored() == '<p>See <a href="/articles/where-the-packets-wait">Where the packets wait</a> for more</p>'


def test_a_table_gets_rows_columns_and_headers(desk: Desk) -> None:
    desk.choose("table").type("a").press("Tab").type("b").press("Tab").type("c").press("Tab").type("d")
    tools = desk.page.get_by_role("toolbar", name="Table")
    expect(tools).to_be_visible()
    for name in ("Delete the column", "Add a column after", "Delete the row", "Add a row above"):
        tools.get_by_role("button", name=name).click()
    desk.type("x")
    body = desk.stored()
    assert body.count("<tr>") == 3
    assert EMPTY_ROW in body
    desk.click(desk.text.locator("td, th").first)
    desk.press("Alt+Shift+F10")
    expect(tools.get_by_role("button", name="Add a row above")).to_be_focused()
    tools.get_by_role("button", name="First column is a header").click()
    assert desk.stored().count("<th>") == 5
    desk.click(desk.text.locator("td, th").first)
    tools.get_by_role("button", name="Delete the table").click()
    assert desk.stored() == ""


def test_code_has_a_language_colours_and_its_own_tab(desk: Desk) -> None:
    desk.choose("code")
    desk.press("Alt+Enter")
    expect(desk.page.get_by_label("Language of this code")).to_be_focused()
    desk.page.get_by_label("Language of this code").select_option("python")
    desk.press("Escape").type("def read():", "").press("Tab").type("return 1  # now")
    expect(desk.text.locator(".hljs-keyword").first).to_have_text("def")
    assert desk.stored() == '<pre><code class="language-python">def read():\n    return 1  # now</code></pre>'


def test_a_pull_quote_says_when_its_words_have_changed(desk: Desk) -> None:
    desk.type("Clocks drift. Half of the round trip is a treaty. Nobody signed it.", "", "After")
    source = desk.text.locator("p").first
    source.click()
    desk.press("Home")
    for _ in "Clocks drift. ":
        desk.press("ArrowRight")
    for _ in "Half of the round trip is a treaty.":
        desk.press("Shift+ArrowRight")
    desk.page.get_by_role("toolbar", name="Selection").get_by_role("button", name="Make a pull quote of it").click()
    stored = desk.stored_with_ids()
    block = re.findall('data-id="([^"]*)"', stored)[0]
    assert f'data-from="{block}">Half of the round trip is a treaty.</aside>' in stored
    warning = desk.page.get_by_text("The text that this quotes has changed.")
    expect(warning).to_be_hidden()
    source.click()
    desk.press("Home")
    for _ in "Clocks drift. Half":
        desk.press("ArrowRight")
    desk.type(" or more")
    expect(warning).to_be_visible()
    desk.page.get_by_role("button", name="Update from the text").click()
    expect(warning).to_be_hidden()
    assert ">Half or more of the round trip is a treaty.</aside>" in desk.stored()
    source.click()
    desk.press(DELETE)
    expect(desk.page.get_by_text("The block that this quotes is gone.")).to_be_visible()


def test_a_callout_has_a_kind(desk: Desk) -> None:
    desk.choose("callout").type("Hot").press("Alt+Enter")
    kind = desk.page.get_by_label("Kind of callout")
    expect(kind).to_be_focused()
    kind.select_option("warning")
    desk.press("Enter").type("!").press("Enter", "Enter").type("After")
    assert desk.stored() == '<aside class="callout" data-kind="warning"><p>Hot!</p></aside><p>After</p>'


def test_speakers_are_the_people_of_the_piece_and_stay_for_the_next_pair(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("tab", name="Credits").click()
    page.get_by_label("Name 2").fill("Tamsin Verrall")
    desk.text.click()
    desk.choose("question").type("Why?").press("Enter").type("So.").press("Alt+Enter")
    answers = page.get_by_label("Who answers", exact=True).first
    expect(answers).to_be_focused()
    answers.select_option("Tamsin Verrall")
    desk.press("Escape").type("", "", "And?").press("Enter").type("No.")
    asks = page.get_by_label("Who asks", exact=True).nth(1)
    asks.select_option("Another name…")
    page.get_by_label("Who asks: another name").nth(1).press_sequentially("Overscan", delay=20)
    desk.press("Enter", "ControlOrMeta+Enter").type("After")
    assert desk.stored() == (
        '<section class="qa"><p class="qa-question" data-speaker="Ilse Varnholt">Why?</p>'
        '<div class="qa-answer" data-speaker="Tamsin Verrall"><p>So.</p></div></section>'
        '<section class="qa"><p class="qa-question" data-speaker="Overscan">And?</p>'
        '<div class="qa-answer" data-speaker="Tamsin Verrall"><p>No.</p></div></section><p>After</p>'
    )


def test_a_conversation_is_left_by_enter_and_by_backspace(desk: Desk) -> None:
    desk.choose("question").type("Why? So it is.")
    for _ in " So it is.":
        desk.press("ArrowLeft")
    desk.press("Enter", "Delete", "End", "Enter", "Enter")
    expect(desk.text.locator(".qa")).to_have_count(2)
    desk.press("Enter")
    expect(desk.text.locator(".qa")).to_have_count(1)
    desk.type("After").press("Enter").choose("question").press("Backspace").type("The end")
    assert desk.stored() == (
        '<section class="qa"><p class="qa-question" data-speaker="Ilse Varnholt">Why?</p>'
        '<div class="qa-answer"><p>So it is.</p></div></section><p>After</p><p>The end</p>'
    )


PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    document.querySelector(".ProseMirror").dispatchEvent(event);
}"""


def test_an_address_becomes_a_card_or_stays_a_link(desk: Desk) -> None:
    desk.page.evaluate(PASTE, "https://youtu.be/dQw4w9WgXcQ?t=3")
    desk.type("A talk")
    desk.press("ControlOrMeta+Enter")
    desk.page.evaluate(PASTE, "https://example.org/page")
    expect(desk.text.get_by_role("link", name="https://example.org/page")).to_be_visible()
    desk.press("Enter").choose("embed").type("https://example.org/").press("Enter")
    expect(desk.page.get_by_text("Nothing we can embed is there.")).to_be_visible()
    desk.press("ControlOrMeta+a").type("https://vimeo.com/76979871").press("Enter")
    assert desk.stored() == (
        '<figure class="embed" data-provider="youtube" data-key="dQw4w9WgXcQ"><figcaption>A talk</figcaption></figure>'
        '<p><a href="https://example.org/page">https://example.org/page</a></p>'
        '<figure class="embed" data-provider="vimeo" data-key="76979871"></figure>'
    )
    assert desk.text.locator("iframe").count() == 0


def test_footnotes_are_written_read_again_and_taken_out(desk: Desk) -> None:
    desk.type("It counts").press("ControlOrMeta+Alt+f")
    field = desk.page.get_by_role("textbox", name="Words of the footnote")
    expect(field).to_be_focused()
    desk.type("A curve.").press("Enter").type(" and drifts").press("ControlOrMeta+Alt+f").type("Slowly.").press(
        "Escape"
    ).type(".")
    assert desk.stored() == (
        '<p>It counts<span class="footnote" data-note="A curve."></span> and drifts'
        '<span class="footnote" data-note="Slowly."></span>.</p>'
    )
    desk.click(desk.text.get_by_role("button", name="Footnote: A curve."))
    expect(field).to_have_value("A curve.")
    desk.press("ControlOrMeta+a").type("A cubic curve.")
    desk.page.get_by_role("dialog", name="Footnote").get_by_role("button", name="Done").click()
    desk.click(desk.text.get_by_role("button", name="Footnote: Slowly."))
    desk.page.get_by_role("button", name="Take it out").click()
    assert desk.stored() == '<p>It counts<span class="footnote" data-note="A cubic curve."></span> and drifts.</p>'


FIGURE = '<figure data-id="bfig"><img src="/static/img/mark.svg" alt="" width="80" height="80"></figure>'


def test_a_picture_is_described_and_captioned_in_its_place(desk: Desk) -> None:
    assert (
        with_figure(desk)
        == '<p>Before</p><figure><img src="/static/img/mark.svg" alt="" width="80" height="80"></figure>'
    )
    expect(desk.text.get_by_text("Alt text missing")).to_be_visible()
    desk.click(desk.text.get_by_label("What the picture shows"))
    desk.type("A registration mark")
    expect(desk.text.get_by_text("Alt text missing")).to_be_hidden()
    desk.press("Enter").type("Our mark.")
    assert desk.stored() == (
        '<p>Before</p><figure><img src="/static/img/mark.svg" alt="A registration mark" width="80" height="80">'
        "<figcaption>Our mark.</figcaption></figure>"
    )
    desk.click(desk.text.locator("figcaption"))
    desk.press(UP)
    assert desk.stored().startswith("<figure>")
    desk.click(desk.text.locator("figcaption"))
    desk.press(DOUBLE)
    assert desk.stored().count("Our mark.") == 2
    desk.click(desk.text.locator("figcaption").first)
    desk.press(DELETE)
    assert desk.stored().count("Our mark.") == 1


def with_figure(desk: Desk) -> str:
    """Store a picture by the form that works without a script, and open it in the editor."""
    page = desk.page
    token = page.locator("[name=csrf_token]").first.input_value()
    fields = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form.editor')))")
    fields |= {"csrf_token": token, "body": f'<p data-id="bone">Before</p>{FIGURE}', "do": "save"}
    answer = page.request.post(page.url, form=fields, headers={"Sec-Fetch-Site": "same-origin", "Referer": page.url})
    assert answer.ok
    page.reload()
    return desk.stored()


def test_a_block_is_dragged_by_its_handle(desk: Desk) -> None:
    desk.type("One", "Two", "Three")
    before = desk.stored_with_ids()
    desk.text.locator("p", has_text="One").hover()
    grip = desk.page.get_by_role("button", name="Move this block")
    box, last = grip.bounding_box(), desk.text.locator("p", has_text="Three").bounding_box()
    assert box
    assert last
    mouse = desk.page.mouse
    mouse.move(box["x"] + 10, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 10, last["y"], steps=4)
    mouse.move(box["x"] + 10, last["y"] + last["height"] - 2, steps=4)
    expect(desk.page.locator(".handle__line")).to_be_visible()
    mouse.up()
    after = desk.stored_with_ids()
    assert re.sub(' data-id="[^"]*"', "", after) == "<p>Two</p><p>Three</p><p>One</p>"
    assert sorted(re.findall('data-id="([^"]*)"', after)) == sorted(re.findall('data-id="([^"]*)"', before))
