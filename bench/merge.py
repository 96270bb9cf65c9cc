"""What comparing and joining texts costs, as ratios to reading them.

.venv/bin/python bench/merge.py [--rounds 30]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

from cms.articles import document

WORDS = """
    clock drift queue cache packet silicon wafer kernel thread lock index query schema socket router latency jitter
    oscillator compiler register branch pipeline page fault disk block journal replica quorum lease the a of and in to
    """.split()
SIZES = (1_300, 20_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    args = parser.parse_args()
    for size in SIZES:
        _measure(size, args.rounds)


def _measure(size: int, rounds: int) -> None:
    chance = random.Random(size)
    base = _body(chance, size)
    mine, theirs = _edited(chance, base, 0), _edited(chance, base, 1)
    print(f"{size:,} words, {len(document.parse(base))} blocks, {len(base):,} characters")
    plain = _times(lambda: document.parse(base), rounds)
    cost = {
        "parse": plain,
        "clean": _times(lambda: document.normalise(base), rounds),
        "compare": _times(lambda: document.compare(base, mine), rounds),
        "compare, marks": _times(lambda: document.render_changes(document.compare(base, mine)), rounds),
        "compare, sentences": _times(lambda: document.sentences(document.compare(base, mine)), rounds),
        "merge": _times(lambda: document.merge(base, mine, theirs), rounds),
        "sections touched": _times(lambda: document.touched(document.parse(base), document.parse(mine)), rounds),
    }
    middle = statistics.median(plain)
    for name, times in cost.items():
        p50, p95 = statistics.median(times), sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]
        print(f"  {name:20} p50 {p50 * 1000:8.1f} ms  p95 {p95 * 1000:8.1f} ms  {p50 / middle:6.1f} times parsing")


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    """Return how long the work took each time, with nothing remembered from the time before."""
    times = []
    for _ in range(rounds):
        document.parse.cache_clear()
        document.normalise.cache_clear()
        started = time.thread_time()
        work()
        times.append(time.thread_time() - started)
    return times


def _body(chance: random.Random, size: int) -> str:
    blocks = []
    for number in range(size // 65):
        words = " ".join(chance.choices(WORDS, k=60))
        blocks.append(f"<p>{words}, <em>number {number}</em>.</p>")
        if number % 8 == 0:
            blocks.append(f"<h2>Section {number // 8}</h2>")
    return document.normalise("".join(blocks))


def _edited(chance: random.Random, base: str, side: int) -> str:
    """Return the body with every tenth block rewritten in places, one new, one gone; the sides touch other blocks."""
    made = []
    for place, block in enumerate(document.parse(base)):
        html = block.html
        if place % 10 == 3 + side:
            html = " ".join(chance.choice(WORDS) if chance.random() < 0.1 else word for word in html.split(" "))
        if place == 20 + side:
            continue
        made.append(html)
        if place == 10 + side:
            made.append(f"<p>A new paragraph of side {side}: {' '.join(chance.choices(WORDS, k=40))}.</p>")
    return document.normalise("".join(made))


if __name__ == "__main__":
    main()
