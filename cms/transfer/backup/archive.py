"""The file that a backup is: a tar of tables and pictures, with a signed list of what must be in it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cms.core.errors import CmsError, NotFound
from cms.core.secrets import keyed, same
from cms.core.storage import LocalStorage

FORMAT = 1
LIST, SIGNATURE = "manifest.json", "signature.json"
LARGEST_LIST = 200_000_000
CHUNK = 1 << 20


class BadBackup(CmsError):
    """A backup that must not be restored; the sentence says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This backup cannot be restored. {why} Nothing was changed; take another one.")


@dataclass(frozen=True)
class Part:
    """One table (a file of gzipped JSON lines) or one picture (as it is)."""

    name: str
    size: int
    sha256: str
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What is in a backup, and what it was made of."""

    revision: str
    made_at: datetime
    head: str
    tables: list[Part]
    media: list[Part] = field(default_factory=list)

    def as_bytes(self) -> bytes:
        """Return canonical JSON: what is signed."""
        facts = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Manifest:
        """Read what `as_bytes` wrote; raises BadBackup."""
        try:
            facts = json.loads(raw)
            if facts["format"] > FORMAT:
                raise BadBackup("It was made by a newer Galley.")
            return cls(
                revision=str(facts["revision"]),
                made_at=datetime.fromisoformat(facts["made_at"]),
                head=str(facts["head"]),
                tables=[Part(**part) for part in facts["tables"]],
                media=[Part(**part) for part in facts["media"]],
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
            raise BadBackup("The list of its parts cannot be read.") from exc


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file from here to its end."""
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def write(
    target: Path, manifest: Manifest, tables: Path, storage: LocalStorage, *, key: str, say: Callable[[str], None]
) -> str:
    """Put tables, pictures, list and signature into one file, whole or not at all; return the list's digest.

    The pictures found are added to `manifest.media`.
    """
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for part in manifest.tables:
                    with (tables / part.name).open("rb") as lines:
                        _add(tar, f"tables/{part.name}", lines, part.size)
                for name in sorted(storage.keys()):
                    try:
                        data = storage.read(name)
                    except NotFound:  # deleted a moment ago; whether it should be there, the caller compares
                        continue
                    manifest.media.append(Part(name, len(data), hashlib.sha256(data).hexdigest()))
                    _add(tar, f"media/{name}", io.BytesIO(data), len(data))
                    say(f"Pictures: {len(manifest.media)}")
                raw = manifest.as_bytes()
                digest = hashlib.sha256(raw).hexdigest()
                _add(tar, LIST, io.BytesIO(raw), len(raw))
                signed = json.dumps({"key": _name_of(key), "signature": keyed(key, "backup", digest)}).encode()
                _add(tar, SIGNATURE, io.BytesIO(signed), len(signed))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(target)
    finally:
        aside.unlink(missing_ok=True)
    return digest


def _add(tar: tarfile.TarFile, name: str, data: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, data)


def _name_of(key: str) -> str:
    """Return what tells two keys apart without telling them."""
    return keyed(key, "name of the key", "")[:16]


class Archive:
    """A backup, opened. Nothing of it is believed before `check`, and nothing is ever unpacked by its own names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Archive:
        self._file = self.path.open("rb")
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")
            self._entries = {entry.name: entry for entry in self._tar.getmembers()}
        except (tarfile.TarError, EOFError, ValueError) as exc:
            self._file.close()
            raise BadBackup("It is no backup, or it was cut short.") from exc
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()
        self._file.close()

    def check(self, *, key: str, digest: str = "") -> bool:
        """Prove every part against the list, and the list against signature and digest.

        Returns whether our own key vouches for the list; False where another installation made it.
        """
        raw = self._whole(LIST, LARGEST_LIST)
        self.digest = hashlib.sha256(raw).hexdigest()
        if digest and not same(digest.strip().lower(), self.digest):
            raise BadBackup(f"Its digest is {self.digest}, not the one that you gave.")
        is_signed = self._is_signed(key)
        self.manifest = Manifest.from_bytes(raw)
        wanted = {f"tables/{part.name}": part for part in self.manifest.tables}
        wanted |= {f"media/{part.name}": part for part in self.manifest.media}
        if odd := set(self._entries) ^ (set(wanted) | {LIST, SIGNATURE}):
            raise BadBackup(f"{min(odd)} is missing, or is there without being listed.")
        for name, part in wanted.items():
            with self._open(name) as file:
                if self._entries[name].size != part.size or digest_of(file) != part.sha256:
                    raise BadBackup(f"{name} is not what was put in.")
        return is_signed

    def _is_signed(self, key: str) -> bool:
        try:
            signed: dict[str, Any] = json.loads(self._whole(SIGNATURE, 1000))
            by, signature = str(signed["key"]), str(signed["signature"])
        except (ValueError, TypeError, KeyError) as exc:
            raise BadBackup("Its signature cannot be read.") from exc
        if by != _name_of(key):
            return False
        if not same(signature, keyed(key, "backup", self.digest)):
            raise BadBackup("Its list of parts was changed after it was signed.")
        return True

    def table(self, part: Part) -> IO[bytes]:
        """Open a table's lines, still gzipped."""
        return self._open(f"tables/{part.name}")

    def read(self, part: Part) -> bytes:
        """Return a picture's bytes."""
        return self._whole(f"media/{part.name}", part.size)

    def _open(self, name: str) -> IO[bytes]:
        entry = self._entries.get(name)
        file = self._tar.extractfile(entry) if entry and entry.isreg() else None
        if file is None:
            raise BadBackup(f"{name} is missing.")
        return file

    def _whole(self, name: str, most: int) -> bytes:
        with self._open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise BadBackup(f"{name} is larger than it can be.")
        return data
