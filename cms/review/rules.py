"""Pure decisions: which level holds in a place, and when an address is to be asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from cms.review.checks import Rule, Scope
from cms.vocabulary import Kind, Level

A_WEEK = timedelta(days=7)
FIRST_PAUSE = timedelta(minutes=10)
#: Answers by which a site keeps machines out, or asks them to wait: they say nothing about the page.
UNTELLING = frozenset({401, 402, 403, 405, 406, 407, 412, 418, 423, 425, 429, 451, 501, 503, 520, 525, 999})


def level_of(rule: Rule, levels: Mapping[Scope, Level], section_id: int | None, kind: Kind | None) -> Level:
    """Return how much a rule weighs in one place: the narrowest setting wins, and a section is narrower than a kind."""
    if rule.is_fixed:
        return rule.default
    for scope in ((section_id, kind), (section_id, None), (None, kind), (None, None)):
        if (set_here := levels.get((rule.name, *scope))) is not None:
            return set_here
    return rule.default


def pause_after(failures: int) -> timedelta:
    """Return how long to wait before an address is asked for again that nothing was found at so many times."""
    return min(FIRST_PAUSE * int(6 ** min(max(0, failures - 1), 9)), A_WEEK)
