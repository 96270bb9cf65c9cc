"""Draws the card that a shared link shows: the magazine's name, a headline, who is behind it, and one picture.

1200 by 630 pixels, in the look of readers' pages and with their fonts. Pure drawing: what goes in is text and the
bytes of a rendition (a file that we made ourselves), what comes out are the bytes of a picture.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont, ImageOps, features

from cms import paths

WIDTH, HEIGHT = 1200, 630
#: Raise it whenever cards are to look different: all of them are then drawn again.
LOOK = "1"
MARGIN = 64
TOP, FOOT = 64, HEIGHT - MARGIN
PLATE = (400, FOOT - TOP)  # of the picture, beside a column of words
GUTTER = 56
PAPER, INK, SOFT, PENCIL = "#fcfdfd", "#14191d", "#414b53", "#00608f"  # static/css/tokens.css, in the light
TICK, TICK_GAP = 16, 8
LEADING, TRACKING = 1.02, -0.022
LARGEST, LARGEST_BESIDE, SMALLEST = 136, 88, 44
NOTHING = "\U0010ffff"  # no font has it
#: What a text does without: pictures among its signs, and what tells how to draw them. With any other sign missing in
#: the fonts, it is another script's.
DISPENSABLE = ("So", "Cf", "Mn")
#: Letters are set one by one, so that none may melt into the next.
APART = ["-liga", "-clig"] if features.check("raqm") else None


@dataclass(frozen=True)
class Words:
    """What a card says. `names` stand on the last line, `about` below them: where somebody works."""

    site: str
    kicker: str
    headline: str
    names: str = ""
    about: str = ""


def draw(words: Words, picture: bytes = b"", *, focus: tuple[int, int] = (50, 50)) -> bytes:
    """Return the card as a JPEG; what cannot be shown (another script, a broken picture) is left out."""
    card = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(card)
    plate = _opened(picture)
    headline = printable(words.headline)
    if plate is not None and not headline:
        _frame(card, pen, plate, (WIDTH - 2 * MARGIN, PLATE[1] - 72), focus, at=(MARGIN, TOP + 72))
    elif plate is not None:
        _frame(card, pen, plate, PLATE, focus, at=(WIDTH - MARGIN - PLATE[0], TOP))
    room = WIDTH - 2 * MARGIN - (PLATE[0] + GUTTER if plate is not None and headline else 0)
    if headline or plate is not None:
        _masthead(pen, words.site)
    else:
        _line(pen, printable(words.site), (MARGIN, 220), _serif(160), INK)
    if headline:
        _column(pen, words, headline, room, LARGEST if plate is None else LARGEST_BESIDE)
    buffer = io.BytesIO()
    card.save(buffer, "JPEG", quality=90, subsampling=0, optimize=True, progressive=True)
    return buffer.getvalue()


def printable(text: str) -> str:
    """Return a text without the emoji that the fonts lack, or '' where they lack a letter of it: no empty boxes."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    missing = {sign for sign in text if sign != " " and not _has(sign)}
    if any(unicodedata.category(sign) not in DISPENSABLE for sign in missing):
        return ""
    return " ".join("".join(sign for sign in text if sign not in missing).split())


