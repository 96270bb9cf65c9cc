"""Every rule: what it finds, what it leaves alone, and where it points."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cms.articles import document
from cms.core.html import Element, write
from cms.review.checks import BY_NAME, RULES, Checked, Draft, LinkFact, Picture, find
from cms.vocabulary import CreditRole, Kind, Level, Verdict
from tests.factories import NOW

WORDS = "Nobody had typed anything wrong, and a fan had stopped in a rack."
SOUND = Draft(
    headline="The second that nobody could agree on",
    kicker="Timekeeping",
    dek="Perfect time is a luxury. Most systems can live on something cheaper.",
    slug="the-second",
    section_id=1,
    blocks=document.parse(f'<p data-id="a1">{WORDS}</p>'),
    credits=(("Ilse Varnholt", CreditRole.AUTHOR),),
)
GUEST = (("Ilse Varnholt", CreditRole.INTERVIEWER), ("Marit Oduya-Lind", CreditRole.INTERVIEWEE))


def qa(question: str = "What is a second?", answer: str = "<p>A promise.</p>", who: str = "A", whom: str = "B") -> str:
    def speaker(name: str) -> str:
        return f' data-speaker="{name}"' if name else ""

    asked = f'<p class="qa-question"{speaker(who)}>{question}</p>'
    return f'<section class="qa" data-id="q1">{asked}<div class="qa-answer"{speaker(whom)}>{answer}</div></section>'


def table(first: str, *cells: str) -> str:
    row = "".join(f"<{first}>{cell}</{first}>" for cell in cells)
    return f'<table data-id="t1"><tbody><tr>{row}</tr><tr><td>1</td><td>2</td></tr></tbody></table>'


def picture(alt: str = "A rack", asset: str = "7") -> str:
    return f'<figure data-id="f1"><img src="/media/x.jpg" alt="{alt}" data-asset="{asset}"></figure>'


def link(href: str, words: str = "the report of the exchange") -> str:
    return f'<p data-id="l1">Read <a href="{href}">{words}</a> first.</p>'


def body(html: str) -> dict[str, Any]:
    return {"blocks": document.parse(html)}


CREDITED = {"pictures": {7: Picture(alt="A rack", credit="Overscan", rights="Our own")}}
FAR = "https://example.org/x"
SAID = Checked("Marit", "q1", 0, "A promise.", Verdict.CORRECT)
LONG = " ".join(f"word{i}" for i in range(180))

#: The rule, a draft in which it finds something and where, and one like it in which it finds nothing.
CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("confirmed", body(qa(answer="<p>A threat.</p>")) | {"checked": (SAID,)}, "q1", body(qa()) | {"checked": (SAID,)}),
    ("confirmed", body(qa()) | {"checked": (replace(SAID, words="Ha.", verdict=Verdict.WRONG),)}, "q1",
     body(f'<p data-id="q1">{WORDS}</p>') | {"checked": (replace(SAID, verdict=Verdict.WRONG),)}),
    ("disputed", body(qa()) | {"checked": (replace(SAID, verdict=Verdict.WRONG, reason="No."),)}, "q1",
     body(qa()) | {"checked": (replace(SAID, verdict=Verdict.OPEN),)}),
    ("disputed", body(qa()) | {"checked": (replace(SAID, verdict=Verdict.FIX, wording="A vow."),)}, "q1",
     body(qa(answer="<p>A vow.</p>")) | {"checked": (replace(SAID, verdict=Verdict.FIX, wording="A vow."),)}),
    ("unanswered", {"unanswered": ("Marit",)}, "credits", {}),
    ("consent", {"unwilling": ("Marit",)}, "credits", {}),
    ("headline", {"headline": "  "}, "headline", {}),
    ("headline_length", {"headline": "h" * 91}, "headline", {"headline": "h" * 90}),
    ("kicker_length", {"kicker": "k" * 33}, "kicker", {"kicker": "k" * 32}),
    ("dek", {"dek": ""}, "dek", {}),
    ("dek_length", {"dek": "d" * 221}, "dek", {"dek": "d" * 220}),
    ("dek_length", {"dek": "Too short."}, "dek", {"dek": ""}),
    ("section", {"section_id": None}, "section_id", {}),
    ("slug_taken", {"taken_by": "Another piece has this address already."}, "slug", {}),
    ("seo_title", {"seo_title": "t" * 61}, "seo_title", {"seo_title": "t" * 60}),
    ("seo_description", {"seo_description": "s" * 161}, "seo_description", {"seo_description": "s" * 160}),
    ("seo_description", {"seo_description": "short"}, "seo_description", {"seo_description": ""}),
    ("author", {"credits": (("Marit", CreditRole.INTERVIEWEE),)}, "credits", {"credits": GUEST}),
    ("interviewee", {"kind": Kind.INTERVIEW}, "credits", {"kind": Kind.INTERVIEW, "credits": GUEST}),
    ("new_people", {"strangers": ("Ilse Varnhold",)}, "credits", {}),
    ("answers", body(qa(answer="")), "q1", body(qa())),
    ("questions", body(qa(question="")), "q1", body(qa())),
    ("speakers", body(qa(who="")), "q1", body(qa())),
    ("speakers", body(qa(whom="")), "q1", body(qa(answer="", whom=""))),
    ("body", body(""), "body", {}),
    ("body", body('<hr data-id="h1">'), "body", body(table("td", "1", "2"))),
    ("tk", body('<p data-id="p1">It took TK minutes.</p>'), "p1", body('<p data-id="p1">The TKO came late.</p>')),
    ("tk", {"headline": "The TK that came"}, "headline", {"seo_title": "TK"}),
    ("doubled_words", body('<p data-id="p1">At the the end.</p>'), "p1", body('<p data-id="p1">The end, the end.</p>')),
    ("doubled_words", {"dek": "It was was late."}, "dek", {"dek": "She said that that was late, and it had had time."}),
    ("doubled_words", body('<p data-id="p1">Of of it.</p>'), "p1", body('<p data-id="p1">We saw Duran Duran.</p>')),
    ("doubled_words", body('<p data-id="p1">a <em>long</em> long day</p>'), "p1",
     body("<ul data-id='u1'><li>one of the</li><li>the others</li></ul><pre data-id='c1'><code>ls ls</code></pre>")),
    ("long_paragraph", body(f'<p data-id="p1">{LONG} end</p>'), "p1", body(f'<p data-id="p1">{LONG}</p>')),
    ("pull_quotes", body('<p data-id="p1">A promise with an error bar.</p><aside class="pull-quote" data-id="s1" '
                         'data-from="p1">A promise without one</aside>'), "s1",
     body('<p data-id="p1">“A promise with an error bar,” she says.</p><aside class="pull-quote" data-id="s1" '
          'data-from="p1">A promise … an error bar</aside>')),
    ("pull_quotes", body('<aside class="pull-quote" data-id="s1" data-from="gone">Words</aside>'), "s1",
     body('<aside class="pull-quote" data-id="s1">Words of nobody</aside>')),
    ("code_language", body('<pre data-id="c1"><code>ls</code></pre>'), "c1",
     body('<pre data-id="c1"><code class="language-sh">ls</code></pre>')),
    ("alt_text", body(picture(alt="")), "f1", body(picture())),
    ("alt_text", {"hero_id": 3, "hero_alt": " "}, "hero_alt", {"hero_id": None}),
    ("picture_credit", body(picture()), "f1", body(picture()) | CREDITED),
    ("picture_credit", {"hero_id": 3}, "hero_credit", {"hero_id": 3, "hero_credit": "Overscan"}),
    ("picture_rights", body(picture()), "f1", body(picture()) | CREDITED),
    ("picture_rights", {"hero_id": 3}, "hero_id", {"hero_id": 7} | CREDITED),
    ("links", body(link(FAR)) | {"links": {FAR: LinkFact("answers 404", True, NOW)}}, "l1",
     body(link(FAR)) | {"links": {FAR: LinkFact("", False, NOW)}}),
    ("links", body(link("/articles/x")) | {"dead_ends": {"/articles/x": "leads to no page of ours"}}, "l1",
     body(link("/articles/x"))),
    ("links_waiting", body(link(FAR)) | {"links": {FAR: LinkFact()}}, "l1",
     body(link(FAR)) | {"links": {FAR: LinkFact("", False, NOW)}}),
    ("links_waiting", body(link(FAR)) | {"links": {FAR: LinkFact("answers 403", False, NOW)}}, "l1",
     body(link(FAR)) | {"links": {FAR: LinkFact("answers 404", True, NOW)}}),
    ("link_words", body(link(FAR, "Click here")), "l1", body(link(FAR))),
    ("link_words", body(link(FAR, "https://example.org/x")), "l1", body(link(FAR, "what example.org says here"))),
    ("headings", body('<h2 data-id="h1">One</h2><h4 data-id="h2">Two</h4>'), "h2",
     body('<h2 data-id="h1">One</h2><h3 data-id="h2">Two</h3><h4 data-id="h3">Three</h4><h2 data-id="h4">Four</h2>')),
    ("headings", body('<h3 data-id="h1">One</h3>'), "h1", body('<p data-id="p1">No headings at all.</p>')),
    ("headings", body('<h2 data-id="h1">Same</h2><h2 data-id="h2"> same</h2>'), "h2",
     body('<h2 data-id="h1">Same</h2><h2 data-id="h2">Other</h2>')),
    ("table_headers", body(table("td", "a", "b")), "t1", body(table("th", "", "b"))),
    ("table_headers", body(table("th", "a", "")), "t1", body(table("th", "a", "b"))),
    ("anchors", body(link("#nowhere")), "l1", body(link("#the-place") + '<h2 data-id="h1">The place</h2>')),
    ("anchors", body(link("#fn1")), "l1",
     body(link("#fn1") + '<p data-id="p1">A claim.<span class="footnote" data-note="The source."></span></p>')),
    ("embeds", body('<figure class="embed" data-id="e1" data-provider="youtube" data-key="a.b"></figure>'), "e1",
     body('<figure class="embed" data-id="e1" data-provider="youtube" data-key="dQw4w9WgXcQ"></figure>')),
    ("other_scripts", body('<p data-id="p1">Никто не согласен насчёт секунды.</p>'), "p1",
     body('<p data-id="p1">The word секунда comes from Latin, says everybody here.</p>')),
    ("other_scripts", body('<p data-id="p1">誰も同意できなかった秒</p>'), "p1",
     body('<p data-id="p1">誰も同意できなかった秒</p>') | {"language": "ja"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "flawed", "place", "sound"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_a_rule_finds_what_it_is_for_and_leaves_the_rest_alone(
    name: str, flawed: dict[str, Any], place: str, sound: dict[str, Any]
) -> None:
    rule = BY_NAME[name]
    found = list(rule.find(replace(SOUND, **flawed)))
    assert [one.place for one in found] == [place], found
    assert found[0].text.endswith((".", "?"))
    assert list(rule.find(replace(SOUND, **sound))) == []


#: What the body's own rules (`core.html`) leave nobody to find; the rule is there for a text that came another way.
UNREACHABLE = {"link_names"}


def test_every_rule_is_tried() -> None:
    assert {case[0] for case in CASES} | UNREACHABLE == set(BY_NAME)


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (Element("a", {"href": FAR}), "no words"),
        (Element("a", {"href": FAR, "aria-label": "The report"}), ""),
        (Element("img", {"src": "/media/x.jpg"}), "file name"),
        (Element("img", {"src": "/media/x.jpg", "alt": ""}), ""),
    ],
)
def test_what_has_no_name_is_found_in_the_rendered_galley(
    monkeypatch: pytest.MonkeyPatch, element: Element, said: str
) -> None:
    monkeypatch.setattr(document, "proof", lambda _: (Element("p", {"data-id": "p1"}, [element]),))
    found = list(BY_NAME["link_names"].find(replace(SOUND)))
    assert [one.place for one in found] == ["p1"] * bool(said)
    assert all(said in one.text for one in found)


def test_a_sound_draft_meets_no_rule() -> None:
    assert find(SOUND, lambda rule: rule.default) == ()


def test_what_stopped_an_approval_before_there_were_levels_stops_it_now_and_nothing_else_does() -> None:
    stopping = {rule.name for rule in RULES if rule.default is Level.BLOCK}
    before = {"body", "section", "dek", "author", "interviewee", "tk", "answers", "alt_text"}
    added = {"confirmed", "consent"}  # what people outside said about their words came after the levels
    assert stopping == before | added | {"headline"}  # without a headline nothing could ever be saved


def test_every_rule_says_what_it_is_for() -> None:
    assert len(BY_NAME) == len(RULES)
    for rule in RULES:
        assert 0 < len(rule.name) <= 40
        assert rule.title
        assert rule.group
        assert rule.about.endswith(".")
        assert type(rule.default) is Level


def test_the_heaviest_comes_first_and_what_is_off_is_not_asked() -> None:
    draft = replace(SOUND, dek="", headline="h" * 91, seo_title="t" * 61)
    names = [one.rule.name for one in find(draft, lambda rule: rule.default)]
    assert names == ["dek", "headline_length", "seo_title"]
    assert find(draft, lambda rule: Level.OFF) == ()


def test_a_link_that_stands_twice_in_a_block_is_named_once() -> None:
    twice = document.parse(f'<p data-id="p1"><a href="{FAR}">one way</a> and <a href="{FAR}">another way</a></p>')
    facts = {FAR: LinkFact("answers 404", True, NOW)}
    [found] = BY_NAME["links"].find(replace(SOUND, blocks=twice, links=facts))
    assert (found.text, found.seen_at) == ("example.org/x answers 404.", NOW)


def test_links_that_are_being_checked_are_counted_together() -> None:
    urls = [f"https://example.org/{i}" for i in range(4)]
    blocks = document.parse("".join(f'<p data-id="p{i}"><a href="{url}">words</a></p>' for i, url in enumerate(urls)))
    [found] = BY_NAME["links_waiting"].find(replace(SOUND, blocks=blocks, links={url: LinkFact() for url in urls}))
    assert (found.text, found.place) == ("4 links are being checked.", "p0")


def test_what_is_being_typed_is_read_as_what_is_stored() -> None:
    html = "<h2>One</h2>\n\n<p>Loose <b>words</b> and <a href='https://example.org'>a link</a></p><script>x</script>"
    peeked, parsed = document.peek(html), document.parse(document.normalise(html))
    assert document.serialise(peeked) == document.serialise(parsed)


def test_the_proof_is_the_published_prose_without_colours() -> None:
    html = document.normalise(
        '<h2>One</h2><p>A claim.<span class="footnote" data-note="Source."></span></p>'
        + "<table><tbody><tr><th>a</th></tr></tbody></table><pre><code>x = 1</code></pre>"
    )
    rendered = document.render_prose(html)
    assert write(document.proof(document.parse(html))) == rendered.html + rendered.notes
