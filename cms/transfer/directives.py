"""What the components of other systems mean here: shortcodes, includes and JSX tags by name, as HTML or as nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from cms.core.html import escape

_CALLOUTS = {
    "note": "alertbox alert admonition aside callout info important message notice pageinfo",
    "tip": "hint idea success check",
    "warning": "caution warn danger attention error bug fail failure",
}
KIND_OF = {word: kind for kind, words in _CALLOUTS.items() for word in (kind, *words.split())}
KIND_OF |= dict.fromkeys("abstract summary tldr seealso question faq example todo quote".split(), "note")
# Components of their own, and not only kinds that a component is given.
CALLOUTS = frozenset(KIND_OF) - {"quote", "example", "summary", "abstract", "question", "check", "todo", "faq", "fail"}

FIGURES = frozenset({"figure", "figureforgallery", "fig", "img", "image", "imgproc", "imgtxt", "nextimage", "picture"})
# Their content is a program or a diagram: kept as code, in the language named here or by the first argument.
CODE = {"highlight": "", "code": "", "mermaid": "mermaid"}
EMBEDS = {"youtube": "youtube", "vimeo": "vimeo", "youtubeembed": "youtube", "codepen": "codepen"}
# They only arranged what is inside them, so that nobody will miss them.
SILENT = frozenset(
    "gallery row rows col cols column columns tab tabs tabpane center centered details div span section rawhtml html "
    "toc br grid card cards cardgroup fragment steps step imgtxt figure".split()
)
_SOURCES = ("src", "url", "image", "img", "file", "path", "image_path", "name", "link")
_CAPTIONS = ("caption", "title", "description")
_WORDS = ("text", "content", "message", "body", "description")
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)(?:\?|$)", re.IGNORECASE)
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w:.-]+)\s*=\s*)?
    (?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|`(?P<raw>[^`]*)`|\{(?P<braced>[^{}]*)\}
    |(?P<bare>[^\s"'`,{}=]+))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_KEY = re.compile(r"[A-Za-z0-9_-]{5,40}")


@dataclass(frozen=True)
class Directive:
    """One component as it was called: its name in lower case, its named and its bare arguments."""

    name: str
    named: dict[str, str] = field(default_factory=dict)
    bare: tuple[str, ...] = ()

    def first(self, *keys: str) -> str:
        """Return the first of these arguments that was given, or ''."""
        return next((self.named[key] for key in keys if self.named.get(key)), "")


def called(name: str, arguments: str) -> Directive:
    """Return the component with its arguments read, in any of the spellings of Hugo, Liquid, Zola and JSX."""
    named: dict[str, str] = {}
    bare: list[str] = []
    for found in _ARGUMENT.finditer(arguments):
        if found["double"] is not None or found["single"] is not None:
            value = _ESCAPED.sub(r"\1", found["double"] or found["single"] or "")
        else:
            value = (found["raw"] or found["braced"] or found["bare"] or "").strip("\"' `")
        if found["key"]:
            named.setdefault(found["key"].lower(), value)
        else:
            bare.append(value)
    return Directive(name.lower().removesuffix(".html").removesuffix(".md"), named, tuple(bare))


def is_known(name: str) -> bool:
    """Whether a component of this name means something here."""
    return name.lower() in CALLOUTS | FIGURES | EMBEDS.keys() | CODE.keys() | SILENT


def figure(directive: Directive) -> tuple[str, str, str] | None:
    """Return the HTML before the caption, the caption as written, and the HTML after it; None where no picture is."""
    source = directive.first(*_SOURCES) or next((word for word in directive.bare if word), "")
    if not source:
        return None
    caption = directive.first(*_CAPTIONS)
    credit = directive.first("attr", "credit")
    if credit:
        caption = f"{caption} ({credit})" if caption else credit
    alt = directive.first("alt")
    head = f'<figure><img src="{escape(source)}" alt="{escape(alt)}">'
    return (head + "<figcaption>", caption, "</figcaption></figure>") if caption else (head, "", "</figure>")


def is_figure(directive: Directive) -> bool:
    """Whether the component shows a picture, by its name or because its argument is one."""
    if directive.name in FIGURES or directive.name.endswith(("figure", "image")):
        return True
    return bool(_IMAGE_FILE.search(directive.first("src", "image")))


def callout_kind(directive: Directive) -> str | None:
    """Return note, tip or warning where the component sets a text apart, None where it doesn't."""
    if directive.name not in CALLOUTS:
        return None
    given = directive.first("level", "kind", "type", "variant", "intent", "color", "status").lower()
    named = next((word for word in (given, *directive.bare) if word in KIND_OF), directive.name)
    return KIND_OF[named]


def callout_title(directive: Directive) -> str:
    """Return the heading of a callout, '' where it says nothing (“!”)."""
    title = directive.first("title", "heading", "header")
    return title if any(character.isalnum() for character in title) else ""


def callout_text(directive: Directive) -> str:
    """Return the words that a callout was given as an argument."""
    return directive.first(*_WORDS)


def embed(directive: Directive) -> str | None:
    """Return the figure of a video, None where it is none or its key can't be told."""
    provider = EMBEDS.get(directive.name)
    if provider is None:
        return None
    key = directive.first("id", "videoid", "key") or next(iter(directive.bare), "")
    return embedded(key) if "/" in key else _embed(provider, key)


def embedded(address: str) -> str | None:
    """Return the figure for the address of a player or a video page, None for any other address."""
    try:
        parts = urlsplit(address if "//" in address else f"https://{address}")
    except ValueError:
        return None
    host = parts.netloc.lower().removeprefix("www.").removeprefix("player.").removesuffix("-nocookie.com")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if host in ("youtube.com", "youtube", "youtu.be", "m.youtube.com"):
        return _embed("youtube", parse_qs(parts.query).get("v", [last])[0])
    if host == "vimeo.com":
        return _embed("vimeo", last)
    return None


def link(directive: Directive) -> tuple[str, str] | None:
    """Return the address and the words for a post on another site, None where the component is no such thing."""
    words = [*directive.bare, "", ""]
    if directive.name in ("tweet", "twitter", "x") and (number := directive.first("id") or words[0]):
        return f"https://twitter.com/{directive.first('user') or 'i'}/status/{number}", "Post on Twitter"
    if directive.name == "gist" and len(directive.bare) > 1:
        return f"https://gist.github.com/{words[0]}/{words[1]}", "Code on GitHub"
    if directive.name == "instagram" and words[0]:
        return f"https://www.instagram.com/p/{words[0]}/", "Post on Instagram"
    return None


def _embed(provider: str, key: str) -> str | None:
    if not _KEY.fullmatch(key):
        return None
    return f'<figure class="embed" data-provider="{provider}" data-key="{escape(key)}"></figure>'
