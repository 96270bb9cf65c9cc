"""What other systems add to Markdown is translated, and code is left alone."""

from __future__ import annotations

import pytest

from cms.transfer import dialects
from cms.transfer.marks import Marks


def translated(text: str, **variables: str) -> str:
    """Return the text with its marks resolved, white space made single."""
    marks = Marks()
    return " ".join(marks.resolve(dialects.in_markdown(text, variables, marks, [])).split())


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, a < b > c, {braces}, [[1]] and {{ user.name }}",
        '```go\n{{< figure src="a.png" >}}\n<Box>\n```',
        "~~~\n{% include x %}\n~~~",
        "`{{< ref x >}}` and `` `<Box>` ``",
        "- item\n\n  ```\n  :::note\n  ```",
        r"\{{ x }} \<b>",
    ],
)
def test_code_and_plain_words_stay_as_they_are(text: str) -> None:
    assert translated(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a<!-- hidden -->b", "ab"),
        ("# Title {#id .class}", "# Title"),
        ("Words\n{: .lead}", "Words"),
        ("* TOC\n{:toc}\nWords", "Words"),
        ("a {:a=} b", "a {:a=} b"),
        ("[TOC]\n\nWords", "Words"),
        ("import X from './x'\n\nexport const meta = { a: 1 };\n\nWords", "Words"),
        ('[x]({{< ref "/a/b#c" >}})', "[x](/a/b)"),
        ("[x]({{ site.baseurl }}/a) {{ '/b' | relative_url }}", "[x](/a) /b"),
        ("On {{ page.subject }}", "On birds"),
        ("{% raw %}{{ page.subject }}{% endraw %}", "{{ page.subject }}"),
        ("a {% comment %} b {% endcomment %} c", "a c"),
        ("[[Other page|its name]] and [[Page]]", "its name and Page"),
        ("![[cat.png|A cat]]", "![A cat](<cat.png>)"),
        ("{{</* figure */>}}", "{{&lt; figure &gt;}}"),
        ("<script>alert(1)</script><style>p{}</style>x", "x"),
        ("Vec<String> and Map<K, V>", "Vec&lt;String> and Map<K, V>"),
        ("an <unclosed> word", "an &lt;unclosed> word"),
        ("never <!-- closed", "never &lt;!-- closed"),
    ],
)
def test_what_nobody_sees_goes_and_what_everybody_sees_stays(text: str, result: str) -> None:
    assert translated(text, subject="birds") == result


CALLOUT = '<aside class="callout" data-kind="warning"> {} </aside>'


@pytest.mark.parametrize(
    "text",
    [
        ":::warning\nMind the *gap*\n:::",
        "::: danger\nMind the *gap*\n:::",
        "::: {.callout-warning}\nMind the *gap*\n:::",
        '{{% alert color="warning" %}}\nMind the *gap*\n{{% /alert %}}',
        "{{< warning >}}\nMind the *gap*\n{{< /warning >}}",
        '<AlertBox level="warning" title="!">\n      Mind the *gap*\n</AlertBox>',
        "{% warning %}\nMind the *gap*\n{% endwarning %}",
        '{% callout(type="warning") %}\nMind the *gap*\n{% end %}',
        "{% include alert.html type='warning' text='Mind the *gap*' %}",
    ],
)
def test_callouts_of_all_systems(text: str) -> None:
    assert translated(text) == CALLOUT.format("Mind the *gap*")


def test_a_callout_keeps_its_title() -> None:
    assert translated(":::warning[Look out]\nx\n:::") == CALLOUT.format("**Look out** x")


def test_callouts_may_stand_in_each_other_and_need_not_be_closed() -> None:
    assert translated(":::tip\n:::warning\na\n:::\nb").count("</aside>") == 2


def test_pull_quotes() -> None:
    assert translated(":::pull\nWords\n:::") == '<aside class="pull-quote"> Words </aside>'


FIGURE = '<figure><img src="a.png" alt="An A"><figcaption>In *use*</figcaption></figure>'


@pytest.mark.parametrize(
    "text",
    [
        '{{< figure src="a.png" alt="An A" caption="In *use*" >}}',
        '{{<figure src = "a.png" alt = "An A" caption = "In *use*">}}',
        '{% include figure.html url="a.png" alt="An A" caption="In *use*" %}',
        '{{ figure(src="a.png", alt="An A", caption="In *use*") }}',
        '<Figure src="a.png" alt="An A" caption="In *use*" />',
        '{{< imgtxt src="a.png" alt="An A" caption="In *use*" >}}\n{{< /imgtxt >}}',
    ],
)
def test_figures_of_all_systems(text: str) -> None:
    assert translated(text) == FIGURE


@pytest.mark.parametrize(
    "text",
    [
        "{{< highlight python >}}\nprint('{{ x }}')\n{{< /highlight >}}",
        "{% highlight python linenos %}\nprint('{{ x }}')\n{% endhighlight %}",
    ],
)
def test_highlighted_code_becomes_code(text: str) -> None:
    assert translated(text) == '<pre><code class="language-python">print(&#x27;{{ x }}&#x27;)</code></pre>'


@pytest.mark.parametrize(
    "text",
    [
        "{{< youtube abcdefghijk >}}",
        '{{ youtube(id="abcdefghijk") }}',
        "{% youtube abcdefghijk %}",
        '<YouTube id="abcdefghijk" />',
        '<iframe width="5" src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
    ],
)
def test_videos_become_embeds(text: str) -> None:
    assert translated(text) == '<figure class="embed" data-provider="youtube" data-key="abcdefghijk"></figure>'


def test_a_frame_of_another_site_becomes_a_link() -> None:
    assert 'href="https://example.org/x"' in translated('<iframe src="https://example.org/x"></iframe>')


def test_unknown_components_are_taken_off_and_named_once() -> None:
    warnings: list[str] = []
    text = dialects.in_markdown("<Tour>a</Tour> {{< tour >}} b {{< /tour >}} {% tour %}", {}, Marks(), warnings)
    assert text.split() == ["a", "b"]
    assert warnings == ["The component “tour” means nothing here and was left out, 3 times."]


def test_what_only_arranges_things_goes_without_a_word() -> None:
    warnings: list[str] = []
    assert dialects.in_markdown("{{< gallery >}}\nx\n{{< /gallery >}}", {}, Marks(), warnings).split() == ["x"]
    assert warnings == []


def test_in_html_only_template_language_is_read() -> None:
    marks = Marks()
    html = "<p>:::note {{ site.baseurl }}`{% if x %}y{% endif %}`</p><pre>{{ page.x }}</pre>"
    assert dialects.in_html(html, {"x": "y"}, marks, []) == "<p>:::note `y`</p><pre>{{ page.x }}</pre>"
