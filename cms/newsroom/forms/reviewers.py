"""The forms by which somebody is asked to review a piece, and by which a review is planned."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional

from cms.newsroom.forms.articles import moment, number_or_none, options
from cms.newsroom.forms.numbers import RowRange
from cms.vocabulary import Priority

PRIORITIES = options((priority, priority.value.capitalize()) for priority in Priority)


class AskForm(FlaskForm):  # type: ignore[misc]
    """Who is asked."""

    user_id = SelectField("Ask", coerce=number_or_none)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Fill in what there is to choose from."""
        self.user_id.choices = options(people)


class ReviewPlanForm(FlaskForm):  # type: ignore[misc]
    """By when a review is due, and how much it presses."""

    due_at = StringField("Due")
    priority = SelectField("Priority", choices=PRIORITIES, coerce=Priority)

    def offer(self, zone: ZoneInfo) -> None:
        """Say where times are meant."""
        self.zone = zone

    def validate_due_at(self, field: StringField) -> None:
        """It is a moment, or nothing."""
        moment(field.data, self.zone)


class TickForm(FlaskForm):  # type: ignore[misc]
    """What is done for one text."""

    seen = IntegerField("seen", [Optional(), RowRange()])
    done = SelectMultipleField("Done", validate_choice=False)
