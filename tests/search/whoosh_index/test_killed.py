"""A writer that is killed at any moment loses nothing that it said was done, and leaves an index that answers."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from cms.search.query import parse
from cms.search.whoosh_index import WhooshIndex
from tests.search.contract import CLOCKS, piece, quiet

KEY = b"a key for tests, long enough"
ROUNDS = 8
WRITER = """
import sys
from pathlib import Path
from cms.search.whoosh_index import WhooshIndex
from tests.search.contract import piece
index = WhooshIndex(Path(sys.argv[1]), sys.argv[2].encode())
for number in range(int(sys.argv[3]), 1_000_000):
    index.apply([piece(number, f"pendulum {number}", "swings " * 50)], [number - 3])
    print(number, flush=True)
"""


def write_until_killed(folder: Path, first: int, seconds: float) -> int:
    """Let a process write pieces from number `first` on, kill it so long after its first word, return its last."""
    command = [sys.executable, "-c", WRITER, str(folder), KEY.decode(), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        time.sleep(seconds)  # the moment is what is tried: anywhere within a write
        process.kill()
        said += process.stdout.readlines()
    return max(int(line) for line in said if line.endswith("\n"))


def survives(folder: Path, rounds: int, chance: random.Random) -> None:
    """Kill a writer again and again, and look at what it left."""
    WhooshIndex(folder, KEY).rebuild([*CLOCKS, *(piece(n, f"pendulum {n}") for n in (97, 98, 99))], quiet)
    last = 99
    for _ in range(rounds):
        last = write_until_killed(folder, last + 1, chance.random() / 4)
        index = WhooshIndex(folder, KEY)
        numbers = index.document_ids() - {1, 2, 3, 4}
        # The one after the last said may have been done too, and not been said any more.
        assert numbers in ({last - 2, last - 1, last}, {last - 1, last, last + 1})
        assert index.search(parse("pendulum")).total == 3
        index.apply([piece(last, f"pendulum {last}", "swings")], [])
        index.close()


def test_nothing_that_was_said_to_be_done_is_lost(tmp_path: Path) -> None:
    survives(tmp_path / "index", ROUNDS, random.Random(5))
