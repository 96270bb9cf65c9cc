"""Bringing pieces in from elsewhere: each file whole or not at all, and never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cms.articles import service as texts
from cms.articles.models import Article, Content, CreditLine, Revision
from cms.core.db import transaction
from cms.core.errors import CmsError, Invalid
from cms.core.html import Element, blocks, put, walk, write
from cms.core.storage import LocalStorage
from cms.interviews import service as interviews
from cms.media import images
from cms.media import service as media
from cms.media.models import Asset
from cms.media.queries import picture
from cms.people import service as people
from cms.policy import SYSTEM, Actor, require
from cms.publication import service as publication
from cms.taxonomy import queries as sections
from cms.taxonomy import service as taxonomy
from cms.taxonomy.models import Section
from cms.transfer.piece import Credited, Piece
from cms.transfer.reading import SUFFIXES, beside, read
from cms.vocabulary import Can, CreditRole
from cms.workflow import service as workflow

#: Where pieces go whose front matter names no section of this magazine.
DEFAULT_SECTION = "Archive"


#: Folders of site generators that hold no pieces.
MACHINERY = frozenset({"_site", "_layouts", "_includes", "_sass", "_data", "layouts", "node_modules", "vendor"})


class Status(StrEnum):
    """What became of a file."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one file, and sentences on what could not be read or was changed on the way."""

    source: str
    status: Status
    said: tuple[str, ...] = ()
    article_id: int | None = None


@dataclass(frozen=True)
class Options:
    """What the operator asked for."""

    publish: bool = False
    section: str | None = None
    dry_run: bool = False
    limit: int = 25_000_000


class _Known:
    """What was brought in before: by the digest of the file, and by where it lay and what it was called."""

    def __init__(self, db: Session) -> None:
        self.names: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        first = (Revision.article_id == Article.id) & (Revision.number == 1)
        query = select(Article.imported_from, Revision.headline).join(Revision, first)
        for origin, title in db.execute(query.where(Article.imported_from.is_not(None))):
            self.add(origin or "", title)

    def add(self, origin: str, title: str) -> None:
        """Remember one file."""
        digest, _, name = origin.partition("#")
        self.names[digest] = name
        self.titles[name] = title


