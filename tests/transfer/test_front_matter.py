"""Front matter of all kinds is read, mended or refused, and nothing else ever happens."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cms.core.errors import Invalid
from cms.transfer.front_matter import MOST_BYTES, split


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A story\n---\nBody",
        "\ufeff---\r\ntitle: A story\r\n---\r\nBody",
        "------\ntitle: A story\n---   \nBody",
        "---\ntitle: A story\n...\nBody",
        '+++\ntitle = "A story"\n+++\nBody',
        '{"title": "A story"}Body',
        '---json\n{"title": "A story"}\n---\nBody',
    ],
)
def test_every_fence_is_known(text: str) -> None:
    assert split(text.encode()) == ({"title": "A story"}, "Body")


def test_all_formats_give_text_lists_and_mappings() -> None:
    toml = split(b'+++\ndate = 2024-01-05\ndraft = true\nn = 1.50\n[extra]\ntags = ["a", 2]\n+++\n')[0]
    assert toml == {"date": "2024-01-05", "draft": "true", "n": "1.50", "extra": {"tags": ["a", "2"]}}
    json = split(b'{"draft": false, "n": 12345678901234567890, "none": null, "x": [1e400]}')[0]
    assert json == {"draft": "false", "n": "12345678901234567890", "none": None, "x": ["1e400"]}


@pytest.mark.parametrize("text", ["", "Just text", "---\nA piece may begin with a rule\n---\nMore", "{{< figure >}}"])
def test_a_file_without_fields_is_all_body(text: str) -> None:
    assert split(text.encode()) == ({}, text)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("title: Flask: a story", "Flask: a story"),
        ("title:\tFlask\n\ttags: [a]", "Flask"),
        ('title: "So", she said', '"So", she said'),
        ("title: @home with Flask", "@home with Flask"),
        ('title: "Never closed\nlayout: post', '"Never closed'),
        ("title: [Never closed\nlayout: post", "[Never closed"),
        ("title: 100% Flask\nby: %me", "100% Flask"),
    ],
)
def test_titles_with_signs_of_yaml_are_mended_with_a_warning(head: str, title: str) -> None:
    warnings: list[str] = []
    fields, body = split(f"---\n{head}\n---\nBody".encode(), warnings=warnings)
    assert (fields["title"], body) == (title, "Body")
    assert any("mended" in warning for warning in warnings)


def test_mending_leaves_blocks_and_lists_alone() -> None:
    head = "text: |\n  a: b: c\n  - d\nbroken: x: y\nlist:\n  - a: b: c\n"
    assert split(f"---\n{head}---\n".encode())[0] == {
        "text": "a: b: c\n- d\n",
        "broken": "x: y",
        "list": [{"a": "b: c"}],
    }


def test_a_head_that_nobody_closed_ends_at_the_first_empty_line() -> None:
    warnings: list[str] = []
    assert split(b"---\ntitle: x\n\nBody", warnings=warnings) == ({"title": "x"}, "\nBody")
    assert "not closed" in warnings[0]


def test_a_toml_head_that_nobody_closed_and_nobody_can_read_is_refused() -> None:
    with pytest.raises(Invalid, match="never closed"):
        split(b"+++\nWords and words\n")


def test_of_two_keys_in_toml_the_last_wins() -> None:
    warnings: list[str] = []
    fields, _ = split(b'+++\ntitle = "a"\n[extra]\nx = 1\nx = 2\n+++\n', warnings=warnings)
    assert fields["extra"] == {"x": "2"}
    assert "“x” is there twice" in warnings[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"---\na: " + b"[" * 5000 + b"\n---\n",
        b"---\n" + b"- " * 5000 + b"\n---\n",
        b"+++\na = " + b"[" * 5000 + b"\n+++\n",
        b'{"a":' * 5000,
        b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}",
    ],
)
def test_towers_are_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="nested too deeply"):
        split(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"+++\ntitle = Words without quotes\n+++\n",
        b"+++\nn = " + b"9" * 5000 + b"\n+++\n",
        b"+++\n" + b"a." * 100 + b"b = 1\n+++\n",
        b'{"title": "x",}',
        b"---\ntitle: x\n? [\n---\n",
        b"---\n" + b"a: b\n" * 30_000 + b"---\n",
        b"x" * (MOST_BYTES + 1),
    ],
    ids=["unquoted", "number", "dots", "comma", "bracket", "long head", "large file"],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        split(raw)
    assert str(caught.value).endswith(".")


def test_escapes_bring_no_characters_in_that_may_not_be_there() -> None:
    assert split(b'{"title": "a\\ud800b\\u0000c"}')[0] == {"title": "abc"}


HEADS = st.sampled_from(
    [b"", b"---\n", b"+++\n", b"{", b'{"a":', b"---\ntitle: ", b"+++\ntitle = ", b"\xef\xbb\xbf---\n"]
)
TAILS = st.sampled_from([b"", b"\n---\n", b"\n+++\n", b"}", b"\n...\nBody"])
PARTS = st.sampled_from(
    [
        b": ",
        b"- ",
        b"&a ",
        b"*a",
        b"!!",
        b"!x ",
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"'",
        b"|",
        b">",
        b"%",
        b"#",
        b"?",
        b"<<",
        b"=",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    HEADS,
    st.lists(st.binary(max_size=12) | PARTS | st.text(max_size=8).map(lambda t: t.encode("utf-8")), max_size=20),
    TAILS,
)
@example(b"---\n", [b"a: &a ", b"*a"], b"\n---\n")
def test_any_bytes_are_read_or_refused(head: bytes, parts: list[bytes], tail: bytes) -> None:
    try:
        fields, body = split(head + b"".join(parts) + tail)
    except Invalid:
        return
    assert isinstance(fields, dict)
    assert "\0" not in body
