"""The facts of a piece under all the names that systems have for them."""

from __future__ import annotations

import pytest

from cms.transfer.fields import Front, old_path
from cms.transfer.piece import Hero
from cms.transfer.yaml_fields import Fields


def test_capitals_signs_and_nesting_do_not_matter() -> None:
    front = Front(
        {"Seo-Description": "a", "extra": {"Cover Image": "b.png"}, "params": {"title": "inner"}, "title": "outer"}
    )
    assert front.text("seo_description") == "a"
    assert front.text("cover_image") == "b.png"
    assert front.text("title") == "outer"


def test_text_is_plain_and_says_something() -> None:
    front = Front({"description": ".", "summary": "  A <em>fine</em>\n  day &amp; night ", "n": ["first", "second"]})
    assert front.text("description", "summary") == "A fine day & night"
    assert front.text("n") == "first"
    assert front.text("nothing") == ""


@pytest.mark.parametrize(
    ("fields", "is_draft"),
    [
        ({"draft": "true"}, True),
        ({"Draft": "Yes"}, True),
        ({"published": "false"}, True),
        ({"status": "draft"}, True),
        ({"draft": "false"}, False),
        ({"published": "2024-01-05"}, False),
        ({"status": "publish"}, False),
        ({}, False),
    ],
)
def test_drafts(fields: Fields, is_draft: bool) -> None:
    assert Front(fields).is_draft is is_draft


@pytest.mark.parametrize(
    ("fields", "topics"),
    [
        ({"tags": ["A", "b", "a"]}, ["A", "b"]),
        ({"tags": "one, two;three"}, ["one", "two", "three"]),
        ({"tags": "one two three"}, ["one", "two", "three"]),
        ({"tags": "Open Science Days"}, ["Open Science Days"]),
        ({"tags": "open science"}, ["open science"]),
        ({"keywords": "a", "Topics": ["b"], "tag": "c"}, ["b", "c", "a"]),
        ({"taxonomies": {"tags": ["a"]}}, ["a"]),
        ({"tags": [{"name": "a"}, "#b"]}, ["a", "#b"]),
        ({"categories": ["Desk", "Second"], "tags": "x"}, ["x", "Second"]),
        ({"tags": None}, []),
    ],
)
def test_topics_in_every_spelling(fields: Fields, topics: list[str]) -> None:
    assert Front(fields).topics == topics


def test_sections_that_say_nothing_are_none() -> None:
    assert Front({"categories": ["blog", "Security"], "category": "Posts"}).sections == ["Security"]


@pytest.mark.parametrize(
    ("fields", "series"),
    [
        ({"series": "Engines", "part": "2"}, ("Engines", 2)),
        ({"series": ["Engines"], "series_order": "3"}, ("Engines", 3)),
        ({"series": {"title": "Engines", "part": "part 4"}}, ("Engines", 4)),
        ({"part": "2"}, ("", 2)),
        ({}, ("", None)),
    ],
)
def test_series(fields: Fields, series: tuple[str, int | None]) -> None:
    assert Front(fields).series == series


@pytest.mark.parametrize(
    ("fields", "hero"),
    [
        ({"image": "a.png"}, Hero("a.png")),
        ({"cover": {"image": "a.png", "alt": "An A", "caption": "c", "credit": "d"}}, Hero("a.png", "An A", "c", "d")),
        ({"featured_image": "/a.png", "image_alt": "An A", "image_caption": "c"}, Hero("/a.png", "An A", "c")),
        ({"header": {"image_fullwidth": "a.jpg"}}, Hero("a.jpg")),
        ({"resources": [{"src": "a.jpg", "title": "c"}]}, Hero("a.jpg", caption="c")),
        ({"image": "true"}, None),
        ({"cover": None}, None),
    ],
)
def test_the_picture_at_the_head(fields: Fields, hero: Hero | None) -> None:
    assert Front(fields).hero == hero


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("2015/09/17/a", "/2015/09/17/a"),
        ("/old/a.html", "/old/a.html"),
        ("https://example.org/blog/a/?x=1#y", "/blog/a/"),
        ("/blog/:title/", ""),
        ("/a/../b", ""),
        ("https://example.org/", ""),
        ("//[", ""),
        ("", ""),
        ("/" + "a" * 600, ""),
    ],
)
def test_old_addresses_are_paths(text: str, path: str) -> None:
    assert old_path(text) == path


def test_old_addresses_are_gathered_from_everywhere() -> None:
    front = Front({"aliases": ["a", "/b"], "redirect_from": "/c", "canonicalUrl": "https://example.org/d", "url": "/a"})
    assert front.old_addresses == ["/a", "/b", "/c", "/d"]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en_US", "en-US"), ("PT-br", "pt-br"), ("de", "de"), ("English", ""), ("en_US.UTF-8", "en-US")],
)
def test_languages_are_tags(tag: str, language: str) -> None:
    assert Front({"lang": tag}).language == language
