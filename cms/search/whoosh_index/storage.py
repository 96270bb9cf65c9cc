"""The files of an index: read where they lie, and not before they match the seal."""

# mypy: allow-untyped-calls
# (half of the engine has no types)

from __future__ import annotations

import io
import mmap
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

from cms.search import seal
from cms.search.index import IndexUnavailable
from cms.search.seal import Sealed, Stamp


class MappedFile(BufferFile):
    """A file read through a memoryview of its mapping.

    Whoosh's own reader copies every file into memory when it is opened: at 100,000 articles 381 ms and 530 MB, against
    half a millisecond and nothing here.
    """

    def __init__(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            self.stamp: Stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            # An empty file cannot be mapped.
            mapped: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if found.st_size else io.BytesIO()
        self.file = mapped
        self.path = path
        self.content = memoryview(mapped if found.st_size else b"")
        self._buf = self.content
        self._name = name
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def close(self) -> None:
        """Let go of the mapping; the view goes first, or the mapping could not."""
        if not self.is_closed:
            self.is_closed = True
            self.content.release()
            self.file.close()


class SealedStorage(FileStorage):
    """A build folder whose files are opened only if they are sealed, or were written by this very object.

    `known` remembers, for the life of the process, which files were already compared with their seal.
    """

    def __init__(self, folder: Path, files: Mapping[str, Sealed], known: dict[Path, Stamp]) -> None:
        super().__init__(str(folder))
        self.files = dict(files)
        self.opened: dict[Path, Stamp] = {}
        self._known = known
        self._written: dict[str, StructFile | None] = {}

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> StructFile:
        """Open a new file for writing."""
        file: StructFile = super().create_file(name, excl=excl, mode=mode, **options)
        self._written[name] = file
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file that was written here."""
        super().rename_file(oldname, newname, safe=safe)
        self._written[newname] = None

    def open_file(self, name: str, **_: Any) -> MappedFile:
        """Open a file for reading; refuse it where its content is not what was sealed."""
        path = Path(self.folder, name)
        file = MappedFile(path, name)
        if name not in self._written and self._known.get(path) != file.stamp:
            if self.files.get(name) != seal.of_content(file.content):
                file.close()
                raise IndexUnavailable("A file of the search index is damaged or was put there by somebody else.")
            self._known[path] = file.stamp
        self.opened[path] = file.stamp
        return file

    def check(self, prefix: str) -> None:
        """Look at the sealed files of a segment that only a merge will read, so that what is damaged shows now."""
        for name in self.files:
            if name.startswith(prefix) and Path(self.folder, name) not in self.opened:
                self.open_file(name).close()

    def delete_file(self, name: str) -> None:
        """Delete what is a by-product; what readers may still need is swept once the new seal is in force."""
        if name not in self.files:
            super().delete_file(name)

    def abandon(self) -> None:
        """Close what a writer that failed has left open; on a full disk even closing may fail."""
        for file in self._written.values():
            if file is not None and not file.is_closed:
                with suppress(OSError):
                    file.close()

    def seal_files(self, names: Iterable[str]) -> dict[str, Sealed]:
        """Return the seals of the named files; those sealed before are not read again."""
        sealed = {}
        for name in names:
            sealed[name] = seal.of_file(Path(self.folder, name)) if name in self._written else self.files[name]
        return sealed

    def sweep(self) -> None:
        """Delete every file that is not sealed: old generations, and what a writer that died has left."""
        for path in Path(self.folder).iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in self.files:
                path.unlink(missing_ok=True)
                self._known.pop(path, None)
