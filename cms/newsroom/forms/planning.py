"""The forms of pitches, of the board and of the calendar."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cms.articles.models import Article
from cms.articles.service import Plan
from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import moment, number_or_none, options
from cms.newsroom.forms.numbers import RowRange
from cms.vocabulary import State

LONG = "That is longer than 2,000 characters. Say it shorter."


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """A yes: who writes it, by when, and what is wanted."""

    assigned_to_id = SelectField("Written by", coerce=number_or_none)
    due_at = StringField("Due", [InputRequired("Say by when it is wanted.")])
    brief = TextAreaField("Brief", [InputRequired("Say in a brief what is wanted."), Length(max=2_000, message=LONG)])

    def offer(self, people: list[Choice], zone: ZoneInfo) -> None:
        """Fill in who there is to choose from, and where times are meant."""
        self.assigned_to_id.choices = options(people)
        self.zone = zone

    def validate_due_at(self, field: StringField) -> None:
        """It is a moment."""
        moment(field.data, self.zone)

    def plan(self, article: Article) -> Plan:
        """Return the plan of the piece with what was decided."""
        return Plan(
            article.desk_id, moment(self.due_at.data, self.zone), article.embargo_until, self.brief.data or "",
            self.assigned_to_id.data,
        )  # fmt: skip


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """A no, and why."""

    note = TextAreaField(
        "Why not",
        [
            InputRequired("Say why not, in a sentence: whoever pitched it will read it."),
            Length(max=2_000, message=LONG),
        ],
    )


class CarryForm(FlaskForm):  # type: ignore[misc]
    """Where a card goes, the revision that it showed, and what that step asks for besides."""

    to = SelectField("To", coerce=State, choices=options((state, state.label) for state in State))
    seen = IntegerField("seen", [Optional(), RowRange()])
    note = TextAreaField("Note", [Length(max=2_000, message=LONG)])
    at = StringField("Publish at", [Optional(), Length(max=40)])


class DateForm(FlaskForm):  # type: ignore[misc]
    """The day to which something is moved."""

    day = DateField("Day", [InputRequired("Choose a day.")])

    @property
    def chosen(self) -> date:
        """The day that was chosen."""
        found: date = self.day.data
        return found
