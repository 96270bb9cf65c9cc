"""The form by which a piece is moved on."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from cms.newsroom.forms.numbers import RowRange


class MoveForm(FlaskForm):  # type: ignore[misc]
    """What goes with an action: the revision that was read, words to writers or readers, the time to publish."""

    seen = IntegerField("seen", [Optional(), RowRange()])
    note = TextAreaField("Note", [Length(max=2_000, message="That is longer than 2,000 characters. Say it shorter.")])
    for_readers = TextAreaField(
        "What readers are told", [Length(max=1_000, message="That is longer than 1,000 characters. Say it shorter.")]
    )
    at = StringField("Publish at", [Optional(), Length(max=40)])


class WaiveForm(FlaskForm):  # type: ignore[misc]
    """What need not stop an approval, and why."""

    seen = IntegerField("seen", [Optional(), RowRange()])
    about = SelectMultipleField("Waive", validate_choice=False)
    reason = TextAreaField("Why it may", [Length(max=2_000, message="Say it in fewer than 2,000 characters.")])
