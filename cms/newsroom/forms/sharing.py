"""The form by which a galley is shared."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from cms.newsroom.forms.articles import options
from cms.newsroom.forms.numbers import RowRange
from cms.vocabulary import Purpose

#: How long a link may last, in days.
DAYS = {1: "One day", 3: "Three days", 7: "A week", 14: "Two weeks"}
#: What a link to a galley allows; the check of somebody's own words is made where the interview is looked after.
PURPOSES = {
    Purpose.READ.value: "Read the galley",
    Purpose.COMMENT.value: "Read it and comment on it",
}


class ShareForm(FlaskForm):  # type: ignore[misc]
    """Which revision, for whom, what they can do with it, and for how long."""

    number = IntegerField("Revision", [InputRequired("Say which revision to share."), RowRange()])
    label = StringField("For whom", [InputRequired("Say for whom the link is."), Length(max=200)])
    purpose = SelectField("What they can do", choices=options(PURPOSES.items()), default=Purpose.READ.value)
    email = StringField("E-mail", [Length(max=254)])
    days = SelectField("It opens for", coerce=int, choices=options(DAYS.items()), default=7)
