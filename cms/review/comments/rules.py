"""Pure decisions about comments: what one may be about, how long it is, and whom it calls by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.review.comments.facts import FIELDS, LONGEST, LONGEST_QUOTE, About, Name, Unheard

_CALL = re.compile(r"(?<!\w)@(\w+)")


def worded(text: str) -> str:
    """Return what was said, as it is stored; raises Invalid where nothing was, or too much."""
    text = clean_text(text)
    if not text:
        raise Invalid("Write what there is to say.", field="text")
    if len(text) > LONGEST:
        raise Invalid(f"That has {len(text)} characters; {LONGEST} is the most. Part it in two.", field="text")
    return text


def check(about: About) -> None:
    """Raise Invalid where nothing can be said about that."""
    if about.field and about.field not in FIELDS:
        raise Invalid("There is no such field to comment on.", field="about")
    if len(about.quote) > LONGEST_QUOTE:
        raise Invalid("Quote fewer words: the first sentence of what you mean is enough.", field="quote")


def mentions(text: str, names: Iterable[Name]) -> tuple[Name, ...]:
    """Return who is called in a text, `@Noor Castellane` or `@Systems desk`, each once; the longer name wins."""
    by_length = sorted(names, key=lambda one: -len(one.name))
    return tuple(dict.fromkeys(name for part in _called(text) if (name := _begun_by(part, by_length))))


def unheard(text: str, names: Iterable[Name]) -> list[Unheard]:
    """Return each at sign and word in a text that calls nobody, with the names that were meant, perhaps."""
    by_length = sorted(names, key=lambda one: -len(one.name))
    words = [found[1] for found in _CALL.finditer(text) if not _begun_by(text[found.start(1) :].casefold(), by_length)]
    return [
        Unheard(word, tuple(one.name for one in by_length if word.casefold() in one.name.casefold().split()))
        for word in dict.fromkeys(words)
    ]


def _called(text: str) -> Iterator[str]:
    """Yield what follows each at sign that begins a word: that of an address of mail does not."""
    for index, character in enumerate(text):
        if character == "@" and not text[index - 1 : index].isalnum():
            yield text[index + 1 :].casefold()


def _begun_by(text: str, names: Iterable[Name]) -> Name | None:
    for one in names:
        name = one.name.casefold()
        if text.startswith(name) and not text[len(name) : len(name) + 1].isalnum():
            return one
    return None
