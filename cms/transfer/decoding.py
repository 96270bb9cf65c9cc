"""Turns the bytes of an imported file into clean text, or says why they are none."""

from __future__ import annotations

import codecs
import re

from cms.core.errors import Invalid

# What can neither be stored in every database nor shown: C0 and C1 controls except tab and line feed, lone
# surrogates, and the non-characters. `markdown` uses two of the non-characters as marks and relies on their absence.
UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
# More than one in ten means a picture or a program with the wrong ending; a stray form feed is far below that.
MOST_UNSHOWABLE = 0.1
ESCAPED = re.compile("[\udc80-\udcff]")  # how Python holds a byte that is no UTF-8
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_TEXT = "This is not a text file. Save it as Markdown in UTF-8 and import it again."


def to_text(raw: bytes, warnings: list[str]) -> str:
    """Decode a file, mend what can be told, and return text with plain line feeds; raises Invalid for anything else."""
    text = _decode(raw, warnings).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    cleaned, removed = UNSHOWABLE.subn("", text.removeprefix("\ufeff"))
    if removed > MOST_UNSHOWABLE * len(text):
        raise Invalid(NOT_TEXT)
    if removed:
        warnings.append(f"{_counted(removed, 'control character')} removed.")
    return cleaned


def _decode(raw: bytes, warnings: list[str]) -> str:
    if raw.startswith(UTF16_MARKS):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Invalid(NOT_TEXT) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(raw, warnings)


def _decode_damaged(raw: bytes, warnings: list[str]) -> str:
    """Read bytes that are not quite UTF-8.

    Where whole UTF-8 sequences outnumber the bad bytes, the file is UTF-8 with damage in places that can be named.
    Otherwise it is the old Windows encoding, or nothing that we know.
    """
    lenient = raw.decode("utf-8", errors="surrogateescape")
    bad = len(ESCAPED.findall(lenient))
    good = sum(1 for character in lenient if character > "\x7f") - bad
    if good > bad:
        lines = [number for number, line in enumerate(lenient.split("\n"), 1) if ESCAPED.search(line)]
        shown = ", ".join(str(number) for number in lines[:10]) + (" ..." if len(lines) > 10 else "")
        warnings.append(f"Bytes that are no UTF-8 ({bad}) were replaced; look at line {shown}.")
        return ESCAPED.sub(lambda found: _as_windows(found[0]), lenient)
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Invalid(
            "The file is neither UTF-8 nor the old Windows encoding. Save it as UTF-8 and import it again."
        ) from error
    warnings.append("The file is not UTF-8; it was read in the old Windows encoding. Look at accents and dashes.")
    return text


def _as_windows(character: str) -> str:
    """Give a byte that is no UTF-8 its Windows meaning (pasted quotes and dashes), or the replacement character."""
    return bytes([ord(character) - 0xDC00]).decode("cp1252", errors="replace")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun} was" if number == 1 else f"{number} {noun}s were"
