"""Pictures on their way in: what is taken, what readers get of it, and what is refused with what words."""

from __future__ import annotations

import io
import resource
import subprocess
import threading
import time
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from cms.core.errors import Invalid, Unavailable
from cms.core.storage import LocalStorage
from cms.media import images
from cms.media.images import Prepared, discard, prepare
from tests.media import drawings
from tests.media.drawings import drawing, encoded, photo, png_of, with_secrets

LIMIT = 10_000_000


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "media")


def taken(content: bytes, storage: LocalStorage, name: str = "a.jpg", *, limit: int = LIMIT) -> Prepared:
    return prepare(io.BytesIO(content), name, storage, limit=limit)


def shown(prepared: Prepared, number: int = -1) -> Image.Image:
    """Return a rendition as a browser would see it."""
    picture = Image.open(io.BytesIO(prepared.storage.read(prepared.renditions[number]["key"])))
    picture.load()
    return picture


def files(storage: LocalStorage) -> list[str]:
    return list(storage.keys())


def test_a_photo_becomes_a_private_original_and_renditions_of_the_fixed_widths(storage: LocalStorage) -> None:
    content = photo(2000, 1000)
    prepared = taken(content, storage, "Harbour.JPG")
    assert (prepared.width, prepared.height, prepared.media_type) == (2000, 1000, "image/jpeg")
    assert prepared.size == len(content)
    assert [(r["width"], r["height"]) for r in prepared.renditions] == [(320, 160), (768, 384), (1600, 800)]
    assert storage.read(prepared.original_key) == content
    for number, rendition in enumerate(prepared.renditions):
        assert rendition["key"].startswith("renditions/")
        assert shown(prepared, number).size == (rendition["width"], rendition["height"])
        assert shown(prepared, number).format == "WEBP"
    assert sorted(files(storage)) == sorted([prepared.original_key, *(r["key"] for r in prepared.renditions)])
    assert "harbour" not in " ".join(files(storage)).lower()


@pytest.mark.parametrize(
    ("width", "widths"),
    [(1, [1]), (300, [300]), (350, [350]), (700, [320, 700]), (1000, [320, 768, 1000]), (1600, [320, 768, 1600])],
)  # fmt: skip
def test_nothing_is_made_larger_than_it_was(storage: LocalStorage, width: int, widths: list[int]) -> None:
    assert [r["width"] for r in taken(photo(width, 40), storage).renditions] == widths


