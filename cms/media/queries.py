"""Questions about pictures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Text, and_, cast, column, extract, func, or_, select, table
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.core import links
from cms.core.errors import NotFound
from cms.media import rules
from cms.media.models import Asset

# Whoever shows pictures lives above this package; the tables are named here, not imported. A test walks all foreign
# keys to `asset` and fails where one is missing.
REVISION = table("revision", column("id"), column("article_id"), column("hero_id"), column("body", Text))
PUBLISHED = table(
    "published", column("article_id"), column("revision_id"), column("body_html", Text), column("hero", Text),
    column("bylines", Text),
)  # fmt: skip
PUBLISHED_PERSON = table("published_person", column("portrait", Text))
PUBLISHED_SERIES = table("published_series", column("cover", Text))
WORKING_COPY = table("working_copy", column("article_id"), column("content", Text))
DRAFT_TEMPLATE = table("draft_template", column("body", Text))
PERSON = table("person", column("id"), column("portrait_id"))
SERIES = table("series", column("id"), column("cover_id"))

# Inside JSON the quotation marks of a body stand behind backslashes, and a form's numbers between quotation marks.
_NUMBER = re.compile(r'data-asset=\\?"(\d{1,18})|"hero_id": ?"?(\d{1,18})')
_KEY = re.compile(r"/media/(renditions/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z]{3,4})")
#: Screens that are held in a hand, and how wide a picture is enough for them, whatever their pixels: twice their width.
TELEPHONES = "(width < 48rem)"
ENOUGH = 800
#: Files that come from a camera, and those that come from a pencil; a PNG may be either, and mostly is the second.
KINDS = {"photo": ("image/jpeg", "image/webp"), "drawing": ("image/png", "image/gif")}
ORDERS = {
    "newest": (Asset.id.desc(),),
    "oldest": (Asset.id,),
    "name": (func.lower(Asset.file_name), Asset.id.desc()),
    "largest": ((Asset.width * Asset.height).desc(), Asset.id.desc()),
}


def get(db: Session, asset_id: int) -> Asset:
    """Return one picture; raises NotFound where it is gone."""
    asset = db.get(Asset, asset_id)
    if asset is None or asset.deleted_at is not None:
        raise NotFound("There is no such picture.")
    return asset


def library(
    words: str = "", *, uploaded_by_id: int | None = None, lacks: str = "", kind: str = "",
    months: tuple[datetime, datetime] | None = None, among: Collection[int] | None = None, order: str = "newest",
) -> Select[Asset]:  # fmt: skip
    """Return the pictures whose name, alternative text, caption or credit has these words.

    `lacks` narrows them to those without an `alt`, a `credit` or a note on `rights`, `kind` to those of KINDS, `months`
    to those taken in from one moment until before another, `among` to these numbers; `order` is one of ORDERS.
    """
    query = select(Asset).where(Asset.deleted_at.is_(None)).order_by(*ORDERS.get(order, ORDERS["newest"]))
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(
            Asset.file_name.ilike(pattern)
            | Asset.alt.ilike(pattern)
            | Asset.caption.ilike(pattern)
            | Asset.credit.ilike(pattern)
        )
    if uploaded_by_id is not None:
        query = query.where(Asset.uploaded_by_id == uploaded_by_id)
    if kind in KINDS:
        query = query.where(Asset.media_type.in_(KINDS[kind]))
    if months is not None:
        query = query.where(Asset.created_at >= months[0], Asset.created_at < months[1])
    if among is not None:
        query = query.where(Asset.id.in_(among))
    missing = {"alt": Asset.alt, "credit": Asset.credit, "rights": Asset.rights}.get(lacks)
    return query if missing is None else query.where(missing == "")


@dataclass(frozen=True)
class Shelf:
    """How many pictures somebody took in in one month (by UTC)."""

    by_id: int | None
    by: str
    year: int
    month: int
    number: int


def shelves(db: Session) -> list[Shelf]:
    """Return what the library can be narrowed to by time and by person, newest first."""
    year, month = extract("year", Asset.created_at), extract("month", Asset.created_at)
    query = (
        select(Asset.uploaded_by_id, User.name, year, month, func.count(Asset.id))
        .outerjoin(User, User.id == Asset.uploaded_by_id)
        .where(Asset.deleted_at.is_(None))
        .group_by(Asset.uploaded_by_id, User.name, year, month)
        .order_by(year.desc(), month.desc())
    )
    return [Shelf(by_id, by or "", int(y), int(m), number) for by_id, by, y, m, number in db.execute(query)]


def unused(db: Session) -> set[int]:
    """Return the numbers of the pictures that nothing shows, no older revision and no kept text either.

    It reads every text with a picture in it: for a page that somebody asks for now and then.
    """
    keys_of = {
        asset_id: keys_ever(renditions, former)
        for asset_id, renditions, former in db.execute(
            select(Asset.id, Asset.renditions, Asset.former_keys).where(Asset.deleted_at.is_(None))
        )
    }
    used = set(db.scalars(select(REVISION.c.hero_id).distinct()))
    used |= set(db.scalars(select(PERSON.c.portrait_id))) | set(db.scalars(select(SERIES.c.cover_id)))
    named: set[str] = set()
    for text in _texts(db):
        used |= {int(body or hero) for body, hero in _NUMBER.findall(text)}
        named |= set(_KEY.findall(text))
    return {asset_id for asset_id, keys in keys_of.items() if asset_id not in used and not keys & named}


def named_keys(db: Session) -> set[str]:
    """Return the keys of the files that any text, or the edition, names."""
    named: set[str] = set()
    for text in _texts(db):
        named |= set(_KEY.findall(text))
    shown = PUBLISHED.c.body_html, cast(PUBLISHED.c.hero, Text), cast(PUBLISHED.c.bylines, Text)
    faces = cast(PUBLISHED_PERSON.c.portrait, Text), cast(PUBLISHED_SERIES.c.cover, Text)
    for words in (*shown, *faces):
        for text in db.scalars(select(words).where(words.contains("/media/")).execution_options(yield_per=200)):
            named |= set(_KEY.findall(text))
    return named


def _texts(db: Session) -> Iterator[str]:
    """Yield every text of people's that may show a picture: revisions, what is kept beside them, templates."""
    kept = cast(WORKING_COPY.c.content, Text)
    for words, mark in ((REVISION.c.body, "<img"), (DRAFT_TEMPLATE.c.body, "<img"), (kept, "")):
        query = select(words).where(words.contains(mark))
        yield from db.scalars(query.execution_options(yield_per=200))


