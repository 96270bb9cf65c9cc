"""Pure decisions about files that people send as pictures: what they are, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cms.core.errors import Invalid
from cms.core.html import clean_text

SNIFFED = 1024  # bytes of the beginning that tell what a file is
LONGEST_NAME = 150
LIMITS = {"alt": 400, "caption": 600, "credit": 200, "rights": 200}
LABELS = {"alt": "alternative text", "caption": "caption", "credit": "credit line", "rights": "note on rights"}
MIDDLE = 50
#: At one width, what every program can show comes last: the last of all renditions is the widest of that.
ORDER = ("image/webp", "image/avif", "image/jpeg", "image/png")
PLAINEST = ("image/png", "image/jpeg", "image/webp", "image/avif")

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_SVG = "SVG drawings can carry programs, so they are not taken. Export it as PNG, twice as wide as it will be shown."
_PAGE = "That is a web page, not a picture. Save the picture itself and send that."
_CAMERA = "That is a kind of picture that not every reader can see. Export it as JPEG and send that."
# fmt: off
#: What other files begin with, and what to do instead of sending them.
_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE\s+svg|<svg)", re.I | re.S), _SVG),
    (re.compile(rb"\s*<\?xml.*<svg", re.I | re.S), _SVG),
    (re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|script|\?xml|\?php)", re.I | re.S), _PAGE),
    (re.compile(rb".{0,1000}%PDF-", re.S),      "That is a PDF. Export the page that you need as PNG or JPEG."),
    (re.compile(rb"....ftyp(?:hei[cfmsx]|hev|mif1|msf1|avi[fs])", re.S), _CAMERA),
    (re.compile(rb"....ftyp", re.S),            "That is a film. Send one picture of it, as JPEG."),
    (re.compile(rb"BM.{4}\0{4}", re.S),         "BMP pictures are very large. Export it as PNG and send that."),
    (re.compile(rb"II\*\0|MM\0\*|II\+\0|8BPS|\xff\x0a|\0{3}\x0cJXL |\0{3}\x0cjP  "), _CAMERA),
    (re.compile(rb"PK\x03\x04|PK\x05\x06|\x1f\x8b|Rar!|7z\xbc\xaf"), "That is an archive. Unpack it first."),
)
# fmt: on


def check_kind(head: bytes) -> None:
    """Raise Invalid, saying what to do, where a file that begins so is not a picture that can be taken."""
    if not head:
        raise Invalid("The file is empty. Save the picture again and send that.", field="file")
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if is_webp or head.startswith(_PICTURES):
        return
    for pattern, sentence in _OTHERS:
        if pattern.match(head):
            raise Invalid(sentence, field="file")
    raise Invalid("That is no picture that can be read. Send a JPEG, PNG, WebP or GIF.", field="file")


def clean_name(name: str) -> str:
    """Return a file's name as it is shown: its last part, without controls, at most 150 characters.

    It is never used as a name on the disk.
    """
    last = clean_text(re.split(r"[/\\]", name)[-1]) or "picture"
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, suffix = last.rpartition(".")
    if not dot or len(suffix) > 10:
        return last[: LONGEST_NAME - 1] + "…"
    return f"{stem[: LONGEST_NAME - len(suffix) - 2]}….{suffix}"


def check_words(**words: str) -> None:
    """Raise Invalid, naming the field, where what is said about a picture is too long."""
    for field, text in words.items():
        if len(text) > LIMITS[field]:
            raise Invalid(f"The {LABELS[field]} has {len(text)} characters; {LIMITS[field]} is the most.", field=field)


def check_focus(x: int, y: int) -> None:
    """Raise Invalid where a point, in percent from the left and from the top, lies outside of the picture."""
    for field, percent in (("focal_x", x), ("focal_y", y)):
        if not 0 <= percent <= 100:
            raise Invalid("The point that no crop may lose lies between 0 and 100 percent.", field=field)


def has_same_shape(width: int, height: int, other_width: int, other_height: int) -> bool:
    """Tell whether two pictures have the same proportions, so that what was marked on one fits the other."""
    return abs(width * other_height - other_width * height) * 50 <= width * other_height


def ordered(renditions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return renditions in the order in which a picture has them."""
    return sorted(map(dict, renditions), key=lambda one: (one["width"], ORDER.index(one["type"])))


def for_everybody(renditions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one rendition per width, narrowest first, each of the kind that most browsers can show."""
    found: dict[int, dict[str, Any]] = {}
    for one in ordered(renditions):
        best = found.get(one["width"])
        if best is None or PLAINEST.index(one["type"]) < PLAINEST.index(best["type"]):
            found[one["width"]] = one
    return list(found.values())


def choices(renditions: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the kinds that a browser may take instead, the smallest first: those that are there in every width."""
    every = list(map(dict, renditions))
    widths = {one["width"] for one in every}
    plain = {one["key"] for one in for_everybody(every)}
    kinds = [(kind, [one for one in every if one["type"] == kind]) for kind in ("image/avif", "image/webp")]
    return [
        (kind, ones)
        for kind, ones in kinds
        if {one["width"] for one in ones} == widths and not {one["key"] for one in ones} <= plain
    ]
