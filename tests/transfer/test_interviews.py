"""Interviews are recognised, arranged, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.html import blocks, clean_body, text_of, to_text
from cms.transfer import interviews
from cms.transfer.interviews import Interview
from cms.transfer.markdown import to_body
from cms.transfer.piece import Credited

ADA, GRACE = Credited("Ada Byron"), Credited("Grace Horn")
Turn = tuple[str, str, str, str]


def arranged(text: str, **given_: object) -> Interview:
    found = interviews.arrange(to_body(text).html, **given_)  # type: ignore[arg-type]
    assert found is not None
    return found


def turns_of(html: str) -> list[Turn | str]:
    """Return who asked what, and who answered what; other blocks as their text."""
    out: list[Turn | str] = []
    for block in blocks(html):
        if block.tag != "section":
            out.append(f"{block.tag}: {text_of([block])}")
            continue
        question, answer = block.elements()
        said = " | ".join(text_of([part]) for part in answer.elements())
        out.append(
            (question.attrs.get("data-speaker", ""), text_of([question]), answer.attrs.get("data-speaker", ""), said)
        )
    return out


LABELS = [
    "**Ada:** How did it begin?\n\n**Grace:** With a moth.\n\n**Ada:** And then?\n\n**Grace:** More moths.",
    "**Ada**: How did it begin?\n\n**Grace**: With a moth.\n\n**Ada**: And then?\n\n**Grace**: More moths.",
    "**Ada: How did it begin?**\n\n**Grace:** With a moth.\n\n**Ada: And then?**\n\n**Grace:** More moths.",
    "Ada: How did it begin?\n\nGrace: With a moth.\n\nAda: And then?\n\nGrace: More moths.",
    "AB: How did it begin?\n\nGH: With a moth.\n\nAB: And then?\n\nGH: More moths.",
    "**Ada (AB)**: How did it begin?\n\n**Grace Horn (GH)**: With a moth.\n\n**AB**: And then?\n\n**GH**: More moths.",
    "_Ada:_ How did it begin?\n\n_Grace:_ With a moth.\n\n_Ada:_ And then?\n\n_Grace:_ More moths.",
]


@pytest.mark.parametrize("text", LABELS)
def test_labels_of_all_kinds_name_the_speakers(text: str) -> None:
    found = arranged(text, hosts=[ADA], guests=[GRACE])
    assert turns_of(found.html) == [
        ("Ada Byron", "How did it begin?", "Grace Horn", "With a moth."),
        ("Ada Byron", "And then?", "Grace Horn", "More moths."),
    ]
    assert (found.askers, found.answerers) == ((ADA,), (GRACE,))


def test_names_are_found_in_the_text() -> None:
    text = "Ada Byron talked with [Grace Horn](https://g.example/) of the Navy.\n\n" + LABELS[0]
    found = arranged(text)
    assert (found.askers, found.answerers) == ((ADA,), (GRACE,))


def test_q_and_a_stand_for_host_and_guest() -> None:
    text = "**Q:** How?\n\n**A:** So.\n\n**Q:** And why?\n\n**A:** Because."
    found = arranged(text, hosts=[ADA], guests=[GRACE], is_announced=True)
    assert turns_of(found.html)[0] == ("Ada Byron", "How?", "Grace Horn", "So.")


FORMS = {
    "bold": "**{}**\n\n{}",
    "italic": "*{}*\n\n{}",
    "heading": "## {}\n\n{}",
    "Q heading": "### Q: {}\n\n{}",
    "list": "1. **{}**\n\n   {}",
}
ASKED = (
    ("How did you begin?", "With a moth.\n\n- one\n- two"),
    ("And your aim?", "B."),
    ("Why you?", "C."),
)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_questions_without_labels(form: str) -> None:
    indent = "   " if form.startswith("1.") else ""
    said = [form.format(question, answer.replace("\n\n", f"\n\n{indent}").replace("\n- t", f"\n{indent}- t"))
            for question, answer in ASKED]  # fmt: skip
    text = "An interview.\n\n" + "\n\n".join(said)
    found = arranged(text, hosts=[ADA], guests=[GRACE])
    assert turns_of(found.html)[1:] == [
        ("Ada Byron", "How did you begin?", "Grace Horn", "With a moth. | one\ntwo"),
        ("Ada Byron", "And your aim?", "Grace Horn", "B."),
        ("Ada Byron", "Why you?", "Grace Horn", "C."),
    ]


def test_html_with_questions_in_italics() -> None:
    html = (
        "<p><em>Tell us about your group.</em></p><p>It is small.</p><p><em>What do you build?</em></p><p>Engines.</p>"
    )
    html += "<p><em>How do you test?</em></p><p>With moths.</p>"
    found = interviews.arrange(clean_body(html), guests=[GRACE], is_announced=True)
    assert found is not None
    assert turns_of(found.html)[0] == ("", "Tell us about your group.", "Grace Horn", "It is small.")


def test_several_guests_answer_one_after_the_other() -> None:
    text = LABELS[0] + "\n\n**Mary:** I saw none.\n\n**Mary:** Really, I am Mary.\n\n**Grace and Mary:** Never."
    found = arranged(text, hosts=[ADA], guests=[GRACE, Credited("Mary Moth")])
    assert turns_of(found.html)[1:] == [
        ("Ada Byron", "And then?", "Grace Horn", "More moths."),
        ("", "", "Mary Moth", "I saw none."),
        ("", "", "Mary Moth", "Really, I am Mary."),
        ("", "", "Grace Horn and Mary Moth", "Never."),
    ]


def test_a_guest_who_speaks_once_is_known_by_their_own_words() -> None:
    found = arranged(LABELS[0] + "\n\n**Imke:** Hello, I am Imke.", hosts=[ADA], guests=[GRACE])
    assert turns_of(found.html)[-1] == ("", "", "Imke", "Hello, I am Imke.")


def test_answers_hold_lists_quotes_code_and_pictures() -> None:
    text = LABELS[0] + "\n\n```\ncode\n```\n\n> quoted\n\n![A moth](moth.png)\n\nAnd so on."
    html = arranged(text, hosts=[ADA]).html
    last = list(blocks(html))[-1]
    assert [part.tag for part in list(last.elements())[1].elements()] == ["p", "pre", "blockquote", "figure", "p"]


def test_headings_and_rules_between_stay_and_close_the_answer() -> None:
    text = LABELS[0].replace("**Ada:** And", "## Later\n\nThe light changed.\n\n**Ada:** And") + "\n\n---\n\nThe end."
    assert turns_of(arranged(text, hosts=[ADA], guests=[GRACE]).html) == [
        ("Ada Byron", "How did it begin?", "Grace Horn", "With a moth."),
        "h2: Later",
        "p: The light changed.",
        ("Ada Byron", "And then?", "Grace Horn", "More moths."),
        "hr: ",
        "p: The end.",
    ]


def test_the_notes_and_thanks_at_the_end_are_not_the_guests_words() -> None:
    text = LABELS[0] + "\n\nThank you for reading.\n\n*Grace was interviewed in May.*"
    assert turns_of(arranged(text, hosts=[ADA]).html)[-2:] == [
        "p: Thank you for reading.",
        "p: Grace was interviewed in May.",
    ]


def test_a_question_may_have_several_paragraphs() -> None:
    text = LABELS[0].replace("begin?", "begin?\n\nI mean all of it.")
    assert turns_of(arranged(text, hosts=[ADA]).html)[0][1] == "How did it begin?\nI mean all of it."


def test_a_last_remark_needs_no_answer() -> None:
    text = LABELS[0] + "\n\n**Ada:** Thank you!\n\nAll talks are on our site."
    assert turns_of(arranged(text, hosts=[ADA]).html)[-2:] == [
        ("Ada Byron", "Thank you!", "", ""),
        "p: All talks are on our site.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "**Note:** a?\n\n**Tip:** b\n\n**Note:** c?\n\n**Tip:** d\n\n**Note:** e?\n\n**Tip:** f",
        "**Speed:** a?\n\n**Price:** b.\n\n**Speed:** c?\n\n**Price:** d.\n\n**Speed:** e?\n\n**Price:** f.",
        "**Q:** What is it?\n\n**A:** A tool.\n\n**Q:** Is it free?\n\n**A:** Yes.\n\n**Q:** Where?\n\n**A:** Here.",
        "## What is it?\n\nA tool.\n\n## Is it free?\n\nYes.\n\n## Where is it?\n\nHere.",
        "**What is it?**\n\nA tool.\n\n**Is it free?**\n\nYes.\n\n**Where is it?**\n\nHere.",
        "**Getting started**\n\nGo.\n\n**Going on**\n\nGo.\n\n**Are you done?**\n\nGo.\n\n**The end**\n\nGo.",
        "*One.*\n\nA.\n\n*Two.*\n\nB.\n\n*Three?*\n\nC.",
        "GET: /a?\n\nPUT: /b\n\nGET: /c?\n\nPUT: /d\n\nGET: /e?\n\nPUT: /f",
        "Just words.",
        "",
    ],
    ids="notes verdicts faq-labels faq-headings faq-bold run-in-heads italics verbs words empty".split(),
)
def test_ordinary_articles_are_left_alone(text: str) -> None:
    assert interviews.arrange(to_body(text).html, hosts=[ADA]) is None


def test_an_arranged_body_is_left_alone() -> None:
    assert interviews.arrange(arranged(LABELS[0], hosts=[ADA]).html, hosts=[ADA]) is None


WORDS = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=5), min_size=1, max_size=6).map(" ".join)
TURNS = st.lists(
    st.tuples(st.sampled_from(["Ada", "Grace", "Mary", "", "## "]), WORDS, st.sampled_from("?.")),
    min_size=1,
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@given(TURNS, st.sampled_from(["**{}:** ", "**{}**: ", "{}: "]))
def test_no_word_is_lost_whatever_the_order_of_speakers(said: list[tuple[str, str, str]], form: str) -> None:
    def sign(name: str) -> str:
        return form.format(name) if name.strip("# ") else name

    text = LABELS[0] + "\n\n" + "\n\n".join(sign(name) + words + end for name, words, end in said)
    found = arranged(text, hosts=[ADA], guests=[GRACE, Credited("Mary Moth")])
    before = [word for word in to_text(to_body(text).html).split() if word not in ("Ada:", "Grace:", "Mary:")]
    assert to_text(found.html).split() == before
    assert clean_body(found.html) == found.html
