"""The published prose: anchors, colours, notes, conversations, and nothing that was not in the clean text."""

from __future__ import annotations

import re
import time

import pytest
from bleach._vendor import html5lib
from hypothesis import given, settings

from cms.articles.document import Heading, embeds, figures, parse, plain_text, render_prose
from cms.core.html import PROVIDERS, escape
from tests.articles.bodies import BODIES, PIECE


def test_a_piece_with_every_kind_of_block_is_shown_as_drawn() -> None:
    shown = re.sub(r"(<code[^>]*>).*</code>", r"\1...</code>", render_prose(PIECE).html, flags=re.DOTALL)
    assert shown == (
        '<p data-id="lead">At 02:14 two halves recorded the same refund, and differed by 40 milliseconds.</p>'
        '<h2 id="why-two-clocks-disagree" data-id="why">Why two clocks disagree</h2>'
        '<p data-id="count">A computer does not know what time it is. It counts.'
        '<span class="footnote" data-note="1"><a href="#fn1" id="ref1" aria-label="Footnote 1">1</a></span>'
        '<span class="sidenote" aria-hidden="true"><b>1</b> Quartz follows a cubic curve.</span>'
        " Half of the <em>round trip</em> is a treaty.</p>"
        '<aside class="pull-quote" data-id="pull" data-from="count">Half of the round trip is a treaty.</aside>'
        '<pre data-id="code" tabindex="0" role="region" aria-label="Code 1, Python"><code class="language-python">'
        "...</code></pre>"
        '<figure data-id="art"><img src="/media/a/rings.png" alt="Two rings" width="800" height="600" loading="lazy" '
        'decoding="async"><figcaption>Two wavefronts.</figcaption></figure>'
        '<h2 id="what-drift-costs" data-id="cost">What drift costs</h2>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Table 1"><table data-id="tab"><tbody><tr>'
        "<th>Oscillator</th><td>20 ppm</td></tr></tbody></table></div>"
        '<ul data-id="list"><li>A rising doubt.</li><li>A steady doubt.</li></ul>'
        '<aside class="callout" data-id="call" data-kind="note"><p>Not the same as a lock.</p></aside>'
        '<hr data-id="rule">'
        '<section class="qa" id="q1" data-id="qa1"><p class="qa-question" data-speaker="Overscan">What goes?</p>'
        '<div class="qa-answer" data-speaker="Guest"><p>I ask each pass.</p></div></section>'
        '<figure class="embed" data-id="film" data-provider="youtube"><p><a href="https://www.youtube.com/watch?v='
        'dQw4w9WgXcQ" rel="noopener noreferrer">Open on YouTube</a></p><figcaption>A talk</figcaption></figure>'
        '<blockquote data-id="said"><p>Nobody knows.</p></blockquote>'
        '<p data-id="end">On the display, the number is usually seven.</p>'
    )


def test_contents_and_anchors_agree() -> None:
    rendered = render_prose(PIECE)
    assert rendered.contents == (
        Heading("why-two-clocks-disagree", "Why two clocks disagree", 2),
        Heading("what-drift-costs", "What drift costs", 2),
    )
    assert all(f'id="{heading.id}"' in rendered.html for heading in rendered.contents)
    assert rendered.scripts_needed is False


def test_no_level_of_titles_is_left_out_and_equals_stay_equal() -> None:
    written = "<h4>a</h4><h2>b</h2><h4>c</h4><h4>d</h4><h3>e</h3><h4>f</h4><h2>g</h2>"
    shown = render_prose(written)
    assert re.findall(r"<(h\d)[^>]*>(\w)</\1>", shown.html) == [
        ("h2", "a"), ("h2", "b"), ("h3", "c"), ("h3", "d"), ("h3", "e"), ("h4", "f"), ("h2", "g"),
    ]  # fmt: skip
    assert [(f"h{entry.level}", entry.title) for entry in shown.contents] == re.findall(
        r"<(h\d)[^>]*>(\w)</\1>", shown.html
    )


def test_notes_are_numbered_and_lead_there_and_back() -> None:
    note = '<span class="footnote" data-note="{}"></span>'
    rendered = render_prose(f"<p>a{note.format('One &amp; &lt;b&gt;')}</p><ul><li>b{note.format('Two')}</li></ul>")
    assert rendered.notes == (
        '<section class="notes" aria-label="Footnotes"><ol>'
        '<li id="fn1">One &amp; &lt;b&gt; <a href="#ref1" aria-label="Back to the text">Back</a></li>'
        '<li id="fn2">Two <a href="#ref2" aria-label="Back to the text">Back</a></li></ol></section>'
    )
    assert '<a href="#fn2" id="ref2" aria-label="Footnote 2">2</a></span>' in rendered.html
    assert '<span class="sidenote" aria-hidden="true"><b>2</b> Two</span>' in rendered.html
    assert render_prose("<p>none</p>").notes == ""


