"""Forms about pictures: sending them in, saying what they show, and choosing one for a place."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from cms.newsroom.forms.numbers import MOST_ROWS

MOST_FILES = 20
KINDS = "image/jpeg,image/png,image/webp,image/gif"


class UploadForm(FlaskForm):  # type: ignore[misc]
    """One file or several, and what holds for all of them."""

    files = MultipleFileField("Pictures")
    alt = StringField("Alternative text", [Length(max=600)])
    credit = StringField("Credit line", [Length(max=300)])


class DescribeForm(FlaskForm):  # type: ignore[misc]
    """What one picture shows; `seen` is the version that the person started from."""

    seen = HiddenField()
    alt = TextAreaField("Alternative text", [Length(max=600)])
    caption = TextAreaField("Caption", [Length(max=900)])
    credit = StringField("Credit line", [Length(max=300)])


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """One picture of the library, or a new file, or (with neither) none."""

    asset_id = IntegerField("Picture", [Optional(), NumberRange(1, MOST_ROWS, "Choose a picture.")])
    file = FileField("A new picture")
    alt = StringField("Alternative text", [Length(max=600)])
    credit = StringField("Credit line", [Length(max=300)])

    def wants_one(self) -> bool:
        """Tell whether a picture was chosen or sent."""
        return bool(self.asset_id.data or (self.file.data and self.file.data.filename))
