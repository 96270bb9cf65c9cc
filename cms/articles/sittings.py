"""Which saves belong together: what one person wrote without getting up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP = timedelta(minutes=30)
#: What is done to a piece that ends a sitting, and what the version that it was done to is called.
MILESTONES = {
    "submit": "submitted",
    "request_changes": "sent back",
    "ask_confirmation": "edited by an editor",
    "confirm": "confirmed",
    "approve": "approved",
    "publish": "published",
    "adopt": "published",
    "withdraw": "withdrawn",
}
#: What a version is called besides, with whose publication readers were told of a change.
CORRECTED = "corrected"
#: How the note of a version begins that brought an earlier one back.
RESTORED = "Restored from revision"


@dataclass(frozen=True, slots=True)
class Mark:
    """One revision, as far as it matters here."""

    id: int
    number: int
    made_by_id: int | None
    made_at: datetime
    word_count: int
    is_quiet: bool = False
    is_restored: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """Saves of one person in a row, oldest first; `base` is the revision before them, None where there is none."""

    marks: tuple[Mark, ...]
    base: Mark | None

    @property
    def first(self) -> Mark:
        return self.marks[0]

    @property
    def last(self) -> Mark:
        return self.marks[-1]

    @property
    def minutes(self) -> int:
        """How long it lasted, from the first save to the last."""
        return int((self.last.made_at - self.first.made_at).total_seconds() // 60)

    @property
    def words(self) -> int:
        """How many words more there were at its end than before it."""
        return self.last.word_count - (self.base.word_count if self.base else 0)


def milestones(happened: Iterable[tuple[str, Mapping[str, object]]]) -> dict[int, list[str]]:
    """Return what was done to which revision, by its number, given the actions and their details in their order."""
    found: dict[int, list[str]] = {}
    for action, details in happened:
        number, word = details.get("revision"), MILESTONES.get(action)
        for name in (word, CORRECTED if details.get("corrections") else None):
            if word and name and isinstance(number, int) and name not in found.setdefault(number, []):
                found[number].append(name)
    return found


def sittings(marks: Sequence[Mark], milestones: Collection[int]) -> list[Sitting]:
    """Return the sittings of a piece, oldest first; `milestones` are the numbers of revisions that one ended with."""
    found: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: mark.number):
        if found and _goes_on(found[-1][-1], mark, milestones):
            found[-1].append(mark)
        else:
            found.append([mark])
    bases = [None, *(together[-1] for together in found)]
    return [Sitting(tuple(together), base) for together, base in zip(found, bases, strict=False)]


def _goes_on(before: Mark, mark: Mark, milestones: Collection[int]) -> bool:
    return (
        before.made_by_id == mark.made_by_id
        and mark.made_at - before.made_at < GAP
        and before.number not in milestones
        and not mark.is_restored
        and not before.is_restored
    )
