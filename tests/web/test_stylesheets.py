"""The bundles: in cascade order, complete, and with addresses that hold."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from cms.paths import STATIC
from cms.web.stylesheets import LETTERS, NEWSROOM, SITE, bundle

BUNDLES = [pytest.param(SITE, id="site"), pytest.param(NEWSROOM, id="newsroom")]


def css(folder: Path, **files: str) -> tuple[str, ...]:
    """Write sheets named `part__name` into `folder/css/part/name.css` and return their names."""
    names = []
    for key, text in files.items():
        name = key.replace("__", "/") + ".css"
        place = folder / "css" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        names.append(name)
    return tuple(names)


def test_files_are_joined_in_the_order_given(tmp_path: Path) -> None:
    first, second = css(tmp_path, a="a { top: 0 }", b="b { top: 0 }")
    assert bundle((first, second), tmp_path)[1] == b"a{top: 0}\nb{top: 0}"
    assert bundle((second, first), tmp_path)[1] == b"b{top: 0}\na{top: 0}"


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    names = css(tmp_path, a="a { top: 0 }")
    before, _ = bundle(names, tmp_path)
    assert bundle(names, tmp_path)[0] == before
    css(tmp_path, a="a { top: 1px }")
    after, _ = bundle(names, tmp_path)
    assert before != after
    assert re.fullmatch(r"[0-9a-f]{12}", after)


def test_every_focal_point_that_a_page_can_ask_for_has_its_class() -> None:
    content = bundle(SITE, STATIC)[1].decode()
    for percent in range(0, 101, 5):
        for axis in "xy":
            assert f".focus-{axis}{percent}{{--focus-{axis}: {percent}%;}}" in content


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("/* why */\na  { /* here */ top: 0; }\n", "a{top: 0;}"),
        ("a :hover,\n b { }", "a :hover,b{}"),
        ("a { width: calc(1px  +  2px); }", "a{width: calc(1px + 2px);}"),
        ("a/* */b { top: 0 }", "a b{top: 0}"),
        ('a::after { content: " /* kept; */  \\" , " }', 'a::after{content: " /* kept; */  \\" , "}'),
        ("@media (width < 48rem) {\n  a { b: c }\n}", "@media (width < 48rem){a{b: c}}"),
    ],
)
def test_only_what_means_nothing_is_dropped(tmp_path: Path, source: str, small: str) -> None:
    assert bundle(css(tmp_path, a=source), tmp_path)[1].decode() == small


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ('url("../fonts/a.woff2")', "../fonts/a.woff2"),
        ("url( '../../img/a.svg' )", "../img/a.svg"),
        ("url(/static/a.svg)", "/static/a.svg"),
        ("url(#clip)", "#clip"),
        ("url(data:image/png;base64,AA==)", "data:image/png;base64,AA=="),
    ],
)
def test_addresses_hold_from_the_place_of_the_bundle(tmp_path: Path, source: str, target: str) -> None:
    key = "layouts__a" if "../../" in source else "a"
    content = bundle(css(tmp_path, **{key: f"a {{ b: {source} }}"}), tmp_path)[1].decode()
    assert content == f'a{{b: url("{target}")}}'


@pytest.mark.parametrize("names", [pytest.param(LETTERS, id="letters"), pytest.param(NEWSROOM, id="newsroom")])
def test_every_address_of_a_bundle_is_a_file(names: tuple[str, ...]) -> None:
    found = re.findall(r'url\("([^"]+)"\)', bundle(names, STATIC)[1].decode())
    assert found
    for target in found:
        assert target.startswith("../fonts/")
        assert (STATIC / "css" / target).resolve().is_file()


def test_the_sheet_that_a_first_view_waits_for_fetches_nothing_more() -> None:
    assert b"url(" not in bundle(SITE, STATIC)[1]


def test_every_sheet_is_in_a_bundle_once() -> None:
    there = {path.relative_to(STATIC / "css").as_posix() for path in (STATIC / "css").rglob("*.css")}
    assert there == {*SITE, *LETTERS, *NEWSROOM}
    for names in (SITE, NEWSROOM):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("names", BUNDLES)
def test_sheets_stand_in_cascade_order(names: tuple[str, ...]) -> None:
    names = tuple(name for name in names if name not in LETTERS)  # faces: they stand anywhere
    assert names[:3] == ("tokens.css", "fonts.css", "base.css")
    assert bundle(names, STATIC)[1].startswith(b"@layer tokens,base,components,layouts;")
    folders = [name.partition("/")[0] for name in names[3:]]
    assert folders == sorted(folders)
    assert names[-2:] == ("layouts/print.css", "layouts/last-word.css")


def test_readers_get_the_newsrooms_order_without_its_sheets() -> None:
    assert [name for name in NEWSROOM if name in SITE] == list(SITE)
    kept_back = set(NEWSROOM) - set(SITE)
    assert {"components/rows.css", "layouts/newsroom-shell.css", "layouts/review.css"} <= kept_back


def test_braces_balance_and_comments_are_gone() -> None:
    for names in (SITE, NEWSROOM):
        content = bundle(names, STATIC)[1].decode()
        assert content.count("{") == content.count("}")
        assert "/*" not in content


def test_a_reader_loads_little() -> None:
    assert len(gzip.compress(bundle(SITE, STATIC)[1] + bundle(LETTERS, STATIC)[1])) < 14_000
