"""Finds the facts of a piece in its front matter, under all the names that publishing systems have for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote, urlsplit

from cms.core.html import clean_text
from cms.transfer.piece import Hero
from cms.transfer.yaml_fields import Fields, Value

# Where systems keep what they don't know themselves.
_NESTED = ("extra", "params", "taxonomies", "meta", "seo", "frontmatter", "data", "attributes")
_SIGNS = re.compile(r"[\s._:-]+")
_TAGS = re.compile(
    r"</?(?:em|strong|b|i|u|s|code|br|span|sup|sub|small|mark|a|p|h[1-6]|div)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_TRUE = frozenset({"true", "yes", "on", "1", "y"})
_FALSE = frozenset({"false", "no", "off", "0", "n"})

AUTHORS = ("authors", "author", "byline", "by", "writer", "writers", "creator", "contributors")
INTERVIEWERS = ("interviewers", "interviewer", "interviewed_by", "host", "hosts")
INTERVIEWEES = ("interviewees", "interviewee", "guests", "guest", "subject")
EDITORS = ("editors", "editor", "edited_by")
DATES = tuple(
    """date publishdate publish_date published_at publishedat published pubdate published_date datetime created
    created_at createdat posted day""".split()
)
UPDATES = tuple("updated lastmod last_modified_at last_modified modified updated_at updatedat last_updated".split())
DEKS = tuple("dek standfirst lede lead subtitle description summary excerpt preface teaser abstract".split())
KICKERS = ("kicker", "eyebrow", "overline", "surtitle", "subheadline")
SEO = ("seo_description", "meta_description", "og_description", "description", "search_description")
_SECTIONS = ("section", "category", "categories", "rubric", "department", "channel")
_TOPICS = ("topics", "topic", "tags", "tag", "keywords", "keyword", "labels", "subjects")
_ADDRESSES = tuple(
    """aliases alias redirect_from redirects path url permalink canonicalurl canonical_url canonical old_url old_urls
    original_url link_original""".split()
)
_HEROES = tuple(
    """hero hero_image cover cover_image coverimage image featured_image featuredimage feature_image banner header photo
    thumbnail images og_image twitterimg resources""".split()
)
_HERO_SOURCES = tuple("src url path image file source href feature teaser image_fullwidth og_image".split())
# Names of sections that say nothing: they are there because the system wants one.
_NO_SECTIONS = frozenset(
    "blog blogs post posts article articles page pages uncategorized uncategorised general none misc".split()
)
MOST_TOPICS = 30
LONGEST_TOPIC = 60
LONGEST_ADDRESS = 500


class Front:
    """The fields of one file, asked for by name; capitals and signs in the names don't matter."""

    def __init__(self, fields: Fields) -> None:
        self._fields: Fields = {}
        for place in (fields, *(_mapping(fields.get(name)) for name in _NESTED)):
            for name, value in place.items():
                self._fields.setdefault(_SIGNS.sub("_", name.strip().casefold()), value)

    def value(self, *names: str) -> Value:
        """Return the first of these fields that says anything."""
        return next((self._fields[name] for name in names if self._fields.get(name)), None)

    def text(self, *names: str) -> str:
        """Return the first of these fields that is text with a letter or a digit in it, on one line."""
        for name in names:
            value = self._fields.get(name)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str) and any(character.isalnum() for character in value):
                return one_line(value)
        return ""

    def number(self, *names: str) -> int | None:
        """Return the first of these fields that is a small number."""
        found = re.search(r"\d{1,4}", self.text(*names))
        return int(found[0]) if found else None

    def variables(self) -> dict[str, str]:
        """Return all that is plain text, for `{{ page.name }}`."""
        return {name: value for name, value in self._fields.items() if isinstance(value, str)}

    @property
    def is_draft(self) -> bool:
        """Whether the file says that it is not for readers yet."""
        status = self.text("status", "state", "post_status").casefold()
        return (
            self.text("draft", "is_draft").casefold() in _TRUE
            or self.text("published", "publish", "public").casefold() in _FALSE
            or status in ("draft", "private", "pending", "unpublished")
        )

    @property
    def sections(self) -> list[str]:
        """The names of sections and categories, those that say nothing left out."""
        names = [name for key in _SECTIONS for name in _list(self._fields.get(key))]
        return _unique(name for name in names if name.casefold() not in _NO_SECTIONS)

    @property
    def topics(self) -> list[str]:
        """The names of topics, each once; a second category is a topic, too."""
        names = [name for key in _TOPICS for name in _list(self._fields.get(key))]
        return _unique([*names, *self.sections[1:]])[:MOST_TOPICS]

    @property
    def series(self) -> tuple[str, int | None]:
        """The title of the series and the number of the part."""
        value = self.value("series", "series_title", "series_name", "collection")
        part = self.number(
            "part", "series_part", "series_order", "series_index", "series_weight", "episode", "episode_number"
        )
        if isinstance(value, dict):
            inner = Front(value)
            return inner.text("title", "name", "series"), inner.number(
                "part", "order", "index", "number", "episode"
            ) or part
        names = _list(value)
        return (names[0] if names else ""), part

    @property
    def hero(self) -> Hero | None:
        """The picture at the head of the piece."""
        for key in _HEROES:
            value = self._fields.get(key)
            inner = Front(_mapping(value[0] if isinstance(value, list) and value else value))
            source = inner.text(*_HERO_SOURCES) or (self.text(key) if not isinstance(value, dict) else "")
            if not re.search(r"[./]", source) or (" " in source.strip() and not source.startswith(("http", "/"))):
                continue
            return Hero(
                source,
                alt=inner.text("alt", "alt_text", "description")
                or self.text(f"{key}_alt", f"{key}alt", "image_alt", "alt"),
                caption=inner.text("caption", "title") or self.text(f"{key}_caption", "image_caption", "caption"),
                credit=inner.text("credit", "attribution", "photographer", "source_name")
                or self.text(f"{key}_credit", "image_credit", "photo_credit"),
            )
        return None

    @property
    def old_addresses(self) -> list[str]:
        """The paths under which the piece was found before."""
        written = [text for key in _ADDRESSES for text in _strings(self._fields.get(key))]
        return list(dict.fromkeys(path for text in written if (path := old_path(text))))

    @property
    def language(self) -> str:
        """The language as a tag such as `pt-BR`, '' where none or no such tag is given."""
        tag = self.text("lang", "language", "locale", "hreflang").replace("_", "-").partition(".")[0]
        if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", tag) or len(tag) > 16:
            return ""
        first, _, rest = tag.partition("-")
        return f"{first.lower()}-{rest}" if rest else first.lower()


