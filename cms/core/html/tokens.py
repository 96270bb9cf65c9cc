"""Tags and text of any HTML, however broken, in time proportional to its length.

html5lib, which bleach stands on, is quadratic in the attributes of a tag, in the depth of the tree and in what a table
throws out of itself: a megabyte made for it keeps a server busy for minutes. So what people send is read here first,
and bleach gets the tidy result. Nothing here is trusted: the allow-list is applied afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cms.core.errors import Invalid
from cms.core.html.characters import decoded, decoded_value, printable

# What is between these tags is not text of the piece; after one of the first two, never closed, a browser reads on
# to the end.
_SWALLOWS = frozenset({"script", "style"})
_FOREIGN = frozenset({"svg", "math", "iframe", "object", "applet", "audio", "video", "canvas"})
UNREAD = _SWALLOWS | _FOREIGN | {"template", "noscript", "title", "select", "textarea", "noembed", "noframes"}
# Work allowed on tags that turn out to be none, as a multiple of the length; only hostile input comes near.
_PATIENCE = 16

# The alternatives exclude each other and are possessive, so no position is tried twice.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/><"'=]*+)((?:[^<>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+|["'])*+)(>?)"""
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)\s*+(?:=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>"'][^\s>]*+)))?""")
_INLINE_FILE = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=%]{200,}+")


@dataclass(slots=True)
class Tag:
    """One tag as it was written, its name in lower case."""

    name: str
    closing: bool = False
    attrs: dict[str, str] = field(default_factory=dict)


def tokens(html: str) -> Iterator[Tag | str]:
    """Yield the tags and the decoded text of the HTML, without comments and without what is not read."""
    # A picture pasted as data would make its tag longer than any tag should be, and is dropped in any case.
    source = _INLINE_FILE.sub("", printable(html))
    ends = _Ends(source)
    patience = _PATIENCE * len(source) + 100_000
    text: list[str] = []
    position = 0
    while (opening := source.find("<", position)) >= 0:
        text.append(source[position:opening])
        position, found, spent = _at(source, opening, ends)
        patience -= spent
        if patience < 0:
            raise Invalid("The text has too many unfinished tags to be read; please paste it as plain text.")
        if isinstance(found, str):
            text.append(found)
            continue
        if any(text):
            yield decoded("".join(text))
        text.clear()
        yield found
    text.append(source[position:])
    if any(text):
        yield decoded("".join(text))


class _Ends:
    """Finds the next end of something, and remembers that there is none, so as not to look for it again and again."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._absent: set[str] = set()

    def next(self, position: int, pattern: str) -> re.Match[str] | None:
        """Return the next match, or None."""
        if pattern in self._absent:
            return None
        found = re.compile(pattern, re.IGNORECASE | re.ASCII).search(self._source, position)
        if found is None:
            self._absent.add(pattern)
        return found


def _at(source: str, opening: int, ends: _Ends) -> tuple[int, Tag | str, int]:
    """Return where to go on, what stands at this `<`, and the characters looked at in vain."""
    match = _TAG.match(source, opening)
    if match is None:
        return _after_declaration(source, opening, ends)
    if not match[4]:
        return opening + 1, "<", match.end() - opening
    name = match[2].lower()
    if match[1]:
        return match.end(), Tag(name, closing=True), 0
    if name in UNREAD and not (match[3].endswith("/") and name not in _SWALLOWS):
        return _behind(source, match.end(), name, ends), "", 0
    return match.end(), Tag(name, attrs=_attributes(match[3])), 0


def _after_declaration(source: str, opening: int, ends: _Ends) -> tuple[int, str, int]:
    following = source[opening + 1 : opening + 4]
    if following == "!--":
        # `<!-->` and `<!--->` are whole comments.
        end = ends.next(opening + 2, "--!?>")
        return end.end() if end else opening + 4, "", 0
    if following[:1] in ("!", "?") or (following[:1] == "/" and following[1:2].strip()):
        end = ends.next(opening + 1, ">")
        return (end.end(), "", 0) if end else (opening + 1, "<", 0)
    return opening + 1, "<", 0


def _behind(source: str, position: int, name: str, ends: _Ends) -> int:
    end = ends.next(position, rf"</{name}(?=[\s/>])")
    if end:
        return end.start()
    return len(source) if name in _SWALLOWS else position


def _attributes(written: str) -> dict[str, str]:
    attrs: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        attrs.setdefault(name.lower(), decoded_value(double or single or bare))
    return attrs