def test_code_is_coloured_with_classes_and_keeps_every_character() -> None:
    code = "\n# A <clock>\ndef read(a: str) -> 'int':\n\treturn \"&\"\n\n\nend"
    shown = render_prose(f'<pre><code class="language-python">x{escape(code)}</code></pre>').html
    assert '<span class="c1"># A &lt;clock&gt;</span>' in shown
    assert '<span class="k">def</span>' in shown
    assert "style=" not in shown
    assert "".join(html5lib.parseFragment(shown, namespaceHTMLElements=False).itertext()) == f"x{code}"


@pytest.mark.parametrize("language", ["", ' class="language-no-such-thing"'])
def test_code_in_no_known_language_is_shown_plain(language: str) -> None:
    shown = render_prose(f'<pre data-id="c"><code{language}>if a &lt; b</code></pre>').html
    assert 'aria-label="Code 1"' in shown
    assert "<span" not in shown


def test_a_very_long_listing_is_not_coloured() -> None:
    shown = render_prose(f'<pre><code class="language-python">{"x = 1 " * 4_000}</code></pre>').html
    assert "<span" not in shown
    assert 'aria-label="Code 1, Python"' in shown


def test_code_that_takes_too_long_to_colour_is_shown_plain() -> None:
    blank = "x" + "\n" * 9_000 + "x"
    started = time.process_time()
    shown = render_prose(f'<pre><code class="language-rst">{blank}</code></pre>' * 8).html
    assert shown.count(blank) == 8
    assert time.process_time() - started < 5


def test_links_out_tell_nothing_and_ours_stay_plain() -> None:
    shown = render_prose(
        '<p><a href="https://a.example/">a</a> <a href="/b">b</a> <a href="mailto:c@d.example">c</a></p>'
    )
    assert '<a href="https://a.example/" rel="noopener noreferrer">a</a>' in shown.html
    assert '<a href="/b">b</a>' in shown.html
    assert '<a href="mailto:c@d.example">c</a>' in shown.html
    assert "target" not in shown.html


def qa(question: str, *, asks: str = "", answers: str = "") -> str:
    names = [f' data-speaker="{name}"' if name else "" for name in (asks, answers)]
    return (
        f'<section class="qa"><p class="qa-question"{names[0]}>{question}</p>'
        f'<div class="qa-answer"{names[1]}><p>So.</p></div></section>'
    )


def test_names_are_shown_when_the_speaker_changes() -> None:
    body = (
        qa("One?", asks="ov", answers="Ada")
        + qa("Two?", asks="ov", answers="Ada")
        + '<aside class="pull-quote">So.</aside>'
        + qa("Three?", asks="ov", answers="Ada")
        + qa("Four?", asks="ov", answers="Bo")
        + qa("Five?")
    )
    shown = render_prose(body, speakers={"ov": "Overscan", "Ada": "Ada L."}).html
    assert re.findall(r'class="(qa[^"]*)"(?: id="(q\d)"[^>]*| data-speaker="([^"]*)")', shown) == [
        ("qa", "q1", ""),
        ("qa-question", "", "Overscan"),
        ("qa-answer", "", "Ada L."),
        ("qa qa--follow", "q2", ""),
        ("qa", "q3", ""),
        ("qa", "q4", ""),
        ("qa-answer", "", "Bo"),
        ("qa qa--follow", "q5", ""),
    ]


def test_a_question_without_an_answer_yet_shows_no_empty_part() -> None:
    shown = render_prose('<section class="qa" data-id="a"><p class="qa-question">Why?</p></section>').html
    assert shown == '<section class="qa" id="q1" data-id="a"><p class="qa-question">Why?</p></section>'