@pytest.mark.parametrize(("name", "suffix"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("GIF", ".gif")])
def test_every_kind_that_is_taken(storage: LocalStorage, name: str, suffix: str) -> None:
    prepared = taken(photo(80, 60, name), storage)
    assert prepared.original_key.endswith(suffix)
    assert prepared.media_type == f"image/{name.lower()}"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_becomes_plain_colours(storage: LocalStorage, mode: str) -> None:
    picture = Image.new("I;16", (90, 60), 40_000) if mode == "I;16" else drawing(90, 60).convert(mode)
    found = shown(taken(encoded(picture, "PNG"), storage))
    assert found.mode in ("RGB", "RGBA")
    if mode == "I;16":
        red, green, blue = found.convert("RGB").getpixel((40, 30))  # type: ignore[misc]
        assert all(abs(part - 40_000 // 257) < 4 for part in (red, green, blue)), "sixteen bits are scaled, not cut"


def test_four_inks_become_three_lights(storage: LocalStorage) -> None:
    found = shown(taken(encoded(Image.new("CMYK", (60, 60), (255, 0, 0, 0)), "JPEG"), storage)).convert("RGB")
    red, green, blue = found.getpixel((30, 30))  # type: ignore[misc]
    assert red < 60
    assert min(green, blue) > 150


def test_transparency_stays_and_what_is_opaque_loses_the_channel(storage: LocalStorage) -> None:
    clear = Image.new("RGBA", (300, 200), (10, 20, 30, 0))
    assert shown(taken(encoded(clear, "PNG"), storage)).mode == "RGBA"
    keyed = encoded(Image.new("P", (300, 200), 0), "GIF", transparency=0)
    assert shown(taken(keyed, storage)).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert shown(taken(encoded(photo_image().convert("RGBA"), "PNG"), storage)).mode == "RGB"


def photo_image() -> Image.Image:
    return Image.open(io.BytesIO(photo(200, 100)))


def test_line_art_stays_lossless_where_that_is_smaller(storage: LocalStorage) -> None:
    prepared = taken(encoded(drawing(), "PNG"), storage)
    assert prepared.renditions[-1]["type"] == "image/png"
    assert shown(prepared).convert("RGB").tobytes() == drawing().tobytes()
    assert taken(photo(600, 400, "PNG"), storage).renditions[-1]["type"] == "image/webp"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_the_way_the_camera_was_held(storage: LocalStorage, orientation: int) -> None:
    prepared = taken(with_secrets(orientation), storage)
    found = shown(prepared).convert("RGB")
    sideways = orientation >= 5
    assert (prepared.width, prepared.height) == ((400, 600) if sideways else (600, 400))
    assert found.size == (prepared.width, prepared.height)
    red_corner = {1: (9, 9), 2: (-9, 9), 3: (-9, -9), 4: (9, -9), 5: (9, 9), 6: (-9, 9), 7: (-9, -9), 8: (9, -9)}
    x, y = red_corner[orientation]
    red, _, blue = found.getpixel((x % found.width, y % found.height))  # type: ignore[misc]
    assert red > 200 > blue


def test_no_notes_of_the_camera_reach_readers(storage: LocalStorage) -> None:
    prepared = taken(with_secrets(), storage)
    for rendition in prepared.renditions:
        content = storage.read(rendition["key"])
        for secret in (b"SECRET", b"Exif", b"EXIF", b"XMP", b"ICCP", b"xmpmeta"):
            assert secret not in content
        assert not Image.open(io.BytesIO(content)).getexif()
    chart = encoded(drawing(), "PNG", dpi=(300, 300), exif=Image.open(io.BytesIO(with_secrets())).info["exif"])
    content = storage.read(taken(chart, storage).renditions[-1]["key"])
    assert content.startswith(b"\x89PNG")
    assert not any(kind in content for kind in (b"eXIf", b"tEXt", b"iTXt", b"pHYs", b"SECRET"))


def test_colours_are_those_that_a_profile_meant(storage: LocalStorage) -> None:
    plain = encoded(Image.new("RGB", (50, 50), (200, 60, 30)), "PNG")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = encoded(Image.new("RGB", (50, 50), (200, 60, 30)), "PNG", icc_profile=profile)
    broken = encoded(Image.new("RGB", (50, 50), (200, 60, 30)), "PNG", icc_profile=b"no profile at all")
    pixels = [shown(taken(one, storage)).convert("RGB").getpixel((25, 25)) for one in (plain, same, broken)]
    assert pixels[0] == pixels[2]
    assert all(abs(a - b) < 5 for a, b in zip(pixels[0], pixels[1], strict=True))  # type: ignore[arg-type]


def test_of_a_moving_picture_the_first_frame_is_shown_and_said_so(storage: LocalStorage) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    prepared = taken(moving, storage)
    assert prepared.notes
    assert shown(prepared).convert("RGB").getpixel((30, 20))[0] > 200  # type: ignore[index]
    assert not taken(photo(60, 40), storage).notes


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (drawings.SVG, "SVG"),
        (b"\n  <svg/onload=alert(1)>", "SVG"),
        (drawings.PAGE, "web page"),
        (b"<?xml version='1.0'?><html/>", "web page"),
        (drawings.PDF, "PDF"),
        (b"\0\0\0\x20ftypheic" + b"\0" * 40, "Export it as JPEG"),
        (b"\0\0\0\x20ftypavif" + b"\0" * 40, "Export it as JPEG"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 40, "film"),
        (encoded(drawing(20, 20), "BMP"), "BMP"),
        (encoded(drawing(20, 20), "TIFF"), "Export it as JPEG"),
        (drawings.archive(), "archive"),
        (b"MZ\x90\0" + b"\0" * 100, "no picture"),
        (b"just some words", "no picture"),
        (drawings.SCRIPT_AS_GIF, "damaged"),
        (drawings.GIF_BOMB, "million pixels"),
        (photo(200, 200)[:900], "damaged"),
        (photo(200, 200, "PNG")[:-400], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "damaged"),
        (b"RIFF\xff\0\0\0WEBPVP8 " + b"\xff" * 99, "damaged"),
        (photo() + drawings.archive(), "archive"),
        (photo() + b"<?php system($_GET[0]);", "program"),
        (photo(comment=b"<script>alert(1)</script>"), "program"),
        (photo(comment=drawings.PDF), "program"),
        (png_of(8, 8, text=b"Title\0<svg onload=alert(1)>"), "program"),
        (png_of(13_000, 13_000), "million pixels"),
        (png_of(30_000, 30_000), "million pixels"),
        (png_of(65_535, 2), "pixels long"),
        (png_of(2**31 - 1, 2**31 - 1), "million pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_refused_is_told_what_to_do_and_leaves_nothing(
    storage: LocalStorage, content: bytes, words: str
) -> None:
    before = time.process_time() + _children()
    with pytest.raises(Invalid, match=words) as caught:
        taken(content, storage)
    assert str(caught.value)[-1] == "."
    assert caught.value.field == "file"
    assert files(storage) == []
    assert time.process_time() + _children() - before < 5


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_file_is_read_no_further_than_the_limit(storage: LocalStorage) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"\xff\xd8\xff" + b"\0" * (size - 3)

    source = Endless()
    with pytest.raises(Invalid, match="larger than 2 MB"):
        prepare(source, "a.jpg", storage, limit=2_000_000)  # type: ignore[arg-type]
    assert source.given < 3_000_000
    assert files(storage) == []


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png_of(7_300, 5_470), (7300, 5470)),
        (encoded(Image.new("P", (7_300, 5_470)), "PNG", transparency=0), (7300, 5470)),
        (encoded(Image.new("L", (7_300, 5_470), 90), "JPEG"), (7300, 5470)),
    ],
    ids=["bits", "palette", "photo"],
)
def test_the_largest_pictures_that_are_taken_stay_within_their_means(
    storage: LocalStorage, content: bytes, size: tuple[int, int]
) -> None:
    prepared = taken(content, storage)
    assert (prepared.width, prepared.height) == size
    # Its memory needs no measuring here: the decoder has a limit that the kernel keeps (test_the_decoder_may_not_grow).
    assert prepared.renditions[-1]["width"] == 1600


