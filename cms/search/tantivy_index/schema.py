"""How a document becomes fields of tantivy: terms that were made beforehand, columns to narrow by and to count."""

from __future__ import annotations

from importlib.metadata import version

import tantivy
from tantivy import Token

from cms.search import analysis, entries, labels
from cms.search.index import FILTERS, Document

TEXT, TITLE, WORDS, LABEL = "text", "title", "words", "label"
ARTICLE, PRINT, AT = "article_id", "fingerprint", "published"
# Raise the first number whenever the fields change: older indexes are then refused, and rebuilt.
VERSION = f"1/{entries.VERSION}/tantivy {version('tantivy')}"
#: What parts the field, the value and the name of a label; in no slug, and in no name that was cleaned.
BETWEEN = "\x1f"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(TEXT, tokenizer_name="raw")
    builder.add_text_field(TITLE, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(WORDS, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(LABEL, tokenizer_name="raw", index_option="basic", fast=True)
    for name in FILTERS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field(ARTICLE, indexed=True, fast=True)
    builder.add_unsigned_field(PRINT, fast=True)
    builder.add_integer_field(AT, indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def fields_of(document: Document) -> tantivy.Document:
    """Return `document` as tantivy takes it."""
    terms = entries.terms(document)
    made = tantivy.Document()
    places = sorted(
        (at, term)
        for term, found in terms.places.items()
        # What counts three times stands three times at its first place, so that the length of the field says so too.
        for at in (*found[1:], *(found[:1] * (1 + terms.counts[term] - len(found))))
    )
    made.add_pre_tokenized_text(TEXT, tantivy.PreTokenizedString("", [Token(term, at, 0, 0) for at, term in places]))
    for word in analysis.words(document.title):
        made.add_text(TITLE, word)
    for word in entries.spellings(document):
        made.add_text(WORDS, word)
    for name, found in labels.of(document).items():
        for label in found:
            if label.slug:
                made.add_text(name, label.slug)
                made.add_text(LABEL, BETWEEN.join((name, label.slug, label.name)))
    made.add_integer(ARTICLE, document.article_id)
    made.add_unsigned(PRINT, int(document.fingerprint, 16))
    made.add_integer(AT, int(document.published_at.timestamp()))
    return made
