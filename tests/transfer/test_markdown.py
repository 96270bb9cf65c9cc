"""Markdown becomes the body's HTML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.errors import Invalid
from cms.core.html import clean_body, to_text
from cms.transfer import markdown
from cms.transfer.markdown import html_to_body, to_body


def made(text: str, **fields: str) -> str:
    return to_body(text, variables=fields).html


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>"),
        ("## A\n\nb", "<h2>A</h2><p>b</p>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        (
            "| a | b |\n|---|:-:|\n| c | d |",
            "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></tbody></table>",
        ),
        ("Term\n: Meaning", "<p><strong>Term</strong></p><p>Meaning</p>"),
        ("<div>\n\n*a*\n\n</div>", "<p><em>a</em></p>"),
        ('<div class="x" markdown="1">\n*a*\n</div>', "<p><em>a</em></p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("a<sup>2</sup> <kbd>Tab</kbd>", "<p>a<sup>2</sup> <kbd>Tab</kbd></p>"),
        ("Vec<String> is `Vec<T>`", "<p>Vec&lt;String&gt; is <code>Vec&lt;T&gt;</code></p>"),
        ("    let x: Vec<u8>;", "<pre><code>let x: Vec&lt;u8&gt;;</code></pre>"),
    ],
)
def test_plain_markdown(text: str, result: str) -> None:
    assert made(text) == result


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("rust,ignore", "rust"),
        ("{r, echo=FALSE}", "r"),
        ("{.js}", "js"),
        ('Go title="x"', "go"),
        ("c++", "c++"),
    ],
)
def test_code_keeps_its_language(info: str, language: str) -> None:
    assert made(f"```{info}\nx\n```") == f'<pre><code class="language-{language}">x</code></pre>'


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a.", "https://example.org/a"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("<https://example.org/>", "https://example.org/"),
        ("“https://example.org/a”, so", "https://example.org/a"),
    ],
)
def test_bare_addresses_become_links(text: str, address: str) -> None:
    assert f'<a href="{address}">{address}</a>' in made(text)


@pytest.mark.parametrize("text", ["writes.alpha", "www.example.org", "`https://example.org`", "a@example.org"])
def test_only_addresses_with_a_scheme_become_links(text: str) -> None:
    assert "<a" not in made(text)


def test_footnotes_stand_where_they_are_referred_to() -> None:
    html = made("a[^1] b^[plain *note*]\n\n[^1]: Words with a [link](https://example.org/).\n\n    And more.")
    assert 'data-note="Words with a link (https://example.org/). And more."' in html
    assert 'data-note="plain note"' in html
    assert to_text(html) == "a b"


def test_footnotes_without_a_place_are_put_at_the_end_with_a_warning() -> None:
    warnings: list[str] = []
    assert (
        to_body("a\n\n[^9]: Never *mentioned*.", warnings=warnings).html == "<p>a</p><p>Never <em>mentioned</em>.</p>"
    )
    assert "put at the end" in warnings[0]


def test_footnotes_in_a_circle_are_no_trouble() -> None:
    assert 'data-note="one two"' in made("a[^1]\n\n[^1]: one two[^1]").replace(" ()", "")


def test_the_title_of_a_picture_is_its_caption() -> None:
    assert made('![An X](x.png "What we see")') == (
        '<figure><img src="/media/import/0" alt="An X"><figcaption>What we see</figcaption></figure>'
    )


def test_a_picture_in_a_list_stands_behind_the_list() -> None:
    html = made('- a\n  {{< figure src="x.png" alt="X" >}}\n- b')
    assert html == '<ul><li>a</li><li>b</li></ul><figure><img src="/media/import/0" alt="X"></figure>'


def test_fields_of_the_front_matter_can_be_quoted() -> None:
    assert made("On _{{page.lesson}}_.", lesson="Birds") == "<p>On <em>Birds</em>.</p>"


def test_html_articles_are_read_as_html() -> None:
    html = "<html><head><title>x</title></head><body><h1>T</h1><p>*a* <i>b</i> {{ site.baseurl }}</p></body></html>"
    assert html_to_body(html, title="T").html == "<p>*a* <em>b</em></p>"


def test_our_own_blocks_come_back_as_they_were() -> None:
    own = (
        '<section class="qa"><p class="qa-question" data-speaker="Ada">Why?</p>'
        '<div class="qa-answer"><p>So.</p></div></section>'
        '<aside class="pull-quote">So.</aside><aside class="callout" data-kind="tip"><p>x</p></aside>'
        '<figure class="embed" data-provider="vimeo" data-key="123456"></figure>'
    )
    assert to_body(own).html == own


@pytest.mark.parametrize("text", ["x" * 1_000_001, "[" * 3_000, "<p>x" * 60_000])
def test_what_is_too_much_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        to_body(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{< a " * 8_000,
        "{% " * 8_000,
        "<a " * 8_000,
        "http://a" + ")" * 30_000,
        " " * 40_000 + "{.x",
        "{:" + "a " * 9_000,
    ],
)
def test_hostile_texts_cost_no_time(text: str) -> None:
    to_body(text)  # each of these took from ten seconds to minutes before there were bounds


SIGNS = st.sampled_from(
    """{{<| >}}|{% | %}|{{ | }}|<Box>|</Box>|<b>|<!--|-->|:::note\n|:::\n|```\n|`|[^1]|[^1]: |![|](|x.png)|> [!TIP]\n|#
    |- |{: .a}|[[|]]|figure src=a.png|a\n: b|<div markdown=1>\n""".split("|")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SIGNS | st.text(max_size=10), max_size=25).map("".join))
def test_any_text_gives_a_clean_body(text: str) -> None:
    html = to_body(text).html
    assert clean_body(html) == html
    assert "\ufdd0" not in html


WORDS = st.text(alphabet="abcdefgh", min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "# ", "- ", "> ", "1. ", "**", "*", "`", ":::tip\n"]),
            st.lists(WORDS, min_size=1, max_size=5),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_word_is_lost_and_none_doubled(parts: list[tuple[str, list[str]]]) -> None:
    closing = {"**": "**", "*": "*", "`": "`", ":::tip\n": "\n:::"}
    text = "\n\n".join(sign + " ".join(words) + closing.get(sign, "") for sign, words in parts)
    assert to_text(made(text)).split() == [word for _, words in parts for word in words]


def test_the_parser_is_made_once() -> None:
    assert markdown._parser() is markdown._parser()
