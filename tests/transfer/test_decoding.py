"""Bytes become text, or a sentence."""

from __future__ import annotations

import pytest

from cms.core.errors import Invalid
from cms.transfer import decoding


def test_line_ends_and_byte_order_marks_disappear() -> None:
    assert decoding.to_text("\ufeffa\r\nb\rc\u2028d".encode(), []) == "a\nb\nc\nd"


def test_the_old_windows_encoding_is_read_with_a_warning() -> None:
    warnings: list[str] = []
    assert decoding.to_text("Café – “so”".encode("cp1252"), warnings) == "Café – “so”"
    assert "old Windows encoding" in warnings[0]


def test_damage_in_utf8_is_mended_where_it_is_and_its_line_is_named() -> None:
    warnings: list[str] = []
    text = decoding.to_text("Ünïcödé\nand ".encode() + b"\x93quoted\x94 \x81", warnings)
    assert text == "Ünïcödé\nand “quoted” \ufffd"
    assert "look at line 2" in warnings[0]


def test_utf16_is_read_by_its_mark() -> None:
    assert decoding.to_text("---\ntitle: Café\n---\n".encode("utf-16"), []) == "---\ntitle: Café\n---\n"


def test_a_stray_control_character_goes_with_a_warning() -> None:
    warnings: list[str] = []
    assert decoding.to_text(b"A long enough line with a NUL\0 in it", warnings) == "A long enough line with a NUL in it"
    assert warnings == ["1 control character was removed."]


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0", b"\xff\xfe\0", b"\x81\x8d\x8f"])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="Save it as"):
        decoding.to_text(raw, [])
