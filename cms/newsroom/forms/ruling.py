"""The form by which chiefs say what a review asks for in one place."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import options
from cms.vocabulary import Bench
from cms.workflow.rulebook import LONGEST_TICK, MOST, Asked, Box, Rules, Stage

ROWS = 4  # stages, and things to tick
NOBODY = ""


class StageForm(Form):  # type: ignore[misc]
    """One stage: so many of whom; without whom, there is none."""

    who = SelectField("Who approves")
    count = IntegerField("How many", [Optional(), NumberRange(1, MOST, message=f"One to {MOST}.")], default=1)


class BoxForm(Form):  # type: ignore[misc]
    """One thing to tick, and by whom; without words, there is none."""

    text = StringField("What", [Length(max=LONGEST_TICK, message=f"Say it in {LONGEST_TICK} characters.")])
    who = SelectField("Who ticks it")


class RulesForm(FlaskForm):  # type: ignore[misc]
    """The rules of one place."""

    stages = FieldList(FormField(StageForm), min_entries=ROWS, max_entries=ROWS)
    boxes = FieldList(FormField(BoxForm), min_entries=ROWS, max_entries=ROWS)
    hours = IntegerField("Hours", [Optional(), NumberRange(1, message="One hour at least.")])

    def offer(self, desks: list[Choice]) -> None:
        """Fill in who there is to choose from."""
        benches = [(Bench.OWN_DESK.value, "The desk of the piece"), (Bench.CHIEF.value, "A chief")]
        benches += [(f"desk:{number}", name) for number, name in desks]
        for row in self.stages:
            row.who.choices = options([(NOBODY, "Nobody else"), *benches])
        for row in self.boxes:
            row.who.choices = options(benches)

    def show(self, rules: Rules) -> None:
        """Fill in rules that are there."""
        for row, stage in zip(self.stages, rules.stages, strict=False):
            row.who.data, row.count.data = _value(stage.asked), stage.count
        for row, box in zip(self.boxes, rules.boxes, strict=False):
            row.text.data, row.who.data = box.text, _value(box.asked)
        self.hours.data = rules.hours

    def rules(self) -> Rules:
        """Return what was handed in."""
        return Rules(
            tuple(Stage(_asked(row.who.data), row.count.data or 1) for row in self.stages if row.who.data),
            tuple(Box(row.text.data, _asked(row.who.data)) for row in self.boxes if row.text.data),
            self.hours.data,
        )


def _value(asked: Asked) -> str:
    return f"desk:{asked.desk_id}" if asked.bench is Bench.DESK else asked.bench


def _asked(value: str) -> Asked:
    bench, _, number = value.partition(":")
    return Asked(Bench(bench), int(number) if number else None)
