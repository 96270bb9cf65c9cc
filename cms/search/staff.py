"""Finding for the staff: pieces in any state, people and pictures, in an index of their own.

The index says what matches, in all there is; the policy's own conditions, asked of the database with each search, say
what of that somebody may see. So neither a stale index nor a mistake in here can show a piece to the wrong person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cms.articles.models import Article, ArticleAuthor, Credit, Revision, RevisionTopic
from cms.articles.queries import LINE, visible_to
from cms.core import clock
from cms.core.errors import NotFound
from cms.core.events import Event
from cms.core.html import to_text
from cms.core.paging import Page
from cms.media.models import Asset
from cms.people.models import Person
from cms.policy import Actor, can
from cms.publication.models import Published
from cms.search import analysis, engines, guidance, languages
from cms.search.excerpts import Marker
from cms.search.index import Document, Index, IndexUnavailable, Label, Query
from cms.search.keeping import BATCH, Kept, Source
from cms.search.query import day, parse
from cms.vocabulary import Can, CreditRole, State

#: What a document of this index is; its id is the row's, times so many, plus this.
PIECE, PERSON, PICTURE = 0, 1, 2
KINDS = {PIECE: Article, PERSON: Person, PICTURE: Asset}
STRIDE = 4
DEPTH = 1_000  # matches of which it is asked whether somebody may see them
PER_PAGE = 20
MOST_BESIDE = 5
RESTING = "The newsroom's search is being built. Try again in a minute."

_STAFF_FIELDS = re.compile(r"(?<!\S)(state|mine|due):(\S+)", re.IGNORECASE)
Row = TypeVar("Row", Person, Asset)

_NO_LABEL = Label("", "")
_NEVER = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True)
class StaffFound:
    """One page of pieces with the passages that match, and the people and pictures beside them."""

    text: str
    page: Page[Article]
    passages: dict[int, str] = field(default_factory=dict)
    people: Sequence[Person] = ()
    pictures: Sequence[Asset] = ()
    notice: str = ""


def open_staff_search(folder: Path, *, key: str, zone: ZoneInfo) -> StaffSearch:
    """Return the staff's search on the index in `folder`; nothing is opened before it is needed."""
    return StaffSearch(engines.make("whoosh", folder, key=key), zone)


