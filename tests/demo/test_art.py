"""The demo pictures: always the same, always the right size, and each its own."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from PIL import Image

from cms.demo.art import FAMILIES, NAMES, PICTURES, draw
from cms.demo.art.sheet import INK, LOOKS, MARK, PENCIL, SIZE, mix
from cms.paths import PACKAGE, STATIC

DEMO = PACKAGE / "demo"
UNKNOWN = ("art-zebra", "art-harbour", "art-copper", "art-mill")


def digest(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """Draw every picture of the list, and a few others, once."""
    found = {}
    for name in (*NAMES, *UNKNOWN):
        image = draw(name)
        assert (image.size, image.mode) == (SIZE, "RGB"), name
        assert len(image.getcolors(maxcolors=SIZE[0] * SIZE[1]) or ()) > 2, f"{name} is blank"
        found[name] = digest(image)
    return found


@pytest.mark.parametrize("name", ["art-clocks", "art-crystals", "art-seal", *UNKNOWN])
def test_the_same_name_gives_the_same_picture(drawn: dict[str, str], name: str) -> None:
    assert digest(draw(name)) == drawn[name]


def test_different_names_give_different_pictures(drawn: dict[str, str]) -> None:
    assert len(set(drawn.values())) == len(drawn)


def test_an_unknown_name_gets_a_family_of_its_own_accord() -> None:
    assert not set(UNKNOWN) & set(PICTURES)
    assert len(FAMILIES) >= 12


def test_colours_come_from_the_tokens() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text("utf-8")
    for colour in (INK, PENCIL, MARK):
        assert colour in tokens
    assert all(look.accent in tokens for look in LOOKS if look.accent == PENCIL)


def test_mixing_ends_at_its_two_colours() -> None:
    assert mix(INK, MARK, 0) == INK
    assert mix(INK, MARK, 1) == MARK


def test_every_picture_that_a_demo_text_names_is_there() -> None:
    """A name that is not on the list would still be drawn, but not as its alternative text says."""
    for path in sorted(DEMO.rglob("*.md")):
        for name in re.findall(r"^image: *([\w-]+)", path.read_text("utf-8"), re.MULTILINE):
            place = DEMO / "portraits" / f"{name}.webp"
            assert name in NAMES or place.is_file(), f"{path.name} asks for {name}"


@pytest.mark.parametrize("path", sorted((DEMO / "portraits").iterdir()), ids=lambda path: path.stem)
def test_portraits_are_small_and_upright(path: Path) -> None:
    with Image.open(path) as image:
        assert (image.format, image.size) == ("WEBP", (960, 1200))
    assert path.stat().st_size < 80_000
