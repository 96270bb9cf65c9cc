"""What a page costs, whether that grows with the archive, and how soon a published piece is there.

.venv/bin/python bench/site.py [--articles 10000] [--few 100]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select

from cms import worker
from cms.app import create_app
from cms.articles import service as texts
from cms.articles.models import Content, CreditLine
from cms.config import Settings
from cms.core import clock
from cms.core.db import Base, transaction
from cms.people import service as people
from cms.policy import SYSTEM
from cms.publication.models import Published
from cms.taxonomy import service as taxonomy
from cms.transfer.service import MarkdownImport, Options
from cms.vocabulary import CreditRole
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
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few = _filled(Path(folder) / "few", args.few)
        many = _filled(Path(folder) / "many", args.articles, args.database)
        _pages({f"{args.few} articles": few, f"{args.articles} articles": many})
        _visible(many)
        _sizes(many, Path(folder) / "many")


def _filled(folder: Path, articles: int, database: str = "") -> Services:
    services = _services(folder, database)
    _write(folder / "source", 0, articles)
    _import(services, folder / "source")
    _settle(services)
    return services


def _services(folder: Path, database: str) -> Services:
    given = Settings(data=folder / "data", database_url=database, secret_key="b" * 16 + "enchmark-key-of-32")
    settings = given.completed()
    settings.data.mkdir(parents=True)
    services = assemble(settings)
    if database:
        Base.metadata.drop_all(services.engine)
    Base.metadata.create_all(services.engine)
    with services.sessions() as db, transaction(db):
        desk = taxonomy.add_desk(db, SYSTEM, name="Desk")
        for name in SECTIONS:
            taxonomy.add_section(db, SYSTEM, name=name, desk_id=desk.id, description="")
    return services


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
        print(f"{'':<16} {name:<9} ratio {last.median() / first.median():.2f}")


class _Asked:
    """One magazine, asked for one kind of page after the other."""

    def __init__(self, services: Services) -> None:
        self.client = create_app(services).test_client()
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
            answer = self.client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
        self.queries, self.times = 0, []

    def ask(self, name: str, turn: int) -> None:
        addresses = self.paths[name]
        before = time.process_time()
        self.size = len(self.client.get(addresses[turn % len(addresses)]).data)
        self.times.append((time.process_time() - before) * 1000)

    def median(self) -> float:
        """Return CPU milliseconds per request."""
        return statistics.median(self.times)


def _visible(services: Services) -> None:
    """Publish with a worker running, and see how long it takes until readers and search have it."""
    stopped = threading.Event()
    thread = threading.Thread(target=worker.run, args=(services, stopped))
    thread.start()
    client = create_app(services).test_client()
    page, found, late = [], [], []
    for number in range(60):
        word = f"zyxw{number}"
        article_id = _approved(services, word)
        started = time.monotonic()
        with services.sessions() as db:
            article = workflow.articles.load(db, article_id)
            with transaction(db):
                workflow.adopt(db, SYSTEM, article, at=clock.now())
        page.append(_until(lambda word=word: client.get(f"/articles/{word}").status_code == 200, started))
        found.append(_until(lambda word=word: client.get(f"/api/v1/search?q={word}").json["total"] == 1, started))
    for number in range(30):
        word = f"due{number}"
        article_id = _approved(services, word)
        at = clock.now() + timedelta(seconds=1.2)
        with services.sessions() as db, transaction(db):
            article = workflow.articles.load(db, article_id)
            _sign(db, article)
            article.state, article.publish_at = workflow.State.SCHEDULED, at
        _until(lambda word=word: client.get(f"/articles/{word}").status_code == 200, time.monotonic())
        late.append((clock.now() - at).total_seconds())
    stopped.set()
    thread.join()
    for name, times in (("publish to page", page), ("publish to search", found), ("schedule, late by", late)):
        times.sort()
        last = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{name:<18} p50 {times[len(times) // 2]:.2f} s, p99 {last:.2f} s")


def _approved(services: Services, word: str) -> int:
    with services.sessions() as db, transaction(db):
        person = people.find_or_add(db, SYSTEM, name=PEOPLE[0])
        section = taxonomy.find_or_add_section(db, SYSTEM, name="Systems")
        content = Content(
            headline=f"On {word}", slug=word, dek=f"A piece about {word}.", body=f"<p>It says {word}.</p>",
            section_id=section.id, credits=(CreditLine(person.id, CreditRole.AUTHOR),),
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
