"""Questions about what lies beside a text: levels, links elsewhere, and who looks at a galley from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from cms.articles.models import Article, Credit, Revision, RevisionTopic
from cms.core import clock
from cms.core.errors import NotFound
from cms.core.secrets import same, token_hash
from cms.language import N_
from cms.policy import Actor
from cms.review import rules
from cms.review.checks import LinkFact, Rule, Scope
from cms.review.models import (
    NO_CONNECTION,
    CheckLevel,
    GalleyLink,
    GalleyOpening,
    LinkCheck,
    Look,
    Suggestion,
    Thread,
    Waiver,
)
from cms.vocabulary import Fate, Kind, Level, Purpose


def levels(db: Session) -> dict[Scope, Level]:
    """Return every level that was set, by its place."""
    columns = (CheckLevel.rule, CheckLevel.section_id, CheckLevel.kind, CheckLevel.level)
    return {(name, section_id, kind): level for name, section_id, kind, level in db.execute(select(*columns))}


def settings(db: Session) -> list[CheckLevel]:
    """Return every level that was set as a row, in the order in which they were."""
    return list(db.scalars(select(CheckLevel).order_by(CheckLevel.id)))


def weights(db: Session, section_id: int | None, kind: Kind | None) -> Callable[[Rule], Level]:
    """Return a function that says how much each rule weighs in one place; one query, however many rules ask."""
    known = levels(db)
    return lambda rule: rules.level_of(rule, known, section_id, kind)


def level_in(rule: Rule, known: dict[Scope, Level], section_id: int | None, kind: Kind | None) -> Level:
    """Return how much a rule weighs in one place, given the levels that were set."""
    return rules.level_of(rule, known, section_id, kind)


def link_facts(db: Session, urls: Collection[str]) -> dict[str, LinkFact]:
    """Return what is known of addresses elsewhere; one that nobody registered yet is not among them."""
    if not urls:
        return {}
    wanted = {url_hash(url) for url in urls}
    columns = (LinkCheck.url, LinkCheck.problem, LinkCheck.failures, LinkCheck.checked_at)
    found = db.execute(select(*columns).where(LinkCheck.url_hash.in_(wanted)))
    return {url: LinkFact(problem, failures > 0, checked_at) for url, problem, failures, checked_at in found}


def links_known(db: Session) -> int:
    """Return how many addresses elsewhere are looked after."""
    return db.scalar(select(func.count(LinkCheck.id))) or 0


def links_without_connection(db: Session) -> int:
    """Return how many of them could not be asked for because this machine has no way to the internet."""
    return db.scalar(select(func.count(LinkCheck.id)).where(LinkCheck.problem == NO_CONNECTION)) or 0


def url_hash(url: str) -> str:
    """Return what an address is found by, however long it is."""
    return hashlib.sha256(url.encode()).hexdigest()


@dataclass(frozen=True)
class Open:
    """What beside a piece waits for somebody, by number; its writers know nothing of the `confidential` threads."""

    threads: tuple[int, ...] = ()
    suggestions: tuple[int, ...] = ()
    confidential: tuple[int, ...] = ()

    def to_writers(self) -> Open:
        """Return what the people who wrote the piece may know of it."""
        return Open(self.threads, self.suggestions)

    @property
    def all_threads(self) -> tuple[int, ...]:
        """The threads that an approval waits for."""
        return tuple(sorted((*self.threads, *self.confidential)))


NOTHING = Open()


def open_beside(db: Session, article: Article) -> Open:
    """Return the open threads and suggestions beside a piece, the confidential ones too; one query."""
    kind = case((Thread.is_confidential, 2), else_=0).label("kind")
    threads = select(kind, Thread.id).where(Thread.article_id == article.id, Thread.settled_at.is_(None))
    suggestions = select(literal(1), Suggestion.id).where(
        Suggestion.article_id == article.id, Suggestion.fate == Fate.OPEN
    )
    found = sorted(tuple(row) for row in db.execute(union_all(threads, suggestions)))
    return Open(*(tuple(number for kind, number in found if kind == wanted) for wanted in range(3)))


def last_look(db: Session, actor: Actor, article: Article) -> Look | None:
    """Return what somebody read of a piece last."""
    return db.get(Look, (article.id, actor.id)) if actor.id is not None else None


def waivers(db: Session, article: Article) -> list[Waiver]:
    """Return what need not stop the approval of the text that a piece has now."""
    if article.head is None:
        return []
    this = (Waiver.article_id == article.id) & (Waiver.content_hash == article.head.content_hash)
    return list(db.scalars(select(Waiver).where(this).options(joinedload(Waiver.made_by)).order_by(Waiver.id)))


#: A link with who made it, its revision, and all that readers would see of that.
GALLEY = (
    joinedload(GalleyLink.made_by),
    joinedload(GalleyLink.revision).options(
        joinedload(Revision.section),
        selectinload(Revision.credits).joinedload(Credit.person),
        selectinload(Revision.topics).joinedload(RevisionTopic.topic),
    ),
)
#: How long a browser is known after it opened a link under which something can be done.
ADMITTED_FOR = timedelta(hours=12)
#: One sentence for whatever is wrong with a token, so that it tells nothing.
GONE = N_("The link may have been closed, or have run out. Ask whoever sent it to you for a new one.")


@dataclass(frozen=True)
class LinkLine:
    """One link as a list shows it, and how often it was opened."""

    link: GalleyLink
    opened: int
    last_at: datetime | None
    last_browser: str

    @property
    def is_open(self) -> bool:
        """Whether it still leads to the galley."""
        return is_open(self.link)


def is_open(link: GalleyLink) -> bool:
    """Tell whether a link still leads anywhere."""
    return link.revoked_at is None and link.used_at is None and link.expires_at > clock.now()


def open_links(article_id: int, *, at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a link leads to this piece at that moment."""
    still = GalleyLink.revoked_at.is_(None) & GalleyLink.used_at.is_(None) & (GalleyLink.expires_at > at)
    return (GalleyLink.article_id == article_id) & still


