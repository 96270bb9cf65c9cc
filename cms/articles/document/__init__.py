"""The one engine for the body of a piece: blocks, reading, comparing, merging, and the published prose."""

from __future__ import annotations

from cms.articles.document.anchors import Anchor, Mark, Place, at_place, find, follow, letters, mark, quoted_in
from cms.articles.document.blocks import Block, BlockKind, body_hash, normalise, parse, peek, serialise
from cms.articles.document.claims import Claim, claims
from cms.articles.document.coverage import Kept, Tokens, Wording, is_part, tokens, touched, wording
from cms.articles.document.diff import Change, ChangeKind, Detail, compare, compare_blocks
from cms.articles.document.merge import Decision, MergeConflict, MergeResult, merge, settle
from cms.articles.document.outline import OutlineEntry, outline
from cms.articles.document.patch import Swap, swaps
from cms.articles.document.proposals import (
    Operation,
    OperationKind,
    Proposal,
    Stale,
    Way,
    overlap,
    propose,
    settled,
    singles,
    take_up,
    without,
)
from cms.articles.document.reading import (
    Heading,
    Section,
    contents,
    figures,
    lacks_alt,
    lacks_answer,
    parts,
    plain_text,
    question_and_answer,
    reading_minutes,
    sections,
    word_count,
    words_in,
)
from cms.articles.document.redline import render_changes
from cms.articles.document.render import Rendered, proof, render_prose
from cms.articles.document.risks import Risk, risks
from cms.articles.document.sentences import runs, sentences
from cms.articles.document.spoken import Passage, as_quoted, digest, passages, reworded, said_in
from cms.articles.document.teaser import teaser
from cms.articles.document.words import EditKind, Format, Word, WordEdit

__all__ = [
    "Anchor",
    "Block",
    "BlockKind",
    "Change",
    "ChangeKind",
    "Claim",
    "Decision",
    "Detail",
    "EditKind",
    "Format",
    "Heading",
    "Kept",
    "Mark",
    "MergeConflict",
    "MergeResult",
    "Operation",
    "OperationKind",
    "OutlineEntry",
    "Passage",
    "Place",
    "Proposal",
    "Rendered",
    "Risk",
    "Section",
    "Stale",
    "Swap",
    "Tokens",
    "Way",
    "Word",
    "WordEdit",
    "Wording",
    "as_quoted",
    "at_place",
    "body_hash",
    "claims",
    "compare",
    "compare_blocks",
    "contents",
    "digest",
    "figures",
    "find",
    "follow",
    "is_part",
    "lacks_alt",
    "lacks_answer",
    "letters",
    "mark",
    "merge",
    "normalise",
    "outline",
    "overlap",
    "parse",
    "parts",
    "passages",
    "peek",
    "plain_text",
    "proof",
    "propose",
    "question_and_answer",
    "quoted_in",
    "reading_minutes",
    "render_changes",
    "render_prose",
    "reworded",
    "risks",
    "runs",
    "said_in",
    "sections",
    "sentences",
    "serialise",
    "settle",
    "settled",
    "singles",
    "swaps",
    "take_up",
    "teaser",
    "tokens",
    "touched",
    "without",
    "word_count",
    "wording",
    "words_in",
]
