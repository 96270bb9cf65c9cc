"""Searches that the staff keeps: on one's own desk, shared with the newsroom, and watched for what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, sessionmaker

from cms.accounts import queries as accounts
from cms.accounts.models import User
from cms.articles.models import Article
from cms.core import events
from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.core.html import clean_text
from cms.policy import SYSTEM, Actor, can, require
from cms.search.index import IndexUnavailable
from cms.search.models import SavedSearch, SearchWatch
from cms.search.staff import StaffSearch
from cms.vocabulary import Can

MOST_SAVED = 12  # by one person
MOST_SHARED = 20  # by all of them
MOST_KNOWN = 5_000  # of the pieces that answered once, the newest
MOST_TOLD = 50  # pieces of one search in one go


@dataclass(frozen=True)
class Counted:
    """A saved search as somebody sees it: how many pieces answer it now, whose it is, and whether they watch it."""

    saved: SavedSearch
    count: int
    by: str
    is_mine: bool
    is_watched: bool


def save(db: Session, actor: Actor, name: str, asked: str) -> SavedSearch:
    """Keep a search on one's desk."""
    require(actor, Can.NEWSROOM_ENTER)
    name, asked = clean_text(name)[:60], clean_text(asked)[:300]
    if not asked:
        raise Invalid("There is nothing to look for in it.", field="q")
    count = db.scalar(select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == actor.id)) or 0
    if count >= MOST_SAVED:
        raise Invalid(f"There are {MOST_SAVED} saved searches already. Take one away first.", field="name")
    saved = SavedSearch(user_id=actor.id, name=name or asked[:60], asked=asked)
    db.add(saved)
    return saved


def forget(db: Session, actor: Actor, number: int) -> None:
    """Take a search off one's desk, and off everybody's where it was shared."""
    saved = _own(db, actor, number)
    db.execute(delete(SearchWatch).where(SearchWatch.search_id == saved.id))
    db.delete(saved)


def share(db: Session, actor: Actor, number: int, *, is_shared: bool) -> SavedSearch:
    """Let everybody have a search of one's own, or nobody else any more: then nobody else watches it either."""
    saved = _own(db, actor, number)
    if saved.is_shared is is_shared:
        return saved
    if is_shared:
        count = db.scalar(select(func.count()).select_from(SavedSearch).where(SavedSearch.is_shared)) or 0
        if count >= MOST_SHARED:
            raise Invalid(f"The newsroom shares {MOST_SHARED} searches already.")
    else:
        others = (SearchWatch.search_id == saved.id) & (SearchWatch.user_id != saved.user_id)
        db.execute(delete(SearchWatch).where(others))
    saved.is_shared = is_shared
    return saved


def watch(db: Session, actor: Actor, staff: StaffSearch, number: int, *, is_wanted: bool) -> SavedSearch:
    """Be told from now on when a new piece answers a search, or not any more."""
    require(actor, Can.NEWSROOM_ENTER)
    saved = db.scalar(_within_reach(actor).where(SavedSearch.id == number))
    if saved is None or actor.id is None:
        raise NotFound("There is no such search.")
    watched = db.get(SearchWatch, (number, actor.id))
    if watched is not None and not is_wanted:
        db.delete(watched)
    if watched is None and is_wanted:
        try:
            known = staff.answers(db, actor, saved.asked)
        except IndexUnavailable as error:
            raise Invalid("The newsroom’s search is being built. Try again in a minute.") from error
        db.add(SearchWatch(search_id=saved.id, user_id=actor.id, known=known))
    return saved


def on_desk(db: Session, actor: Actor, staff: StaffSearch) -> list[Counted]:
    """Return one's own searches and those that are shared, each with how many pieces answer it now."""
    mine = (SearchWatch.search_id == SavedSearch.id) & (SearchWatch.user_id == actor.id)
    query = (
        _within_reach(actor)
        .join(User, User.id == SavedSearch.user_id)
        .outerjoin(SearchWatch, mine)
        .add_columns(User.name, SearchWatch.user_id)
        .order_by(SavedSearch.user_id != actor.id, func.lower(SavedSearch.name), SavedSearch.id)
    )
    return [
        Counted(saved, _count(db, actor, staff, saved), name, saved.user_id == actor.id, watcher is not None)
        for saved, name, watcher in db.execute(query)
    ]


def is_watched(db: Session) -> bool:
    """Tell whether anybody waits for what is new."""
    return db.scalar(select(SearchWatch.search_id).limit(1)) is not None


def tell_watching(staff: StaffSearch, sessions: sessionmaker[Session]) -> int:
    """Record what answers a watched search and did not before, once for each who watches it; return how much did.

    The records are told by the notifications, as all others are.
    """
    with sessions() as db:
        query = select(SearchWatch, SavedSearch).join(SavedSearch, SavedSearch.id == SearchWatch.search_id)
        found = [
            (watched, saved, _news(db, staff, watched, saved))
            for watched, saved in db.execute(query.order_by(SearchWatch.search_id, SearchWatch.user_id)).all()
        ]
    return sum(_tell(sessions, watched, saved, news) for watched, saved, news in found if news)


def _news(db: Session, staff: StaffSearch, watched: SearchWatch, saved: SavedSearch) -> list[int]:
    user = accounts.get(db, watched.user_id)
    if not user.is_active:
        return []
    try:
        return sorted(set(staff.answers(db, user, saved.asked)) - set(watched.known))[:MOST_TOLD]
    except IndexUnavailable:
        return []


def _tell(sessions: sessionmaker[Session], watched: SearchWatch, saved: SavedSearch, news: Sequence[int]) -> int:
    with sessions() as db, transaction(db):
        row = db.get(SearchWatch, (watched.search_id, watched.user_id), with_for_update=True)
        if row is None:  # not wanted any more, since a moment ago
            return 0
        new = [number for number in news if number not in row.known]
        for article in db.scalars(select(Article).where(Article.id.in_(new)).order_by(Article.id)):
            events.record(
                db, SYSTEM, "search.matched", article, search=saved.name, search_id=saved.id, users=[row.user_id]
            )
        row.known = sorted({*row.known, *new})[-MOST_KNOWN:]
    return len(new)


def _own(db: Session, actor: Actor, number: int) -> SavedSearch:
    """Return a search of one's own, or a shared one, for those who tell the search what to do."""
    query = select(SavedSearch).where(SavedSearch.id == number)
    if can(actor, Can.SEARCH_GUIDE):
        query = query.where(or_(SavedSearch.user_id == actor.id, SavedSearch.is_shared))
    else:
        query = query.where(SavedSearch.user_id == actor.id)
    saved = db.scalar(query)
    if saved is None:
        raise NotFound("There is no such search on your desk.")
    return saved


def _within_reach(actor: Actor) -> Select[SavedSearch]:
    return select(SavedSearch).where(or_(SavedSearch.user_id == actor.id, SavedSearch.is_shared))


def _count(db: Session, actor: Actor, staff: StaffSearch, saved: SavedSearch) -> int:
    try:
        return len(staff.answers(db, actor, saved.asked))
    except IndexUnavailable:
        return 0
