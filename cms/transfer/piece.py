"""What one imported file says, as a value: nothing is looked up, nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cms.vocabulary import Kind


@dataclass(frozen=True)
class Credited:
    """A name as the file gives it, where the person worked, and an address that the name led to."""

    name: str
    affiliation: str = ""
    url: str = ""


@dataclass(frozen=True)
class ImageRef:
    """A picture in the body: where it was found, its text alternative, and the address at which the body has it.

    `src` is the file below the import's root (as written, where there was no root to look in). `address` is a place
    of waiting, `/media/import/0`: whoever stores the picture puts the real address there instead.
    """

    src: str
    alt: str
    address: str


@dataclass(frozen=True)
class Hero:
    """The picture at the head of the piece, as the file names it."""

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Piece:
    """Everything that could be read from one file; `warnings` are sentences for the person who imports it.

    `authors` are those that the file credits as such: in an interview they usually come again as `interviewers`.
    `body_html` has passed `core.html.clean_body`; the pictures in it wait at the addresses listed in `images`.
    """

    source: str
    title: str
    body_html: str
    kicker: str = ""
    dek: str = ""
    slug: str = ""
    date: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    kind: Kind = Kind.ARTICLE
    language: str = "en"
    authors: tuple[Credited, ...] = ()
    interviewers: tuple[Credited, ...] = ()
    interviewees: tuple[Credited, ...] = ()
    editors: tuple[Credited, ...] = ()
    topics: tuple[str, ...] = ()
    series: str | None = None
    part: int | None = None
    hero: Hero | None = None
    seo_description: str = ""
    old_addresses: tuple[str, ...] = ()
    is_draft: bool = False
    images: tuple[ImageRef, ...] = ()
    warnings: tuple[str, ...] = ()