class MarkdownImport:
    """One run over a folder. It may be stopped at any moment and run again: what is there already is left alone."""

    def __init__(self, sessions: sessionmaker[Session], storage: LocalStorage, root: Path, options: Options) -> None:
        self.sessions, self.storage, self.options = sessions, storage, options
        self.root = root.resolve()
        if not self.root.exists():
            raise Invalid(f"There is no folder {root}.")
        self.folder = self.root if self.root.is_dir() else self.root.parent
        self.files = sorted(self._find())
        with sessions() as db:
            require(SYSTEM, Can.ARTICLE_IMPORT)
            if options.section and sections.section_by_name(db, options.section) is None:
                known = ", ".join(section.name for section in db.scalars(sections.sections())) or "none yet"
                raise Invalid(f"There is no section {options.section!r}. There are: {known}.")
            self._known = _Known(db)

    def run(self) -> Iterator[Outcome]:
        """Import file by file, each in a transaction of its own."""
        for path in self.files:
            try:
                yield self._one(path)
            except CmsError as exc:
                yield Outcome(self._name(path), Status.REFUSED, (workflow.reason_of(exc),))

    def _find(self) -> Iterator[Path]:
        if self.root.is_file():
            yield self.root
            return
        for path in self.root.rglob("*"):
            hidden = any(part.startswith(".") or part in MACHINERY for part in path.relative_to(self.root).parts)
            inside = path.resolve().is_relative_to(self.root)  # a link that leads outside is not followed
            if path.suffix.lower() in SUFFIXES and path.is_file() and inside and not hidden and path.stem != "MANIFEST":
                yield path

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _one(self, path: Path) -> Outcome:
        name = self._name(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
        if digest in self._known.names:
            where = self._known.names[digest]
            same = "It is here already." if where == f"{self.folder.name}/{name}" else f"The same as {where}."
            return Outcome(name, Status.KNOWN, (same,))
        piece = read(path, self.folder)
        origin = f"{self.folder.name}/{name}"
        if self._known.titles.get(origin) == piece.title:
            left = "The file changed after it was brought in; the piece here was left as it is."
            return Outcome(name, Status.KNOWN, (left,))
        if self.options.dry_run:
            return Outcome(name, Status.NEW, piece.warnings)
        found, said = self._pictures(path, piece)
        try:
            with self.sessions() as db, transaction(db):
                article, cut = bring_in(
                    db, SYSTEM, piece, found, origin=f"{digest}#{origin}"[:500], section=self.options.section,
                    publish=self.options.publish,
                )  # fmt: skip
                article_id = article.id
        except BaseException:
            for prepared in found.values():
                images.discard(prepared)
            raise
        self._known.add(f"{digest}#{origin}", piece.title)
        return Outcome(name, Status.NEW, (*piece.warnings, *said, *cut), article_id)

    def _pictures(self, path: Path, piece: Piece) -> tuple[dict[str, images.Prepared], list[str]]:
        """Take in the pictures that lie beside the file, before any transaction begins."""
        found: dict[str, images.Prepared] = {}
        said: list[str] = []
        wanted = {ref.src: ref.src for ref in piece.images}
        if piece.hero:
            wanted[piece.hero.src] = beside(path, self.folder, piece.hero.src)
        for src, name in wanted.items():
            if not name:
                said.append(f"The picture {src[:120]} was not found.")
                continue
            file = self.folder / name
            try:
                with file.open("rb") as source:
                    found[src] = images.prepare(source, file.name, self.storage, limit=self.options.limit)
            except CmsError as exc:
                said.append(f"The picture {name} was left out: {exc}")
        return found, said


def bring_in(
    db: Session,
    actor: Actor,
    piece: Piece,
    found: Mapping[str, images.Prepared],
    *,
    origin: str | None = None,
    section: str | None = None,
    publish: bool = False,
) -> tuple[Article, list[str]]:
    """Store a piece that was read, with its people, topics, series, pictures and old addresses.

    With `publish` it goes live under its own date, if it is no draft. Runs inside the caller's transaction.
    Returns the piece, and sentences on what had to be cut to fit.
    """
    require(actor, Can.ARTICLE_IMPORT)
    content, cut = texts.fitted(content_of(db, actor, piece, found, section=section))
    article = texts.create(db, actor, content, imported_from=origin, at=piece.date)
    article.first_published_at = piece.date
    if piece.series:
        series = interviews.find_or_add_series(db, actor, title=piece.series)
        interviews.place(db, actor, series, article.id, part=piece.part)
    for address in piece.old_addresses:
        publication.set_redirect(db, article.id, address)
    if publish and not piece.is_draft:
        workflow.adopt(db, actor, article, at=piece.date)
    return article, cut


def content_of(
    db: Session, actor: Actor, piece: Piece, found: Mapping[str, images.Prepared], *, section: str | None = None
) -> Content:
    """Return what a revision would hold of a piece; people, topics and pictures that are missing are made."""
    assets = {src: media.add(db, actor, p, alt=_alt(piece, src), caption="", credit="") for src, p in found.items()}
    hero = assets.get(piece.hero.src) if piece.hero else None
    words = piece.hero
    return Content(
        kind=piece.kind,
        headline=piece.title,
        kicker=piece.kicker,
        dek=piece.dek,
        body=_with_pictures(piece, assets),
        slug=piece.slug,
        section_id=_section(db, actor, section, piece).id,
        topic_ids=tuple(taxonomy.find_or_add_topic(db, actor, name=name).id for name in piece.topics),
        credits=tuple(_credits(db, actor, piece)),
        hero_id=hero.id if hero else None,
        hero_alt=words.alt if words and hero else "",
        hero_caption=words.caption if words and hero else "",
        hero_credit=words.credit if words and hero else "",
        seo_description=piece.seo_description,
        language=piece.language,
    )


def _section(db: Session, actor: Actor, wanted: str | None, piece: Piece) -> Section:
    for name in (wanted, piece.section, *piece.topics):
        if name and (known := sections.section_by_name(db, name)):
            return known
    return taxonomy.find_or_add_section(db, actor, name=DEFAULT_SECTION)


def _credits(db: Session, actor: Actor, piece: Piece) -> Iterator[CreditLine]:
    """Yield everybody once per role; who asked the questions of an interview is not its author as well."""
    asked = {one.name for one in piece.interviewers}
    answered = {one.name for one in piece.interviewees}
    roles: tuple[tuple[CreditRole, tuple[Credited, ...]], ...] = (
        (CreditRole.INTERVIEWER, piece.interviewers),
        (CreditRole.AUTHOR, tuple(one for one in piece.authors if one.name not in asked | answered)),
        (CreditRole.INTERVIEWEE, piece.interviewees),
        (CreditRole.EDITOR, piece.editors),
    )
    for role, names in roles:
        for one in names:
            person = people.find_or_add(db, actor, name=one.name)
            yield CreditLine(person.id, role, one.affiliation or person.standing)


def _alt(piece: Piece, src: str) -> str:
    return next((ref.alt for ref in piece.images if ref.src == src and ref.alt), "")


def _with_pictures(piece: Piece, assets: Mapping[str, Asset]) -> str:
    """Put stored pictures where the reading left a mark; of one that could not be stored its words remain."""
    if not piece.images:
        return piece.body_html
    places = {ref.address: picture(assets.get(ref.src)) for ref in piece.images}
    tree = blocks(piece.body_html)
    for parent in walk(tree):
        for child in list(parent.children):
            if not isinstance(child, Element) or child.tag != "img" or child.attrs.get("src") not in places:
                continue
            shown = places[child.attrs["src"]]
            if not shown:
                parent.children.remove(child)
                continue
            for name in ("src", "width", "height"):
                put(child, name, str(shown[name]))
            put(child, "data-asset", str(shown["asset_id"]))
    return write(tree)
