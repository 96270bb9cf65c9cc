"""What a page costs, whether that grows with the archive, and how soon a published piece is there.

    .venv/bin/python bench/site.py [--articles 10000] [--few 100] [--times 10] [--data FOLDER]

With --times, the larger magazine is copied so often within its database once it was measured, and its pages are
measured again: 100,000 pieces without a day of importing. With --data the magazines stay in that folder, and the next
run begins with them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, insert, null, select
from werkzeug.test import run_wsgi_app

from cms import worker
from cms.app import create_app, keep_pages
from cms.articles import service as texts
from cms.articles.models import Article, Content, CreditLine, Revision
from cms.config import Settings
from cms.core import clock
from cms.core.db import Base, transaction
from cms.migrations.schema import migrate
from cms.people import service as people
from cms.policy import SYSTEM
from cms.publication.models import Published, PublishedCredit, PublishedTopic
from cms.site.sitemap import PART
from cms.taxonomy import service as taxonomy
from cms.transfer.service import MarkdownImport, Options
from cms.vocabulary import CreditRole
from cms.web.pagecache import RENDERS
from cms.wiring import Services, assemble
from cms.workflow import service as workflow
from cms.workflow.models import Approval

WORDS = """
    clock drift queue cache packet silicon wafer kernel thread lock index query schema socket router latency jitter
    oscillator compiler register branch pipeline page fault disk block journal replica quorum lease
    """.split()
PEOPLE = [f"{first} {last}" for first in "Ada Bela Cora Dana Emil Fina".split() for last in
          "Amsel Birke Cyprian Distel Erle Falk Ginster Hasel Igel Jasmin".split()]  # fmt: skip
SECTIONS = ("Systems", "Silicon", "Networks", "Interfaces", "Practice")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--database", default="", help="a PostgreSQL address; SQLite without it")
    parser.add_argument("--times", type=int, default=0, help="how often to copy the larger magazine in its database")
    parser.add_argument("--data", type=Path, help="where the magazines are kept for the next run")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = args.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        few = _filled(folder / "few", args.few)
        many = _filled(folder / "many", args.articles, args.database)
        magazines = {f"{args.few} articles": few, f"{args.articles} articles": many}
        _pages(magazines)
        _visible(many)
        _sizes(many, folder / "many")
        if args.times:
            # The worker's bell is a pipe, and is made anew.
            shutil.copytree(
                folder / "many", folder / "most", ignore=shutil.ignore_patterns("*.wake"), dirs_exist_ok=True
            )
            most = _services(folder / "most", "")
            _multiply(most, args.times)
            _pages({f"{args.few} articles": few, f"{args.articles * args.times} articles": most})


def _filled(folder: Path, articles: int, database: str = "") -> Services:
    if (folder / "data").exists():
        return _services(folder, database)
    services = _services(folder, database)
    _make(services, database)
    _write(folder / "source", 0, articles)
    _import(services, folder / "source")
    _settle(services)
    return services


def _services(folder: Path, database: str) -> Services:
    given = Settings(data=folder / "data", database_url=database, secret_key="b" * 16 + "enchmark-key-of-32")
    settings = given.completed()
    settings.data.mkdir(parents=True, exist_ok=True)
    return assemble(settings)


def _make(services: Services, database: str) -> None:
    if database:
        Base.metadata.drop_all(services.engine)
    migrate(services.engine)  # a worker takes no other database for its own
    with services.sessions() as db, transaction(db):
        desk = taxonomy.add_desk(db, SYSTEM, name="Desk")
        for name in SECTIONS:
            taxonomy.add_section(db, SYSTEM, name=name, desk_id=desk.id, description="")


def _multiply(services: Services, times: int) -> None:
    """Copy every piece, under ids and addresses of its own, until there are so many times as many."""
    with services.engine.begin() as db:
        step = db.scalar(select(func.max(Article.id))) + 1
        revisions = db.scalar(select(func.max(Revision.id))) + 1
        shifted = {"article_id": step, "revision_id": revisions}
        for turn in range(1, times):
            for model in (Article, Revision, Published, PublishedCredit, PublishedTopic):
                table = model.__table__
                values = []
                for column in table.columns:
                    by = {"article": step, "revision": revisions}.get(table.name) if column.name == "id" else None
                    by = by or shifted.get(column.name)
                    value = column + by * turn if by else column
                    value = null() if column.name == "head_id" else value  # the revision comes after its piece
                    values.append(column + f"-copy-{turn}" if column.name in ("slug", "imported_from") else value)
                first = table.c.id if "id" in table.c else table.c.article_id
                limit = revisions if table.name == "revision" else step
                db.execute(insert(table).from_select(table.columns, select(*values).where(first < limit)))


def _write(folder: Path, start: int, end: int) -> None:
    """Write made-up articles of about 800 words."""
    folder.mkdir(parents=True)
    dice = random.Random(start)
    for number in range(start, end):
        at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=number * 9)
        names = dice.sample(PEOPLE, 2)
        body = "\n\n".join(
            (f"## {' '.join(dice.choices(WORDS, k=4)).capitalize()}\n\n" if part % 3 == 0 else "")
            + " ".join(" ".join(dice.choices(WORDS, k=14)).capitalize() + "." for _ in range(5))
            for part in range(11)
        )
        (folder / f"piece-{number}.md").write_text(
            f"---\ntitle: {' '.join(dice.choices(WORDS, k=6)).capitalize()} {number}\ndate: {at.isoformat()}\n"
            f"section: {dice.choice(SECTIONS)}\nauthors: [{names[0]}, {names[1]}]\n"
            f"topics: [{', '.join(dice.sample(WORDS, 3))}]\n"
            f"description: {' '.join(dice.choices(WORDS, k=18))}.\n---\n{body}\n"
        )


def _import(services: Services, folder: Path) -> None:
    run = MarkdownImport(services.sessions, services.storage, folder, Options(publish=True))
    started = time.monotonic()
    outcomes = list(run.run())
    seconds = time.monotonic() - started
    new = sum(outcome.status == "new" for outcome in outcomes)
    print(f"import: {new} of {len(outcomes)} files in {seconds:.1f} s, {new / seconds:.0f} a second")


def _settle(services: Services) -> None:
    started = time.monotonic()
    done = 0
    while found := worker.turn(services):
        done += found
    seconds = time.monotonic() - started
    print(f"index and relate: {done} deliveries in {seconds:.1f} s, {done / max(seconds, 0.001):.0f} a second")


TURNS = 200


def _pages(magazines: dict[str, Services]) -> None:
    """Print what each kind of page costs, uncached, in the process itself, and the ratio of the last to the first.

    The magazines are asked in turn, request by request, so that whatever else the machine does slows them alike.
    """
    asked = {label: _Asked(services) for label, services in magazines.items()}
    for name in next(iter(asked.values())).paths:
        for one in asked.values():
            one.warm_up(name)
        for turn in range(TURNS):
            for one in asked.values():
                one.ask(name, turn)
        for label, one in asked.items():
            queries, size = one.queries / TURNS, one.size / 1024
            print(f"{label:<16} {name:<9} {one.median():.2f} ms CPU, {queries:.1f} queries, {size:.0f} KiB")
        first, *_, last = asked.values()
        print(f"{'':<16} {name:<9} ratio {last.median() / first.median():.2f}; "
              f"{last.median() / _bare(last.app.wsgi_app, last.paths[name][0]):.1f} bare Flask views")  # fmt: skip


def _bare(app: Any, address: str) -> float:
    """Return CPU milliseconds of a Flask application that does nothing but send the bytes of that page.

    Milliseconds do not travel between machines; how many such views a page costs does.
    """
    content = b"".join(run_wsgi_app(app, _request(address), buffered=True)[0])
    bare = Flask(__name__)
    bare.add_url_rule(address, view_func=lambda: content)
    times = []
    for _ in range(TURNS):
        before = time.process_time()
        run_wsgi_app(bare.wsgi_app, _request(address), buffered=True)
        times.append((time.process_time() - before) * 1000)
    return statistics.median(times)


def _request(address: str) -> dict[str, Any]:
    """Return what a server hands on when the page cache asks for a page that it has not."""
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1:8000", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        RENDERS: True,
    }  # fmt: skip


class _Asked:
    """One magazine, asked for one kind of page after the other."""

    def __init__(self, services: Services) -> None:
        self.app = create_app(services)
        with services.sessions() as db:
            slugs = list(db.scalars(select(Published.slug).order_by(Published.article_id).limit(60)))
            bylines = db.scalars(select(Published.bylines)).first() or [{"slug": ""}]
        self.paths = {
            "article": [f"/articles/{slug}" for slug in slugs],
            "front": ["/"],
            "section": ["/sections/systems"],
            "person": [f"/people/{bylines[0]['slug']}"],
            "topic": ["/topics/clock"],
            "feed": ["/feed.xml"],
        }
        self.queries, self.size, self.times = 0, 0, []  # type: ignore[var-annotated]
        event.listen(services.engine, "before_cursor_execute", self._count)

    def _count(self, _: object, __: object, statement: str, *___: object) -> None:
        self.queries += not statement.startswith("BEGIN")

    def warm_up(self, name: str) -> None:
        for address in self.paths[name][:20]:
            self._get(address)
        self.queries, self.times = 0, []

    def ask(self, name: str, turn: int) -> None:
        addresses = self.paths[name]
        before = time.process_time()
        self.size = self._get(addresses[turn % len(addresses)])
        self.times.append((time.process_time() - before) * 1000)

    def _get(self, address: str) -> int:
        """Ask as the page cache does for a page that it has not; return the length of the page."""
        parts, status, _ = run_wsgi_app(self.app.wsgi_app, _request(address), buffered=True)
        assert status == "200 OK", (address, status)
        return sum(map(len, parts))

    def median(self) -> float:
        """Return CPU milliseconds per request."""
        return statistics.median(self.times)


def _visible(services: Services) -> None:
    """Publish with a worker running, and see how long it takes until each page has it, as readers get them.

    Nothing may show it while the piece itself is missing.
    """
    environment = services.settings.for_child() | {"CMS_SECRET_KEY": services.settings.secret_key}
    at_work = subprocess.Popen([sys.executable, "-m", "cms.cli", "worker"], env=environment)
    app = create_app(services)
    app.wsgi_app = keep_pages(app, services)  # type: ignore[method-assign, assignment]
    client = app.test_client()
    begun = int(time.time())  # no piece of an earlier run has the same words
    addresses = {
        "article": "/articles/{word}", "front page": "/", "section": "/sections/systems", "topic": "/topics/novelty",
        "person": f"/people/{PEOPLE[0].lower().replace(' ', '-')}", "feed": "/feed.xml",
        "sitemap": "/sitemap-{part}.xml", "archive": f"/archive/{clock.now():%Y/%m}",
        "search": "/api/v1/search?q={word}",
    }  # fmt: skip
    shown, early, late = {name: [] for name in addresses}, 0, []  # type: ignore[var-annotated]
    for number in range(101):
        if number == 1:  # the first waited for the worker to start
            shown = {name: [] for name in addresses}
        word = f"zyxw{begun}n{number}"
        article_id = _approved(services, word)
        started = time.monotonic()
        with services.sessions() as db:
            article = workflow.articles.load(db, article_id)
            with transaction(db):
                workflow.adopt(db, SYSTEM, article, at=clock.now())
        waiting = dict(addresses)
        while waiting:
            for name, address in list(waiting.items()):
                if f"/articles/{word}" in client.get(address.format(word=word, part=article_id // PART)).text:
                    shown[name].append(time.monotonic() - started)
                    early += client.get(f"/articles/{word}").status_code != 200
                    del waiting[name]
            time.sleep(0.01)
    for number in range(30):
        word = f"due{begun}n{number}"
        article_id = _approved(services, word)
        at = clock.now() + timedelta(seconds=1.2)
        with services.sessions() as db, transaction(db):
            article = workflow.articles.load(db, article_id)
            _sign(db, article)
            article.state, article.publish_at = workflow.State.SCHEDULED, at
        _until(lambda word=word: client.get(f"/articles/{word}").status_code == 200, time.monotonic())
        late.append((clock.now() - at).total_seconds())
    at_work.terminate()
    at_work.wait()
    print(f"shown while the piece itself was missing: {early}")
    for name, times in (*shown.items(), ("schedule, late by", late)):
        times.sort()
        last = times[math.ceil(len(times) * 0.99) - 1]
        print(f"{name:<18} p50 {times[len(times) // 2]:.2f} s, p99 {last:.2f} s, at most {times[-1]:.2f} s")


def _approved(services: Services, word: str) -> int:
    with services.sessions() as db, transaction(db):
        person = people.find_or_add(db, SYSTEM, name=PEOPLE[0])
        section = taxonomy.find_or_add_section(db, SYSTEM, name="Systems")
        topic = taxonomy.find_or_add_topic(db, SYSTEM, name="Novelty")
        content = Content(
            headline=f"On {word}", slug=word, dek=f"A piece about {word}.", body=f"<p>It says {word}.</p>",
            section_id=section.id, topic_ids=(topic.id,), credits=(CreditLine(person.id, CreditRole.AUTHOR),),
        )  # fmt: skip
        return texts.create(db, SYSTEM, content).id


def _sign(db, article) -> None:  # type: ignore[no-untyped-def]
    db.add(
        Approval(
            article_id=article.id, revision_id=article.head_id, content_hash=article.head.content_hash,
            approved_at=clock.now(), note="",
        )
    )  # fmt: skip


def _until(is_so, started: float) -> float:  # type: ignore[no-untyped-def]
    while not is_so():
        time.sleep(0.01)
    return time.monotonic() - started


def _sizes(services: Services, folder: Path) -> None:
    def size(path: Path) -> float:
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6

    if services.settings.database_url.startswith("sqlite"):
        print(f"database {size(folder / 'data') - size(services.settings.search_index):.0f} MB", end=", ")
    print(f"index {size(services.settings.search_index):.0f} MB")
    status = Path("/proc/self/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    print("this process " + resident.split(":")[1].strip())


if __name__ == "__main__":
    main()
