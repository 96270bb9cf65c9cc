"""How an answer may be packed for its way: which form a browser takes, and the packing."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import brotli
import zstandard

#: What is smaller than this grows by packing, or hardly shrinks.
WORTH = 600
#: Those that we make, in the order in which we like them.
ENCODINGS = ("br", "zstd", "gzip")


def choose(accepted: str) -> str:
    """Return the best encoding that an Accept-Encoding header takes; the empty one where it takes none of ours.

    RFC 9110, section 12.5.3; `*` is not read, nobody sends it who could unpack more than gzip.
    """
    takes = set()
    for offer in accepted[:500].lower().split(","):
        name, _, weight = offer.partition(";")
        if weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            takes.add(name.strip())
    return next((name for name in ENCODINGS if name in takes), "")


@dataclass(frozen=True)
class Levels:
    """How hard each of them is tried."""

    br: int
    zstd: int
    gzip: int


#: For what is packed once and sent often: a page of 60 kB takes about 2 ms.
THOROUGH = Levels(br=5, zstd=9, gzip=6)
#: For what is sent once: a third of that time, and up to a sixth more to send.
QUICK = Levels(br=2, zstd=3, gzip=1)


def compress(body: bytes, encoding: str, levels: Levels = THOROUGH) -> bytes:
    """Return a body in an encoding; the empty one is the body itself."""
    match encoding:
        case "br":
            return bytes(brotli.compress(body, quality=levels.br))
        case "zstd":
            return zstandard.ZstdCompressor(level=levels.zstd).compress(body)
        case "gzip":
            return gzip.compress(body, levels.gzip, mtime=0)
        case _:
            return body
