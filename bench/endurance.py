"""Try what takes too long for the tests: many commits, many searches meanwhile, and many sudden deaths of the worker.

python bench/endurance.py [--engine whoosh] [--commits 1000] [--searches 10000] [--deaths 200]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import logging

import structlog

from cms import worker
from cms.config import Settings
from cms.core.db import Base
from cms.search import engines
from cms.search.engines import Ground
from cms.search.index import Index
from cms.search.query import parse
from cms.wiring import assemble
from tests import factories
from tests.search.contract import CLOCKS, piece, quiet


def main() -> None:
    """Do all three, and print what was seen."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", choices=("whoosh", "tantivy"), default="whoosh")
    arguments.add_argument("--commits", type=int, default=1_000)
    arguments.add_argument("--searches", type=int, default=10_000)
    arguments.add_argument("--deaths", type=int, default=200)
    given = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        commits(_index(given.engine, Path(folder) / "one"), given.commits)
        searches(_index(given.engine, Path(folder) / "two"), given.searches)
        deaths(given.engine, Path(folder) / "three", given.deaths)


def commits(index: Index, count: int) -> None:
    """Write one piece after the other, and look at open files and memory after a tenth and at the end."""
    index.rebuild(CLOCKS, quiet)
    for number in range(count):
        index.apply([piece(100 + number % 300, f"pendulum {number}", "swings " * 50)], [100 + (number + 7) % 300])
        index.search(parse("pendulum"))
        if number % 50 == 49:
            index.tidy()
        if number + 1 in (count // 10, count):
            print(f"after {number + 1} commits: {_files()} files open, {_private():.1f} MB of its own", flush=True)
    index.close()


def searches(index: Index, count: int) -> None:
    """Search from four threads while one writes without a pause."""
    index.rebuild([piece(n, f"clock {n}", "drift wall " * 20) for n in range(1, 200)], quiet)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        for _ in range(count // 4):
            try:
                if not index.search(parse("clock drift kind:article")).total:
                    wrong.append("nothing found")
            except Exception as exc:
                wrong.append(exc)

    def write() -> None:
        number = 1_000
        while not stop.is_set():
            number += 1
            index.apply([piece(number, "pendulum", "swings")], [number - 5])
        print(f"{count} searches during {number - 1_000} commits: {len(wrong)} went wrong {wrong[:3]}", flush=True)

    writer = threading.Thread(target=write)
    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in (writer, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    writer.join()
    index.close()


def deaths(engine: str, data: Path, count: int) -> None:
    """Kill the worker at any moment while pieces are published; what was acknowledged must be found after a restart."""
    settings = Settings(data=data, link_checks=False, search_backend=engine).completed()
    chance = random.Random(9)
    services = assemble(settings)
    Base.metadata.create_all(services.engine)
    with services.sessions() as db:
        house = factories.make_house(db)
    lost = 0
    for number in range(count):
        services.engine.dispose()
        child = os.fork()
        if not child:
            worker.run(assemble(settings))
            os._exit(0)
        with services.sessions() as db:
            for part in range(2):
                slug = f"piece-{number}-{part}"
                factories.make_live(db, house, slug=slug, headline=f"Pendulum {number} {part}")
        time.sleep(chance.random() / 2)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        again = assemble(settings)
        again.followers["edition"].catch_up(again.sessions)
        with again.sessions() as db:
            difference = again.search.check(db)
            is_there = len(again.search.index.document_ids()) == 2 * (number + 1)
        lost += bool(difference) or not is_there
        again.search.index.close()
        again.engine.dispose()
    print(f"{count} deaths of the worker, {2 * count} pieces published: {lost} times index and edition differed")


def _index(engine: str, folder: Path) -> Index:
    return engines.make(engine, Ground("bench", folder, "only for the benchmark"))


def _files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _private() -> float:
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_Dirty")) / 1000


if __name__ == "__main__":
    main()
