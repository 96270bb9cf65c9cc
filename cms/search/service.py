"""Finding pieces for readers, and keeping the index the same as the edition."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cms.core.events import Event
from cms.language import N_
from cms.publication.models import Published, PublishedCredit, PublishedSeries, PublishedTopic, Withdrawal
from cms.search import cards, documents
from cms.search.cards import Card, PersonCard
from cms.search.excerpts import Marker
from cms.search.facets import Choice, Facet, facets
from cms.search.index import EXACT_UP_TO, FILTERS, Hits, Index, IndexUnavailable, Query, Sort
from cms.search.query import as_value, parse
from cms.search.whoosh_index import WhooshIndex

log = structlog.get_logger()

MAX_PER_PAGE = 100
RESTING = N_("The search is being rebuilt. Until it is back, only headlines are looked through.")
NO_WORDS = N_("There is no word in this to look for. Add one that says what the piece is about.")

Values = str | int | Iterable[str | int] | None


@dataclass(frozen=True)
class Found:
    """One page of results.

    `total` is exact unless `is_capped`; `unfiltered` is the total without the filters. `maybe` is another spelling
    to offer. `notice` says in a sentence what a reader should know, and is empty where all is well.
    """

    query: str
    cards: tuple[Card, ...] = ()
    people: tuple[PersonCard, ...] = ()
    total: int = 0
    is_capped: bool = False
    unfiltered: int = 0
    page: int = 1
    pages: int = 1
    sort: Sort = Sort.RELEVANCE
    facets: tuple[Facet, ...] = ()
    maybe: str = ""
    notice: str = ""

    @property
    def chosen(self) -> list[tuple[Facet, Choice]]:
        """What the results are narrowed by, as far as it is on the page."""
        return [(facet, choice) for facet in self.facets for choice in facet.choices if choice.is_selected]


@dataclass(frozen=True)
class Difference:
    """Where index and edition disagree: article ids."""

    missing: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


def open_search(folder: Path, *, key: str) -> Search:
    """Return the search on the index in `folder`; nothing is opened before it is needed."""
    # A key of its own, so that the secret that signs cookies is never used for two purposes.
    own_key = hmac.new(key.encode(), b"search index", hashlib.sha256).digest()
    return Search(WhooshIndex(folder, own_key))


class Search:
    """The search over one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(
        self, db: Session, query_text: str, *, section: Values = None, kind: Values = None, person: Values = None,
        year: Values = None, topic: Values = None, series: Values = None, page: int = 1, per_page: int = 10,
        sort: str = "relevance",
    ) -> Found:  # fmt: skip
        """Return one page of the live pieces that answer `query_text`, or of the newest where it is empty.

        Filters given here are joined with those typed. Never raises for what a reader sends.
        """
        given = dict(zip(FILTERS, (section, kind, person, year, topic, series), strict=True))
        query = _with_filters(parse(query_text), given)
        per_page = max(1, min(per_page, MAX_PER_PAGE))
        page = max(1, min(page, EXACT_UP_TO // per_page))
        query = replace(
            query,
            sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
            offset=(page - 1) * per_page,
            limit=per_page,
            series=_series_ids(db, query.series) if query.series else (),
            # Withdrawn a moment ago, and the index may not know yet: not even their number may show.
            hidden=frozenset(db.scalars(select(Withdrawal.article_id))),
        )
        if query.text and not (query.terms or query.excluded or query.filters()):
            return Found(query.text, notice=NO_WORDS)
        try:
            hits = self._index.search(query)
        except IndexUnavailable as exc:
            log.warning("search.unavailable", reason=str(exc))
            return _by_headline(db, query)
        return _page(db, query, hits, page=page)

    def is_ready(self) -> bool:
        """Tell whether searches are answered by the index."""
        return self._index.is_ready()

    def refresh(self, db: Session, events: Sequence[Event]) -> None:
        """Make the index match the edition for everything that `events` are about (BATCHED)."""
        ids = _touched(db, events)
        live = documents.documents(db, ids)
        try:
            self._index.apply(live, sorted(ids - {one.article_id for one in live}))
        except IndexUnavailable:
            if self._index.is_ready():
                raise  # somebody else is writing: the delivery comes again
            self.rebuild(db)

    def rebuild(self, db: Session, progress: Callable[[int], None] = lambda count: None) -> None:
        """Build the index anew from the edition; searches go on meanwhile. `progress` hears how many are done."""
        self._index.rebuild(documents.all_documents(db), progress)

    def ensure(self, db: Session) -> bool:
        """Rebuild the index if it is lost, and catch up with pieces that came or went unseen; tell if it was needed."""
        live = documents.live_ids(db)
        try:
            known = self._index.document_ids()
        except IndexUnavailable as exc:
            log.warning("search.rebuilding", reason=str(exc))
            known = None
        if known is None or (live and not known):
            self.rebuild(db)
            return True
        return self._settle(db, live - known, known - live)

    def check(self, db: Session) -> Difference:
        """Return where the index is not what the edition says."""
        known = self._index.fingerprints()
        missing, stale = [], []
        for one in documents.all_documents(db):
            fingerprint = known.pop(one.article_id, None)
            if fingerprint is None:
                missing.append(one.article_id)
            elif fingerprint != one.fingerprint:
                stale.append(one.article_id)
        return Difference(tuple(missing), tuple(sorted(known)), tuple(stale))

    def mend(self, db: Session) -> Difference:
        """Put right what `check` finds, and return what that was."""
        self.ensure(db)
        difference = self.check(db)
        self._settle(db, {*difference.missing, *difference.stale}, set(difference.surplus))
        return difference

    def _settle(self, db: Session, wanting: Collection[int], surplus: Collection[int]) -> bool:
        gone = set(surplus)
        for batch in _batches(sorted({*wanting, *gone})):
            live = documents.documents(db, batch)
            self._index.apply(live, sorted(set(batch) - {one.article_id for one in live}))
        return bool(wanting or gone)


def _with_filters(query: Query, given: dict[str, Values]) -> Query:
    joined = {}
    for name, values in given.items():
        listed = [] if values is None else [values] if isinstance(values, str | int) else list(values)
        meant = [value for one in listed if (value := as_value(name, str(one)))]
        joined[name] = tuple(dict.fromkeys((*getattr(query, name), *meant)))
    return replace(query, **joined)  # type: ignore[arg-type]


def _series_ids(db: Session, slugs: Iterable[str]) -> tuple[str, ...]:
    found = db.scalars(select(PublishedSeries.series_id).where(PublishedSeries.slug.in_(slugs)))
    return tuple(str(series_id) for series_id in found) or ("none",)


def _page(db: Session, query: Query, hits: Hits, *, page: int) -> Found:
    ids = [hit.article_id for hit in hits.hits]
    shown = cards.load(db, ids, Marker(query.terms))
    # What the edition no longer has, readers do not see, whatever the index believes.
    lost = len(ids) - len(shown)
    total = max(0, hits.total - lost)
    return Found(
        query=query.text,
        cards=shown,
        people=cards.people(db, query, hits.facets.get("person", ())) if page == 1 else (),
        total=total,
        is_capped=hits.is_capped,
        unfiltered=max(total, hits.unfiltered - lost),
        page=page,
        pages=max(1, math.ceil(total / query.limit)),
        sort=query.sort,
        facets=facets(query, hits.facets),
        maybe=hits.maybe,
    )


def _by_headline(db: Session, query: Query) -> Found:
    """Return what the database alone can offer: pieces with one of the words in the headline, else the newest."""
    where = [column.in_(values) for column, values in ((Published.section_slug, query.section),) if values]
    if query.kind:
        where.append(Published.kind.in_(query.kind))
    newest = select(Published.article_id).where(*where).order_by(Published.published_at.desc()).limit(query.limit)
    said = [Published.headline.icontains(word, autoescape=True) for word in (*query.words, *query.phrases)]
    ids = list(db.scalars(newest.where(or_(*said)))) if said else []
    shown = cards.load(db, ids or list(db.scalars(newest)), Marker(query.terms))
    return Found(query.text, cards=shown, total=len(shown), unfiltered=len(shown), sort=Sort.NEWEST, notice=RESTING)


def _touched(db: Session, events: Sequence[Event]) -> set[int]:
    """Return the pieces that these events concern, live or not."""
    about: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None:
            about.setdefault(event.subject_type, set()).add(event.subject_id)
    ids = about.pop("article", set()) | {int(i) for event in events for i in event.details.get("articles", ())}
    for select_ids in (
        select(PublishedCredit.article_id).where(PublishedCredit.person_id.in_(about.get("person", ()))),
        select(PublishedTopic.article_id).where(PublishedTopic.topic_id.in_(about.get("topic", ()))),
        select(Published.article_id).where(Published.section_id.in_(about.get("section", ()))),
        select(Published.article_id).where(Published.series_id.in_(about.get("series", ()))),
    ) if about else ():  # fmt: skip
        ids |= set(db.scalars(select_ids))
    return ids


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + documents.BATCH] for start in range(0, len(ids), documents.BATCH))
