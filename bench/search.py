"""Measure the speed of the search on synthetic articles (its ranking: `cms search evaluate FOLDER`).

    python bench/search.py [--articles 10000] [--engine whoosh]

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
from itertools import accumulate, pairwise
from pathlib import Path

from cms.search import engines
from cms.search.engines import Ground
from cms.search.excerpts import Marker
from cms.search.index import Document, Index, Label, Query, Sort
from cms.search.languages import ENGLISH, LANGUAGES
from cms.search.query import MAX_WORDS, parse

SECTIONS = [Label(name.lower(), name) for name in ("Systems", "Silicon", "Networks", "Interfaces", "Practice")]
KINDS = [Label("article", "Article"), Label("news", "News"), Label("interview", "Interview")]
START = datetime(2015, 1, 1, tzinfo=UTC)
HEADINGS_AT = (100, 250, 400)
# Milliseconds that the p95 should not exceed; everything else is held against the other engine.
GOALS = {"open": 10, "excerpts": 4, "suggest": 5, "misspelt": 10, "publish one": 60}

Figures = dict[str, float]
Sections = list[dict[str, str]]
Page = tuple[list[str], list[Sections]]


def main() -> None:
    """Build, search and publish with each engine, and print what that costs beside the first of them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=10_000)
    arguments.add_argument("--engine", action="append", choices=("tantivy", "whoosh"), help="one or both")
    given = arguments.parse_args()
    found = {name: speed(name, given.articles) for name in given.engine or ("tantivy", "whoosh")}
    if len(found) == 2:
        (first, ones), (second, others) = found.items()
        print(f"{second} to {first}, p95 of CPU:")
        for name in ones:
            print(f"  {name:12} {others[name] / ones[name]:6.1f}")


def speed(engine: str, articles: int) -> Figures:
    """Print what building, searching and publishing cost; return the p95 of each in milliseconds of CPU."""
    words, weights = _vocabulary()
    print(f"\n{engine}")
    with tempfile.TemporaryDirectory() as folder:
        index = engines.make(engine, Ground("bench", Path(folder) / "index", "only for the benchmark"))
        started = time.process_time()
        index.rebuild(_synthetic(articles, words, weights), lambda _: None)
        taken = time.process_time() - started
        print(f"{articles} articles built in {taken:.1f} s CPU: {articles / taken:.0f} a second")
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"{size / 1e6:.0f} MB on disk")
        chance = random.Random(7)
        commonest = set(words[:200])
        before = _private()

        def reopen() -> None:
            index.close()
            index.is_ready()

        def typed(count: int) -> str:
            found = chance.choices(words, cum_weights=weights, k=count * 20)
            return " ".join([word for word in found if word not in commonest][:count])

        figures: Figures = {}

        def measure(name: str, act: Callable[[], object], times: int) -> None:
            figures[name] = _time(name, act, times)

        measure("open", reopen, 5)
        measure("one word", lambda: index.search(parse(typed(1))), 200)
        measure("2-3 words", lambda: index.search(parse(typed(chance.choice((2, 3))))), 200)
        measure("8 words", lambda: index.search(parse(typed(8))), 50)
        measure("filtered", lambda: index.search(parse(f"{typed(2)} section:systems year:2019-2021")), 100)
        measure("phrase", lambda: index.search(parse(f'"{typed(2)}"')), 200)
        measure("newest", lambda: index.search(Query(sort=Sort.NEWEST)), 50)
        measure("days", lambda: index.search(parse(f"{typed(2)} section:systems after:2016 before:2021-06")), 200)
        measure("32 common", lambda: index.search(parse(" ".join(words[200 + n * 3] for n in range(MAX_WORDS)))), 20)
        measure("suggest", lambda: index.suggest(typed(1)[: chance.choice((2, 3, 4, 5))]), 200)
        measure("misspelt", lambda: index.search(parse(f"{typed(1)}x")), 200)
        print(f"private memory by all that: {_private() - before:.0f} MB")
        asked = [parse(typed(chance.choice((1, 2, 2, 3)))) for _ in range(201)]
        pages = _pages(index, asked, _synthetic(articles, words, weights))
        measure("excerpts", lambda: _excerpts(*pages.pop()), 200)
        one = list(_synthetic(40, words, weights))
        measure("publish one", lambda: index.apply([one.pop()], []), 30)
        measure("tidy up", index.tidy, 1)
        measure("after that", lambda: index.search(parse(typed(chance.choice((2, 3))))), 100)
        index.close()
    return figures


def _time(name: str, act: Callable[[], object], times: int) -> float:
    act()
    taken = []
    for _ in range(times):
        started = time.process_time()
        act()
        taken.append((time.process_time() - started) * 1000)
    taken.sort()
    last = taken[max(0, int(len(taken) * 0.95) - 1)]
    goal = f"  at most {GOALS[name]} ms" if name in GOALS else ""
    print(f"{name:12} p50 {statistics.median(taken):7.2f} ms  p95 {last:7.2f} ms{goal}")
    return last


def _pages(index: Index, queries: list[Query], pieces: Iterator[Document]) -> list[Page]:
    """Return the terms of each query, and the texts of the pieces on its page of results, each made for it alone."""
    found = [[hit.article_id for hit in index.search(query).hits] for query in queries]
    shown = set().union(*found)
    bodies = {one.article_id: one.body for one in pieces if one.article_id in shown}
    return [
        (query.terms, [_sections(bodies[article_id]) for article_id in ids])
        for query, ids in zip(queries, found, strict=True)
    ]


def _excerpts(terms: list[str], pieces: list[Sections]) -> None:
    """Do for one page of results what its cards need."""
    marker = Marker(terms)
    for sections in pieces:
        marker.excerpt(sections)
        marker.mark(sections[0]["text"][:60])


def _sections(body: str) -> Sections:
    words = body.split()
    return [
        {"id": f"s{start}", "title": " ".join(words[start : start + 4]), "text": " ".join(words[start:end])}
        for start, end in pairwise((0, *HEADINGS_AT, len(words)))
    ]


def _private() -> float:
    """Return how many megabytes this process has for itself alone."""
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_Dirty")) / 1000


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
            headings=tuple(" ".join(text[at : at + 4]) for at in HEADINGS_AT),
            people=tuple(chance.sample(people, chance.choice((1, 1, 2)))),
            topics=tuple(Label(word, word.title()) for word in chance.sample(words[900:1000], 3)),
        )


if __name__ == "__main__":
    main()
