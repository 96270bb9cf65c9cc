"""Reads one file into a piece: front matter, body, people, kind, dates, pictures and old addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from cms.core import clock, slugs
from cms.core.errors import Invalid
from cms.core.html import Element, blocks, clean_text, text_of, to_text, write
from cms.transfer import dates, fields, front_matter, interviews, markdown, people
from cms.transfer.body import Body, Find, same_words
from cms.transfer.fields import Front
from cms.transfer.names import is_name
from cms.transfer.piece import Credited, Piece
from cms.vocabulary import Kind

SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd", ".txt", ".html", ".htm"})
_HTML = frozenset({".html", ".htm"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".bmp", ".tif", ".tiff"})
# Below the root, where static sites keep the files that `/img/x.png` means.
_STATIC = ("", "static", "public", "assets", "content", "src", "docs")
_LANGUAGES = frozenset(
    """ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu id it ja ko lt lv nb nl no pl pt ro ru sk sl sr sv ta
    te th tr uk ur vi zh""".split()
)
_FOLDER_FILES = frozenset({"index", "_index", "readme"})
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})[-_. ]+(?=\S)")
_LANGUAGE_SUFFIX = re.compile(r"\.([a-z]{2})(?:[-_]([A-Za-z]{2,4}))?$")
_COPY_SUFFIX = re.compile(r"@\d+$")
_HTML_TITLE = re.compile(r"<title(?:\s[^<>]*)?>([^<]*)", re.IGNORECASE)
_HTML_TAG = re.compile(r"<[^<>]*>")
_INTERVIEW_TAGS = re.compile(
    r"(?:expert\s+)?(?:interviews?|entrevistas?|entretiens?|entrevues?|q\s*(?:&|and)\s*a)", re.IGNORECASE
)
_SCRIPTS = (("ja", "[\u3040-\u30ff]"), ("ko", "[\uac00-\ud7af]"), ("zh", "[\u4e00-\u9fff]"), ("ru", "[\u0400-\u04ff]"))
LONGEST_TITLE = 300
BLOCKS_OF_BYLINE = 4
BLOCKS_OF_OPENING = 14


def read(path: Path, root: Path) -> Piece:
    """Return the piece that a file below `root` holds; raises Invalid with a sentence where it can't be read."""
    folder = root.resolve()
    try:
        file = path.resolve(strict=True)
        if not file.is_relative_to(folder):
            raise Invalid("The file lies outside the folder of the import.")
        if file.is_dir():
            file = _index_of(file)
        if file.stat().st_size > front_matter.MOST_BYTES:
            raise Invalid(front_matter.TOO_BIG)
        raw = file.read_bytes()
    except OSError as error:
        raise Invalid(f"The file {path.name} can't be opened: {error.strerror or 'it is not there'}.") from error
    source = file.relative_to(folder).as_posix()
    return read_bytes(raw, source, find=lambda src: beside(file, folder, src))


def read_bytes(raw: bytes, source: str, *, find: Find) -> Piece:
    """Return the piece that a file holds; `source` is its path, and `find` tells where a picture lies."""
    warnings: list[str] = []
    found, text = front_matter.split(raw, warnings=warnings)
    name = _Name.of(PurePosixPath(source))
    front = Front(found)
    is_html = PurePosixPath(source).suffix.lower() in _HTML
    title = front.text("title", "headline", "name")
    to_body = markdown.html_to_body if is_html else markdown.to_body
    body = to_body(text, title=title, variables=front.variables(), find=find, warnings=warnings)
    if not title:
        page_title = _HTML_TITLE.search(text) if is_html else None
        title, body = _titled(body, fields.one_line(page_title[1]) if page_title else "", name, warnings)
    if len(title) > LONGEST_TITLE:
        warnings.append(f"The title was cut at {LONGEST_TITLE} characters.")
        title = title[:LONGEST_TITLE].rstrip()
    told = _People.of(front, title, body.html)
    if not told.html:
        warnings.append("The file holds no text below its front matter.")
    warnings.extend(told.warnings)
    date, updated = _dates(front, name, warnings)
    series, part = front.series
    dek = _plain(front, *fields.DEKS)
    section = next(iter(front.sections), None)
    return Piece(
        source=source,
        title=title,
        body_html=told.html,
        kicker=_plain(front, *fields.KICKERS),
        dek=dek,
        slug=_slug(front, name, title),
        date=date,
        updated=updated,
        section=section,
        kind=_kind(front, section, told),
        language=front.language or name.language or _guessed_language(told.html),
        authors=told.authors,
        interviewers=told.interviewers,
        interviewees=told.interviewees,
        editors=told.editors,
        topics=tuple(front.topics),
        series=series or None,
        part=part if series else None,
        hero=front.hero,
        seo_description=_plain(front, *fields.SEO),
        old_addresses=tuple(front.old_addresses),
        is_draft=front.is_draft,
        images=body.images,
        warnings=tuple(dict.fromkeys(warnings)),
    )


