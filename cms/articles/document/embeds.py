"""Where the things live that a piece embeds."""

from __future__ import annotations

import re
from typing import NamedTuple


class Provider(NamedTuple):
    """A provider's name, what its keys look like, and the address that a key makes."""

    name: str
    key: re.Pattern[str]
    address: str


_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"
_PROVIDERS = {
    "youtube": Provider("YouTube", re.compile(r"([A-Za-z0-9_-]{6,20})"), "https://www.youtube.com/watch?v={0}"),
    "vimeo": Provider("Vimeo", re.compile(r"([0-9]{1,12})"), "https://vimeo.com/{0}"),
    "peertube": Provider("PeerTube", re.compile(rf"({_HOST})/([A-Za-z0-9-]{{8,40}})"), "https://{0}/w/{1}"),
    "codepen": Provider(
        "CodePen", re.compile(r"([A-Za-z0-9_-]{1,40})/([A-Za-z0-9]{4,40})"), "https://codepen.io/{0}/pen/{1}"
    ),
    "mastodon": Provider(
        "Mastodon", re.compile(rf"({_HOST})/@([A-Za-z0-9_]{{1,40}})/([0-9]{{1,24}})"), "https://{0}/@{1}/{2}"
    ),
}


def name_of(provider: str) -> str:
    """Return how the provider writes its own name."""
    return _PROVIDERS[provider].name


def address_of(provider: str, key: str) -> str | None:
    """Return the public address of what the key names, or None where it is not a key of that provider."""
    match = _PROVIDERS[provider].key.fullmatch(key)
    return _PROVIDERS[provider].address.format(*match.groups()) if match else None
