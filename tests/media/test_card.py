"""The card of a shared link: words in lines, sizes, and what is left out rather than shown as empty boxes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from cms.media import card
from cms.media.card import Words, balanced, draw, fitted, printable
from tests.search.naughty import NAUGHTY

LONG = "Why the committee that was asked to decide when the second should leap has decided not to decide, " * 3


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (card.WIDTH, card.HEIGHT))
    return image.convert("RGB")


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    """Return the colours in a part of the card, roughly."""
    found = image.crop(box).quantize(8).convert("RGB").getcolors() or []
    return {tuple(channel // 64 for channel in colour) for _, colour in found if isinstance(colour, tuple)}


def red() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 900), "#d01010").save(buffer, "WEBP")
    return buffer.getvalue()


def test_a_card_shows_its_picture_beside_the_words() -> None:
    plain, with_picture = (opened(draw(Words("Overscan", "Systems", "A port", "Ada"), p)) for p in (b"", red()))
    place = (800, 100, 1100, 500)
    assert colours(plain, place) == {(3, 3, 3)}
    assert colours(with_picture, place) == {(3, 0, 0)}
    assert colours(with_picture, (64, 160, 680, 300)) != {(3, 3, 3)}, "the headline"


def test_the_same_piece_gives_the_same_card() -> None:
    words = Words("Overscan", "Systems", "A port")
    assert draw(words) == draw(words)
    assert draw(words) != draw(Words("Overscan", "Systems", "A harbour"))


def test_a_broken_picture_is_left_out() -> None:
    words = Words("Overscan", "Systems", "A port")
    assert draw(words, b"not a picture") == draw(words, b"RIFF....WEBP") == draw(words)


@pytest.mark.parametrize("text", ["The second that nobody could agree on", "A short one", LONG, "x" * 400])
@pytest.mark.parametrize("room", [(616, 300), (1072, 330)])
def test_a_headline_is_as_large_as_fits_and_never_leaves_its_place(text: str, room: tuple[int, int]) -> None:
    lines, font = fitted(text, room, 120)
    assert all(card._width(line, font) <= room[0] for line in lines)
    assert len(lines) * font.size * card.LEADING <= room[1]
    said = " ".join(lines)
    assert said.endswith("…") or said.replace(" ", "") == text.replace(" ", "")


def test_lines_are_balanced() -> None:
    font = card._serif(60)
    text = "The second that nobody in the whole building could agree on"
    widths = [card._width(line, font) for line in balanced(text, font, 700)]
    assert max(widths) < 1.5 * min(widths)
    assert len(widths) == len(card._wrapped(text, font, 700))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße aus Łódź", ""),
        ("Café naïve “quoted” – €5", "Café naïve “quoted” – €5"),
        ("Ship it 🚀 on a Friday ❤️", "Ship it on a Friday"),
        ("時計はなぜずれるのか", ""),
        ("لماذا تختلف الساعات", ""),
        ("3½ hours → nothing", ""),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_what_the_fonts_lack_is_never_an_empty_box(text: str, shown: str) -> None:
    assert printable(text) == shown
    opened(draw(Words("Overscan", text, text, text, text), red()))
    opened(draw(Words(text, text, text)))


def test_no_text_breaks_a_card() -> None:
    for text in NAUGHTY:
        draw(Words("Overscan", text[:300], text[:300], text[:300], text[:300]))
