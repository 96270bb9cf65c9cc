"""Bodies for the tests of the document engine: a short piece with every kind of block, and any piece at all."""

from __future__ import annotations

from hypothesis import strategies as st

from cms.articles.document import normalise
from cms.core.html import escape

PIECE = normalise(
    '<p data-id="lead">At 02:14 two halves recorded the same refund, and differed by 40 milliseconds.</p>'
    '<h2 data-id="why">Why two clocks disagree</h2>'
    '<p data-id="count">A computer does not know what time it is. It counts.<span class="footnote" data-note="Quartz '
    'follows a cubic curve."></span> Half of the <em>round trip</em> is a treaty.</p>'
    '<aside class="pull-quote" data-id="pull" data-from="count">Half of the round trip is a treaty.</aside>'
    '<pre data-id="code"><code class="language-python">def read(clock):\n    return clock &lt; 1\n\n\nread(2)</code>'
    "</pre>"
    '<figure data-id="art"><img src="/media/a/rings.png" alt="Two rings" width="800" height="600">'
    "<figcaption>Two wavefronts.</figcaption></figure>"
    '<h2 data-id="cost">What drift costs</h2>'
    '<table data-id="tab"><tbody><tr><th>Oscillator</th><td>20 ppm</td></tr></tbody></table>'
    '<ul data-id="list"><li>A rising doubt.</li><li>A steady doubt.</li></ul>'
    '<aside class="callout" data-id="call" data-kind="note"><p>Not the same as a lock.</p></aside>'
    '<hr data-id="rule">'
    '<section class="qa" data-id="qa1"><p class="qa-question" data-speaker="Overscan">What goes?</p>'
    '<div class="qa-answer" data-speaker="Guest"><p>I ask each pass.</p></div></section>'
    '<figure class="embed" data-id="film" data-provider="youtube" data-key="dQw4w9WgXcQ"><figcaption>A talk'
    "</figcaption></figure>"
    '<blockquote data-id="said"><p>Nobody knows.</p></blockquote>'
    '<p data-id="end">On the display, the number is usually seven.</p>'
)

WORDS = "the clock counts one second and drifts by ten parts per million when air warms a fan stops".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
_INLINE = st.one_of(SENTENCES, st.text(max_size=6)).map(escape)
_MARKED = st.one_of(
    _INLINE,
    _INLINE.map(lambda text: f"<strong>{text}</strong>"),
    _INLINE.map(lambda text: f'<a href="/x"><em>{text}</em></a>'),
    SENTENCES.map(lambda text: f'<span class="footnote" data-note="{text}"></span>'),
)
_TEXT = st.lists(_MARKED, min_size=1, max_size=4).map(" ".join)
BLOCKS = st.one_of(
    _TEXT.map(lambda text: f"<p>{text}</p>"),
    _TEXT.map(lambda text: f"<p>{text}</p>"),
    SENTENCES.map(lambda text: f"<h2>{text}</h2>"),
    st.lists(_TEXT, min_size=1, max_size=3).map(
        lambda items: f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    ),
    _INLINE.map(lambda text: f"<pre><code>{text}\n\n{text}</code></pre>"),
    SENTENCES.map(
        lambda text: f'<figure><img src="/media/a.png" alt="{text}"><figcaption>{text}</figcaption></figure>'
    ),
    _TEXT.map(lambda text: f"<table><tbody><tr><td>{text}</td><td>x</td></tr></tbody></table>"),
    _TEXT.map(
        lambda text: (
            f'<section class="qa"><p class="qa-question">Why {text}?</p><div class="qa-answer"><p>{text}</p></div>'
            "</section>"
        )
    ),
    _TEXT.map(lambda text: f'<aside class="callout" data-kind="tip"><p>{text}</p></aside>'),
    st.just("<hr>"),
)
BODIES = st.lists(BLOCKS, max_size=7).map("".join).map(normalise)
