"""What cleaning takes out of what people send, said in sentences, so that nothing goes unseen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cms.core.html import rules
from cms.core.html.tokens import UNREAD, Tag, tokens
from cms.core.html.tree import read, text_of, walk

_SET = re.compile(
    r"(?<![\w-])(?:color|background|font-family|font-size|font(?=\s*:)|line-height|margin|text-align)", re.I
)
_FRAMES = {"iframe": "frame", "object": "object", "applet": "object", "embed": "object", "video": "film",
           "audio": "recording", "svg": "drawing", "canvas": "drawing", "math": "formula"}  # fmt: skip
_CONTROLS = frozenset({"input", "button", "select", "textarea"})
_WORD = re.compile(r"\w+")
_QUOTED = 8


def losses(html: str, clean: str) -> list[str]:
    """Return a sentence on each kind of thing that is in the HTML and not in the body that was made of it."""
    if html == clean:
        return []
    found: Counter[str] = Counter()
    written: list[str] = []
    for token in tokens(html):
        if isinstance(token, str):
            written.append(token)
            continue
        if token.name not in rules.INLINE or token.name == "br":
            written.append(" ")
        if not token.closing:
            found.update(_lost(token))
        elif token.name in UNREAD:  # of what is not read, only the end comes by
            found.update(_lost(Tag(token.name)))
    return [*_sentences(found), *_lost_words("".join(written), clean)]


def _lost(tag: Tag) -> Iterator[str]:
    if tag.name == "script":
        yield "script"
    elif tag.name in _FRAMES:
        yield _FRAMES[tag.name]
    elif tag.name in _CONTROLS:
        yield "control"
    elif tag.name in ("img", "image"):
        yield from _picture(tag.attrs.get("src", ""))
    elif tag.name == "a" and tag.attrs.get("href") and rules.link(tag.attrs["href"]) is None:
        yield "link"
    if any(name.startswith("on") for name in tag.attrs):
        yield "handler"
    if tag.name in ("font", "style") or _SET.search(tag.attrs.get("style", "")) or tag.attrs.get("bgcolor"):
        yield "look"


def _picture(address: str) -> Iterator[str]:
    if rules.local_image(address) is None:
        is_here = re.match(r"(?:data|blob|file|cid):", address, re.I)
        yield "pasted picture" if is_here else "picture"


def _sentences(found: Counter[str]) -> Iterator[str]:
    if n := found["picture"]:
        yield f"{_one(n, 'picture')} from other sites {_was(n)} left out."
    if n := found["pasted picture"]:
        yield f"{_one(n, 'picture')} that came with the text {_was(n)} left out; upload {_it(n)} instead."
    for name in dict.fromkeys(_FRAMES.values()):
        if n := found[name]:
            yield f"{_one(n, name)} {_was(n)} left out."
    if n := found["script"]:
        yield f"{_one(n, 'script')} {_was(n)} removed."
    if n := found["handler"]:
        yield f"Scripts hidden in {_one(n, 'tag').lower()} were removed."
    if n := found["control"]:
        yield f"{_one(n, 'form field')} {_was(n)} left out."
    if n := found["link"]:
        yield f"{_one(n, 'link')} to an address that is not allowed {_was(n)} taken off; the words stay."
    if found["look"]:
        yield "Colours and fonts were dropped."


def _lost_words(written: str, clean: str) -> Iterator[str]:
    """Tell of words that are in the one and not in the other, whatever the reason."""
    nodes = read(clean)
    there = Counter(_WORD.findall(text_of(nodes)))
    # The sign of a note is printed anew, and is no word of the text.
    signs = any(element.attrs.get("data-note") for element in walk(nodes))
    gone = Counter(_WORD.findall(written)) - there
    words = [word for word in _WORD.findall(written) if word in gone and not (signs and word.isdigit())]
    if words:
        count = sum(n for word, n in gone.items() if word in set(words))
        quoted = " ".join(words[:_QUOTED]) + ("\u2026" if len(words) > _QUOTED else "")
        yield f"{_one(count, 'word')} could not be kept: \u201c{quoted}\u201d."


def _one(number: int, noun: str) -> str:
    return f"One {noun}" if number == 1 else f"{number} {noun}s"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _it(number: int) -> str:
    return "it" if number == 1 else "them"