def keys_ever(renditions: Collection[dict[str, Any]], former_keys: Collection[str]) -> set[str]:
    """Return the keys of a picture's files for readers, those before it was replaced among them."""
    return {*(rendition["key"] for rendition in renditions), *former_keys}


@dataclass(frozen=True)
class Uses:
    """What shows a picture, by number. `article_ids` are pieces any of whose revisions or kept texts has it."""

    article_ids: frozenset[int] = frozenset()
    live_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    series_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.article_ids or self.person_ids or self.series_ids)

    def as_text(self) -> str:
        """Return the numbers as a part of a sentence: in 2 pieces (1 live), as a portrait."""
        live = f" ({len(self.live_ids)} live)" if self.live_ids else ""
        parts = [
            f"in {len(self.article_ids)} {'piece' if len(self.article_ids) == 1 else 'pieces'}{live}",
            f"as a portrait of {len(self.person_ids)} {'person' if len(self.person_ids) == 1 else 'people'}",
            f"as the cover of {len(self.series_ids)} series",
        ]
        named = (self.article_ids, self.person_ids, self.series_ids)
        return ", ".join(part for part, ids in zip(parts, named, strict=True) if ids)


def where_used(db: Session, asset: Asset) -> Uses:
    """Return everything that shows a picture, older revisions and texts kept beside a piece among it."""
    shown_in = or_(REVISION.c.hero_id == asset.id, _mentions(REVISION.c.body, asset, '"'))
    live = PUBLISHED.c.revision_id == REVISION.c.id
    found = db.execute(
        select(REVISION.c.article_id, PUBLISHED.c.article_id)
        .select_from(REVISION.outerjoin(PUBLISHED, live))
        .where(shown_in)
    ).all()
    # Inside JSON the quotation marks of the body stand behind backslashes: `_` lets one character pass.
    content = cast(WORKING_COPY.c.content, Text)
    # Its numbers stand between quotation marks where a form wrote it, and without any where a revision did.
    numbers = [f"{space}{mark}{asset.id}{mark}{end}" for space in ("", " ") for mark in ("", '"') for end in ",}"]
    kept = or_(*(content.contains(f'"hero_id":{number}') for number in numbers), _mentions(content, asset, '_"'))
    beside = db.scalars(select(WORKING_COPY.c.article_id).where(kept))
    return Uses(
        article_ids=frozenset(article_id for article_id, _ in found) | frozenset(beside),
        live_ids=frozenset(live_id for _, live_id in found if live_id is not None),
        person_ids=frozenset(db.scalars(select(PERSON.c.id).where(PERSON.c.portrait_id == asset.id))),
        series_ids=frozenset(db.scalars(select(SERIES.c.id).where(SERIES.c.cover_id == asset.id))),
    )