class StaffSearch(Kept):
    """The search over the index of everything."""

    def __init__(self, index: Index, zone: ZoneInfo) -> None:
        super().__init__(index, EVERYTHING)
        self._zone = zone

    def follow(self, db: Session, events: Sequence[Event]) -> None:
        """Make the index match what `events` are about (BATCHED)."""
        kinds = {"article": PIECE, "person": PERSON, "asset": PICTURE}
        about = {(kinds[event.subject_type], event.subject_id) for event in events if event.subject_type in kinds}
        self.bring(db, {number * STRIDE + kind for kind, number in about if number is not None})

    def find(self, db: Session, actor: Actor, text: str, *, page: int = 1) -> StaffFound:
        """Return what answers `text` of that which `actor` may see.

        The grammar is the readers', and besides `state:in_review` (or `state:live`), `mine:yes`, and `due:late`,
        `due:today`, `due:week`, `due:none` or `due:2026-11-30` (until that day).
        """
        query, conditions = self._meant(db, actor, text)
        try:
            found = self._matches(query)
        except IndexUnavailable:
            return StaffFound(text, self._page(db, [], page), notice=RESTING)
        shown = self._page(db, _seen(db, actor, found, conditions), page)
        if found is None:
            return StaffFound(text, shown)
        beside = page == 1 and not conditions
        return StaffFound(
            text, shown, _passages(db, shown.items, query),
            people=_rows(db, Person, found[PERSON]) if beside and can(actor, Can.PERSON_READ) else (),
            pictures=_rows(db, Asset, found[PICTURE]) if beside and can(actor, Can.MEDIA_READ) else (),
        )  # fmt: skip

    def answers(self, db: Session, actor: Actor, text: str) -> list[int]:
        """Return the ids of the pieces that `actor` may see and that answer `text`.

        Raises IndexUnavailable where words are asked for and nothing can answer.
        """
        query, conditions = self._meant(db, actor, text)
        return _seen(db, actor, self._matches(query), conditions)

    def _matches(self, query: Query) -> dict[int, list[int]] | None:
        """Return what the index finds, by kind; None where nothing is asked that it could say."""
        if not (query.words or query.phrases or query.excluded or query.is_narrowed):
            return None
        hits = self._index.search(replace(query, limit=DEPTH)).hits
        return {kind: [hit.article_id // STRIDE for hit in hits if hit.article_id % STRIDE == kind] for kind in KINDS}

    def _meant(self, db: Session, actor: Actor, text: str) -> tuple[Query, list[ColumnElement[bool]]]:
        conditions = [
            self._condition(actor, name.lower(), value.lower()) for name, value in _STAFF_FIELDS.findall(text)
        ]
        return replace(guidance.told(db).guided(parse(_STAFF_FIELDS.sub(" ", text))), zone=self._zone), conditions

    def _condition(self, actor: Actor, name: str, value: str) -> ColumnElement[bool]:
        if name == "mine":
            mine = Article.authors.any((ArticleAuthor.user_id == actor.id) & ArticleAuthor.is_current)
            return ~mine if value == "no" else mine
        if name == "due":
            return self._due(value)
        if value == "live":
            return Article.id.in_(select(Published.article_id))
        state = value.replace("-", "_")
        return Article.state == State(state) if state in set(State) else false()

    def _due(self, value: str) -> ColumnElement[bool]:
        now = clock.now()
        today = now.astimezone(self._zone).date()
        until = {"today": today, "week": today + timedelta(days=7)}.get(value) or day(value)
        if value == "none":
            return Article.due_at.is_(None)
        if value in ("late", "overdue"):
            return Article.due_at < now
        if until is None:
            return false()
        return Article.due_at < datetime.combine(until + timedelta(days=1), time(), self._zone)

    @staticmethod
    def _page(db: Session, ids: Sequence[int], number: int) -> Page[Article]:
        wanted = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
        query = select(Article).where(Article.id.in_(wanted)).options(*LINE)
        rows = {article.id: article for article in db.scalars(query).unique()}
        return Page([rows[one] for one in wanted if one in rows], number, PER_PAGE, len(ids))


def _some(db: Session, ids: Collection[int]) -> list[Document]:
    numbers = {kind: [one // STRIDE for one in ids if one % STRIDE == kind] for kind in KINDS}
    pieces = db.scalars(_PIECES.where(Article.id.in_(numbers[PIECE]))).unique()
    found = [_piece(article) for article in pieces]
    found += [_person(one) for one in db.scalars(select(Person).where(Person.id.in_(numbers[PERSON])))]
    return found + [_picture(one) for one in db.scalars(select(Asset).where(Asset.id.in_(numbers[PICTURE])))]


def _all(db: Session) -> Iterator[Document]:
    """Yield everything, a batch at a time, each read in a session of its own (see `documents.all_documents`)."""
    ids = sorted(_every_id(db))
    for start in range(0, len(ids), BATCH):
        with Session(db.get_bind()) as reading:
            yield from _some(reading, ids[start : start + BATCH])


def _every_id(db: Session) -> set[int]:
    with Session(db.get_bind()) as reading:
        pieces = reading.scalars(select(Article.id).where(Article.head_id.is_not(None)))
        found = {number * STRIDE + PIECE for number in pieces}
        found |= {number * STRIDE + PERSON for number in reading.scalars(select(Person.id))}
        return found | {number * STRIDE + PICTURE for number in reading.scalars(select(Asset.id))}


EVERYTHING = Source(_some, _all, _every_id)
_PIECES = (
    select(Article)
    .where(Article.head_id.is_not(None))
    .options(
        joinedload(Article.head).joinedload(Revision.section),
        joinedload(Article.head).selectinload(Revision.credits).joinedload(Credit.person),
        joinedload(Article.head).selectinload(Revision.topics).joinedload(RevisionTopic.topic),
        selectinload(Article.authors),
    )
)


def _piece(article: Article) -> Document:
    head = article.head
    if head is None:
        raise NotFound("This piece has no text yet.")
    named = [(Label(credit.person.slug, credit.person.name), credit.role) for credit in head.credits]
    return Document(
        article_id=article.id * STRIDE + PIECE,
        title=head.headline,
        body="\n".join(part for part in (head.kicker, head.dek, to_text(head.body)) if part),
        kind=Label(head.kind.value, head.kind.label),
        section=Label(head.section.slug, head.section.name) if head.section else _NO_LABEL,
        published_at=article.changed_at,
        authors=tuple(dict.fromkeys(label for label, role in named if role.makes_author)),
        experts=tuple(dict.fromkeys(label for label, role in named if role is CreditRole.INTERVIEWEE)),
        people=tuple(dict.fromkeys(label for label, _ in named)),
        topics=tuple(Label(one.topic.slug, one.topic.name) for one in head.topics),
        language=languages.named(head.language).code,
    )


def _person(person: Person) -> Document:
    words = (person.headline, person.employer, person.bio, *person.expertise)
    return _beside(person.id * STRIDE + PERSON, Label("person", "Person"), person.name, words)


def _picture(asset: Asset) -> Document:
    words = (asset.caption, asset.credit, asset.file_name)
    return _beside(asset.id * STRIDE + PICTURE, Label("picture", "Picture"), asset.alt, words)


def _beside(number: int, kind: Label, title: str, words: Sequence[str]) -> Document:
    return Document(number, title, "\n".join(filter(None, words)), kind, _NO_LABEL, _NEVER)


def _seen(
    db: Session, actor: Actor, found: dict[int, list[int]] | None, conditions: Sequence[ColumnElement[bool]]
) -> list[int]:
    """Return those pieces that were found, or of all, that `actor` may see and that meet the conditions."""
    matching = visible_to(actor).where(*conditions)
    if found is None:
        return [row.id for row in db.execute(_ids(matching.order_by(Article.changed_at.desc(), Article.id.desc())))]
    seen = {row.id for row in db.execute(_ids(matching.where(Article.id.in_(found[PIECE]))))}
    return [number for number in found[PIECE] if number in seen]


def _ids(query: Select[Article]) -> Select[int]:
    return query.with_only_columns(Article.id)


def _rows(db: Session, kind: type[Row], ids: Sequence[int]) -> list[Row]:
    rows = {row.id: row for row in db.scalars(select(kind).where(kind.id.in_(ids[:MOST_BESIDE])))}
    return [rows[one] for one in ids[:MOST_BESIDE] if one in rows]


def _passages(db: Session, articles: Sequence[Article], query: Query) -> dict[int, str]:
    """Return the passage of each piece that answers best; lists come without their texts, so these are fetched."""
    marker = Marker(query.terms)
    heads = {article.head_id: article for article in articles}
    bodies = db.execute(select(Revision.id, Revision.body, Revision.language).where(Revision.id.in_(heads)))
    passages = {}
    for number, body, language in bodies:
        section = {"id": "", "title": "", "text": analysis.clean(to_text(body))}
        passage = marker.excerpt([section], "", languages.named(language).code).passage
        passages[heads[number].id] = passage.text
    return passages
