"""Which sentences that readers know say something else now: another number, another name, other words of somebody.

What is only added is no change of what was said, unless it is put into somebody's mouth; what is moved is none either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from cms.articles.document.blocks import Block, BlockKind, parse
from cms.articles.document.reading import question_and_answer
from cms.articles.document.teaser import sentences_in
from cms.articles.document.words import NOTE, words_of
from cms.core.html import Element

NUMBER, NAME, QUOTE = "number", "name", "quote"
_SAID_BY_SOMEBODY = frozenset({BlockKind.QUOTE, BlockKind.PULL_QUOTE})
#: Numbers in digits and in words, in the languages that the house writes, each with its unit: 10 ppm is not 10 ppb.
#: "One" is left out, which is mostly an article or a pronoun.
_NUMBER = re.compile(
    r"(\d+(?:[.,:\u2009\u202f\u00a0]\d+)*"
    r"|\b(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|(?:m|b|tr)illions?|half|third|quarter|twice"
    r"|zwei|drei|vier|f\u00fcnf|sechs|sieben|acht|neun|zehn|elf|zw\u00f6lf|zwanzig|drei\u00dfig|hundert|tausend"
    r"|million(?:en)?|milliarden?|halb|drittel|viertel)\b)"
    r"(?:[\s-]?([%\u2030\u20ac$\u00a3]|\u00b0 ?[CFK]?"
    r"|(?:pp[bmt]|[kMGTPm\u00b5\u03bcnp]?(?:m|g|s|Hz|Wh?|V|A|B|b|bit|J|Pa|l)|(?i:per ?cent|prozent"
    r"|(?:milli|micro|mikro|nano|kilo|mega|giga|centi|zenti)?"
    r"(?:seconds?|sekunden?|met(?:re|er)s?|gram(?:m|s)?|bytes?|bits?|watts?|hertz)"
    r"|minuten?|minutes?|hours?|stunden?|days?|tagen?|weeks?|wochen?|months?|monaten?|years?|jahren?"
    r"|times|mal|euros?|dollars?|pounds?))\b))?"
)
_WORD = re.compile(r"[^\W\d_](?:[\w'\u2019-]*\w)?")
#: Capitals that name nobody.
_NO_NAME = frozenset({"I", "I'm", "I\u2019m", "I've", "I\u2019ve", "I'd", "I\u2019d", "I'll", "I\u2019ll"})
OPENING, CLOSING = '\u201c\u201e\u00ab\u00bb"', '\u201d\u201c\u00bb\u00ab"'


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that readers know, what stands in their place now ('' for nothing), and what of them is different."""

    before: str
    after: str
    touched: tuple[str, ...]


class _Sentence(NamedTuple):
    text: str
    said: str  # what of it somebody else says


def claims(
    old: str, new: str, *, lines: Sequence[tuple[str, str]] = (), names: Collection[str] = (), language: str = "en"
) -> list[Claim]:
    """Return what was changed of numbers, names and quotes from one body to another, in the order of the text.

    `lines` are fields beside the body, before and after; `names` are those of the people who are credited.
    """
    rows = [(list(_of_line(was)), list(_of_line(now))) for was, now in lines]
    rows.append((list(_of_body(old)), list(_of_body(new))))
    known = _names_in([one.text for side in rows for one in (*side[0], *side[1])], language)
    known |= {word for name in names for word in _WORD.findall(name) if word[0].isupper()}
    return [claim for was, now in rows for claim in _changed(was, now, known)]


def _changed(old: list[_Sentence], new: list[_Sentence], known: Collection[str]) -> Iterator[Claim]:
    there, here = set(new), set(old)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, after_i, j, after_j in matcher.get_opcodes():
        if tag == "equal":
            continue
        # What stands word for word elsewhere in the other version was moved, and says what it said.
        gone = [one for one in old[i:after_i] if one not in there]
        come = [one for one in new[j:after_j] if one not in here]
        pairs = zip(gone, come, strict=True) if len(gone) == len(come) else [(_joined(gone), _joined(come))]
        for was, now in pairs:
            if touched := _touched(was, now, known):
                yield Claim(was.text, now.text, touched)


def _joined(sentences: Sequence[_Sentence]) -> _Sentence:
    return _Sentence(" ".join(one.text for one in sentences), " ".join(one.said for one in sentences if one.said))


def _touched(was: _Sentence, now: _Sentence, known: Collection[str]) -> tuple[str, ...]:
    if not was.text:
        return (QUOTE,) if now.said == now.text and now.text else ()
    found = {
        NUMBER: _numbers(was.text) != _numbers(now.text),
        NAME: _named(was.text, known) != _named(now.text, known),
        QUOTE: was.said != now.said,
    }
    return tuple(what for what, is_touched in found.items() if is_touched)


def _numbers(text: str) -> Counter[tuple[str, str]]:
    return Counter((number.lower(), unit) for number, unit in _NUMBER.findall(text))


def _named(text: str, known: Collection[str]) -> Counter[str]:
    return Counter(word for word in map(_bare, _WORD.findall(text)) if word in known)


def _names_in(sentences: Sequence[str], language: str) -> set[str]:
    """Return the words that are names: capitals within a sentence, in German only those that stand together."""
    is_german = language.lower().partition("-")[0] == "de"
    found: set[str] = set()
    for text in sentences:
        words = [_bare(word) for word in _WORD.findall(text)]
        capitals = [word[0].isupper() and word not in _NO_NAME for word in words]
        for place in range(1, len(words)):
            beside = place > 1 and capitals[place - 1]
            if capitals[place] and (beside or not is_german):
                found |= {words[place], words[place - 1]} if beside else {words[place]}
    return found


def _bare(word: str) -> str:
    return re.sub(r"['\u2019]s?$", "", word)


def _of_line(text: str) -> Iterator[_Sentence]:
    is_quoting = False
    for sentence in sentences_in(text):
        said, is_quoting = _quoted(sentence, is_quoting)
        yield _Sentence(sentence, said)


def _of_body(body: str) -> Iterator[_Sentence]:
    for block in parse(body):
        for text, is_said in _passages(block):
            yield from (_Sentence(one, one) for one in sentences_in(text)) if is_said else _of_line(text)


def _passages(block: Block) -> Iterator[tuple[str, bool]]:
    """Yield what ends by itself in a block: a paragraph, an item, a cell; and whether it is what somebody said."""
    if block.kind is BlockKind.CODE:
        return
    if block.kind is BlockKind.QA:
        question, answer = question_and_answer(block.element)
        yield from ((text, False) for text in _lines([question]))
        yield from ((text, True) for text in _lines([answer]))
    else:
        yield from ((text, block.kind in _SAID_BY_SOMEBODY) for text in _lines([block.element]))


def _lines(elements: Sequence[Element]) -> Iterator[str]:
    line = ""
    for word in words_of(elements):
        if word.is_end:
            yield line
            line = ""
        elif not word.formats or word.formats[-1].tag != NOTE:
            line += word.space + word.text
    yield line


def _quoted(sentence: str, is_quoting: bool) -> tuple[str, bool]:
    """Return what of a sentence stands in quotation marks, and whether they are open at its end."""
    said: list[str] = []
    for character in sentence:
        if is_quoting and character in CLOSING:
            is_quoting = False
        elif not is_quoting and character in OPENING:
            is_quoting = True
        elif is_quoting:
            said.append(character)
    return "".join(said), is_quoting
