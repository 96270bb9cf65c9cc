"""Markdown in all its dialects, and HTML as static sites have it, to the body of a piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from cms.core.errors import Invalid
from cms.core.html import MAX_BODY, escape
from cms.core.html.characters import printable
from cms.transfer import body, dialects
from cms.transfer.body import Body, Find, anywhere
from cms.transfer.marks import Marks

# Of a footnote as an attribute; a longer one is a text of its own and is put at the end.
LONGEST_NOTE = 4_000
# In one paragraph: each costs the parser time in proportion to all the others.
MOST_BRACKETS = 2_000
_BODY_TAG = re.compile(r"<body(?:\s[^<>]*)?>", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]*")
_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s<>\"“”\ufdd0\ufdd1]+")
_AT_THE_END = ".,;:!?'\"*_~…"
# `<div markdown="1">`: an empty line behind the tag and before the end is what tells the parser the same.
_MARKDOWN_INSIDE = re.compile(r"^<(?:div|section|article|aside)\b[^<>\n]*\bmarkdown=[^<>\n]*>", re.MULTILINE)
_END_OF_INSIDE = re.compile(r"^(?=</(?:div|section|article|aside)>)", re.MULTILINE)


def to_body(
    text: str,
    *,
    title: str = "",
    variables: Mapping[str, str] | None = None,
    find: Find = anywhere,
    warnings: list[str] | None = None,
) -> Body:
    """Return the body that a Markdown text makes; `variables` are the front matter's fields, for `{{ page.x }}`."""
    notes = [] if warnings is None else warnings
    _check_length(text)
    marks = Marks()
    plain = dialects.in_markdown(printable(text), variables or {}, marks, notes)
    if _MARKDOWN_INSIDE.search(plain):
        plain = _END_OF_INSIDE.sub("\n", _MARKDOWN_INSIDE.sub(r"\g<0>\n", plain))
    html = marks.resolve(_render(plain, notes))
    return body.from_loose(html, title=title, find=find, warnings=notes)


def html_to_body(
    html: str,
    *,
    title: str = "",
    variables: Mapping[str, str] | None = None,
    find: Find = anywhere,
    warnings: list[str] | None = None,
) -> Body:
    """Return the body that an article in HTML makes, with or without template language in it."""
    notes = [] if warnings is None else warnings
    _check_length(html)
    marks = Marks()
    start = _BODY_TAG.search(html)
    page = html[start.end() :].partition("</body>")[0] if start else html
    plain = dialects.in_html(printable(page), variables or {}, marks, notes)
    return body.from_loose(marks.resolve(plain), title=title, find=find, warnings=notes)


def _check_length(text: str) -> None:
    if len(text) > MAX_BODY:
        raise Invalid(f"The text has {len(text):,} characters; a piece can have at most {MAX_BODY:,}. Cut it in two.")


def _check_brackets(state: StateCore) -> None:
    if any(token.type == "inline" and token.content.count("[") > MOST_BRACKETS for token in state.tokens):
        raise Invalid(
            f"One paragraph has more than {MOST_BRACKETS:,} square brackets. That is no text; cut it in parts."
        )


@cache
def _parser() -> MarkdownIt:
    # The preset stops at twenty levels and drops what is deeper.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "check_brackets", _check_brackets)
    return parser.use(footnote_plugin, move_to_end=False).use(deflist_plugin)


def _render(text: str, warnings: list[str]) -> str:
    parser = _parser()
    env: dict[str, object] = {}
    try:
        tokens, notes = _parted(parser.parse(text, env))
        footnotes = _Footnotes(notes, env)
        for token in tokens:
            _prepare(token, footnotes)
        for note in notes.values():
            for token in note:
                _prepare(token, footnotes)
        unread = [token for label, note in notes.items() if label not in footnotes.used for token in note]
        if unread:
            warnings.append("Footnotes that nothing refers to, or that are very long, were put at the end.")
        return str(parser.renderer.render([*tokens, *unread], parser.options, env))
    except RecursionError as error:
        raise Invalid("The text is nested too deeply to be read. Take out some levels of lists or quotes.") from error


