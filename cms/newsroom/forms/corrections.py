"""The forms by which readers are told of a change, or not."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Optional

from cms.newsroom.forms.articles import LOST, one_newline, options
from cms.newsroom.forms.numbers import RowRange
from cms.vocabulary import CorrectionKind

SUBMIT = "submit"
KINDS = options((kind, kind.label) for kind in CorrectionKind)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The newest revision that the person had before their eyes, and whether to submit it afterwards."""

    seen = IntegerField("seen", [InputRequired(LOST), RowRange(LOST)])
    then = HiddenField("then", [Optional(), AnyOf([SUBMIT])])


class CorrectionForm(AnswerForm):
    """What readers are told."""

    kind = SelectField("What is it?", choices=KINDS)
    text = TextAreaField("Words to readers", filters=[lambda text: one_newline(text or "")])
    before = TextAreaField("What it said before", filters=[lambda text: one_newline(text or "")])
    after = TextAreaField("What it says now", filters=[lambda text: one_newline(text or "")])


class TakeOutForm(AnswerForm):
    """Which correction is not to go out."""

    number = IntegerField("number", [InputRequired(LOST), RowRange(LOST)])
