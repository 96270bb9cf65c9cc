"""Pure decisions about profiles: when two names are the same, and what a profile may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from cms.core.errors import Invalid
from cms.core.html import clean_text

LIMITS = {"name": 120, "headline": 160, "employer": 160, "bio": 4_000}
LABELS = {"headline": "role", "bio": "biography"}
MOST_LINKS, MOST_EXPERTISE, MOST_AFFILIATIONS = 10, 12, 30
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Letters that carry a stroke or are joined: no accent to take off, and yet people type them without.
_JOINED = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def folded(name: str) -> str:
    """Return a name as it is compared: case, accents, spaces and the kind of hyphen do not count."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold().translate(_JOINED))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[-\u2010-\u2015\u2212]", "-", letters).replace("\u2019", "'").split())


def check_lengths(**fields: str) -> None:
    """Raise Invalid, naming the field, where one is too long, or where there is no name."""
    if not fields.get("name", "x"):
        raise Invalid("A profile needs a name.", field="name")
    for field, text in fields.items():
        if len(text) > LIMITS[field]:
            label = LABELS.get(field, field)
            raise Invalid(f"The {label} has {len(text)} characters; {LIMITS[field]} is the most.", field=field)


def check_slug(slug: str) -> None:
    """Raise Invalid where a profile could not have this address."""
    if len(slug) > 80 or not SLUG.fullmatch(slug):
        raise Invalid("An address is made of small letters, digits and single hyphens, 80 at most.", field="slug")


def clean_prose(text: str) -> str:
    """Return paragraphs of plain text, parted by empty lines."""
    paragraphs = (clean_text(part) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n\n".join(part for part in paragraphs if part)


def clean_links(links: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return links with a label each; raises Invalid for an address that is none on the web."""
    found = []
    for link in links:
        address = clean_text(link.get("url", ""))
        if not address:
            continue
        if "://" not in address and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", address):
            address = f"https://{address}"
        host = _host(address)
        if not host or len(address) > 500:
            raise Invalid(f"{address[:80]} is no address on the web: those begin with https://", field="links")
        label = clean_text(link.get("label", ""))[:80] or host.removeprefix("www.")
        found.append({"label": label, "url": address})
    if len(found) > MOST_LINKS:
        raise Invalid(f"{MOST_LINKS} links are the most.", field="links")
    return found


def _host(address: str) -> str:
    if re.search(r"[\s<>\"\\]", address):
        return ""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def clean_expertise(words: Iterable[str]) -> list[str]:
    """Return the subjects, each once, in order."""
    found: dict[str, str] = {}
    for word in words:
        cleaned = clean_text(word)
        if cleaned:
            found.setdefault(folded(cleaned), cleaned)
    if len(found) > MOST_EXPERTISE or any(len(word) > 60 for word in found.values()):
        raise Invalid(f"{MOST_EXPERTISE} subjects are the most, of 60 characters at most each.", field="expertise")
    return list(found.values())


def clean_affiliations(lines: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the places worked at, without empty lines."""
    found = []
    for line in lines:
        cleaned = {key: clean_text(line.get(key) or "") for key in ("title", "organisation", "since", "until")}
        if not cleaned["title"] and not cleaned["organisation"]:
            continue
        if any(len(cleaned[key]) > 160 for key in ("title", "organisation")):
            raise Invalid("A place of work has 160 characters at most.", field="affiliations")
        if any(len(cleaned[key]) > 20 for key in ("since", "until")):
            raise Invalid("When somebody worked there is a year, or a month and a year.", field="affiliations")
        found.append(cleaned)
    if len(found) > MOST_AFFILIATIONS:
        raise Invalid(f"{MOST_AFFILIATIONS} places of work are the most.", field="affiliations")
    return found
