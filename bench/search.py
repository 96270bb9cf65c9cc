"""Measure the speed of the search on synthetic articles (its ranking: `cms search evaluate FOLDER`).

    python bench/search.py [--articles 10000]

Of the milliseconds printed, CPU all, only the ratios travel from one machine to the next.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from cms.search.index import Document, Label, Query, Sort
from cms.search.languages import ENGLISH, LANGUAGES
from cms.search.query import MAX_WORDS, parse
from cms.search.whoosh_index import WhooshIndex

KEY = b"only for the benchmark"
SECTIONS = [Label(name.lower(), name) for name in ("Systems", "Silicon", "Networks", "Interfaces", "Practice")]
KINDS = [Label("article", "Article"), Label("news", "News"), Label("interview", "Interview")]
START = datetime(2015, 1, 1, tzinfo=UTC)


def main() -> None:
    """Build, search and publish."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=10_000)
    given = arguments.parse_args()
    speed(given.articles)


def speed(articles: int) -> None:
    """Print what building, searching and publishing cost."""
    words, weights = _vocabulary()
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder) / "index", KEY)
        started = time.process_time()
        index.rebuild(_synthetic(articles, words, weights), lambda _: None)
        taken = time.process_time() - started
        print(f"{articles} articles built in {taken:.1f} s CPU: {articles / taken:.0f} a second")
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"{size / 1e6:.0f} MB on disk")
        chance = random.Random(7)
        commonest = set(words[:200])

        def reopen() -> None:
            index.close()
            index.is_ready()

        def typed(count: int) -> str:
            found = chance.choices(words, cum_weights=weights, k=count * 20)
            return " ".join([word for word in found if word not in commonest][:count])

        _time("open", reopen, 5)
        _time("one word", lambda: index.search(parse(typed(1))), 100)
        _time("2-3 words", lambda: index.search(parse(typed(chance.choice((2, 3))))), 100)
        _time("8 words", lambda: index.search(parse(typed(8))), 50)
        _time("filtered", lambda: index.search(parse(f"{typed(2)} section:systems year:2019-2021")), 100)
        _time("phrase", lambda: index.search(parse(f'"{typed(2)}"')), 50)
        _time("newest", lambda: index.search(Query(sort=Sort.NEWEST)), 50)
        _time("days", lambda: index.search(parse(f"{typed(2)} section:systems after:2016 before:2021-06")), 100)
        _time("32 common", lambda: index.search(parse(" ".join(words[200 + n * 3] for n in range(MAX_WORDS)))), 20)
        _time("suggest", lambda: index.suggest(typed(1)[: chance.choice((2, 3, 4, 5))]), 200)
        _time("misspelt", lambda: index.search(parse(f"{typed(1)}x")), 20)
        one = list(_synthetic(40, words, weights))
        _time("publish one", lambda: index.apply([one.pop()], []), 30)
        _time("tidy up", index.tidy, 1)
        _time("2-3 words", lambda: index.search(parse(typed(chance.choice((2, 3))))), 100)
        index.close()


def _time(name: str, act: Callable[[], object], times: int) -> None:
    act()
    taken = []
    for _ in range(times):
        started = time.process_time()
        act()
        taken.append((time.process_time() - started) * 1000)
    taken.sort()
    print(f"{name:12} p50 {statistics.median(taken):7.2f} ms  p95 {taken[int(len(taken) * 0.95) - 1]:7.2f} ms")


def _vocabulary() -> tuple[list[str], list[float]]:
    """Return 60,000 words as unevenly common as those of a language: first those of its grammar, then invented ones."""
    chance = random.Random(1)
    letters, vowels = "bcdfghklmnprstvw", "aeiou"
    words = {
        "".join(chance.choice(letters) + chance.choice(vowels) for _ in range(chance.choice((2, 2, 3, 3, 4, 5))))
        for _ in range(90_000)
    }
    ordered = sorted(words)[:60_000]
    chance.shuffle(ordered)
    ordered = sorted(LANGUAGES[ENGLISH].stop_words) + ordered
    return ordered, list(accumulate(1 / (rank + 3) for rank in range(len(ordered))))


def _synthetic(count: int, words: list[str], weights: list[float]) -> Iterator[Document]:
    chance = random.Random(count)
    names = list(zip(words[500:700], words[700:900], strict=True))
    people = [Label(f"{first}-{last}", f"{first} {last}".title()) for first, last in names]
    for number in range(1, count + 1):
        text = chance.choices(words, cum_weights=weights, k=chance.randint(500, 1100))
        yield Document(
            article_id=number if count > 100 else number * 97,
            title=" ".join(text[:7]),
            body=" ".join(text),
            kind=chance.choice(KINDS),
            section=chance.choice(SECTIONS),
            published_at=START + timedelta(hours=number * 9),
            headings=tuple(" ".join(text[at : at + 4]) for at in (100, 250, 400)),
            people=tuple(chance.sample(people, chance.choice((1, 1, 2)))),
            topics=tuple(Label(word, word.title()) for word in chance.sample(words[900:1000], 3)),
        )


if __name__ == "__main__":
    main()
