"""The allow-list: every tag, attribute, class and value that a body may hold, and nothing else may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from cms.core.html.characters import clean_text

Check = Callable[[str], str | None]

INLINE = frozenset({"strong", "em", "s", "code", "a", "sub", "sup", "kbd", "br", "span"})
VOID = frozenset({"br", "hr", "img"})
HEADINGS = frozenset({"h2", "h3", "h4"})
TABLE_PARTS = frozenset({"tbody", "tr", "th", "td"})
BLOCKS = HEADINGS | {"p", "ul", "ol", "blockquote", "hr", "pre", "figure", "table", "section", "aside"}
TAGS = INLINE | BLOCKS | TABLE_PARTS | {"li", "div", "img", "figcaption"}

CALLOUT_KINDS = frozenset({"note", "tip", "warning"})
PROVIDERS = frozenset({"youtube", "vimeo", "peertube", "codepen", "mastodon"})
SCHEMES = frozenset({"http", "https", "mailto"})
MAX_ADDRESS = 2_000
MAX_SPEAKER = 200
MAX_KEY = 200
MAX_NOTE = 5_000
MAX_ALT = 2_000

_LANGUAGE = re.compile(r"language-[a-z0-9][a-z0-9+#._-]{0,39}")
_BLOCK_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LOCAL_IMAGE = re.compile(r"/(?:media|static)/[A-Za-z0-9_.~@+,=-]+(?:/[A-Za-z0-9_.~@+,=-]+)*(?:\?[A-Za-z0-9_.=&-]*)?")
_EMBED_KEY = re.compile(r"[A-Za-z0-9@][A-Za-z0-9_.@-]*(?:/[A-Za-z0-9@_-][A-Za-z0-9_.@-]*){0,3}")
# Browsers drop tabs, line ends and leading controls from an address before they read its scheme.
_IGNORED_IN_ADDRESS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB_ADDRESS = re.compile(r"https?://[^/?#\\]", re.IGNORECASE)
_ENCODED = {character: f"%{ord(character):02X}" for character in ' "<>`\\^{|}'}
_TO_ENCODE = str.maketrans(_ENCODED)


def link(value: str) -> str | None:
    """Return an address that a link may have (http, https, mailto or relative), or None."""
    address = _IGNORED_IN_ADDRESS.sub("", value).strip()
    if not address or len(address) > MAX_ADDRESS or re.match(r"[/\\]{2}", address):
        return None
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    if scheme and scheme[1].lower() != "mailto" and not _WEB_ADDRESS.match(address):
        return None
    # A colon before any slash is a scheme to somebody, even where ours does not read it as one.
    if not scheme and ":" in re.split(r"[/?#]", address, maxsplit=1)[0]:
        return None
    encoded = address.translate(_TO_ENCODE)
    page, mark, place = encoded.partition("#")
    encoded = page + mark + place.replace("#", "%23")  # only the first one leads to a place
    return encoded if _is_readable(encoded) else None


def _is_readable(address: str) -> bool:
    try:
        port = urlsplit(address).port
    except ValueError:
        return False
    return port is None or port > 0


def local_image(value: str) -> str | None:
    """Return the address of a picture of our own, or None; other sites' pictures would tell them who reads what."""
    return value if _LOCAL_IMAGE.fullmatch(value) and ".." not in value else None


def block_id(value: str) -> str | None:
    """Return the id if it is one a block may have."""
    return value if _BLOCK_ID.fullmatch(value) else None


def embed_key(value: str) -> str | None:
    """Return the key if it can stand in a provider's address without changing whose address it is."""
    return value if len(value) <= MAX_KEY and _EMBED_KEY.fullmatch(value) and ".." not in value else None


def language(value: str) -> str | None:
    """Return the first `language-x` (or `lang-x`) among the classes."""
    for name in value.lower().split():
        candidate = "language-" + name[5:] if name.startswith("lang-") else name
        if _LANGUAGE.fullmatch(candidate):
            return candidate
    return None


def _one_of(*names: str) -> Check:
    def check(value: str) -> str | None:
        return next((word for word in value.split() if word in names), None)

    return check


def _number(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: str) -> str | None:
        return value if compiled.fullmatch(value) else None

    return check


def _words(limit: int) -> Check:
    def check(value: str) -> str | None:
        return clean_text(clean_text(value)[:limit])

    return check


_ID: Mapping[str, Check] = {"data-id": block_id}
_SPEAKER: Mapping[str, Check] = {"data-speaker": _words(MAX_SPEAKER)}
_CELL: Mapping[str, Check] = {"colspan": _number("[2-9]|[1-9][0-9]"), "rowspan": _number("[2-9]|[1-9][0-9]{1,2}")}
_PIXELS = _number("[0-9]{1,5}")

# The order here is the order in which attributes are written.
ATTRIBUTES: Mapping[str, Mapping[str, Check]] = {
    **dict.fromkeys(BLOCKS, _ID),
    "p": {"class": _one_of("qa-question"), **_ID, **_SPEAKER},
    "div": {"class": _one_of("qa-answer"), **_SPEAKER},
    "section": {"class": _one_of("qa"), **_ID},
    "aside": {
        "class": _one_of("pull-quote", "callout"),
        **_ID,
        "data-from": block_id,
        "data-kind": _one_of(*CALLOUT_KINDS),
    },
    "figure": {
        "class": _one_of("embed"),
        **_ID,
        "data-provider": _one_of(*PROVIDERS),
        "data-key": embed_key,
    },
    "ol": {**_ID, "start": _number("-?[0-9]{1,6}")},
    "code": {"class": language},
    "img": {
        "src": local_image,
        "alt": _words(MAX_ALT),
        "width": _PIXELS,
        "height": _PIXELS,
        "data-asset": _number("[0-9]{1,18}"),
    },
    "a": {"href": link},
    "span": {"class": _one_of("footnote"), "data-note": _words(MAX_NOTE)},
    "th": _CELL,
    "td": _CELL,
}
NAMES = frozenset(name for checks in ATTRIBUTES.values() for name in checks)


def attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that the attribute may have on this tag, or None where it may not be there."""
    check = ATTRIBUTES.get(tag, {}).get(name)
    return check(value) if check else None


def attributes(tag: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return those of the given attributes that the tag may have, in the order in which they are written."""
    kept = ((name, check(given[name])) for name, check in ATTRIBUTES.get(tag, {}).items() if name in given)
    return {name: value for name, value in kept if value is not None}
