"""Comparing two versions of a body: which block became which, which words changed, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from bleach._vendor import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.articles.document import (
    Change,
    ChangeKind,
    Word,
    compare,
    normalise,
    parse,
    render_changes,
    sentences,
    words,
)
from cms.articles.document.words import NOTE
from tests.articles.bodies import BODIES, PIECE

LONG = "Half of the round trip is not a measurement of anything at all in this world."
SECOND = "The loop at the bottom looks like a mistake but it is the whole idea of it."


def test_a_body_is_the_same_as_itself() -> None:
    changes = compare(PIECE, PIECE)
    assert {change.kind for change in changes} == {ChangeKind.SAME}
    assert [change.position for change in changes] == list(range(1, len(changes) + 1))
    assert render_changes(changes) == PIECE
    assert sentences(changes) == []


def test_a_number_that_changed_is_the_only_thing_marked() -> None:
    changes = compare('<p data-id="a">It took 40 seconds.</p>', '<p data-id="a">It took 45 seconds.</p>')
    assert render_changes(changes) == (
        '<p data-id="a" class="is-changed" data-change="changed">It took <del>40</del> <ins>45</ins> seconds.</p>'
    )
    assert sentences(changes) == ["Block 1: \u201c40\u201d became \u201c45\u201d."]


def test_a_changed_title_is_told_as_a_title() -> None:
    assert sentences(compare('<h2 data-id="h">Why any clocks</h2>', '<h2 data-id="h">Why two clocks</h2>')) == [
        "The section title \u201cWhy any clocks\u201d became \u201cWhy two clocks\u201d."
    ]


def test_what_came_and_what_went_is_told_with_its_place() -> None:
    old = '<p data-id="a">One.</p><p data-id="b">Two.</p><p data-id="c">Three.</p>'
    new = '<p data-id="n">Zero.</p><p data-id="a">One.</p><p data-id="c">Three.</p><h2 data-id="m">End</h2>'
    new += '<hr data-id="k">'
    changes = compare(old, new)
    assert kinds(changes) == ["inserted n", "same a", "deleted b", "same c", "inserted m", "inserted k"]
    assert sentences(changes) == [
        "A paragraph was added at the start.",
        "A paragraph was cut after block 2: \u201cTwo\u201d.",
        "2 blocks were added after block 3.",
    ]


def test_neighbours_of_one_kind_are_counted() -> None:
    old = '<p data-id="a">One.</p>'
    new = '<p data-id="a">One.</p><p data-id="b">Two.</p><p data-id="c">Three.</p>'
    assert sentences(compare(old, new)) == ["2 paragraphs were added after block 1."]
    assert sentences(compare(new, old)) == ["2 paragraphs were cut after block 1."]


def test_a_block_that_moved_is_no_deletion() -> None:
    old = "".join(f'<p data-id="{name}">The {name} one.</p>' for name in "abcde")
    new = "".join(f'<p data-id="{name}">The {name} one.</p>' for name in "eabcd")
    changes = compare(old, new)
    assert kinds(changes) == ["moved e", "same a", "same b", "same c", "same d"]
    assert sentences(changes) == ["Block 1 was moved up; it was block 5."]


def test_a_section_that_moved_is_told_as_one() -> None:
    first = '<h2 data-id="a">Drift</h2><p data-id="b">One here.</p><p data-id="c">It took 40 seconds.</p>'
    rest = '<h2 data-id="d">Cost</h2>' + "".join(f'<p data-id="{n}">The {n} one.</p>' for n in "efg")
    said = sentences(compare(first + rest, rest + first.replace("40", "45")))
    assert said == [
        "The section \u201cDrift\u201d, 3 blocks, was moved down; it began at block 1.",
        "Block 7: \u201c40\u201d became \u201c45\u201d.",
    ]


def test_words_of_somebody_are_told_with_their_name() -> None:
    asked = '<p class="qa-question" data-speaker="Overscan">What goes?</p>'
    said = '<div class="qa-answer" data-speaker="Guest"><p>I ask each pass.</p></div>'
    old = f'<section class="qa" data-id="q">{asked}{said}</section>'
    assert sentences(compare(old, old.replace("each", "every"))) == [
        "Block 1: the quote by Guest changed: \u201ceach\u201d became \u201cevery\u201d."
    ]
    assert sentences(compare(old, old.replace("goes", "stays"))) == [
        "Block 1: the question by Overscan changed: \u201cgoes\u201d became \u201cstays\u201d."
    ]
    quote = '<blockquote data-id="s"><p>Nobody knows.</p></blockquote>'
    assert sentences(compare(quote, quote.replace("Nobody", "Everybody"))) == [
        "Block 1: the quote changed: \u201cNobody\u201d became \u201cEverybody\u201d."
    ]


def test_a_block_that_moved_and_was_edited_is_both() -> None:
    old = '<p data-id="a">One.</p><p data-id="b">Two.</p><p data-id="c">The third.</p>'
    new = '<p data-id="c">The 3rd.</p><p data-id="a">One.</p><p data-id="b">Two.</p>'
    change = compare(old, new)[0]
    assert (change.kind, change.is_edited) == (ChangeKind.MOVED, True)
    assert sentences([change])[1] == "Block 1: \u201cthird\u201d became \u201c3rd\u201d."


def test_the_same_words_taken_out_here_and_put_in_there_are_a_move() -> None:
    old = '<p data-id="a">One here.</p><p data-id="b">Two here.</p><p data-id="c">Three here.</p>'
    new = '<p data-id="b">Two here.</p><p data-id="c">Three here.</p><p data-id="z">One here.</p>'
    assert kinds(compare(old, new)) == ["same b", "same c", "moved z"]


@pytest.mark.parametrize("keeper", ["first", "second", "neither"])
def test_a_paragraph_cut_in_two_is_a_split(keeper: str) -> None:
    ids = {"first": ("a", "x"), "second": ("x", "a"), "neither": ("x", "y")}[keeper]
    old = f'<p data-id="k">Before.</p><p data-id="a">{LONG} {SECOND}</p><p data-id="z">After.</p>'
    new = (
        f'<p data-id="k">Before.</p><p data-id="{ids[0]}">{LONG}</p><p data-id="{ids[1]}">{SECOND}</p>'
        '<p data-id="z">After.</p>'
    )
    changes = compare(old, new)
    assert [change.kind.value for change in changes] == ["same", "split", "same"]
    assert sentences(changes) == ["Block 2 was split in two, from block 2 on."]
    back = compare(new, old)
    assert [change.kind.value for change in back] == ["same", "merged", "same"]
    assert sentences(back) == ["Two blocks were joined as block 2."]
    assert "<del>" not in render_changes(changes) + render_changes(back)


def test_without_ids_blocks_are_found_by_their_words() -> None:
    old = f"<p>{LONG}</p><p>Gone entirely, and never seen again.</p><p>{SECOND}</p>"
    new = f"<p>{LONG.replace('anything', 'nothing')}</p><p>{SECOND.replace('mistake', 'blunder')}</p>"
    assert [change.kind.value for change in compare(old, new)] == ["changed", "deleted", "changed"]


def test_formatting_alone_is_a_change_of_formatting() -> None:
    changes = compare('<p data-id="a">One two three.</p>', '<p data-id="a">One <b>two</b> three.</p>')
    assert sentences(changes) == ["Block 1: the formatting of \u201ctwo\u201d was changed."]
    links = compare('<p data-id="a"><a href="/x">One</a></p>', '<p data-id="a"><a href="/y">One</a></p>')
    assert sentences(links) == ["Block 1: the target of the link \u201cOne\u201d was changed."]


def test_a_word_between_two_edits_does_not_tear_them_apart() -> None:
    old, new = '<p data-id="a">It is a lie.</p>', '<p data-id="a">It is no truth but a treaty.</p>'
    assert sentences(compare(old, new)) == ["Block 1: \u201ca lie\u201d became \u201cno truth but a treaty\u201d."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '<figure data-id="f"><img src="/media/a.png" alt="A"></figure>',
            '<figure data-id="f"><img src="/media/a.png" alt="B"></figure>',
            "Block 1: the alternative text \u201cA\u201d became \u201cB\u201d.",
        ),
        (
            '<figure data-id="f"><img src="/media/a.png" alt=""></figure>',
            '<figure data-id="f"><img src="/media/b.png" alt=""></figure>',
            "Block 1: the picture was changed.",
        ),
        (
            '<pre data-id="c"><code class="language-c">x</code></pre>',
            '<pre data-id="c"><code class="language-rust">x</code></pre>',
            "Block 1: the language \u201cc\u201d became \u201crust\u201d.",
        ),
        ('<p data-id="p">Same.</p>', '<h2 data-id="p">Same.</h2>', "Block 1: the paragraph became a section title."),
        (
            '<aside class="callout" data-id="c" data-kind="tip"><p>x</p></aside>',
            '<aside class="callout" data-id="c" data-kind="warning"><p>x</p></aside>',
            "Block 1: the kind \u201ctip\u201d became \u201cwarning\u201d.",
        ),
        (
            '<section class="qa" data-id="q"><p class="qa-question">A?</p>'
            '<div class="qa-answer"><p>b</p></div></section>',
            '<section class="qa" data-id="q"><p class="qa-question">A?</p>'
            '<div class="qa-answer" data-speaker="Ada"><p>b</p></div></section>',
            "Block 1: the speaker of the answer \u201cAda\u201d was added.",
        ),
        (
            '<table data-id="t"><tbody><tr><td>a</td></tr></tbody></table>',
            '<table data-id="t"><tbody><tr><th>a</th></tr></tbody></table>',
            "Block 1: the layout was changed.",
        ),
        ('<p data-id="p">a  b</p>', '<p data-id="p">a b</p>', "Block 1: only the spacing was changed."),
        (
            '<p data-id="p">So.<span class="footnote" data-note="Old"></span></p>',
            '<p data-id="p">So.<span class="footnote" data-note="New"></span></p>',
            "Block 1: \u201c(note: Old)\u201d became \u201c(note: New)\u201d.",
        ),
    ],
)
def test_what_is_not_in_the_words_is_told_too(old: str, new: str, said: str) -> None:
    assert sentences(compare(old, new)) == [said]


@pytest.mark.parametrize("block", [
    '<aside class="pull-quote" data-id="u">A promise.</aside>',
    '<section class="qa" data-id="q"><p class="qa-question">A?</p><div class="qa-answer">'
    '<aside class="pull-quote">A promise.</aside></div></section>',
])  # fmt: skip
def test_that_the_editor_ties_a_pull_quote_to_its_words_is_no_change(block: str) -> None:
    tied = block.replace('class="pull-quote"', 'class="pull-quote" data-from="bnmxpo4v"')
    for old, new in ((block, tied), (tied, block)):
        [change] = compare(old, new)
        assert change.kind is ChangeKind.SAME
        assert ("data-from" in change.new[0].html) is (new == tied), "the newer form is the one that stays"
        assert sentences([change]) == []


def test_many_passages_are_counted_not_quoted() -> None:
    old = "<p data-id='a'>" + " ".join(f"word{n} and then some" for n in range(8)) + "</p>"
    new = old.replace("word", "term")
    assert sentences(compare(old, new)) == ["Block 1: 8 passages were changed."]


def test_code_is_compared_line_by_line() -> None:
    old = '<pre data-id="c"><code>a = 1\n\n\nb = 2\nc = 3</code></pre>'
    new = '<pre data-id="c"><code>a = 1\n\n\nb = 4\nc = 3</code></pre>'
    assert "a = 1\n\n\n<del>b = 2\n</del><ins>b = 4\n</ins>c = 3" in render_changes(compare(old, new))


def test_items_of_a_list_keep_their_deletions() -> None:
    old = '<ul data-id="l"><li>one</li><li>two three</li><li>four</li></ul>'
    new = '<ul data-id="l"><li>one</li><li>two</li></ul>'
    assert render_changes(compare(old, new)) == (
        '<ul data-id="l" class="is-changed" data-change="changed"><li>one</li><li>two <del>three</del></li>'
        "<li><del>four</del></li></ul>"
    )


def test_a_whole_picture_that_came_or_went_is_marked_around() -> None:
    figure = '<figure data-id="f"><img src="/media/a.png" alt=""></figure>'
    assert render_changes(compare("", figure)) == f'<ins class="is-changed" data-change="inserted">{figure}</ins>'
    assert render_changes(compare(figure, "")) == f'<del class="is-changed" data-change="deleted">{figure}</del>'
    other = figure.replace("a.png", "b.png")
    assert render_changes(compare(figure, other)) == (
        f'<del class="is-changed" data-change="changed">{figure}</del>'
        f'<ins class="is-changed" data-change="changed">{other}</ins>'
    )


def test_two_halves_do_not_join_to_a_tag() -> None:
    old = '<p data-id="a">&lt;im and g src=x onerror=alert(1)&gt;</p>'
    new = '<p data-id="a">&lt;im<strong>g</strong> src=x onerror=alert(1)&gt;</p>'
    shown = render_changes(compare(old, new)) + render_changes(compare(new, old))
    assert_harmless(shown)
    assert "<im" not in shown
    attribute = (
        '<p data-id="a"><span class="footnote" data-note="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"></span>x</p>'
    )
    assert_harmless(render_changes(compare(attribute, '<p data-id="a">x</p>')))


@settings(max_examples=60, deadline=None)
@given(BODIES, BODIES)
def test_every_block_is_accounted_for_once(old: str, new: str) -> None:
    changes = compare(old, new)
    assert sorted(block.id for change in changes for block in change.old) == sorted(block.id for block in parse(old))
    assert [block.id for change in changes for block in change.new] == [block.id for block in parse(new)]
    assert all(sentence.endswith((".", "\u2026")) for sentence in sentences(changes))


@settings(max_examples=60, deadline=None)
@given(BODIES, BODIES)
def test_rejecting_gives_the_old_words_and_accepting_the_new(old: str, new: str) -> None:
    for change in compare(old, new):
        if change.words:
            assert texts(word for edit in change.words for word in edit.old) == squeezed(*(b.html for b in change.old))
            assert texts(word for edit in change.words for word in edit.new) == squeezed(*(b.html for b in change.new))


@settings(max_examples=60, deadline=None)
@given(BODIES, BODIES)
def test_the_shown_changes_hold_the_new_text_and_are_harmless(old: str, new: str) -> None:
    shown = render_changes(compare(old, new))
    assert_harmless(shown)
    tree = html5lib.parseFragment(shown, namespaceHTMLElements=False)
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag == "del":
                child.text, child[:] = "", []
    notes = re.compile(r"\[note: [^\]]*\]")
    assert "".join(notes.sub("", "".join(tree.itertext())).split()) == squeezed(new)


@settings(max_examples=50, deadline=None)
@given(st.permutations(list(range(7))))
def test_any_new_order_is_only_moves(order: list[int]) -> None:
    blocks = [block.html for block in parse(PIECE)[:7]]
    changes = compare("".join(blocks), "".join(blocks[place] for place in order))
    assert {change.kind for change in changes} <= {ChangeKind.SAME, ChangeKind.MOVED}


def test_hundreds_of_blocks_without_ids_are_compared_in_no_time() -> None:
    old = normalise("".join(f"<p>{LONG} Number {n}.</p>" for n in range(300)))
    new = re.sub(r' data-id="b', ' data-id="c', old).replace("Number 2", "Number two")
    assert {change.kind for change in compare(old, new)} <= {ChangeKind.SAME, ChangeKind.CHANGED}


def test_two_endless_paragraphs_are_compared_at_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_TOO_MANY", 5)
    changes = compare('<p data-id="a">One two three four.</p>', '<p data-id="a">One 2 two 3 four.</p>')
    assert sentences(changes) == ["Block 1: \u201ctwo three\u201d became \u201c2 two 3\u201d."]


def kinds(changes: list[Change]) -> list[str]:
    return [f"{change.kind} {(change.new or change.old)[0].id}" for change in changes]


def texts(words: Iterable[Word]) -> str:
    shown = (word.text for word in words if not (word.formats and word.formats[-1].tag == NOTE))
    return "".join("".join(text.split()) for text in shown)


def squeezed(*html: str) -> str:
    tree = html5lib.parseFragment("".join(html), namespaceHTMLElements=False)
    return "".join("".join(tree.itertext()).split())


def assert_harmless(shown: str) -> None:
    for element in html5lib.parseFragment(shown, namespaceHTMLElements=False).iter():
        assert element.tag not in ("script", "iframe", "svg", "object", "style")
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag != "img" or element.attrib["src"].startswith("/media/")


def test_a_link_that_is_put_on_or_taken_off_is_told_as_one() -> None:
    plain, linked = '<p data-id="a">See Gamma now.</p>', '<p data-id="a">See <a href="/x">Gamma</a> now.</p>'
    assert list(sentences(compare(plain, linked))) == ["Block 1: a link was put on “Gamma”."]
    assert list(sentences(compare(linked, plain))) == ["Block 1: a link was taken off “Gamma”."]
