"""How well a search ranks, measured on collections whose questions people have judged.

A folder holds pairs of files: `<name>.articles.jsonl` ({"id", "title", "body"}) and `<name>.queries.jsonl` ({"id",
"text", "relevant": {id: grade}}).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist, mean, stdev
from typing import Any

from cms.core.errors import Invalid
from cms.search.index import Document, Index, Label
from cms.search.query import parse

DEPTH = 100
_SOMETHING = Label("judged", "Judged")
_SOMETIME = datetime(2020, 1, 1, tzinfo=UTC)

#: Returns the ids of the best hundred pieces for a question, best first.
Ask = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Question:
    """A question, and which pieces answer it how well."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Collection:
    """Articles by their ids, and the questions that any of them answers."""

    name: str
    articles: Sequence[Mapping[str, str]]
    questions: Sequence[Question]


@dataclass(frozen=True)
class Score:
    """How well one question was answered; `found` is out of a hundred."""

    question: str
    ndcg: float
    precision: float
    recall: float
    found: int


@dataclass(frozen=True)
class Report:
    """How well a collection was answered."""

    collection: str
    scores: Sequence[Score]

    @property
    def ndcg(self) -> float:
        """The mean of nDCG@10."""
        return mean(score.ndcg for score in self.scores)

    @property
    def precision(self) -> float:
        """The mean of the average precisions (MAP)."""
        return mean(score.precision for score in self.scores)

    @property
    def recall(self) -> float:
        """The mean of recall@100."""
        return mean(score.recall for score in self.scores)

    @property
    def unanswered(self) -> list[str]:
        """The questions for which nothing was found."""
        return [score.question for score in self.scores if not score.found]


@dataclass(frozen=True)
class Comparison:
    """Whether one report is better than another: the mean difference of nDCG@10, its t, and how likely by chance."""

    difference: float
    t: float
    chance: float


def collections(folder: Path) -> Iterator[Collection]:
    """Yield the collections of a folder; raises Invalid where there is none, or one cannot be read."""
    paths = sorted(folder.glob("*.articles.jsonl"))
    if not paths:
        raise Invalid(f"There is no <name>.articles.jsonl in {folder}.")
    for path in paths:
        name = path.name.removesuffix(".articles.jsonl")
        try:
            articles = _lines(path)
            known = {one["id"] for one in articles}
            questions = [
                Question(one["id"], one["text"], grades)
                for one in _lines(path.with_name(f"{name}.queries.jsonl"))
                if (grades := {key: grade for key, grade in one["relevant"].items() if key in known and grade > 0})
            ]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise Invalid(f"The collection {name} can't be read: {exc!r}") from exc
        if not questions:
            raise Invalid(f"No question of the collection {name} has an answer in it.")
        yield Collection(name, articles, questions)


def asked_of(index: Index, collection: Collection) -> Ask:
    """Fill `index` with a collection and return how to ask it."""
    ids = [one["id"] for one in collection.articles]
    index.rebuild(
        (
            Document(number, one["title"], one["body"], _SOMETHING, _SOMETHING, _SOMETIME)
            for number, one in enumerate(collection.articles)
        ),
        lambda _: None,
    )
    return lambda text: [ids[hit.article_id] for hit in index.search(replace(parse(text), limit=DEPTH)).hits]


def report(collection: Collection, ask: Ask) -> Report:
    """Ask every question of a collection and judge the answers."""
    return Report(collection.name, [_score(question, ask(question.text)) for question in collection.questions])


def compared(one: Report, other: Report) -> Comparison:
    """Tell whether `one` is better than `other`, by a paired t over the questions."""
    differences = [a.ndcg - b.ndcg for a, b in zip(one.scores, other.scores, strict=True)]
    spread = stdev(differences) if len(differences) > 1 else 0.0
    t = mean(differences) / (spread / math.sqrt(len(differences))) if spread else 0.0
    # With the dozens of questions that collections have, t is as good as normal.
    return Comparison(mean(differences), t, 2 * (1 - NormalDist().cdf(abs(t))))


def _score(question: Question, found: Sequence[str]) -> Score:
    grades = question.grades
    gain = sum(grades.get(one, 0) / math.log2(rank + 2) for rank, one in enumerate(found[:10]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    ranks = [rank for rank, one in enumerate(found, 1) if one in grades]
    return Score(
        question=question.id,
        ndcg=gain / best,
        precision=sum(count / rank for count, rank in enumerate(ranks, 1)) / len(grades),
        recall=len(ranks) / len(grades),
        found=len(found),
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
