"""The Whoosh index as the rest of the house sees it: readers that follow the writer, and the one writer."""

# mypy: allow-untyped-calls
# (half of the engine has no types)

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import structlog
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from cms.search import bookmark, seal
from cms.search.index import Document, Hits, IndexUnavailable, Query, Suggestions
from cms.search.seal import Seal, Stamp
from cms.search.whoosh_index import schema
from cms.search.whoosh_index.pool import TermPool, many_objects
from cms.search.whoosh_index.segments import COLUMNS, Columns, PostingsCache, Segment
from cms.search.whoosh_index.snapshot import NOWHERE, Location, Part, Snapshot
from cms.search.whoosh_index.storage import SealedStorage

log = structlog.get_logger()

# Each publish adds a segment of its own. From the eighth on, the small ones are written together when there is time
# (`tidy`); where that never comes, from so many on at once: it costs ten times what indexing one piece does.
MAX_SEGMENTS = 8
MAX_LOOSE = 32
PATIENCE = 10.0
PROGRESS_EVERY = 100


class WhooshIndex:
    """An index in `folder`, sealed with `key`; one object serves all threads of a process."""

    def __init__(self, folder: Path, key: bytes, *, seconds: float = 0.5) -> None:
        if len(key) < 16:
            raise ValueError("the key that seals the search index needs sixteen bytes at least")
        self._root = folder
        self._key = key
        self._seconds = seconds
        self._lock = threading.Lock()
        self._cache = PostingsCache()
        self._known: dict[Path, Stamp] = {}
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot | None = None

    def search(self, query: Query) -> Hits:
        """Return the best hits for `query`."""
        with self._borrowed() as snapshot:
            return snapshot.search(query, seconds=self._seconds)

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return of how many documents it is, and in how many of them each of these terms stands, if in any."""
        with self._borrowed() as snapshot:
            return snapshot.frequencies(terms)

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, rare ones counting more, the best first."""
        with self._borrowed() as snapshot:
            return snapshot.closest(terms, limit, seconds=self._seconds)

    def suggest(self, text: str) -> Suggestions:
        """Return what somebody who has typed `text` so far may be about to look for, the best first."""
        with self._borrowed() as snapshot:
            return snapshot.suggest(text)

    def document_ids(self) -> set[int]:
        """Return the ids of all documents."""
        return set(self.fingerprints())

    def fingerprints(self) -> dict[int, str]:
        """Return the fingerprint of every document by its id."""
        with self._borrowed() as snapshot:
            return snapshot.fingerprints()

    def bookmark(self) -> int | None:
        """Return the number of the last event that the index has followed, None where that is not known."""
        return bookmark.read(self._root)

    def move_bookmark(self, event: int) -> None:
        """Keep the number of the last event that the index has followed."""
        bookmark.write(self._root, event)

    def is_ready(self) -> bool:
        """Tell whether searches would be answered."""
        try:
            with self._borrowed():
                return True
        except IndexUnavailable:
            return False

    def close(self) -> None:
        """Let go of all files."""
        with self._lock:
            self._retire(self._snapshot)
            self._snapshot = self._stamp = None

    def drop(self) -> None:
        """Take everything away, as if it had never been built."""
        self.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def apply(self, upserts: Sequence[Document], removals: Sequence[int]) -> None:
        """Make these documents be as given, and these ids be gone; asking twice changes nothing."""
        latest = {document.article_id: document for document in upserts}
        with seal.only_writer(self._root, patience=PATIENCE), self._borrowed() as snapshot:
            there = snapshot.locate({*latest, *removals})
            fresh = [one for one in latest.values() if not there.get(one.article_id, NOWHERE).is_of(one)]
            replaced = {one.article_id for one in fresh}
            gone = [found for one, found in there.items() if one in replaced or one not in latest]
            if fresh or gone:
                self._write(seal.read(self._root, self._key, schema.VERSION), fresh, gone)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> None:
        """Build a new index aside and put it in the place of the old one, which answers until then."""
        seal.claim_folder(self._root)
        with seal.only_writer(self._root, patience=PATIENCE):
            folder = seal.new_folder(self._root)
            try:
                self._fill(SealedStorage(folder, {}, self._known), documents, progress)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            for other in seal.build_folders(self._root):
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)

    def tidy(self) -> None:
        """Write small segments together where there are too many."""
        with seal.only_writer(self._root, patience=PATIENCE), self._borrowed() as snapshot:
            if len(snapshot.parts) >= MAX_SEGMENTS:
                self._write(seal.read(self._root, self._key, schema.VERSION), (), (), most=MAX_SEGMENTS)

    def _fill(self, storage: SealedStorage, documents: Iterable[Document], progress: Callable[[int], None]) -> None:
        FileIndex.create(storage, schema.SCHEMA, schema.INDEX_NAME)
        count = 0
        with many_objects(), _writing(storage) as writer:
            for count, document in enumerate(documents, 1):
                writer.add_document(**schema.fields_of(document))
                if count % PROGRESS_EVERY == 0:
                    progress(count)
        self._seal(storage)
        progress(count)
        log.info("search.rebuilt", documents=count)

    def _write(
        self, current: Seal, fresh: Iterable[Document], gone: Iterable[Location], *, most: int = MAX_LOOSE
    ) -> None:
        storage = SealedStorage(self._root / current.folder, current.files, self._known)
        storage.sweep()  # a writer that died before its seal has left a generation that nobody vouches for
        with _writing(storage, most=most) as writer:
            segments = {segment.segment_id(): segment for segment in writer.segments}
            for found in gone:
                segments[found.segment].delete_document(found.doc)
            for document in fresh:
                writer.add_document(**schema.fields_of(document))
        self._seal(storage)

    def _seal(self, storage: SealedStorage) -> None:
        """Vouch for what `storage` now holds, and let readers have it."""
        generation = TOC._latest_generation(storage, schema.INDEX_NAME)
        contents = TOC.read(storage, schema.INDEX_NAME, gen=generation, schema=schema.SCHEMA)
        for segment in contents.segments:
            if (name := segment.make_filename(COLUMNS)) not in storage.files:
                reader = SegmentReader(storage, schema.SCHEMA, segment, generation)
                with closing(storage.create_file(name)) as file:
                    file.write(Columns.of(reader.column_reader(schema.FACTS, translate=False)).to_bytes())
                reader.close()
        names = [TOC._filename(schema.INDEX_NAME, generation)]
        names += [name for segment in contents.segments for name in segment.list_files(storage)]
        storage.files = storage.seal_files(names)
        folder = Path(storage.folder).name
        seal.write(self._root, Seal(schema.VERSION, folder, generation, storage.files), self._key)
        storage.sweep()

    @contextmanager
    def _borrowed(self) -> Iterator[Snapshot]:
        """Lend the newest generation; an older one is closed when its last borrower has brought it back."""
        with self._lock:
            snapshot = self._newest()
            snapshot.users += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.users -= 1
                if snapshot is not self._snapshot:
                    self._retire(snapshot)

    def _newest(self) -> Snapshot:
        stamp = seal.in_force(self._root)
        if self._snapshot is None or stamp != self._stamp or not self._snapshot.is_intact():
            # Opened anew, and the old one closed: the engine's own refresh loses a file descriptor at each commit.
            fresh, self._stamp = self._open()
            old, self._snapshot = self._snapshot, fresh
            self._retire(old)
            return fresh
        return self._snapshot

    def _open(self) -> tuple[Snapshot, Stamp]:
        while True:
            stamp = seal.in_force(self._root)
            current = seal.read(self._root, self._key, schema.VERSION)
            try:
                return self._read(current), stamp
            except IndexUnavailable:
                raise
            except FileNotFoundError as exc:
                if seal.in_force(self._root) == stamp:  # else the writer has moved on while we looked
                    raise IndexUnavailable("A file of the search index is missing.") from exc
            except Exception as exc:
                # Pickles and struct files can fail with anything at all; whatever it is, a rebuild mends it.
                raise IndexUnavailable("The search index is damaged.") from exc

    def _read(self, current: Seal) -> Snapshot:
        folder = self._root / current.folder
        seal.check_folder(folder)
        storage = SealedStorage(folder, current.files, self._known)
        contents = TOC.read(storage, schema.INDEX_NAME, gen=current.generation, schema=schema.SCHEMA)
        parts = self._snapshot.parts if self._snapshot else ()
        segments = {part.segment.id: part.segment for part in parts if part.segment.is_intact()}
        opened: list[Segment] = []
        try:
            for described in contents.segments:
                if described.segment_id() not in segments:
                    files = SealedStorage(folder, current.files, self._known)
                    reader = SegmentReader(files, schema.SCHEMA, described, current.generation)
                    with closing(files.open_file(described.make_filename(COLUMNS))) as file:
                        columns = Columns.from_bytes(file.content)
                    files.check(f"{described.segment_id()}.")
                    opened.append(Segment(described.segment_id(), reader, files.opened, columns, self._cache))
        except BaseException:
            for segment in opened:
                segment.close()
            raise
        segments |= {segment.id: segment for segment in opened}
        snapshot = Snapshot(
            [Part(segments[one.segment_id()], frozenset(one.deleted_docs())) for one in contents.segments]
        )
        for part in snapshot.parts:
            part.segment.users += 1
        return snapshot

    @staticmethod
    def _retire(snapshot: Snapshot | None) -> None:
        if snapshot is None or snapshot.users:
            return
        for part in snapshot.parts:
            part.segment.users -= 1
            if not part.segment.users:
                part.segment.close()


@contextmanager
def _writing(storage: SealedStorage, *, most: int = MAX_SEGMENTS) -> Iterator[SegmentWriter]:
    """Lend a writer that commits at the end, or leaves everything as it was."""
    index = FileIndex(storage, schema=schema.SCHEMA, indexname=schema.INDEX_NAME)
    writer = SegmentWriter(index, codec=schema.codec(), compound=False)
    writer.pool = TermPool(writer.temp_storage().folder)  # type: ignore[assignment]
    try:
        yield writer
        writer.commit(mergetype=partial(merge, most=most))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        storage.abandon()
        raise


def merge(writer: SegmentWriter, segments: Sequence[W3Segment], *, most: int) -> list[W3Segment]:
    """Write small segments together where there are too many, and return those left as they are.

    One that is more than twice as large as all smaller ones together stays: so a publish writes six pieces again on
    average, and the bulk of the archive only once half of it is new.
    """
    live = sorted((one for one in segments if one.doc_count()), key=lambda one: one.doc_count_all())
    if len(live) < most:
        return live
    together, total = 0, 0
    for segment in live:
        if together >= 2 and segment.doc_count_all() > 2 * total:
            break
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        together, total = together + 1, total + segment.doc_count_all()
    return live[together:]
