"""Whole files become pieces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core import clock
from cms.core.errors import Invalid
from cms.transfer import front_matter
from cms.transfer.piece import Credited, Hero, ImageRef, Piece
from cms.transfer.reading import read, read_bytes
from cms.vocabulary import Kind

ADA, GRACE = Credited("Ada Byron"), Credited("Grace Horn")
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the root of an import, and return its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def piece(text: str, source: str = "a.md") -> Piece:
    return read_bytes(text.encode(), source, find=lambda src: "")


def test_everything_at_once(write: Write, tmp_path: Path) -> None:
    write("static/img/moth.png", "x")
    write("posts/2024-01-05-the-moth/diagram.png", "x")
    path = write(
        "posts/2024-01-05-the-moth/index.md",
        """---
title: "The Moth: a story"
kicker: Histories
description: How *one* moth stopped an engine.
author: "[Ada Byron](https://a.example/) (Acme)"
editor: Tim
date: 2024-01-06T10:00:00+01:00
lastmod: 2024-02-01
section: Hardware
tags: [bugs, engines]
series: {title: Engines, part: 2}
cover: {image: /img/moth.png, alt: A moth, caption: The moth, credit: Navy}
aliases: [/old/moth.html]
slug: The-Moth
draft: true
lang: en
---
# The moth: a story

Words.

