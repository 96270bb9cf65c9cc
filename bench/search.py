"""Measure the search: its ranking on judged collections, and its speed on synthetic articles.

    python bench/search.py FOLDER [--articles 10000]

FOLDER holds pairs of files, `<name>.articles.jsonl` ({"id", "title", "body"}) and `<name>.queries.jsonl` ({"id",
"text", "relevant": {id: grade}}). Printed are nDCG@10 and recall@100, once with the queries as a reader's words are
taken (256 characters, sixteen words) and once uncut, for comparison with published figures; then milliseconds, of
which only the ratios travel from one machine to the next.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from cms.search import analysis
from cms.search.index import Document, Label, Query, Sort
from cms.search.query import parse
from cms.search.whoosh_index import WhooshIndex

KEY = b"only for the benchmark"
SECTIONS = [Label(name.lower(), name) for name in ("Systems", "Silicon", "Networks", "Interfaces", "Practice")]
KINDS = [Label("article", "Article"), Label("news", "News"), Label("interview", "Interview")]
START = datetime(2015, 1, 1, tzinfo=UTC)


def main() -> None:
    """Run both halves."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--articles", type=int, default=10_000)
    given = arguments.parse_args()
    for articles in sorted(given.folder.glob("*.articles.jsonl")):
        quality(articles, articles.with_name(articles.name.replace(".articles.", ".queries.")))
    if given.articles:
        speed(given.articles)


def quality(articles: Path, queries: Path) -> None:
    """Print how well the judged pieces of one collection are ranked."""
    documents = _lines(articles)
    numbers = {one["id"]: number for number, one in enumerate(documents, 1)}
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder) / "index", KEY, seconds=60)
        index.rebuild((_judged(numbers[one["id"]], one) for one in documents), lambda _: None)
        for title, read in (("as typed", parse), ("uncut", _uncut)):
            gains, recalls = [], []
            for one in _lines(queries):
                grades = {numbers[key]: grade for key, grade in one["relevant"].items() if key in numbers and grade > 0}
                if grades:
                    found = [hit.article_id for hit in index.search(_first_hundred(read(one["text"]))).hits]
                    gains.append(_ndcg(found[:10], grades))
                    recalls.append(len(grades.keys() & set(found)) / len(grades))
            gain, recall = statistics.mean(gains), statistics.mean(recalls)
            print(f"{articles.name.split('.')[0]:12} {title:9} nDCG@10 {gain:.3f}  recall@100 {recall:.3f}")
        index.close()


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
        _time("misspelt", lambda: index.search(parse(f"{typed(1)}x{typed(1)}q")), 20)
        one = list(_synthetic(40, words, weights))
        _time("publish one", lambda: index.apply([one.pop()], []), 30)
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


def _judged(number: int, one: dict[str, Any]) -> Document:
    return Document(number, one["title"], one["body"], KINDS[0], SECTIONS[0], START)


def _uncut(text: str) -> Query:
    return Query(words=tuple(found[0] for found in analysis.TOKEN.finditer(analysis.clean(text))))


def _first_hundred(query: Query) -> Query:
    return Query(words=query.words, phrases=query.phrases, limit=100)


def _ndcg(found: Sequence[int], grades: dict[int, int]) -> float:
    gain = sum(grades.get(one, 0) / math.log2(rank + 2) for rank, one in enumerate(found))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    return gain / best


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
    ordered = sorted(analysis.STOP_WORDS) + ordered
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


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
