"""Pure decisions about what lies beside a text: levels, when to ask an address again, how long a galley is shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cms.core.errors import Invalid
from cms.core.html import clean_text
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


LONGEST_DAYS = 14
LONGEST_LABEL = 200


def label(text: str) -> str:
    """Return for whom a link is, as it is stored; raises Invalid where nobody is named."""
    text = clean_text(text)
    if not text:
        raise Invalid(
            "Say for whom the link is: whoever opens it reads it there, and you find it again.", field="label"
        )
    if len(text) > LONGEST_LABEL:
        raise Invalid(f"That has {len(text)} characters; {LONGEST_LABEL} is the most.", field="label")
    return text


def until(now: datetime, days: int) -> datetime:
    """Return when a link that is made now for so many days expires; raises Invalid where that is too long."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A link lasts between one day and {LONGEST_DAYS}.", field="days")
    return now + timedelta(days=days)
