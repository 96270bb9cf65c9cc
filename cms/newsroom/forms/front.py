"""The forms of the front page: what goes with a change of an arrangement, and what it was begun from."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import Length, Optional

from cms.newsroom.forms.numbers import RowRange, row_number


class ArrangeForm(FlaskForm):  # type: ignore[misc]
    """A change: the version that was seen, and whichever of the others the address asks for."""

    seen = IntegerField("seen", [Optional(), RowRange()])
    article = IntegerField("Piece", [Optional(), RowRange()])
    until = StringField("Until", [Optional(), Length(max=40)])
    series = IntegerField("Series", [Optional(), RowRange()])
    rows = StringField("Sections", [Optional(), Length(max=400)])
    at = StringField("Publish at", [Optional(), Length(max=40)])

    def sections(self) -> list[int]:
        """Return the sections that were named; what is no number is left out."""
        numbers = (row_number(text.strip()) for text in (self.rows.data or "").split(","))
        return [number for number in numbers if number is not None]


class BeginForm(FlaskForm):  # type: ignore[misc]
    """The arrangement that a new one begins with, if any."""

    of = IntegerField("of", [Optional(), RowRange()])
