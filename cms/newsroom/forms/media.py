"""Forms about pictures: sending them in, saying what they show, and choosing one for a place."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from cms.media.models import Asset
from cms.newsroom.forms.numbers import MOST_ROWS

MOST_FILES = 20
NAMED = ("alt", "caption", "credit", "rights")
KINDS = "image/jpeg,image/png,image/webp,image/gif"


#: By what right a picture is printed, as people mostly say it; anything else may stand there as well.
RIGHTS = (
    "Own work", "Commissioned", "Press photo", "Agency", "Creative Commons BY 4.0", "Creative Commons BY-SA 4.0",
    "Public domain", "By permission",
)  # fmt: skip
WANTED = "Say in a sentence what it shows, for those who cannot see it."
OUTSIDE = "A whole number from 0 to 100."


class UploadForm(FlaskForm):  # type: ignore[misc]
    """One file or several, and what holds for all of them."""

    files = MultipleFileField("Pictures")
    alt = StringField("Alternative text", [Length(max=600)])
    credit = StringField("Credit line", [Length(max=300)])
    rights = StringField("Rights", [Length(max=300)])


class OneForm(FlaskForm):  # type: ignore[misc]
    """One file, as a page's script sends it, and what is known of it already."""

    file = FileField("Picture")
    alt = StringField("Alternative text", [Length(max=600)])
    caption = StringField("Caption", [Length(max=900)])
    credit = StringField("Credit line", [Length(max=300)])
    rights = StringField("Rights", [Length(max=300)])


class WordsForm(FlaskForm):  # type: ignore[misc]
    """What one picture shows, whose it is, and the point that no crop may lose.

    There is no picture without an alternative text: what says nothing has no place in a piece.
    """

    alt = TextAreaField("Alternative text", [DataRequired(WANTED), Length(max=600)])
    caption = TextAreaField("Caption", [Length(max=900)])
    credit = StringField("Credit line", [Length(max=300)])
    rights = StringField("Rights", [Length(max=300)])
    focal_x = IntegerField("From the left", [Optional(), NumberRange(0, 100, OUTSIDE)])
    focal_y = IntegerField("From the top", [Optional(), NumberRange(0, 100, OUTSIDE)])

    def focus(self) -> tuple[int, int] | None:
        """Return the point that was marked, in percent, or None where it is left as it was."""
        x, y = self.focal_x.data, self.focal_y.data
        return None if x is None or y is None else (x, y)


class DescribeForm(WordsForm):
    """The same on a page of its own; `seen` is the version that the person started from."""

    seen = HiddenField()


class RowForm(FlaskForm):  # type: ignore[misc]
    """The words of one picture among several; one that nobody said anything about may wait."""

    seen = HiddenField()
    alt = TextAreaField("Alternative text", [Length(max=600)])
    caption = TextAreaField("Caption", [Length(max=900)])
    credit = StringField("Credit line", [Length(max=300)])
    rights = StringField("Rights", [Length(max=300)])

    def says_nothing(self, asset: Asset) -> bool:
        """Tell whether nothing was changed here."""
        return all((self[name].data or "").strip() == getattr(asset, name) for name in NAMED)


class ReplaceForm(FlaskForm):  # type: ignore[misc]
    """A new file for a picture; `seen` is the version that the person started from."""

    seen = HiddenField()
    file = FileField("The new file")


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """One picture of the library, or a new file, or (with neither) none."""

    asset_id = IntegerField("Picture", [Optional(), NumberRange(1, MOST_ROWS, "Choose a picture.")])
    file = FileField("A new picture")
    alt = StringField("Alternative text", [Length(max=600)])
    credit = StringField("Credit line", [Length(max=300)])
    rights = StringField("Rights", [Length(max=300)])

    def wants_one(self) -> bool:
        """Tell whether a picture was chosen or sent."""
        return bool(self.asset_id.data or (self.file.data and self.file.data.filename))
