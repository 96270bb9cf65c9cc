"""What becomes of the links of our texts: the worker asks for each address, politely, and writes down what it found.

Nothing here runs while a page is being prepared. A text that was saved leaves its addresses; the worker takes up what
is due in threads of their own, so that publishing never waits for a slow site, and stores what came back.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urldefrag, urljoin, urlsplit

import structlog
from sqlalchemy import ColumnElement, column, delete, or_, select, table
from sqlalchemy.orm import Session, sessionmaker

from cms.articles.models import Article, Revision
from cms.core import clock
from cms.core.db import transaction
from cms.core.events import Event
from cms.core.html import addresses
from cms.core.outbound import NoConnection, NoSuchSite, NotAllowed, Outbound, TooLarge, Unreachable
from cms.review import rules
from cms.review.models import NO_CONNECTION, LinkCheck
from cms.review.queries import url_hash
from cms.vocabulary import State

log = structlog.get_logger()

# The edition lives above this package; its table is named here, not imported.
PUBLISHED = table("published", column("revision_id"))
AT_ONCE = 4  # sites asked at the same time
HELD = timedelta(minutes=5)  # after which an address is due again that a worker took up and never answered for
FRESH = timedelta(days=7)
WITHOUT_CONNECTION = timedelta(minutes=30)
#: A name that resolves wherever names resolve at all (RFC 2606); it is looked up, never asked for anything.
PROBE = "example.com"


@dataclass(frozen=True)
class Found:
    """What came of asking for one address; `problem` is '' where all is well, `is_dead` what readers would meet."""

    url: str
    status: int
    problem: str
    is_dead: bool
    milliseconds: int
    is_ours: bool = False


def external(body: str, public_url: str) -> list[str]:
    """Return the addresses elsewhere that a stored body links to, each once, without their fragments."""
    found = (urldefrag(address)[0] for address in addresses(body))
    return list(dict.fromkeys(url for url in found if is_elsewhere(url, public_url)))


def is_elsewhere(address: str, public_url: str) -> bool:
    """Tell an address of another site from one of our own, and from what is no address of the web."""
    return bool(_WEB.match(address)) and own_path(address, public_url) is None


def own_path(address: str, public_url: str) -> str | None:
    """Return the path of an address of our own, relative or whole; None for all others, and for parts of the page."""
    if address.startswith("#") or (":" in address.partition("/")[0] and not _WEB.match(address)):
        return None
    ours, there = urlsplit(public_url or _NOWHERE), urlsplit(urljoin(f"{public_url or _NOWHERE}/articles/x", address))
    return there.path or "/" if (there.scheme, there.netloc.lower()) == (ours.scheme, ours.netloc.lower()) else None


_WEB = re.compile(r"https?://", re.IGNORECASE)
_NOWHERE = "http://galley.invalid"


class LinkChecker:
    """Registers the addresses of saved texts, asks for what is due, and forgets what nobody links to.

    `begin` starts a thread's work; tests do it at once.
    """

    def __init__(
        self,
        outbound: Outbound,
        *,
        public_url: str,
        is_on: bool = True,
        begin: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._outbound, self._public_url, self._is_on = outbound, public_url, is_on
        self._begin = begin or _in_thread
        self._done: queue.SimpleQueue[Found] = queue.SimpleQueue()
        self._asked: dict[str, str] = {}  # the hosts that are being asked, and for what

    def text_changed(self, db: Session, event: Event) -> None:
        """Make the addresses of a text due that are not known, or were not looked at for a week (LATER)."""
        if not self._is_on or event.subject_id is None:
            return
        body = db.scalar(select(Revision.body).join(Article, Article.head_id == Revision.id).where(
            Article.id == event.subject_id
        ))  # fmt: skip
        urls = external(body or "", self._public_url)
        if not urls:
            return
        now = clock.now()
        with transaction(db):
            wanted = {url_hash(url): url for url in urls}
            known = {row.url_hash: row for row in db.scalars(select(LinkCheck).where(LinkCheck.url_hash.in_(wanted)))}
            for key, url in wanted.items():
                row = known.get(key)
                if row is None:
                    db.add(LinkCheck(url=url, url_hash=key, asked_at=now, due_at=now))
                elif row.checked_at is not None and row.checked_at < now - FRESH and row.due_at > now:
                    row.due_at = now

    def is_needed(self, db: Session) -> bool:
        """Tell cheaply whether something came back, or something is due that can be asked for now."""
        if not self._done.empty():
            return True
        return self._is_on and len(self._asked) < AT_ONCE and bool(self._due(db))

    def check_due(self, sessions: sessionmaker[Session]) -> None:
        """Store what came back, and ask for what is due; returns at once, however slow the sites are."""
        self._store(sessions)
        if not self._is_on:
            return
        with sessions() as db:
            due = self._due(db)
            with transaction(db):
                # Nobody else takes them up meanwhile, and a worker that dies over them loses nothing.
                for row in db.scalars(select(LinkCheck).where(LinkCheck.url.in_(due))):
                    row.due_at = clock.now() + HELD
        for url in due:
            self._asked[_host(url)] = url
            self._begin(partial(self._ask_and_tell, url))

    def sweep(self, sessions: sessionmaker[Session]) -> int:
        """Forget the addresses that no unpublished head and no live piece links to; return how many there were."""
        with sessions() as db:
            linked = {url_hash(url) for body in _bodies(db) for url in external(body, self._public_url)}
            rows = db.execute(select(LinkCheck.id, LinkCheck.url_hash, LinkCheck.checked_at)).all()
            gone = [i for i, key, seen in rows if key not in linked or (seen is None and not self._is_on)]
            for start in range(0, len(gone), 200):
                with transaction(db):
                    db.execute(delete(LinkCheck).where(LinkCheck.id.in_(gone[start : start + 200])))
        return len(gone)

    def _due(self, db: Session) -> list[str]:
        """Return what is to be asked for now: one address for each site, as many as there are hands free."""
        query = select(LinkCheck.url).where(LinkCheck.due_at <= clock.now()).order_by(LinkCheck.due_at, LinkCheck.id)
        chosen: dict[str, str] = {}
        for url in db.scalars(query.limit(200)):
            if len(chosen) + len(self._asked) >= AT_ONCE:
                break
            if _host(url) not in self._asked:
                chosen.setdefault(_host(url), url)
        return list(chosen.values())

    def _ask_and_tell(self, url: str) -> None:
        self._done.put(self._ask(url))

    def _ask(self, url: str) -> Found:
        """Ask for one address: first for its head, and for the whole only where that does not tell."""
        started = time.monotonic()
        try:
            answer = self._outbound.fetch(url, method="HEAD", is_read=False)
            if answer.status >= 400:
                answer = self._outbound.fetch(url, method="GET", is_read=False)
            status, problem, is_dead, is_ours = answer.status, *_judged(answer.status), False
        except NoConnection:
            status, problem, is_dead, is_ours = 0, NO_CONNECTION, False, True
        except NoSuchSite as error:
            # Some resolvers say so too where no name can be resolved: then it is our connection that fails.
            is_ours = not self._outbound.can_resolve(PROBE)
            status, problem, is_dead = 0, NO_CONNECTION if is_ours else str(error), not is_ours
        except TooLarge:
            status, problem, is_dead, is_ours = 200, "", False, False
        except (NotAllowed, Unreachable) as error:
            status, problem, is_dead, is_ours = 0, str(error), True, False
        except Exception as error:  # whatever a strange answer breaks, the worker lives on
            log.exception("links.crashed", host=_host(url))
            status, problem, is_dead, is_ours = 0, f"could not be read ({type(error).__name__})", False, False
        return Found(url, status, problem, is_dead, round((time.monotonic() - started) * 1000), is_ours)

    def _store(self, sessions: sessionmaker[Session]) -> None:
        found: list[Found] = []
        while not self._done.empty():
            found.append(self._done.get())
        if not found:
            return
        for one in found:
            self._asked.pop(_host(one.url), None)
        by_hash = {url_hash(one.url): one for one in found}
        with sessions() as db, transaction(db):
            for row in db.scalars(select(LinkCheck).where(LinkCheck.url_hash.in_(by_hash))):
                _write_down(row, by_hash[row.url_hash], clock.now())


def _write_down(row: LinkCheck, found: Found, now: datetime) -> None:
    if found.is_ours and row.checked_at is not None and not row.problem:
        row.due_at = now + WITHOUT_CONNECTION  # it was well when it was last seen, and nothing else is known
        return
    row.checked_at, row.status, row.milliseconds = now, found.status, found.milliseconds
    row.problem, row.failures = found.problem[:300], row.failures + 1 if found.is_dead else 0
    pause = rules.pause_after(row.failures) if found.is_dead else WITHOUT_CONNECTION if found.is_ours else FRESH
    row.due_at = now + pause


def _judged(status: int) -> tuple[str, bool]:
    """Return what a status says of a page: the problem in words, and whether readers would meet it too."""
    if status < 400:
        return "", False
    if status in rules.UNTELLING:
        return f"does not let machines look (it answers {status})", False
    return f"answers {status}", True


def _bodies(db: Session) -> Iterable[str]:
    """Yield the texts whose links matter: what is being worked on, and what readers can see."""
    heads = select(Article.head_id).where(Article.state.not_in([State.SETTLED, State.SPIKED]))
    where: ColumnElement[bool] = or_(Revision.id.in_(heads), Revision.id.in_(select(PUBLISHED.c.revision_id)))
    yield from db.scalars(select(Revision.body).where(where).execution_options(yield_per=100))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True, name="link check").start()
