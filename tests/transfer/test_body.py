"""Loose HTML becomes a body: headings, links, pictures."""

from __future__ import annotations

import pytest

from cms.transfer import body
from cms.transfer.piece import ImageRef


def made(html: str, *, title: str = "") -> str:
    return body.from_loose(html, title=title, find=body.anywhere, warnings=[]).html


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ("<h1>A</h1><h2>B</h2><h3>C</h3>", "<h2>A</h2><h3>B</h3><h4>C</h4>"),
        ("<h3>A</h3><h4>B</h4><h6>C</h6>", "<h2>A</h2><h3>B</h3><h4>C</h4>"),
        ("<h2>A</h2><h5>B</h5>", "<h2>A</h2><h4>B</h4>"),
    ],
)
def test_the_highest_heading_is_the_second_rank(html: str, result: str) -> None:
    assert made(html) == result


def test_a_heading_that_repeats_the_title_goes() -> None:
    assert made("<h1>On <em>birds</em>!</h1><h2>A</h2>", title="On Birds") == "<h2>A</h2>"
    assert made("<h1>On birds</h1><h2>A</h2>", title="Cats") == "<h2>On birds</h2><h3>A</h3>"


@pytest.mark.parametrize(
    "address", ["https://example.org/", "http://example.org/x?y#z", "mailto:a@example.org", "/a/b"]
)
def test_links_that_lead_somewhere_stay(address: str) -> None:
    assert made(f'<p><a href="{address}">x</a></p>') == f'<p><a href="{address}">x</a></p>'


@pytest.mark.parametrize("address", ["", "#note", "page.html", "../up", "javascript:alert(1)", "{{ x }}"])
def test_links_that_lead_nowhere_lose_their_tag_and_keep_their_words(address: str) -> None:
    assert made(f'<p><a href="{address}">x</a></p>') == "<p>x</p>"


def test_struck_words_and_definitions_keep_their_form() -> None:
    html = made("<p><del>old</del> new</p><dl><dt>Term</dt><dd>Meaning</dd></dl>")
    assert html == "<p><s>old</s> new</p><p><strong>Term</strong></p><p>Meaning</p>"


def test_double_line_breaks_part_paragraphs() -> None:
    assert made("<p>a<br><br>b<br>c</p>") == "<p>a</p><p>b<br>c</p>"


def test_a_picture_waits_at_an_address_of_our_own() -> None:
    made_of = body.from_loose('<p>a<img src="x.png" alt="An X">b</p>', title="", find=body.anywhere, warnings=[])
    assert made_of.images == (ImageRef("x.png", "An X", "/media/import/0"),)
    assert made_of.html == '<p>a</p><figure><img src="/media/import/0" alt="An X"></figure><p>b</p>'


def test_the_same_picture_is_listed_once() -> None:
    html = '<img src="x.png"><img src="y.png"><img src="x.png">'
    made_of = body.from_loose(html, title="", find=body.anywhere, warnings=[])
    assert [image.src for image in made_of.images] == ["x.png", "y.png"]


def test_a_line_in_italics_under_a_picture_is_its_caption() -> None:
    html = made('<p><img src="x.png" alt="">\n<em>What we see</em></p>')
    assert html == '<figure><img src="/media/import/0" alt=""><figcaption>What we see</figcaption></figure>'


def test_a_picture_that_is_not_there_is_left_out_with_a_warning_and_its_caption_stays() -> None:
    warnings: list[str] = []
    html = '<figure><img src="x.png" alt="An X"><figcaption>What we see</figcaption></figure>'
    made_of = body.from_loose(html, title="", find=lambda src: "", warnings=warnings)
    assert made_of.html == "<p>What we see</p>"
    assert "x.png" in warnings[0]


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ('<img src="https://example.org/a/x.png" alt="An X">', '<p><a href="https://example.org/a/x.png">An X</a></p>'),
        ('<img src="//example.org/x%20y.png">', '<p><a href="https://example.org/x%20y.png">x y.png</a></p>'),
        ('<a href="/a"><img src="https://example.org/x.png" alt="An X"></a>', '<p><a href="/a">An X</a></p>'),
        ('<p>a<img src="data:image/png;base64,AAAA" alt="X"></p>', "<p>a</p>"),
    ],
)
def test_pictures_of_other_sites_become_links(html: str, result: str) -> None:
    assert made(html) == result


@pytest.mark.parametrize(
    ("sign", "kind"),
    [("NOTE", "note"), ("TIP", "tip"), ("CAUTION", "warning"), ("info", "note"), ("warning]-", "warning")],
)
def test_quotations_with_a_sign_become_callouts(sign: str, kind: str) -> None:
    closed = sign if "]" in sign else sign + "]"
    html = made(f"<blockquote><p>[!{closed} Look\nat this</p><ul><li>a</li></ul></blockquote>")
    assert html == (
        f'<aside class="callout" data-kind="{kind}"><p><strong>Look</strong></p><p>at this</p>'
        "<ul><li>a</li></ul></aside>"
    )


def test_other_quotations_stay_quotations() -> None:
    assert made("<blockquote><p>[!x] a</p></blockquote>") == "<blockquote><p>[!x] a</p></blockquote>"
