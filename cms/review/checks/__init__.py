"""What is looked at before a piece is printed: small rules over plain facts, all of them listed here.

A rule finds; it never decides. How much it weighs is set for each section and kind (`cms.review.levels`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cms.review.checks import fields, galley, links, people, pictures, quotes, text
from cms.review.checks.draft import Checked, Draft, Finding, LinkFact, Picture, Rule
from cms.vocabulary import Kind, Level

__all__ = [
    "BY_NAME", "RULES", "Checked", "Draft", "Finding", "LinkFact", "Picture", "Rule", "Scope", "Weighed", "find",
    "rule",
]  # fmt: skip

#: What a level is set for: a rule, in one section or in all (None), for one kind or for all (None).
Scope = tuple[str, int | None, Kind | None]

#: In the order in which findings of the same weight are shown: from the top of the page to its foot.
RULES: tuple[Rule, ...] = (
    *fields.RULES,
    *people.RULES,
    *quotes.RULES,
    *text.RULES,
    *pictures.RULES,
    *links.RULES,
    *galley.RULES,
)
BY_NAME = {each.name: each for each in RULES}


@dataclass(frozen=True)
class Weighed:
    """A finding, by which rule, and how much that weighs here."""

    rule: Rule
    level: Level
    finding: Finding


def find(draft: Draft, level_of: Callable[[Rule], Level]) -> tuple[Weighed, ...]:
    """Return everything that the rules find, what stops an approval first; a rule that is off is not asked."""
    found = list(_found(draft, level_of))
    # Stable: within one level they stay in the order of the rules.
    return tuple(sorted(found, key=lambda weighed: -_WEIGHT[weighed.level]))


_WEIGHT = {level: weight for weight, level in enumerate(Level)}


def _found(draft: Draft, level_of: Callable[[Rule], Level]) -> Iterator[Weighed]:
    for each in RULES:
        level = level_of(each)
        if level is Level.OFF or draft.kind in each.not_for:
            continue
        for finding in each.find(draft):
            yield Weighed(each, level, finding)


def rule(name: str) -> Rule | None:
    """Return the rule of that name, if there is one."""
    return BY_NAME.get(name)