# --- files


@dataclass(frozen=True)
class _Name:
    """What the name of a file tells: `2016-01-11-slug.es@2.md`, or the folder of an `index.md`."""

    slug: str
    date: datetime | None
    language: str

    @classmethod
    def of(cls, source: PurePosixPath) -> _Name:
        stem = _COPY_SUFFIX.sub("", source.name[: -len(source.suffix)] if source.suffix else source.name)
        language = ""
        suffix = _LANGUAGE_SUFFIX.search(stem)
        if suffix and suffix[1] in _LANGUAGES:
            language = suffix[1] + (f"-{suffix[2].upper()}" if suffix[2] else "")
            stem = stem[: suffix.start()]
        if stem.lower() in _FOLDER_FILES and source.parent.name:
            stem = source.parent.name
        dated = _DATED.match(stem)
        date = dates.moment(dated[1]) if dated else None
        return cls(
            stem[dated.end() :] if dated and date else stem, date or dates.in_path([source.as_posix()]), language
        )


def _index_of(folder: Path) -> Path:
    """Return the text of a bundle: the index of the folder, in its own language if there are several."""
    found = sorted(
        (
            file
            for file in folder.iterdir()
            if file.suffix.lower() in SUFFIXES and file.stem.partition(".")[0] in _FOLDER_FILES
        ),
        key=lambda file: (len(file.name), file.name),
    )
    if not found:
        raise Invalid(f"There is no text in the folder {folder.name}. It should have an index.md.")
    return found[0]


def beside(file: Path, folder: Path, src: str) -> str:
    """Return where a picture lies below the folder, '' if it does not: beside the text, or where sites keep files."""
    address = unquote(re.split(r"[?#]", src.strip(), maxsplit=1)[0]).replace("\\", "/")
    if not address or "\0" in address or PurePosixPath(address).suffix.lower() not in _PICTURES:
        return ""
    relative = address.lstrip("/")
    places = [file.parent / relative, *(folder / place / relative for place in _STATIC)]
    for place in places if address.startswith("/") else [*places, file.parent / PurePosixPath(address).name]:
        try:
            found = place.resolve()
            if found.is_relative_to(folder) and found.is_file():
                return found.relative_to(folder).as_posix()
        except OSError:  # a name that is too long is no name
            continue
    return ""


# --- facts


def _titled(body: Body, page_title: str, name: _Name, warnings: list[str]) -> tuple[str, Body]:
    """Return a title for a file that gives none, and the body without the heading that it was taken from."""
    elements = list(blocks(body.html))
    heading = next((element for element in elements if element.tag == "h2"), None)
    words = clean_text(text_of([heading])) if heading else ""
    title = page_title or words
    if heading and same_words(words, title) and heading is elements[0]:
        body = Body(write(elements[1:]), body.images)
    if title:
        warnings.append("The front matter has no title; the first heading was taken.")
        return title, body
    if not elements:
        raise Invalid("The file has neither a title nor any text.")
    warnings.append("The file has no title; its name was taken.")
    title = fields.one_line(re.sub(r"[-_]+", " ", name.slug)) or "Untitled"
    return title[0].upper() + title[1:], body


def _plain(front: Front, *names: str) -> str:
    """Return a field that may have Markdown in it as plain text."""
    value = front.text(*names)
    return to_text(markdown.to_body(value).html).replace("\n", " ").strip() if value else ""


def _slug(front: Front, name: _Name, title: str) -> str:
    last = PurePosixPath(front.text("slug") or front.text("path", "url", "permalink").rstrip("/")).name
    usable = last if last and ":" not in last and "{" not in last else ""
    written = re.sub(r"\.(?:html?|md|php)$", "", usable) or name.slug
    return slugs.make(written, fallback="") or slugs.make(title)


def _dates(front: Front, name: _Name, warnings: list[str]) -> tuple[datetime | None, datetime | None]:
    written = front.text(*fields.DATES)
    date = dates.moment(written, front.text("time")) if written else None
    if written and date is None and written.casefold() not in ("true", "false"):
        warnings.append(f"“{written[:40]}” is no date that could be read.")
    date = date or name.date or dates.in_path([*front.old_addresses, front.text("slug")])
    if date is not None and date > clock.now():
        warnings.append(f"The date {date:%Y-%m-%d} lies in the future.")
    return date, dates.moment(front.text(*fields.UPDATES))


def _kind(front: Front, section: str | None, told: _People) -> Kind:
    if told.is_interview:
        return Kind.INTERVIEW
    words = {front.text(key).casefold() for key in ("kind", "type", "layout", "format")} | {(section or "").casefold()}
    return Kind.NEWS if words & {"news", "news item", "newsitem", "noticias"} else Kind.ARTICLE


def _guessed_language(html: str) -> str:
    """Return the language of a script that only one language has, else English."""
    sample = _HTML_TAG.sub("", html[:20_000])
    letters = sum(character.isalpha() for character in sample)
    return next((code for code, signs in _SCRIPTS if len(re.findall(signs, sample)) * 5 > letters > 0), "en")


