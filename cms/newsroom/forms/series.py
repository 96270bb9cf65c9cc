"""Forms of series and of the places in them."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cms.interviews.models import Series
from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import options
from cms.newsroom.forms.numbers import MOST_ROWS


class SeriesForm(FlaskForm):  # type: ignore[misc]
    """A series; `seen` is the version that the person started from."""

    seen = HiddenField()
    title = StringField("Title", [InputRequired("A series needs a title."), Length(max=200)])
    slug = StringField("Address", [Length(max=100)])
    description = TextAreaField("Description", [Length(max=2_000)])
    host_id = SelectField("Host", coerce=lambda value: int(value) if value not in (None, "", "None") else None)
    planned_parts = IntegerField("Parts planned", [Optional(), NumberRange(0, 500, "Between 0 and 500.")])
    is_interviews = BooleanField("A series of interviews")

    def offer(self, people: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.host_id.choices = options([("", "Nobody"), *people])

    def show(self, series: Series) -> None:
        """Note which version is shown."""
        self.seen.data = str(series.version)


class PieceForm(FlaskForm):  # type: ignore[misc]
    """The series that a piece is to be in; none where it is left empty."""

    series_id = IntegerField("Series", [Optional(), NumberRange(1, MOST_ROWS, "Choose a series.")])


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """A piece, and the part that it becomes: the next one where the number is left empty."""

    article_id = IntegerField("Piece", [InputRequired("Choose a piece."), NumberRange(1, MOST_ROWS, "Choose a piece.")])
    part = IntegerField("As part", [Optional(), NumberRange(1, 500, "A part has a number between 1 and 500.")])
