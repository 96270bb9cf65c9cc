"""The forms around an interview: who is asked about what, what is to be asked, and what was said in the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cms.core.errors import Invalid
from cms.newsroom.forms.articles import LOST, options
from cms.newsroom.forms.numbers import RowRange, row_number
from cms.newsroom.forms.sharing import DAYS


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whose words are checked, which, for how long, and where the link is sent; `seen` is the revision shown."""

    seen = IntegerField("seen", [InputRequired(LOST), RowRange(LOST)])
    person = IntegerField("Whose words", [InputRequired("Say whose words."), RowRange()])
    email = StringField("E-mail", [Length(max=254)])
    days = SelectField("It opens for", coerce=int, choices=options(DAYS.items()), default=7)
    pick = SelectMultipleField("What they see", validate_choice=False)


class PlanForm(FlaskForm):  # type: ignore[misc]
    """The questions, one a line, and what to keep in mind; `seen` is the version of the plan begun from."""

    seen = IntegerField("seen", [Optional(), RowRange(LOST)], default=0)
    questions = TextAreaField("Questions")
    notes = TextAreaField("To keep in mind")


class SendForm(FlaskForm):  # type: ignore[misc]
    """To whom the questions go."""

    to = StringField("To whom", [InputRequired("Say to whom they go."), Length(max=200)])
    email = StringField("E-mail", [Length(max=254)])


class TranscriptForm(FlaskForm):  # type: ignore[misc]
    """What was said, word for word."""

    text = TextAreaField("Transcript")


def ties(sent: Mapping[str, str], block_ids: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    """Return from which turn to which each answer was made of, as it was sent; None where both are empty."""
    found: dict[str, tuple[int, int] | None] = {}
    for block_id in block_ids:
        given = [sent.get(f"{end}-{block_id}") for end in ("first", "last")]
        if None in given:
            continue
        numbers = [row_number(text.strip()) for text in given if text and text.strip()]
        if None in numbers:
            raise Invalid("A part of the transcript is named by the numbers of its turns.")
        found[block_id] = (numbers[0] or 0, numbers[-1] or 0) if numbers else None
    return found
