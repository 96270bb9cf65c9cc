"""Pure decisions about what lies beside a text: for how long, and for whom, a galley may be shared."""

from __future__ import annotations

from datetime import datetime, timedelta

from cms.core.errors import Invalid
from cms.core.html import clean_text

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
