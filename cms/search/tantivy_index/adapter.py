"""The tantivy index as the rest of the house sees it: readers that follow the writer, and the one writer."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog
import tantivy

from cms.search import bookmark, seal
from cms.search.index import Document, Hits, IndexUnavailable, Query, Suggestions
from cms.search.seal import Seal, Stamp
from cms.search.tantivy_index import schema
from cms.search.tantivy_index.files import META, Files
from cms.search.tantivy_index.snapshot import Snapshot

log = structlog.get_logger()

PATIENCE = 10.0
PROGRESS_EVERY = 100
# Bytes that gather before they are written; the engine takes no fewer than fifteen million.
BUFFER, LARGE_BUFFER = 15_000_000, 60_000_000

Stamps = tuple[Stamp, Stamp]


class TantivyIndex:
    """An index in `folder`, whose seal is made with `key`; one object serves all threads of a process.

    The seal names the build in force. The files in it hold nothing that could run, so that the engine's own checksums
    are enough for them.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._root = folder
        self._key = key
        self._lock = threading.Lock()
        self._folder = folder
        self._files = Files()
        self._stamps: Stamps | None = None
        self._snapshot: Snapshot | None = None

    def search(self, query: Query) -> Hits:
        """Return the best hits for `query`."""
        return self._newest().search(query)

    def suggest(self, text: str) -> Suggestions:
        """Return what somebody who has typed `text` so far may be about to look for, the best first."""
        return self._newest().suggest(text)

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return of how many documents it is, and in how many of them each of these terms stands, if in any."""
        return self._newest().frequencies(terms)

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, rare ones counting more, the best first."""
        return self._newest().closest(terms, limit)

    def document_ids(self) -> set[int]:
        """Return the ids of all documents."""
        return set(self.fingerprints())

    def fingerprints(self) -> dict[int, str]:
        """Return the fingerprint of every document by its id."""
        return self._newest().fingerprints()

    def bookmark(self) -> int | None:
        """Return the number of the last event that the index has followed, None where that is not known."""
        return bookmark.read(self._root)

    def move_bookmark(self, event: int) -> None:
        """Keep the number of the last event that the index has followed."""
        bookmark.write(self._root, event)

    def is_ready(self) -> bool:
        """Tell whether searches would be answered."""
        try:
            self._newest()
        except IndexUnavailable:
            return False
        return True

    def close(self) -> None:
        """Let go of all files."""
        with self._lock:
            self._snapshot = self._stamps = None

    def drop(self) -> None:
        """Take everything away, as if it had never been built."""
        self.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def apply(self, upserts: Sequence[Document], removals: Sequence[int]) -> None:
        """Make these documents be as given, and these ids be gone; asking twice changes nothing."""
        latest = {document.article_id: document for document in upserts}
        with seal.only_writer(self._root, patience=PATIENCE):
            there = self._newest().fingerprints({*latest, *removals})
            fresh = [one for one in latest.values() if there.get(one.article_id) != one.fingerprint]
            gone = [one for one in there if one not in latest] + [one.article_id for one in fresh]
            if fresh or gone:
                with _writing(tantivy.Index.open(str(self._folder)), BUFFER) as writer:
                    for article_id in gone:
                        writer.delete_documents_by_term(schema.ARTICLE, article_id)
                    for document in fresh:
                        writer.add_document(schema.fields_of(document))

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> None:
        """Build a new index aside and put it in the place of the old one, which answers until then."""
        seal.claim_folder(self._root)
        with seal.only_writer(self._root, patience=PATIENCE):
            folder = seal.new_folder(self._root)
            try:
                count = _fill(folder, documents, progress)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            seal.write(self._root, Seal(schema.VERSION, folder.name, 0), self._key)
            for other in seal.build_folders(self._root):
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)
            log.info("search.rebuilt", documents=count)

    def tidy(self) -> None:
        """Do nothing: the engine writes small segments together by itself."""

    def _newest(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None or self._look() != self._stamps or not self._files.are_intact():
                self._snapshot, self._stamps = self._open()
            return self._snapshot

    def _open(self) -> tuple[Snapshot, Stamps]:
        while True:
            stamps = self._look()
            try:
                index = tantivy.Index.open(str(self._folder))
                index.config_reader("manual", 0)
                self._files.check(self._folder)
                return Snapshot(index.searcher()), stamps
            except (OSError, ValueError) as exc:
                if self._look() == stamps:  # else the writer has moved on while we looked
                    raise IndexUnavailable("The search index is damaged.") from exc

    def _look(self) -> Stamps:
        """Return what changes with a build and with a commit, and know the folder of the build in force."""
        before = None
        while True:
            sealed = seal.in_force(self._root)
            try:
                if self._stamps is None or self._stamps[0] != sealed:
                    self._folder = self._root / seal.read(self._root, self._key, schema.VERSION).folder
                    seal.check_folder(self._folder)
                return sealed, seal.stamp(self._folder / META)
            except OSError as exc:
                if sealed == before:  # else a new build may have taken the folder away while we looked
                    raise IndexUnavailable("The search index has not been built yet.") from exc
                before = sealed


def _fill(folder: Path, documents: Iterable[Document], progress: Callable[[int], None]) -> int:
    count = 0
    with _writing(tantivy.Index(schema.SCHEMA, str(folder)), LARGE_BUFFER) as writer:
        for count, document in enumerate(documents, 1):
            writer.add_document(schema.fields_of(document))
            if count % PROGRESS_EVERY == 0:
                progress(count)
    progress(count)
    return count


@contextmanager
def _writing(index: tantivy.Index, buffer: int) -> Iterator[tantivy.IndexWriter]:
    """Lend a writer that commits at the end, or leaves everything as it was."""
    writer = index.writer(buffer, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
