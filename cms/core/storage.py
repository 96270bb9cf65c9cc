"""Files under one root, reached by key; every path is resolved and proven inside before it is touched."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cms.core.errors import Invalid, NotFound


class LocalStorage:
    """Keep files in a folder. A key is a relative path such as `renditions/3f/3fa9...webp`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, key: str) -> Path:
        """Return where `key` lies; raises Invalid where that would be outside the root."""
        found = (self.root / key).resolve()
        if "\0" in key or not found.is_relative_to(self.root) or found == self.root:
            raise Invalid("That file name is not allowed.")
        return found

    def put(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all: a temporary file, flushed to the disk, then renamed."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, key: str) -> IO[bytes]:
        """Open a file for reading; raises NotFound where there is none."""
        try:
            return self.path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError) as exc:
            raise NotFound("There is no such file.") from exc

    def read(self, key: str) -> bytes:
        """Return a file's bytes; raises NotFound where there is none."""
        with self.open(key) as file:
            return file.read()

    def delete(self, key: str) -> None:
        """Remove a file; one that is gone already is fine."""
        self.path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Yield the key of every file that is there, in no order, leaving out half-written ones."""
        for path in self.root.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()


def random_key(folder: str, suffix: str) -> str:
    """Return a key that nobody can guess: `renditions/3f/3fa9...webp`."""
    name = secrets.token_hex(16)
    return f"{folder}/{name[:2]}/{name}{suffix}"
