"""Marks stand for HTML while Markdown works around them."""

from __future__ import annotations

from cms.transfer.marks import Marks


def test_a_mark_becomes_its_html_again() -> None:
    marks = Marks()
    assert marks.resolve(f"<p>a {marks.add('<b>x</b>')} c</p>") == "<p>a <b>x</b> c</p>"


def test_a_mark_alone_in_a_paragraph_takes_its_place() -> None:
    marks = Marks()
    assert marks.resolve(f"<p>{marks.add('<hr>')}</p>") == "<hr>"


def test_a_mark_within_a_tag_goes() -> None:
    marks = Marks()
    assert marks.resolve(f'<img alt="a {marks.add("<b>")}">') == '<img alt="a ">'
