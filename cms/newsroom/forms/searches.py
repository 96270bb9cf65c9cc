"""Forms of what chiefs tell the search."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class SynonymsForm(FlaskForm):  # type: ignore[misc]
    """Words that mean the same."""

    words = StringField("Words", [InputRequired("Write the words, with commas between them."), Length(max=500)])


class PromotionForm(FlaskForm):  # type: ignore[misc]
    """A piece that stands first for a question."""

    asked = StringField(
        "What readers look for", [InputRequired("Write the words that readers look for."), Length(max=60)]
    )
    slug = StringField("Address of the piece", [InputRequired("Write the address of a live piece."), Length(max=300)])
