"""Opens one picture in a process of its own and writes its renditions; run by `cms.media.images` as a script.

It imports nothing of Galley and gets no environment, so that whatever a hostile file does to a decoder happens to a
process that knows nothing, may not grow, and is over in seconds. It prints one line of JSON: the result, or why not.
"""

from __future__ import annotations

import io
import json
import math
import mmap
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, features

try:
    import resource
except ImportError:  # pragma: no cover - Windows has no such limits; the parent's clock still holds there
    resource = None  # type: ignore[assignment]

FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)  # orientations whose width is stored as height
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
LONGEST_SIDE = 16_000  # WebP ends at 16,383
# The WebP decoder holds a picture four times over, and libjpeg all coefficients of a progressive one: these are what
# 250 MB have room for (measured; every other kind stays below that with the full number).
MOST_PIXELS_WEBP = 12_000_000
MOST_PIXELS_PROGRESSIVE = 25_000_000
ENOUGH_PIXELS = 12_000_000  # what is larger is made smaller before anything else is done to it
STRIP = 64  # rows of the result that are made at a time
QUALITY = 82
# Measured on a photograph of 1600 pixels: AVIF of this quality has the look of WebP at 82 in 70 % of its bytes, and
# speed 7 takes 1 s where 6 takes 1.7 and 4 takes 12. One thread: each has an arena in the memory that is counted.
AVIF = {"quality": 60, "speed": 7, "max_threads": 1}
# For telephones, whose pixels nobody sees singly, so that on a slow line a picture comes with the text: the first of
# these qualities that needs no more than half a bit for each pixel and no more than a server may send before it has
# heard from the browser (RFC 6928: ten segments of 1,460 bytes, headers among them), or the last. Measured at 768
# pixels: photographs have 24 to 32 kB at 50, 16 to 21 at 40 and 9 to 16 at 30; a drawing of nothing but fine lines has
# 80 at 50 and 45 at 30. For the same bytes a narrower picture of higher quality is hardly ever nearer to the original
# (structural similarity at 1,170 pixels, of twenty pictures one). Looked at twice enlarged, 40 is softer in grass and
# gravel, and 30 has a haze around thin lines.
DENSE = (50, 40, 35, 30)
DENSE_BITS = 0.5
DENSE_BYTES = 14_000
DENSE_WIDTH = 800
FALLBACK_QUALITY = 80
#: What readers can wait for must not make the newsroom wait.
NICENESS = 10
#: More colours than this in a small picture mean a photograph, for which PNG is never the smaller one.
LINE_ART_COLOURS = 4096
# What a browser, a server or an unpacking program would take for something else than a picture.
ACTIVE = re.compile(rb"<(?:script|html|svg|iframe|!doctype\s+html)[\s>/]|<\?php", re.IGNORECASE)