![A diagram](diagram.png "How it works")
""",
    )
    assert read(path, tmp_path) == Piece(
        source="posts/2024-01-05-the-moth/index.md",
        title="The Moth: a story",
        kicker="Histories",
        dek="How one moth stopped an engine.",
        body_html=(
            '<p>Words.</p><figure><img src="/media/import/0" alt="A diagram">'
            "<figcaption>How it works</figcaption></figure>"
        ),
        slug="the-moth",
        date=datetime(2024, 1, 6, 9, tzinfo=UTC),
        updated=datetime(2024, 2, 1, tzinfo=UTC),
        section="Hardware",
        authors=(Credited("Ada Byron", "Acme", "https://a.example/"),),
        editors=(Credited("Tim"),),
        topics=("bugs", "engines"),
        series="Engines",
        part=2,
        hero=Hero("/img/moth.png", "A moth", "The moth", "Navy"),
        seo_description="How one moth stopped an engine.",
        old_addresses=("/old/moth.html",),
        is_draft=True,
        images=(ImageRef("posts/2024-01-05-the-moth/diagram.png", "A diagram", "/media/import/0"),),
    )


@pytest.mark.parametrize(
    ("source", "slug", "day", "language"),
    [
        ("_posts/2016-01-11-on-moths.md", "on-moths", "2016-01-11", "en"),
        ("blog/on-moths/index.es.md", "on-moths", None, "es"),
        ("blog/2016-01-11-on-moths/index.md", "on-moths", "2016-01-11", "en"),
        ("on-moths.pt-br.md", "on-moths", None, "pt-BR"),
        ("on-moths@2.md", "on-moths", None, "en"),
        ("Version-1.10.md", "version-1-10", None, "en"),
        ("2016/01/11/on-moths.markdown", "on-moths", "2016-01-11", "en"),
        ("Über Motten.html", "uber-motten", None, "en"),
    ],
)
def test_the_name_of_the_file_tells_slug_date_and_language(
    source: str, slug: str, day: str | None, language: str
) -> None:
    found = piece("---\ntitle: T\n---\nx", source)
    assert (found.slug, found.date and f"{found.date:%Y-%m-%d}", found.language) == (slug, day, language)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# On moths\n\nx", "On moths", "<p>x</p>"),
        ("On moths\n===\n\nx", "On moths", "<p>x</p>"),
        ("x\n\n## On moths\n\ny", "On moths", "<p>x</p><h2>On moths</h2><p>y</p>"),
        ("```\n# no\n```\n\nx", "A", "<pre><code># no</code></pre><p>x</p>"),
        ("x", "A", "<p>x</p>"),
    ],
)
def test_a_missing_title_is_found(text: str, title: str, body: str) -> None:
    found = piece(text)
    assert (found.title, found.body_html) == (title, body)
    assert any("title" in warning for warning in found.warnings)


def test_the_title_of_a_page_in_html() -> None:
    found = piece(
        "<html><head><title>On &amp; off</title></head><body><h1>On &amp; off</h1><p>x</p></body></html>", "a.html"
    )
    assert (found.title, found.body_html) == ("On & off", "<p>x</p>")


@pytest.mark.parametrize("text", ["", "---\n---\n", "---\nheadless: true\n---\n", "<!-- nothing -->"])
def test_a_file_with_neither_title_nor_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="neither"):
        piece(text)


def test_dates_of_nonsense_and_of_the_future_are_told() -> None:
    assert piece("---\ntitle: T\ndate: soon\n---\nx").warnings == ("“soon” is no date that could be read.",)
    later = clock.now() + timedelta(days=40)
    found = piece(f"---\ntitle: T\ndate: {later:%Y-%m-%d}\n---\nx")
    assert found.date is not None
    assert "lies in the future" in found.warnings[0]


def test_a_date_may_stand_in_the_old_address() -> None:
    found = piece('+++\ntitle = "T"\npath = "2015/09/17/on-moths"\n+++\nx')
    assert (found.date, found.slug) == (datetime(2015, 9, 17, tzinfo=UTC), "on-moths")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("type: news", Kind.NEWS),
        ("category: News", Kind.NEWS),
        ("tags: [interviews]", Kind.INTERVIEW),
        ("layout: post", Kind.ARTICLE),
    ],
)
def test_kinds(head: str, kind: Kind) -> None:
    assert piece(f"---\ntitle: T\n{head}\n---\nx").kind is kind


def test_a_byline_in_the_text_becomes_credits() -> None:
    found = piece("---\ntitle: T\n---\n**Authors:** Ada Byron (Acme), Grace Horn\n\nx")
    assert found.authors == (Credited("Ada Byron", "Acme"), GRACE)
    assert found.body_html == "<p>x</p>"


TALK = "**Ada:** How did it begin?\n\n**Grace:** With a moth.\n\n**Ada:** And then?\n\n**Grace:** More moths."


def test_an_interview_with_labels() -> None:
    opening = "Today I talk to [Grace Horn](https://g.example/) (Navy)."
    text = f"---\ntitle: On moths\nauthor: Ada Byron\n---\n{opening}\n\n{TALK}"
    found = piece(text)
    assert found.kind is Kind.INTERVIEW
    assert (found.authors, found.interviewers) == ((ADA,), (ADA,))
    assert found.interviewees == (Credited("Grace Horn", "Navy", "https://g.example/"),)
    assert found.body_html.count('<section class="qa">') == 2


def test_an_interview_by_its_front_matter() -> None:
    found = piece("---\ntitle: T\nauthor: [Ada Byron, Tim Ox]\ninterviewee: Grace Horn\n---\nShe told us of moths.")
    assert (found.kind, found.interviewers, found.interviewees) == (Kind.INTERVIEW, (ADA, Credited("Tim Ox")), (GRACE,))


def test_an_interview_by_its_title() -> None:
    found = piece("---\ntitle: Interview with Acme's Grace Horn\nauthor: Ada Byron\n---\nShe told us of moths.")
    assert (found.interviewers, found.interviewees) == ((ADA,), (Credited("Grace Horn", "Acme"),))


def test_a_guest_among_the_authors_does_not_interview() -> None:
    found = piece("---\ntitle: Introducing Grace Horn\nauthor: [Ada Byron, Grace Horn]\ntags: interviews\n---\nx")
    assert (found.authors, found.interviewers, found.interviewees) == ((ADA, GRACE), (ADA,), (GRACE,))


@pytest.mark.parametrize(
    "text",
    [
        "## [Grace Horn](https://g.example/)\n\na\n\n## Tim Ox\n\nb",
        "We talked with [Grace Horn](https://g.example/) and [Tim Ox](https://t.example/) about moths.",
        "**Grace Horn**<br>Chief of the fleet\n\na\n\n**Tim Ox**<br>Her cat",
    ],
    ids=["headings", "opening", "portraits"],
)
def test_guests_are_found_in_the_text(text: str) -> None:
    found = piece(f"---\ntitle: T\ntags: interviews\nauthor: Ada Byron\n---\n{text}")
    assert [guest.name for guest in found.interviewees] == ["Grace Horn", "Tim Ox"]


def test_somebody_known_by_a_first_name_only_is_told() -> None:
    found = piece(f"---\ntitle: T\ntags: interviews\nauthor: Tim Ox\n---\n{TALK}\n\n**Grace:** Bye.\n\n**Ada:** Bye?")
    assert found.interviewers == (Credited("Tim Ox"),)
    assert "Only first names or initials are known of: Ada, Grace." in found.warnings


def test_pictures_are_found_beside_the_file_and_where_sites_keep_them(write: Write, tmp_path: Path) -> None:
    for name in ("b/x.png", "static/img/y.png", "z.png"):
        write(name, "x")
    path = write("b/index.md", "![](x.png) ![](/img/y.png?v=1) ![](../z.png) ![](/z.png) ![](no.png) ![](x%2Epng)")
    found = read(path, tmp_path)
    assert [image.src for image in found.images] == ["b/x.png", "static/img/y.png", "z.png"]
    assert any("no.png" in warning for warning in found.warnings)


def test_pictures_outside_the_import_are_not_found(write: Write, tmp_path: Path) -> None:
    write("secret.png", "x")
    write("in/real.txt", "x")
    (tmp_path / "in/link.png").symlink_to(tmp_path / "secret.png")
    path = write("in/a.md", "![](../secret.png) ![](link.png) ![](real.txt) ![](/../secret.png)\n\nx")
    assert read(path, tmp_path / "in").images == ()


def test_a_file_outside_the_import_is_refused(write: Write, tmp_path: Path) -> None:
    path = write("a.md", "x")
    (tmp_path / "in").mkdir()
    link = tmp_path / "in/b.md"
    link.symlink_to(path)
    for outside in (path, link):
        with pytest.raises(Invalid, match="outside"):
            read(outside, tmp_path / "in")


def test_a_bundle_is_read_by_its_folder(write: Write, tmp_path: Path) -> None:
    write("b/index.es.md", "# Hola")
    write("b/index.md", "# Hello")
    assert read(tmp_path / "b", tmp_path).title == "Hello"
    (tmp_path / "c").mkdir()
    with pytest.raises(Invalid, match=r"index\.md"):
        read(tmp_path / "c", tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can't be opened"):
        read(tmp_path / "no.md", tmp_path)


def test_a_large_file_is_refused_before_it_is_read(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.md", "x" * 200)
    monkeypatch.setattr(front_matter, "MOST_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(Invalid, match="20 MB"):
        read(path, tmp_path)


def test_a_script_tells_the_language() -> None:
    assert piece("---\ntitle: T\n---\nこれはとても短いテキストです。").language == "ja"
    assert piece("---\ntitle: T\n---\nПросто слова").language == "ru"


NAMES = st.sampled_from(["a.md", "index.es.md", "2020-01-01-x/index.md", "a.html", "a@2.mdx", ".md"])
LINES = st.sampled_from(
    """---|title: T|author: Ada Byron|date: 2024-99-01|tags: [a|**Ada:** Why?|**Q:** x|## Why?|1. **Why?**|**By:** Ada
    <h1>|![](x.png)|series: {title: [a]}|cover: {image: {}}|slug: ../../x|lang: [de]|interviewee: -""".split("|")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=20).map("\n".join) | st.text(max_size=200), NAMES)
def test_any_file_is_read_or_refused(text: str, name: str) -> None:
    try:
        found = read_bytes(text.encode("utf-8", "surrogatepass"), name, find=lambda src: src)
    except Invalid:
        return
    assert found.title
    assert found.slug
