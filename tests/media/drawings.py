"""Pictures and hostile files that the tests draw for themselves; none is taken from anywhere."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageDraw


def photo(width: int = 700, height: int = 500, name: str = "JPEG", **options: Any) -> bytes:
    """A soft picture with many colours, as a camera would give."""
    size = (max(1, width // 8), max(1, height // 8))
    noise = Image.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1]))
    mixed = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_180), noise))
    return encoded(mixed.resize((width, height), Image.Resampling.BICUBIC), name, **options)


def drawing(width: int = 600, height: int = 400) -> Image.Image:
    """Line art: few colours, sharp edges, as a chart would have."""
    picture = Image.new("RGB", (width, height), "white")
    pencil = ImageDraw.Draw(picture)
    for step in range(10, min(width, height), 23):
        pencil.line((step, 0, step, height), fill="navy")
        pencil.rectangle((step, step, step + 9, step + 5), outline="black")
    return picture


def encoded(picture: Image.Image, name: str, **options: Any) -> bytes:
    """Return the picture as a file."""
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def with_secrets(orientation: int = 1) -> bytes:
    """A JPEG whose notes tell where it was taken, by whom, and what the whole picture looked like."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "SECRET-AUTHOR"
    exif[0x8298] = "SECRET-RIGHTS"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 36.0)
    halves = Image.new("RGB", (600, 400), "red")
    halves.paste("blue", (300, 0, 600, 400))
    return encoded(halves, "JPEG", exif=exif, comment=b"SECRET-COMMENT", xmp=b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>")


def png_of(width: int, height: int, *, text: bytes = b"") -> bytes:
    """A PNG that claims to be so large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(height * (width // 8 + 2), 60_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + (chunk(b"tEXt", text) if text else b"") + chunk(
        b"IDAT", rows) + chunk(b"IEND", b"")  # fmt: skip


def archive() -> bytes:
    """A zip with a page in it, to be hung onto a picture."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("index.html", "hello")
    return out.getvalue()


SVG = b'<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"
SCRIPT_AS_GIF = b"GIF89a/*" + b"\0" * 30 + b"*/=1;alert(1)//;"
GIF_BOMB = b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\xf0\0\0" + b"\0" * 6 + b"," + struct.pack(
    "<HHHH", 0, 0, 65_535, 65_535) + b"\0\x02\x02D\x01\0;"  # fmt: skip