def test_the_decoder_may_not_grow(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MEMORY", 120_000_000)
    with pytest.raises(Invalid, match="too much work"):
        taken(encoded(Image.new("RGBA", (5_000, 5_000)), "PNG"), storage)
    assert files(storage) == []


def test_the_decoder_may_not_stay(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "WALL_SECONDS", 0.01)
    with pytest.raises(Invalid, match="too much work"):
        taken(photo(), storage)
    assert files(storage) == []


def test_the_decoder_knows_no_secrets(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMS_SECRET_KEY", "SECRET-KEY")
    told: list[object] = []
    run = subprocess.run

    def listen(*args: object, **options: object) -> object:
        told.extend([args, options])
        return run(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", listen)
    taken(photo(), storage)
    assert told
    assert "SECRET" not in str(told)
    assert told[1]["env"] == {}  # type: ignore[index]


def test_only_two_pictures_are_opened_at_a_time(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(images, "PATIENCE", 0.01)
    images._slots.acquire()
    with pytest.raises(Unavailable, match="in a minute"):
        taken(photo(), storage)
    images._slots.release()
    assert taken(photo(), storage)
    assert images._slots.acquire(blocking=False), "the slot was given back"


def test_a_full_disk_leaves_nothing_behind(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    put = LocalStorage.put

    def full(self: LocalStorage, key: str, data: bytes) -> None:
        if key.startswith("renditions") and len(files(self)) >= 2:
            raise OSError(28, "No space left on device")
        put(self, key, data)

    monkeypatch.setattr(LocalStorage, "put", full)
    with pytest.raises(OSError, match="No space"):
        taken(photo(1500, 400), storage)
    assert files(storage) == []


def test_what_is_discarded_is_gone(storage: LocalStorage) -> None:
    prepared = taken(photo(), storage)
    discard(prepared)
    discard(prepared)
    assert files(storage) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\boot.ini.png", "boot.ini.png"),
        ("https://evil.example/x.jpg", "x.jpg"),
        ("photo.jpg\0.php", "photo.jpg.php"),
        ("exe.\u202egpj.exe", "exe.gpj.exe"),
        ("new\r\nline.jpg", "new line.jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("\u0645\u0631\u062d\u0628\u0627.png", "\u0645\u0631\u062d\u0628\u0627.png"),
        ("CON", "CON"),
        ("", "picture"),
        ("a/", "picture"),
        ("\ud800.png", ".png"),
    ],
)
def test_names_are_words_and_nothing_more(storage: LocalStorage, name: str, kept: str) -> None:
    prepared = taken(photo(10, 10), storage, name)
    assert prepared.file_name == kept
    assert all(len(Path(key).stem) == 32 for key in files(storage))


def test_long_names_keep_their_end(storage: LocalStorage) -> None:
    found = taken(photo(10, 10), storage, "a" * 400 + ".jpg").file_name
    assert len(found) <= 150
    assert found.endswith("….jpg")
