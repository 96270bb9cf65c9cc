"""The choices by which a page lets its results be narrowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cms.language import N_
from cms.search.index import FACETS, Count, Query

MAX_CHOICES = 10
# The last years one by one, and one choice for all before, named by the last of them.
YEARS_APART = 3
LABELS = {"section": N_("Section"), "kind": N_("Kind"), "person": N_("Person"), "year": N_("Year")}


@dataclass(frozen=True)
class Choice:
    """One value to narrow by: `value` for the address, `name` and `count` for the eye."""

    value: str
    name: str
    count: int
    is_selected: bool = False


@dataclass(frozen=True)
class Facet:
    """One field to narrow by; `name` is the parameter of `Search.find`."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def facets(query: Query, counts: Mapping[str, Sequence[Count]]) -> tuple[Facet, ...]:
    """Return the facets that have anything to choose, with what is selected now among their choices."""
    made = [Facet(name, LABELS[name], _choices(name, query, counts.get(name, ()))) for name in FACETS]
    return tuple(facet for facet in made if facet.choices)


def _choices(name: str, query: Query, counts: Sequence[Count]) -> tuple[Choice, ...]:
    selected: tuple[str, ...] = getattr(query, name)
    offered = list(_years(counts) if name == "year" else counts)
    shown = offered[:MAX_CHOICES] + [one for one in offered[MAX_CHOICES:] if one.value in selected]
    known = {one.value for one in shown}
    names = {one.value: one.name for one in counts}
    # What is selected stays on the page even where it leaves nothing, or nobody could take it back.
    shown += [Count(value, names.get(value, value), 0) for value in selected if value not in known]
    return tuple(Choice(one.value, one.name, one.count, one.value in selected) for one in shown)


def _years(counts: Sequence[Count]) -> Sequence[Count]:
    if len(counts) <= YEARS_APART + 1:
        return counts
    older = counts[YEARS_APART:]
    last = older[0].value
    return [*counts[:YEARS_APART], Count(f"-{last}", last, sum(one.count for one in older))]
