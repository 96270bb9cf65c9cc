"""What says that the files of an index are ours: a keyed digest over their names, sizes and contents.

Whoosh keeps its table of contents and its postings as pickles, and whoever can make us read a pickle runs code here.
So nothing of an index is read before it matches the seal, and the seal can only be made with the key.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cms.search.index import IndexUnavailable

NAME = "seal"
LOCK = "writer.lock"
_FOLDER = re.compile(r"build-[0-9a-f]{16}")
_MAX_BYTES = 1_000_000

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sealed:
    """One file as it was sealed."""

    size: int
    digest: str


@dataclass(frozen=True)
class Seal:
    """Which build folder is in force, at which generation, and every file that belongs to it."""

    schema: str
    folder: str
    generation: int
    files: Mapping[str, Sealed] = field(default_factory=dict)

    def to_bytes(self, key: bytes) -> bytes:
        """Return the seal as it lies on disk: its keyed digest, then its facts."""
        facts = json.dumps(asdict(self), sort_keys=True).encode()
        return _mac(key, facts) + b"\n" + facts

    @classmethod
    def from_bytes(cls, raw: bytes, key: bytes) -> Seal:
        """Return the seal that `to_bytes` wrote with the same key."""
        mac, _, facts = raw.partition(b"\n")
        if not hmac.compare_digest(mac, _mac(key, facts)):
            raise IndexUnavailable("The search index was not made by this magazine.")
        known = json.loads(facts)
        files = {name: Sealed(**sealed) for name, sealed in known.pop("files").items()}
        return cls(files=files, **known)


def read(root: Path, key: bytes, schema: str) -> Seal:
    """Return the seal in force; refuse one of another maker, another schema, or in a folder that others can enter."""
    try:
        check_folder(root)
        with (root / NAME).open("rb") as file:
            seal = Seal.from_bytes(file.read(_MAX_BYTES), key)
    except OSError as exc:
        raise IndexUnavailable("The search index has not been built yet.") from exc
    if seal.schema != schema:
        raise IndexUnavailable("The search index is of another version.")
    if not _FOLDER.fullmatch(seal.folder):
        raise IndexUnavailable("The search index points outside its folder.")
    return seal


def write(root: Path, seal: Seal, key: bytes) -> None:
    """Put `seal` in force, in one step: readers see the old one or the new one."""
    aside = root / f"{NAME}.{secrets.token_hex(8)}"
    with aside.open("xb") as file:
        file.write(seal.to_bytes(key))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(root / NAME)
    for left in root.glob(f"{NAME}.*"):  # by a writer that died a moment before this line
        left.unlink(missing_ok=True)


def stamp(path: Path) -> Stamp:
    """Return what changes with the file at `path`; looking costs a microsecond."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def in_force(root: Path) -> Stamp:
    """Return what changes with the seal of an index; raises IndexUnavailable where there is none."""
    try:
        return stamp(root / NAME)
    except OSError as exc:
        raise IndexUnavailable("The search index has not been built yet.") from exc


def of_content(content: bytes | memoryview) -> Sealed:
    """Return the seal of one file's content."""
    return Sealed(len(content), _hash(content).hexdigest())


def of_file(path: Path) -> Sealed:
    """Return the seal of one file on disk."""
    with path.open("rb") as file:
        return Sealed(path.stat().st_size, hashlib.file_digest(file, _hash).hexdigest())


def new_folder(root: Path) -> Path:
    """Make an empty build folder that only we can enter."""
    folder = root / f"build-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    return folder


def build_folders(root: Path) -> list[Path]:
    """Return every build folder, the one in force and those left by the dead."""
    return [path for path in root.iterdir() if _FOLDER.fullmatch(path.name)]


def claim_folder(root: Path) -> None:
    """Make the index folder be there, ours, and closed to others; for the writer, before a rebuild."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if root.stat().st_uid == os.geteuid():
        root.chmod(0o700)
    check_folder(root)


def check_folder(folder: Path) -> None:
    """Refuse a folder that is not ours, or open to others; raises FileNotFoundError where there is none."""
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise IndexUnavailable("The folder of the search index must belong to this program alone (mode 0700).")


@contextmanager
def only_writer(root: Path, *, patience: float) -> Iterator[None]:
    """Hold the one right to write; the system takes it back from a process that dies."""
    try:
        check_folder(root)
    except FileNotFoundError as exc:
        raise IndexUnavailable("The search index has not been built yet.") from exc
    give_up_at = time.monotonic() + patience
    with (root / LOCK).open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as exc:
                if time.monotonic() > give_up_at:
                    raise IndexUnavailable("The search index is being written by somebody else.") from exc
                time.sleep(0.02)
        yield


def _hash(content: bytes | memoryview = b"") -> hashlib.blake2b:
    return hashlib.blake2b(content, digest_size=32)


def _mac(key: bytes, facts: bytes) -> bytes:
    return hmac.new(key, b"galley search index\n" + facts, hashlib.sha256).hexdigest().encode()