def _mentions(text: ColumnElement[Any], asset: Asset, quote: str) -> ColumnElement[bool]:
    """Return the condition under which a text has the picture in it: by its number, or by one of its widest files.

    Looking for any picture at all comes first: it lets a database pass over most bodies with one search instead of two.
    """
    words = cast(text, String)
    by_number = words.like(f"%data-asset={quote}{asset.id}{quote}%")
    widest = [rendition["key"] for rendition in asset.renditions if rendition["width"] == _widest(asset)]
    by_address = [words.contains(key, autoescape=True) for key in (*widest, *asset.former_keys)]
    return and_(words.contains("<img"), or_(by_number, *by_address))


def _widest(asset: Asset) -> int:
    return max((int(rendition["width"]) for rendition in asset.renditions), default=0)


def picture(asset: Asset | None, **words: str) -> dict[str, Any]:
    """Return what a page needs to show a picture, or {} where there is none.

    `src` and `srcset` are what every browser can show, `sources` what a browser chooses from first: only kinds that
    are there in every width, since it takes the first kind that it knows; for telephones without the widest. `words`
    (alt, caption, credit) override what the asset itself says where they are not empty.
    """
    if asset is None or not asset.renditions:
        return {}
    plain = rules.for_everybody(asset.renditions)
    return {
        "asset_id": asset.id,
        "src": links.media(plain[-1]["key"]),
        "srcset": _srcset(plain),
        "sources": [source for kind, ones in rules.choices(asset.renditions) for source in _sources(kind, ones)],
        "width": plain[-1]["width"],
        "height": plain[-1]["height"],
        "focal_x": asset.focal_x,
        "focal_y": asset.focal_y,
        "alt": words.get("alt") or asset.alt,
        "caption": words.get("caption") or asset.caption,
        "credit": words.get("credit") or asset.credit,
    }


def files(asset: Asset) -> list[tuple[str, list[int]]]:
    """Return the kinds of file that readers may get of a picture, the smallest first, with their widths."""
    names = {"image/avif": "AVIF", "image/webp": "WebP", "image/jpeg": "JPEG", "image/png": "PNG"}
    widths = {name: [one["width"] for one in asset.renditions if one["type"] == kind] for kind, name in names.items()}
    return [(name, found) for name, found in widths.items() if found]


def _sources(kind: str, renditions: Collection[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield what a picture element offers of one kind.

    A telephone of three pixels a point would take the widest, four times as heavy as what nobody tells from it there.
    """
    small = [one for one in renditions if one["width"] <= ENOUGH]
    if 0 < len(small) < len(renditions):
        yield {"type": kind, "media": TELEPHONES, "srcset": _srcset(small)}
    yield {"type": kind, "srcset": _srcset(renditions)}


def _srcset(renditions: Collection[dict[str, Any]]) -> str:
    return ", ".join(f"{links.media(one['key'])} {one['width']}w" for one in renditions)
