"""Finding pieces for readers, and keeping the index the same as the edition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from pathlib import Path

import structlog
from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from cms.core.events import Event
from cms.language import N_
from cms.publication.models import Published, PublishedCredit, PublishedTopic
from cms.search import cards, documents, engines, guidance, suggestions
from cms.search.cards import Card, Elsewhere, PersonCard
from cms.search.engines import Ground
from cms.search.excerpts import Marker
from cms.search.facets import Choice, Facet, facets
from cms.search.index import EXACT_UP_TO, FILTERS, Hits, Index, IndexUnavailable, Query, Sort
from cms.search.keeping import Kept, Source
from cms.search.likeness import Likenesses
from cms.search.query import as_value, cut, is_grammar, parse, thinned
from cms.search.suggestions import Suggestion
from cms.search.tally import Tally

log = structlog.get_logger()

MAX_PER_PAGE = 100
# Beyond this nobody looks for anything: it is refused unread.
MOST_CHARACTERS = 4_000
RESTING = N_("The search is being rebuilt. Until it is back, only headlines are looked through.")
TOO_LONG = N_("This is too long to look for. Take the few words that matter most.")
NO_WORDS = N_("There is no word in this to look for. Add one that says what the piece is about.")

NOWHERE_ELSE = Elsewhere()
EDITION = Source(documents.documents, documents.all_documents, documents.live_ids)

Values = str | int | Iterable[str | int] | None


@dataclass(frozen=True)
class Found:
    """One page of results.

    `total` is exact unless `is_capped`; `unfiltered` is the total without the filters. `instead` is the spelling that
    was looked for because nothing knows the one typed, `maybe` one to offer. `without` are the words that no piece has
    and that nothing stands for: what was found goes by the others. `thinned` are the phrases of which only one word
    could be looked for, with that word. `notice` says in a sentence what a reader should know, and is empty where all
    is well. `elsewhere` is where to go on where nothing was found.
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
    instead: str = ""
    maybe: str = ""
    without: tuple[str, ...] = ()
    thinned: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    first: date | None = None
    last: date | None = None
    elsewhere: Elsewhere = NOWHERE_ELSE

    @property
    def chosen(self) -> list[tuple[Facet, Choice]]:
        """What the results are narrowed by, as far as it is on the page."""
        return [(facet, choice) for facet in self.facets for choice in facet.choices if choice.is_selected]


def open_search(
    folder: Path, *, key: str, zone: tzinfo = UTC, engine: str = "whoosh", database: Engine | None = None
) -> Search:
    """Return the search on the index in `folder`, or in `database`, as `engine` has it; a day is one of `zone`.

    Nothing is opened before it is needed.
    """
    return Search(engines.make(engine, Ground("edition", folder, key, database)), zone)


