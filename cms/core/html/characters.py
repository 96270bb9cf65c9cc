"""Which characters may be in a text: controls, halves of pairs and hidden direction changes are taken out here."""

from __future__ import annotations

import re
from html import unescape

# Line separators become line ends first, so that two words never run together where one stood.
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
# C0 but tab and line feed, DEL, C1, halves of surrogate pairs, non-characters (XML refuses them), byte order mark.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\n]+")
# Embeddings and overrides: they reorder what stands after them, in lists, mails and file names.
_OVERRIDES = re.compile("[\u202a-\u202e]")
_ISOLATE_OPENS = "\u2066\u2067\u2068"
_ISOLATE_CLOSES = "\u2069"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

# Longer numbers are no character, and Python refuses to read thousands of digits.
_NUMBER = r"#(?:[0-9]{1,16}+(?![0-9])|[xX][0-9a-fA-F]{1,16}+(?![0-9a-fA-F]));?"
_REFERENCE = re.compile(rf"&(?:{_NUMBER}|[A-Za-z][A-Za-z0-9]{{1,31}};?)")
# In an address `&copy=2` is a parameter, so in values names count only with their semicolon.
_REFERENCE_IN_VALUE = re.compile(rf"&(?:{_NUMBER}|[A-Za-z][A-Za-z0-9]{{1,31}};)")


def printable(text: str) -> str:
    """Return the text without control characters and lone surrogates; line ends are all line feeds."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def decoded(text: str) -> str:
    """Return the text with the characters that its references (`&amp;`) stand for."""
    return printable(_REFERENCE.sub(_character, text)) if "&" in text else text


def decoded_value(value: str) -> str:
    """Return the value of an attribute with the characters that its references stand for."""
    return printable(_REFERENCE_IN_VALUE.sub(_character, value)) if "&" in value else value


def clean_text(text: str) -> str:
    """Return a plain-text field on one line: no controls, single spaces, no direction change that outlives the field.

    Overrides and embeddings go; isolates stay, since names in Arabic or Hebrew need them, and are closed.
    """
    line = _SPACES.sub(" ", _OVERRIDES.sub("", printable(text))).strip()
    return _balanced(line) if any(mark in line for mark in _ISOLATE_OPENS + _ISOLATE_CLOSES) else line


def escape(text: str) -> str:
    """Return the text safe to stand in HTML, between tags or within quotes."""
    return printable(text).translate(_ESCAPES)


def _character(reference: re.Match[str]) -> str:
    return unescape(reference[0])


def _balanced(line: str) -> str:
    depth = 0
    kept: list[str] = []
    for character in line:
        if character in _ISOLATE_OPENS:
            depth += 1
        elif character == _ISOLATE_CLOSES:
            if not depth:
                continue
            depth -= 1
        kept.append(character)
    return _SPACES.sub(" ", "".join(kept)).strip() + _ISOLATE_CLOSES * depth