def links_of(db: Session, article: Article) -> list[LinkLine]:
    """Return every link to a piece, the open ones first, newest first, with what is known of their openings."""
    return _lines(db, GalleyLink.article_id == article.id)


def checks_of(db: Session, article: Article) -> list[LinkLine]:
    """Return the links under which people check their own words in a piece, in the same order."""
    return _lines(db, (GalleyLink.article_id == article.id) & (GalleyLink.purpose == Purpose.CHECK))


def _lines(db: Session, wanted: ColumnElement[bool]) -> list[LinkLine]:
    query = (
        select(GalleyLink)
        .where(wanted)
        .options(joinedload(GalleyLink.made_by), joinedload(GalleyLink.revision).options(load_only(Revision.number)))
        .order_by(GalleyLink.id.desc())
    )
    links = db.scalars(query).all()
    said = _openings(db, [link.id for link in links])
    lines = [LinkLine(link, *said.get(link.id, (0, None, ""))) for link in links]
    return sorted(lines, key=lambda line: not line.is_open)


def link_of(db: Session, article: Article, link_id: int) -> GalleyLink:
    """Return one link of this piece; a number of another piece is not found."""
    found = db.get(GalleyLink, link_id)
    if found is None or found.article_id != article.id:
        raise NotFound("There is no such link to this piece.")
    return found


def link_for(db: Session, token: str) -> GalleyLink:
    """Return the link that a token opens, with its revision and everything about that.

    Raises NotFound, with the same sentence for one that is unknown, expired or closed.
    """
    sought = token_hash(token)
    query = select(GalleyLink).where(GalleyLink.token_hash == sought)
    found = db.scalars(query.options(*GALLEY)).unique().one_or_none()
    if found is None or not same(found.token_hash, sought) or not is_open(found):
        raise NotFound(GONE)
    return found


def admitted(db: Session, link_id: int, key: str) -> GalleyLink:
    """Return the link that a browser opened some hours ago at most, like `link_for`; `key` is what its cookie has.

    Raises NotFound as that does.
    """
    sought, since = token_hash(key), clock.now() - ADMITTED_FOR
    known = (GalleyOpening.key_hash == sought) & (GalleyOpening.opened_at > since)
    query = select(GalleyLink).join(GalleyOpening, GalleyOpening.link_id == GalleyLink.id)
    found = db.scalars(query.where(GalleyLink.id == link_id, known).options(*GALLEY)).unique().one_or_none()
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        raise NotFound(GONE)
    return found


def _openings(db: Session, link_ids: Sequence[int]) -> dict[int, tuple[int, datetime, str]]:
    """Return how often each link was opened, and the last time: when and with what."""
    counted = (
        select(GalleyOpening.link_id, func.count().label("times"), func.max(GalleyOpening.id).label("last"))
        .where(GalleyOpening.link_id.in_(link_ids))
        .group_by(GalleyOpening.link_id)
        .subquery()
    )
    query = select(counted.c.link_id, counted.c.times, GalleyOpening.opened_at, GalleyOpening.browser).join(
        GalleyOpening, GalleyOpening.id == counted.c.last
    )
    return {link_id: (times, at, browser) for link_id, times, at, browser in db.execute(query)}
