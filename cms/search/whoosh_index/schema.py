"""How a document becomes entries of the index: one flat field to search, words to complete and to spell, its facts."""

# mypy: allow-untyped-calls
# (half of the engine has no types)

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterable
from typing import Any, NamedTuple

import orjson
import whoosh
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec

from cms.search import analysis, entries
from cms.search.index import Document, Label

TEXT, TITLE, WORDS, FACTS = "text", "title", "words", "facts"
# Raise the first number whenever the fields or the facts change: older indexes are then refused, and rebuilt.
VERSION = f"3/{entries.VERSION}/whoosh {'.'.join(map(str, whoosh.__version__))}"
INDEX_NAME = "MAIN"

Entry = tuple[bytes, int, float, bytes]
Pair = tuple[str, str]


class Facts(NamedTuple):
    """What is kept of a document beside its terms, in the order in which it is stored."""

    article_id: int
    published: int
    year: int
    length: int
    fingerprint: str
    language: str
    kind: Pair
    section: Pair
    series: Pair | None
    people: list[Pair]
    authors: list[Pair]
    experts: list[Pair]
    topics: list[Pair]


class Places(formats.Format):
    """Postings that carry the places of a term as four-byte numbers: a third of the time that pickled lists take."""

    def decode_positions(self, value: bytes) -> array[int]:
        """Return the places that `encode` wrote."""
        return places(value)

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Return the places of several postings as one."""
        return array("I", sorted({place for value in values for place in places(value)})).tobytes()


def places(value: bytes) -> array[int]:
    """Return the places that a posting carries."""
    return array("I", value)


class Entries(fields.FieldType):
    """A field whose entries were made beforehand, by our own analyser."""

    def __init__(self, format: formats.Format) -> None:
        super().__init__(format=format, analyzer=None, scorable=False)  # type: ignore[arg-type]

    def index(self, value: Iterable[Entry], **_: Any) -> Generator[Entry, Any, None]:
        """Yield (term, count, weight, places), as Whoosh wants them."""
        yield from value


SCHEMA = fields.Schema(
    **{
        TEXT: Entries(Places()),
        TITLE: Entries(formats.Existence()),
        WORDS: Entries(formats.Existence()),
        FACTS: fields.COLUMN(columns.VarBytesColumn()),
    }
)


def codec() -> W3Codec:
    """Return the codec: uncompressed, because unpacking cost more than the disk is worth."""
    return W3Codec(compression=0)


def fields_of(document: Document) -> dict[str, Any]:
    """Return the fields of `document` for a Whoosh writer."""
    terms = entries.terms(document)
    text_entries = [
        (term.encode(), count, float(count), array("I", terms.places[term]).tobytes())
        for term, count in terms.counts.items()
    ]
    facts = Facts(
        document.article_id,
        int(document.published_at.timestamp()),
        document.published_at.year,
        terms.length,
        document.fingerprint,
        document.language,
        _pair(document.kind),
        _pair(document.section),
        _pair(document.series) if document.series else None,
        *([_pair(label) for label in labels] for labels in (
            document.people, document.authors, document.experts, document.topics
        )),
    )  # fmt: skip
    return {
        TEXT: text_entries,
        TITLE: _existing(analysis.words(document.title)),
        WORDS: _existing(entries.spellings(document)),
        FACTS: orjson.dumps(tuple(facts)),
    }


def facts(stored: bytes) -> Facts:
    """Return the facts that `fields_of` wrote."""
    return Facts(*orjson.loads(stored))


def _existing(words: Iterable[str]) -> list[Entry]:
    return [(word.encode(), 1, 1.0, b"") for word in words]


def _pair(label: Label) -> Pair:
    return label.slug, label.name
