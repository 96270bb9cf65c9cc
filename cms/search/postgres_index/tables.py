"""The tables of one build of an index, and how a document becomes rows of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from cms.search import analysis, entries, labels
from cms.search.index import Document

# Raise the first number whenever the tables change: older indexes are then refused, and rebuilt.
VERSION = f"1/{entries.VERSION}/postgres"
# Of one term, PostgreSQL keeps so many places, and knows of none further down.
MOST_PLACES, LAST_PLACE = 255, 16_383

# Not among the tables of the house: an index is no part of a backup, and no migration need know how it is kept.
STATES = Table(
    "search_state",
    MetaData(),
    Column("name", String(32), primary_key=True),
    Column("build", String(16), nullable=False),
    Column("version", String(64), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("length", Float, nullable=False),
    Column("bookmark", Integer),
)


class Tables:
    """The tables of one build: documents, the words to complete and to spell, and the labels to narrow by."""

    def __init__(self, name: str, build: str) -> None:
        prefix = f"search_{name}_{build}"
        self.build = build
        self.metadata = MetaData()
        self.documents = Table(
            prefix,
            self.metadata,
            Column("article_id", Integer, primary_key=True, autoincrement=False),
            Column("terms", TSVECTOR, nullable=False),
            Column("counts", JSONB, nullable=False),
            Column("length", Integer, nullable=False),
            Column("published", BigInteger, nullable=False),
            Column("fingerprint", String(16), nullable=False),
        )
        self.words = Table(
            f"{prefix}_word",
            self.metadata,
            Column("article_id", Integer, nullable=False),
            Column("is_title", Boolean, nullable=False),
            Column("word", Text(collation="C"), nullable=False),
        )
        self.labels = Table(
            f"{prefix}_label",
            self.metadata,
            Column("article_id", Integer, nullable=False),
            Column("field", String(16), nullable=False),
            Column("slug", Text, nullable=False),
            Column("name", Text, nullable=False),
        )
        # Made once the tables are full, which is faster.
        self.indexes = (
            Index(f"{prefix}_terms", self.documents.c.terms, postgresql_using="gin"),
            Index(f"{prefix}_published", self.documents.c.published),
            Index(f"{prefix}_words", self.words.c.is_title, self.words.c.word),
            Index(f"{prefix}_word_of", self.words.c.article_id),
            Index(f"{prefix}_labels", self.labels.c.field, self.labels.c.slug),
            Index(f"{prefix}_label_of", self.labels.c.article_id),
        )

    @classmethod
    def new(cls, name: str) -> Tables:
        """Return the tables of a build that nobody else has."""
        return cls(name, secrets.token_hex(4))

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Write documents that are not there yet."""
        rows: dict[Table, list[dict[str, Any]]] = {self.documents: [], self.words: [], self.labels: []}
        for document in documents:
            one = {"article_id": document.article_id}
            terms = entries.terms(document)
            rows[self.documents].append(one | {
                "terms": vector(terms.places),
                "counts": terms.counts,
                "length": terms.length,
                "published": int(document.published_at.timestamp()),
                "fingerprint": document.fingerprint,
            })  # fmt: skip
            title = dict.fromkeys(analysis.words(document.title))
            rows[self.words] += [one | {"is_title": True, "word": word} for word in title]
            rows[self.words] += [one | {"is_title": False, "word": word} for word in entries.spellings(document)]
            rows[self.labels] += [
                one | {"field": name, "slug": label.slug, "name": label.name}
                for name, found in labels.of(document).items()
                for label in dict.fromkeys(found)
                if label.slug
            ]
        for table, made in rows.items():
            if made:
                connection.execute(insert(table), made)

    def remove(self, connection: Connection, article_ids: Sequence[int]) -> None:
        """Take documents away."""
        for table in (self.documents, self.words, self.labels):
            connection.execute(delete(table).where(table.c.article_id.in_(article_ids)))


def vector(places: Mapping[str, Sequence[int]]) -> str:
    """Return terms at their places as PostgreSQL writes them: 'clock':1,5 'drift':2."""
    return " ".join(
        f"{quoted(term)}:{','.join(str(min(at + 1, LAST_PLACE)) for at in found[:MOST_PLACES])}"
        for term, found in places.items()
    )


def quoted(term: str) -> str:
    """Return a term as one lexeme of a tsvector or a tsquery, whatever stands in it."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
