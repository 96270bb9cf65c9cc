"""What `cms doctor` looks at: each check says in plain words what it found, and how to mend what is wrong."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from enum import Enum
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cms import paths
from cms.accounts.models import User
from cms.articles.models import Article
from cms.config import Settings
from cms.core import clock, passwords, trail
from cms.core.db import make_engine
from cms.core.errors import CmsError
from cms.core.events import Event
from cms.core.jobs import JobLease
from cms.demo.loader import PASSWORD, STAFF
from cms.media.images import can_write_avif
from cms.migrations import standing
from cms.review import queries as review
from cms.vocabulary import Role, State
from cms.wiring import assemble

LITTLE_SPACE, LESS_SPACE = 500_000_000, 2_000_000_000  # bytes
# The worker's shortest job comes round every minute; three without one, and nobody is at work.
ABSENT = timedelta(minutes=3)
LATE = timedelta(minutes=2)


class Level(Enum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do about it."""

    level: Level
    text: str
    mend: str = ""


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def note(text: str, mend: str = "") -> Finding:
    return Finding(Level.NOTE, text, mend)


def wrong(text: str, mend: str) -> Finding:
    return Finding(Level.WRONG, text, mend)


def examine(settings: Settings, given: dict[str, str]) -> Iterator[Finding]:
    """Look at everything, from the settings outwards; `given` are the `CMS_...` variables that are set."""
    yield from misspelt(settings, given)
    yield from profile(settings)
    yield from folders(settings)
    yield from space(settings.data)
    yield from assets()
    yield from pictures()
    yield from database(settings)


def misspelt(settings: Settings, given: dict[str, str]) -> Iterator[Finding]:
    """Find variables that nobody reads."""
    known = settings.variables()
    for name in sorted(given):
        if name not in known and not name.startswith("CMS_TEST_"):
            near = get_close_matches(name, known, 1)
            yield wrong(
                f"{name} is set, but there is no such setting.", f"Is {near[0]} meant?" if near else "Unset it."
            )


def profile(settings: Settings) -> Iterator[Finding]:
    """Look at what only matters when the public comes."""
    if settings.is_demo:
        yield ok("This is the demo profile: it only listens on this machine, and its passwords are public.")
        return
    if not settings.is_https:
        yield note(
            f"CMS_PUBLIC_URL is {settings.public_url}: sessions travel without encryption.",
            "Put a server with a certificate in front, and set CMS_PUBLIC_URL=https://...",
        )
    elif not settings.trusted_proxies:
        yield note(
            "Readers come by https, but CMS_TRUSTED_PROXIES is 0: every sign-in seems to come from the proxy.",
            "Set CMS_TRUSTED_PROXIES=1 where one proxy in front sets X-Forwarded-For and X-Forwarded-Proto.",
        )
    if not settings.mail_url:
        yield note(
            f"CMS_MAIL_URL is not set: letters become files in {settings.data / 'mail'}.",
            "Set CMS_MAIL_URL=smtp://user:password@host:587 to have them sent.",
        )


def folders(settings: Settings) -> Iterator[Finding]:
    """See whether the folders can be written to, and only by us."""
    for name, folder in (("data", settings.data), ("pictures", settings.media), ("index", settings.search_index)):
        if not folder.exists():
            if name == "data":
                yield wrong(f"The data folder {folder} is not there.", "`cms run` or `cms migrate` makes it.")
            continue
        try:
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as exc:
            yield wrong(
                f"The {name} folder {folder} cannot be written to: {exc.strerror}.",
                f"Give it to the account that runs Galley: chown -R <account> {folder}",
            )
            continue
        mode = folder.stat().st_mode & 0o777
        # What the index holds is published anyway; but whoever may write into it could make the worker run code.
        if (name == "data" and mode & 0o077) or mode & 0o022:
            yield wrong(f"Others on this machine can get into {folder} (mode {mode:o}).", f"chmod 700 {folder}")
        else:
            yield ok(f"The {name} folder {folder} can be written to.")