def one_line(text: str) -> str:
    """Return a field as plain text on one line, without tags and references of HTML."""
    return clean_text(unescape(_TAGS.sub("", text)))


def old_path(text: str) -> str:
    """Return the path of an old address, '' for what is none, or only a pattern for one."""
    try:
        path = unquote(urlsplit(text.strip()).path)
    except ValueError:
        return ""
    path = "/" + clean_text(path).lstrip("/")
    if len(path) < 2 or len(path) > LONGEST_ADDRESS or ".." in path or re.search(r"[:{}<>\\\s]", path):
        return ""
    return path


def _mapping(value: Value) -> Fields:
    return value if isinstance(value, dict) else {}


def _strings(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _list(value: Value) -> list[str]:
    """Return the names in a field, however the list was written: YAML, commas, or words in a row as Jekyll has them."""
    if isinstance(value, str):
        words = re.split(r"\s*[,;]\s*", value)
        if len(words) == 1 and len(value.split()) > 2 and value == value.lower():
            words = value.split()
        return [name for word in words if (name := one_line(word).strip(" #[]\"'"))]
    if isinstance(value, dict):
        return _list(value.get("name") or value.get("title") or value.get("label"))
    return [
        name
        for item in value or []
        for name in (_list(item) if not isinstance(item, str) else [one_line(item)])
        if name
    ]


def _unique(names: Iterable[str]) -> list[str]:
    """Return the names, each once, in its first spelling."""
    found: dict[str, str] = {}
    for name in names:
        if len(name) <= LONGEST_TOPIC:
            found.setdefault(name.casefold(), name)
    return list(found.values())
