"""The files of a build: whole, and the same as when they were opened."""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from pathlib import Path

from cms.search import seal
from cms.search.seal import Stamp

META = "meta.json"
# What each segment has; the engine takes some that are missing for empty.
KINDS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
# What a file of tantivy ends with: a footer that holds the checksum of all before it, its length, and this number.
MAGIC = 1337
_END = struct.Struct("<II")


class Files:
    """Remembers which files were compared with their checksums: they never change, and the engine takes its word."""

    def __init__(self) -> None:
        self._whole: dict[Path, Stamp] = {}

    def check(self, folder: Path) -> None:
        """Read what is new of a build. Raises ValueError where a file is damaged, OSError where it is gone."""
        described = json.loads((folder / META).read_text())["segments"]
        segments = {one["segment_id"].replace("-", "") for one in described}
        there = [path for path in folder.iterdir() if path.name.partition(".")[0] in segments]
        stamps = {path: seal.stamp(path) for path in there}
        if any(folder / f"{segment}.{kind}" not in stamps for segment in segments for kind in KINDS):
            raise ValueError("a file is missing")
        for path in stamps.keys() - {path for path, stamp in self._whole.items() if stamps.get(path) == stamp}:
            if not _is_whole(path):
                raise ValueError(f"{path.name} is damaged")
        self._whole = stamps

    def are_intact(self) -> bool:
        """Tell whether all files are as they were: a mapped file that somebody cut short would end the process."""
        try:
            return all(seal.stamp(path) == stamp for path, stamp in self._whole.items())
        except OSError:
            return False


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if len(content) < _END.size:
            return False
        length, magic = _END.unpack(content[-_END.size :])
        end = len(content) - _END.size - length
        if magic != MAGIC or end < 0:
            return False
        noted: int = json.loads(content[end : -_END.size])["crc"]
        return noted == _checksum(content, end)


def _checksum(content: mmap.mmap, end: int) -> int:
    with memoryview(content) as view, view[:end] as payload:
        return zlib.crc32(payload)