@pytest.mark.parametrize(
    ("provider", "key", "address"),
    [
        ("youtube", "dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("vimeo", "76979871", "https://vimeo.com/76979871"),
        ("peertube", "video.example/9c9de5e8-0a1e-484a", "https://video.example/w/9c9de5e8-0a1e-484a"),
        ("codepen", "team/abcDEF", "https://codepen.io/team/pen/abcDEF"),
        ("mastodon", "social.example/@ada/110", "https://social.example/@ada/110"),
        ("vimeo", "no-number", None),
        ("mastodon", "localhost/@ada/110", None),
        ("youtube", "a/b", None),
    ],
)
def test_an_embed_is_a_link_to_its_provider(provider: str, key: str, address: str | None) -> None:
    shown = render_prose(f'<figure class="embed" data-provider="{provider}" data-key="{key}"></figure>').html
    assert (f'href="{address}" rel="noopener noreferrer"' in shown) is (address is not None)
    assert embeds.name_of(provider) in shown
    assert "iframe" not in shown


def test_every_provider_of_the_list_has_an_address() -> None:
    assert all(embeds.name_of(provider) for provider in PROVIDERS)


def test_what_is_not_clean_is_cleaned_before_it_is_shown() -> None:
    assert render_prose('<p data-id="a" onclick="x">a<script>alert(1)</script></p>').html == '<p data-id="a">a</p>'
    assert "javascript" not in render_prose('<p data-id="a"><a href="javascript:alert(1)">x</a></p>').html


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_no_two_parts_of_a_page_have_one_id_and_every_block_keeps_its_own(body: str) -> None:
    rendered = render_prose(body)
    whole = html5lib.parseFragment(rendered.html + rendered.notes, namespaceHTMLElements=False)
    ids = [element.attrib["id"] for element in whole.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    shown = [element.attrib["data-id"] for element in whole.iter() if "data-id" in element.attrib]
    assert shown == [block.id for block in parse(body)]


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_readers_get_every_word(body: str) -> None:
    tree = html5lib.parseFragment(render_prose(body).html, namespaceHTMLElements=False)
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.attrib.get("class") in ("footnote", "sidenote"):
                child.text, child[:] = "", []
    assert "".join("".join(tree.itertext()).split()) == "".join(plain_text(body).split())


def test_a_figure_shows_what_the_library_has_of_it_now() -> None:
    body = (
        '<figure data-id="f"><img src="/media/renditions/old.webp" alt="A quay" width="9" height="9" data-asset="7">'
        "<figcaption>At dawn</figcaption></figure>"
        '<figure data-id="g"><img src="/media/renditions/gone.webp" alt="A crane" data-asset="8"></figure>'
    )
    sources = [{"type": "image/avif", "srcset": "/media/a.avif 480w, /media/b.avif 960w"}]
    now = {"src": "/media/b.jpg", "srcset": "/media/a.jpg 480w, /media/b.jpg 960w", "width": 960, "height": 640}
    shown = render_prose(body, pictures={7: {**now, "sources": sources}, 8: {}}).html
    assert shown == (
        '<figure data-id="f"><picture>'
        '<source type="image/avif" srcset="/media/a.avif 480w, /media/b.avif 960w"'
        ' sizes="(width &gt;= 42rem) 39rem, 100vw">'
        '<img src="/media/b.jpg" alt="A quay" width="960" height="640" data-asset="7"'
        ' srcset="/media/a.jpg 480w, /media/b.jpg 960w" sizes="(width &gt;= 42rem) 39rem, 100vw"'
        ' loading="lazy" decoding="async"></picture><figcaption>At dawn</figcaption></figure>'
        '<figure data-id="g"><img src="/media/renditions/gone.webp" alt="A crane" data-asset="8"'
        ' loading="lazy" decoding="async"></figure>'
    )
    bare = render_prose(body, pictures={7: {**now, "sources": []}}).html
    assert "<picture>" not in bare
    assert 'src="/media/b.jpg"' in bare


def test_a_figure_says_whose_picture_it_is_unless_its_caption_does() -> None:
    image = '<img src="/media/a.webp" alt="A quay" width="9" height="9" data-asset="7">'
    now = {"src": "/media/a.webp", "srcset": "", "width": 9, "height": 9, "sources": [], "credit": "Ilse & Sons"}
    captions = ("<figcaption>At dawn</figcaption>", "", "<figcaption>At dawn, by Ilse &amp; Sons</figcaption>")
    shown = [
        render_prose(f'<figure data-id="f">{image}{caption}</figure>', pictures={7: now}).html.split('async">')[1]
        for caption in captions
    ]
    assert shown == [
        '<figcaption>At dawn <span class="credit">Ilse &amp; Sons</span></figcaption></figure>',
        '<figcaption><span class="credit">Ilse &amp; Sons</span></figcaption></figure>',
        "<figcaption>At dawn, by Ilse &amp; Sons</figcaption></figure>",
    ]


def test_the_figures_of_a_body_are_known_by_number() -> None:
    body = '<figure><img src="/media/a.webp" alt="&quot;x" data-asset="12"></figure><p>data-asset="13"</p>'
    assert figures(body) == {12}
    assert figures("<p>none</p>") == frozenset()