def _parted(tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """Return the text without the footnotes' definitions, and those by their labels."""
    text: list[Token] = []
    notes: dict[str, list[Token]] = {}
    into = [text]
    for token in tokens:
        if token.type == "footnote_reference_open":
            into.append(notes.setdefault(str(token.meta["label"]), []))
        elif token.type == "footnote_reference_close":
            into.pop()
        else:
            into[-1].append(token)
    return text, notes


def _prepare(token: Token, footnotes: _Footnotes) -> None:
    """Give code its language, addresses their links, and footnotes and titled pictures our form."""
    if token.type == "fence":
        found = _LANGUAGE.search(token.info)
        token.info = found[0].lower() if found else ""
    if token.type != "inline" or not token.children:
        return
    children: list[Token] = []
    links = 0
    for child in token.children:
        links += child.type == "link_open" or (child.type == "html_inline" and child.content[:2].lower() == "<a")
        links -= child.type == "link_close" or (child.type == "html_inline" and child.content[:3].lower() == "</a")
        if child.type == "text" and not links and "://" in child.content:
            children.extend(_linked(child.content))
        elif child.type == "footnote_ref":
            children.append(_html(footnotes.span(child)))
        elif child.type == "image" and child.attrs.get("title"):
            children.append(_html(_titled(child)))
        else:
            children.append(child)
    token.children = children


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _titled(image: Token) -> str:
    """Return a picture with its title as the caption: a reader's pointer would have to find it otherwise."""
    source, title = escape(str(image.attrs.get("src", ""))), str(image.attrs["title"])
    picture = f'<img src="{source}" alt="{escape(image.content)}">'
    if body.same_words(title, image.content):
        return picture
    return f"<figure>{picture}<figcaption>{escape(title)}</figcaption></figure>"


def _linked(text: str) -> Iterator[Token]:
    """Make links of bare addresses; only of those with a scheme, or “writes.alpha” would be one."""
    position = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AT_THE_END)
        # A bracket that was opened before the address is not part of it.
        for closing, opening in ((")", "("), ("]", "[")):
            surplus = address.count(closing) - address.count(opening)
            bare = address.rstrip(closing)
            address = address[: max(len(bare), len(address) - surplus)].rstrip(_AT_THE_END) if surplus > 0 else address
        yield Token("text", "", 0, content=text[position : found.start()])
        yield _html(f'<a href="{escape(address)}">{escape(address)}</a>')
        position = found.start() + len(address)
    yield Token("text", "", 0, content=text[position:])


class _Footnotes:
    """The notes of a text as plain words, each where it is referred to."""

    def __init__(self, notes: Mapping[str, list[Token]], env: Mapping[str, object]) -> None:
        self.used: set[str] = set()
        self._notes = notes
        listed = env.get("footnotes")
        self._inline: Mapping[int, Mapping[str, object]] = listed["list"] if isinstance(listed, dict) else {}
        self._on_the_way: set[str] = set()

    def span(self, reference: Token) -> str:
        """Return the HTML of a footnote, '' for one that is put at the end of the text."""
        words = self._words(reference)
        return f'<span class="footnote" data-note="{escape(words)}"></span>' if words else ""

    def _words(self, reference: Token) -> str:
        label = reference.meta.get("label")
        if label is None:
            tokens = self._inline.get(reference.meta["id"], {}).get("tokens", [])
            return self._spoken(tokens if isinstance(tokens, list) else [])
        if label in self._on_the_way or label not in self._notes:
            return ""
        self._on_the_way.add(label)
        words = " ".join(
            self._spoken(token.children) if token.type == "inline" and token.children else token.content
            for token in self._notes[label]
            if token.type in ("inline", "fence", "code_block", "html_block")
        )
        self._on_the_way.discard(label)
        if len(words) > LONGEST_NOTE:
            return ""
        self.used.add(label)
        return " ".join(words.split())

    def _spoken(self, tokens: Sequence[Token]) -> str:
        """Return inline tokens as words; a link's address follows its words."""
        out: list[str] = []
        links: list[tuple[str, int]] = []
        for token in tokens:
            if token.type == "link_open":
                links.append((str(token.attrs.get("href", "")), len(out)))
            elif token.type == "link_close" and links:
                address, start = links.pop()
                if address.startswith(("http", "mailto")) and "".join(out[start:]).strip() != address:
                    out.append(f" ({address.removeprefix('mailto:')})")
            elif token.type in ("softbreak", "hardbreak"):
                out.append(" ")
            elif token.type == "footnote_ref":
                out.append(f" ({self._words(token)})")
            elif token.type != "html_inline":
                out.append(token.content)
        return "".join(out)