class Search(Kept):
    """The search over an index of the edition."""

    def __init__(self, index: Index, zone: tzinfo = UTC) -> None:
        super().__init__(index, EDITION)
        self.likenesses = Likenesses(index)
        self._zone = zone
        self.tally = Tally()

    def find(
        self, db: Session, query_text: str, *, first: date | None = None, last: date | None = None, page: int = 1,
        per_page: int = 10, sort: str = "relevance", is_exact: bool = False, **narrowed: Values,
    ) -> Found:  # fmt: skip
        """Return one page of the live pieces that answer `query_text`, or of the newest where it is empty.

        `narrowed` are values of FILTERS, `first` and `last` days; all are joined with what was typed. A word that no
        piece has is looked for in its nearest spelling, unless `is_exact`. Never raises for what a reader sends.
        """
        if len(query_text) > MOST_CHARACTERS:
            return Found(cut(query_text), notice=TOO_LONG)
        asked = _narrowed(parse(query_text), narrowed, first, last)
        per_page = max(1, min(per_page, MAX_PER_PAGE))
        page = max(1, min(page, EXACT_UP_TO // per_page))
        told = guidance.told(db)
        asked = replace(
            asked,
            zone=self._zone,
            sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
            offset=(page - 1) * per_page,
            limit=per_page,
            # Withdrawn a moment ago, and the index may not know yet: not even their number may show.
            hidden=told.withdrawn,
        )
        if asked.text and not (asked.words or asked.phrases or asked.excluded or asked.is_narrowed):
            return Found(asked.text, notice=NO_WORDS)
        typed, asked = asked.text, told.guided(asked)
        try:
            hits = self.index.search(asked)
            if not (hits.unfiltered or asked.is_narrowed or told.first(asked)) and is_grammar(asked):
                return Found(typed, notice=NO_WORDS)
            if hits.maybe and not is_exact:
                instead = told.guided(_respelt(asked, hits.maybe))
                if (better := self.index.search(instead)).total:
                    asked, hits = instead, better
        except IndexUnavailable as exc:
            log.warning("search.unavailable", reason=str(exc))
            return _by_headline(db, asked)
        return _page(db, asked, hits, first=told.first(asked), typed=typed)

    def suggest(self, db: Session, text: str) -> tuple[Suggestion, ...]:
        """Return what somebody who has typed so far may be looking for, pieces first; nothing while the index rests."""
        try:
            return suggestions.load(db, self.index.suggest(cut(text)))
        except IndexUnavailable:
            return ()

    def opened(self, db: Session, text: str, slug: str) -> None:
        """Count that a live piece was opened from the answer to a question."""
        article_id = db.scalar(select(Published.article_id).where(Published.slug == slug))
        if article_id is not None:
            self.tally.opened(text[:MOST_CHARACTERS], article_id)

    def refresh(self, db: Session, events: Sequence[Event]) -> None:
        """Make the index match the edition for everything that `events` are about."""
        self.bring(db, _touched(db, events))


def _narrowed(query: Query, given: Mapping[str, Values], first: date | None, last: date | None) -> Query:
    joined = {}
    for name in FILTERS:
        values = given.get(name)
        listed = [] if values is None else [values] if isinstance(values, str | int) else list(values)
        meant = [value for one in listed if (value := as_value(name, str(one)))]
        joined[name] = tuple(dict.fromkeys((*getattr(query, name), *meant)))
    days = {
        "first": max((day for day in (first, query.first) if day), default=None),
        "last": min((day for day in (last, query.last) if day), default=None),
    }
    return replace(query, **joined, **days)  # type: ignore[arg-type]


def _respelt(asked: Query, text: str) -> Query:
    """Return the same question in another spelling."""
    said = parse(text)
    return replace(asked, text=said.text, words=said.words, phrases=said.phrases, excluded=said.excluded)


def _page(db: Session, query: Query, hits: Hits, *, first: Sequence[int], typed: str) -> Found:
    page = query.offset // query.limit + 1
    ids = [hit.article_id for hit in hits.hits if hit.article_id not in first]
    shown = cards.load(db, [*first, *ids], Marker(query.terms), promoted=first)
    # What the edition no longer has, readers do not see, whatever the index believes.
    lost = len(ids) - sum(not card.is_promoted for card in shown)
    total = max(0, hits.total - lost)
    return Found(
        query=typed,
        cards=shown,
        people=cards.people(db, query, hits.facets) if page == 1 else (),
        total=total,
        is_capped=hits.is_capped,
        unfiltered=max(total, hits.unfiltered - lost),
        page=page,
        pages=max(1, math.ceil(total / query.limit)),
        sort=query.sort,
        facets=facets(query, hits.facets),
        first=query.first,
        last=query.last,
        instead=query.text if query.text != typed else "",
        maybe=hits.maybe,
        without=_dropped(query, hits.unknown) if shown else (),
        thinned=thinned(query) if shown else (),
        elsewhere=NOWHERE_ELSE if shown or hits.unfiltered else cards.elsewhere(db, hits.near),
    )


def _dropped(query: Query, unknown: Sequence[str]) -> tuple[str, ...]:
    """Return the unknown words that no synonym stands for."""
    meant = {query.words[n] for first, count, _ in query.synonyms for n in range(first, first + count)}
    return tuple(word for word in unknown if word not in meant)


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
    named = [one for event in events for one in (event.details.get("article"), *event.details.get("articles", ()))]
    ids = about.pop("article", set()) | {int(one) for one in named if one is not None}
    for select_ids in (
        select(PublishedCredit.article_id).where(PublishedCredit.person_id.in_(about.get("person", ()))),
        select(PublishedTopic.article_id).where(PublishedTopic.topic_id.in_(about.get("topic", ()))),
        select(Published.article_id).where(Published.section_id.in_(about.get("section", ()))),
        select(Published.article_id).where(Published.series_id.in_(about.get("series", ()))),
    ) if about else ():  # fmt: skip
        ids |= set(db.scalars(select_ids))
    return ids