class Refused(Exception):
    """The picture will not be taken; says why to whoever sent it."""


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Check, decode and write one picture as the job says; return what became of it."""
    if job["make"] == "nothing":
        return {"avif": can_write_avif()}
    limit(job["memory"], job["seconds"])
    if job["make"] == "rest" and hasattr(os, "nice"):
        os.nice(NICENESS)
    source = Path(job["source"])
    refuse_double_nature(source)
    Image.MAX_IMAGE_PIXELS = job["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with source.open("rb") as file:
        try:
            image = Image.open(file, formats=("JPEG", "PNG", "WEBP", "GIF"))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise Refused(too_many(job["pixels"])) from None
        media_type = FORMATS[image.format or ""]
        check_size(image, job["pixels"])
        is_animated = image.format not in ("JPEG", "MPO") and bool(getattr(image, "is_animated", False))
        width, height = reversed(image.size) if orientation(image) in SIDEWAYS else image.size
        picture = upright_and_plain(image, job["widths"][-1])
    written = []
    for wide in widths(picture.width, job["widths"]):
        scaled = resized(picture, wide, round(height * wide / width) or 1)
        made = rest(scaled) if job["make"] == "rest" else first(scaled, media_type)
        written += [write(scaled, kind, content, Path(job["folder"])) for kind, content in made]
    return {"type": media_type, "width": width, "height": height, "animated": is_animated, "renditions": written}


def limit(memory: int, seconds: int) -> None:
    """Let this process have so much memory and processor time and no more, and write no more than pictures need."""
    if resource is None:
        return
    wanted = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 100_000_000))
    for what, most in wanted:
        # Where the system does not know a limit (RLIMIT_AS on macOS) the others still hold.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def refuse_double_nature(source: Path) -> None:
    """Refuse a picture that some other program would run, unpack or show as a page."""
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = max(0, len(content) - 66_000)
        is_archive = content.find(b"PK\x05\x06", end) >= 0 and content.find(b"PK\x01\x02") >= 0
        if is_archive or content.find(b"%PDF-", 0, 1024) >= 0 or ACTIVE.search(content):
            raise Refused(
                "This picture carries a page, a program or an archive inside it. "
                "Open it in a picture editor and export it again as JPEG or PNG."
            )


def check_size(image: Image.Image, pixels: int) -> None:
    """Refuse by the header, before anything is decoded."""
    width, height = image.size
    most, kind = pixels, ""
    if image.format == "WEBP":
        most, kind = MOST_PIXELS_WEBP, " for WebP"
    elif image.info.get("progressive"):
        most, kind = MOST_PIXELS_PROGRESSIVE, " for a progressive JPEG"
    if width * height > most:
        raise Refused(too_many(most, kind))
    if max(width, height) > LONGEST_SIDE:
        raise Refused(f"This picture is {max(width, height):,} pixels long; {LONGEST_SIDE:,} is the most. Cut it.")


def too_many(pixels: int, kind: str = "") -> str:
    """Say that a picture is too large to be opened."""
    return f"This picture is too large: {pixels // 1_000_000} million pixels is the most{kind}. Make it smaller."


def upright_and_plain(image: Image.Image, widest: int) -> Image.Image:
    """Return the first frame the right way up, in sRGB with eight bits, not much wider than needed, no more."""
    turned, profile = orientation(image), image.info.get("icc_profile")
    width = image.height if turned in SIDEWAYS else image.width
    factor = max(1, width // (widest * 2), math.ceil(math.sqrt(image.width * image.height / ENOUGH_PIXELS)))
    if image.format in ("JPEG", "MPO"):
        before = image.width
        # The decoder itself can leave pixels out, so that 40 million of them never need 160 MB.
        image.draft(None, (image.width // factor, image.height // factor))
        factor = max(1, factor * image.width // before)
    image.load()
    smaller = reduced(image, factor)
    image.close()  # frees the large one, to which our caller still holds on
    if turned in TURNS:
        smaller = smaller.transpose(TURNS[turned])
    smaller = in_srgb(smaller, profile)
    if smaller.mode == "RGBA" and smaller.getchannel("A").getextrema() == (255, 255):
        smaller = smaller.convert("RGB")
    smaller.info = {}
    return smaller


def reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return the picture with eight bits and without palette, `factor` times smaller each way.

    It is done strip by strip: as a whole, every step would hold the large picture twice.
    """
    if factor == 1:
        return eight_bits(image.copy())
    rows = factor * STRIP
    result: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = eight_bits(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if result is None:
            result = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
        result.paste(strip, (0, top // factor))
    assert result is not None, "a picture has at least one row"
    return result


def orientation(image: Image.Image) -> int:
    """Return how the camera was held, as its notes say: 1 where they are silent."""
    found = image.getexif().get(ORIENTATION, 1)
    return found if isinstance(found, int) else 1


def eight_bits(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be made smaller: no palette, no single bits, no 16 of them."""
    if image.mode.startswith("I"):
        return image.point(lambda v: v * (1 / 257)).convert("L")
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    plain = {"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}.get(image.mode)
    return image.convert(plain) if plain else image


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours that browsers take pictures without a profile to have."""
    mode = "RGBA" if image.mode in ("RGBA", "LA") else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        # A profile that cannot be read, or is for another kind of picture, is as good as none.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            there = ImageCms.profileToProfile(image, found, ImageCms.createProfile("sRGB"), outputMode=mode)
            if there is not None:
                return there
    return image if image.mode == mode else image.convert(mode)


def widths(width: int, wanted: list[int]) -> list[int]:
    """Return the widths to make: the picture's own (or the widest wanted), and those that are clearly narrower."""
    top = min(width, wanted[-1])
    return [w for w in wanted if w * 6 <= top * 5] + [top]


def resized(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture in that size, with nothing said about it."""
    size = (width, height)
    scaled = picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
    scaled.info = {}
    return scaled


def first(picture: Image.Image, source_type: str) -> Iterator[tuple[str, bytes]]:
    """Yield what shows the picture at once: WebP, or PNG where line art is smaller so."""
    best, kind = encoded(picture, "WEBP", quality=QUALITY, method=4), "webp"
    if source_type in ("image/png", "image/gif") and picture.getcolors(LINE_ART_COLOURS) is not None:
        lossless = encoded(picture, "PNG", optimize=True)
        if len(lossless) < len(best):
            best, kind = lossless, "png"
    yield kind, best


def rest(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Yield what can be waited for: AVIF, the smallest, and what every browser and every preview of a link can show."""
    if can_write_avif():
        yield "avif", dense(picture) if picture.width < DENSE_WIDTH else encoded(picture, "AVIF", **AVIF)
    if picture.mode == "RGBA":
        # As a fallback of a fallback it may have few colours: with all of them it would be ten times as large.
        yield "png", encoded(picture.quantize(method=Image.Quantize.FASTOCTREE), "PNG", optimize=True)
    else:
        yield "jpeg", encoded(picture, "JPEG", quality=FALLBACK_QUALITY, optimize=True, progressive=True)


def dense(picture: Image.Image) -> bytes:
    """Return a small picture as AVIF, as light as its kind allows."""
    room = min(DENSE_BYTES, DENSE_BITS * picture.width * picture.height / 8)
    for quality in DENSE:
        content = encoded(picture, "AVIF", **AVIF | {"quality": quality})
        if len(content) <= room:
            break
    return content


def can_write_avif() -> bool:
    """Tell whether this machine's Pillow came with the encoder."""
    return bool(features.check("avif"))


def write(picture: Image.Image, kind: str, content: bytes, folder: Path) -> dict[str, Any]:
    """Write one rendition; return what a page needs to know."""
    name = f"{picture.width}.{'jpg' if kind == 'jpeg' else kind}"
    (folder / name).write_bytes(content)
    return {"name": name, "width": picture.width, "height": picture.height, "type": f"image/{kind}"}


def encoded(picture: Image.Image, name: str, **options: Any) -> bytes:
    """Return the picture as a file of that format, with nothing in it but the picture."""
    buffer = io.BytesIO()
    picture.save(buffer, name, **options)
    return buffer.getvalue()


if __name__ == "__main__":
    try:
        answer = main(json.loads(sys.argv[1]))
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))
