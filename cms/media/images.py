"""From a file that somebody sent to a private original and renditions for readers; no database, no transaction."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import structlog

from cms.core.errors import Invalid, Unavailable
from cms.core.storage import LocalStorage, random_key
from cms.media import rules

log = structlog.get_logger()

#: For a face in a byline and small cards, for telephones and cards (412 points of 1.75 pixels are 721), and for what is
#: as wide as the page.
WIDTHS = (320, 768, 1600)
MAX_PIXELS = 40_000_000
# Measured: 40 million pixels of PNG with transparency take 2.7 s and 220 MB of a process that begins with 20.
MEMORY = 400_000_000  # bytes of address space of one decoder
SECONDS = 5  # of processor time
WALL_SECONDS = 20
# The worker's part, which nobody waits for: three AVIFs of a photograph take 2 s of a free processor.
PATIENT_SECONDS = 30
PATIENT_WALL_SECONDS = 120
DECODER = Path(__file__).with_name("decode.py")
CHUNK = 262_144
AVIF = "image/avif"
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}
DAMAGED = "The picture is damaged or cut off. Open it in a picture editor, export it again, and send that."
TOO_HEAVY = "The picture takes too much work to open. Make it smaller, export it as JPEG, and send that."

# Two at a time, as many as a small machine has cores: the rest of the newsroom goes on working meanwhile.
_slots = threading.BoundedSemaphore(2)
PATIENCE = 40  # seconds to wait for a slot


@dataclass(frozen=True)
class Prepared:
    """A picture whose files are written, and about which the database knows nothing yet: `add` or `discard` it."""

    storage: LocalStorage = field(repr=False, compare=False)
    original_key: str
    file_name: str
    media_type: str
    width: int
    height: int
    size: int
    sha256: str
    renditions: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()


def prepare(source: IO[bytes], file_name: str, storage: LocalStorage, *, limit: int) -> Prepared:
    """Check a picture of at most `limit` bytes and write its files; call it outside any transaction.

    Raises Invalid with a sentence that says what to do, or Unavailable where too many pictures come at once.
    On any failure nothing is left behind.
    """
    with tempfile.TemporaryDirectory(prefix="galley-picture-") as made:
        folder = Path(made)
        size, sha256 = _receive(source, folder / "source", limit)
        facts = _decoded(folder)
        with _whole_or_nothing(storage) as written:
            original_key = random_key("originals", SUFFIXES[facts["type"]])
            written.append(original_key)
            storage.put(original_key, (folder / "source").read_bytes())
            renditions = _stored(facts["renditions"], folder, storage, written)
    return Prepared(
        storage=storage,
        original_key=original_key,
        file_name=rules.clean_name(file_name),
        media_type=facts["type"],
        width=facts["width"],
        height=facts["height"],
        size=size,
        sha256=sha256,
        renditions=tuple(renditions),
        notes=("It moved; readers see its first picture.",) if facts["animated"] else (),
    )


def develop(original_key: str, first: Sequence[Mapping[str, Any]], storage: LocalStorage) -> list[dict[str, Any]]:
    """Make what a picture's first renditions leave out, in their widths; return it, as `Asset.renditions` has it.

    AVIF stays away where it saves nothing. Call it outside any transaction. Raises Invalid where the original cannot
    be opened any more, NotFound where it is gone; on any failure nothing is left behind.
    """
    with tempfile.TemporaryDirectory(prefix="galley-picture-") as made:
        folder = Path(made)
        with storage.open(original_key) as original, (folder / "source").open("xb") as copy:
            shutil.copyfileobj(original, copy, CHUNK)
        found = _decoded(folder, "rest", tuple(rendition["width"] for rendition in first))["renditions"]
        wanted = _worth_keeping(found, first, folder, storage)
        with _whole_or_nothing(storage) as written:
            return _stored(wanted, folder, storage, written)


def _worth_keeping(
    found: Sequence[dict[str, Any]], first: Sequence[Mapping[str, Any]], folder: Path, storage: LocalStorage
) -> list[dict[str, Any]]:
    """Return those that are not there in another form already, and AVIF only where it is smaller than what is there."""
    present = {(one["width"], one["type"]) for one in first}
    lossless = {one["width"] for one in first if one["type"] == "image/png"}
    there = [storage.path(one["key"]) for one in first]
    before = sum(path.stat().st_size for path in there if path.exists())
    after = sum((folder / one["name"]).stat().st_size for one in found if one["type"] == AVIF)
    return [
        one for one in found
        if (one["width"], one["type"]) not in present
        and not (one["type"] == AVIF and after >= before)
        and not (one["type"] == "image/jpeg" and one["width"] in lossless)
    ]  # fmt: skip


def can_write_avif() -> bool:
    """Tell whether pictures get AVIF renditions on this machine."""
    with tempfile.TemporaryDirectory(prefix="galley-picture-") as made:
        return bool(_decoded(Path(made), "nothing")["avif"])


@contextmanager
def _whole_or_nothing(storage: LocalStorage) -> Iterator[list[str]]:
    """Delete the files whose keys are put into the list, where the block fails."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        for key in written:
            storage.delete(key)
        raise


