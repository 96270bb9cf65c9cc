// Bodies as the server stores them: every block, every mark, and what is hard about them.
export const BODIES: Record<string, string> = {
  words: '<p data-id="b1">Plain, <a href="https://example.org/a?b=1&amp;c=2"><strong>bold <em>both</em></strong></a> &lt;tag&gt;&nbsp;x <code>a &amp;&amp; b</code> H<sub>2</sub>O m<sup>2</sup> <kbd>Esc</kbd> <s>gone</s></p>',
  spaces: '<p data-id="b1">Two  spaces  stay, and one<br>line break</p>',
  headings: '<h2 data-id="b1">One</h2><h3 data-id="b2">Two <em>and a half</em></h3><h4 data-id="b3">Three</h4>',
  lists: '<ul data-id="b1"><li>One</li><li>Two<ul><li>deep</li></ul></li><li><p>a</p><p>b</p></li></ul><ol data-id="b2" start="4"><li>Four</li><li><blockquote><p>said</p></blockquote></li></ol>',
  quote: '<blockquote data-id="b1"><p>Said so.</p><p>Twice.</p></blockquote><hr data-id="b2">',
  pull: '<p data-id="b1">Half of it is a treaty.</p><aside class="pull-quote" data-id="b2" data-from="b1">Half of it is a treaty.</aside>',
  code: '<pre data-id="b1"><code class="language-python">def read(clock):\n    return clock &lt; 1\n\n\nread(2)</code></pre><pre data-id="b2"><code>plain  text</code></pre>',
  figure: '<figure data-id="b1"><img src="/media/renditions/aa/a.webp" alt="Two &quot;rings&quot;" width="800" height="600" data-asset="7"><figcaption>Two <em>wavefronts</em>.</figcaption></figure><figure data-id="b2"><img src="/media/a.png" alt=""></figure>',
  table: '<table data-id="b1"><tbody><tr><th>Oscillator</th><th colspan="2">Drift</th></tr><tr><td rowspan="2">Quartz</td><td>20 ppm</td><td><ul><li>a</li></ul></td></tr><tr><td><p>a</p><p>b</p></td><td></td></tr></tbody></table>',
  qa: '<section class="qa" data-id="b1"><p class="qa-question" data-speaker="Overscan">What goes?</p><div class="qa-answer" data-speaker="Marit Oduya-Lind"><p>Each pass.</p><ul><li>and more</li></ul><aside class="callout" data-kind="tip"><p>Aside.</p></aside></div></section><section class="qa" data-id="b2"><p class="qa-question">And?</p><div class="qa-answer"></div></section>',
  callout: '<aside class="callout" data-id="b1" data-kind="warning"><p>Mind the gap.</p><figure><img src="/media/a.png" alt="x"></figure></aside>',
  embed: '<figure class="embed" data-id="b1" data-provider="youtube" data-key="dQw4w9WgXcQ"><figcaption>A talk</figcaption></figure><figure class="embed" data-id="b2" data-provider="vimeo" data-key="76979871"></figure>',
  footnote: '<p data-id="b1">It counts.<span class="footnote" data-note="Quartz &quot;follows&quot; a curve."></span> <em>So<span class="footnote" data-note="b"></span> do we.</em></p>',
  breaks: '<h2 data-id="b1">A<br>B</h2><p data-id="b2"><strong>a<br>b</strong></p>',
};
