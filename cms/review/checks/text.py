"""Rules about the words themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cms.articles import document
from cms.articles.document import BlockKind
from cms.core.html import text_of
from cms.review.checks.draft import Draft, Finding, Rule
from cms.vocabulary import Level

GROUP = "Text"
LONGEST_PARAGRAPH = 180  # words
TK = re.compile(r"\bTKs?\b")  # "to come": a mark that no finished text holds


class Body(Rule):
    name, title, group, default, is_fixed = "body", "Empty text", GROUP, Level.BLOCK, True
    about = "There is something to read, and so to review."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if not any(document.words_in(block.text) for block in draft.blocks):
            yield Finding("The body is empty.", "body")


class ToCome(Rule):
    name, title, group, default = "tk", "TK left in", GROUP, Level.BLOCK
    about = "“TK” stands for what is still to come: a number, a name, a quote."

    def find(self, draft: Draft) -> Iterator[Finding]:
        fields = {"headline": draft.headline, "kicker": draft.kicker, "dek": draft.dek}
        places = [name for name, text in fields.items() if TK.search(text)]
        places += [block.id for block in draft.blocks if TK.search(block.text)]
        for place in places:
            yield Finding("A TK is left in the text.", place)


class DoubledWords(Rule):
    name, title, group, default = "doubled_words", "Word written twice", GROUP, Level.WARN
    about = "“The the” escapes every eye but a machine’s."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for place, text in (("headline", draft.headline), ("dek", draft.dek)):
            yield from _doubled(text, place, draft.language)
        for block in draft.blocks:
            if block.kind not in (BlockKind.CODE, BlockKind.EMBED, BlockKind.RULE):
                yield from _doubled(block.text, block.id, draft.language)


class LongParagraph(Rule):
    name, title, group, default = "long_paragraph", "Very long paragraph", GROUP, Level.SHOWN
    about = f"On a phone, a paragraph of more than {LONGEST_PARAGRAPH} words fills the screen twice."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.of(BlockKind.PARAGRAPH):
            # Counting is dear, and no paragraph of fewer characters has so many words.
            if len(block.text) > 2 * LONGEST_PARAGRAPH:
                count = document.words_in(block.text)
                if count > LONGEST_PARAGRAPH:
                    yield Finding(f"This paragraph has {count} words; readers rest between shorter ones.", block.id)


class PullQuotes(Rule):
    name, title, group, default = "pull_quotes", "Pull quote that no longer quotes", GROUP, Level.WARN
    about = "A pull quote repeats words of its block. When that block is edited, the quote must follow."

    def find(self, draft: Draft) -> Iterator[Finding]:
        texts = {block.id: block.text for block in draft.blocks}
        for block in draft.of(BlockKind.PULL_QUOTE):
            source = block.element.attrs.get("data-from", "")
            if not source:
                continue
            if source not in texts:
                yield Finding("The block that this pull quote was taken from is gone.", block.id)
            elif not _quotes(block.text, texts[source]):
                yield Finding("This pull quote no longer says what its block says.", block.id)


class CodeLanguage(Rule):
    name, title, group, default = "code_language", "Code without its language", GROUP, Level.SHOWN
    about = "A listing whose language is known is coloured, and announced as what it is."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.of(BlockKind.CODE):
            code = next(block.element.elements(), None)
            if code is not None and not code.attrs.get("class") and text_of([code]).strip():
                yield Finding("A code listing does not say which language it is in.", block.id)


#: What may stand twice in good prose.
_MEANT = {"en": frozenset({"that", "had", "bye", "ha", "no", "very", "so", "is"})}
_MEANT_ELSEWHERE = frozenset({"die", "der", "das", "nous", "vous", "si"})
_TWICE = re.compile(r"\b([^\W\d_]+)[ \xa0]+(\1)\b", re.IGNORECASE)
_WORDS = re.compile(r"\w+")


def _doubled(text: str, place: str, language: str) -> Iterator[Finding]:
    meant = _MEANT.get(language.partition("-")[0].lower(), _MEANT_ELSEWHERE)
    found = Counter(match[1].casefold() for match in _TWICE.finditer(text) if _is_slip(match, meant))
    for word in found:
        yield Finding(f"“{word} {word}”: is the second one meant?", place)


def _is_slip(match: re.Match[str], meant: frozenset[str]) -> bool:
    # "Duran Duran" and "New York, York" are names; a slip of the pen is rarely capitalised twice.
    first, second = match[1], match[2]
    return first.casefold() not in meant and not (second[0].isupper() and first[0].isupper())


def _quotes(quote: str, source: str) -> bool:
    """Tell whether the words of a quotation stand in its source, in order; an ellipsis may leave some out."""
    said = _WORDS.findall(source.casefold())
    at = 0
    for part in re.split(r"\u2026|\.\.\.|\[[^\]]*\]", quote.casefold()):
        words = _WORDS.findall(part)
        last = len(said) - len(words)
        while at <= last and said[at : at + len(words)] != words:
            at += 1
        if at > last:
            return False
        at += len(words)
    return True


RULES: tuple[Rule, ...] = (
    Body(), ToCome(), DoubledWords(), LongParagraph(), PullQuotes(), CodeLanguage(),
)  # fmt: skip