# --- people


@dataclass(frozen=True)
class _People:
    """Who wrote, asked and answered, and the body, in which an interview has its questions and answers now."""

    html: str
    authors: tuple[Credited, ...]
    interviewers: tuple[Credited, ...]
    interviewees: tuple[Credited, ...]
    editors: tuple[Credited, ...]
    is_interview: bool
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, front: Front, title: str, html: str) -> _People:
        bylines, html = _without_bylines(html)
        authors = people.credited(front.value(*fields.AUTHORS)) or bylines.get("authors", ())
        editors = people.credited(front.value(*fields.EDITORS)) or bylines.get("editors", ())
        hosts = people.credited(front.value(*fields.INTERVIEWERS)) or bylines.get("interviewers", ())
        guests = people.credited(front.value(*fields.INTERVIEWEES)) or bylines.get("interviewees", ())
        named = people.guest(title)
        guests = guests or ((named,) if named else ())
        is_announced = bool(hosts or guests) or _is_tagged(front)
        presented = people.introduced(title)
        probable = guests or ((presented,) if presented else ())
        found = interviews.arrange(html, hosts=hosts or authors, guests=probable, is_announced=is_announced)
        if found is None and not is_announced:
            return cls(html, authors, (), (), editors, is_interview=False)
        text = _as_markdown(html)
        asked = found.askers if found else ()
        answered = _known(found.answerers if found else (), text)
        guests = _merged(guests, answered) or probable or _told(html, text, authors)
        full = tuple(person for person in asked if is_name(person.name) or person in authors)
        hosts = hosts or full or tuple(one for one in authors if one.name not in {guest.name for guest in guests})
        unknown = [person.name for person in (*asked, *guests) if " " not in person.name and person not in authors]
        said = f"Only first names or initials are known of: {', '.join(dict.fromkeys(unknown))}." if unknown else ""
        warnings = (said,) if said else ()
        return cls(found.html if found else html, authors, hosts, guests, editors, is_interview=True, warnings=warnings)


def _is_tagged(front: Front) -> bool:
    words = [*front.topics, *front.sections, *(front.text(key) for key in ("kind", "type", "layout", "format"))]
    return any(_INTERVIEW_TAGS.fullmatch(word.strip()) for word in words)


def _without_bylines(html: str) -> tuple[dict[str, tuple[Credited, ...]], str]:
    """Take the bylines off the head of the text: they are credits, and would be there twice."""
    elements = list(blocks(html))
    roles: dict[str, tuple[Credited, ...]] = {}
    for element in elements[:BLOCKS_OF_BYLINE]:
        found = people.byline(element)
        if found:
            roles |= found
            elements.remove(element)
    return roles, write(elements) if roles else html


def _as_markdown(html: str) -> str:
    """Return the text of a body with its links as Markdown, a line for each block."""
    return "\n\n".join(people.as_markdown([element]) for element in blocks(html))


def _known(persons: Iterable[Credited], text: str) -> tuple[Credited, ...]:
    """Return people with what the text tells about them at their names."""
    told = [people.details(text, person.name) for person in persons]
    return tuple(
        Credited(one.name, one.affiliation or more.affiliation, one.url or more.url)
        for one, more in zip(persons, told, strict=True)
    )


def _merged(one: Sequence[Credited], other: Sequence[Credited]) -> tuple[Credited, ...]:
    names = {person.name for person in one}
    return (*one, *(person for person in other if person.name not in names))


def _told(html: str, text: str, authors: Sequence[Credited]) -> tuple[Credited, ...]:
    """Return the guests as the text presents them: in its opening, by headings that are names, or under portraits."""
    elements = blocks(html)
    headed = [_heading_name(element) for element in elements if element.tag in ("h2", "h3")]
    if sum(map(bool, headed)) > 1:
        return _known([Credited(name) for name in headed if name], text)
    opening = "\n\n".join(people.as_markdown([element]) for element in elements[:BLOCKS_OF_OPENING])
    met = people.met(opening, [author.name for author in authors])
    if met:
        return tuple(met)
    portrayed = [_portrayed(element) for element in elements]
    return tuple(Credited(name) for name in dict.fromkeys(portrayed) if name)


def _heading_name(element: Element) -> str:
    words = re.sub(r"\s*\(.*$", "", text_of([element])).strip()
    return words if is_name(words) else ""


def _portrayed(element: Element) -> str:
    """Return whose portrait it is: a caption, or what is left of one, that begins with a name in bold."""
    caption = next((part for part in element.elements() if part.tag == "figcaption"), element)
    first, *rest = [*caption.children, ""]
    is_followed = not rest or not isinstance(rest[0], str) or not rest[0].strip()
    name = text_of([first]) if isinstance(first, Element) and first.tag == "strong" and is_followed else ""
    return name if element.tag in ("p", "figure") and is_name(name) else ""