def _stored(
    made: Sequence[dict[str, Any]], folder: Path, storage: LocalStorage, written: list[str]
) -> list[dict[str, Any]]:
    renditions = []
    for one in made:
        facts = dict(one)
        name = facts.pop("name")
        key = random_key("renditions", Path(name).suffix)
        written.append(key)
        storage.put(key, (folder / name).read_bytes())
        renditions.append({"key": key, **facts})
    return renditions


def discard(prepared: Prepared) -> None:
    """Delete the files of a picture that was not added after all."""
    prepared.storage.delete(prepared.original_key)
    delete(prepared.storage, prepared.renditions)


def delete(storage: LocalStorage, renditions: Sequence[Mapping[str, Any]]) -> None:
    """Delete the files of renditions."""
    for rendition in renditions:
        storage.delete(rendition["key"])


def _receive(source: IO[bytes], target: Path, limit: int) -> tuple[int, str]:
    """Copy the file to the disk, never more than `limit` of it; return its size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            if size == 0:
                rules.check_kind(chunk[: rules.SNIFFED])
            size += len(chunk)
            if size > limit:
                raise Invalid(
                    f"The picture is larger than {limit / 1_000_000:g} MB. Make it smaller and send it again.",
                    field="file",
                )
            digest.update(chunk)
            file.write(chunk)
    if size == 0:
        rules.check_kind(b"")
    return size, digest.hexdigest()


def _decoded(folder: Path, make: str = "first", widths: Sequence[int] = WIDTHS) -> dict[str, Any]:
    """Let a process of its own open the picture and write its renditions into the folder; return what it says."""
    is_waited_for = make != "rest"
    job = {"source": str(folder / "source"), "folder": str(folder), "widths": widths, "pixels": MAX_PIXELS,
           "memory": MEMORY, "seconds": SECONDS if is_waited_for else PATIENT_SECONDS, "make": make}  # fmt: skip
    if not _slots.acquire(timeout=PATIENCE):
        raise Unavailable("Many pictures are being prepared just now. Send this one again in a minute.")
    try:
        # Isolated and without an environment: it learns neither our settings nor our secrets.
        done = subprocess.run(  # noqa: S603 - our own interpreter and script; the job holds no word of anybody's
            [sys.executable, "-I", str(DECODER), json.dumps(job)],
            stdin=subprocess.DEVNULL, capture_output=True, env={}, cwd=folder, check=False,
            timeout=WALL_SECONDS if is_waited_for else PATIENT_WALL_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Invalid(TOO_HEAVY, field="file") from None
    finally:
        _slots.release()
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        log.info("picture.refused", code=done.returncode, said=said)
        is_heavy = done.returncode < 0 or said.startswith("MemoryError")
        raise Invalid(TOO_HEAVY if is_heavy else DAMAGED, field="file")
    facts: dict[str, Any] = json.loads(done.stdout)
    if "refused" in facts:
        raise Invalid(facts["refused"], field="file")
    return facts
