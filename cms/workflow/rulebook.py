"""The rules of a review as plain values: who approves, in which order, what is ticked by whom, how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from cms.policy import Actor, can
from cms.vocabulary import Bench, Can

MOST = 9  # approvals in one stage
LONGEST_TICK = 60  # characters: a waiver names it in a column
#: The right behind each bench: who sits on it, the policy table says.
RIGHTS = {
    Bench.OWN_DESK: Can.REVIEW_FOR_DESK,
    Bench.DESK: Can.REVIEW_FOR_ASKED,
    Bench.CHIEF: Can.REVIEW_FOR_CHIEFS,
}


class Piece(Protocol):
    """What of a piece tells who may approve it."""

    @property
    def asked_desk_id(self) -> int | None: ...


@dataclass(frozen=True)
class Asked:
    """Whoever is asked for something; `desk` is the name of the desk that `desk_id` means, as it was then."""

    bench: Bench = Bench.OWN_DESK
    desk_id: int | None = None
    desk: str = ""

    def holds(self, actor: Actor, piece: Piece) -> bool:
        """Tell whether somebody is among them, for one piece."""
        return can(actor, RIGHTS[self.bench], piece) and self.desk_id in (None, piece.asked_desk_id)

    @property
    def words(self) -> str:
        """Who that is, in a sentence."""
        match self.bench:
            case Bench.CHIEF:
                return "the chiefs"
            case Bench.DESK:
                return f"the {self.desk}" if self.desk.endswith(" desk") else self.desk or "a desk"
        return "the desk of the piece"


@dataclass(frozen=True)
class Stage:
    """So many approvals by those who are asked."""

    asked: Asked = Asked()
    count: int = 1


@dataclass(frozen=True)
class Box:
    """Something that somebody has to tick before the last approval: “Facts checked”."""

    text: str
    asked: Asked = Asked()


@dataclass(frozen=True)
class Rules:
    """What a review asks for. The stages come one after the other; the last one signs the text that goes out.

    `hours` is how long a review may take, or None where nobody said.
    """

    stages: tuple[Stage, ...] = (Stage(),)
    boxes: tuple[Box, ...] = ()
    hours: int | None = None

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Rules:
        """Take the rules from what was stored of them."""
        return cls(
            tuple(Stage(_asked(one["asked"]), one["count"]) for one in facts["stages"]),
            tuple(Box(one["text"], _asked(one["asked"])) for one in facts["boxes"]),
            facts["hours"],
        )

    def facts(self) -> dict[str, Any]:
        """Return them as they are stored, and come back."""
        return asdict(self, dict_factory=_plain)

    def naming(self, desks: Mapping[int, str]) -> Rules:
        """Return the same rules with the names that the desks have now."""
        return replace(
            self,
            stages=tuple(replace(stage, asked=_named(stage.asked, desks)) for stage in self.stages),
            boxes=tuple(replace(box, asked=_named(box.asked, desks)) for box in self.boxes),
        )

    @property
    def desk_ids(self) -> frozenset[int]:
        """The desks that they name."""
        asked = [*(stage.asked for stage in self.stages), *(box.asked for box in self.boxes)]
        return frozenset(one.desk_id for one in asked if one.desk_id is not None)

    @property
    def words(self) -> str:
        """Who approves, as a sentence goes on: one of the desk of the piece, then two of Legal."""
        return ", then ".join(f"{_COUNTS[stage.count]} of {stage.asked.words}" for stage in self.stages)


#: What holds where nobody set anything: one approval, by the desk of the piece.
DEFAULT = Rules()
_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in pairs}


def _asked(facts: Mapping[str, Any]) -> Asked:
    return Asked(Bench(facts["bench"]), facts["desk_id"], facts["desk"])


def _named(asked: Asked, desks: Mapping[int, str]) -> Asked:
    return asked if asked.desk_id is None else replace(asked, desk=desks.get(asked.desk_id, asked.desk))
