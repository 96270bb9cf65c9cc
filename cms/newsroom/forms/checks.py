"""The form by which a level is set, and the filters of the list of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_wtf import FlaskForm
from wtforms import SelectField

from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import KINDS, number_or_none, options
from cms.newsroom.forms.numbers import row_number
from cms.vocabulary import Kind, Level

LEVELS = options((level, level.label.capitalize()) for level in Level)


def kind_or_none(value: object) -> Kind | None:
    """Read what a select sent: a kind, or none chosen."""
    return Kind(str(value)) if value not in (None, "", "None") else None


def level_or_none(value: object) -> Level | None:
    """Read what a select sent: a level, or none, which means what holds without it."""
    return Level(str(value)) if value not in (None, "", "None") else None


class LevelForm(FlaskForm):  # type: ignore[misc]
    """How much a check weighs, and where: in one section or all, for one kind or all."""

    level = SelectField("Level", coerce=level_or_none)
    section_id = SelectField("In", coerce=number_or_none)
    kind = SelectField("For", coerce=kind_or_none)

    def offer(self, sections: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.level.choices = [*options([("", "As elsewhere")]), *LEVELS]
        self.section_id.choices = options([("", "Every section"), *sections])
        self.kind.choices = [*options([("", "Every kind")]), *KINDS]


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; `section_id` and `kind` say for which place the levels are shown."""

    words: str = ""
    section_id: int | None = None
    kind: Kind | None = None
    level: Level | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        """Take the filters from an address; nonsense is no filter."""
        kind, level = args.get("kind", ""), args.get("level", "")
        return cls(
            words=args.get("q", "").strip()[:100],
            section_id=row_number(args.get("section")),
            kind=Kind(kind) if kind in tuple(Kind) else None,
            level=Level(level) if level in tuple(Level) else None,
        )

    @property
    def are_set(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()

    @property
    def narrow_rules(self) -> bool:
        """Whether some checks may be left out."""
        return bool(self.words) or self.level is not None
