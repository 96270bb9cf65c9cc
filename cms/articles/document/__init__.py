"""The one engine for the body of a piece: blocks, reading, comparing, merging, and the published prose."""

from __future__ import annotations

from cms.articles.document.blocks import Block, BlockKind, body_hash, normalise, parse, serialise
from cms.articles.document.diff import Change, ChangeKind, Detail, compare, compare_blocks
from cms.articles.document.merge import MergeConflict, MergeResult, merge
from cms.articles.document.outline import OutlineEntry, outline
from cms.articles.document.reading import (
    Heading,
    Section,
    contents,
    lacks_alt,
    lacks_answer,
    plain_text,
    reading_minutes,
    sections,
    word_count,
)
from cms.articles.document.redline import render_changes
from cms.articles.document.render import Rendered, render_prose
from cms.articles.document.sentences import sentences
from cms.articles.document.teaser import teaser
from cms.articles.document.words import EditKind, Format, Word, WordEdit

__all__ = [
    "Block",
    "BlockKind",
    "Change",
    "ChangeKind",
    "Detail",
    "EditKind",
    "Format",
    "Heading",
    "MergeConflict",
    "MergeResult",
    "OutlineEntry",
    "Rendered",
    "Section",
    "Word",
    "WordEdit",
    "body_hash",
    "compare",
    "compare_blocks",
    "contents",
    "lacks_alt",
    "lacks_answer",
    "merge",
    "normalise",
    "outline",
    "parse",
    "plain_text",
    "reading_minutes",
    "render_changes",
    "render_prose",
    "sections",
    "sentences",
    "serialise",
    "teaser",
    "word_count",
]