def space(folder: Path) -> Iterator[Finding]:
    """See whether the disk is about to be full."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB are free on the disk of {folder}."
    if free < LITTLE_SPACE:
        yield wrong(said, "Make room: when it is full, nothing can be saved.")
    elif free < LESS_SPACE:
        yield note(said, "Make room soon.")
    else:
        yield ok(said)


def assets() -> Iterator[Finding]:
    """See whether the installation is whole."""
    for folder in (paths.TEMPLATES, paths.STATIC, paths.MIGRATIONS):
        if not folder.is_dir():
            yield wrong(f"{folder} is not there.", "Install Galley again: its files are incomplete.")


def pictures() -> Iterator[Finding]:
    """See whether pictures can be opened, and sent to readers in the smallest form."""
    try:
        has_avif = can_write_avif()
    except CmsError:
        yield wrong("Pictures cannot be opened: the decoder does not start.", "Install Galley again, with Pillow.")
        return
    if has_avif:
        yield ok("Readers get pictures as AVIF, WebP and JPEG.")
    else:
        yield note(
            "This machine's Pillow cannot write AVIF: readers get pictures as WebP and JPEG, a third larger.",
            "Install a Pillow that comes with libavif; pictures that are here already stay as they are.",
        )


def database(settings: Settings) -> Iterator[Finding]:
    """Ask the database, and look at everything that it knows."""
    try:
        engine = make_engine(settings.database_url)
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            yield wrong("There is no database yet.", "`cms run` or `cms migrate` makes it.")
            return
        with engine.connect() as connection:
            version = connection.scalar(
                text("SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version")
            )
            at = standing.revision(connection)
    except CmsError as exc:
        yield wrong(str(exc), "The sentence says how.")
        return
    except (SQLAlchemyError, ImportError) as exc:
        words = " ".join(str(getattr(exc, "orig", None) or exc).split())
        yield wrong(f"The database does not answer: {words}", "Is CMS_DATABASE_URL right, and is it running?")
        return
    if at != standing.head():
        yield wrong(
            f"The database's tables are at {at or 'nothing'}, and this version works with {standing.head()}.",
            "Make a backup, then run `cms migrate`.",
        )
        return
    yield ok(f"The database answers ({engine.dialect.name} {version}), and its tables are at {at}.")
    with Session(engine) as db:
        yield from people(db, settings)
        yield from time_and_zone(db, settings)
        yield from index(db, settings)
        yield from worker(db)
        yield from links(db, settings)
    engine.dispose()


def people(db: Session, settings: Settings) -> Iterator[Finding]:
    """See whether somebody can run the place, and nobody with a password that everybody knows."""
    active = db.scalars(select(User).where(User.disabled_at.is_(None))).all()
    if not any(user.role is Role.ADMIN for user in active):
        yield note("There is no administrator.", "cms users add you@example.org --role admin")
    if settings.is_demo:
        return
    demo = {email for email, *_ in STAFF}
    if known := [u.email for u in active if u.email in demo and passwords.verify(u.password_hash, PASSWORD)]:
        yield wrong(
            f"The demo's sign-ins are open here, and everybody knows their password: {', '.join(known)}.",
            "Use an empty database, or run `cms users disable` for each.",
        )


def time_and_zone(db: Session, settings: Settings) -> Iterator[Finding]:
    """Compare the clocks: ours, the database's, and the newest event's."""
    now = clock.now()
    newest = db.scalar(select(func.max(Event.at)))
    theirs = db.scalar(select(func.now())) if db.get_bind().dialect.name == "postgresql" else now
    if newest and newest > now + timedelta(seconds=5):
        yield wrong(
            f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but {newest:%Y-%m-%d %H:%M} was recorded already.",
            "Set the clock (timedatectl): scheduled pieces go by it.",
        )
    elif theirs is not None and abs(theirs.astimezone(now.tzinfo) - now) > timedelta(seconds=5):
        yield wrong(f"The database's clock says {theirs}, ours {now}.", "Let both machines keep time by NTP.")
    else:
        here = now.astimezone(settings.zone)
        yield ok(f"It is {here:%A, %d %B %Y, %H:%M} in the newsroom ({settings.time_zone}).")


def index(db: Session, settings: Settings) -> Iterator[Finding]:
    """Compare this machine's search index with the edition, and see how far it has followed the log."""
    services = assemble(settings)
    if settings.search_backend != "postgres" and not settings.search_index.exists():
        yield note(
            "The search index is not built yet.", "The worker does it within a minute; `cms search rebuild`, at once."
        )
        return
    try:
        found = services.search.check(db)
    except CmsError as exc:
        yield wrong(f"The search index does not answer: {exc}", "cms search rebuild")
        return
    count = len(found.missing) + len(found.surplus) + len(found.stale)
    if count:
        yield note(f"{count} pieces of the search index are not what the edition says.", "cms search rebuild")
    else:
        yield ok(f"The search index is what the edition says ({settings.search_backend}).")
    for name, follower in services.followers.items():
        lag = follower.lag(db)
        if lag and lag.since and clock.now() - lag.since > LATE:
            yield wrong(
                f"The {name}'s index on this machine has not heard of {lag.changes} changes, the first of them at "
                f"{lag.since:%Y-%m-%d %H:%M} UTC.",
                "Does a worker run on this machine? `cms search check --mend` puts it right at once.",
            )
    services.engine.dispose()


def links(db: Session, settings: Settings) -> Iterator[Finding]:
    """See whether the worker gets out to the addresses that texts link to."""
    if not settings.link_checks:
        yield note("Links to other sites are not checked: CMS_LINK_CHECKS is off.")
        return
    known, shut_in = review.links_known(db), review.links_without_connection(db)
    if shut_in and shut_in == known:
        yield note(
            f"The worker has no way to the internet: none of {known} links could be checked.",
            "Let it out to ports 80 and 443, or set CMS_LINK_CHECKS=off.",
        )
    elif known:
        yield ok(f"{known} links to other sites are looked after.")


def worker(db: Session) -> Iterator[Finding]:
    """See whether somebody hands out what is due."""
    now = clock.now()
    outbox = trail.outbox(db)
    leases = db.scalars(select(JobLease)).all()
    seen = max((lease.done_at for lease in leases if lease.done_at), default=None)
    overdue = db.scalar(
        select(func.count(Article.id)).where(Article.state == State.SCHEDULED, Article.publish_at < now - LATE)
    )
    mend = "Start it: `cms run` does, or `cms worker` beside another server."
    if seen and now - seen < ABSENT:
        yield ok(f"The worker is at work; it was seen {int((now - seen).total_seconds())} seconds ago.")
        mend = "See its log, and `cms worker status`."
    elif overdue or (outbox.oldest and now - outbox.oldest > LATE):
        when = f"was last seen at {seen:%Y-%m-%d %H:%M} UTC" if seen else "was never at work here"
        yield wrong(f"Work waits, and the worker {when}.", mend)
    else:
        yield note("The worker is not at work now; nothing waits for it.", mend)
    if overdue:
        yield wrong(f"{overdue} scheduled pieces should be out, and are not.", mend)
    if outbox.parked:
        yield wrong(
            f"{len(outbox.parked)} deliveries were given up on after eight tries.",
            "`cms worker status` shows why; when that is mended: `cms worker status --retry-parked`.",
        )
    for lease in leases:
        if lease.error:
            yield wrong(f"The job “{lease.name}” failed last time: {lease.error}", "It is tried again; see the log.")