def balanced(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Return a text in as few lines as fit, of which none is much shorter than the others."""
    lines = _wrapped(text, font, room)
    narrow, wide = room / max(1, len(lines)), room
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        if len(_wrapped(text, font, middle)) > len(lines):
            narrow = middle
        else:
            wide = middle
    return _wrapped(text, font, wide)


def fitted(text: str, room: tuple[float, float], largest: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return a headline in lines and the largest size in which they fit; what is too long even so is cut."""
    for size in range(largest, SMALLEST, -4):
        font = _serif(size)
        is_whole = all(_width(word, font) <= room[0] for word in text.split())
        if is_whole and len(_wrapped(text, font, room[0])) * size * LEADING <= room[1]:
            return balanced(text, font, room[0]), font
    font = _serif(SMALLEST)
    most = int(room[1] // (SMALLEST * LEADING))
    lines = _wrapped(text, font, room[0])
    if len(lines) > most:
        return [*lines[: most - 1], _cut(f"{lines[most - 1]} {lines[most]}", font, room[0])], font
    return balanced(text, font, room[0]), font


def _column(pen: ImageDraw.ImageDraw, words: Words, headline: str, room: float, largest: int) -> None:
    """Set kicker and headline from the top down, who is behind it at the foot."""
    top = TOP + 84
    small = _sans(24, 600)
    if kicker := printable(words.kicker):
        _line(pen, _cut(kicker, small, room), (MARGIN, top), small, PENCIL, tracking=0)
        top += 44
    names, about = printable(words.names), printable(words.about)
    foot = FOOT - (36 if names else 0) - (34 if about else 0)
    lines, font = fitted(headline, (room, foot - 28 - top), largest)
    for number, line in enumerate(lines):
        _line(pen, line, (MARGIN - font.size * 0.04, top + number * font.size * LEADING), font, INK)
    if names:
        _line(pen, _cut(names, _sans(26, 600), room), (MARGIN, foot), _sans(26, 600), INK, tracking=0)
    if about:
        _line(pen, _cut(about, _sans(24, 450), room), (MARGIN, FOOT - 32), _sans(24, 450), SOFT, tracking=0)


def _masthead(pen: ImageDraw.ImageDraw, site: str) -> None:
    """Set the registration mark and the magazine's name, as on top of every page."""
    radius, left, middle = 11, MARGIN + 18, TOP + 15
    pen.ellipse((left - radius, middle - radius, left + radius, middle + radius), outline=PENCIL, width=3)
    pen.line((left - 18, middle, left + 18, middle), fill=PENCIL, width=3)
    pen.line((left, middle - 18, left, middle + 18), fill=PENCIL, width=3)
    _line(pen, printable(site), (MARGIN + 52, TOP - 6), _serif(36), INK, tracking=-0.01)


def _frame(
    card: Image.Image, pen: ImageDraw.ImageDraw, plate: Image.Image, size: tuple[int, int], focus: tuple[int, int],
    *, at: tuple[int, int],
) -> None:  # fmt: skip
    """Put the picture in its place, between crop marks."""
    centering = (focus[0] / 100, focus[1] / 100)
    card.paste(ImageOps.fit(plate, size, Image.Resampling.LANCZOS, centering=centering), at)
    (left, top), (right, bottom) = at, (at[0] + size[0] - 1, at[1] + size[1] - 1)
    for x, outwards in ((left, -1), (right, 1)):
        for y in (top, bottom):
            pen.line((x + outwards * TICK_GAP, y, x + outwards * (TICK_GAP + TICK), y), fill=SOFT, width=2)
    for y, outwards in ((top, -1), (bottom, 1)):
        for x in (left, right):
            pen.line((x, y + outwards * TICK_GAP, x, y + outwards * (TICK_GAP + TICK)), fill=SOFT, width=2)


def _opened(picture: bytes) -> Image.Image | None:
    if not picture:
        return None
    try:
        return Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP", "GIF")).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None  # a card without it is better than none


def _line(
    pen: ImageDraw.ImageDraw, text: str, at: tuple[float, float], font: ImageFont.FreeTypeFont, colour: str,
    *, tracking: float = TRACKING,
) -> None:  # fmt: skip
    """Set one line, sign by sign, since letters of this size stand closer than a font sets them by itself."""
    x = at[0]
    for sign, following in pairwise([*text, ""]):
        pen.text((x, at[1]), sign, font=font, fill=colour, features=APART)
        x += _advance(sign + following, font) - _advance(following, font) + tracking * font.size


def _width(text: str, font: ImageFont.FreeTypeFont) -> float:
    return _advance(text, font) + TRACKING * font.size * len(text)


def _advance(text: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(text, features=APART)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Return a text in lines, broken between words, and within a word only where it alone is too wide."""
    lines: list[str] = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if _width(joined, font) <= room:
            lines[-1] = joined
            continue
        *whole, rest = _pieces(word, font, room)
        lines += [*whole, rest]
    return [line for line in lines if line]


def _pieces(word: str, font: ImageFont.FreeTypeFont, room: float) -> Sequence[str]:
    pieces, piece = [], ""
    for sign in word:
        if piece and _width(piece + sign, font) > room:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]


def _cut(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """Return a line that fits, cut behind a word."""
    if _width(text, font) <= room:
        return text
    words = text.split()
    while len(words) > 1 and _width(" ".join(words) + "…", font) > room:
        words.pop()
    line = " ".join(words)
    while line and _width(line + "…", font) > room:
        line = line[:-1]
    return line.rstrip(" ,;:.") + "…"


@cache
def _serif(size: int) -> ImageFont.FreeTypeFont:
    return _font("newsreader-latin-opsz-normal.woff2", size, (460, min(72, size)))


@cache
def _sans(size: int, weight: int) -> ImageFont.FreeTypeFont:
    return _font("instrument-sans-latin-wght-normal.woff2", size, (weight,))


def _font(name: str, size: int, axes: Sequence[float]) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(paths.STATIC / "fonts" / name, size)
    font.set_variation_by_axes(list(axes))
    return font


@lru_cache(maxsize=4096)
def _has(sign: str) -> bool:
    """Tell whether both fonts have a sign: what they lack, they draw as the same empty box, or as nothing."""
    return all(
        font.getmask(sign).getbbox() is not None and bytes(font.getmask(sign)) != bytes(font.getmask(NOTHING))
        for font in (_serif(40), _sans(24, 450))
    )
