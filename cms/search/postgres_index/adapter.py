"""The index in PostgreSQL as the rest of the house sees it: many readers, one writer, shared by every host."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Row, delete, func, insert, inspect, or_, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.schema import CreateTable

from cms.search.index import FILTERS, Document, Hits, IndexUnavailable, Query, Suggestions
from cms.search.labels import Labels
from cms.search.postgres_index.snapshot import Snapshot
from cms.search.postgres_index.tables import STATES, VERSION, Tables

log = structlog.get_logger()

AT_ONCE = 100
T = TypeVar("T")


class PostgresIndex:
    """The index called `name` in the database of `engine`; one object serves all threads of a process."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._lock = threading.Lock()
        # Made once for each build, since SQLAlchemy remembers by its tables how a question is put.
        self._tables: Tables | None = None
        self._labels: tuple[tuple[str, int], Labels] | None = None

    def search(self, query: Query) -> Hits:
        """Return the best hits for `query`."""
        return self._asked(lambda snapshot: snapshot.search(query))

    def suggest(self, text: str) -> Suggestions:
        """Return what somebody who has typed `text` so far may be about to look for, the best first."""
        return self._asked(lambda snapshot: snapshot.suggest(text))

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return of how many documents it is, and in how many of them each of these terms stands, if in any."""
        return self._asked(lambda snapshot: snapshot.frequencies(terms))

    def closest(self, terms: Sequence[str], limit: int) -> list[int]:
        """Return the ids of the documents that have most of these terms, rare ones counting more, the best first."""
        return self._asked(lambda snapshot: snapshot.closest(terms, limit))

    def document_ids(self) -> set[int]:
        """Return the ids of all documents."""
        return set(self.fingerprints())

    def fingerprints(self) -> dict[int, str]:
        """Return the fingerprint of every document by its id."""
        return self._asked(lambda snapshot: snapshot.fingerprints())

    def bookmark(self) -> int | None:
        """Return the number of the last event that the index has followed, None where that is not known."""
        with _told_apart(), self._engine.connect() as connection:
            return self._state(connection).bookmark  # type: ignore[no-any-return]

    def move_bookmark(self, event: int) -> None:
        """Keep the number of the last event that the index has followed; of several hosts, the fastest counts."""
        further = or_(STATES.c.bookmark.is_(None), STATES.c.bookmark < event)
        with _told_apart(), self._engine.begin() as connection:
            connection.execute(update(STATES).where(STATES.c.name == self._name, further).values(bookmark=event))

    def is_ready(self) -> bool:
        """Tell whether searches would be answered."""
        try:
            return self._asked(lambda snapshot: True)
        except IndexUnavailable:
            return False

    def close(self) -> None:
        """Forget what is remembered; connections belong to the engine."""
        self._labels = self._tables = None

    def apply(self, upserts: Sequence[Document], removals: Sequence[int]) -> None:
        """Make these documents be as given, and these ids be gone; asking twice changes nothing."""
        latest = {document.article_id: document for document in upserts}
        with self._writing() as connection:
            snapshot = self._snapshot(connection)
            there = snapshot.fingerprints({*latest, *removals})
            fresh = [one for one in latest.values() if there.get(one.article_id) != one.fingerprint]
            gone = [one for one in there if one not in latest] + [one.article_id for one in fresh]
            if fresh or gone:
                snapshot.tables.remove(connection, gone)
                snapshot.tables.add(connection, fresh)
                self._count(connection, snapshot.tables)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> None:
        """Build a new index aside and put it in the place of the old one, which answers until then."""
        with self._writing() as connection:
            # It takes as long as it takes, the making of the indexes above all.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            STATES.create(connection, checkfirst=True)
            tables = Tables.new(self._name)
            for table in tables.metadata.tables.values():
                connection.execute(CreateTable(table))
            count = 0
            for batch in _batches(documents):
                tables.add(connection, batch)
                count += len(batch)
                progress(count)
            for index in tables.indexes:
                index.create(connection)
            connection.execute(
                text(f'ANALYZE "{tables.documents.name}", "{tables.words.name}", "{tables.labels.name}"')
            )
            connection.execute(delete(STATES).where(STATES.c.name == self._name))
            facts = {"name": self._name, "build": tables.build, "version": VERSION, "generation": 0}
            connection.execute(insert(STATES).values(facts | {"documents": 0, "length": 1.0}))
            self._count(connection, tables)
        self._sweep(tables.build)
        progress(count)
        log.info("search.rebuilt", documents=count)

    def tidy(self) -> None:
        """Do nothing: the database tidies up by itself."""

    def drop(self) -> None:
        """Take everything away, as if it had never been built."""
        with self._writing() as connection:
            STATES.create(connection, checkfirst=True)
            connection.execute(delete(STATES).where(STATES.c.name == self._name))
        self._sweep("")

    def _sweep(self, current: str) -> None:
        """Take the tables of older builds away, each by itself: who reads several must never wait in a circle."""
        ours = re.compile(rf"search_{self._name}_(?!{current or '-'})[0-9a-f]{{8}}(_word|_label)?")
        for name in filter(ours.fullmatch, inspect(self._engine).get_table_names()):
            with _told_apart(), self._engine.begin() as connection:
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))

    def _count(self, connection: Connection, tables: Tables) -> None:
        """Note how many documents there are now, and let everybody see that something changed."""
        counted = select(func.count(), func.coalesce(func.avg(tables.documents.c.length), 1.0))
        count, length = connection.execute(counted).one()
        here = update(STATES).where(STATES.c.name == self._name)
        facts = {"documents": count, "length": max(1.0, float(length)), "generation": STATES.c.generation + 1}
        connection.execute(here.values(facts))

    def _asked(self, ask: Callable[[Snapshot], T]) -> T:
        with _told_apart():
            try:
                return self._asked_once(ask)
            except ProgrammingError:
                # Between two looks of ours a rebuild came to its end, and took the old tables away.
                return self._asked_once(ask)

    def _asked_once(self, ask: Callable[[Snapshot], T]) -> T:
        """Return what a snapshot answers, which is one generation throughout."""
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            return ask(self._snapshot(connection))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Lend a transaction of the one writer."""
        with _told_apart(), self._engine.begin() as connection:
            key = zlib.crc32(f"search {self._name}".encode())
            connection.execute(select(func.pg_advisory_xact_lock(key)))
            yield connection

    def _state(self, connection: Connection) -> Row[*tuple[Any, ...]]:
        try:
            state = connection.execute(select(STATES).where(STATES.c.name == self._name)).first()
        except ProgrammingError:
            state = None
        if state is None:
            raise IndexUnavailable("The search index has not been built yet.")
        if state.version != VERSION:
            raise IndexUnavailable("The search index is of another version.")
        return state

    def _snapshot(self, connection: Connection) -> Snapshot:
        state = self._state(connection)
        with self._lock:
            if self._tables is None or self._tables.build != state.build:
                self._tables = Tables(self._name, state.build)
            tables = self._tables
        known = self._known_labels(connection, tables, (state.build, state.generation))
        return Snapshot(connection, tables, state.documents, state.length, known)

    def _known_labels(self, connection: Connection, tables: Tables, generation: tuple[str, int]) -> Labels:
        with self._lock:
            if self._labels is None or self._labels[0] != generation:
                names: dict[str, dict[str, str]] = {name: {} for name in FILTERS}
                label = tables.labels.c
                for name, slug, said in connection.execute(select(label.field, label.slug, label.name).distinct()):
                    names[name][slug] = said
                self._labels = generation, Labels(names)
            return self._labels[1]


@contextmanager
def _told_apart() -> Iterator[None]:
    """Say of a database that is busy, gone, or has no such table, that the index is unavailable."""
    try:
        yield
    except (OperationalError, ProgrammingError) as exc:
        raise IndexUnavailable("The search index does not answer, or is being written by somebody else.") from exc


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
