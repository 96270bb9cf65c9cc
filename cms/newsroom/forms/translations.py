"""The form that begins a translation."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from cms.newsroom.forms.articles import is_language


class BeginForm(FlaskForm):  # type: ignore[misc]
    """The language that a piece is to be written in, too."""

    language = StringField("Language", [InputRequired("Say in which language."), Length(max=16), is_language])
