"""The filters of the record, as they stand in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cms.core.journal import Wanted
from cms.newsroom.forms.numbers import row_number
from cms.policy import READER, SYSTEM

#: Who may have done something without a login: what stands in the address, and what people read.
NOBODY = {actor.role.value: actor.role.label for actor in (SYSTEM, READER)}


@dataclass(frozen=True)
class Filters:
    """What was typed or chosen, as text; `wanted` reads it, and nonsense is no filter."""

    name: str = ""
    actor: str = ""
    subject: str = ""
    number: str = ""
    day: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        """Take the filters from an address."""
        return cls(**{key: args.get(key, "").strip()[:64] for key in cls.__dataclass_fields__})

    def narrowed(self) -> dict[str, str]:
        """Return those that are set, for links that keep them."""
        return {key: value for key in self.__dataclass_fields__ if (value := getattr(self, key))}

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """Return what to look for; a day is one of the newsroom's."""
        start, end = _span(self.day, zone)
        return Wanted(
            name=self.name,
            actor_id=row_number(self.actor),
            actor_role=self.actor if self.actor in NOBODY else "",
            subject_type=self.subject,
            subject_id=row_number(self.number),
            start=start,
            end=end,
        )


def _span(text: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    try:
        start = datetime.combine(date.fromisoformat(text), time(), zone)
        return start, datetime.combine(start.date() + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        return None, None
